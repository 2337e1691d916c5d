"""What people say they know."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
