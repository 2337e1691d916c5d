"""Finding the structure that a Markdown text already has."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from whoknows.engine.aids.kinds import Checklist, Content, Item, Procedure, Reference, Step
from whoknows.engine.aids.plain import LONGEST_TEXT, MOST_ROWS

FEWEST = 2
_MAYBE = re.compile(r" {0,3}(?:\d{1,9}[.)](?:[ \t]|$)|[-*+][ \t]+\[[ xX]\])")
_TASK = re.compile(r"\[([ xX])\](?:\s+|$)")
_DEFINITION = re.compile(r"\[[^\]]+\]:")
_OPTIONAL = re.compile(r"\s*[*_(]*\((?:if needed|optional)\)[*_]*\s*$", re.IGNORECASE)


def read_markdown(text: str) -> Content:
    """Return the content that ``text`` (CommonMark) is written like.

    Two or more items of numbered lists at the outermost level make a procedure with as many steps;
    lists inside an item stay with their step. Else two or more ``- [ ]`` make a checklist. Anything
    else is a reference with the text as its note, letter for letter. Whatever stands around the
    lists is kept in its order. Cost: one pass of a CommonMark parser, about 1 ms for 2 kB.

    >>> read_markdown("1. Lift\\n   - slowly\\n2. Turn").steps
    (Step(action='Lift', cue='', result='', warning='', detail='- slowly', part='', lead=''), \
Step(action='Turn', cue='', result='', warning='', detail='', part='', lead=''))
    """
    rows = text.splitlines()
    # Most texts have neither; parsing them to find that out takes far longer than looking.
    if not any(_MAYBE.match(row) for row in rows):
        return Reference(note=text.strip())
    blocks = list(_blocks(rows))
    for kind, made in (("ordered_list_open", _procedure), ("bullet_list_open", _checklist)):
        found = made(blocks) if any(block.kind == kind for block in blocks) else None
        if found is not None:
            return found
    return Reference(note=text.strip())


@dataclass(slots=True)
class _ListItem:
    """One item: its first paragraph as it was written, and the Markdown below that."""

    text: str
    rest: str


@dataclass(slots=True)
class _Block:
    """One outermost block: its lines, and what is in it if it is a heading or a list."""

    kind: str
    source: str
    heading: str = ""
    start: int = 1
    items: list[_ListItem] = field(default_factory=list["_ListItem"])


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table"])


def _blocks(rows: list[str]) -> Iterator[_Block]:
    """Yield the outermost blocks of a text; together their sources are all its ``rows``."""
    tokens = _parser().parse("\n".join(rows))
    outer = [i for i, t in enumerate(tokens) if t.level == 0 and t.map and t.nesting != -1]
    # Lines between blocks belong to the one before: link definitions make no token.
    begins = [_map(tokens[i])[0] for i in outer]
    if not begins or begins[0] > 0:
        yield _Block("text", "\n".join(rows[: begins[0] if begins else len(rows)]))
    for place, index in enumerate(outer):
        end = begins[place + 1] if place + 1 < len(begins) else len(rows)
        token = tokens[index]
        block = _Block(token.type, "\n".join(rows[begins[place] : end]).strip("\n"))
        if token.type == "heading_open":
            own = _map(token)[1]
            yield _Block(
                token.type, "\n".join(rows[begins[place] : own]), tokens[index + 1].content
            )
            block = _Block("text", "\n".join(rows[own:end]).strip("\n"))
            if not block.source:
                continue
        elif token.type in {"ordered_list_open", "bullet_list_open"}:
            block.start = int(token.attrGet("start") or 1)
            block.items = list(_items(tokens, index, rows, end))
        yield block


def _map(token: Token) -> tuple[int, int]:
    begin, end = token.map or (0, 0)
    return begin, end


def _items(tokens: list[Token], index: int, rows: list[str], end: int) -> Iterator[_ListItem]:
    opens: list[int] = []
    for at in range(index + 1, len(tokens)):
        if tokens[at].level == 0:
            break
        if tokens[at].type == "list_item_open" and tokens[at].level == 1:
            opens.append(at)
    for place, at in enumerate(opens):
        begin = _map(tokens[at])[0]
        stop = _map(tokens[opens[place + 1]])[0] if place + 1 < len(opens) else end
        first = tokens[at + 1]
        if first.type == "paragraph_open":
            written = " ".join(tokens[at + 2].content.split())
            rest = rows[_map(first)[1] : stop]
        else:
            # A code block or an inner list stands where the words should be.
            whole = _without_marker("\n".join(rows[begin:stop]))
            written, rest = "", whole.splitlines()
        yield _ListItem(written, textwrap.dedent("\n".join(rest)).strip("\n"))


def _without_marker(source: str) -> str:
    found = re.match(r"\s*(?:\d+[.)]|[-*+])[ \t]*", source)
    return " " * len(found[0]) + source[found.end() :] if found else source


def _procedure(blocks: list[_Block]) -> Procedure | None:
    count = sum(len(b.items) for b in blocks if b.kind == "ordered_list_open")
    if not FEWEST <= count <= MOST_ROWS:
        return None
    steps: list[Step] = []
    pending: list[_Block] = []
    note, last = "", 0
    for block in blocks:
        if block.kind != "ordered_list_open":
            pending.append(block)
            continue
        goes_on = bool(steps) and block.start == last + 1 > 1
        before, part, lead = _around(pending)
        if goes_on and not part:
            # The same list, broken by something that belongs to its last step.
            before, lead = _joined(before, lead), ""
        if not steps:
            note = before
            if not part:
                note, lead = _joined(before, lead), ""
        elif before:
            steps[-1] = replace(steps[-1], detail=_joined(steps[-1].detail, before))
        made = [_step(item) for item in block.items]
        steps += [replace(made[0], lead=lead, part=part), *made[1:]]
        last, pending = block.start + len(block.items) - 1, []
    return Procedure(tuple(steps), note=note, closing=_source(pending))


def _around(pending: list[_Block]) -> tuple[str, str, str]:
    """Return what stands before the last heading, that heading, and what stands after it."""
    at = max((i for i, block in enumerate(pending) if block.heading), default=-1)
    if at < 0:
        return "", "", _source(pending)
    return _source(pending[:at]), pending[at].heading, _source(pending[at + 1 :])


def _source(blocks: list[_Block]) -> str:
    return "\n\n".join(block.source for block in blocks if block.source.strip()).strip()


def _joined(one: str, other: str) -> str:
    return "\n\n".join(text for text in (one, other) if text)


def _step(item: _ListItem) -> Step:
    if len(item.text) > LONGEST_TEXT:
        return Step("…", detail=_joined(item.text, item.rest))
    if item.text or not item.rest:
        return Step(item.text or "…", detail=item.rest)
    first = item.rest.strip().splitlines()[0].strip("`~ \t") or "…"
    if _DEFINITION.match(first):  # As the words of a step it would be read as no words at all.
        first = "…"
    return Step(first[:LONGEST_TEXT], detail=item.rest)


def _checklist(blocks: list[_Block]) -> Checklist | None:
    items: list[Item] = []
    rest: list[_Block] = []
    phase = ""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if _is_tasks(block):
            items += [_item(item.text, phase) for item in block.items]
        elif block.heading and following is not None and _is_tasks(following):
            phase = block.heading
        else:
            rest.append(block)
    if not FEWEST <= len(items) <= MOST_ROWS:
        return None
    return Checklist(tuple(items), note=_source(rest))


def _is_tasks(block: _Block) -> bool:
    return block.kind == "bullet_list_open" and all(
        _TASK.match(item.text) and not item.rest for item in block.items
    )


def _item(text: str, phase: str) -> Item:
    words = _TASK.sub("", text, count=1)
    plain = _OPTIONAL.sub("", words)
    return Item((plain or words)[:LONGEST_TEXT], required=plain == words, phase=phase)
