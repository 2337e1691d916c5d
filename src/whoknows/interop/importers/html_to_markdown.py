"""HTML of posts turned into Markdown, because Markdown is what is stored and shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from whoknows.interop.importers import markdown_text as markdown

_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_KEPT = {"sub", "sup", "kbd"}
_DROPPED = {"script", "style", "head", "template", "noscript", "iframe", "object"}
_BLOCKS = {
    "p", "div", "section", "article", "blockquote", "pre", "ul", "ol", "li", "table", "tr",
    "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "body", "html", "tbody",
    "thead", "details", "summary",
}  # fmt: skip
_INLINES = _MARKS.keys() | _KEPT | {"a", "code", "td", "th"}
_GAP = re.compile(r"[^\S ]\s*| \s+")
# Deeper nesting is an attack or a defect; its text is kept and its tags are not.
_MAX_DEPTH = 40


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet, with what it holds so far, already in Markdown."""

    tag: str
    attributes: Mapping[str, str | None]
    inline: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    items: int = 0


def html_to_markdown(html: str, *, site: str | None = None) -> str:
    """Return ``html`` as CommonMark with the same text.

    Unknown tags go and their content stays; scripts and styles go with their content. A link that
    is relative is completed with ``site``, and becomes plain text when there is none.

    >>> html_to_markdown("<p>Press <b>reset</b>, then:</p><ol><li>wait<li>try <code>on</code></ol>")
    'Press **reset**, then:\\n\\n1. wait\\n2. try `on`'
    """
    writer = _Writer(site)
    # The parser of the standard library fails an assertion on a marked section it does not know.
    writer.feed(html.replace("<![", "&lt;!["))
    writer.close()
    return writer.finish()


class _Writer(HTMLParser):
    def __init__(self, site: str | None) -> None:
        super().__init__(convert_charrefs=True)
        self._site = site
        self._open = [_Open("", {})]
        self._dropping: list[str] = []
        self._finishers: Mapping[str, Callable[[_Open], None]] = {
            "a": self._finish_link,
            "blockquote": self._finish_quote,
            "code": self._finish_code,
            "dd": self._finish_item,
            "li": self._finish_item,
            "pre": self._finish_pre,
            "table": self._finish_table,
            "td": self._finish_cell,
            "th": self._finish_cell,
            "tr": self._finish_row,
        }

    def finish(self) -> str:
        while len(self._open) > 1:
            self._close_top()
        self._settle(self._open[0])
        return "\n\n".join(self._open[0].blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping or tag in _DROPPED:
            if tag in _DROPPED:
                self._dropping.append(tag)
        elif tag in {"br", "img", "hr"}:
            self._write_void(tag, dict(attrs))
        elif (tag in _BLOCKS or tag in _INLINES) and len(self._open) < _MAX_DEPTH:
            self._close_implied(tag)
            if tag in _BLOCKS:
                self._settle(self._open[-1])
            self._open.append(_Open(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
        elif any(each.tag == tag for each in self._open):
            while self._open[-1].tag != tag:
                self._close_top()
            self._close_top()

    def handle_data(self, data: str) -> None:
        if self._dropping:
            return
        top = self._open[-1]
        if self._is_verbatim():
            top.inline.append(data)
        else:
            top.inline.append(markdown.escaped(_GAP.sub(" ", data)))

    def _is_verbatim(self) -> bool:
        return any(each.tag in {"pre", "code"} for each in self._open)

    def _close_implied(self, tag: str) -> None:
        """Close what HTML lets an author leave open: a paragraph, an item, a cell, a row."""
        implied = {"li": {"li"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}, "tr": {"tr", "td", "th"}}
        closes = implied.get(tag, {"td", "th"} if tag in {"td", "th"} else set())
        if tag in _BLOCKS:
            closes = closes | {"p"}
        while self._open[-1].tag in closes:
            self._close_top()

    def _write_void(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        top = self._open[-1]
        if tag == "br":
            top.inline.append("\n" if self._is_verbatim() else "  \n")
        elif tag == "hr":
            self._settle(top)
            top.blocks.append("---")
        else:
            label = markdown.escaped(attributes.get("alt") or "picture").replace("[", r"\[")
            address = self._address(attributes.get("src"))
            in_link = any(each.tag == "a" for each in self._open)
            # A picture inside a link would make two links of one.
            top.inline.append(
                label if in_link or not address else markdown.link(label, address, picture=True)
            )

    def _settle(self, element: _Open) -> None:
        """Turn the running text of ``element`` into a block of its own."""
        text = "".join(element.inline)
        element.inline.clear()
        if self._is_verbatim() and element.tag in {"pre", "code"}:
            element.inline.append(text)
        elif block := markdown.paragraph(text):
            element.blocks.append(block)

    def _close_top(self) -> None:
        element = self._open.pop()
        parent = self._open[-1]
        finisher = self._finishers.get(element.tag)
        if finisher:
            finisher(element)
        elif element.tag in _INLINES:
            text = "".join([*element.blocks, *element.inline])
            mark = "" if self._is_verbatim() else _MARKS.get(element.tag, "")
            if element.tag in _KEPT and text.strip() and not self._is_verbatim():
                text = f"<{element.tag}>{text.strip()}</{element.tag}>"
            parent.inline.append(markdown.wrapped(text, mark) if mark else text)
        else:
            self._settle(element)
            self._add_blocks(parent, element)

    def _add_blocks(self, parent: _Open, element: _Open) -> None:
        if re.fullmatch("h[1-6]", element.tag) and element.blocks:
            line = " ".join(" ".join(element.blocks).split())
            parent.blocks.append("#" * int(element.tag[1]) + " " + line)
        elif element.tag in {"ul", "ol"} and element.blocks:
            tight = not any("\n\n" in item for item in element.blocks)
            parent.blocks.append(("\n" if tight else "\n\n").join(element.blocks))
        elif self._is_verbatim():
            parent.inline.extend(element.inline)
        else:
            parent.blocks.extend(element.blocks)

    def _finish_link(self, element: _Open) -> None:
        parent = self._open[-1]
        text = " ".join(element.blocks) + "".join(element.inline)
        address = self._address(element.attributes.get("href"))
        if not address or self._is_verbatim():
            parent.inline.append(text)
            return
        if parent.inline and parent.inline[-1].endswith("!"):
            # Otherwise “Look!” and a link would become a picture.
            parent.inline[-1] = parent.inline[-1][:-1] + r"\!"
        head, tail = text[:1].isspace() * " ", text[-1:].isspace() * " "
        label = re.sub(r"(?<!\\)([\[\]])", r"\\\1", text)
        parent.inline.append(f"{head}{markdown.link(label, address)}{tail}")

    def _finish_quote(self, element: _Open) -> None:
        self._settle(element)
        if element.blocks:
            lines = "\n\n".join(element.blocks).split("\n")
            self._open[-1].blocks.append("\n".join(f"> {line}".rstrip() for line in lines))

    def _finish_code(self, element: _Open) -> None:
        text = "".join(element.inline)
        parent = self._open[-1]
        parent.inline.append(text if self._is_verbatim() else markdown.code_span(text))
        if parent.tag == "pre":
            parent.attributes = {**element.attributes, **parent.attributes}

    def _finish_pre(self, element: _Open) -> None:
        text = "".join(element.inline)
        named = re.search(r"\blang(?:uage)?-([\w+#-]+)", element.attributes.get("class") or "")
        if text.strip():
            language = named[1] if named and named[1] != "none" else ""
            self._open[-1].blocks.append(markdown.code_block(text, language=language))

    def _finish_item(self, element: _Open) -> None:
        self._settle(element)
        parent = self._open[-1]
        first = "- "
        if parent.tag == "ol":
            start = parent.attributes.get("start") or "1"
            first = f"{(int(start) if re.fullmatch('[0-9]{1,6}', start) else 1) + parent.items}. "
            parent.items += 1
        if element.blocks:
            lead, *rest = element.blocks
            # A paragraph and its sub-list stay together, or the whole list would spread out.
            close = len(rest) == 1 and rest[0].startswith(("- ", "1. "))
            text = ("\n" if close else "\n\n").join([lead, *rest])
            parent.blocks.append(markdown.indented(text, first=first))

    def _finish_cell(self, element: _Open) -> None:
        self._settle(element)
        lines = (" ".join(line.split()) for line in "\n".join(element.blocks).split("\n"))
        # A row of a table is one line, so what stood below each other is parted by <br>.
        text = "<br>".join(line for line in lines if line)
        self._open[-1].blocks.append(text.replace("|", r"\|"))

    def _finish_row(self, element: _Open) -> None:
        if element.blocks:
            self._open[-1].blocks.append("| " + " | ".join(element.blocks) + " |")

    def _finish_table(self, element: _Open) -> None:
        rows = element.blocks
        if rows:
            columns = len(re.findall(r"(?<!\\)\|", rows[0])) - 1
            rows.insert(1, "|" + " --- |" * columns)
            self._open[-1].blocks.append("\n".join(rows))

    def _address(self, written: str | None) -> str | None:
        """Return the full address of a link that may be followed, else ``None``."""
        try:
            address = urljoin(f"{self._site}/" if self._site else "", (written or "").strip())
            scheme = urlsplit(address).scheme
        except ValueError:
            return None
        return address if scheme in {"http", "https", "mailto"} else None
