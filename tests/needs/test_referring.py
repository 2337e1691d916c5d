"""Pointing somebody to a need of somebody else."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_stranger,
    an_answer,
    an_organisation,
    partners,
    reach,
)
from tests.conftest import Index
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.needs.actions import TooManyReferred, meet_need, note_suggested, refer_need
from whoknows.needs.actions.telling import MOST_OF_ONE
from whoknows.needs.models import ASKED_BY_NAME, Need, Suggested
from whoknows.needs.queries.referring import candidates
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db


def point(need: Need, to: Person, *, by: Person) -> Suggested:
    return refer_need(need=need, to=to, by=by, reach=reach(by), now=NOON)


def waits(person: Person) -> list[str]:
    return [f"{one.text} {one.about}" for one in waiting_here(reach(person), now=NOON)]


def three() -> tuple[Need, Person, Person]:
    """Return a need, somebody who knows who knows, and who does."""
    need = a_need("How do I clear E4?")
    return need, a_person(need.organisation), a_person(need.organisation)


def test_it_waits_for_whom_one_points_to_it_and_says_who_did(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need, broker, expert = three()

    with django_capture_on_commit_callbacks(execute=True):
        point(need, expert, by=broker)

    assert waits(expert) == [f"{need.title} {broker} says that you may know this."]
    (told,) = mail.outbox
    assert told.to == [expert.email]
    assert told.subject == f"{broker.name} says that you may know this: {need.title}"
    assert need.owner.name in told.body


def test_whoever_asked_may_ask_somebody_else_by_name_later() -> None:
    need, _, expert = three()

    point(need, expert, by=need.owner)

    assert waits(expert) == [f"{need.title} {need.owner} asks you."]


def test_who_was_suggested_keeps_their_place_and_is_told_by_name(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need, broker, expert = three()
    with django_capture_on_commit_callbacks(execute=True):
        note_suggested(need=need, people=[(expert.pk, 0.25)], now=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        point(need, expert, by=broker)

    kept = Suggested.objects.get(need=need, person=expert)
    assert (kept.place, kept.propensity, kept.referred_by) == (1, 0.25, broker)
    assert [one.subject.split(":")[0] for one in mail.outbox] == [
        "You may know this",
        f"{broker.name} says that you may know this",
    ]


def test_nobody_is_pointed_to_the_same_twice_by_whomever(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need, broker, expert = three()
    other = a_person(need.organisation)

    with django_capture_on_commit_callbacks(execute=True):
        for by in (broker, broker, other, need.owner):
            assert point(need, expert, by=by).referred_by == broker

    assert len(mail.outbox) == 1


def test_one_person_fills_nobodys_postbox_by_pointing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    need, broker, expert = three()
    needs = [a_need(f"The press shows P{n}", by=need.owner) for n in range(MOST_OF_ONE + 1)]

    with django_capture_on_commit_callbacks(execute=True):
        for one in needs:
            point(one, expert, by=broker)
    assert len(mail.outbox) == MOST_OF_ONE
    with django_capture_on_commit_callbacks(execute=True):
        point(need, expert, by=need.owner)

    assert mail.outbox[-1].subject == f"{need.owner.name} asks you: {need.title}"


def test_one_points_five_people_to_it_and_others_more() -> None:
    need, broker, _ = three()
    for _ in range(5):
        point(need, a_person(need.organisation), by=broker)

    with pytest.raises(TooManyReferred):
        point(need, a_person(need.organisation), by=broker)

    point(need, a_person(need.organisation), by=a_person(need.organisation))


def test_who_sees_no_such_need_points_nobody_to_it() -> None:
    need, _, expert = three()

    for stranger in (a_stranger(), a_person()):
        with pytest.raises(NotFound):
            point(need, expert, by=stranger)
    assert not Suggested.objects.exists()


def test_nobody_is_pointed_to_what_they_do_not_see() -> None:
    need, broker, _ = three()
    elsewhere = an_organisation()
    partners(need.organisation, elsewhere)
    partner = a_person(elsewhere, sharing=SharingClass.PARTNERS)

    with pytest.raises(BadInput, match="does not see"):
        point(need, partner, by=broker)
    with pytest.raises(NotFound):
        point(need, a_person(), by=broker)


def test_only_who_may_still_help_is_pointed_to_it() -> None:
    need, broker, expert = three()
    busy = a_person(need.organisation)
    Person.objects.filter(pk=busy.pk).update(most_a_week=0)
    an_answer(need, by=expert)

    for person, refused in (
        (broker, BadInput),
        (need.owner, BadInput),
        (busy, NotAllowed),
        (expert, Conflict),
    ):
        person.refresh_from_db()
        with pytest.raises(refused):
            point(need, person, by=broker)
    meet_need(need=need, by=need.owner, reach=reach(need.owner), now=NOON)
    with pytest.raises(Conflict):
        point(need, a_person(need.organisation), by=broker)


def test_who_may_know_is_offered_and_found_by_name(index: Index) -> None:
    need, broker, expert = three()
    an_answer(a_need("The wrench shows E4 again", by=a_person(need.organisation)), by=expert)
    ana = a_person(need.organisation, name="Ana Silva")
    silent = a_person(need.organisation, name="Ana Mute")
    Person.objects.filter(pk=silent.pk).update(is_contactable=False)
    a_person(name="Ana Elsewhere")
    index.catch_up()

    def offered(words: str = "") -> list[Person]:
        found = candidates(need, words=words, reach=reach(broker), now=NOON)
        return [one.person for one in found]

    assert offered() == [expert]
    assert offered("ana") == [ana]
    point(need, expert, by=broker)
    point(need, ana, by=broker)
    assert offered() == offered("ana") == []


class TestThePage:
    @pytest.fixture
    def need(self) -> Need:
        return a_need("How do I clear E4?", at=timezone.now())

    def test_points_somebody_to_it_and_tells_whoever_asked(
        self, need: Need, client: Client, index: Index
    ) -> None:
        broker, expert = (a_person(need.organisation, name=n) for n in ("Ana Silva", "Ben Ito"))
        client.force_login(broker)
        page = f"{need.get_absolute_url()}people/"
        assert page in client.get(need.get_absolute_url()).content.decode()

        assert "Point Ben Ito to it" in client.get(page, {"q": "ito"}).content.decode()
        done = client.post(page, {"person": str(expert.uid)})

        assert (done.status_code, done["Location"]) == (302, need.get_absolute_url())
        again = client.post(page, {"person": str(broker.uid)})
        assert again.status_code == 422
        assert "Then answer it." in again.content.decode()
        client.force_login(need.owner)
        shown = client.get(need.get_absolute_url()).content.decode()
        assert "Ana Silva pointed them to this" in shown

    def test_is_not_there_for_who_does_not_see_the_need(
        self, need: Need, client: Client, index: Index
    ) -> None:
        page = f"{need.get_absolute_url()}people/"
        assert client.get(page).status_code == 302
        client.force_login(a_person())
        assert client.get(page).status_code == 404
        client.force_login(a_person(need.organisation))
        assert client.post(page, {"person": str(a_person().uid)}).status_code == 404
        assert client.post(page, {"person": "nobody"}).status_code == 422
        assert not Suggested.objects.filter(place=ASKED_BY_NAME).exists()
