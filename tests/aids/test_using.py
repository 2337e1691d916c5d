"""Using each kind of aid, without JavaScript: where one is stands in the address."""

import re

import pytest
from django.test import Client

from tests.builders import a_person, an_aid
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
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
)
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db

STEPS = Procedure(
    (Step("Switch it off."), Step("Hold `ZERO`.", warning="It is hot."), Step("Wait.")),
    ("A cloth",),
)
CHECKS = Checklist((Item("Fuel", phase="Before"), Item("Maps", required=False), Item("Doors")))
TABLE = DecisionTable(
    (Condition("the lamp", ("red", "green")), Condition("it beeps")),
    (
        Rule(("red", None), "Stop"),
        Rule(("green", "yes"), "Call Ana"),
        Rule(("green", "no"), "Go on"),
    ),
)
CHART = Flowchart(
    (Node("q", "Is it hot?", is_question=True), Node("a", "Wait"), Node("b", "Go")),
    (Edge("q", "a", "yes"), Edge("q", "b", "no"), Edge("a", "q")),
    "q",
)
CODES = Reference((Entry("E4", "Battery low", ("error 4",)), Entry("E5", "Like E4 but worse")))
SHEET = Worksheet(
    (
        Field("w", "Width", "m", example=4),
        Field("per", "Per metre", example=2),
        Field("n", "Boards", "", "w / per", 2),
    )
)


def _page(client: Client, content: Content, query: str = "", **headers: str) -> str:
    aid = an_aid(content=content)
    client.force_login(aid.owner)
    page = client.get(f"{aid.get_absolute_url()}?{query}", headers=headers)
    assert page.status_code == 200
    return page.content.decode()


def test_a_procedure_goes_step_by_step_by_its_address(client: Client) -> None:
    first, second = _page(client, STEPS, "at=1"), _page(client, STEPS, "at=2&for=E4%20again")

    assert "Step 1 of 3" in first
    assert "Hold" not in first.partition('<aside class="aside"')[0].partition("<h1")[2]
    assert second.index("It is hot.") < second.index("<code>ZERO</code>")
    assert 'href="?at=3&amp;for=E4%20again"' in second
    assert "All steps are done" in _page(client, STEPS, "at=4")
    assert "A cloth" in _page(client, STEPS)


@pytest.mark.parametrize("at", ["0", "-1", "99999999999999999999", "x", "٣", "9999"])
def test_an_address_with_nonsense_in_it_still_shows_the_aid(client: Client, at: str) -> None:
    for content in (STEPS, CHECKS, TABLE, CHART, CODES, SHEET):
        assert "Clear error E4" in _page(
            client, content, f"at={at}&done={at}&c0={at}&n-w={at}&find={at}"
        )


def test_a_step_comes_alone_when_only_the_part_is_asked_for(client: Client) -> None:
    part = _page(client, STEPS, "at=2", **{"HX-Request": "true"})

    assert "Step 2 of 3" in part
    assert "<html" not in part


def test_a_checklist_counts_what_is_needed_of_what_stands_in_the_address(client: Client) -> None:
    aid = an_aid(content=CHECKS, sharing=SharingClass.PUBLIC)

    def seen(query: str) -> str:
        return client.get(f"{aid.get_absolute_url()}?{query}").content.decode()

    assert "2 still to tick" in seen("")
    assert "1 still to tick" in seen("done=1&done=2")
    assert "Everything needed is ticked" in seen("done=1&done=3")


def test_ticks_are_the_same_on_both_pages_and_found_again(client: Client) -> None:
    aid = an_aid(content=CHECKS)
    client.force_login(aid.owner)
    full, short = aid.get_absolute_url(), f"/a/{aid.code}"
    of_which = re.compile(r'name="material" value="([0-9]+)"')
    material = of_which.findall(client.get(full).content.decode())
    assert material == of_which.findall(client.get(short).content.decode()) == ["1"]
    ticks = {"among": ["1", "2", "3"], "line": ["1"], "page": "full", "material": material}

    def checked(address: str) -> list[str]:
        page = client.get(address).content.decode()
        return re.findall(r'value="([0-9])" checked', page)

    back = client.post(f"{short}/ticks", ticks)
    assert back["Location"].startswith(full)
    assert checked(full) == checked(short) == ["1"]
    assert "1 still to tick" in client.get(full).content.decode()
    client.post(f"{short}/ticks", {"among": ["3"], "line": ["3"], "material": material})
    assert checked(full) == checked(short) == ["1", "3"]
    assert "Everything needed is ticked" in client.get(full).content.decode()
    client.post(f"{short}/ticks", ticks | {"afresh": "yes"})
    assert checked(full) == checked(short) == []
    client.force_login(a_person(aid.organisation))
    assert checked(full) == []


def test_a_table_says_what_to_do_as_soon_as_it_is_decided(client: Client) -> None:
    assert 'class="verdict"' in _page(client, TABLE, "c0=red")
    assert "2 rules fit so far" in _page(client, TABLE, "c0=green")
    decided = _page(client, TABLE, "c0=green&c1=yes")
    assert "Call Ana" in decided.partition('class="verdict"')[2].partition("</p>")[0]
    assert 'class="verdict"' not in _page(client, TABLE, "c0=blue")


def test_a_chart_asks_question_by_question(client: Client) -> None:
    everything, question = _page(client, CHART), _page(client, CHART, "at=start")

    assert '<svg class="chart chart-wide"' in everything
    assert "yes → 2, no → 3" in everything
    assert "Is it hot?" in question
    assert 'href="?at=3"' in question
    assert "That is the end." in _page(client, CHART, "at=3")


def test_a_chart_that_is_too_tangled_for_a_picture_is_a_list(client: Client) -> None:
    nodes = tuple(Node(str(i), f"Go to {i}") for i in range(120))
    edges = tuple(Edge(str(i), str(j)) for i in range(119) for j in {i + 1, 119})

    page = _page(client, Flowchart(nodes, edges, "0"))

    assert '<svg class="chart"' not in page
    assert "a picture would show nothing" in page
    assert "Go to 119" in page


def test_a_row_is_found_by_its_key_or_another_word_for_it_first(client: Client) -> None:
    by_synonym, by_key = _page(client, CODES, "find=Error+4"), _page(client, CODES, "find=e4")

    assert "Battery low" in by_synonym
    assert "E5" not in by_synonym.partition('id="rows"')[2].partition("</dl>")[0]
    assert by_key.index("Battery low") < by_key.index("Like E4")
    assert "Nothing here matches" in _page(client, CODES, "find=zebra")


def test_a_worksheet_works_out_what_was_put_in(client: Client) -> None:
    assert "<strong>2.5</strong>" in _page(client, SHEET, "n-w=5,0&n-per=2")
    assert "divide by zero" in _page(client, SHEET, "n-w=5&n-per=0")
    assert "Still needed: Per metre" in _page(client, SHEET, "n-w=5")
    assert "must be a number, like 12.5" in _page(client, SHEET, "n-w=five&n-per=2")
    assert "<strong>2</strong>" in _page(client, SHEET, "example=1")
    assert "must be a number, like 12.5" in _page(client, SHEET, "n-w=nan")
    assert "must be a number, like 12.5" in _page(client, SHEET, "n-w=1e400&n-per=1")


def test_a_worksheet_says_beside_its_results_what_is_no_number(client: Client) -> None:
    page = _page(client, SHEET, "n-w=five")

    results = page.partition('id="results"')[2]
    assert "Must be a number: Width. Still needed: Per metre." in results


def test_the_way_to_single_steps_stands_above_a_long_introduction(client: Client) -> None:
    content = Procedure((Step("Lift"), Step("Turn")), note="Why this is so. " * 200)

    page = _page(client, content)

    assert page.index("Go step by step") < page.index("Why this is so.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1,000", "“1,000” can be read two ways. Write 1000 or 1.000."),
        ("12,500", "Write 12500 or 12.500."),
        ("-1, 250", "Write -1250 or -1.250."),
    ],
)
def test_a_number_that_can_be_read_two_ways_is_asked_for_again(
    client: Client, typed: str, said: str
) -> None:
    assert said in _page(client, SHEET, f"n-w={typed}&n-per=1")
    client.force_login(a_person())
    form = {"title": "S", "sharing": "organisation", "fields-0-label": "W"}
    sent = client.post("/aids/new/worksheet/", form | {"fields-0-example": typed})
    assert (sent.status_code, said in sent.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("typed", "number"), [("0,125", "0.125"), ("1.125", "1.125"), ("1 000", "1000"), ("2,5", "2.5")]
)
def test_other_commas_and_points_are_decimal_signs(client: Client, typed: str, number: str) -> None:
    assert f"<strong>{number}</strong>" in _page(client, SHEET, f"n-w={typed}&n-per=1")


def test_what_people_wrote_cannot_run(client: Client) -> None:
    nasty = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    contents: list[Content] = [
        Procedure((Step(nasty, nasty, nasty, nasty, nasty, nasty, nasty),), (nasty,), nasty, nasty),
        Checklist((Item(nasty, phase=nasty),), nasty),
        DecisionTable((Condition(nasty, (nasty, "b")),), (Rule((nasty,), nasty),)),
        Flowchart(
            (Node("a", nasty, is_question=True), Node("b", nasty)), (Edge("a", "b", nasty),), "a"
        ),
        Reference((Entry(nasty, nasty, (nasty,)),)),
        Worksheet((Field("a", nasty, nasty, example=1), Field("b", nasty, nasty, "a", 1)), nasty),
    ]
    for content in contents:
        for query in ("", "at=1", "n-a=1"):
            text = _page(client, content, query)
            assert "<script>alert" not in text
            assert "<img" not in text
