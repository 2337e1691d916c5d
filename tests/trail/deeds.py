"""What a case of the trail says: something really done, and the lines it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from whoknows.people.models import Organisation, Person

# Stands in whatever people say in a case, so that it is found if the trail tells it.
SECRET = "Quixotry"


@dataclass(frozen=True)
class Line:
    """A line of the trail: what was done to what, by whom, and whose administrators read it.

    Without an action it is the one of the case.
    """

    subject: str
    by: Person | None
    where: Organisation | None
    action: str = ""


@dataclass(frozen=True)
class Deed:
    """Something that is ready to be done.

    Attributes:
        leaves: Returns all lines that it leaves, in their order, given what ``do`` returned.
        refused: Tries what is refused; None if nothing ever is.
    """

    do: Callable[[], Any]
    leaves: Callable[[Any], list[Line]]
    refused: Callable[[], object] | None


Prepare = Callable[[], Deed]


class Cases(dict[str, Prepare]):
    """Cases by the action that they are about, and by what is special, if an action has several."""

    def of(self, action: str, special: str = "") -> Callable[[Prepare], Prepare]:
        """Add a function as a case of ``action``."""

        def add(prepare: Prepare) -> Prepare:
            self[f"{action}, {special}" if special else action] = prepare
            return prepare

        return add


def action_of(case: str) -> str:
    """Return which action ``case`` is about.

    >>> action_of("share_aid, with nobody")
    'share_aid'
    """
    return case.partition(",")[0]
