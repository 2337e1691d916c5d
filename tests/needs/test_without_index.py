"""What people see where the index is gone or damaged: they can post, and nothing is lost."""

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tests.builders import NOON, a_need, a_person, an_aid, an_answer
from tests.conftest import Index
from whoknows.config.doctor import State, examine
from whoknows.needs.actions import make_up_for_suggesting
from whoknows.needs.models import Answer, Need, Suggested
from whoknows.people.actions import issue_token
from whoknows.people.models import Person
from whoknows.search.index import IndexFolder, IndexUnreadable

pytestmark = pytest.mark.django_db

TYPING = {"HX-Request": "true", "HX-Trigger": "words"}
WORDS = "torque wrench shows E4"


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def overwrite_what_names_its_files(folder: Path) -> None:
    (generation_in(folder) / "meta.json").write_text("no longer what it was")


def lose_its_files(folder: Path) -> None:
    for path in generation_in(folder).iterdir():
        if path.suffix != ".json":
            path.unlink()


def put_a_folder_in_place_of_its_name(folder: Path) -> None:
    (folder / "current").unlink()
    (folder / "current").mkdir()


def generation_in(folder: Path) -> Path:
    generation = IndexFolder(folder).current()
    assert generation is not None
    return generation


DAMAGES = [
    remove,
    overwrite_what_names_its_files,
    lose_its_files,
    put_a_folder_in_place_of_its_name,
]


@pytest.fixture
def need(index: Index) -> Need:
    """Return an answered need that the index holds."""
    made = a_need(f"The {WORDS}. Why?")
    an_answer(made)
    index.catch_up()
    index.close()
    return made


@pytest.fixture(params=DAMAGES, ids=lambda damage: damage.__name__)
def damaged(request: pytest.FixtureRequest, need: Need, settings: Settings) -> Need:
    """Return that need, after the index was damaged in one of several ways."""
    damage: Callable[[Path], None] = request.param
    damage(settings.INDEX_FOLDER)
    return need


@pytest.fixture
def colleague(damaged: Need, client: Client) -> Person:
    """Return a colleague of whoever asked, signed in."""
    person = a_person(damaged.organisation)
    client.force_login(person)
    return person


def test_a_need_is_posted_once_and_its_page_says_what_is_not_there(
    colleague: Person, client: Client
) -> None:
    sent = {"words": "who calibrates the gauge?", "sharing": "organisation"}

    first = client.post("/needs/new/", sent, follow=True)
    again = client.post("/needs/new/", sent, follow=True)

    assert first.status_code == again.status_code == 200
    need = Need.objects.get(owner=colleague)
    assert first.redirect_chain == again.redirect_chain == [(need.get_absolute_url(), 302)]
    told = "Posted. You will find answers here. Who may know cannot be said just now."
    assert told in first.content.decode()
    assert not Suggested.objects.exists()


def test_a_need_is_answered(damaged: Need, colleague: Person, client: Client) -> None:
    address = f"{damaged.get_absolute_url()}answers/"

    answered = client.post(address, {"text": "Hold the button."}, follow=True)

    assert answered.status_code == 200
    assert "Hold the button." in answered.content.decode()
    assert Answer.objects.filter(author=colleague).count() == 1


@pytest.mark.parametrize("headers", [{}, TYPING])
def test_the_ask_page_says_so_and_lets_one_post(
    colleague: Person, client: Client, headers: dict[str, str]
) -> None:
    page = client.get("/", {"q": WORDS}, headers=headers)

    assert page.status_code == 200
    text = page.content.decode()
    assert "Nothing can be looked up just now." in text
    assert "Post this need" in text
    # Not that nobody ever asked it: nobody looked.
    assert "you are the first to ask" not in text


def test_a_stranger_is_told_to_come_back(damaged: Need, client: Client) -> None:
    text = client.get("/", {"q": WORDS}).content.decode()

    assert "Nothing is lost. Try again in a few minutes." in text
    assert "Post this need" not in text
    assert damaged.title not in text


def test_search_says_so(colleague: Person, client: Client) -> None:
    page = client.get("/search/", {"q": WORDS})

    assert page.status_code == 200
    assert "cannot be searched just now" in page.content.decode()
    assert "Nothing that you can see here has these words" not in page.content.decode()


def test_the_code_of_an_aid_still_leads_to_it(colleague: Person, client: Client) -> None:
    aid = an_aid(owner=colleague)

    assert client.get("/", {"q": aid.code}).headers["Location"] == aid.get_absolute_url()
    assert aid.title in client.get("/search/", {"q": aid.code}).content.decode()


def test_programs_are_told_so(colleague: Person, client: Client) -> None:
    _token, secret = issue_token(person=colleague, label="test", now=NOON)

    answer = client.get(
        "/api/v1/suggestions", {"q": WORDS}, headers={"Authorization": f"Bearer {secret}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (503, "index_unreadable")
    with pytest.raises(CommandError, match="whoknows doctor says what to do"):
        call_command("ask", WORDS, "--as", str(colleague.email), stdout=StringIO())


def test_doctor_says_how_to_mend_it(damaged: Need) -> None:
    found = {finding.name: finding for finding in examine(now=timezone.now())}

    assert found["index"].state == State.BROKEN
    assert "whoknows reindex" in found["index"].mend


def test_building_it_anew_mends_it(
    need: Need, settings: Settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    overwrite_what_names_its_files(settings.INDEX_FOLDER)
    client.force_login(need.owner)
    assert need.title not in client.get("/", {"q": WORDS}).content.decode()
    assert f"The index in {settings.INDEX_FOLDER} cannot be read" in caplog.text

    call_command("reindex", stdout=StringIO())

    assert need.title in client.get("/", {"q": WORDS}).content.decode()


def test_who_may_know_is_suggested_once_the_index_is_mended(
    need: Need,
    settings: Settings,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    overwrite_what_names_its_files(settings.INDEX_FOLDER)
    answerer = need.answers.get().author
    asker = a_person(need.organisation)
    client.force_login(asker)
    sent = {"words": f"My {WORDS}!", "sharing": "organisation"}
    with django_capture_on_commit_callbacks() as jobs:
        client.post("/needs/new/", sent)
        client.post("/needs/new/", sent)
    with pytest.raises(IndexUnreadable):
        jobs[0]()

    call_command("reindex", stdout=StringIO())
    for job in jobs:
        job()

    posted = Need.objects.get(owner=asker)
    assert Suggested.objects.get().person == answerer
    assert answerer.name in client.get(posted.get_absolute_url()).content.decode()
    client.force_login(answerer)
    assert "You may know this." in client.get("/").content.decode()


def test_nobody_is_suggested_later_for_what_is_taken_back_or_solved(need: Need) -> None:
    solved = a_need(f"My {WORDS}!", by=a_person(need.organisation))
    Need.objects.filter(pk=solved.pk).update(met_at=NOON)

    for need_id in (solved.pk, 999_999):
        make_up_for_suggesting(need_id=need_id, now=timezone.now())

    assert not Suggested.objects.exists()
