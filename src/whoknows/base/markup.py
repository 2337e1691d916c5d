"""Text that people wrote, made safe to show."""

import re
from collections.abc import Sequence
from functools import cache
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from whoknows.base import formulas

_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "kbd", "li", "ol", "p", "pre", "s", "span", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
# No pictures: one on another host would tell that host who reads what, and the policy refuses it.
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}, "abbr": {"title"}}
# The address of a picture of an aid, with its size: whoever may see the aid gets it from here.
_OWN = re.compile(r"/[a-z]+/[0-9A-Z]{1,8}/pictures/[0-9A-Z]{1,8}#[0-9]{1,4}x[0-9]{1,4}")
_OWN_LINK = re.compile(
    r'<a href="(/[a-z]+/[0-9A-Z]{1,8}/pictures/[0-9A-Z]{1,8})#([0-9]{1,4})x([0-9]{1,4})"[^<>]*>'
    r"([^<>]*)</a>"
)
_UNPLACED = "picture:"
_HEADING = re.compile(r"<(/?)h([1-6])>")
# Each of these stops at the next sign of its own kind: people paste megabytes of anything.
_BLOCK = re.compile(r"^[ \t]{0,3}(?:#{1,6}|>|[-*+]|\d+[.)])[ \t]+", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_CODE = re.compile(r"(`{1,3})([^`]+)\1")
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3})(?=\S)([^*_]+)(?<=\S)\1(?!\w)")
_LEFT_OUT = "…"
_LONGEST_WITH_FORMULAS = 1_000
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--[^<>]*-->")


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True, "linkify": False})
    made.enable(["table", "strikethrough"])
    formulas.read_formulas(made)
    made.add_render_rule("image", _link_to_picture)
    return made


def _link_to_picture(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    picture = tokens[index]
    words = renderer.renderInlineAsText(picture.children, options, env)
    if str(picture.attrs["src"]).startswith(_UNPLACED):
        return escape(words)
    if _OWN.fullmatch(str(picture.attrs["src"])):
        return f'<a href="{picture.attrs["src"]}">{escape(words)}</a>'
    return f'<a href="{escape(str(picture.attrs["src"]))}">{escape(words)} (picture)</a>'


def clean_html(html: str) -> str:
    """Return ``html`` with everything taken out that could run, load or fake anything.

    A link to a picture of an aid that says its size, as in ``#800x600``, becomes that picture.
    """
    return _OWN_LINK.sub(_picture, _cleaned(html))


def _picture(link: re.Match[str]) -> str:
    # Made after the cleaning, so that this is the only picture there can be.
    alt = link[4].replace('"', "&quot;")
    return (
        f'<img class="picture" src="{link[1]}" alt="{alt}" width="{link[2]}" height="{link[3]}"'
        ' loading="lazy">'
    )


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


def render_markdown(text: str, *, top_heading: int = 2) -> SafeString:
    """Return CommonMark ``text`` as safe HTML whose highest heading is ``h{top_heading}``.

    Pictures become links, because a page loads nothing from other hosts; those of aids are shown.
    """
    html = formulas.drawn(clean_html(_markdown().render(text)))

    def lowered(match: re.Match[str]) -> str:
        return f"<{match[1]}h{min(6, int(match[2]) + top_heading - 1)}>"

    return mark_safe(_HEADING.sub(lowered, html))  # noqa: S308 - cleaned by nh3 just above


def render_line(text: str) -> SafeString:
    """Return one line of text as safe HTML: links, code and emphasis, no paragraphs or headings.

    >>> render_line("Hold `ZERO` *firmly* <script>x</script>")
    'Hold <code>ZERO</code> <em>firmly</em> '
    """
    html = formulas.drawn(clean_html(_markdown().renderInline(text)))
    return mark_safe(html)  # noqa: S308 - cleaned by nh3 just above


def plain_text(text: str) -> str:
    """Return Markdown ``text`` as one line of words, for snippets and the index.

    >>> plain_text("# Reset *E4*\\n\\n1. Hold [the button](x) for `3 s`")
    'Reset E4 Hold the button for 3 s'
    """
    text = _BLOCK.sub("", _FENCE.sub(" ", text))
    text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _CODE.sub(r"\2", text)
    # Twice, as links above: one may stand inside another.
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return " ".join(_MARKUP.sub(" ", text).split())


def snippet(text: str, *, words: set[str], width: int = 180) -> str:
    """Return about ``width`` characters of ``text`` where most of ``words`` stand together.

    ``words`` are lower-case beginnings of words, so that stems find their forms.

    >>> snippet("First this. Then hold the button until it blinks.", words={"button"}, width=30)
    '… Then hold the button …'
    """
    plain = plain_text(text)
    if len(plain) <= width:
        return formulas.in_letters(plain)
    tokens = [_fitting(token, width - 5) for token in formulas.words_of(plain)]
    beginnings = tuple(words)
    hits = [t.lower().lstrip("(\"'").startswith(beginnings) for t in tokens]
    start = _densest(tokens, hits, width)
    end, used = start, 0
    while end < len(tokens) and used + len(tokens[end]) < width - 4:
        used += len(tokens[end]) + 1
        end += 1
    lead = "… " if start and tokens[start] != _LEFT_OUT else ""
    trail = " …" if end < len(tokens) and tokens[end - 1] != _LEFT_OUT else ""
    return lead + formulas.in_letters(" ".join(tokens[start:end])) + trail


def _fitting(token: str, most: int) -> str:
    """Return ``token`` in at most so many characters: half a formula could not be read."""
    if len(token) <= most:
        return token
    if "$" not in token:
        return token[: most - 1] + _LEFT_OUT
    letters = formulas.in_letters(token) if len(token) <= _LONGEST_WITH_FORMULAS else token
    return letters if len(letters) <= most else _LEFT_OUT


def _densest(tokens: list[str], hits: list[bool], width: int) -> int:
    """Return the token from which the next ``width`` characters hold the most hits."""
    best, best_start, used, found, end = -1, 0, 0, 0, 0
    for start, token in enumerate(tokens):
        while end < len(tokens) and used + len(tokens[end]) < width - 4:
            used += len(tokens[end]) + 1
            found += hits[end]
            end += 1
        if found > best:
            best, best_start = found, start
        used -= len(token) + 1
        found -= hits[start]
    return max(0, best_start)
