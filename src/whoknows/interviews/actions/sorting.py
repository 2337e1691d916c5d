"""Sorting what was said into items that an aid can be made of."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from whoknows.base.errors import BadInput, NotFound
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.actions.states import note_down, open_for_asking, words_of
from whoknows.interviews.models import (
    Interview,
    Item,
    ItemKindChoice,
    Note,
    OutlineEntry,
    Source,
    Statement,
)
from whoknows.people.models import Person

LONGEST_ITEM = 1_000


@transaction.atomic
def sort_notes(*, interview: Interview, by: Person, now: datetime) -> int:
    """Make an item of every note and outline entry that has none yet; returns how many.

    The kind is what the probe usually yields, so that most need no more than a look. Entries of
    the outline become steps, unless the protocol lists what somebody knows; notes on the question
    that asks for the outline then do not.

    Raises:
        NotAllowed, NotNow: ``by`` neither asks nor takes notes, or it is not the time.
    """
    interview = open_for_asking(interview, by)
    protocol = interview.steps()
    entries = list(interview.outline.filter(sources__isnull=True))
    notes = list(interview.notes.filter(sources__isnull=True))
    place = _next_place(interview)
    made = 0
    if interview.protocol != "clusters":
        for entry in entries:
            item = _item(interview, ItemKindChoice.STEP, entry.words, entry, place + made, by, now)
            Source.objects.create(item=item, entry=entry)
            made += 1
    has_outline = interview.outline.exists()
    for note in notes:
        kind = ItemKindChoice(protocol.kind_of(note.probe, has_outline=has_outline).value)
        words = " ".join(note.words.split())[:LONGEST_ITEM]
        item = _item(interview, kind, words, note.entry, place + made, by, now)
        Source.objects.create(item=item, note=note)
        made += 1
    note_down("sort_notes", interview, by=by, now=now, items=made)
    return made


def _item(
    interview: Interview,
    kind: ItemKindChoice,
    text: str,
    entry: OutlineEntry | None,
    position: int,
    by: Person,
    now: datetime,
) -> Item:
    return Item.objects.create(
        interview=interview, kind=kind, text=text, entry=entry, position=position, author=by,
        made_at=now,
    )  # fmt: skip


def _next_place(interview: Interview) -> int:
    return (interview.items.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def add_item(  # noqa: PLR0913 - what it is and where it comes from are all needed
    *,
    interview: Interview,
    kind: ItemKindChoice,
    by: Person,
    now: datetime,
    statements: Collection[int] = (),
    notes: Collection[int] = (),
    text: str = "",
    entry_id: int | None = None,
) -> Item:
    """Return a new item that rests on ``statements`` (numbers) and ``notes`` (ids).

    Without a text it says what these say.

    Raises:
        BadInput: It rests on nothing, or says too much.
        NotAllowed, NotNow: ``by`` neither asks nor takes notes, or it is not the time.
    """
    interview = open_for_asking(interview, by)
    said = list(Statement.objects.filter(transcript__interview=interview, number__in=statements))
    written = list(Note.objects.filter(interview=interview, pk__in=notes))
    if not said and not written:
        raise BadInput("Tick at least one statement or note: every item rests on something said.")
    joined = " ".join([*(one.words for one in said), *(one.words for one in written)])
    words = words_of(
        text or joined, most=LONGEST_ITEM, missing=Sentence("Say it."), in_one_line=True
    )
    entry = interview.outline.filter(pk=entry_id).first() if entry_id is not None else None
    item = _item(interview, kind, words, entry, _next_place(interview), by, now)
    Source.objects.bulk_create(
        [
            *(Source(item=item, statement=one) for one in said),
            *(Source(item=item, note=one) for one in written),
        ]
    )
    note_down("add_item", interview, by=by, now=now, item=item.pk, kind=kind)
    return item


def _one(interview: Interview, item_id: int) -> Item:
    found = interview.items.filter(pk=item_id).first()
    if found is None:
        raise NotFound("There is no such item any more.")
    return found


@transaction.atomic
def change_item(
    *,
    interview: Interview,
    item_id: int,
    kind: ItemKindChoice,
    text: str,
    entry_id: int | None,
    by: Person,
    now: datetime,
) -> Item:
    """Give an item another kind, other words or another place in the outline.

    Raises:
        NotFound: It is gone.
        BadInput: It says nothing or too much.
        NotAllowed, NotNow: ``by`` neither asks nor takes notes, or it is not the time.
    """
    interview = open_for_asking(interview, by)
    item = _one(interview, item_id)
    item.kind = kind
    item.text = words_of(
        text, most=LONGEST_ITEM, missing=Sentence("Say it, or remove the item."), in_one_line=True
    )
    item.entry = interview.outline.filter(pk=entry_id).first() if entry_id is not None else None
    item.save(update_fields=["kind", "text", "entry"])
    note_down("change_item", interview, by=by, now=now, item=item.pk, kind=kind)
    return item


@transaction.atomic
def move_item(
    *, interview: Interview, item_id: int, earlier: bool, by: Person, now: datetime
) -> None:
    """Let an item and the one before or after it, of the same entry, change places.

    Raises:
        NotFound: It is gone.
        NotAllowed, NotNow: ``by`` neither asks nor takes notes, or it is not the time.
    """
    interview = open_for_asking(interview, by)
    item = _one(interview, item_id)
    items = list(interview.items.all())
    beside = [one for one in items if one.entry_id == item.entry_id]
    at = beside.index(item) + (-1 if earlier else 1)
    if 0 <= at < len(beside):
        first, second = items.index(item), items.index(beside[at])
        items[first], items[second] = items[second], items[first]
        for position, one in enumerate(items, 1):
            one.position = position
        Item.objects.bulk_update(items, ["position"])
    note_down("move_item", interview, by=by, now=now, item=item.pk)


@transaction.atomic
def remove_item(*, interview: Interview, item_id: int, by: Person, now: datetime) -> None:
    """Delete an item; what it rests on stays. The expert may too: the words are theirs.

    Raises:
        NotFound: It is gone.
        NotAllowed, NotNow: ``by`` takes no part, or it is not the time.
    """
    if interview.expert_id != by.pk:
        interview = open_for_asking(interview, by)
    item = _one(interview, item_id)
    note_down("remove_item", interview, by=by, now=now, item=item.pk)
    item.delete()
