"""The ask page, needs and their forms: with htmx and without, for the right people only."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_aid,
    an_answer,
    an_organisation,
    partners,
    place_of,
)
from tests.conftest import Index
from whoknows.needs.models import Answer, Need, Solution, Synonym, Verdict
from whoknows.people.actions import leave_organisation
from whoknows.people.models import Person, SharingClass

pytestmark = pytest.mark.django_db

TYPING = {"HX-Request": "true", "HX-Trigger": "words"}
SENDING = {"HX-Request": "true", "HX-Trigger": "ask"}


@pytest.fixture
def need(index: Index) -> Need:
    """Return an answered need that its organisation sees."""
    made = a_need("The torque wrench shows E4. Why?")
    an_answer(made, "Hold the button.")
    index.catch_up()
    return made


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def test_anybody_may_ask_without_signing_in(index: Index, client: Client) -> None:
    an_aid("Clear E4 on the torque wrench", sharing=SharingClass.PUBLIC)
    an_aid("Torque wrench internals", sharing=SharingClass.ORGANISATION)
    index.catch_up()

    text = client.get("/", {"q": "torque wrench"}).content.decode()

    assert "Clear E4 on the torque wrench" in text
    assert "Torque wrench internals" not in text
    assert "Sign in to post it" in text


def test_the_page_and_its_part_show_the_same(need: Need, client: Client) -> None:
    signed_in(client, need.owner)

    page = client.get("/", {"q": "torque wrench"})
    part = client.get("/", {"q": "torque wrench"}, headers=SENDING)

    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    for answer in (page, part):
        assert need.title in answer.content.decode()
        assert "HX-Request" in answer.headers["Vary"]


def test_one_of_a_kind_has_no_more_of_it_to_open(need: Need, index: Index, client: Client) -> None:
    signed_in(client, need.owner)
    one = client.get("/", {"q": "torque wrench"}).content.decode()
    an_aid("Torque wrench internals", owner=need.owner)
    an_aid("Oil the torque wrench", owner=need.owner)
    index.catch_up()

    three = client.get("/", {"q": "torque wrench"}).content.decode()

    assert need.title in one
    assert 'class="rest"' not in one
    assert "2 more things to use" in three
    assert three.count("<details") == three.count("</details>")


@pytest.mark.parametrize("words", ["", "torque", "torque wrench"])
def test_shows_nothing_below_three_words_while_typing(
    need: Need, client: Client, words: str
) -> None:
    signed_in(client, need.owner)

    typing = client.get("/", {"q": words}, headers=TYPING).content.decode()
    assert need.title not in typing
    assert "Post this need" not in typing

    typed = client.get("/", {"q": "torque wrench shows"}, headers=TYPING).content.decode()
    assert need.title in typed


def test_one_word_is_enough_when_it_is_sent(need: Need, client: Client) -> None:
    signed_in(client, need.owner)

    assert need.title in client.get("/", {"q": "torque"}, headers=SENDING).content.decode()
    assert need.title in client.get("/", {"q": "torque"}).content.decode()


def test_asking_writes_nothing_down(need: Need, client: Client) -> None:
    signed_in(client, need.owner)

    client.get("/", {"q": "my manager is the problem"})

    assert Need.objects.count() == 1


def test_posts_what_was_asked_in_two_steps(index: Index, client: Client) -> None:
    asker = a_person()
    signed_in(client, asker)

    page = client.get("/", {"q": "who calibrates the gauge?"})
    assert "Post this need" in page.content.decode()
    sent = client.post(
        "/needs/new/", {"words": "who calibrates the gauge?", "sharing": "organisation"}
    )

    need = Need.objects.get()
    assert sent.headers["Location"] == need.get_absolute_url()
    assert (need.owner, need.words) == (asker, "who calibrates the gauge?")
    assert "who calibrates the gauge?" in client.get(need.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"sharing": "everybody"}, "Select a valid choice"),
        ({}, "This field is required"),
        ({"sharing": "unit"}, "Select a valid choice"),
        ({"sharing": "partners"}, "Select a valid choice"),
        ({"sharing": "organisation", "community": "0"}, "Select a valid choice"),
    ],
    ids=["no such class", "no class", "no unit", "no partners", "no such community"],
)
def test_a_refused_form_keeps_the_words(
    index: Index, client: Client, sent: dict[str, str], sentence: str
) -> None:
    signed_in(client, a_person())

    page = client.post("/needs/new/", {"words": "who calibrates the gauge?", **sent})

    assert page.status_code == 422
    assert "who calibrates the gauge?</textarea>" in page.content.decode()
    assert sentence in page.content.decode()
    assert not Need.objects.exists()


def test_offers_the_unit_to_those_in_one(index: Index, client: Client) -> None:
    organisation = an_organisation()
    signed_in(client, a_person(organisation, unit=a_unit(organisation)))

    sent = client.post("/needs/new/", {"words": "where?", "sharing": "unit"})

    assert sent.status_code == 302
    assert Need.objects.get().sharing == SharingClass.UNIT


def test_a_community_one_is_not_in_is_no_choice(index: Index, client: Client) -> None:
    asker = a_person()
    theirs = a_community(by=a_person(place_of(asker).organisation))
    own = a_community(by=asker)
    signed_in(client, asker)
    words = {"words": "where?", "sharing": "organisation"}

    assert client.post("/needs/new/", {**words, "community": theirs.pk}).status_code == 422
    assert client.post("/needs/new/", {**words, "community": own.pk}).status_code == 302


def test_who_belongs_nowhere_cannot_post_and_loses_no_word(index: Index, client: Client) -> None:
    signed_in(client, a_stranger())

    page = client.post("/needs/new/", {"words": "where is it?", "sharing": "public"})

    assert page.status_code == 403
    assert "where is it?" in page.content.decode()
    assert not Need.objects.exists()


def test_who_left_can_post_no_more(index: Index, client: Client) -> None:
    asker = a_person()
    leave_organisation(membership=place_of(asker), on=NOON.date(), now=NOON, stays_as_alumni=True)
    signed_in(client, asker)

    page = client.post("/needs/new/", {"words": "where is it?", "sharing": "organisation"})

    assert page.status_code == 403


def test_a_need_of_others_is_not_there(need: Need, client: Client) -> None:
    address = need.get_absolute_url()

    assert client.get(address).status_code == 404
    assert signed_in(client, a_person()).get(address).status_code == 404
    assert signed_in(client, a_person(need.organisation)).get(address).status_code == 200


def forms_of(need: Need) -> list[tuple[str, dict[str, str]]]:
    answer = need.answers.get()
    address = need.get_absolute_url()
    return [
        (f"{address}answers/", {"text": "Try this."}),
        (f"{address}answers/{answer.uid}/", {"verdict": "solved"}),
        (f"{address}sharing/", {"sharing": "public"}),
    ]


def unchanged(need: Need) -> bool:
    need.refresh_from_db()
    answer = need.answers.get()
    return (need.sharing, need.met_at, answer.verdict) == ("organisation", None, "")


def test_who_is_not_signed_in_is_asked_to(need: Need, client: Client) -> None:
    for address, form in forms_of(need):
        sent = client.post(address, form)
        assert sent.status_code == 302
        assert sent.headers["Location"].startswith("/accounts/login/")
    assert client.get("/needs/new/").status_code == 302

    assert unchanged(need)


def test_strangers_cannot_answer_judge_or_share(need: Need, client: Client) -> None:
    signed_in(client, a_person())

    for address, form in forms_of(need):
        assert client.post(address, form).status_code == 404

    assert unchanged(need)


def test_colleagues_can_answer_but_neither_judge_nor_share(need: Need, client: Client) -> None:
    signed_in(client, a_person(need.organisation))
    answer, judge, share = forms_of(need)

    assert client.post(*judge).status_code == 403
    assert client.post(*share).status_code == 403
    assert unchanged(need)

    assert client.post(*answer).status_code == 302
    assert need.answers.count() == 2


def test_the_asker_judges_and_shares(need: Need, client: Client) -> None:
    signed_in(client, need.owner)

    for address, form in forms_of(need)[1:]:
        assert client.post(address, form).headers["Location"] == need.get_absolute_url()

    need.refresh_from_db()
    assert need.sharing == SharingClass.PUBLIC
    assert need.met_at is not None
    assert need.answers.get().verdict == Verdict.SOLVED


@pytest.mark.parametrize("form", [{}, {"verdict": ""}, {"verdict": "wrong"}])
def test_a_verdict_that_is_none_changes_nothing(
    need: Need, client: Client, form: dict[str, str]
) -> None:
    signed_in(client, need.owner)
    address, _ = forms_of(need)[1]

    page = client.post(address, form, follow=True)

    assert "helped or solved" in page.content.decode()
    assert unchanged(need)


def test_an_empty_answer_is_sent_back(need: Need, client: Client) -> None:
    signed_in(client, a_person(need.organisation))

    page = client.post(f"{need.get_absolute_url()}answers/", {"text": "  "})

    assert page.status_code == 422
    assert "a line or two" in page.content.decode()
    assert Answer.objects.count() == 1


def test_an_answer_to_another_need_is_not_judged_here(need: Need, client: Client) -> None:
    other = a_need(by=need.owner)
    answer = an_answer(other)
    signed_in(client, need.owner)

    page = client.post(f"{need.get_absolute_url()}answers/{answer.uid}/", {"verdict": "solved"})

    answer.refresh_from_db()
    assert (page.status_code, answer.verdict) == (404, "")


def test_saying_what_solved_it_ends_there(need: Need, client: Client) -> None:
    colleague = a_person(need.organisation)
    form = {"words": "clear E4", "kind": "need", "id": str(need.pk)}

    page = signed_in(client, colleague).post("/solved/", form)
    assert "Back to work" in page.content.decode()
    assert Solution.objects.get().person == colleague

    assert "will find it sooner" in page.content.decode()

    assert signed_in(client, a_person()).post("/solved/", form).status_code == 404
    assert Solution.objects.count() == 1


def test_what_helped_somebody_of_elsewhere_is_not_kept_nor_said_to_be(
    need: Need, client: Client
) -> None:
    Need.objects.update(sharing=SharingClass.PUBLIC)
    form = {"words": "clear E4", "kind": "need", "id": str(need.pk)}

    page = signed_in(client, a_person()).post("/solved/", form).content.decode()

    assert "Back to work" in page
    assert "will find it sooner" not in page
    assert not Solution.objects.exists()


def test_no_form_is_taken_without_its_token(need: Need) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(need.owner)
    address = need.get_absolute_url()

    refused = [
        strict.post("/needs/new/", {"words": "where?", "sharing": "public"}),
        strict.post("/solved/", {"words": "x", "kind": "need", "id": need.pk}),
        *[strict.post(where, form) for where, form in forms_of(need)],
    ]
    assert [answer.status_code for answer in refused] == [403] * 5
    assert unchanged(need)

    strict.get(address)
    token = strict.cookies["csrftoken"].value
    taken = strict.post(f"{address}sharing/", {"sharing": "public", "csrfmiddlewaretoken": token})
    assert taken.status_code == 302


def test_each_address_takes_its_own_methods_only(need: Need, client: Client) -> None:
    signed_in(client, need.owner)
    address = need.get_absolute_url()

    for only_read in ("/", "/needs/", "/search/", address):
        assert client.post(only_read).status_code == 405, only_read
    for only_sent in ("/solved/", *[where for where, _ in forms_of(need)]):
        assert client.get(only_sent).status_code == 405, only_sent
    assert client.delete(address).status_code == 405


def test_lists_open_needs_and_ones_own(need: Need, client: Client) -> None:
    solved = a_need("Where is the gauge?", by=need.owner)
    an_answer(solved, verdict=Verdict.SOLVED)
    theirs = a_need("Who has the key?", by=a_person(need.organisation))
    signed_in(client, need.owner)

    def titles(show: str) -> set[str]:
        text = client.get("/needs/", {"show": show}).content.decode()
        return {n.title for n in (need, solved, theirs) if n.title in text}

    assert titles("all") == {need.title, solved.title, theirs.title}
    assert titles("open") == {need.title, theirs.title}
    assert titles("mine") == {need.title, solved.title}


@pytest.mark.parametrize("kind", ["aid", "need", "person", "community", "", "nonsense"])
def test_search_finds_each_kind(index: Index, client: Client, kind: str) -> None:
    owner = a_person(name="Gauge Torvalds")
    found = {
        "aid": an_aid("Gauge zeroing", owner=owner).title,
        "need": a_need("Gauge is off?", by=owner).title,
        "person": owner.name,
        "community": a_community("Gauge circle", by=owner).name,
    }
    index.catch_up()
    signed_in(client, a_person(place_of(owner).organisation))

    text = client.get("/search/", {"q": "gauge", "kind": kind}).content.decode()

    shown = {k for k, name in found.items() if f'dir="auto">{name}</a></h2>' in text}
    assert shown == ({kind} if kind in found else set(found))


def test_search_finds_nothing_for_nonsense_and_an_aid_by_its_code(
    index: Index, client: Client
) -> None:
    owner = a_person(name="Gauge Torvalds")
    aid = an_aid("Gauge zeroing", owner=owner)
    a_need("Gauge is off?", by=owner)
    index.catch_up()

    def found(words: str) -> str:
        return client.get("/search/", {"q": words}).content.decode()

    assert aid.title not in found(aid.code)
    assert client.get("/", {"q": aid.code}).status_code == 200
    signed_in(client, a_person(place_of(owner).organisation))
    assert "Nothing that you can see here" in found("zzqqxx")
    assert "Nothing that you can see here" in found("\x00")
    assert found(f" {aid.code.lower()} ").count("<h2>") == 1
    assert aid.get_absolute_url() in found(aid.code)
    assert client.get("/", {"q": aid.code}).headers["Location"] == aid.get_absolute_url()
    by_form = client.get("/", {"q": aid.code}, headers={"HX-Request": "true"})
    assert by_form.headers["HX-Redirect"] == aid.get_absolute_url()


def test_search_knows_other_words_for_the_same(index: Index, client: Client) -> None:
    owner = a_person()
    an_aid("Gauge zeroing", owner=owner)
    Synonym.objects.create(
        organisation=place_of(owner).organisation, word="manometer", means="gauge"
    )
    index.catch_up()
    signed_in(client, a_person(place_of(owner).organisation))

    assert "Gauge zeroing" in client.get("/search/", {"q": "manometer"}).content.decode()


def test_how_words_are_read_tells_nothing_of_what_others_keep_to_themselves(
    index: Index, client: Client
) -> None:
    stranger = a_person(name="Basilisk Decoy")
    an_aid("Feeding the basiliskoz", owner=stranger)
    index.catch_up()
    signed_in(client, stranger)

    def finds_its_misspelling() -> bool:
        return "basiliskoz" in client.get("/search/", {"q": "basiliskox"}).content.decode()

    assert finds_its_misspelling()
    a_need("Operation basiliskox begins", sharing=SharingClass.PRIVATE)
    index.catch_up()

    assert finds_its_misspelling()


def test_who_asked_is_not_asked_to_answer_and_still_can(need: Need, client: Client) -> None:
    fold = "Found it out yourself?"
    client.force_login(a_person(need.organisation))
    assert fold not in client.get(need.get_absolute_url()).content.decode()

    client.force_login(need.owner)
    page = client.get(need.get_absolute_url()).content.decode()
    refused = client.post(f"{need.get_absolute_url()}answers/", {"text": ""}).content.decode()

    assert f'<details class="more"><summary>{fold}' in page
    assert f'<details class="more" open><summary>{fold}' in refused
    client.post(f"{need.get_absolute_url()}answers/", {"text": "It was the fuse."})
    assert "It was the fuse." in client.get(need.get_absolute_url()).content.decode()


def test_search_shows_strangers_nothing(index: Index, client: Client) -> None:
    owner = a_person(name="Gauge Torvalds")
    an_aid("Gauge zeroing", owner=owner)
    index.catch_up()

    for reader in (None, a_person()):
        if reader:
            signed_in(client, reader)
        text = client.get("/search/", {"q": "gauge"}).content.decode()
        assert "Gauge zeroing" not in text
        assert "Torvalds" not in text


def test_names_lead_to_the_pages_that_open_and_cost_one_query(client: Client) -> None:
    works, partner = an_organisation(), an_organisation()
    partners(works, partner)
    need = a_need(by=a_person(works), sharing=SharingClass.PUBLIC)
    circles = (SharingClass.ORGANISATION, SharingClass.PARTNERS, SharingClass.PUBLIC)
    persons = [need.owner, *(a_person(works, sharing=circle) for circle in circles)]
    readers = {None: 1, a_person(partner): 2, a_person(works): 4}

    def read(reader: Person | None) -> tuple[str, int]:
        client.logout()
        if reader is not None:
            client.force_login(reader)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(need.get_absolute_url()).content.decode()
        return page, len(asked)

    an_answer(need, by=persons[1])
    before = {reader: read(reader)[1] for reader in readers}
    for author in persons[2:]:
        an_answer(need, by=author)
    for reader, many in readers.items():
        page, queries = read(reader)
        links = {person for person in persons if f'href="{person.get_absolute_url()}"' in page}
        assert all(person.name in page for person in persons)
        assert len(links) == many
        assert {client.get(person.get_absolute_url()).status_code for person in links} == {200}
        assert queries == before[reader]
