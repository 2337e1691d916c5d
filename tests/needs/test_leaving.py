"""Rights over one's own needs and the answers to them end with the membership."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders import NOON, a_need, a_person, an_answer, an_organisation, place_of, reach
from whoknows.base.days import day_of
from whoknows.base.errors import NotAllowed
from whoknows.needs.actions import judge_answer, meet_need, share_need, take_back_need
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.people.actions import join_organisation, leave_organisation
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    """Return a public need of somebody who left this morning and works elsewhere now."""
    quinn = a_person(name="Quinn")
    need = a_need(by=quinn, sharing=SharingClass.PUBLIC)
    leave(quinn)
    return need


def leave(person: Person) -> None:
    today = day_of(timezone.now())
    leave_organisation(membership=place_of(person), on=today, now=NOON, stays_as_alumni=True)
    join_organisation(person=person, organisation=an_organisation(), on=today, now=NOON)


def hide(need: Need) -> None:
    share_need(need=need, sharing=SharingClass.PRIVATE, by=need.owner, now=timezone.now())


def delete(need: Need) -> None:
    take_back_need(need=need, by=need.owner, now=timezone.now())


def judge(need: Need) -> None:
    answer = an_answer(need)
    judge_answer(answer=answer, verdict=Verdict.SOLVED, by=need.owner, now=timezone.now())


def meet(need: Need) -> None:
    meet_need(need=need, by=need.owner, reach=reach(need.owner), now=timezone.now())


@pytest.mark.parametrize("change", [hide, delete, judge, meet])
def test_who_left_changes_nothing_of_what_they_asked(
    need: Need, change: Callable[[Need], None]
) -> None:
    with pytest.raises(NotAllowed, match="You do not belong to"):
        change(need)

    need.refresh_from_db()
    assert (need.sharing, need.met_at) == (SharingClass.PUBLIC, None)
    assert not Answer.objects.exclude(verdict="").exists()


def test_who_left_is_offered_nothing_that_they_may_not_do(need: Need, client: Client) -> None:
    an_answer(need)
    client.force_login(need.owner)

    page = client.get(f"{need.get_absolute_url()}?for=wrench").content.decode()

    assert need.title in page
    for offer in ("This solved it", "It helped", "Change who can see this", "Take it back"):
        assert offer not in page
