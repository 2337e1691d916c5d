"""Pictures of flowcharts."""

import re
import time
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from whoknows.engine.aids import Edge, Flowchart, Node, draw

Q, A, B = Node("q", "Hot?", is_question=True), Node("a", "Wait"), Node("b", "Go")
CHART = Flowchart((Q, A, B), (Edge("q", "a", "yes"), Edge("q", "b", "no"), Edge("a", "q")), "q")
SVG = "{http://www.w3.org/2000/svg}"


def _read(picture: str) -> ET.Element:
    assert "xmlns" not in picture  # the page's own
    return ET.fromstring(picture)  # noqa: S314 - our own


def _boxes(picture: str) -> list[tuple[float, float, float, float]]:
    found = [box.find("rect") for box in _read(picture).iter("g")]
    return [
        (
            float(r.get("x", "")),
            float(r.get("y", "")),
            float(r.get("width", "")),
            float(r.get("height", "")),
        )
        for r in found
        if r is not None
    ]


def test_a_picture_says_whether_a_phone_has_room_for_it() -> None:
    line = Flowchart((Q, A, B), (Edge("q", "a"), Edge("a", "b")), "q")

    assert _read(draw(CHART, title="")).get("class") == "chart chart-wide"
    assert _read(draw(line, title="")).get("class") == "chart"


def test_answers_stand_below_their_question_side_by_side() -> None:
    question, wait, go = _boxes(draw(CHART, title="When hot"))

    assert question[1] + question[3] < wait[1] == go[1]
    assert wait[0] + wait[2] < go[0]


def test_what_people_wrote_cannot_become_markup() -> None:
    nasty = '<script>alert(1)</script>"&'
    picture = draw(Flowchart((Node("a", nasty),), (), "a"), title=nasty)

    assert "<script" not in picture
    assert _read(picture).get("aria-label") == nasty


@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=14),
)
def test_no_two_boxes_overlap_and_all_are_in_the_picture(
    count: int, pairs: list[tuple[int, int]]
) -> None:
    nodes = tuple(Node(str(i), f"box {i} " * (i + 1), i % 2 == 0) for i in range(count))
    edges = tuple(Edge(str(a), str(b), "maybe") for a, b in pairs)

    picture = draw(Flowchart(nodes, edges, "0"), title="t")

    boxes = _boxes(picture)
    assert len(boxes) == count
    x, y, width, height = map(float, str(_read(picture).get("viewBox")).split())
    for i, (left, top, wide, high) in enumerate(boxes):
        assert x <= left
        assert left + wide <= x + width
        assert y <= top
        assert top + high <= y + height
        for other in boxes[i + 1 :]:
            apart = (
                left + wide <= other[0]
                or other[0] + other[2] <= left
                or top + high <= other[1]
                or other[1] + other[3] <= top
            )
            assert apart


def test_the_largest_chart_is_drawn_quickly() -> None:
    nodes = tuple(Node(str(i), "A question with some words in it?", i < 150) for i in range(200))
    edges = tuple(
        Edge(str(i), str(min(199, i * 2 + k)), "yes" if k else "no")
        for i in range(150)
        for k in (1, 2)
    )
    began = time.perf_counter()

    picture = draw(Flowchart(nodes, edges, "0"), title="Large")

    assert time.perf_counter() - began < 3
    assert not re.search(r"nan|inf", picture)


def _past_all(questions: int) -> Flowchart:
    """Return questions in a row, each with a way past all others to the end."""
    asked = tuple(Node(str(i), "Is it so?", is_question=True) for i in range(questions))
    on = tuple(Edge(str(i), str(i + 1), "no") for i in range(questions - 1))
    out = tuple(Edge(str(i), "end", "yes") for i in range(questions))
    return Flowchart((*asked, Node("end", "Done")), (*on, *out), "0")


def test_a_hundred_questions_in_a_row_are_drawn_quickly() -> None:
    began = time.perf_counter()

    picture = draw(_past_all(100), title="Long")

    assert time.perf_counter() - began < 2
    assert len(_boxes(picture)) == 101


def test_a_tangle_is_not_drawn_but_told_as_a_list() -> None:
    nodes = tuple(Node(str(i), "Go on") for i in range(200))
    edges = tuple(Edge(str(i), str(j)) for i in range(10) for j in range(i + 1, 200))
    chain = tuple(Edge(str(i), str(i + 1)) for i in range(199))
    began = time.perf_counter()

    assert draw(Flowchart(nodes, (*chain, *edges), "0"), title="Tangle") == ""

    assert time.perf_counter() - began < 1
