"""What people, places and tokens leave in the trail."""

from functools import partial

from tests.builders import LONG_AGO, NOON, a_person, a_stranger, an_organisation, place_of
from tests.trail.deeds import SECRET, Cases, Deed, Line
from whoknows.network.actions import Known, record_ties
from whoknows.people.actions import (
    PersonFromElsewhere,
    agree_to_partner,
    bring_in_persons,
    choose_mail,
    end_membership,
    introduce,
    issue_token,
    join_organisation,
    leave_organisation,
    let_in,
    make_password_link,
    open_organisation,
    open_unit,
    revoke_token,
    set_password,
    welcome_person,
)
from whoknows.people.models import MailChoice, Membership, Organisation, Person, Role, Unit

CASES = Cases()
PASSWORD = f"{SECRET}-over-quay-7"


def an_administrator(organisation: Organisation | None = None) -> Person:
    return a_person(organisation, role=Role.ADMINISTRATOR)


def somebody_in_two_places() -> tuple[Person, list[Organisation]]:
    person, places = a_stranger(), [an_organisation(), an_organisation()]
    for organisation in places:
        join_organisation(person=person, organisation=organisation, on=LONG_AGO, now=NOON)
    return person, places


@CASES.of("welcome_person")
def welcoming() -> Deed:
    works = an_organisation()
    boss = an_administrator(works)
    email = f"{SECRET}@example.org"
    return Deed(
        lambda: welcome_person(
            name=SECRET, email=email, about=SECRET, now=NOON, by=boss, organisation_id=works.pk
        ),
        lambda person: [Line(f"person:{person.pk}", boss, works)],
        lambda: welcome_person(name="?", email=email, now=NOON, by=boss, organisation_id=works.pk),
    )


@CASES.of("welcome_person", "let in with a place")
def letting_in() -> Deed:
    works = an_organisation()
    boss, other = an_administrator(works), a_person(works)
    let = partial(let_in, organisation=works, name=SECRET, email=f"{SECRET}@example.org")

    def leaves(place: Membership) -> list[Line]:
        return [
            Line(f"person:{place.owner_id}", boss, works),
            Line(f"unit:{place.unit_id}", boss, works, "open_unit"),
            Line(f"membership:{place.pk}", boss, works, "join_organisation"),
        ]

    return Deed(
        partial(let, unit=SECRET, title=SECRET, by=boss, now=NOON),
        leaves,
        partial(let, by=other, now=NOON),
    )


@CASES.of("join_organisation")
def joining() -> Deed:
    works, elsewhere, person = an_organisation(), an_organisation(), a_stranger()
    boss = an_administrator(works)
    unit = Unit.objects.create(organisation=elsewhere, name="Line")
    join = partial(join_organisation, person=person, organisation=works, by=boss, now=NOON)
    return Deed(
        partial(join, on=LONG_AGO, title=SECRET),
        lambda place: [Line(f"membership:{place.pk}", boss, works)],
        partial(join, on=LONG_AGO, unit=unit),
    )


@CASES.of("leave_organisation")
def leaving() -> Deed:
    works = an_organisation()
    boss, place = an_administrator(works), place_of(a_person(works))
    leave = partial(leave_organisation, membership=place, now=NOON, stays_as_alumni=True, by=boss)
    return Deed(
        partial(leave, on=NOON.date()),
        lambda _: [Line(f"membership:{place.pk}", boss, works)],
        partial(leave, on=LONG_AGO.replace(year=2000)),
    )


@CASES.of("leave_organisation", "let go by an administrator")
def letting_go() -> Deed:
    works = an_organisation()
    boss, place = an_administrator(works), place_of(a_person(works))
    end = partial(end_membership, stays_as_alumni=False, by=boss, now=NOON)
    return Deed(
        partial(end, membership=place),
        lambda _: [Line(f"membership:{place.pk}", boss, works)],
        partial(end, membership=place_of(boss)),
    )


@CASES.of("make_password_link")
def making_a_link() -> Deed:
    works = an_organisation()
    boss, person = an_administrator(works), a_person(works)
    return Deed(
        lambda: make_password_link(membership=place_of(person), by=boss, now=NOON),
        lambda _: [Line(f"person:{person.pk}", boss, works)],
        lambda: make_password_link(membership=place_of(person), by=person, now=NOON),
    )


@CASES.of("set_password")
def setting_a_password() -> Deed:
    person, places = somebody_in_two_places()
    return Deed(
        lambda: set_password(person=person, password=PASSWORD, now=NOON, by=person),
        lambda _: [Line(f"person:{person.pk}", person, place) for place in places],
        lambda: set_password(person=person, password="short", now=NOON, by=person),
    )


@CASES.of("set_password", "of somebody who belongs nowhere")
def setting_the_password_of_a_stranger() -> Deed:
    person = a_stranger()
    return Deed(
        lambda: set_password(person=person, password=PASSWORD, now=NOON),
        lambda _: [Line(f"person:{person.pk}", None, None)],
        lambda: set_password(person=person, password="short", now=NOON),
    )


@CASES.of("introduce")
def introducing() -> Deed:
    person, places = somebody_in_two_places()
    return Deed(
        lambda: introduce(person=person, name=SECRET, about=SECRET, now=NOON),
        lambda _: [Line(f"person:{person.pk}", person, place) for place in places],
        lambda: introduce(person=person, name="?", about=SECRET, now=NOON),
    )


@CASES.of("choose_mail")
def choosing_mail() -> Deed:
    person, places = somebody_in_two_places()
    return Deed(
        lambda: choose_mail(person=person, mail=MailChoice.NONE, now=NOON),
        lambda _: [Line(f"person:{person.pk}", person, place) for place in places],
        None,
    )


@CASES.of("issue_token")
def issuing_a_token() -> Deed:
    person, places = somebody_in_two_places()
    return Deed(
        lambda: issue_token(person=person, label=SECRET, now=NOON),
        lambda made: [Line(f"token:{made[0].pk}", person, place) for place in places],
        lambda: issue_token(person=person, label=" ", now=NOON),
    )


@CASES.of("revoke_token")
def revoking_a_token() -> Deed:
    person, places = somebody_in_two_places()
    token, _ = issue_token(person=person, label=SECRET, now=NOON)
    return Deed(
        lambda: revoke_token(person=person, token_id=token.pk, now=NOON),
        lambda _: [Line(f"token:{token.pk}", person, place) for place in places],
        None,
    )


@CASES.of("open_organisation")
def opening_an_organisation() -> Deed:
    boss = a_stranger()
    return Deed(
        lambda: open_organisation(name=SECRET, about=SECRET, now=NOON, by=boss),
        lambda made: [Line(f"organisation:{made.pk}", boss, made)],
        lambda: open_organisation(name="?", now=NOON, by=boss),
    )


@CASES.of("open_unit")
def opening_a_unit() -> Deed:
    works = an_organisation()
    boss = an_administrator(works)
    return Deed(
        lambda: open_unit(organisation=works, name=SECRET, now=NOON, by=boss),
        lambda unit: [Line(f"unit:{unit.pk}", boss, works)],
        None,
    )


@CASES.of("agree_to_partner")
def agreeing() -> Deed:
    one, other, boss = an_organisation(), an_organisation(), a_stranger()
    return Deed(
        lambda: agree_to_partner(one=other, other=one, since=LONG_AGO, now=NOON, by=boss),
        lambda made: [Line(f"agreement:{made.pk}", boss, each) for each in (one, other)],
        lambda: agree_to_partner(one=one, other=one, since=LONG_AGO, now=NOON, by=boss),
    )


@CASES.of("bring_in_persons")
def bringing_in_persons() -> Deed:
    one, other = an_organisation(), an_organisation()
    boss = an_administrator(one)
    told = [PersonFromElsewhere(name=SECRET, organisation=each) for each in (one, other, one)]
    return Deed(
        lambda: bring_in_persons(persons=told, now=NOON, by=boss),
        lambda _: [Line(f"organisation:{each.pk}", boss, each) for each in (one, other)],
        None,
    )


@CASES.of("record_ties")
def recording_ties() -> Deed:
    works = an_organisation()
    boss, seeker, helper = an_administrator(works), a_person(works), a_person(works)
    ties = [Known(seeker.pk, helper.pk, SECRET, 1.0, None)]
    return Deed(
        lambda: record_ties(organisation=works, ties=ties, now=NOON, by=boss),
        lambda _: [Line(f"organisation:{works.pk}", boss, works)],
        None,
    )
