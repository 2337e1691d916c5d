"""What people say they know, and what topics are called."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from whoknows.expertise.models import Topic
from whoknows.expertise.queries.topics import slug_of, topics_called, topics_shown_openly

if TYPE_CHECKING:
    _FormOfTopic = forms.ModelForm[Topic]
else:
    # Not generic at run time.
    _FormOfTopic = forms.ModelForm


class DeclareTopics(forms.Form):
    """One or more topics, with commas between them."""

    topics = forms.CharField(
        max_length=500,
        label=_("What else do you know about?"),
        widget=forms.TextInput(attrs={"list": "topic-names"}),
        error_messages={"required": _("Write a topic, or several with commas between them.")},
        help_text=_(
            "Several with commas between them. Only you see it until something shows it: an answer "
            "you gave, an aid you wrote."
        ),
    )

    def clean_topics(self) -> list[str]:
        """Return the names, without those that are only spaces."""
        names = [" ".join(name.split()) for name in self.cleaned_data["topics"].split(",")]
        kept = [name for name in names if name]
        if not kept:
            raise forms.ValidationError(_("Write a topic, or several with commas between them."))
        return kept


class RenameTopic(_FormOfTopic):
    """Another name for a topic; that of another one only if the two are to be one."""

    joins = forms.BooleanField(
        required=False,
        label=_("Make one topic of the two if there is one of this name"),
        help_text=_(
            "What is on either is then on this one. That cannot be undone. One that you may not "
            "see becomes one with this in any case: to refuse its name would tell you of it."
        ),
    )

    class Meta:
        model = Topic
        fields = ("name",)

    def clean_name(self) -> str:
        """Return the name without spaces too many."""
        name = " ".join(self.cleaned_data["name"].split())
        if not slug_of(name):
            raise forms.ValidationError(_("A topic needs a name with letters or digits."))
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse a name that another topic has, as far as whoever renames may know of that one."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if "name" in told and not told["joins"]:
            same = topics_called(told["name"], organisation_id=self.instance.organisation_id)
            seen = topics_shown_openly().filter(pk__in=same.exclude(pk=self.instance.pk))
            if other := seen.first():
                sentence = now_translated(
                    "There is a topic “%s” already. Choose another name, or tick below to make one "
                    "topic of the two."
                )
                self.add_error("name", sentence % other.name)
        return told
