"""That whoever belongs to an organisation finds somebody there who can let others in."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, datetime

from whoknows.base.days import day_of
from whoknows.base.errors import Conflict
from whoknows.people.models import Membership, Organisation, Person, Role


class LastAdministrator(Conflict):
    """Nobody could let anybody in any more."""

    code = "last_administrator"


class Administrators:
    """Who looks after an organisation from today on, of those who may sign in.

    Its row is locked until the transaction ends, and whoever comes later waits: two administrators
    must not end each other at once. Each change is checked against those taken in before it.
    """

    def __init__(self, organisation: int, *, by: Person | None, now: datetime) -> None:
        self._organisation = Organisation.objects.select_for_update().get(pk=organisation)
        self._today = day_of(now)
        # An organisation that closes has a last one; no administrator does that by a slip.
        self._may_close = by is None or by.is_superuser
        here = Membership.objects.active(self._today).filter(
            organisation=organisation, owner__is_active=True, owner__email__isnull=False
        )
        rows = list(here.values_list("pk", "role", "ended_on"))
        self._ends = {pk: end or date.max for pk, _, end in rows}
        self._administrators = frozenset(pk for pk, role, _ in rows if role == Role.ADMINISTRATOR)

    def let_go(self, place: Membership, *, on: date) -> None:
        """Take ``place`` for one that ends ``on``.

        Raises:
            LastAdministrator: From some day on nobody would look after those who are still there;
                or nobody is, but it is not whoever runs the installation who lets the last one go.
        """
        if place.pk in self._ends:
            self._take_in(place, {**self._ends, place.pk: on}, self._administrators)

    def demote(self, place: Membership) -> None:
        """Take ``place`` for no administrator's any more.

        Raises:
            LastAdministrator: From some day on nobody would look after those who are still there.
        """
        self._take_in(place, self._ends, self._administrators - {place.pk})

    def _take_in(
        self, place: Membership, ends: dict[int, date], administrators: AbstractSet[int]
    ) -> None:
        before = self._last_day(self._ends, self._administrators)
        after = self._last_day(ends, administrators)
        is_anybody_left = any(end > after for end in ends.values())
        if after < before and (is_anybody_left or not self._may_close):
            raise LastAdministrator(
                "{person} is the only administrator of {there}. Make somebody else one first. When "
                "nobody else is left there, whoever runs this installation ends the last "
                "membership.",
                person=place.owner,
                there=self._organisation,
            )
        self._ends, self._administrators = ends, frozenset(administrators)

    def _last_day(self, ends: dict[int, date], administrators: AbstractSet[int]) -> date:
        """Return the first day from which on nobody looks after the organisation."""
        return max([self._today, *(ends[pk] for pk in administrators)])


def check_place(  # noqa: PLR0913 - one argument for each thing that may end a role
    *,
    place: Membership,
    owner: Person,
    organisation: Organisation,
    role: str,
    started_on: date,
    ended_on: date | None,
    by: Person,
    now: datetime,
) -> None:
    """Refuse to make of ``place`` what leaves people without an administrator.

    To be asked in the transaction that then changes it.

    Raises:
        LastAdministrator: It would.
    """
    here, today = Administrators(place.organisation_id, by=by, now=now), day_of(now)
    is_another = (owner.pk, organisation.pk) != (place.owner_id, place.organisation_id)
    if is_another or started_on > today:
        here.let_go(place, on=today)
    elif ended_on is not None:
        here.let_go(place, on=ended_on)
    if role != Role.ADMINISTRATOR:
        here.demote(place)


def check_signs_in_no_more(*, person: Person, by: Person, now: datetime) -> None:
    """Refuse that ``person`` signs in no more where that leaves people without an administrator.

    To be asked in the transaction that then changes it.

    Raises:
        LastAdministrator: It would.
    """
    today = day_of(now)
    places = Membership.objects.active(today).filter(owner=person, role=Role.ADMINISTRATOR)
    # In one order, lest two who do so at once wait for each other.
    for place in places.select_related("owner").order_by("organisation"):
        Administrators(place.organisation_id, by=by, now=now).let_go(place, on=today)
