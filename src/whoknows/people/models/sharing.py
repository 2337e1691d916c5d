"""The one place that decides who may see what.

Everything that can be seen is :class:`Shared`: it has an organisation, an owner and a sharing
class. Everybody who looks has a :class:`Reach`. The rules stand three times below, side by side,
because they are asked in three ways: of the database (``visible_to``), of the index (``audience``
on the document, ``audiences`` on the reader) and of columns in memory (:class:`SharedColumns`).
A property test holds them against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import numpy as np
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from whoknows.base.prepared import Given
from whoknows.people.models.organisation import Organisation, Unit

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.fields.related import ForeignKey
    from django.db.models.sql.compiler import SQLCompiler

    from whoknows.people.models.person import Person


class SharingClass(models.TextChoices):
    """How far something may be seen, from nobody else to anybody."""

    PRIVATE = "private", _("only you")
    UNIT = "unit", _("your unit")
    ORGANISATION = "organisation", _("your organisation")
    PARTNERS = "partners", _("your organisation and its partners")
    PUBLIC = "public", _("anyone")


@dataclass(frozen=True, slots=True)
class Reach:
    """What one reader belongs to at one moment. ``Reach()`` is a stranger.

    Attributes:
        person: The reader's id, None for nobody in particular.
        organisations: Those the reader is an active member of.
        units: The reader's units and all units around them.
        partners: Organisations with an agreement in force with one of ``organisations``.
    """

    person: int | None = None
    organisations: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    partners: frozenset[int] = frozenset()

    def audiences(self) -> list[str]:
        """Return the audiences this reader is part of, as written on documents in the index."""
        return [
            "public",
            *(f"owner:{self.person}:{o}" for o in sorted(self.organisations)),
            *(f"unit:{u}" for u in sorted(self.units)),
            *(f"organisation:{o}" for o in sorted(self.organisations)),
            *(f"partners:{o}" for o in sorted(self.organisations | self.partners)),
        ]


class MayBeSeen(models.Func):
    """The condition that keeps what a reader may see of a :class:`Shared` model.

    One expression instead of seven conditions: every query of every request has it, and putting
    it together from parts took longer than the database takes to answer.
    """

    output_field: ClassVar = models.BooleanField()

    def __init__(self, reach: Reach | None = None) -> None:
        """Keep what ``reach`` may see; without it, the reach given when the query runs."""
        super().__init__("sharing", "organisation", "owner", "unit")
        self.reach = reach

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[Any, ...]]:
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        sharing, organisation, owner, unit = columns
        within = (
            f"{sharing} IN ('organisation', 'partners') OR {owner} = %s"
            f" OR ({sharing} = 'unit' AND {unit} = ANY(%s))"
        )
        sql = (
            f"({sharing} = 'public' OR ({organisation} = ANY(%s) AND ({within}))"
            f" OR ({sharing} = 'partners' AND {organisation} = ANY(%s)))"
        )
        return sql, tuple(value if self.reach else later for value, later in self._values())

    def _values(self) -> list[tuple[object, Given]]:
        def both(read: Callable[[Reach], object]) -> tuple[object, Given]:
            later = Given(lambda values: read(values["reach"]))
            return read(self.reach or Reach()), later

        return [
            both(lambda reach: sorted(reach.organisations)),
            both(lambda reach: reach.person),
            both(lambda reach: sorted(reach.units)),
            both(lambda reach: sorted(reach.partners)),
        ]


CLASSES = tuple(SharingClass)
# Not for everybody in the organisation: neither its administration nor an export has these.
NARROW = (SharingClass.PRIVATE, SharingClass.UNIT)


@dataclass(frozen=True, slots=True)
class SharedColumns:
    """Who may see each of many rows, as columns: the rules a third time, for arrays in memory.

    Attributes:
        sharing: Place of the class in ``CLASSES``.
        organisation, unit: Their ids; 0 for no unit.
    """

    sharing: NDArray[np.int8]
    organisation: NDArray[np.int64]
    unit: NDArray[np.int64]

    def visible_to(self, reach: Reach) -> NDArray[np.bool_]:
        """Return for each row whether ``reach`` may see it, whoever its owner is.

        What only its owner may see is left out even for its owner.
        """
        private, unit, organisation, partners, public = range(len(CLASSES))
        mine = _among(self.organisation, reach.organisations)
        wide = (self.sharing == organisation) | (self.sharing == partners)
        in_my_unit = (self.sharing == unit) & _among(self.unit, reach.units)
        shared = (self.sharing == partners) & _among(self.organisation, reach.partners)
        within = mine & (wide | in_my_unit) & (self.sharing != private)
        seen: NDArray[np.bool_] = (self.sharing == public) | within | shared
        return seen

    def of(self, rows: NDArray[np.int64]) -> SharedColumns:
        """Return who may see each of these rows."""
        return SharedColumns(self.sharing[rows], self.organisation[rows], self.unit[rows])

    def units(self) -> frozenset[int]:
        """Return the units on which it hangs who may see some row: readers of others are alike."""
        in_a_unit = self.sharing == CLASSES.index(SharingClass.UNIT)
        return frozenset(np.unique(self.unit[in_a_unit]).tolist())


def _among(column: NDArray[np.int64], ids: Iterable[int]) -> NDArray[np.bool_]:
    found = np.zeros(len(column), np.bool_)
    for one in ids:
        found |= column == one
    return found


_M_co = TypeVar("_M_co", bound=models.Model, covariant=True)


class SharedQuerySet(models.QuerySet[_M_co]):
    """Things that can be seen by some and not by others."""

    def visible_to(self, reach: Reach | None) -> Self:
        """Keep what a reader with ``reach`` may see. Costs no query of its own.

        None stands for the reach given later, in a query that is :class:`Prepared`.
        """
        return self.filter(MayBeSeen(reach))


class Shared(models.Model):
    """Something with an owner in an organisation, and a say in who may see it.

    The owner sees it as long as they belong to the organisation: rights end with the membership,
    also over one's own notes, while what was shared wider stays visible as it was.
    """

    organisation: ForeignKey[Organisation] = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+"
    )
    unit: ForeignKey[Unit | None] = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner: ForeignKey[Person] = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    sharing = models.CharField(
        max_length=12, choices=SharingClass.choices, default=SharingClass.ORGANISATION
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(sharing="unit") | Q(unit__isnull=False),
                name="%(app_label)s_%(class)s_shared_with_a_unit_that_exists",
            ),
            models.CheckConstraint(
                condition=Q(sharing__in=["private", "unit", "organisation", "partners", "public"]),
                name="%(app_label)s_%(class)s_sharing_class_known",
            ),
        ]

    def is_answered_for_by(self, reach: Reach) -> bool:
        """Whether the reader owns it and belongs to its organisation today.

        Whoever left may see what is public, but neither changes it nor learns who reads it.
        """
        return self.owner_id == reach.person and self.organisation_id in reach.organisations

    def audience(self) -> list[str]:
        """Return who may find this, as written on its document in the index."""
        reached_by = {
            SharingClass.PRIVATE.value: [],
            SharingClass.UNIT.value: [f"unit:{self.unit_id}"],
            SharingClass.ORGANISATION.value: [f"organisation:{self.organisation_id}"],
            SharingClass.PARTNERS.value: [f"partners:{self.organisation_id}"],
            SharingClass.PUBLIC.value: ["public"],
        }
        return [*reached_by[self.sharing], f"owner:{self.owner_id}:{self.organisation_id}"]
