"""What is written down while people talk."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _


class AddNote(forms.Form):
    """A note on a question."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    probe = forms.CharField(max_length=40, widget=forms.HiddenInput)
    entry = forms.IntegerField(required=False)
    words = forms.CharField(
        max_length=5_000,
        label=_("Your note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write down what was said."),
            "max_length": _("A note has at most 5,000 characters. Make two of it."),
        },
    )


class ChangeNote(forms.Form):
    """Other words for one's own note."""

    words = forms.CharField(max_length=5_000, label=_("Your note"), widget=forms.Textarea)


class ChangeEntry(forms.Form):
    """An entry of the outline."""

    words = forms.CharField(
        max_length=300,
        label=_("What is it?"),
        error_messages={"required": _("Say in a few words what it is.")},
    )
    time = forms.CharField(max_length=40, required=False, label=_("When?"))
    is_marked = forms.BooleanField(required=False)


class AddEntry(ChangeEntry):
    """A new entry of the outline, which may come together with a note."""

    prefix = "outline"
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
