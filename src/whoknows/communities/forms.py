"""What people say about communities."""

from django import forms
from django.utils.translation import gettext_lazy as _

from whoknows.engine.text.visible import has_letters
from whoknows.people.models import SharingClass


class OpenCommunity(forms.Form):
    """A new community."""

    name = forms.CharField(
        max_length=120,
        label=_("Name"),
        error_messages={"required": _("Give it a name that its members would use.")},
    )
    purpose = forms.CharField(
        max_length=300,
        label=_("What it is for"),
        error_messages={"required": _("Say in one sentence what it is for.")},
        help_text=_("In one sentence: what do its members want to get better at?"),
    )
    topics = forms.CharField(
        required=False, max_length=400, label=_("Topics"), help_text=_("Separated by commas.")
    )
    sharing = forms.ChoiceField(
        label=_("Who can find it?"), widget=forms.RadioSelect, initial=SharingClass.ORGANISATION
    )

    def __init__(
        self, *args: object, sharing_choices: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sharing"].choices = sharing_choices  # type: ignore[attr-defined]

    def clean_topics(self) -> list[str]:
        names = (" ".join(part.split()) for part in self.cleaned_data["topics"].split(","))
        return [name[:80] for name in names if has_letters(name)]
