"""The draft aid: what each line rests on, and how well it reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from whoknows.aids.http import Origin, Origins, Said
from whoknows.aids.models import Aid
from whoknows.engine.aids import Content, Role, lines
from whoknows.engine.interviews import (
    DraftLine,
    Gap,
    Jargon,
    ReadingLevel,
    gaps,
    jargon,
    reading_level,
    where_from,
)
from whoknows.expertise.models import Topic
from whoknows.interviews.models import Interview, Source
from whoknows.people.models import Reach
from whoknows.search.vocabulary import ordinary_words


@dataclass(frozen=True, slots=True)
class Checks:
    """What stands between a draft and somebody new to it.

    Attributes:
        level: None when there is too little text, or its language has no spaces.
        lacking: Steps without cue, action or result.
    """

    level: ReadingLevel | None
    words: list[Jargon]
    lacking: list[Gap]


def checks_of(content: Content, *, language: str, organisation_id: int) -> Checks:
    """Return how well ``content`` reads. Topics of the organisation count as explained."""
    text = "\n".join(line.text for line in lines(content))
    known = ordinary_words() if language == "en" else frozenset[str]()
    explained = Topic.objects.filter(organisation=organisation_id).values_list("name", flat=True)
    return Checks(
        level=reading_level(text),
        words=jargon(
            text, is_ordinary=known.__contains__ if known else None, explained=list(explained)
        ),
        lacking=gaps(content),
    )


def aids_seen(interviews: Iterable[Interview], *, reach: Reach) -> dict[int, Aid]:
    """Return the aids made of ``interviews`` that the reader may see, by their ids. One query.

    Whoever took part sees what was said, but the aid may be for others by now, or they have left.
    """
    made = [each.aid_id for each in interviews if each.aid_id]
    return Aid.objects.visible_to(reach).in_bulk(made)


def origins_of_aid(aid: Aid, reach: Reach) -> Origins | None:
    """Return where the lines of ``aid`` come from, to those who took part; None to all others."""
    if reach.person is None:
        return None
    found = Interview.objects.visible_to(reach).filter(aid=aid).select_related("expert").first()
    return None if found is None else origins_of(found, aid)


def origins_of(interview: Interview, aid: Aid) -> Origins:
    """Return where the lines of ``aid`` come from. Two queries; the caller checked the reader."""
    drafted = list(interview.draft_links.values_list("role", "text", "item"))
    sources = Source.objects.filter(item__interview=interview).select_related(
        "statement", "note__author", "entry__author"
    )
    by_item: dict[int, list[Said]] = {}
    for source in sources:
        by_item.setdefault(source.item_id, []).append(_said(interview, source))
    told = tuple(
        Origin(
            number,
            line.line.role.value,
            line.line.text,
            tuple(dict.fromkeys(said for item in line.items for said in by_item.get(item, []))),
        )
        for number, line in _numbered(where_from(aid.parts(), drafted))
    )
    title = _("An interview with %s") % interview.expert
    return Origins(title, interview.get_absolute_url(), told)


def _numbered(found: Sequence[DraftLine]) -> list[tuple[int | None, DraftLine]]:
    """Return each line with the number to show there: that of a step stands with its first line.

    A step that says nothing itself is left out where another line carries its number.
    """
    shown: list[tuple[int | None, DraftLine]] = []
    first = 0
    for one in found:
        if not shown or shown[-1][1].line.role not in {Role.WARNING, Role.CUE}:
            first = len(shown)
        number = one.line.number
        if first < len(shown) and number is not None:
            shown[first] = (number, shown[first][1])
            number = None
        shown.append((number, one))
    return [(number, one) for number, one in shown if one.line.text or number is not None]


def _said(interview: Interview, source: Source) -> Said:
    uid = interview.uid
    if source.statement is not None:
        at = source.statement
        url = f"{reverse('interviews:transcript', args=[uid])}#s{at.number}"
        who = at.speaker or _("Statement %s") % at.number
        return Said(at.words, who, url)
    talk = reverse("interviews:talk", args=[uid])
    if source.note is not None:
        note = source.note
        who = _("%(expert)s, in a note of %(name)s") % {
            "expert": interview.expert.name,
            "name": note.author.name,
        }
        return Said(note.words, who, f"{talk}?at={note.probe}#note-{note.uid}")
    entry = source.entry
    if entry is None:  # The database knows no such row.
        raise AssertionError(source.pk)
    who = _("%(expert)s, in the outline written by %(name)s") % {
        "expert": interview.expert.name,
        "name": entry.author.name,
    }
    return Said(entry.words, who, f"{talk}?at={_outline_probe(interview)}#outline")


def _outline_probe(interview: Interview) -> str:
    """Return the key of the first probe that stands beside the outline."""
    return next(p.key for stage, p in interview.steps().probes() if stage.builds_outline)
