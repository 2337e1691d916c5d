"""A retrieval set in the BEIR form: documents, needs, and which document is right for which."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.json_rows import json_row
from whoknows.interop.importers.reading import find_file, open_folder, open_text_file, read_lines
from whoknows.interop.importers.records import Meter, Refused, UnusableSource

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels.tsv"
_COLUMNS = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Text:
    """A document, or a need (without a title).

    Attributes:
        more: Words around a document, which weigh less.
        language: ISO 639-1.
    """

    key: str
    title: str
    text: str
    more: str = ""
    topics: tuple[str, ...] = ()
    language: str = "en"


@dataclass(slots=True)
class RetrievalSet:
    """Documents and needs by their own ids, and what is right: need -> document -> gain above 0.

    ``groups`` name needs that are to be measured by themselves as well, by what the group is.
    """

    documents: list[Text] = field(default_factory=list)
    needs: list[Text] = field(default_factory=list)
    gold: dict[str, dict[str, float]] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def read_retrieval_set(folder: Path) -> RetrievalSet:
    """Read ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.tsv`` (or ``qrels/test.tsv``).

    Rows that cannot be read are left out and listed.

    Raises:
        UnusableSource: The folder or one of the files is missing, or no need has a right document.
    """
    folder = open_folder(folder)
    made = RetrievalSet()
    made.documents = list(_texts(_need(folder, CORPUS), made.refused))
    made.needs = list(_texts(_need(folder, QUERIES), made.refused))
    qrels = find_file(folder, QRELS) or find_file(folder / "qrels", "test.tsv")
    if qrels is None:
        raise UnusableSource(f"{folder.name} has no {QRELS}; it says which document is right.")
    documents = {document.key for document in made.documents}
    for need, document, gain in _judgements(open_text_file(qrels), made.refused):
        if document in documents and gain > 0:
            made.gold.setdefault(need, {})[document] = gain
    made.needs = [need for need in made.needs if need.key in made.gold]
    if not made.needs:
        raise UnusableSource(f"No need in {QUERIES} has a right document in {qrels.name}.")
    return made


def _need(folder: Path, name: str) -> Path:
    found = find_file(folder, name)
    if found is None:
        raise UnusableSource(f"{folder.name} has no {name}; a retrieval set needs that file.")
    return open_text_file(found)


def _texts(path: Path, refused: list[Refused]) -> Iterator[Text]:
    def parse(raw: bytes) -> Text:
        row = json_row(raw)
        title = fields.optional_text(row, "title") or ""
        return Text(
            fields.required_text(row, "_id"), title, fields.optional_text(row, "text") or ""
        )

    return _rows(path, parse, refused)


def _judgements(path: Path, refused: list[Refused]) -> Iterator[tuple[str, str, float]]:
    def parse(raw: bytes) -> tuple[str, str, float]:
        parts = raw.decode("utf-8", "replace").split("\t")
        if len(parts) != _COLUMNS:
            raise BadField("Write need, document and gain, with tabs between.")
        try:
            return parts[0], parts[1], float(parts[2])
        except ValueError:
            # The first line names the columns.
            return "", "", 0.0

    return _rows(path, parse, refused)


def _rows(path: Path, parse: Callable[[bytes], _T], refused: list[Refused]) -> Iterator[_T]:
    for line in read_lines(path, Meter(0)):
        if isinstance(line, Refused):
            refused.append(line)
        elif line.raw.strip():
            try:
                yield parse(line.raw)
            except BadField as problem:
                refused.append(Refused(path.name, line.number, str(problem)))
