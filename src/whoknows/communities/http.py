"""What rooms above may add to the page of a community, each for the reader who may know it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from whoknows.communities.models import Community
from whoknows.people.models import Reach


@dataclass(frozen=True, slots=True)
class Posted:
    """Something that was posted to a community: what it is, by whom, and what became of it."""

    title: str
    url: str
    by: str
    at: datetime
    answers: int
    is_solved: bool


@dataclass(frozen=True, slots=True)
class PostedHere:
    """What was posted to a community, and where all of it is listed, if there is any."""

    lately: Sequence[Posted]
    url: str


_posted: list[Callable[[Community, Reach, datetime], PostedHere]] = []


def tell_posted(read: Callable[[Community, Reach, datetime], PostedHere]) -> None:
    """Have ``read`` asked what was posted to a community, as far as a reader may see it."""
    _posted.append(read)


def posted_to(community: Community, reach: Reach, *, now: datetime) -> list[PostedHere]:
    """Return what was posted to ``community``, as far as ``reach`` may see it."""
    return [read(community, reach, now) for read in _posted]
