"""Aids on their way out: printed, kept without a network, opened by a code."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Exists, F, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from whoknows.aids.models import Aid, Picture, Pin, State, Tick, Trust
from whoknows.aids.models.aid import AidQuerySet
from whoknows.aids.queries import (
    aid_visible_to,
    aids_visible_to,
    material_version,
    pictures_in,
    shown_parts,
)
from whoknows.base.errors import BadInput, Conflict
from whoknows.base.markup import plain_text
from whoknows.communities.models import Community, CommunityMember
from whoknows.engine.aids import (
    Line,
    Shown,
    lines,
    named_pictures,
    step_count,
    with_pictures,
)
from whoknows.engine.carriers import (
    Carrier,
    Group,
    Labels,
    Overflow,
    Sheet,
    grouped,
    page_of,
    print_cards,
    readable_code,
)
from whoknows.people.models import Person, Reach

MOST_FROM_COMMUNITIES = 20
MOST_KEPT = 60
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s")


class DoesNotFit(BadInput):
    """An aid is too long for what it should be printed on."""

    code = "does_not_fit"


def aid_for_code(reach: Reach, *, typed: str) -> Aid:
    """Return the aid whose code was typed, scanned or misread as Crockford's letters forgive.

    Raises:
        NotFound: There is none, or this reader may not see it.
    """
    return aid_visible_to(reach, code=readable_code(typed))


def lines_of(aid: Aid) -> list[Line]:
    """Return what ``aid`` says, line by line, with an address for each picture."""
    return lines(shown_parts(aid))


def groups_of(aid: Aid) -> list[tuple[str, list[Group]]]:
    """Return what ``aid`` says as runs of one kind: all steps of a list stand in one."""
    runs: list[tuple[str, list[Group]]] = []
    for group in grouped(lines_of(aid)):
        if runs and runs[-1][0] == group.main.role:
            runs[-1][1].append(group)
        else:
            runs.append((group.main.role.value, [group]))
    return runs


def sheet_of(aid: Aid, *, site: str) -> Sheet:
    """Return ``aid`` as it is printed, its code leading to this version at ``site``.

    Raises:
        Conflict: It is retired: a card outlives whoever remembers that.
    """
    if aid.state == State.RETIRED:
        raise Conflict(
            "This aid is retired, so no card of it is printed. Ask {owner} what to use instead.",
            owner=aid.owner.name,
        )
    pictures = pictures_in(aid)
    said = [_printed(line, pictures) for line in lines(aid.parts())]
    return Sheet(
        title=aid.title,
        lines=tuple(said),
        code=aid.code,
        url=page_of(site, aid.code, aid.version),
        owner=aid.owner.name,
        trigger=_on_paper(aid.trigger),
        done_when=_on_paper(aid.outcome),
        version=aid.version,
        valid_to=_in_words(aid.verify_by),
        verified=_verified(aid),
        language=aid.language,
        labels=Labels(
            done_when=_("Done when"),
            good_until=_("Good until"),
            no_date=_("No end date"),
            owner=_("Ask"),
            unverified=_("Not verified yet"),
            version=_("version"),
            optional=_("if needed"),
            supplies=_("Have at hand"),
            scan=_("Scan for the current version:"),
        ),
    )


def printed(aids: Sequence[Aid], carrier: Carrier, *, site: str, one_sided: bool = False) -> bytes:
    """Return ``aids`` as PDF.

    Raises:
        Conflict: One is retired.
        DoesNotFit: One is too long, with what to cut.
    """
    sheets = [sheet_of(aid, site=site) for aid in aids]
    try:
        return print_cards(sheets, carrier, one_sided=one_sided)
    except Overflow as error:
        raise DoesNotFit(error.sentence) from error


def _printed(line: Line, pictures: Mapping[str, Picture]) -> Line:
    named = named_pictures(f"{line.key} {line.text}")
    shown = tuple(_shown(pictures[code]) for code in named if code in pictures)

    def without(text: str) -> str:
        bare = with_pictures(text, lambda words, code: "" if code in pictures else words)
        return _on_paper(bare)

    return replace(line, text=without(line.text), key=without(line.key), pictures=shown)


def _shown(picture: Picture) -> Shown:
    data, alt = bytes(picture.data), picture.alt
    return Shown(data, picture.media, alt, picture.width, picture.height)


def _on_paper(markdown: str) -> str:
    """Return Markdown in plain words, the items of a list with a dot between them.

    >>> _on_paper("Hold **ZERO**:\\n\\n- slowly\\n- until it beeps")
    'Hold ZERO: · slowly · until it beeps'
    """
    told = [line for line in markdown.splitlines() if line.strip()]
    between = " · " if any(_ITEM.match(line) for line in told) else " "
    return between.join(filter(None, map(plain_text, told)))


def _verified(aid: Aid) -> str:
    if aid.verified_on is None:
        return ""
    day = _in_words(aid.verified_on)
    return f"{aid.verified_by.name}, {day}" if aid.verified_by else day


def _in_words(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


@dataclass(frozen=True, slots=True)
class Aged:
    """Why a card is out of date: ``printed`` is the version on it, None when nobody said."""

    trust: Trust
    printed: int | None
    is_superseded: bool


def aged(aid: Aid, *, printed: str, on: date) -> Aged | None:
    """Return why what somebody holds in their hand must not be relied on; None if it may be.

    ``printed`` is what the address of its code says; what is no version that ever was is ignored.
    A card with other words for the same is as good as before.
    """
    number = int(printed) if printed.isdecimal() and len(printed) < 6 else None  # noqa: PLR2004
    superseded = number is not None and 0 < number < material_version(aid)
    trust = aid.trust(on)
    if superseded or trust in {Trust.STALE, Trust.RETIRED}:
        return Aged(trust, number if superseded else None, superseded)
    return None


def is_pinned(aid: Aid, person_id: int | None) -> bool:
    """Whether the person of this id keeps ``aid`` on their devices."""
    return Pin.objects.filter(aid=aid, person=person_id).exists()


def ticked(aid: Aid, person_id: int | None) -> frozenset[int]:
    """Return the numbers of the items that the person of this id ticked off."""
    return frozenset(Tick.objects.filter(aid=aid, person=person_id).values_list("line", flat=True))


def ticks_of(person: Person, *, aids: Iterable[Aid]) -> dict[int, list[int]]:
    """Return the numbers of the items that ``person`` ticked off, by aid, ascending. One query."""
    rows = Tick.objects.filter(aid__in=[aid.pk for aid in aids], person=person)
    found: dict[int, list[int]] = {}
    for aid, line in rows.order_by("line").values_list("aid", "line"):
        found.setdefault(aid, []).append(line)
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """An aid that is on somebody's devices, because they chose so or because of a community."""

    aid: Aid
    is_by_choice: bool


def kept_by(person: Person, *, reach: Reach) -> list[Kept]:
    """Return the aids that ``person`` has without a network.

    First those they pinned, then those about the topics of their own communities: the last
    verified before others, at most ``MOST_FROM_COMMUNITIES``. Two queries.
    """
    found = aids_visible_to(reach)
    own = found.filter(pins__person=person)[:MOST_KEPT]
    others = _of_communities(found, person=person, reach=reach)[:MOST_FROM_COMMUNITIES]
    return [
        *(Kept(aid, is_by_choice=True) for aid in own),
        *(Kept(aid, is_by_choice=False) for aid in others),
    ]


def _of_communities(found: AidQuerySet, *, person: Person, reach: Reach) -> AidQuerySet:
    joined = CommunityMember.objects.filter(person=person).values("community")
    communities = Community.objects.visible_to(reach).filter(pk__in=joined)
    about = Aid.topics.through.objects.filter(
        aid=OuterRef("pk"), topic__in=communities.values("topics")
    )
    return (
        found.in_use()
        .filter(Exists(about))
        .exclude(pins__person=person)
        .order_by(F("verified_on").desc(nulls_last=True), "-changed_at", "-pk")
    )


def rows_of(aids: Iterable[Aid]) -> list[dict[str, object]]:
    """Return what a list of aids says of each: code, kind, state, number of steps, title, owner."""
    return [
        {
            "code": aid.code,
            "kind": aid.kind,
            "state": aid.state,
            "steps": step_count(aid.parts()),
            "title": aid.title,
            "owner": aid.owner.name,
        }
        for aid in aids
    ]
