"""Taking in aids."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q

from whoknows.aids.actions import AidText, change_aid, make_aid, take_in_picture
from whoknows.aids.models import LIKELY_TO_CHANGE, VERIFY_EVERY, Aid, Carrier
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput
from whoknows.engine.aids import Content, Kind, kind_of, read_markdown
from whoknows.interop.actions.setting import Outcome, Setting, missing_unit, sharing_of
from whoknows.interop.actions.sorting import Sorting
from whoknows.interop.importers.aid_content import read_content
from whoknows.interop.importers.records import AidRecord
from whoknows.interop.queries.records import aid_record
from whoknows.people.actions import PersonFromElsewhere, bring_in_persons
from whoknows.people.models import Membership, Person, Role, SharingClass
from whoknows.people.models.membership import MembershipQuerySet

KIND = "aid"
_NOTES = {
    Kind.PROCEDURE: "aids as procedures",
    Kind.CHECKLIST: "aids as checklists",
    Kind.DECISION_TABLE: "aids as decision tables",
    Kind.FLOWCHART: "aids as flowcharts",
    Kind.REFERENCE: "aids as references (no numbered steps or tasks in their text)",
    Kind.WORKSHEET: "aids as worksheets",
}


def take_in(batch: Sequence[AidRecord], setting: Setting) -> Outcome:
    """Take in aids.

    An owner who is not known here comes in by name, without sign-in. An aid that names no owner
    goes to whoever the import names, else to an administrator, who neither wrote nor verified it.
    """
    sorting = Sorting(batch, kind=KIND, setting=setting)
    here = Aid.objects.filter(organisation=setting.organisation).select_related("owner")
    ours = here.prefetch_related("topics").in_bulk(sorting.known_ids)
    owners = _Owners(setting)
    for record in batch:
        before = sorting.before(record)
        aid = ours.get(before.object_id) if before else None
        told = aid_record(aid, key=record.key) if aid else None
        if sorting.passes_over(record, ours=told, pk=aid.pk if aid else None):
            continue
        if record.verified_on and record.verified_on > day_of(setting.now):
            sorting.outcome.refuse(record, "It was verified in the future; correct the date.")
            continue
        if record.carrier and record.carrier not in Carrier.values:
            choices = ", ".join(Carrier.values)
            sorting.outcome.refuse(record, f"Its carrier is none of {choices}; correct it.")
            continue
        content = _content(record)
        taken = (
            _change(aid, record, content, setting)
            if aid
            else _make(record, content, owners.owner_of(record), setting, sorting.outcome)
        )
        if taken is not None:
            _name_who_verified(taken, record)
            _take_pictures(taken, record, setting, sorting.outcome)
            sorting.took(record, pk=taken.pk, was_here=aid is not None)
            sorting.outcome.notes[_NOTES[kind_of(content)]] += 1
            if aid is None:
                sorting.outcome.notes[_owned(taken)] += 1
    return sorting.finish()


def _content(record: AidRecord) -> Content:
    """Return the structure that a record tells, else the one that its text is written in."""
    if record.kind is not None and record.content is not None:
        return read_content(record.kind, record.content)
    return read_markdown(record.body or record.title)


def _make(
    record: AidRecord, content: Content, place: Membership, setting: Setting, outcome: Outcome
) -> Aid | None:
    try:
        sharing = sharing_of(record.sharing, setting)
    except ValueError as error:
        outcome.refuse(record, str(error))
        return None
    if missing_unit(sharing, place.unit_id):
        outcome.refuse(
            record,
            "Shared with a unit, but its owner is in none; add a unit or share it otherwise.",
        )
        return None
    return make_aid(
        text=_text(record, content, setting),
        owner=place.owner,
        organisation=setting.organisation,
        unit=place.unit,
        sharing=sharing,
        verified_on=record.verified_on,
        verify_by=_verify_by(record),
        now=setting.now,
        owner_wrote_it=record.owner is not None,
    )


def _change(aid: Aid, record: AidRecord, content: Content, setting: Setting) -> Aid:
    return change_aid(
        aid=aid,
        text=_text(record, content, setting),
        verified_on=record.verified_on,
        verify_by=_verify_by(record),
        now=setting.now,
    )


def _name_who_verified(aid: Aid, record: AidRecord) -> None:
    """Keep that the owner of ``aid`` verified it only if a file means them and they were there.

    A file says when something was reviewed and not by whom: of an owner whom it does not name, or
    who had left by then, it does not say so.
    """
    if record.verified_on is None or aid.verified_by_id is None:
        return
    named, owner = record.owner or "", aid.owner
    is_named = owner.email == named.lower() or owner.name in {named, named.partition("@")[0]}
    places = Membership.objects.filter(owner=owner, organisation=aid.organisation_id)
    lasted = places.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=record.verified_on))
    if not is_named or not lasted.exists():
        aid.verified_by = None
        aid.save(update_fields=["verified_by"])


def _owned(aid: Aid) -> str:
    """Return who has to look after a new aid, which a file often leaves open."""
    how = "" if aid.owner.is_active else ", who cannot sign in"
    return f"new aids owned by {aid.owner}{how}"


def _verify_by(record: AidRecord) -> date | None:
    """Return when the aid is due; none is good for ever, wherever it was verified."""
    if record.verify_by is not None or record.verified_on is None:
        return record.verify_by
    return record.verified_on + (LIKELY_TO_CHANGE if record.likely_to_change else VERIFY_EVERY)


def _take_pictures(aid: Aid, record: AidRecord, setting: Setting, outcome: Outcome) -> None:
    for picture in record.pictures or ():
        try:
            take_in_picture(
                aid=aid, data=picture.path.read_bytes(), alt=picture.alt, now=setting.now
            )
        except BadInput as error:
            outcome.refuse(record, f"Its picture {picture.path.name}: {error.message}")


def _text(record: AidRecord, content: Content, setting: Setting) -> AidText:
    return AidText(
        title=record.title[:200],
        content=content,
        trigger=record.trigger or "",
        outcome=record.outcome or "",
        can_do=record.can_do or "",
        likely_to_change=bool(record.likely_to_change),
        carrier=Carrier(record.carrier or Carrier.SCREEN),
        topics=record.topics,
        language=record.language,
        url=record.url or "",
        licence=record.licence or "",
        attribution=record.attribution or setting.attribution,
    )


class _Owners:
    """Who answers for an aid, each name looked up once in a batch."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._found: dict[str, Membership] = {}

    def owner_of(self, record: AidRecord) -> Membership:
        """Return the place of whoever answers for the aid."""
        name = record.owner or ""
        if name not in self._found:
            found = self._find(name) if name else self._keeper()
            self._found[name] = found or self._bring_in(name or self._setting.organisation.name)
        return self._found[name]

    def _keeper(self) -> Membership | None:
        # Only who is there today can look after what nobody is named for.
        here = self._here().active(day_of(self._setting.now))
        asked_for = here.filter(owner=self._setting.owner).first() if self._setting.owner else None
        return asked_for or here.filter(role=Role.ADMINISTRATOR).first()

    def _find(self, name: str) -> Membership | None:
        here = self._here()
        return (
            here.filter(owner__email=name.lower()).first() or here.filter(owner__name=name).first()
        )

    def _here(self) -> MembershipQuerySet:
        """Return the places here, those that last before those that ended."""
        here = Membership.objects.filter(organisation=self._setting.organisation)
        lasting_first = F("ended_on").desc(nulls_first=True)
        return here.select_related("owner", "unit").order_by(lasting_first, "pk")

    def _bring_in(self, name: str) -> Membership:
        told = PersonFromElsewhere(
            name=name.partition("@")[0] if "@" in name else name,
            organisation=self._setting.organisation,
            sharing=SharingClass(self._setting.sharing),
        )
        person: Person = bring_in_persons(persons=[told], now=self._setting.now)[0]
        return Membership.objects.select_related("owner", "unit").get(owner=person)
