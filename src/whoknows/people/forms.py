"""What people say about themselves, and administrators about people."""

from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone as clock
from django.utils.translation import gettext_lazy as _

from whoknows.base.errors import WhoknowsError
from whoknows.people import actions
from whoknows.people.models import MailChoice, Membership, PartnerAgreement, Person

if TYPE_CHECKING:
    _FormOfPerson = forms.ModelForm[Person]
    _FormOfMembership = forms.ModelForm[Membership]
    _FormOfAgreement = forms.ModelForm[PartnerAgreement]
else:
    # Not generic at run time.
    _FormOfPerson = _FormOfMembership = _FormOfAgreement = forms.ModelForm


class IssueToken(forms.Form):
    """A new personal token."""

    label = forms.CharField(
        max_length=100,
        label=_("What is it for?"),
        error_messages={"required": _("Say what the token is for, so that you know it again.")},
        help_text=_("So that you know it again: “shift planner”, “my laptop”."),
    )


LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]


class ChooseMail(forms.Form):
    """What somebody gets by mail."""

    mail = forms.TypedChoiceField(
        choices=MailChoice.choices,
        coerce=MailChoice,
        widget=forms.RadioSelect,
        label=_("By mail I want"),
        error_messages={"required": _("Choose one of the three.")},
    )


class AboutMe(ChooseMail):
    """What others read about one, and how much one wants to hear."""

    field_order = ("name", "about", "language", "most_a_week", "mail", "is_followed_up")

    name = forms.CharField(
        max_length=200,
        label=_("Name"),
        error_messages={"required": _("Write the name that others know you by.")},
    )
    about = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=_("About you"),
        help_text=_("What do you do, and what do you like to be asked?"),
    )
    language = forms.ChoiceField(
        choices=LANGUAGES,
        label=_("Which language do you like to be asked in?"),
    )
    most_a_week = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=1000,
        label=_("How many needs do you want to help with in a week?"),
        help_text=_(
            "Once you answered so many in seven days, nobody is sent to you until there is room "
            "again. Leave it empty for no limit; 0 means never."
        ),
    )

    is_followed_up = forms.BooleanField(
        required=False,
        label=_("Ask me two weeks and two months later whether what was solved stays so"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the language one has as well: an administrator may have set another one."""
        super().__init__(*args, **kwargs)
        theirs = self.initial.get("language", "")
        if theirs and theirs not in dict(LANGUAGES):
            self.fields["language"].choices = [*LANGUAGES, (theirs, theirs)]  # type: ignore[attr-defined]


class LetIn(forms.Form):
    """Somebody new in an organisation."""

    name = forms.CharField(
        max_length=200,
        label=_("Name"),
        error_messages={"required": _("Write the name that others know them by.")},
    )
    email = forms.EmailField(
        max_length=254,
        label=_("E-mail address"),
        help_text=_("They sign in with it."),
        error_messages={"required": _("Write the e-mail address that they sign in with.")},
    )
    title = forms.CharField(required=False, max_length=200, label=_("Job title"))
    unit = forms.CharField(
        required=False,
        max_length=200,
        label=_("Unit"),
        help_text=_("A part of the organisation. One that is not there yet is opened."),
        widget=forms.TextInput(attrs={"list": "units"}),
    )


class EndMembership(forms.Form):
    """The end of a membership."""

    stays_as_alumni = forms.BooleanField(
        required=False, label=_("They agreed to be found, and asked, afterwards.")
    )


class ChangePerson(_FormOfPerson):
    """What an administrator says of a person."""

    by: Person
    timezone = forms.ChoiceField(initial="UTC")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the timezones there are, and the present one, which saving must not replace."""
        super().__init__(*args, **kwargs)
        zones = sorted(available_timezones() | {self.instance.timezone})
        self.fields["timezone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]

    def clean_email(self) -> str | None:
        """Take the address in lower case, as wherever somebody gets one."""
        email: str | None = self.cleaned_data["email"]
        return email.lower() if email else None

    def clean(self) -> dict[str, Any]:
        """Refuse in a sentence that the last who lets others in signs in no more."""
        super().clean()
        told = {**self.cleaned_data}
        signs_in = told.get("is_active", True) and told.get("email", True)
        if self.instance.pk and not signs_in:
            try:
                actions.check_signs_in_no_more(person=self.instance, by=self.by, now=clock.now())
            except WhoknowsError as problem:
                self.add_error("email" if told["is_active"] else "is_active", problem.message)
        return told


class ChangeMembership(_FormOfMembership):
    """What an administrator says of a membership."""

    by: Person

    def clean(self) -> dict[str, Any]:
        """Refuse in a sentence what leaves people without an administrator."""
        super().clean()
        told = {**self.cleaned_data}
        if self.errors or not self.instance.pk:
            return told
        ends = ("owner", "organisation", "role", "started_on", "ended_on")
        try:
            actions.check_place(
                place=self.instance,
                by=self.by,
                now=clock.now(),
                **{name: told[name] for name in ends},
            )
        except WhoknowsError as problem:
            # Beside what was changed: it is what to take back.
            self.add_error(next((n for n in ends if n in self.changed_data), None), problem.message)
        return told


class AgreeToPartner(_FormOfAgreement):
    """An agreement between two organisations, and its days."""

    def clean(self) -> dict[str, Any]:
        """Refuse in a sentence what is no agreement of two, or overlaps another of theirs."""
        told = {**self.cleaned_data}
        if self.errors or self._only_ends_earlier(told):
            return told
        sides = {name: told[name] for name in ("one", "other", "since", "until")}
        here = self.instance if self.instance.pk else None
        try:
            actions.check_agreement(**sides, changes=here)
        except WhoknowsError as problem:
            # Beside the fields it is about, lest the database says the same without words.
            is_about_days = told["one"] != told["other"]
            self.add_error("until" if is_about_days else "other", problem.message)
        return told

    def _only_ends_earlier(self, told: dict[str, Any]) -> bool:
        """Whether nothing but an earlier end is new: of two at once, each must come to its end."""
        if not self.instance.pk or not set(self.changed_data) <= {"until"}:
            return False
        before, until = self.initial["until"], told["until"] or date.max
        return bool(told["since"] <= until <= (before or date.max))
