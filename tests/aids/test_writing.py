"""The six editors, without JavaScript: nothing typed is ever lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.builders import NOON, a_person, a_stranger, an_aid, place_of
from whoknows.aids.actions import AidText, make_aid
from whoknows.aids.forms import Editor
from whoknows.aids.models import Aid
from whoknows.engine.aids import (
    Checklist,
    Condition,
    Content,
    DecisionTable,
    Edge,
    Entry,
    Field,
    Flowchart,
    Item,
    Kind,
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
)
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db

ABOUT = {"title": "Clear E5", "topics": "torque, wrench,, Torque", "sharing": "organisation"}
FORMS: list[tuple[str, dict[str, str], Content]] = [
    (
        "procedure",
        {
            "supplies": "A cloth\n\nGloves",
            "steps-0-action": "Switch it off.",
            "steps-1-action": "  ",
            "steps-2-action": "Hold ZERO.",
            "steps-2-warning": "Hot",
            "closing": "Done.",
        },
        Procedure(
            (Step("Switch it off."), Step("Hold ZERO.", warning="Hot")),
            ("A cloth", "Gloves"),
            closing="Done.",
        ),
    ),
    (
        "checklist",
        {
            "items-0-text": "Fuel",
            "items-0-required": "on",
            "items-1-text": "Maps",
            "items-1-phase": "B",
        },
        Checklist((Item("Fuel"), Item("Maps", required=False, phase="B"))),
    ),
    (
        "decision_table",
        {
            "conditions-0-name": "lamp",
            "conditions-0-values": "red, green",
            "rules-0-when-0": "red",
            "rules-0-action": "Stop",
            "rules-1-when-0": "",
            "rules-1-action": "Go",
        },
        DecisionTable(
            (Condition("lamp", ("red", "green")),), (Rule(("red",), "Stop"), Rule((None,), "Go"))
        ),
    ),
    (
        "flowchart",
        {
            "nodes-0-id": "q",
            "nodes-0-kind": "question",
            "nodes-0-text": "Hot?",
            "nodes-0-leads": "yes: a\nno: b",
            "nodes-1-id": "a",
            "nodes-1-kind": "action",
            "nodes-1-text": "Wait",
            "nodes-1-leads": "q",
            "nodes-2-id": "b",
            "nodes-2-text": "Go",
        },
        Flowchart(
            (Node("q", "Hot?", is_question=True), Node("a", "Wait"), Node("b", "Go")),
            (Edge("q", "a", "yes"), Edge("q", "b", "no"), Edge("a", "q")),
            "q",
        ),
    ),
    (
        "reference",
        {"rows-0-key": "E4", "rows-0-value": "Low", "rows-0-synonyms": "err 4, four", "note": "N"},
        Reference((Entry("E4", "Low", ("err 4", "four")),), "N"),
    ),
    (
        "worksheet",
        {
            "fields-0-name": "w",
            "fields-0-label": "Width",
            "fields-0-unit": "m",
            "fields-0-example": "2,5",
            "fields-1-name": "d",
            "fields-1-label": "Twice",
            "fields-1-formula": "w * 2",
            "fields-1-example": "5",
        },
        Worksheet((Field("w", "Width", "m", example=2.5), Field("d", "Twice", "", "w * 2", 5))),
    ),
]


@pytest.mark.parametrize(("kind", "form", "content"), FORMS, ids=[form[0] for form in FORMS])
def test_each_kind_is_written_and_comes_back_into_its_editor(
    client: Client, kind: str, form: dict[str, str], content: Content
) -> None:
    owner = a_person()
    client.force_login(owner)
    assert client.get(f"/aids/new/{kind}/?title=Clear+E5").status_code == 200

    sent = client.post(f"/aids/new/{kind}/", {**ABOUT, **form}, follow=True)

    aid = Aid.objects.get()
    assert aid.parts() == content
    assert (aid.owner, aid.kind, aid.state) == (owner, kind, "draft")
    assert sorted(aid.topics.values_list("slug", flat=True)) == ["torque", "wrench"]
    assert aid.code in sent.content.decode()
    assert Editor.of(content).content() == content
    page = client.get(f"{aid.get_absolute_url()}text/").content.decode()
    for value in form.values():
        if value.strip() and value != "on":
            assert value.strip().split("\n")[0].replace("2,5", "2.5") in page


@pytest.mark.parametrize("kind", [form[0] for form in FORMS])
def test_rows_come_go_and_move_by_buttons_and_nothing_typed_is_lost(
    client: Client, kind: str
) -> None:
    client.force_login(a_person())
    form = next(each[1] for each in FORMS if each[0] == kind)
    grid = next(name.split("-")[0] for name in form if "-" in name)

    def rows(do: str) -> list[str]:
        page = client.post(f"/aids/new/{kind}/", {**ABOUT, **form, "do": do})
        assert page.status_code == 200
        editor = page.context["editor"]
        text = page.content.decode()
        assert "Clear E5" in text
        assert "nothing is lost" not in text
        return [next((v for v in row.values() if v), "") for row in editor.rows[grid]]

    before = rows("up:nothing:0")
    assert len(rows(f"add:{grid}")) == len(before) + 1
    assert rows(f"remove:{grid}:0") == before[1:]
    assert rows(f"down:{grid}:0")[:2] == before[1::-1] or len(before) == 1
    assert rows(f"up:{grid}:0") == before
    assert rows(f"remove:{grid}:99") == before
    assert not Aid.objects.exists()


def test_only_the_editor_comes_when_a_script_asks(client: Client) -> None:
    client.force_login(a_person())
    form = {"steps-0-action": "Lift", "do": "add:steps"}

    part = client.post("/aids/new/procedure/", form, headers={"HX-Request": "true"})

    text = part.content.decode()
    assert "<html" not in text
    assert re.search(r'name="steps-1-action"[^>]*autofocus', text)


BAD = [
    ("procedure", {"title": "", "steps-0-action": "Keep me."}, "Say in the title"),
    ("procedure", {"title": "t" * 500, "steps-0-action": "Keep me."}, "at most 200"),
    ("procedure", {"steps-0-action": "Keep me.", "sharing": "unit"}, "sharing"),
    ("procedure", {"steps-0-action": "Keep me." * 3000}, "over 20,000 characters"),
    ("procedure", {"closing": "", "trigger": "Keep me."}, "at least one line"),
    (
        "worksheet",
        {"fields-0-label": "Keep me.", "fields-0-example": "ten"},
        "must be a number",
    ),
    (
        "worksheet",
        {"fields-0-label": "Keep me.", "fields-0-example": "nan"},
        "must be a number",
    ),
    ("reference", {"note": "Keep me." * 30_000}, "over 200,000 characters"),
]


@pytest.mark.parametrize(("kind", "form", "why"), BAD)
def test_a_refused_form_keeps_what_was_written(
    client: Client, kind: str, form: dict[str, str], why: str
) -> None:
    client.force_login(a_person())

    page = client.post(f"/aids/new/{kind}/", {**ABOUT, **form})

    assert page.status_code == 422
    assert "Keep me." in page.content.decode()
    assert why in page.content.decode()
    assert not Aid.objects.exists()


def test_a_procedure_of_four_hundred_lines_and_text_from_right_to_left_are_fine(
    client: Client,
) -> None:
    client.force_login(a_person())
    # As the editor sends it: every cell of every row, empty or not.
    cells = ("warning", "cue", "result", "detail", "part", "lead")
    form = {f"steps-{i}-action": f"اضغط على الزر {i}" for i in range(400)}
    form |= {f"steps-{i}-{cell}": "" for i in range(400) for cell in cells}

    client.post("/aids/new/procedure/", {**ABOUT, "title": "إعادة ضبط", **form})

    aid = Aid.objects.get()
    content = aid.parts()
    assert isinstance(content, Procedure)
    assert len(content.steps) == 400
    assert client.get(aid.get_absolute_url()).status_code == 200
    assert client.get(f"{aid.get_absolute_url()}text/").status_code == 200


def test_a_picture_of_fifty_megabytes_is_refused_with_a_sentence(client: Client) -> None:
    client.force_login(a_person())
    form = {**ABOUT, "note": "data:image/png;base64," + "A" * 50_000_000}

    page = client.post("/aids/new/reference/", form)

    assert page.status_code == 400
    assert "Take out pictures" in page.content.decode()
    assert not Aid.objects.exists()


def test_a_table_of_a_million_combinations_is_saved_and_its_gap_named(client: Client) -> None:
    client.force_login(a_person())
    form = {f"conditions-{i}-name": f"lamp {i}" for i in range(20)}
    form |= {f"conditions-{i}-values": "on, off" for i in range(20)}
    form |= {"rules-0-when-0": "on", "rules-0-action": "Stop"}

    page = client.post("/aids/new/decision_table/", {**ABOUT, **form}, follow=True)

    assert "No rule says what to do when lamp 0 is “off”" in page.content.decode()


def test_a_draft_with_errors_is_saved_and_says_what_to_mend(client: Client) -> None:
    client.force_login(a_person())
    form = {"fields-0-name": "a", "fields-0-label": "A", "fields-0-formula": "__import__('os')"}

    page = client.post("/aids/new/worksheet/", {**ABOUT, **form}, follow=True)

    text = page.content.decode()
    assert "Something has to be mended before review" in text
    assert "and nothing else that has brackets" in text
    assert "text/#fields-0-formula" in text


def test_who_belongs_nowhere_cannot_write_one(client: Client) -> None:
    for path in ("/aids/new/", "/aids/new/procedure/"):
        assert client.get(path).status_code == 302
    client.force_login(a_stranger())
    form = {**ABOUT, "steps-0-action": "x"}
    assert client.post("/aids/new/procedure/", form).status_code == 403
    assert not Aid.objects.exists()


def test_what_kind_is_asked_first_and_an_unknown_one_is_not_there(client: Client) -> None:
    client.force_login(a_person())

    text = client.get("/aids/new/?title=Clear+E5").content.decode()

    assert text.count("?title=Clear%20E5") == 6
    assert client.get("/aids/new/poem/").status_code == 404


def test_changing_the_text_keeps_where_it_came_from(client: Client) -> None:
    aid = an_aid(topics=("torque",), verified_on=timezone.localdate())
    Aid.objects.update(licence="CC-BY-4.0", url="https://example.org/e4", attribution="Ana")
    client.force_login(aid.owner)

    assert "torque" in client.get(f"{aid.get_absolute_url()}text/").content.decode()
    form = {**ABOUT, "note": "Newer\nWords", "only_wording": "on", "why": "A typo"}
    page = client.post(f"{aid.get_absolute_url()}text/", form, follow=True).content.decode()

    assert "Saved." in page
    aid.refresh_from_db()
    assert (aid.licence, aid.url) == ("CC-BY-4.0", "https://example.org/e4")
    assert aid.body == "Newer\nWords"
    assert (aid.attribution, aid.state) == ("Ana", "verified")
    assert aid.versions.get(number=2).why == "A typo"


@pytest.mark.parametrize(
    ("kind", "cell", "rows"),
    [
        ("checklist", "items-0-text", 3),
        ("procedure", "steps-0-action", 3),
        ("decision_table", "conditions-0-name", 1),
        ("flowchart", "nodes-0-id", 1),
        ("reference", "rows-0-key", 1),
        ("worksheet", "fields-0-label", 1),
    ],
)
def test_a_title_alone_keeps_the_empty_rows_and_marks_the_first(
    client: Client, kind: str, cell: str, rows: int
) -> None:
    client.force_login(a_person())
    begun = client.get(f"/aids/new/{kind}/").content.decode()
    empty = dict.fromkeys(re.findall(r'name="([a-z]+-\d+-[a-z0-9-]+)"', begun), "")

    sent = client.post(f"/aids/new/{kind}/", {**ABOUT, **empty, "do": "save"})

    page = sent.content.decode()
    assert sent.status_code == 422
    assert f'<a href="#{cell}">An aid needs at least one line. Write what to do.</a>' in page
    assert re.search(rf'id="{cell}" aria-invalid="true"', page)
    assert page.count("field-bad") == 1
    assert page.count('<li class="grid-row') == begun.count('<li class="grid-row') >= rows
    assert not Aid.objects.exists()


def test_what_is_missing_is_told_together(client: Client) -> None:
    client.force_login(a_person())

    page = client.post("/aids/new/checklist/", {"title": "", "sharing": "organisation"})

    said = page.content.decode()
    assert said.count('class="error-summary"') == 1
    assert "Say in the title what one does with it." in said
    assert 'href="#items-0-text"' in said


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_four_times_at_once_makes_one_aid() -> None:
    writer = a_person()
    clients = [Client() for _ in range(4)]
    for client in clients:
        client.force_login(writer)

    def send(client: Client) -> str:
        try:
            return str(client.post("/aids/new/procedure/", ABOUT | {"steps-0-action": "Lift"}).url)  # type: ignore[attr-defined]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as at_once:
        addresses = set(at_once.map(send, clients))

    assert addresses == {Aid.objects.get().get_absolute_url()}


def test_the_same_words_make_another_aid_for_other_readers_or_later() -> None:
    owner = a_person()
    place = place_of(owner)

    def made(at: datetime, sharing: SharingClass = SharingClass.ORGANISATION) -> Aid:
        return make_aid(
            text=AidText("Clear E4", "1. Wait."),
            owner=owner,
            organisation=place.organisation,
            sharing=sharing,
            now=at,
            by=owner,
        )

    first = made(NOON)
    assert made(NOON + timedelta(seconds=20)) == first
    made(NOON, SharingClass.PUBLIC)
    made(NOON + timedelta(minutes=2))

    assert Aid.objects.count() == 3


def test_a_line_more_is_no_wording_and_the_page_says_so(client: Client) -> None:
    aid = an_aid(verified_on=timezone.localdate())
    client.force_login(aid.owner)
    page = f"{aid.get_absolute_url()}text/"
    form = {**ABOUT, "note": "Newer\nWords\nAnd more", "only_wording": "on"}

    assert "Lines that came, went or moved" in client.get(page).content.decode()
    said = client.post(page, form, follow=True).content.decode()

    assert "Saved as a draft" in said
    aid.refresh_from_db()
    assert (aid.state, aid.verified_on) == ("draft", None)
    assert aid.versions.get(number=2).is_material


def test_carrier_and_language_are_chosen_and_an_imported_language_stays(client: Client) -> None:
    aid = an_aid()
    Aid.objects.update(language="nl")
    client.force_login(aid.owner)
    page = f"{aid.get_absolute_url()}text/"
    form = {**ABOUT, "note": "Newer", "carrier": "lanyard"}

    assert '<option value="nl" selected>nl</option>' in client.get(page).content.decode()
    client.post(page, {**form, "language": "de"})

    aid.refresh_from_db()
    assert (aid.carrier, aid.language) == ("lanyard", "de")
    assert '<option value="lanyard" selected>' in client.get(page).content.decode()
    refused = client.post(page, {**form, "carrier": "tattoo"})
    assert refused.status_code == 422


def test_a_private_aid_is_written_for_oneself(client: Client) -> None:
    owner = a_person()
    client.force_login(owner)

    form = ABOUT | {"sharing": "private", "steps-0-action": "x"}
    client.post("/aids/new/procedure/", form)

    aid = Aid.objects.get()
    assert aid.sharing == SharingClass.PRIVATE
    client.force_login(a_person(place_of(owner).organisation))
    assert client.get(aid.get_absolute_url()).status_code == 404


def test_kinds_of_the_engine_and_of_the_editors_are_the_same() -> None:
    for kind in Kind:
        assert Editor.blank(kind).grids()
