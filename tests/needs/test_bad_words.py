"""Whatever people write: no door falls off its hinges, and no markup of theirs runs."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from tests.builders import NOON, a_community, a_need, a_person, an_aid, an_answer, place_of
from tests.conftest import Index
from whoknows.people.actions import issue_token
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert('torque')</script><img src=x onerror=alert(1)> \"wrench\""
WORDS = {
    "empty": "",
    "space": " \n\t ",
    "one word": "torque",
    "only function words": "what is the",
    "ten thousand words": "torque wrench " * 5_000,
    "ten thousand distinct words": " ".join(f"word{n}" for n in range(2_500)),
    "emoji": "🔧🔧 👩🏽‍🔧 torque 🏳️‍🌈",
    "right to left": "\u202e\u202e مفتاح العزم يظهر E4 בבקשה",
    "no spaces": "扭力扳手校准后显示错误" * 50,
    "markup": MARKUP,
    "sql": "torque'); DROP TABLE needs_need; -- %s %(x)s {0}",
    "query language": 'title:torque AND (wrench OR "E4"^2) ~ * ? [a TO z] \\',
    "nul": "torque \x00 wrench",
    "control characters": "torque \x01\x1b[31m\x7f wrench",
    "lone surrogate": "torque \udcff wrench",
    "one endless word": "x" * 15_000,
    "template": "{{ request }} {% csrf_token %} ${7*7}",
}
each_words = pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())


@pytest.fixture
def asker(index: Index, client: Client) -> None:
    """Sign somebody in who can see a need, an answer, an aid and a community."""
    author = a_person()
    reader = a_person(place_of(author).organisation)
    an_answer(
        a_need("The torque wrench shows E4", by=author), by=a_person(place_of(author).organisation)
    )
    an_aid("Clear E4 on the torque wrench", owner=author)
    a_community("Torque tools", by=author)
    index.catch_up()
    client.force_login(reader)


def sendable(words: str) -> str:
    """Return ``words`` as a browser can send them."""
    return words.encode("utf-8", "replace").decode()


@each_words
def test_the_ask_page_answers(asker: None, client: Client, words: str) -> None:
    page = client.get("/", {"q": sendable(words)})

    # A server may refuse an address that long; ours reads the beginning.
    assert page.status_code == 200
    assert "alert('torque')" not in page.content.decode()


@each_words
def test_the_part_of_the_page_answers(asker: None, client: Client, words: str) -> None:
    part = client.get("/", {"q": sendable(words)}, headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "<script" not in part.content.decode()


@each_words
def test_search_answers(asker: None, client: Client, words: str) -> None:
    assert client.get("/search/", {"q": sendable(words)}).status_code == 200


@each_words
def test_programs_get_an_answer_or_a_problem(asker: None, client: Client, words: str) -> None:
    _token, secret = issue_token(person=a_person(), label="test", now=NOON)

    answer = client.get(
        "/api/v1/suggestions",
        {"q": sendable(words)},
        headers={"Authorization": f"Bearer {secret}"},
    )

    expected = 200 if words.strip() and len(words.strip()) <= 20_000 else 422
    assert answer.status_code == expected
    assert json.loads(answer.content)


@each_words
def test_the_command_answers_or_says_what_is_wrong(asker: None, words: str) -> None:
    out = StringIO()

    if words.strip():
        call_command("ask", words, stdout=out)
        assert "Use this" in out.getvalue()
    else:
        with pytest.raises(CommandError, match="between quotation marks"):
            call_command("ask", words, stdout=out)


@each_words
def test_posting_keeps_the_words_or_says_what_is_wrong(
    asker: None, client: Client, words: str
) -> None:
    page = client.post("/needs/new/", {"words": sendable(words), "sharing": "organisation"})

    assert page.status_code in {302, 422}
    if page.status_code == 302:
        assert client.get(page.headers["Location"]).status_code == 200
        assert client.get("/needs/").status_code == 200


def test_nobodys_markup_runs_on_any_page(index: Index, client: Client) -> None:
    owner = a_person(name=MARKUP)
    need = a_need(f"{MARKUP} torque wrench?", by=owner, sharing=SharingClass.PUBLIC)
    an_answer(need, MARKUP, by=a_person(need.organisation, name=f"B {MARKUP}"))
    aid = an_aid(f"{MARKUP} torque", body=MARKUP, owner=owner, topics=(MARKUP[:70],))
    community = a_community(f"{MARKUP} torque", purpose=MARKUP, by=owner, topics=("<b>x</b>",))
    index.catch_up()
    client.force_login(owner)

    pages = [
        "/", "/?q=torque+wrench", "/needs/", "/aids/", "/communities/", "/people/", "/me/",
        "/search/?q=torque", "/needs/new/?q=" + MARKUP, "/?q=" + MARKUP, "/search/?q=" + MARKUP,
        need.get_absolute_url(), need.get_absolute_url() + "?for=" + MARKUP,
        aid.get_absolute_url(), aid.get_absolute_url() + "?for=" + MARKUP,
        f"{aid.get_absolute_url()}text/", community.get_absolute_url(), owner.get_absolute_url(),
        "/aids/" + MARKUP.replace("/", "") + "/",
    ]  # fmt: skip
    for address in pages:
        text = client.get(address).content.decode()
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        assert '" onerror' not in text, address


@pytest.mark.parametrize(
    "address",
    ["/aids/%00/", "/aids/%F0%9F%94%A7/", "/aids/" + "A" * 3000 + "/", "/needs/not-an-id/",
     "/communities/00000000-0000-0000-0000-000000000000/", "/people/%00/", "/%00", "/needs/%FF/"],
)  # fmt: skip
def test_no_such_address_is_not_found(asker: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/needs/?page=0", "/needs/?page=999999999999999999999", "/needs/?page=%00", "/needs/?show=%00",
     "/search/?q=torque&kind=%00", "/needs/new/?community=%00", "/people/?page=x",
     "/communities/?page=-1", "/aids/?page=last", "/needs/new/?community=99999999999999999999"],
)  # fmt: skip
def test_odd_parameters_are_passed_over(asker: None, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/solved/", {"words": "x", "kind": "need", "id": "9" * 30}),
        ("/solved/", {"words": "x", "kind": "person", "id": "1"}),
        ("/solved/", {"words": "x\x00", "kind": "need", "id": "1"}),
        ("/solved/", {}),
        ("/needs/new/", {"words": "Where?", "sharing": "everybody"}),
        ("/needs/new/", {"words": "Where?", "sharing": "public", "community": "9" * 30}),
        ("/needs/new/", {"words": "Where?", "sharing": "public", "community": "\x00"}),
        ("/aids/new/reference/", {"title": "x", "note": "\x00", "sharing": "public"}),
        ("/aids/new/procedure/", {"title": "x", "steps-0-action": "\x00", "sharing": "public"}),
        ("/communities/new/", {"name": "\x00", "purpose": "y", "sharing": "public"}),
        ("/me/", {"name": "\x00", "about": "y"}),
    ],
)
def test_odd_forms_are_refused_without_a_fuss(
    asker: None, client: Client, address: str, sent: dict[str, str]
) -> None:
    assert client.post(address, sent).status_code in {302, 404, 422}
