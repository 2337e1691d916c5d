"""The rows of a StackExchange dump file, streaming, with the lines they stand on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from whoknows.interop.importers.reading import Line, read_lines
from whoknows.interop.importers.records import Meter, Refused


@dataclass(frozen=True, slots=True)
class XmlRow:
    """The attributes of one ``<row …/>``; ``line`` is where it ends."""

    file: str
    line: int
    attributes: dict[str, str]


class _RowCollector:
    """What the parser builds: nothing but the rows since the last look, so no tree grows."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            self.found.append(attributes)

    def end(self, tag: str) -> None:
        """Nothing is kept open, so nothing closes."""

    def close(self) -> None:
        """Nothing is built, so nothing is handed over."""


def read_rows(path: Path, meter: Meter) -> Iterator[XmlRow | Refused]:
    """Yield the rows of ``path``; a broken one is refused and reading goes on at the next line.

    A file that defines entities stops at once: dumps have none, attacks do.
    """
    collector = _RowCollector()
    parser = DefusedXMLParser(target=collector, forbid_dtd=True)
    for line in read_lines(path, meter):
        if isinstance(line, Refused):
            yield line
            continue
        try:
            parser.feed(line.raw + b"\n")
        except DefusedXmlException:
            why = "The file defines XML entities, which a dump never does; get the dump again."
            yield Refused(path.name, line.number, why)
            return
        except ParseError:
            collector.found.clear()
            parser = _resumed(collector)
            if not _closes_document(line):
                why = "The line is not well-formed XML; correct it or get the dump again."
                yield Refused(path.name, line.number, why)
            continue
        for attributes in collector.found:
            yield XmlRow(path.name, line.number, attributes)
        collector.found.clear()


def _resumed(collector: _RowCollector) -> DefusedXMLParser:
    parser = DefusedXMLParser(target=collector, forbid_dtd=True)
    parser.feed(b"<rows>")
    return parser


def _closes_document(line: Line) -> bool:
    """After a broken row the root's own end tag no longer matches; that is no second mistake."""
    return line.raw.strip().startswith(b"</")
