"""Tokens by which programs act for people."""

import pytest
from django.test import Client

from tests.builders import NOON, a_person, a_stranger
from tests.conftest import Index
from whoknows.base.errors import BadInput, NotSignedIn
from whoknows.people.actions import issue_token, revoke_token
from whoknows.people.models import Token
from whoknows.people.queries import person_with_token

pytestmark = pytest.mark.django_db


def test_a_secret_stands_for_its_person_and_only_its_digest_is_kept() -> None:
    person = a_stranger()

    token, secret = issue_token(person=person, label=" My laptop ", now=NOON)

    assert person_with_token(secret) == person
    assert token.label == "My laptop"
    kept = " ".join(str(value) for value in Token.objects.values().get().values())
    assert secret not in kept
    assert secret.removeprefix("wk_") not in kept


def test_two_tokens_of_one_person_have_different_secrets() -> None:
    person = a_stranger()

    secrets = {issue_token(person=person, label="planner", now=NOON)[1] for _ in range(2)}

    assert len(secrets) == 2


@pytest.mark.parametrize("secret", ["", "wk_", "wk_made-up", "\x00", "ü" * 5000])
def test_made_up_secrets_are_refused(secret: str) -> None:
    person = a_stranger()
    _, right = issue_token(person=person, label="planner", now=NOON)

    with pytest.raises(NotSignedIn, match="Make a new one"):
        person_with_token(secret)
    assert person_with_token(right) == person


def test_a_digest_does_not_stand_for_its_secret() -> None:
    token, _ = issue_token(person=a_stranger(), label="planner", now=NOON)

    with pytest.raises(NotSignedIn):
        person_with_token(token.digest)


def test_a_token_taken_back_is_useless_at_once_and_others_stay() -> None:
    person = a_stranger()
    token, secret = issue_token(person=person, label="planner", now=NOON)
    _, other = issue_token(person=person, label="laptop", now=NOON)

    revoke_token(person=person, token_id=token.pk, now=NOON)

    with pytest.raises(NotSignedIn):
        person_with_token(secret)
    assert person_with_token(other) == person


def test_nobody_takes_back_the_token_of_somebody_else() -> None:
    person = a_stranger()
    token, secret = issue_token(person=person, label="planner", now=NOON)

    revoke_token(person=a_stranger(), token_id=token.pk, now=NOON)

    assert person_with_token(secret) == person


def test_the_token_of_somebody_who_may_not_sign_in_is_useless() -> None:
    person = a_stranger()
    _, secret = issue_token(person=person, label="planner", now=NOON)
    assert person_with_token(secret) == person
    person.is_active = False
    person.save()

    with pytest.raises(NotSignedIn):
        person_with_token(secret)


def test_a_token_says_what_it_is_for() -> None:
    with pytest.raises(BadInput, match="what the token is for"):
        issue_token(person=a_stranger(), label="  ", now=NOON)

    assert not Token.objects.exists()


def test_the_page_tells_a_secret_once_and_never_again(client: Client) -> None:
    person = a_person()
    client.force_login(person)

    made = client.post("/me/tokens/", {"label": "planner"})
    later = client.get("/me/tokens/")

    secret = made.context["secret"]
    assert person_with_token(secret) == person
    assert secret in made.content.decode()
    assert secret not in later.content.decode()
    assert "planner" in later.content.decode()


def test_the_page_refuses_a_token_for_nothing_and_takes_one_back(client: Client) -> None:
    person = a_person()
    token, secret = issue_token(person=person, label="planner", now=NOON)
    other = a_person()
    _, of_other = issue_token(person=other, label="secretly", now=NOON)
    client.force_login(person)

    nothing = client.post("/me/tokens/", {"label": ""})
    client.post(f"/me/tokens/{token.pk}/removal/")

    assert nothing.status_code == 422
    assert "secretly" not in nothing.content.decode()
    with pytest.raises(NotSignedIn):
        person_with_token(secret)
    assert person_with_token(of_other) == other


def test_a_program_sees_what_its_person_sees_and_no_other_sees_anything(
    index: Index, client: Client
) -> None:
    _, secret = issue_token(person=a_person(), label="planner", now=NOON)

    def status(authorization: str) -> int:
        headers = {"Authorization": authorization} if authorization else {}
        return client.get("/api/v1/suggestions?q=wrench", headers=headers).status_code

    assert status(f"Bearer {secret}") == status(f"bearer {secret}") == 200
    assert status("") == status("Bearer") == status("Bearer wk_no") == 401
    assert status(f"Basic {secret}") == 401
