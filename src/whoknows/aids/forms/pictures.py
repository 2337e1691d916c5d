"""A picture and what it shows."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddPicture(forms.Form):
    """A picture for an aid. What the file is, the action finds out: its name proves nothing."""

    file = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG or WebP, at most 10 MB. It is made smaller, and where and when it was "
            "taken is removed from it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a picture from your device."),
            "empty": _("This file is empty. Choose another one."),
        },
    )
    alt = forms.CharField(
        max_length=300,
        label=_("What it shows"),
        help_text=_("For whoever cannot see it: “The red button left of the screen”."),
        error_messages={
            "required": _("Say what the picture shows, for whoever cannot see it."),
            "max_length": _("Say what it shows in at most 300 characters."),
        },
    )
