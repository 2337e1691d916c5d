"""What people say about aids."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from whoknows.aids.actions import LONGEST_BODY
from whoknows.people.models import SharingClass


class WriteAid(forms.Form):
    """The text of an aid, when it has to be looked at again, and who sees it."""

    title = forms.CharField(
        max_length=200,
        label=_("Title"),
        error_messages={"required": _("Say in the title what one does with it.")},
        help_text=_("What one does with it: “Clear error E4”, not “Error handling”."),
    )
    body = forms.CharField(
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 14}),
        label=_("Text"),
        error_messages={"required": _("Write what to do, step by step.")},
        help_text=_("Numbered steps are easiest to follow. Markdown is fine."),
    )
    topics = forms.CharField(
        required=False,
        max_length=400,
        label=_("Topics"),
        help_text=_("Separated by commas."),
    )
    verify_by = forms.DateField(
        required=False,
        label=_("Look at it again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From the next day on it is marked as out of date."),
    )

    def clean_topics(self) -> tuple[str, ...]:
        names = (" ".join(part.split()) for part in self.cleaned_data["topics"].split(","))
        return tuple(dict.fromkeys(name[:80] for name in names if any(c.isalnum() for c in name)))


class ChangeAid(WriteAid):
    """New words for an aid; knows which words they replace."""

    as_of = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def clean_as_of(self) -> datetime | None:
        if not self.cleaned_data["as_of"]:
            return None
        try:
            return datetime.fromisoformat(self.cleaned_data["as_of"])
        except ValueError as error:
            raise forms.ValidationError(_("Open the page again, then save.")) from error

    def allow_overwriting(self, changed_at: datetime, *, because: str) -> None:
        """Say why it was not saved; sent again, it replaces the text of ``changed_at``."""
        self.data = dict(self.data.items()) | {"as_of": changed_at.isoformat()}
        self.add_error(None, because)


class MakeAid(WriteAid):
    """A new aid."""

    sharing = forms.ChoiceField(
        label=_("Who can see this?"), widget=forms.RadioSelect, initial=SharingClass.ORGANISATION
    )

    def __init__(
        self, *args: object, sharing_choices: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["sharing"].choices = sharing_choices  # type: ignore[attr-defined]


class ShareAid(forms.Form):
    """Who may see an aid from now on."""

    sharing = forms.ChoiceField(choices=SharingClass.choices, label=_("Who can see this?"))
