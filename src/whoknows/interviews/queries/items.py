"""What was written down and sorted."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from whoknows.base.errors import NotFound
from whoknows.engine.interviews import Demand, ItemKind, Sorted, demands
from whoknows.engine.interviews import OutlineEntry as Entry
from whoknows.interviews.models import Interview, Item, Note, OutlineEntry, Source


def notes_of(interview: Interview, *, probe: str) -> QuerySet[Note]:
    """Return the notes on one probe, by whomever, the oldest first."""
    return interview.notes.filter(probe=probe).select_related("author", "entry")


def outline_of(interview: Interview) -> list[Entry]:
    """Return the outline as the engine takes it."""
    return [Entry(entry.pk, entry.words) for entry in interview.outline.all()]


def sorted_of(interview: Interview) -> list[Sorted]:
    """Return the items as the engine takes them."""
    return [
        Sorted(item.pk, ItemKind(item.kind), item.text, item.entry_id)
        for item in interview.items.all()
    ]


def demands_of(interview: Interview) -> list[Demand]:
    """Return the table of cognitive demands. Two queries."""
    return demands(outline_of(interview), sorted_of(interview), whole=_("The whole task"))


@dataclass(frozen=True, slots=True)
class Group:
    """An entry of the outline, None for the whole, and the items that belong to it."""

    entry: OutlineEntry | None
    items: tuple[Item, ...]


def _with_sources(interview: Interview) -> QuerySet[Item]:
    sources = Source.objects.select_related("statement", "note__author", "entry__author")
    return interview.items.prefetch_related(Prefetch("sources", queryset=sources))


def groups_of(interview: Interview) -> list[Group]:
    """Return all items with what they rest on, by entry of the outline. Three queries."""
    items = list(_with_sources(interview))
    by_entry = [
        Group(entry, tuple(item for item in items if item.entry_id == entry.pk))
        for entry in interview.outline.all()
    ]
    rest = tuple(item for item in items if item.entry_id is None)
    return [*by_entry, *([Group(None, rest)] if rest else [])]


def item_of(interview: Interview, *, item_id: int) -> Item:
    """Return one item with what it rests on.

    Raises:
        NotFound: It is gone, or belongs to another interview.
    """
    found = _with_sources(interview).filter(pk=item_id).first()
    if found is None:
        raise NotFound("There is no such item any more.")
    return found


def unsorted_count(interview: Interview) -> int:
    """Return how many notes and outline entries no item rests on."""
    notes = interview.notes.filter(sources__isnull=True).count()
    if interview.protocol == "clusters":
        return notes
    return notes + interview.outline.filter(sources__isnull=True).count()
