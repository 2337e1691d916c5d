"""Plain text and finished pieces put into Markdown so that they mean what they meant."""

import re

# A backslash, a backtick or a start of HTML always means something; a star or an underscore only
# where it could open or close an emphasis, so that formulas and file names stay readable. Every
# branch starts with its character: only then does re skip quickly over what means nothing.
_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~]|$)      # a backslash before punctuation
    | `
    | \*(?<!\s\*) | \*(?!\s)        # a star that is not alone between spaces
    | _(?<![^\W_]_)(?!\s)           # an underscore that does not follow a letter or digit
    | <(?=[A-Za-z/!?]|$)
    | \](?=[(:]|$)
    | ~(?=~|$)
    """,
    re.VERBOSE,
)
_ENTITY = re.compile(r"&(?=#?\w+;|$)")
_LINE_START = re.compile(r"(?m)^(?:(#{1,6}|[-+*>]|=+|-{2,}|~{3,})|(\d{1,9})([.)]))(?=\s|$|(?<=>))")


def escaped(text: str) -> str:
    """Return one run of plain text with every character escaped that Markdown would read.

    >>> escaped("snake_case * 2 and a*b*c")
    'snake_case * 2 and a\\\\*b\\\\*c'
    """
    return _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\g<0>", text))


def paragraph(pieces: str) -> str:
    """Return finished inline Markdown as one paragraph that no line start turns into a block."""
    lines = "\n".join(line.strip(" \t\n") + _line_break(line) for line in pieces.split("\n"))
    lines = re.sub(r"\n{2,}", "\n", lines).strip()

    def guarded(match: re.Match[str]) -> str:
        mark, number, stop = match.groups()
        return f"\\{mark}" if mark else f"{number}\\{stop}"

    return _LINE_START.sub(guarded, lines)


def _line_break(line: str) -> str:
    return "  " if line.endswith("  ") and line.strip() else ""


def code_span(text: str) -> str:
    """Return ``text`` as inline code, fenced by more backticks than it holds in a row."""
    text = " ".join(text.split())
    if not text:
        return ""
    fence = "`" * (_longest_run(text) + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def code_block(text: str, *, language: str = "") -> str:
    """Return ``text`` as a fenced block, line by line as it stands."""
    text = text.removeprefix("\n").rstrip()
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def wrapped(text: str, mark: str) -> str:
    """Return ``text`` between two marks, with the space around it left outside.

    >>> wrapped(" now ", "**")
    ' **now** '
    """
    core = text.strip()
    if not core:
        return text
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{head}{mark}{core}{mark}{tail}"


def link(label: str, address: str, *, picture: bool = False) -> str:
    """Return a link or picture; an address with odd characters goes between angle brackets."""
    label = " ".join(label.split()) or escaped(address)
    if re.search(r"[\s()<>\\]", address):
        address = "<" + re.sub(r"[<>\\\s]", lambda m: f"%{ord(m[0]):02X}", address) + ">"
    return f"{'!' * picture}[{label}]({address})"


def indented(text: str, *, first: str) -> str:
    """Return ``text`` behind ``first``, its further lines as far to the right."""
    pad = " " * len(first)
    return first + "\n".join(
        pad + line if number and line else line for number, line in enumerate(text.split("\n"))
    )


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
