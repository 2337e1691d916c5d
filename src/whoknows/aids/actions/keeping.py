"""Keeping aids true over time: reminders, hand-over, proof of reading, retirement."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from whoknows.aids.actions.states import locked, move
from whoknows.aids.actions.writing import keep_version
from whoknows.aids.models import Aid, ReviewRole, ReviewVerdict, State, Unsaved
from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.engine.aids import Reference, kind_of, to_plain
from whoknows.engine.text.sentences import Sentence
from whoknows.expertise.actions import forget_document
from whoknows.people.actions import tell
from whoknows.people.models import Membership, Person, Role, SharingClass
from whoknows.search.actions import note_changed


@transaction.atomic
def retire_aid(*, aid: Aid, by: Person, now: datetime) -> Aid:
    """Take ``aid`` out of use: it is not found any more, and its page says so.

    Raises:
        NotAllowed: Somebody other than the owner tries.
        WrongState: It is retired already.
    """
    aid = locked(aid, by=by, doing=Sentence("retire this aid"), now=now)
    move(aid, State.RETIRED, why_not=Sentence("This aid is retired already."))
    return _put(aid, "retire_aid", by=by, now=now)


@transaction.atomic
def revive_aid(*, aid: Aid, by: Person, now: datetime, why: str = "") -> Aid:
    """Make a draft of a retired aid again.

    What reviewers said of it before stays with the version they read; the same text is a version
    of its own from now on, for which ``why`` stands in the history, and needs new reviews.

    Raises:
        NotAllowed: Somebody other than the owner tries.
        WrongState: It is not retired, or its words were taken back.
    """
    aid = locked(aid, by=by, doing=Sentence("bring this aid back"), now=now)
    if aid.state == State.RETIRED:
        move(aid, State.DRAFT, why_not=Sentence("This aid is not retired."))
        if aid.reviews.filter(version=aid.version).exists():
            aid.version, aid.changed_at = aid.version + 1, now
            aid.save(update_fields=["version", "changed_at"])
            keep_version(aid, by=by, is_material=False, why=why)
    return _put(aid, "revive_aid", by=by, now=now)


@transaction.atomic
def take_back_aid(*, aid: Aid, by: Person, now: datetime) -> bool:
    """Undo ``aid`` because ``by``, whose words it holds, takes them back.

    One that was never verified is deleted with all its versions and the evidence in them; returns
    True then. One that was is retired for good and emptied: its title stays, since cards with its
    code are about, and its owner is told. Whoever calls this has seen to it that the words are
    those of ``by``.
    """
    aid = Aid.objects.select_for_update(of=["self"]).select_related("owner").get(pk=aid.pk)
    if aid.verified_on is None and not _was_verified(aid):
        note_changed("aid", [aid.pk])
        audit.record(
            "take_back_aid", f"aid:{aid.pk}", by=by, now=now, organisation_id=aid.organisation_id
        )
        # Whoever drafted it would go on showing its title, and a way to a page that is gone.
        forget_document(document_kind="aid", document_id=aid.pk)
        aid.delete()
        return True
    if aid.state != State.RETIRED:
        move(aid, State.RETIRED, why_not=Sentence("This aid is retired already."))
    _empty(aid)
    aid.taken_back_at = now
    aid.save()
    _put(aid, "take_back_aid", by=by, now=now)
    tell(aid.owner, "aids/mail/taken_back", aid=aid)
    return False


def _empty(aid: Aid) -> None:
    """Take all words but the title out of ``aid`` (not saved here), and delete what holds them."""
    content = Reference()
    aid.kind, aid.content, aid.body = kind_of(content).value, to_plain(content), ""
    aid.trigger = aid.outcome = aid.can_do = ""
    for held in (aid.versions, aid.reviews, aid.pictures, Unsaved.objects.filter(aid=aid)):
        held.all().delete()


def _was_verified(aid: Aid) -> bool:
    """Whether any version of ``aid`` was ever passed by an expert and by a novice."""
    passed = aid.reviews.filter(verdict=ReviewVerdict.PASS)
    novices = passed.filter(role=ReviewRole.NOVICE, version=OuterRef("version"))
    return passed.filter(Exists(novices), role=ReviewRole.EXPERT).exists()


def _put(aid: Aid, action: str, *, by: Person, now: datetime) -> Aid:
    aid.save(update_fields=["state", "verified_on", "verified_by", "verify_by", "reminded_on"])
    note_changed("aid", [aid.pk])
    audit.record(action, f"aid:{aid.pk}", by=by, now=now, organisation_id=aid.organisation_id)
    return aid


@transaction.atomic
def ask_for_reading(*, aid: Aid, wanted: bool, by: Person, now: datetime) -> Aid:
    """Ask the readers of ``aid`` to say that they read it, or stop asking.

    Raises:
        NotAllowed: Somebody other than the owner tries.
    """
    aid = locked(aid, by=by, doing=Sentence("ask for proof of reading"), now=now)
    aid.asks_reading = wanted
    aid.save(update_fields=["asks_reading"])
    audit.record(
        "ask_for_reading",
        f"aid:{aid.pk}",
        by=by,
        now=now,
        organisation_id=aid.organisation_id,
        wanted=wanted,
    )
    return aid


@transaction.atomic
def remind_owners(*, now: datetime) -> int:
    """Mail each owner, once, the aids that are due; returns how many owners were told.

    Whoever left, or cannot be reached, is not. An aid is told again only after it was verified
    anew. Costs two queries, and one for each owner and each aid.
    """
    today = day_of(now)
    due = Aid.objects.due(today).filter(
        _still_here(today), reminded_on__isnull=True, state=State.VERIFIED
    )
    aids = list(due.select_for_update(of=["self"]).select_related("owner").order_by("verify_by"))
    by_owner: dict[Person, list[Aid]] = {}
    for aid in aids:
        by_owner.setdefault(aid.owner, []).append(aid)
    told = [
        theirs
        for owner, theirs in by_owner.items()
        if tell(owner, "aids/mail/due", aids=theirs, today=today)
    ]
    reminded = [aid for theirs in told for aid in theirs]
    Aid.objects.filter(pk__in=[aid.pk for aid in reminded]).update(reminded_on=today)
    for aid in reminded:
        audit.record(
            "remind_owner",
            f"aid:{aid.pk}",
            by=None,
            now=now,
            organisation_id=aid.organisation_id,
            owner=aid.owner_id,
        )
    return len(told)


def _still_here(today: date) -> Exists:
    """Return the condition that the owner of an aid belongs to its organisation."""
    return Exists(
        Membership.objects.active(today).filter(
            owner=OuterRef("owner"), organisation=OuterRef("organisation")
        )
    )


@transaction.atomic
def hand_over_orphans(*, now: datetime) -> list[Aid]:
    """Give aids whose owner left the organisation to the facilitator there who has the fewest.

    Where nobody is a facilitator, an administrator takes them; where there is neither, they stay.
    Private notes stay private: nobody takes those over.
    """
    today = day_of(now)
    left_once = Membership.objects.filter(
        owner=OuterRef("owner"), organisation=OuterRef("organisation"), ended_on__lte=today
    )
    orphans = (
        Aid.objects.select_for_update(of=["self"])
        .select_related("organisation")
        .filter(~_still_here(today), Exists(left_once))
        .exclude(sharing=SharingClass.PRIVATE)
        .order_by("pk")
    )
    takers: dict[int, _Takers] = {}
    moved: list[Aid] = []
    for aid in orphans:
        here = takers.setdefault(aid.organisation_id, _Takers(aid.organisation_id, today))
        taker = here.next_one()
        if taker is not None:
            _hand_over(aid, taker, now=now)
            moved.append(aid)
    return moved


class _Takers:
    """Who of an organisation can take over an aid, the one with the fewest first."""

    def __init__(self, organisation: int, on: date) -> None:
        places = Membership.objects.active(on).filter(
            organisation=organisation, owner__is_active=True, owner__is_contactable=True
        )
        chosen = places.filter(role=Role.FACILITATOR) or places.filter(role=Role.ADMINISTRATOR)
        self._people = [place.owner for place in chosen.select_related("owner").order_by("owner")]
        owned = Aid.objects.in_use().filter(organisation=organisation)
        self._has = Counter(owned.values_list("owner", flat=True))

    def next_one(self) -> Person | None:
        if not self._people:
            return None
        taker = min(self._people, key=lambda person: self._has[person.pk])
        self._has[taker.pk] += 1
        return taker


def _hand_over(aid: Aid, taker: Person, *, now: datetime) -> None:
    before = aid.owner_id
    aid.owner = taker
    aid.save(update_fields=["owner"])
    note_changed("aid", [aid.pk])
    tell(taker, "aids/mail/handed_over", aid=aid)
    audit.record(
        "hand_over_aid",
        f"aid:{aid.pk}",
        by=None,
        now=now,
        organisation_id=aid.organisation_id,
        before=before,
        after=taker.pk,
    )
