"""Planning an interview, and agreeing to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from whoknows.interviews.models import ProtocolChoice


class PlanInterview(forms.Form):
    """Whom to interview, about what, and how."""

    expert = forms.CharField(
        max_length=254,
        label=_("Who knows how?"),
        help_text=_("A name or an e-mail address. They are asked to agree before anything else."),
        error_messages={"required": _("Say whom you want to interview.")},
    )
    task = forms.CharField(
        max_length=200,
        label=_("What can they do?"),
        help_text=_("The task that others are to learn: “Find a leak in the cooling loop”."),
        error_messages={"required": _("Say what they can do that others are to learn.")},
    )
    purpose = forms.CharField(
        max_length=500,
        label=_("What will be made of it?"),
        help_text=_("And for whom. They read this before they agree."),
        error_messages={"required": _("Say what will be made of it, and for whom.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    protocol = forms.ChoiceField(
        choices=ProtocolChoice.choices,
        initial=ProtocolChoice.ACTA,
        label=_("How do you ask?"),
        widget=forms.RadioSelect,
    )
    note_taker = forms.CharField(
        required=False,
        max_length=254,
        label=_("Who takes notes beside you?"),
        help_text=_("Two hear more than one. They cannot be added after the expert agreed."),
    )


class AgreeToIt(forms.Form):
    """What the expert agrees to."""

    allows_recording = forms.BooleanField(
        required=False, label=_("The conversation may be recorded as sound")
    )
