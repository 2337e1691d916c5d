"""What aids leave in the trail."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

from tests.aids.reviewing import EXPERT, NOVICE, STEPS, WORKS, in_review, says
from tests.builders import LONG_AGO, NOON, a_person, a_stranger, an_aid, drawn, place_of, reach
from tests.trail.deeds import SECRET, Cases, Deed, Line
from whoknows.aids.actions import (
    AidText,
    acknowledge,
    add_picture,
    ask_for_reading,
    ask_for_review,
    change_aid,
    give_review,
    hand_over_orphans,
    make_aid,
    remind_owners,
    remove_picture,
    retire_aid,
    revive_aid,
    say_whether_it_helped,
    share_aid,
    take_back_aid,
    take_in_picture,
    verify_aid,
)
from whoknows.aids.actions.carrying import pin_aid, tick_items, unpin_aid
from whoknows.aids.models import Aid, Picture
from whoknows.people.actions import leave_organisation
from whoknows.people.models import Person, Role, SharingClass

CASES = Cases()
TEXT = AidText(title=SECRET, body=SECRET, topics=(SECRET,))


def a_secret_aid() -> tuple[Aid, Person, Person]:
    """Return an aid, its owner and a colleague of theirs."""
    aid = an_aid(SECRET, body=SECRET)
    return aid, aid.owner, a_person(aid.organisation)


def by_its_owner(aid: Aid, do: Callable[..., object], other: Person) -> Deed:
    """Return what only the owner of ``aid`` may do, and ``other`` may not."""
    line = Line(f"aid:{aid.pk}", aid.owner, aid.organisation)
    return Deed(partial(do, by=aid.owner), lambda _: [line], partial(do, by=other))


def by_a_reader(aid: Aid, do: Callable[..., object], person: Person, *, is_told: bool) -> Deed:
    """Return what whoever sees ``aid`` may do; ``is_told``: its administrators read of it."""
    line = Line(f"aid:{aid.pk}", person, aid.organisation if is_told else None)
    stranger = a_stranger()
    return Deed(
        lambda: do(by=person, reach=reach(person)),
        lambda _: [line],
        lambda: do(by=stranger, reach=reach(stranger)),
    )


@CASES.of("make_aid")
def making() -> Deed:
    person = a_person()
    works = place_of(person).organisation
    make = partial(make_aid, owner=person, organisation=works, now=NOON, by=person)
    return Deed(
        partial(make, text=TEXT),
        lambda aid: [Line(f"aid:{aid.pk}", person, works)],
        partial(make, text=AidText(title=SECRET, body=SECRET, topics=("?",))),
    )


@CASES.of("change_aid")
def changing() -> Deed:
    aid, _, other = a_secret_aid()
    text = AidText(title=f"{SECRET} {SECRET}", body=SECRET)
    return by_its_owner(aid, partial(change_aid, aid=aid, text=text, why=SECRET, now=NOON), other)


@CASES.of("share_aid")
def sharing() -> Deed:
    aid, _, other = a_secret_aid()
    share = partial(share_aid, aid=aid, sharing=SharingClass.PUBLIC, now=NOON)
    return by_its_owner(aid, share, other)


@CASES.of("retire_aid")
def retiring() -> Deed:
    aid, _, other = a_secret_aid()
    return by_its_owner(aid, partial(retire_aid, aid=aid, now=NOON), other)


@CASES.of("revive_aid")
def reviving() -> Deed:
    aid, owner, other = a_secret_aid()
    retire_aid(aid=aid, by=owner, now=NOON)
    return by_its_owner(aid, partial(revive_aid, aid=aid, why=SECRET, now=NOON), other)


@CASES.of("ask_for_reading")
def asking_for_reading() -> Deed:
    aid, _, other = a_secret_aid()
    return by_its_owner(aid, partial(ask_for_reading, aid=aid, wanted=True, now=NOON), other)


@CASES.of("take_back_aid", "never verified")
def taking_back() -> Deed:
    aid, owner, _ = a_secret_aid()
    line = Line(f"aid:{aid.pk}", owner, aid.organisation)
    return Deed(lambda: take_back_aid(aid=aid, by=owner, now=NOON), lambda _: [line], None)


@CASES.of("take_back_aid", "verified")
def taking_back_what_was_verified() -> Deed:
    aid = an_aid(SECRET, verified_on=LONG_AGO)
    line, owner = Line(f"aid:{aid.pk}", aid.owner, aid.organisation), aid.owner
    return Deed(lambda: take_back_aid(aid=aid, by=owner, now=NOON), lambda _: [line], None)


@CASES.of("hand_over_aid")
def handing_over() -> Deed:
    aid, owner, other = a_secret_aid()
    a_person(aid.organisation, role=Role.FACILITATOR)
    leave_organisation(
        membership=place_of(owner), on=NOON.date(), now=NOON, stays_as_alumni=False, by=other
    )
    line = Line(f"aid:{aid.pk}", None, aid.organisation)
    return Deed(lambda: hand_over_orphans(now=NOON), lambda _: [line], None)


@CASES.of("remind_owner")
def reminding() -> Deed:
    aid = an_aid(SECRET, verified_on=LONG_AGO, verify_by=LONG_AGO)
    line = Line(f"aid:{aid.pk}", None, aid.organisation)
    return Deed(lambda: remind_owners(now=NOON), lambda _: [line], None)


@CASES.of("ask_for_review")
def asking_for_review() -> Deed:
    aid, _, other = a_secret_aid()
    ask = partial(ask_for_review, aid=aid, reviewer=other, role=EXPERT, now=NOON)
    return by_its_owner(aid, ask, other)


@CASES.of("ask_for_review", "in another role than before")
def asking_in_another_role() -> Deed:
    aid, expert, _ = in_review()
    ask = partial(ask_for_review, aid=aid, reviewer=expert, role=NOVICE, now=NOON)
    return by_its_owner(aid, ask, expert)


@CASES.of("give_review")
def reviewing() -> Deed:
    aid, expert, _ = in_review()
    give = partial(give_review, aid=aid, version=aid.version, role=EXPERT, findings=WORKS, now=NOON)
    return by_a_reader(aid, give, expert, is_told=True)


@CASES.of("verify_aid")
def verifying() -> Deed:
    aid, expert, novice = in_review()
    says(aid, expert, role=EXPERT)
    says(aid, novice)
    return by_its_owner(aid, partial(verify_aid, aid=aid, now=NOON), expert)


@CASES.of("acknowledge")
def acknowledging() -> Deed:
    aid, owner, reader = a_secret_aid()
    ask_for_reading(aid=aid, wanted=True, by=owner, now=NOON)
    read = partial(acknowledge, aid=aid, version=aid.version, now=NOON)
    return by_a_reader(aid, read, reader, is_told=True)


@CASES.of("say_whether_it_helped")
def saying_whether_it_helped() -> Deed:
    aid, _, reader = a_secret_aid()
    say = partial(say_whether_it_helped, aid=aid, helped=True, now=NOON)
    return by_a_reader(aid, say, reader, is_told=False)


@CASES.of("pin_aid")
def pinning() -> Deed:
    aid, _, reader = a_secret_aid()
    line = Line(f"aid:{aid.pk}", reader, None)
    return Deed(lambda: pin_aid(aid=aid, by=reader, now=NOON), lambda _: [line], None)


@CASES.of("unpin_aid")
def unpinning() -> Deed:
    aid, _, reader = a_secret_aid()
    pin_aid(aid=aid, by=reader, now=NOON)
    line = Line(f"aid:{aid.pk}", reader, None)
    return Deed(lambda: unpin_aid(aid=aid, by=reader, now=NOON), lambda _: [line], None)


@CASES.of("tick_items")
def ticking() -> Deed:
    aid = an_aid(content=STEPS)
    reader = a_person(aid.organisation)
    tick = partial(tick_items, aid=aid, among=[1, 2], done=[2], by=reader, now=NOON)
    return Deed(
        partial(tick, material=aid.version),
        lambda _: [Line(f"aid:{aid.pk}", reader, None)],
        partial(tick, material=aid.version + 1),
    )


@CASES.of("add_picture")
def adding_a_picture() -> Deed:
    aid, _, other = a_secret_aid()
    data = drawn()

    def add(by: Person) -> Picture:
        return add_picture(aid=aid, file=BytesIO(data), size=len(data), alt=SECRET, by=by, now=NOON)

    return by_its_owner(aid, add, other)


@CASES.of("add_picture", "by an import")
def taking_in_a_picture() -> Deed:
    aid, owner, _ = a_secret_aid()
    data = drawn()
    known = add_picture(aid=aid, file=BytesIO(data), size=len(data), alt=SECRET, by=owner, now=NOON)
    take_in = partial(take_in_picture, aid=aid, alt=SECRET, now=NOON)
    return Deed(
        partial(take_in, data=bytes(known.data)),
        lambda _: [Line(f"aid:{aid.pk}", None, aid.organisation)],
        partial(take_in, data=b"no picture"),
    )


@CASES.of("remove_picture")
def removing_a_picture() -> Deed:
    aid, owner, other = a_secret_aid()
    data = drawn()
    picture = add_picture(
        aid=aid, file=BytesIO(data), size=len(data), alt=SECRET, by=owner, now=NOON
    )
    return by_its_owner(aid, partial(remove_picture, aid=aid, code=picture.code, now=NOON), other)
