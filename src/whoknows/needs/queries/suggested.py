"""What a suggestion says: the thing, person or group, and why."""

from dataclasses import dataclass

from whoknows.aids.models import Aid, Trust
from whoknows.communities.models import Community
from whoknows.needs.models import Need
from whoknows.people.models import Person


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence a colleague would say, and where it can be checked."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ObjectSuggestion:
    """Something to use: an aid, or a need like this one with its answers.

    Attributes:
        is_likely: It probably solves it: the best found, far enough above the next.
    """

    kind: str
    id: int
    title: str
    url: str
    snippet: str
    score: float
    why: list[Reason]
    aid: Aid | None = None
    trust: Trust | None = None
    need: Need | None = None
    is_answered: bool = False
    is_likely: bool = False

    @property
    def is_unanswered(self) -> bool:
        """Whether somebody asks this and nobody has answered: it can have solved nothing."""
        return self.need is not None and not self.is_answered


@dataclass(frozen=True, slots=True)
class PersonSuggestion:
    """Somebody to ask; ``propensity`` is how likely it was that they would be shown.

    ``title`` is their job there, as far as the reader may know.
    """

    person: Person
    organisation: str
    score: float
    why: list[Reason]
    propensity: float = 1.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class GroupSuggestion:
    """Some to join."""

    community: Community
    score: float
    why: list[Reason]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answer to a need, and how long it took to find.

    Attributes:
        is_by_code: The words are the code of an aid; it is the one object, and all there is.
        all_are_busy: There are people who could help, and none of them wants to be asked more for
            now.
    """

    query: str
    objects: list[ObjectSuggestion]
    people: list[PersonSuggestion]
    groups: list[GroupSuggestion]
    took_ms: float
    is_by_code: bool = False
    all_are_busy: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.objects or self.people or self.groups)
