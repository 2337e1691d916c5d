"""What every part of an import knows and returns."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from whoknows.interop.importers.records import Record, Refused
from whoknows.interop.models import Source
from whoknows.people.models import Organisation, Person, SharingClass, Unit


@dataclass(frozen=True, slots=True)
class Setting:
    """Where things go: the organisation, how far they are shared, who answers for the ownerless.

    ``others_allowed``: rows may name other organisations than ``organisation``. ``by`` is the
    administrator of it who brings it in; without one, whoever runs the installation does.
    """

    source: Source
    organisation: Organisation
    sharing: SharingClass
    now: datetime
    attribution: str = ""
    owner: Person | None = None
    others_allowed: bool = False
    by: Person | None = None


@dataclass(slots=True)
class Outcome:
    """What became of one batch; ``notes`` are counted sentences about how things were taken in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def refuse(self, record: Record, why: str) -> None:
        self.refused.append(Refused(record.file, record.line, why))


def sharing_of(told: str | None, setting: Setting) -> SharingClass:
    """Return the sharing class a record asks for, else that of the import.

    Raises:
        ValueError: There is no such class; the message names those that exist.
    """
    if told is None:
        return setting.sharing
    if told not in SharingClass.values:
        raise ValueError(f"“{told}” is no sharing class; write {', '.join(SharingClass.values)}.")
    return SharingClass(told)


def missing_unit(sharing: SharingClass, unit: Unit | int | None) -> bool:
    """Whether something would be shared with a unit that its owner is not in."""
    return sharing == SharingClass.UNIT and unit is None


def open_source(*, organisation: Organisation, name: str, now: datetime) -> Source:
    """Return the source of this name, new if nothing was imported from it before."""
    source, _ = Source.objects.get_or_create(
        organisation=organisation, name=name[:200], defaults={"first_at": now}
    )
    return source
