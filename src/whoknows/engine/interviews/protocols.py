"""What a protocol is made of: stages, and in each the probes to put one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """What somebody said, sorted by what a job aid can do with it."""

    STEP = "step"
    CUE = "cue"
    RESULT = "result"
    STRATEGY = "strategy"
    ERROR = "error"
    DECISION = "decision"
    DIFFICULTY = "difficulty"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Probe:
    """One question to put.

    Attributes:
        key: Names it for good; notes refer to it.
        prompt: What the interviewer says.
        hint: What to listen for, or what to ask next.
        yields: What an answer usually is.
        per_mark: Whether it is put again for each marked entry of the outline.
    """

    key: str
    prompt: str
    hint: str
    yields: ItemKind
    per_mark: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the conversation; ``builds_outline`` says that the outline is written in it."""

    title: str
    says: str
    probes: tuple[Probe, ...]
    builds_outline: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """What the conversation hangs on: steps, events, moves or clusters, in their order.

    Attributes:
        title: What the list is called.
        one: What one entry is called.
        mark: What it means that an entry is marked; further probes are about those.
        has_time: Whether an entry has a time, as a line of a timeline has.
        fewest, most: How many entries work well; None for no limit.
    """

    title: str
    one: str
    mark: str
    has_time: bool = False
    fewest: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Protocol:
    """A way to interview somebody who can do something.

    Attributes:
        when: Which situation it is for.
        minutes: How long it takes, at least and at most.
        source: Where the method was published.
    """

    key: str
    title: str
    when: str
    minutes: tuple[int, int]
    outline: Outline
    stages: tuple[Stage, ...]
    source: str

    def probes(self) -> Iterator[tuple[Stage, Probe]]:
        """Yield every probe in order, with its stage."""
        for stage in self.stages:
            for probe in stage.probes:
                yield stage, probe

    def probe(self, key: str) -> Probe | None:
        """Return the probe of this key, None when the protocol has none."""
        return next((probe for _stage, probe in self.probes() if probe.key == key), None)

    def kind_of(self, key: str, *, has_outline: bool) -> ItemKind:
        """Return what an answer to the probe of this key is; knowledge when there is no such probe.

        Whoever is asked for the outline says steps, and these stand in it: what is written down
        beside it is about them. Only where nobody filled it in are the notes all there is of steps.
        """
        for stage, probe in self.probes():
            if probe.key == key:
                is_beside = stage.builds_outline and not probe.per_mark and has_outline
                is_step = probe.yields is ItemKind.STEP
                return ItemKind.KNOWLEDGE if is_beside and is_step else probe.yields
        return ItemKind.KNOWLEDGE


@dataclass(frozen=True, slots=True)
class Pivot:
    """What to ask when an answer stays on the surface."""

    heard: str
    ask: str


PIVOTS = (
    Pivot("“You get a feel for it.”", "Walk me through the last time that happened."),
    Pivot("Steps, recited as in the manual", "What tells you that it is time for the next one?"),
    Pivot("A principle", "Tell me a case where it holds, and one where it does not."),
    Pivot("The opposite of what another expert says", "Under which conditions is it like that?"),
)
