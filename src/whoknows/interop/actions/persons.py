"""Taking in persons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from whoknows.base.errors import BadInput
from whoknows.interop.actions.known import ids_by_key, uids
from whoknows.interop.actions.setting import Outcome, Setting
from whoknows.interop.actions.sorting import Sorting
from whoknows.interop.importers.records import PersonRecord, Refused
from whoknows.interop.queries.records import person_record
from whoknows.needs.models import Answer
from whoknows.network.actions import Known as KnownTie
from whoknows.network.actions import record_ties
from whoknows.people.actions import (
    Administrators,
    LastAdministrator,
    PersonFromElsewhere,
    bring_in_persons,
    open_organisation,
    open_unit,
)
from whoknows.people.models import Membership, Organisation, Person, Role, Unit

KIND = "person"
_NO_PLACE = "persons of elsewhere without a place here (name the organisation in their rows)"


def take_in(batch: Sequence[PersonRecord], setting: Setting) -> Outcome:
    """Take in persons; those known by e-mail address or by our own id are the same persons.

    Who is here already and not of this organisation gets a place in it only where a row names it:
    an archive holds guests too, and a place is the right to read.
    """
    sorting = Sorting(batch, kind=KIND, setting=setting)
    by_email, by_uid = _ids_by_email(batch), _ids_by_uid(batch)
    ours = Person.objects.get_queryset().in_bulk(
        sorting.known_ids | set(by_email.values()) | set(by_uid.values())
    )
    colleagues = _colleagues(ours, setting)
    known = colleagues | _who_wrote_here(by_uid.values(), setting)
    places = _Places(setting, ours, colleagues)
    fresh: list[tuple[PersonRecord, PersonFromElsewhere]] = []
    claimed: dict[str, str] = {}
    for record in batch:
        email = (record.email or "").lower()
        holder = by_email.get(email)
        before = sorting.before(record)
        by_our_id = by_uid.get(record.key)
        pk = before.object_id if before else by_our_id if by_our_id in known else holder
        taken_here = email and claimed.setdefault(email, record.key) != record.key
        if taken_here or (holder is not None and holder != pk):
            why = f"Somebody else has the e-mail address {record.email} already; correct it."
            sorting.outcome.refuse(record, why)
            continue
        person = ours.get(pk) if pk else None
        if person and setting.by and not places.had_one(person):
            # A place would tell their name to whoever guesses addresses.
            why = "They are known elsewhere; whoever runs this installation can give them a place."
            sorting.outcome.refuse(record, why)
            continue
        if person and not record.guest and places.is_guest(person, record):
            sorting.outcome.notes[_NO_PLACE] += 1
        as_told = places.as_told(person, record) if person else None
        if not sorting.passes_over(record, ours=as_told, pk=person.pk if person else None):
            told = _told(record, person, places, sorting.outcome)
            fresh += [(record, told)] if told else []
    rows = bring_in_persons(persons=[told for _, told in fresh], now=setting.now, by=setting.by)
    for (record, told), row in zip(fresh, rows, strict=True):
        sorting.took(record, pk=row.pk, was_here=told.pk is not None)
    return sorting.finish()


def _colleagues(ids: Collection[int], setting: Setting) -> set[int]:
    """Return whom a row may change: persons of this organisation, but not who runs it all.

    For an administrator of it, not those either whom another organisation has too.
    """
    here = Membership.objects.filter(organisation=setting.organisation, owner__in=ids)
    if setting.by is not None:
        elsewhere = Membership.objects.exclude(organisation=setting.organisation)
        here = here.exclude(owner__in=elsewhere.filter(owner__in=ids).values("owner"))
    return set(here.exclude(owner__is_superuser=True).values_list("owner", flat=True))


def _who_wrote_here(ids: Collection[int], setting: Setting) -> set[int]:
    """Return those of ``ids`` who answered a need of this organisation, from wherever."""
    answers = Answer.objects.filter(need__organisation=setting.organisation, author__in=ids)
    return set(answers.values_list("author", flat=True))


def _told(
    record: PersonRecord, person: Person | None, places: _Places, outcome: Outcome
) -> PersonFromElsewhere | None:
    try:
        return places.from_elsewhere(record, person)
    except (BadInput, LastAdministrator) as error:
        outcome.refuse(record, error.message)
        return None


def _ids_by_email(batch: Sequence[PersonRecord]) -> dict[str, int]:
    emails = {r.email.lower() for r in batch if r.email}
    rows = Person.objects.get_queryset().filter(email__in=emails).values_list("email", "pk")
    return {email: pk for email, pk in rows if email}


def _ids_by_uid(batch: Sequence[PersonRecord]) -> dict[str, int]:
    keys = uids(r.key for r in batch)
    rows = Person.objects.get_queryset().filter(uid__in=keys.values()).values_list("uid", "pk")
    ids = dict(rows)
    return {key: ids[uid] for key, uid in keys.items() if uid in ids}


class _Places:
    """Organisations and units by name, each looked up once in a batch."""

    def __init__(
        self, setting: Setting, ours: dict[int, Person], colleagues: Collection[int]
    ) -> None:
        self._setting, self._colleagues = setting, colleagues
        self._organisations: dict[str, Organisation] = {}
        self._units: dict[tuple[int, str], Unit] = {}
        self._administrators: dict[int, Administrators] = {}
        rows = Membership.objects.filter(owner__in=ours).select_related("organisation", "unit")
        # What lasts comes last: it is the place that a row is about.
        known = list(rows.order_by("ended_on", "started_on"))
        self._known = {(m.owner_id, m.organisation_id): m for m in known}
        self._elsewhere = {(m.owner_id, m.organisation.name): m for m in known}
        self._ends = {(m.owner_id, m.organisation_id, m.ended_on) for m in known}

    def from_elsewhere(self, record: PersonRecord, person: Person | None) -> PersonFromElsewhere:
        """Return what ``record`` says, and where it says nothing what is known already.

        Raises:
            BadInput: It is of an organisation that the import may not tell of.
            LastAdministrator: Nobody could let anybody in from the day on that it tells.
        """
        organisation = self._organisation(record.organisation)
        place = self._known.get((person.pk, organisation.pk)) if person else None
        if place and record.left_on:
            self._check_leaving(place, record.left_on)
        title = place.title if place else ""
        return PersonFromElsewhere(
            pk=person.pk if person else None,
            name=record.name,
            email=record.email,
            organisation=organisation,
            unit=self._unit(organisation, record.unit) if record.unit else None,
            site=record.site or "",
            title=record.title or title,
            timezone=record.timezone or (person.timezone if person else "UTC"),
            url=record.url or (person.url if person else ""),
            left_on=record.left_on,
            sharing=self._setting.sharing,
            is_someone_elses=person is not None and person.pk not in self._colleagues,
            is_guest=bool(record.guest),
        )

    def _check_leaving(self, place: Membership, left_on: date) -> None:
        """Refuse to end ``place`` if it is the last administrator's; else take it for ended."""
        there, setting = place.organisation_id, self._setting
        if place.role != Role.ADMINISTRATOR or (place.owner_id, there, left_on) in self._ends:
            return
        if there not in self._administrators:
            self._administrators[there] = Administrators(there, by=setting.by, now=setting.now)
        self._administrators[there].let_go(place, on=left_on)

    def had_one(self, person: Person) -> bool:
        """Whether ``person`` has or had a place in this organisation."""
        return (person.pk, self._setting.organisation.pk) in self._known

    def is_guest(self, person: Person, record: PersonRecord) -> bool:
        """Whether ``record`` gives no place to ``person``, who has none in this organisation."""
        names_none = record.guest or record.organisation is None
        return bool(names_none) and not self.had_one(person)

    def as_told(self, person: Person, record: PersonRecord) -> PersonRecord:
        """Return what is known of ``person``: of a guest nothing that a row could change."""
        if self.is_guest(person, record):
            return record
        name, ours = record.organisation, self._setting.organisation
        if name is None or self._is_ours(name):
            return person_record(person, self._known.get((person.pk, ours.pk)), key=record.key)
        return person_record(person, self._elsewhere.get((person.pk, name)), key=record.key)

    def _is_ours(self, name: str) -> bool:
        return name in {self._setting.organisation.name, self._setting.organisation.slug}

    def _organisation(self, name: str | None) -> Organisation:
        if name is None or self._is_ours(name):
            return self._setting.organisation
        if self._setting.by is not None:
            raise BadInput(
                "It is of {name}, not of {organisation}; leave it out.",
                name=name,
                organisation=self._setting.organisation,
            )
        if not self._setting.others_allowed:
            raise BadInput(
                "It is of {name}, not of {organisation}; add --other-organisations if this "
                "file may tell who belongs there.",
                name=name,
                organisation=self._setting.organisation,
            )
        if name not in self._organisations:
            self._organisations[name] = open_organisation(name=name, now=self._setting.now)
        return self._organisations[name]

    def _unit(self, organisation: Organisation, name: str) -> Unit:
        place = (organisation.pk, name)
        if place not in self._units:
            self._units[place] = open_unit(
                organisation=organisation, name=name, now=self._setting.now, by=self._setting.by
            )
        return self._units[place]


def connect_managers(managed: Sequence[PersonRecord], setting: Setting) -> list[Refused]:
    """Tie each of ``managed`` to their manager, now that all persons are known.

    Returns the rows that came in without a tie, because nobody here is who they name.
    """
    alone = []
    keys = {key for r in managed for key in (r.key, r.manager) if key}
    ids = ids_by_key(setting.source, KIND, keys)
    ties = []
    for record in managed:
        person, manager = ids.get(record.key), ids.get(record.manager or "")
        if person is None:
            continue  # the row itself was refused, which is told already
        if manager is None:
            why = (
                f"{record.name} is here, without a manager: “{record.manager}” is not among the "
                "persons. Add them and import the file again."
            )
            alone.append(Refused(record.file, record.line, why))
        elif person != manager:
            ties.append(KnownTie(person, manager, "reports_to", 1.0, None))
    record_ties(organisation=setting.organisation, ties=ties, now=setting.now, by=setting.by)
    return alone
