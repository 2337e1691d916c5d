"""What people write is shown safely, and read as words."""

import re
from time import perf_counter

import pytest

from whoknows.base.markup import clean_html, plain_text, render_markdown, snippet
from whoknows.base.templatetags.whoknows import markdown

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>press</a>",
    "[press](javascript:alert(1))",
    "[press](data:text/html;base64,PHNjcmlwdD4=)",
    "![press](javascript:alert(1))",
    '![press](https://x.example/"onclick=alert(1))',
    "![<script>alert(1)</script>](https://x.example/p.png)",
    "<svg onload=alert(1)></svg>",
    "<iframe src='https://x.example'></iframe>",
    "<style>body{display:none}</style>",
    "<form action='https://x.example'><input name=password></form>",
    "<p style='position:fixed' onclick=alert(1) id=main class=button>Hello</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "`<script>alert(1)</script>`",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
]
TAG = re.compile(r"<\w[^>]*>")
ATTRIBUTE = re.compile(r'\s([\w:-]+)="[^"]*"')


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_people_write_runs_loads_or_fakes(text: str) -> None:
    shown = [render_markdown(text), markdown(text), clean_html(text)]

    for html in shown:
        tags = set(re.findall(r"<\s*/?\s*(\w+)", html.lower()))
        assert not tags & {"script", "img", "svg", "iframe", "form", "input", "style", "math"}
        attributes = {name for tag in TAG.findall(html) for name in ATTRIBUTE.findall(tag)}
        assert attributes <= {"href", "rel", "title", "tabindex"}
        assert not re.search(r'href="\s*(?:javascript|data):', html)


def test_a_picture_becomes_a_link_because_a_page_loads_nothing_from_elsewhere() -> None:
    html = render_markdown("![The *dial*](https://x.example/dial.png 'Dial')")

    assert 'href="https://x.example/dial.png"' in html
    assert ">The dial (picture)</a>" in html
    assert "nofollow" in html


def test_a_picture_in_a_sample_of_code_stays_as_it_was_typed() -> None:
    assert "<code>![dial](dial.png)</code>" in render_markdown("`![dial](dial.png)`")


@pytest.mark.parametrize(("top", "expected"), [(1, "h1"), (2, "h2"), (3, "h3")])
def test_the_highest_heading_stands_below_those_of_the_page(top: int, expected: str) -> None:
    html = render_markdown("# Clear E4\n\n###### Last", top_heading=top)

    assert f"<{expected}>Clear E4</{expected}>" in html
    assert "<h6>Last</h6>" in html


def test_on_a_page_headings_skip_no_level_and_what_scrolls_takes_the_keyboard() -> None:
    html = markdown("### One\n\n###### Two\n\n```\nlong\n```\n\n|a|\n|-|\n|b|")

    assert "<h2>One</h2>" in html
    assert "<h3>Two</h3>" in html
    assert '<pre tabindex="0">' in html
    assert '<div class="scroll" tabindex="0"><table>' in html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Reset\n\n1. Hold\n2. Wait", "Reset Hold Wait"),
        ("> **quoted *twice* over**", "quoted twice over"),
        (
            "[the [old] manual](https://x.example/a_(b))",
            "[the [old] manual](https://x.example/a_(b))",
        ),
        ("[manual](https://x.example/a_(b)) here", "manual here"),
        ("[![dial](d.png)](https://x.example)", "dial"),
        ("```sh\nrm *.log *.txt\n```", "rm *.log *.txt"),
        ("torque < 5 Nm and > 3 Nm", "torque < 5 Nm and > 3 Nm"),
        ("set my_own_name", "set my_own_name"),
        ("a <b>bold</b> <!-- aside --> word", "a bold word"),
        ("", ""),
        ("نص *عربي*", "نص عربي"),
    ],
)
def test_plain_text_keeps_the_words_and_leaves_the_marks(text: str, words: str) -> None:
    assert plain_text(text) == words


@pytest.mark.parametrize(
    "piece", ["*a ", "_a ", "`a ", "![", "![](", "[](", "<", "<a", "<!--", "\n", "[", "> ", "1. "]
)
def test_no_text_takes_long_to_read_or_to_show(piece: str) -> None:
    text = piece * (60_000 // len(piece))

    began = perf_counter()
    plain_text(text)
    snippet(text, words={"a"})
    reading = perf_counter() - began
    render_markdown(text[:20_000])
    showing = perf_counter() - began - reading

    assert reading < 1
    assert showing < 2


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    text = "Nothing here. " * 40 + "Hold the button until it blinks. " + "Nothing there. " * 40

    found = snippet(text, words={"button", "blink"}, width=80)

    assert "Hold the button until it blinks." in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(found) <= 84


def test_a_snippet_of_a_short_text_is_the_text() -> None:
    assert snippet("**Hold** it.", words={"nothing"}) == "Hold it."


def test_a_snippet_of_one_endless_word_is_short_all_the_same() -> None:
    found = snippet("x" * 5_000 + " and more", words={"x"})

    assert found.startswith("xxx")
    assert len(found) < 200
