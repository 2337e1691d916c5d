"""Why somebody is suggested, in the words of a colleague."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from whoknows.engine.match.reasons import Why
from whoknows.expertise.models import EvidenceKind
from whoknows.expertise.queries.topics import Piece
from whoknows.needs.queries.suggested import Reason
from whoknows.people.models import Person

_MOST_PIECES = 3
ALIKE, ACQUAINTED, NAMED = "alike", "acquainted", "named"
# What is so or is not, and is told of whom it holds even where others counted more.
ALWAYS_TOLD = (NAMED, ACQUAINTED)
_COUNTED = {"topics": "needs", "active": "deeds", "solved": "proven",
            "newcomers": "deeds", "helped_you": "deeds", "beside_you": "needs"}  # fmt: skip

SENTENCES: Mapping[str, str | Promise] = {
    "topics": ngettext_lazy(
        "Answered a need on the same topics on %(last)s.",
        "Answered %(count)d needs on the same topics, the last on %(last)s.",
        "count",
    ),
    "active": ngettext_lazy(
        "Answered somebody in the last thirty days.",
        "Answered %(count)d needs in the last thirty days.",
        "count",
    ),
    "here": gettext_lazy("Was here in the last few days."),
    "hours": gettext_lazy("Often answers at about this time of day."),
    "quick": gettext_lazy("Usually answers within a day."),
    "solved": ngettext_lazy(
        "One of their answers was said to help.",
        "%(count)d of their answers were said to help.",
        "count",
    ),
    "newcomers": ngettext_lazy(
        "Answered somebody who was new here.",
        "Answered people who were new here %(count)d times.",
        "count",
    ),
    "helped_you": ngettext_lazy(
        "Answered you once before.", "Answered you %(count)d times before.", "count"
    ),
    "beside_you": ngettext_lazy(
        "You both answered one and the same need.",
        "You both answered %(count)d of the same needs.",
        "count",
    ),
    "declared": gettext_lazy("Says they know this, and did something on it."),
    "named": gettext_lazy("You name them."),
    "acquainted": gettext_lazy("You know each other."),
    "same_unit": gettext_lazy("Works in your unit."),
    "same_site": gettext_lazy("Works at your site."),
    "same_language": gettext_lazy("Writes in your language."),
}
"""What each family of the ranking says; ``alike`` is told by :func:`why_alike`."""
NOTHING_LIKE_IT = gettext_lazy("Answered nothing like this here yet, but is likely to answer.")


def why_person(
    person: Person, whys: Sequence[Why], pieces: Sequence[Piece], *, so: Sequence[str]
) -> list[Reason]:
    """Return why ``person`` is suggested: what counted most first, then up to three pieces.

    ``whys`` come in the order of what they add to the score. The needs they answered are always
    told, for they are what can be looked up, and so are those of ``ALWAYS_TOLD`` that are ``so``.
    What no piece of evidence shows leads nowhere. Of whom there is none, and whom the words do not
    name, it is said that they answered nothing like it.
    """
    at = person.get_absolute_url()
    told: list[Reason] = []
    for why in whys:
        if why.family == ALIKE:
            told += why_alike(pieces)
        else:
            told.append(Reason(_sentence(why), at if why.family in _COUNTED else ""))
    families = {why.family for why in whys}
    if ALIKE not in families:
        told += why_alike(pieces)
    told += [Reason(str(SENTENCES[family])) for family in so if family not in families]
    if not pieces and NAMED not in so:
        told.append(Reason(str(NOTHING_LIKE_IT)))
    return told + [Reason(piece.title, piece.url) for piece in pieces[:_MOST_PIECES]]


def _sentence(why: Why) -> str:
    numbers = why.numbers
    values: dict[str, object] = {}
    if why.family in _COUNTED:
        values["count"] = round(numbers[_COUNTED[why.family]])
    if "last_at" in numbers:
        last = localtime(datetime.fromtimestamp(numbers["last_at"], UTC))
        values["last"] = date_format(last, "j F Y")
    return str(SENTENCES[why.family] % values)


def why_alike(pieces: Sequence[Piece]) -> list[Reason]:
    """Return sentences that count what somebody did about such needs."""
    aids = [p for p in pieces if p.kind == EvidenceKind.WROTE_AID]
    answers = [p for p in pieces if p.kind != EvidenceKind.WROTE_AID]
    why = []
    if answers:
        values = {
            "count": len(answers),
            "since": date_format(min(p.at for p in answers), "F Y"),
            "last": date_format(max(p.at for p in answers), "j F Y"),
        }
        sentence = ngettext(
            "Answered a need like this on %(last)s.",
            "Answered %(count)d needs like this since %(since)s, the last on %(last)s.",
            len(answers),
        )
        why.append(Reason(sentence % values, answers[0].url))
    if aids:
        sentence = ngettext("Wrote an aid for this.", "Wrote %(count)d aids for this.", len(aids))
        why.append(Reason(sentence % {"count": len(aids)}, aids[0].url))
    return why
