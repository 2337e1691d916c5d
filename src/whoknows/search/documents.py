"""What can be found: documents, and the rooms they come from."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    Attributes:
        audience: Who may find it, as the reader's reach names itself; nobody else ever does.
        title: What it is about in few words; topics are added to it.
        body: The words of the thing itself.
        more: Words around it, such as the answers to a need, the best first; weighs least.
        language: ISO 639-1; decides how words are cut to their stems.
    """

    id: int
    audience: Sequence[str]
    title: str
    body: str = ""
    more: str = ""
    language: str = "en"
    topics: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class Source:
    """Where the documents of one kind come from.

    Attributes:
        code: Number of the kind inside the index; never reused.
        fetch: Documents of the given ids; those that no longer exist are left out.
        every_id: All ids, in ascending order, for building the index anew.
        are_few: So few among all documents that the best of all seldom hold one; each of them is
            compared with what is looked for.
        by_meaning: Found by what is meant as well; of little use for names.
    """

    kind: str
    code: int
    fetch: Callable[[Sequence[int]], Iterable[Document]]
    every_id: Callable[[], Iterable[int]]
    are_few: bool = False
    by_meaning: bool = True


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make ``source`` known; each room does this for its kinds when Django starts."""
    taken = next((s for s in _sources.values() if s.code == source.code), None)
    if taken is not None and taken.kind != source.kind:
        raise ValueError(f"Code {source.code} is taken by {taken.kind}.")
    _sources[source.kind] = source


def sources() -> dict[str, Source]:
    """Return the registered sources by kind."""
    return _sources
