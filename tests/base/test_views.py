"""Pages about the software itself."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from pytest_django import Settings

from tests.builders import a_need
from whoknows.base.models import Installation

pytestmark = pytest.mark.django_db


def test_healthz_answers_while_the_database_does(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.content == b"ok"


def test_anybody_may_read_what_this_is_and_where_its_source_is(client: Client) -> None:
    answer = client.get("/about/")

    assert answer.status_code == 200
    assert "source" in answer.content.decode().lower()


def test_the_source_that_is_handed_out_holds_what_building_it_needs(client: Client) -> None:
    packed = ZipFile(BytesIO(client.get("/about/source.zip").content))

    names = set(packed.namelist())
    assert {"Makefile", "pyproject.toml", "requirements/run.txt", "requirements/dev.txt"} <= names
    assert "src/whoknows/base/views.py" in names


def test_about_tells_nothing_of_what_is_inside(client: Client) -> None:
    need = a_need("Recover the unmistakable flange")

    assert need.title not in client.get("/about/").content.decode()


@pytest.mark.parametrize(("is_demo", "status"), [(True, 200), (False, 404)])
def test_components_are_shown_in_a_demo_only(
    client: Client, settings: Settings, *, is_demo: bool, status: int
) -> None:
    settings.DEBUG = False
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": is_demo})

    assert client.get("/components/").status_code == status


@pytest.mark.parametrize("address", ["/healthz", "/about/", "/components/"])
def test_pages_that_only_tell_take_no_posts(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def test_every_page_forbids_scripts_and_frames_of_others(client: Client) -> None:
    policy = client.get("/about/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
