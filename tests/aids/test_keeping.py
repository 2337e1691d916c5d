"""Aids over time: versions, reminders, hand-over, reading, use, unsaved texts."""

from datetime import timedelta

import pytest
from django.core import mail

from tests.builders import (
    LONG_AGO,
    NOON,
    a_person,
    a_stranger,
    a_unit,
    an_aid,
    an_organisation,
    partners,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.aids.actions import (
    AidText,
    acknowledge,
    ask_for_reading,
    change_aid,
    forget_unsaved,
    hand_over_orphans,
    keep_unsaved,
    remind_owners,
    retire_aid,
    say_whether_it_helped,
    share_aid,
)
from whoknows.aids.models import Aid, Unsaved
from whoknows.aids.queries import (
    Helped,
    colleague,
    compare,
    has_read,
    helped,
    readers,
    said_of,
    unsaved,
    version_of,
    versions_of,
)
from whoknows.aids.tasks import look_after_aids
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.base.models import AuditEntry
from whoknows.engine.aids import Kind, Procedure, Step
from whoknows.expertise.models import Evidence
from whoknows.people.models import Membership, Person, Reach, Role, SharingClass
from whoknows.search.queries import find

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
DAY = timedelta(days=1)
STEPS = Procedure((Step("Switch it off."), Step("Hold the button.")))
NEWER = Procedure((Step("Switch it off."), Step("Hold the red button."), Step("Wait.")))


def test_every_text_is_kept_and_can_be_compared() -> None:
    aid = an_aid("Clear E4", content=STEPS)

    change_aid(aid=aid, text=AidText("Clear E5", content=NEWER), by=aid.owner, now=NOON, why="Red")

    mine = reach(aid.owner)
    new, old = versions_of(aid, reach=mine)
    assert [(v.number, v.title, v.why) for v in (new, old)] == [
        (2, "Clear E5", "Red"),
        (1, "Clear E4", ""),
    ]
    assert old.parts() == STEPS
    assert (new.written_by, new.is_material) == (aid.owner, True)
    changed = [d for d in compare(version_of(aid, number=1, reach=mine), new) if d.is_change]
    assert [[p.text for p in d.pieces if p.mark == "added"] for d in changed] == [
        ["red "],
        ["Wait."],
    ]
    with pytest.raises(NotFound):
        version_of(aid, number=3, reach=mine)


def test_a_version_is_seen_by_who_could_see_it_when_it_was_written() -> None:
    here = an_organisation()
    line = a_unit(here)
    owner, beside = a_person(here, unit=line), a_person(here, unit=line)
    partner = a_person()
    partners(here, place_of(partner).organisation)
    aid = an_aid("1", owner=owner, sharing=SharingClass.PRIVATE)
    for title, sharing in (
        ("2", SharingClass.UNIT),
        ("3", SharingClass.ORGANISATION),
        ("4", SharingClass.PARTNERS),
        ("5", SharingClass.PUBLIC),
        ("6", SharingClass.ORGANISATION),
    ):
        share_aid(aid=aid, sharing=sharing, by=owner, now=NOON)
        change_aid(aid=aid, text=AidText(title, content=STEPS), by=owner, now=NOON)
    aid = share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=owner, now=NOON)

    def seen(reader: Reach) -> str:
        return "".join(version.title for version in versions_of(aid, reach=reader))

    assert seen(reach(owner)) == "654321"
    assert seen(reach(beside)) == "65432"
    assert seen(reach(a_person(here))) == "6543"
    assert seen(reach(partner)) == "654"
    assert [seen(Reach()), seen(reach(a_stranger()))] == ["65", "65"]
    _left(owner)
    assert seen(reach(owner)) == "65"
    with pytest.raises(NotFound):
        version_of(aid, number=4, reach=Reach())


def _left(person: Person) -> None:
    Membership.objects.filter(owner=person).update(ended_on=TODAY)


def test_whoever_takes_an_aid_over_does_not_read_what_was_private() -> None:
    here = an_organisation()
    taker, leaver = a_person(here, role=Role.FACILITATOR), a_person(here)
    aid = an_aid("1", owner=leaver, sharing=SharingClass.PRIVATE)
    for title in ("2", "3"):
        change_aid(aid=aid, text=AidText(title, content=STEPS), by=leaver, now=NOON)
        aid = share_aid(aid=aid, sharing=SharingClass.ORGANISATION, by=leaver, now=NOON)
    assert [each.number for each in versions_of(aid, reach=reach(leaver))] == [3, 2, 1]
    _left(leaver)

    hand_over_orphans(now=NOON)

    aid.refresh_from_db()
    assert aid.owner == taker
    assert [each.number for each in versions_of(aid, reach=reach(taker))] == [3]
    share_aid(aid=aid, sharing=SharingClass.PRIVATE, by=taker, now=NOON)
    aid.refresh_from_db()
    assert [each.number for each in versions_of(aid, reach=reach(taker))] == [3]
    with pytest.raises(NotFound):
        version_of(aid, number=1, reach=reach(taker))


def test_aids_of_who_left_go_to_the_facilitator_with_the_fewest() -> None:
    here = an_organisation()
    busy = a_person(here, role=Role.FACILITATOR)
    free = a_person(here, role=Role.FACILITATOR)
    a_person(here, role=Role.ADMINISTRATOR)
    for _ in range(2):
        an_aid(owner=busy)
    leaver = a_person(here)
    theirs = [an_aid(f"Aid {n}", owner=leaver) for n in range(3)]
    private = an_aid(owner=leaver, sharing=SharingClass.PRIVATE)
    _left(leaver)

    assert hand_over_orphans(now=NOON) == theirs

    owners = [Aid.objects.get(pk=aid.pk).owner for aid in theirs]
    assert owners == [free, free, busy]
    private.refresh_from_db()
    assert private.owner == leaver
    assert AuditEntry.objects.filter(action="hand_over_aid").count() == 3
    assert hand_over_orphans(now=NOON) == []


def test_whoever_wrote_an_aid_keeps_the_credit_when_another_looks_after_it() -> None:
    aid = an_aid()
    author = aid.owner
    taker = a_person(aid.organisation, role=Role.ADMINISTRATOR)
    _left(author)
    hand_over_orphans(now=NOON)
    aid.refresh_from_db()
    assert aid.owner == taker

    change_aid(aid=aid, text=AidText("Clear E5", content=STEPS), by=taker, now=NOON)

    assert Evidence.objects.get().owner == author


def test_nobody_takes_over_where_there_is_nobody() -> None:
    aid = an_aid()
    _left(aid.owner)

    assert hand_over_orphans(now=NOON) == []


@pytest.mark.django_db(transaction=True)
def test_owners_are_reminded_once_of_all_that_is_due() -> None:
    owner = a_person()
    due = TODAY + 14 * DAY
    for title in ("First", "Second"):
        an_aid(title, owner=owner, verified_on=LONG_AGO, verify_by=due)
    an_aid("Later", owner=owner, verified_on=LONG_AGO, verify_by=due + DAY)
    retire_aid(
        aid=an_aid("Gone", owner=owner, verified_on=LONG_AGO, verify_by=due), by=owner, now=NOON
    )

    assert remind_owners(now=NOON) == 1
    assert remind_owners(now=NOON) == 0

    assert [m.to for m in mail.outbox] == [[owner.email]]
    body = mail.outbox[0].body
    assert [t in body for t in ("First", "Second", "Later", "Gone")] == [True, True, False, False]


@pytest.mark.django_db(transaction=True)
def test_whoever_left_or_cannot_be_reached_is_not_reminded_nor_counted_as_told() -> None:
    leaver, silent, here = (a_person() for _ in range(3))
    Person.objects.filter(pk=silent.pk).update(is_contactable=False)
    for owner in (leaver, silent, here):
        an_aid(owner=owner, verified_on=LONG_AGO, verify_by=TODAY)
    _left(leaver)

    assert remind_owners(now=NOON) == 1

    assert [m.to for m in mail.outbox] == [[here.email]]
    assert [aid.owner for aid in Aid.objects.filter(reminded_on=TODAY)] == [here]
    Person.objects.filter(pk=silent.pk).update(is_contactable=True)
    assert remind_owners(now=NOON) == 1


def test_the_daily_job_runs() -> None:
    an_aid(verified_on=LONG_AGO, verify_by=LONG_AGO)

    look_after_aids(timestamp=0)

    assert Aid.objects.get().reminded_on is not None


def test_its_owner_sees_who_read_it_and_nobody_else_does() -> None:
    aid = an_aid(content=STEPS)
    ana, ben = a_person(aid.organisation, name="Ana"), a_person(aid.organisation, name="Ben")
    a_person(name="Elsewhere")
    with pytest.raises(Conflict, match="Nobody asks"):
        acknowledge(aid=aid, version=1, by=ben, reach=reach(ben), now=NOON)
    ask_for_reading(aid=aid, wanted=True, by=aid.owner, now=NOON)

    acknowledge(aid=aid, version=1, by=ben, reach=reach(ben), now=NOON)

    found = readers(aid, reach=reach(aid.owner), on=TODAY)
    assert [(r.person, r.has_read) for r in found] == [(ana, False), (ben, True)]
    assert has_read(aid, reach=reach(ben))
    assert not has_read(aid, reach=reach(ana))
    for stranger in (ana, a_stranger()):
        with pytest.raises(NotAllowed):
            readers(aid, reach=reach(stranger), on=TODAY)
    with pytest.raises(NotAllowed):
        readers(aid, reach=Reach(), on=TODAY)
    with pytest.raises(NotAllowed):
        ask_for_reading(aid=aid, wanted=False, by=ana, now=NOON)
    stranger = a_stranger()
    with pytest.raises(NotFound):
        acknowledge(aid=aid, version=1, by=stranger, reach=reach(stranger), now=NOON)


def test_only_a_change_of_what_one_does_has_to_be_read_again() -> None:
    aid = an_aid(content=STEPS)
    ask_for_reading(aid=aid, wanted=True, by=aid.owner, now=NOON)
    ben = a_person(aid.organisation)
    acknowledge(aid=aid, version=1, by=ben, reach=reach(ben), now=NOON)
    text = AidText("Clear E4", content=Procedure((Step("Turn it off."), Step("Hold the button."))))

    aid = change_aid(aid=aid, text=text, by=aid.owner, now=NOON, is_material=False)
    assert has_read(aid, reach=reach(ben))
    aid = change_aid(aid=aid, text=text, by=aid.owner, now=NOON)

    assert not has_read(aid, reach=reach(ben))
    with pytest.raises(Conflict, match="new version"):
        acknowledge(aid=aid, version=2, by=ben, reach=reach(ben), now=NOON)


def test_a_unit_and_those_inside_it_are_asked_when_it_is_shared_with_a_unit() -> None:
    here = an_organisation()
    line = a_unit(here)
    owner = a_person(here, unit=line)
    beside = a_person(here, name="Ana", unit=line)
    deep = a_person(here, name="Ben", unit=a_unit(here, within=a_unit(here, within=line)))
    a_person(here)
    a_person(here, unit=a_unit(here))
    aid = an_aid(owner=owner, sharing=SharingClass.UNIT)

    found = readers(aid, reach=reach(owner), on=TODAY)

    assert [reader.person for reader in found] == [beside, deep]


def test_nobody_is_listed_who_cannot_see_it_or_whom_its_owner_cannot_see() -> None:
    aid = an_aid(sharing=SharingClass.PRIVATE)
    hidden = a_person(aid.organisation, sharing=SharingClass.PRIVATE)
    shown = a_person(aid.organisation)

    assert readers(aid, reach=reach(aid.owner), on=TODAY) == []
    aid.sharing = SharingClass.ORGANISATION
    aid.save()
    found = readers(aid, reach=reach(aid.owner), on=TODAY)

    assert hidden not in [reader.person for reader in found]
    assert [reader.person for reader in found] == [shown]


def test_what_a_person_says_last_of_an_aid_counts() -> None:
    aid = an_aid()
    ana, ben = a_person(aid.organisation), a_person(aid.organisation)
    for person, said in ((ana, False), (ana, True), (ben, False)):
        say_whether_it_helped(aid=aid, helped=said, by=person, reach=reach(person), now=NOON)
    stranger = a_person()
    with pytest.raises(NotFound):
        say_whether_it_helped(aid=aid, helped=True, by=stranger, reach=reach(stranger), now=NOON)

    assert helped(aid, reach=Reach()) == Helped(yes=1, no=1)
    assert helped(aid, reach=reach(ana)) == Helped(yes=0, no=1)
    assert [said_of(aid, each) for each in (ana.pk, ben.pk, stranger.pk, None)] == [
        True,
        False,
        None,
        None,
    ]


def test_what_is_being_written_is_kept_for_its_writer_alone() -> None:
    aid = an_aid()
    other = a_person(aid.organisation)
    form = {"title": ["Half a"]}
    keep_unsaved(form=form, kind=Kind.PROCEDURE, aid=aid, by=aid.owner, now=NOON)
    keep_unsaved(form=form, kind=Kind.PROCEDURE, aid=None, by=aid.owner, now=NOON)
    keep_unsaved(form={"title": ["Ha"]}, kind=Kind.PROCEDURE, aid=None, by=aid.owner, now=NOON)

    kept = unsaved(aid.owner, aid=None, kind=Kind.PROCEDURE)
    assert kept is not None
    assert kept.form == {"title": ["Ha"]}
    assert unsaved(other, aid=aid, kind=Kind.PROCEDURE) is None
    assert unsaved(aid.owner, aid=None, kind=Kind.CHECKLIST) is None
    forget_unsaved(kind=Kind.PROCEDURE, aid=None, by=aid.owner)
    assert Unsaved.objects.get().aid == aid
    with pytest.raises(BadInput, match="too long"):
        keep_unsaved(
            form={"note": ["a" * 1_000_001]}, kind=Kind.PROCEDURE, aid=None, by=other, now=NOON
        )


def test_a_colleague_is_found_by_name_or_mail_if_there_is_one_only() -> None:
    here = an_organisation()
    mika = a_person(here, name="Mika Ohta")
    looking = reach(a_person(here, name="Dana Ko"))

    assert colleague("mika  ohta", reach=looking) == mika
    assert colleague("Mika", reach=looking) == mika
    assert colleague(str(mika.email).upper(), reach=looking) == mika
    for stranger in (Reach(), reach(a_person()), reach(a_stranger())):
        with pytest.raises(NotFound):
            colleague("Mika Ohta", reach=stranger)
    a_person(here, name="Mika Ohta")
    with pytest.raises(NotFound, match="Several"):
        colleague("Mika Ohta", reach=looking)
    with pytest.raises(NotFound, match="Nobody here"):
        colleague("Mi", reach=looking)


def test_a_retired_aid_is_not_found(index: Index) -> None:
    aid = an_aid("Clear E4 on the wrench")
    index.catch_up()
    mine = reach(aid.owner).audiences()
    assert find("wrench", audiences=mine, kinds=["aid"]).hits

    retire_aid(aid=aid, by=aid.owner, now=NOON)
    index.catch_up()

    assert not find("wrench", audiences=mine, kinds=["aid"]).hits
