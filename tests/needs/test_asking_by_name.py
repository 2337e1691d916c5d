"""Asking somebody by name."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_answer,
    an_organisation,
    partners,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.needs.actions import make_up_for_suggesting, note_suggested, raise_need
from whoknows.needs.models import ASKED_BY_NAME, Need, Suggested
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db


def ask(person: Person, *, by: Person, sharing: SharingClass = SharingClass.ORGANISATION) -> Need:
    return raise_need(
        words="How do I clear E4?", by=place_of(by), now=NOON, sharing=sharing, asked=person
    )


def limit(person: Person, most: int) -> None:
    person.most_a_week = most
    person.save()


def test_it_waits_first_for_whom_one_asks() -> None:
    asker, expert = (a_person(organisation) for organisation in [an_organisation()] * 2)
    need = ask(expert, by=asker)
    other = a_need("Something newer", by=asker, at=NOON)
    note_suggested(need=other, people=[(expert.pk, 1.0)], now=NOON)

    waits = [(one.text, one.about) for one in waiting_here(reach(expert), now=NOON)]

    assert waits == [(need.title, f"{asker} asks you."), (other.title, "You may know this.")]
    assert waiting_here(reach(a_person(need.organisation)), now=NOON) == []


def test_asking_twice_asks_once_and_a_second_person_too() -> None:
    asker = a_person()
    one, other = (a_person(place_of(asker).organisation) for _ in range(2))

    assert ask(one, by=asker) == ask(one, by=asker) == ask(other, by=asker)

    asked = Suggested.objects.filter(place=ASKED_BY_NAME).values_list("person", flat=True)
    assert sorted(asked) == [one.pk, other.pk]


def test_nobody_is_asked_who_does_not_want_to_be_or_cannot() -> None:
    organisation = an_organisation()
    asker, never, enough, author, gone = (a_person(organisation) for _ in range(5))
    limit(never, 0)
    limit(enough, 1)
    an_answer(a_need(by=asker), by=enough)
    author.is_contactable = gone.is_active = False
    author.save()
    gone.save()

    for person in (never, enough, author, gone, asker):
        with pytest.raises(NotAllowed, match="cannot be asked"):
            ask(person, by=asker)
    limit(enough, 2)

    assert Need.objects.count() == 1
    assert ask(enough, by=asker).suggested.get().person == enough


def test_nobody_asks_whom_they_may_not_see_or_what_they_would_not_see() -> None:
    home, elsewhere = an_organisation(), an_organisation()
    partners(home, elsewhere)
    asker, partner = a_person(home), a_person(elsewhere, sharing=SharingClass.PARTNERS)

    for hidden in (a_person(elsewhere), a_person(), a_stranger()):
        with pytest.raises(NotFound):
            ask(hidden, by=asker, sharing=SharingClass.PUBLIC)
    with pytest.raises(BadInput, match="would not see it"):
        ask(partner, by=asker)

    assert not Need.objects.exists()
    assert ask(partner, by=asker, sharing=SharingClass.PARTNERS).suggested.exists()


def test_who_was_asked_by_name_keeps_nobody_from_being_suggested(index: Index) -> None:
    expert, asker, friend = (a_person(o) for o in [an_organisation()] * 3)
    an_answer(a_need("How do I clear E4 on the wrench?", by=friend), by=expert)
    index.catch_up()
    need = ask(friend, by=asker)

    make_up_for_suggesting(need_id=need.pk, now=NOON)

    assert {one.person for one in need.suggested.all()} == {friend, expert}


def test_asks_from_a_persons_page_and_says_so(index: Index, client: Client) -> None:
    asker = a_person()
    expert = a_person(place_of(asker).organisation, name="Anna Becker")
    address = f"/needs/new/{expert.uid}/"
    assert address not in client.get(expert.get_absolute_url()).content.decode()
    client.force_login(asker)
    assert address in client.get(expert.get_absolute_url()).content.decode()
    assert "Ask" not in client.get(asker.get_absolute_url()).content.decode()

    page = client.get(address, {"q": "Where is it?"}).content.decode()
    assert "It waits for Anna on their first page." in page
    assert f'action="{address}"' in page

    form = {"words": "Where is it?", "sharing": "private"}
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "Anna Becker would not see it." in refused.content.decode()
    assert "Where is it?</textarea>" in refused.content.decode()

    sent = client.post(address, {**form, "sharing": "organisation"}, follow=True).content.decode()
    assert "Anna Becker" in sent
    assert "It waits for Anna Becker on their first page." in sent
    assert "finds this on their first page" in sent
    assert "Why them" not in sent
    assert waiting_here(reach(expert), now=timezone.now())[0].about == f"{asker} asks you."


def test_offers_nobody_who_set_their_limit_to_nothing(client: Client) -> None:
    asker = a_person()
    expert = a_person(place_of(asker).organisation)
    limit(expert, 0)
    client.force_login(asker)

    address = f"/needs/new/{expert.uid}/"
    assert address not in client.get(expert.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 403
    assert client.get(f"/needs/new/{a_person().uid}/").status_code == 404
