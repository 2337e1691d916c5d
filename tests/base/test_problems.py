"""Errors as machines read them."""

import json

import pytest
from django.test import Client

from tests.builders import NOON, a_need, a_person
from whoknows.base.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    WhoknowsError,
)
from whoknows.base.problems import problem
from whoknows.people.actions import issue_token


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (BadInput("Say more."), 422, "bad_input"),
        (NotAllowed("Ask its owner."), 403, "not_allowed"),
        (NotSignedIn("Send a token."), 401, "not_signed_in"),
        (NotFound("Not here."), 404, "not_found"),
        (Conflict("Too late."), 409, "conflict"),
        (WhoknowsError("Something."), 400, "error"),
    ],
)
def test_a_problem_says_its_status_code_and_what_to_do(
    error: WhoknowsError, status: int, code: str
) -> None:
    answer = problem(error, path="verb.id")

    told = json.loads(answer.content)
    assert answer.status_code == told["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert told["code"] == code
    assert told["type"] == "about:blank"
    assert told["detail"] == error.message
    assert told["path"] == "verb.id"


@pytest.mark.django_db
def test_an_error_is_a_page_for_people_and_a_problem_for_machines(client: Client) -> None:
    person = a_person()
    _, secret = issue_token(person=person, label="planner", now=NOON)
    client.force_login(person)

    page = client.get(a_need().get_absolute_url())
    machine = client.get("/api/v1/suggestions", headers={"Authorization": f"Bearer {secret}"})

    assert page.status_code == 404
    assert "not visible to you" in page.content.decode()
    assert machine.status_code == 422
    assert machine.json()["code"] == "bad_input"


@pytest.mark.django_db
def test_an_address_that_nobody_knows_is_a_page_that_says_so(client: Client) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()
