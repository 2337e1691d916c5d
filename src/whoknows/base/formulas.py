"""Mathematics that people wrote in LaTeX between dollar signs."""

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from string import punctuation
from xml.etree.ElementTree import Element

import nh3
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.safestring import SafeString, mark_safe
from latex2mathml import exceptions
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

# What is allowed of MathML: nothing in it can run, load or lead anywhere.
_TAGS = {
    "math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr",
    "munder", "munderover",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"fence", "form", "maxsize", "minsize", "movablelimits", "stretchy"},
    "mover": {"accent"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtd": {"columnalign"},
}
_LONGEST = 2_000
_NARROW = 40
_BEGINS, _ENDS = "\ue0f0", "\ue0f1"  # of no alphabet, and nothing to a sanitizer
_MARK = re.compile(f"{_BEGINS}(inline|block):((?:[0-9a-f]{{2}})*){_ENDS}")
# What the library raises for what is no LaTeX: errors of its own, and some of Python's that it does
# not catch (60,000 random formulas raised these and no others).
_UNREADABLE: tuple[type[Exception], ...] = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type)),
    LookupError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)
# As the Markdown does: no space inside, no digit or sign of money outside.
_IN_LINE = re.compile(r"(?<![\\$\d])\$(?![\s$])([^$\n]{1,500}?)(?<![\s\\])\$(?![\d$])")
_APART = re.compile(r"\$\$\s*([^$]{1,500}?)\s*\$\$")
# Escaped for Markdown, which it is not read as: by hand, or whole by what brought the text in.
_ESCAPED = re.compile(r"\\([_*<])")
_ESCAPED_WHOLE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BACKSLASHES = re.compile(r"(\\+)(?=(.{0,2}))", re.DOTALL)
_SIGNS = frozenset(punctuation)
# Signs that get a backslash of their own when everything is escaped.
_GET_ONE = frozenset("*<]_`~")
# Nothing that LaTeX has after the end of a line.
_NOT_AFTER_A_LINE = frozenset("{},;!%#:>")
_LINE_END, _LINE_END_ESCAPED = 2, 3
_WORDS = re.compile(rf"(?:{_APART.pattern}|{_IN_LINE.pattern}|\S)+")
_WITHOUT_ROOM = {"msub": "_", "msup": "^", "mfrac": "/"}


def read_formulas(markdown: MarkdownIt) -> None:
    """Have ``markdown`` leave a mark where a formula stands, for :func:`drawn`.

    A price is none: *$5 and $10* stays as it is.
    """

    def mark(latex: str, options: Mapping[str, object]) -> str:
        form = "block" if options.get("display_mode") else "inline"
        return f"{_BEGINS}{form}:{latex.strip().encode().hex()}{_ENDS}"

    dollarmath_plugin(
        markdown,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
        renderer=mark,
    )


def drawn(html: str) -> str:
    """Return ``html``, which was cleaned, with formulas where the marks of them stand.

    Whoever writes a mark by hand writes a formula.
    """

    def draw(mark: re.Match[str]) -> str:
        latex = bytes.fromhex(mark[2]).decode(errors="replace")
        made = _mathml(latex, is_block=mark[1] == "block")
        # What may be wider than a phone scrolls by itself, with the keyboard as well.
        is_wide = len(latex) > _NARROW or "<mtable" in made
        return f'<span class="formula" tabindex="0">{made}</span>' if is_wide else made

    return _MARK.sub(draw, html)


def with_formulas(text: str) -> SafeString:
    """Return words that are no Markdown, such as a title, as safe HTML, their formulas drawn.

    Long ones are told in letters.

    >>> with_formulas("a < b")
    'a &lt; b'
    """
    parts = _IN_LINE.split(text)
    # Every second part is what stood between the signs.
    html = "".join(_short(part) if n % 2 else escape(part) for n, part in enumerate(parts))
    return mark_safe(html)  # noqa: S308 - escaped, and formulas are cleaned


def _short(latex: str) -> str:
    return _mathml(latex) if len(latex) <= _NARROW else escape(_letters(latex))


def in_letters(text: str) -> str:
    """Return ``text`` with its formulas in plain letters, for where there is no drawing.

    >>> in_letters(r"Why is $|\\psi\\rangle = e^{i\\pi}$?")
    'Why is |ψ⟩=e^iπ?'
    """
    text = _APART.sub(lambda formula: _letters(formula[1]), text)
    return _IN_LINE.sub(lambda formula: _letters(formula[1]), text)


def words_of(text: str) -> list[str]:
    """Return the words of ``text``; a formula is one, or part of one, whatever room is in it.

    >>> words_of("We know $a = b$, so")
    ['We', 'know', '$a = b$,', 'so']
    """
    return [found[0] for found in _WORDS.finditer(text)] if "$" in text else text.split()


@lru_cache(maxsize=4096)
def _mathml(latex: str, *, is_block: bool = False) -> str:
    """Return clean MathML, or the source where it cannot be read."""
    try:
        if len(latex) > _LONGEST or "$" in latex:
            raise ValueError(latex)
        latex = _unescaped(latex)
        made = str(convert(latex, display="block" if is_block else "inline"))
    except _UNREADABLE:
        return f"<code>{escape(latex)}</code>"
    # The library takes words in a formula over as they are.
    return nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES)


def _unescaped(latex: str) -> str:
    r"""Return ``latex`` without what was put before its signs to keep Markdown from reading them.

    >>> print(_unescaped(r"\\{a\_1\\}"))
    \{a_1\}
    """
    return (_ESCAPED_WHOLE if _is_escaped_whole(latex) else _ESCAPED).sub(r"\1", latex)


def _is_escaped_whole(latex: str) -> bool:
    r"""Whether every backslash before a sign has another one before it, as imported texts have it.

    Then ``\{`` stands as ``\\{`` and ``\\ 0`` as ``\\\ 0``. One that stands otherwise tells that a
    person wrote it; ``\\\hline`` is an end of line and a line.
    """
    found = False
    for run in _BACKSLASHES.finditer(latex):
        count, after = len(run[1]), run[2]
        sign = after[:1]
        if sign in _SIGNS:
            if count % 2 and sign not in _GET_ONE:
                return False
            found |= count > _LINE_END or (count == _LINE_END and sign in _NOT_AFTER_A_LINE)
        else:
            is_command = len(after) > 1 and after.isascii() and after.isalpha()
            if count % 2 == 0 or (count == _LINE_END_ESCAPED and is_command):
                return False
            found |= count >= _LINE_END_ESCAPED
    return found


@lru_cache(maxsize=4096)
def _letters(latex: str) -> str:
    try:
        # XML knows no such name, HTML does.
        return _text_of(fromstring(_mathml(latex).replace("&nbsp;", "\u00a0")))
    except (ParseError, DefusedXmlException):
        return latex


def _text_of(element: Element) -> str:
    tag = element.tag.rpartition("}")[2]
    parts = [_text_of(child) for child in element]
    if tag == "mtr":
        return " ".join(parts) + ";"
    text = element.text or ""
    # Room that was asked for stays, such as that between a number and its unit.
    text = text.replace("\u00a0", " ") if tag == "mtext" else text.strip()
    return text + _WITHOUT_ROOM.get(tag, "").join(parts)
