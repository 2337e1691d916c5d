"""HTML bodies become Markdown that says the same."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from whoknows.interop.importers.html_to_markdown import html_to_markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One</p>\n\n<p>Two\nlines</p>", "One\n\nTwo lines"),
        ("a<br>b<br/>\nc", "a  \nb  \nc"),
        ("<h2>Title</h2>text", "## Title\n\ntext"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<strong> now </strong>or <em>never</em>", "**now** or *never*"),
        ("<del>old</del><b></b>", "~~old~~"),
        ("x<sup>2</sup>, H<sub>2</sub>O", "x<sup>2</sup>, H<sub>2</sub>O"),
        ('<a href="https://a.org/x">label</a>', "[label](https://a.org/x)"),
        ('<a href="https://a.org/x y(z)">l</a>', "[l](<https://a.org/x%20y(z)>)"),
        ('Look!<a href="https://a.org">here</a>', r"Look\![here](https://a.org)"),
        ('<a href="javascript:alert(1)">label</a>', "label"),
        ('<a href="https://[broken">label</a>', "label"),
        ('<a href="/q/1">label</a>', "label"),
        ('<img src="https://a.org/i.png" alt="A cat">', "![A cat](https://a.org/i.png)"),
        (
            '<a href="https://a.org"><img src="https://a.org/i.png" alt="A cat"></a>',
            "[A cat](https://a.org)",
        ),
        ("<code>a b</code> <code>`</code>", "`a b` `` ` ``"),
        ("<pre><code>if x:\n    y\n</code></pre>", "```\nif x:\n    y\n```"),
        ('<pre class="lang-py"><code>x *= 2</code></pre>', "```py\nx *= 2\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ("<ul><li>a<ul><li>b</ul></ul>", "- a\n  - b"),
        ("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n\n- c"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1\\|2 | x<br>y |",
        ),
        ("a<script>alert(1)</script><style>p{}</style>b", "ab"),
        ("<blink>kept</blink>", "kept"),
        ("1. no list", r"1\. no list"),
        ("<p># no heading</p><p>- no item</p>", "\\# no heading\n\n\\- no item"),
        ("&lt;b&gt; &amp;amp; a*b*c _x_ snake_case", r"\<b> &amp;amp; a\*b\*c \_x_ snake_case"),
        ("<![if x]>kept<![CDATA[too]]>", r"\<![if x]>kept\<![CDATA[too]]>"),
        ("", ""),
    ],
)
def test_converts(html: str, markdown: str) -> None:
    assert html_to_markdown(html) == markdown


def test_completes_relative_links_with_the_site() -> None:
    markdown = html_to_markdown('<a href="/q/1">that</a>', site="https://a.org")

    assert markdown == "[that](https://a.org/q/1)"


def test_survives_very_deep_nesting() -> None:
    markdown = html_to_markdown("<blockquote>" * 20_000 + "deep")

    assert markdown.endswith("deep")
    assert len(markdown) < 200


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def words_of(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    return re.sub(r"\s+", "", parser.text)


@given(st.text(alphabet="ab1 *_`[]()<>!#+-.|~\\&;:=\"'$x\n", max_size=60), st.booleans())
def test_text_means_itself_after_rendering(text: str, in_item: bool) -> None:  # noqa: FBT001
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    html = f"<ul><li>{escaped}</li></ul>" if in_item else f"<p>{escaped}</p>"
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    rendered = renderer.render(html_to_markdown(html))

    assert words_of(rendered) == re.sub(r"\s+", "", text)


PIECES = [
    *[
        "<",
        ">",
        "<!",
        "<![",
        "<!--",
        "-->",
        "<?",
        "</",
        "a",
        "b ",
        '"',
        "'",
        "=",
        "&",
        "&#0;",
        "\n",
    ],
    *["<p>", "</p>", "<ul>", "</ul>", "<li>", '<ol start="99999999">', "<table>", "</table>"],
    *["<tr>", "<td>", "<pre>", "</pre>", "<code>", "</code>", '<a href="//[x">', "</a>", "<img>"],
    *["<br>", "<hr>", "<script>", "</script>", "<h1>", "</h1>", "<blockquote>", "&#xD800;", "<b>"],
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_html_is_too_broken(html: str) -> None:
    html_to_markdown(html).encode()
