"""What people say about an aid as a whole."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models import Carrier, ReviewRole, ReviewVerdict
from whoknows.base.errors import BadInput
from whoknows.engine.text.languages import LANGUAGES
from whoknows.engine.text.visible import has_letters
from whoknows.people.models import SharingClass

_STUMBLE = re.compile(r"stumble-(\d+)")
# More than any line has: what is cut to so many is refused like any line that is not there.
_DIGITS = 6


class AboutAid(forms.Form):
    """Title, when to use it, when one is done, and what it is about."""

    title = forms.CharField(
        max_length=200,
        label=_("Title"),
        error_messages={
            "required": _("Say in the title what one does with it."),
            "max_length": _("A title has at most 200 characters. Shorten it."),
        },
        help_text=_("What one does with it: “Clear error E4”, not “Error handling”."),
    )
    trigger = forms.CharField(
        required=False,
        max_length=300,
        label=_("When"),
        help_text=_("What tells one that it is time for this."),
    )
    outcome = forms.CharField(
        required=False,
        max_length=300,
        label=_("Done when"),
        help_text=_("How one sees that it worked."),
    )


class MoreAboutAid(AboutAid):
    """What fewer people will want to say."""

    can_do = forms.CharField(
        required=False,
        max_length=300,
        label=_("What one can do with it"),
        help_text=_("A sentence that begins with “I can”."),
    )
    topics = forms.CharField(
        required=False,
        max_length=400,
        label=_("Topics"),
        help_text=_("Separated by commas."),
    )
    carrier = forms.ChoiceField(
        choices=Carrier.choices,
        initial=Carrier.SCREEN,
        required=False,
        label=_("Where people read it"),
        help_text=_("What printing offers first. It can be printed on the others too."),
    )
    language = forms.ChoiceField(
        choices=[
            ("", _("as the text tells")),
            # Names from the catalogue of Django, which has them in every language.
            *((code, _(get_language_info(code)["name"])) for code in LANGUAGES),
        ],
        required=False,
        label=_("Language"),
    )
    likely_to_change = forms.BooleanField(
        required=False, label=_("This is likely to change: look at it again every month")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # An import may have brought a language that is not among those one can choose.
        kept = self.initial.get("language") if self.initial else None
        field = cast("forms.ChoiceField", self.fields["language"])
        choices = list(cast("Iterable[tuple[str, str]]", field.choices))
        if kept and kept not in dict(choices):
            field.choices = [*choices, (str(kept), str(kept))]

    def clean_carrier(self) -> Carrier:
        return Carrier(self.cleaned_data["carrier"] or Carrier.SCREEN)

    def clean_topics(self) -> tuple[str, ...]:
        names = (" ".join(part.split()) for part in self.cleaned_data["topics"].split(","))
        return tuple(dict.fromkeys(name[:80] for name in names if has_letters(name)))


class MakeAid(MoreAboutAid):
    """A new aid."""

    sharing = forms.ChoiceField(
        label=_("Who can see this?"), widget=forms.RadioSelect, initial=SharingClass.ORGANISATION
    )

    def __init__(
        self, *args: object, sharing_choices: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sharing"].choices = sharing_choices  # type: ignore[attr-defined]


class ChangeAid(MoreAboutAid):
    """New words for an aid; knows which words they replace."""

    only_wording = forms.BooleanField(
        required=False,
        label=_(
            "Only the wording changed; what one does is the same. "
            "Lines that came, went or moved always count as a change of what one does."
        ),
    )
    why = forms.CharField(
        required=False,
        max_length=300,
        label=_("What changed"),
        help_text=_("A sentence for the history."),
    )
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


class ShareAid(forms.Form):
    """Who may see an aid from now on."""

    sharing = forms.ChoiceField(choices=SharingClass.choices, label=_("Who can see this?"))


class SayHelped(forms.Form):
    """Whether it helped."""

    helped = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])

    def said(self) -> bool:
        """Return whether it helped.

        Raises:
            BadInput: Neither was said.
        """
        if not self.is_valid():
            raise BadInput("Say yes or no.")
        return bool(self.cleaned_data["helped"] == "yes")


class AskForReview(forms.Form):
    """Whom to ask, and with whose eyes they read."""

    who = forms.CharField(
        max_length=254,
        label=_("Who should read it?"),
        help_text=_("A name or an e-mail address."),
        error_messages={"required": _("Say who should read it.")},
    )
    role = forms.ChoiceField(
        choices=ReviewRole.choices,
        initial=ReviewRole.NOVICE,
        label=_("They are"),
    )


class GiveReview(forms.Form):
    """What a reader says at the end."""

    verdict = forms.ChoiceField(
        choices=[(v.value, v.label) for v in ReviewVerdict if v != ReviewVerdict.ASKED],
        error_messages={"required": _("Say whether it works.")},
    )
    role = forms.ChoiceField(choices=ReviewRole.choices, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        widget=forms.HiddenInput,
        error_messages={"required": _("Say which version you read: send this page again.")},
    )
    comment = forms.CharField(
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Anything else its owner should know"),
    )

    def clean(self) -> None:
        if any("\x00" in words for words in self.stumbles().values()):
            raise forms.ValidationError(_("A null character cannot be kept. Remove it."))

    def stumbles(self) -> dict[int, str]:
        """Return what was typed beside each line, by the number of the line."""
        found = ((_STUMBLE.fullmatch(name), str(value)) for name, value in self.data.items())
        typed = {int(name[1][:_DIGITS]): words.strip() for name, words in found if name}
        return {line: words for line, words in typed.items() if words}
