"""The HTTP interface for programs, held against its own description."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, ValidationError

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    an_aid,
    an_answer,
    an_organisation,
    place_of,
)
from tests.conftest import Index
from whoknows.aids.actions import retire_aid
from whoknows.aids.models import Aid
from whoknows.interop.urls import urlpatterns
from whoknows.needs.models import Need, Verdict
from whoknows.people.actions import issue_token, leave_organisation, revoke_token
from whoknows.people.models import Person

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/suggestions"
WORDS = "torque wrench shows E4"


@pytest.fixture
def reader(index: Index) -> Person:
    """Return somebody who sees one of each thing about torque wrenches."""
    organisation = an_organisation("Works")
    author = a_person(organisation, name="Ada Byron")
    need = a_need(WORDS, by=a_person(organisation))
    an_answer(need, by=author, verdict=Verdict.SOLVED)
    an_aid("Clear E4 on the torque wrench", owner=author)
    a_community("Torque tools", by=author)
    index.catch_up()
    return a_person(organisation)


def token_of(person: Person) -> dict[str, str]:
    _token, secret = issue_token(person=person, label="test", now=NOON)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    """Return the description that is served."""
    answer = client.get("/api/v1/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    described: dict[str, Any] = json.loads(answer.content)
    return described


def check(document: dict[str, Any], schema: str, value: object) -> None:
    """Raise if ``value`` is not what ``document`` calls ``schema``."""
    described = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    Draft202012Validator(described, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        value
    )


def test_answers_in_the_shape_it_is_described_in(
    reader: Person, client: Client, document: dict[str, Any]
) -> None:
    answer = client.get(ADDRESS, {"q": f"  {WORDS} "}, headers=token_of(reader))

    assert answer.status_code == 200
    body = answer.json()
    check(document, "Suggestions", body)
    assert list(body) == ["query", "objects", "people", "groups", "took_ms"]
    assert body["query"] == WORDS
    assert {o["kind"] for o in body["objects"]} == {"need", "aid"}
    assert set(body["objects"][0]) == {
        "kind", "id", "title", "url", "snippet", "score", "why",
    }  # fmt: skip
    assert str(Need.objects.get().uid) in {o["id"] for o in body["objects"]}
    assert [p["name"] for p in body["people"]] == ["Ada Byron"]
    assert body["people"][0]["organisation"] == "Works"
    assert set(body["people"][0]["why"][0]) == {"text", "url"}
    assert [g["name"] for g in body["groups"]] == ["Torque tools"]


def test_an_answer_with_nothing_in_it_has_the_same_shape(
    reader: Person, client: Client, document: dict[str, Any]
) -> None:
    answer = client.get(ADDRESS, {"q": "knitting patterns"}, headers=token_of(reader))

    check(document, "Suggestions", answer.json())
    assert answer.json()["objects"] == answer.json()["people"] == answer.json()["groups"] == []


def test_the_code_of_an_aid_leads_to_it_alone(
    reader: Person, client: Client, document: dict[str, Any]
) -> None:
    aid = Aid.objects.get()
    typed = f" {aid.code.lower()} "

    found = client.get(ADDRESS, {"q": typed}, headers=token_of(reader)).json()
    stranger = client.get(ADDRESS, {"q": typed}, headers=token_of(a_person())).json()

    check(document, "Suggestions", found)
    assert [o["url"] for o in found["objects"]] == [aid.get_absolute_url()]
    assert found["objects"][0]["why"][0]["text"] == f"Its code is {aid.code}."
    assert found["people"] == found["groups"] == stranger["objects"] == []


def test_the_code_of_a_retired_aid_says_that_it_is(reader: Person, client: Client) -> None:
    aid = Aid.objects.get()
    retire_aid(aid=aid, by=aid.owner, now=NOON)

    found = client.get(ADDRESS, {"q": aid.code}, headers=token_of(reader)).json()

    told = [reason["text"] for reason in found["objects"][0]["why"]]
    assert told == [f"Its code is {aid.code}.", "It is retired: do not work by it any more."]


def test_a_program_sees_what_its_person_may_see_and_no_more(reader: Person, client: Client) -> None:
    stranger = client.get(ADDRESS, {"q": WORDS}, headers=token_of(a_person()))
    assert stranger.json()["objects"] == stranger.json()["people"] == []

    token = token_of(reader)
    leave_organisation(membership=place_of(reader), on=NOON.date(), now=NOON, stays_as_alumni=True)
    assert client.get(ADDRESS, {"q": WORDS}, headers=token).json()["objects"] == []


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Bearer wk_wrong"},
        {"Authorization": "Bearer wk_\xff\x00"},
        {"Authorization": "Basic YTpi"},
    ],
)
@pytest.mark.parametrize("words", [WORDS, ""])
def test_without_a_good_token_nothing_is_told(
    reader: Person, client: Client, document: dict[str, Any], sent: dict[str, str], words: str
) -> None:
    client.force_login(reader)  # a session is not a token

    answer = client.get(ADDRESS, {"q": words}, headers=sent)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    check(document, "Problem", answer.json())
    assert answer.json()["code"] == "not_signed_in"


def test_a_revoked_token_and_a_closed_account_are_of_no_use(reader: Person, client: Client) -> None:
    headers = token_of(reader)
    kept = token_of(reader)
    assert client.get(ADDRESS, {"q": WORDS}, headers=headers).status_code == 200

    first = reader.tokens.order_by("pk")[0]
    revoke_token(person=reader, token_id=first.pk, now=NOON)
    assert client.get(ADDRESS, {"q": WORDS}, headers=headers).status_code == 401
    assert client.get(ADDRESS, {"q": WORDS}, headers=kept).status_code == 200

    reader.is_active = False
    reader.save()
    assert client.get(ADDRESS, {"q": WORDS}, headers=kept).status_code == 401


@pytest.mark.parametrize("words", [None, "", "  ", "x" * 20_001])
def test_says_what_is_wrong_with_the_words(
    reader: Person, client: Client, document: dict[str, Any], words: str | None
) -> None:
    sent = {} if words is None else {"q": words}

    answer = client.get(ADDRESS, sent, headers=token_of(reader))

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    check(document, "Problem", answer.json())
    assert answer.json()["code"] == "bad_input"


def test_the_longest_words_are_taken(reader: Person, client: Client) -> None:
    answer = client.get(ADDRESS, {"q": "x" * 20_000}, headers=token_of(reader))

    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", [ADDRESS, "/api/v1/openapi.json"])
def test_takes_get_and_nothing_else(
    reader: Person, client: Client, method: str, address: str
) -> None:
    answer = getattr(client, method)(address, headers=token_of(reader))

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_describes_every_address_that_there_is(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert {f"/{p.pattern}" for p in urlpatterns} == set(document["paths"])
    assert document["paths"]["/suggestions"]["get"]["responses"].keys() >= {"200", "401", "422"}
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_description_refuses_another_shape(document: dict[str, Any]) -> None:
    good = {"query": "x", "objects": [], "people": [], "groups": [], "took_ms": 1.0}
    check(document, "Suggestions", good)
    with pytest.raises(ValidationError):
        check(document, "Suggestions", {**good, "people": [{"id": "1"}]})
