"""`whoknows prepare`: from an empty database to pages, with the demo and without."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from tests.builders import plain_static_files
from tests.search.documents import a_damaged_copy
from whoknows.base.models import Installation
from whoknows.communities.models import Community
from whoknows.needs.models import Answer, Need
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Organisation, PartnerAgreement, Person
from whoknows.people.queries import demo_accounts, person_by_email, reach_of
from whoknows.search.embedding import Embedder

NEED = "how do I know whether my quantum computer really runs the circuit I gave it"
LISTS = ["/", "/?q=torque+wrench+error", "/needs/", "/aids/", "/people/", "/communities/",
         "/search/?q=wrench", "/about/", "/healthz"]  # fmt: skip


@pytest.fixture
def pages(settings: Settings) -> None:
    """Let pages name static files that nobody collected."""
    for name, value in plain_static_files().items():
        setattr(settings, name, value)


def prepare(*arguments: str) -> str:
    out = StringIO()
    call_command("prepare", *arguments, stdout=out)
    return out.getvalue()


def counts() -> list[int]:
    return [
        Organisation.objects.count(),
        Person.objects.get_queryset().count(),
        Need.objects.count(),
        Answer.objects.count(),
        Community.objects.count(),
    ]


@pytest.fixture(scope="class")
def demo(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Return what the command said while it filled the database, once for all tests of a class."""
    folder = tmp_path_factory.mktemp("demo") / "index"
    before = django_settings.INDEX_FOLDER
    with django_db_blocker.unblock(), transaction.atomic():
        django_settings.INDEX_FOLDER = folder
        yield prepare("--demo")
        django_settings.INDEX_FOLDER = before
        transaction.set_rollback(True)


@pytest.fixture
def demo_index(demo: str, db: None) -> str:
    return demo


@pytest.mark.django_db
class TestEmpty:
    """Without --demo."""

    @pytest.fixture(autouse=True)
    def own_index(self, settings: Settings, tmp_path: Path) -> None:
        settings.INDEX_FOLDER = tmp_path / "index"

    def test_stays_empty_and_every_page_works(self, pages: None, client: Client) -> None:
        said = prepare()

        assert "The index is ready: 0 documents." in said
        assert counts() == [0, 0, 0, 0, 0]
        for address in LISTS:
            assert client.get(address).status_code == 200, address
        assert client.get("/me/look-around/").status_code == 404
        assert not Installation.objects.filter(is_demo=True).exists()

    def test_pages_work_before_there_is_an_index(self, pages: None, client: Client) -> None:
        for address in LISTS:
            assert client.get(address).status_code == 200, address

    def test_a_second_time_does_nothing(self) -> None:
        prepare()

        assert prepare() == ""

    def test_writes_a_damaged_model_anew(
        self,
        settings: Settings,
        tmp_path: Path,
        model_folder: Path,
        model: Embedder,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("MODEL", raising=False)
        prepare()
        settings.MODEL_FOLDER = a_damaged_copy(model_folder, tmp_path / "model")

        assert prepare() == "The language model is ready.\n"

        # The same to the last bit: what was read before with it stays of use.
        assert Embedder(tmp_path / "model").name == model.name
        assert prepare() == ""

    def test_leaves_an_installation_alone_that_holds_something(self) -> None:
        Organisation.objects.create(slug="works", name="Works")

        said = prepare("--demo")

        assert "demo" not in said
        assert counts()[0] == 1
        assert not demo_accounts()


class TestDemo:
    """With --demo, in an empty database."""

    def test_fills_two_organisations_and_lets_four_people_in(self, demo_index: str) -> None:
        assert "The demo is in." in demo_index
        assert "The index is ready: " in demo_index
        assert sorted(Organisation.objects.values_list("slug", flat=True)) == [
            "civic-digital",
            "quantum-commons",
        ]
        assert PartnerAgreement.objects.count() == 1
        assert len(demo_accounts()) == 4
        assert Community.objects.count() >= 2
        assert not Community.objects.filter(members=None).exists()
        assert Installation.objects.get().is_demo

    def test_a_newcomer_gets_a_past_answer_and_a_person_with_a_reason(
        self, demo_index: str
    ) -> None:
        now = timezone.now()
        newcomer = person_by_email("newcomer@demo.example")

        found = suggest(NEED, reach=reach_of(newcomer, on=now.date()), now=now)

        answered = [o for o in found.objects if o.need and o.need.answers.exists()]
        assert answered
        assert found.people
        assert any(reason.text.startswith("Answered ") for reason in found.people[0].why)
        assert any(reason.url.startswith("/needs/") for reason in found.people[0].why)

    def test_anybody_may_look_around_as_one_of_the_four(
        self, demo_index: str, pages: None, client: Client
    ) -> None:
        client.post("/me/look-around/", {"email": "newcomer@demo.example"})

        page = client.get("/", {"q": NEED}).content.decode()

        assert "Post this need" in page
        assert "Answered " in page

    def test_nobody_else_is_let_in_by_looking_around(
        self, demo_index: str, pages: None, client: Client
    ) -> None:
        Person.objects.get_queryset().filter(email="admin@demo.example").update(is_active=False)

        for email in ("admin@demo.example", "", "someone@example.org", "\x00"):
            client.post("/me/look-around/", {"email": email})
            assert "_auth_user_id" not in client.session

    def test_a_second_time_does_nothing(self, demo_index: str) -> None:
        before = counts()

        assert prepare("--demo") == ""

        assert counts() == before
