"""How active everybody was lately, kept up to date deed by deed."""

from dataclasses import dataclass, field

import numpy as np

from whoknows.engine.match.history import (
    DAY,
    Deed,
    Flags,
    Floats,
    History,
    Ints,
)

# Half-lives in days of the decayed counts of deeds, and of the counts of special ones.
DEED_HALF_LIVES = (0.5, 3.0, 7.0, 30.0, 180.0)
# Half-lives counted in documents, needs and aids: a busy community forgets sooner than a quiet one.
DOCUMENT_HALF_LIVES = (30.0, 100.0)
PRESENT_HALF_LIFE = 1.0
SPECIAL_HALF_LIFE = 30.0
HOURS = 24
QUICK = DAY


@dataclass(slots=True)
class Activity:
    """Decayed counts of what people did before ``at``, of the deeds a reader may see.

    A count decays by half every half-life, so at a later time all of one kind are smaller by the
    same factor: a snapshot taken once serves every later request, see ``faded``.

    What a reader may not see is as if it had never happened, but keeps its number: so one history
    serves many readers.

    Attributes:
        visible: For each deed whether it counts; None for all. None does in a document that is not
            known.
        known: For each document whether it counts; None for all.
        deeds: [half-lives x people] decayed counts of deeds.
        by_documents: [half-lives x people] the same, decayed by how many documents began since.
        present: [people] the same of anything at all, asking included, 1 day.
        quick, first, newcomers: [people] deeds within a day of the need, those that were the first
            answer, and those for somebody's first need; 30 days.
        by_hour: [24 x people] deeds by the hour of day (UTC) they were done; 30 days.
        total, proven: [people] deeds ever, and those that helped or solved.
        last_seen, since: [people] time of the last event, and of the first; -inf and inf if none.
        topic_now, topic_ever: decayed and plain counts of ``history.topics_of_people``.
        topic_documents: [topics] documents that began before ``at``; ``documents`` counts all.
        answers: The deeds that are answers and count, before ``at`` or not: whoever reads them has
            to say until when.
        deeds_in: [documents] deeds done in each before ``at``.
    """

    history: History
    visible: Flags | None = None
    known: Flags | None = None
    at: float = -np.inf
    deeds: Floats = field(init=False)
    by_documents: Floats = field(init=False)
    present: Floats = field(init=False)
    quick: Floats = field(init=False)
    first: Floats = field(init=False)
    newcomers: Floats = field(init=False)
    by_hour: Floats = field(init=False)
    total: Floats = field(init=False)
    proven: Floats = field(init=False)
    last_seen: Floats = field(init=False)
    since: Floats = field(init=False)
    topic_now: Floats = field(init=False)
    topic_ever: Floats = field(init=False)
    topic_documents: Floats = field(init=False)
    documents: int = field(init=False, default=0)
    answers: Ints = field(init=False)
    deeds_in: Floats = field(init=False)
    _asks: Ints = field(init=False)
    _raised_before: Ints = field(init=False)
    _proofs: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Start with nothing done. O(documents + deeds)."""
        h = self.history
        self.deeds = np.zeros((len(DEED_HALF_LIVES), h.people))
        self.by_documents = np.zeros((len(DOCUMENT_HALF_LIVES), h.people))
        self.by_hour = np.zeros((HOURS, h.people))
        for name in ("present", "quick", "first", "newcomers", "total", "proven"):
            setattr(self, name, np.zeros(h.people))
        self.last_seen = np.full(h.people, -np.inf)
        self.since = np.full(h.people, np.inf)
        self._asks = h.documents_in_time
        if self.known is not None:
            self._asks = self._asks[self.known[self._asks]]
        self._raised_before = np.zeros(len(h.asked_at), np.int64)
        self._raised_before[self._asks] = np.arange(len(self._asks))
        self._proofs = self._seen(h.proofs_in_time)
        self.topic_now = np.zeros(len(h.topics_of_people))
        self.topic_ever = np.zeros(len(h.topics_of_people))
        self.topic_documents = np.zeros(h.topics)
        self.answers = self._seen(np.flatnonzero(h.kind == Deed.ANSWERED))
        self.deeds_in = np.zeros(len(h.asked_at))

    def advance(self, to: float) -> None:
        """Take in what happened from ``at`` up to, but not at, ``to``.

        O(people + what happened). Going back is not possible.

        Raises:
            ValueError: ``to`` is before ``at``.
        """
        if to < self.at:
            raise ValueError("Activity only goes forward in time; build it anew to go back.")
        if np.isfinite(self.at):
            self._fade(to)
        h = self.history
        self._take_in_asks(to)
        low, high = np.searchsorted(h.at, [self.at, to])
        rows = self._seen(np.arange(low, high, dtype=np.int64))
        self._take_in(h.person[rows], h.at[rows], to)
        self._take_in_deeds(rows[h.kind[rows] != Deed.PRESENT], to)
        self._take_in_proofs(to)
        self.at = to

    def faded(self, to: float, half_life_days: float) -> float:
        """Return by what a decayed count has to be multiplied to hold at ``to``."""
        return float(0.5 ** ((to - self.at) / DAY / half_life_days))

    def for_newcomers(self, documents: Ints) -> Flags:
        """Return for each of ``documents``, begun before ``at``, whether it was a first need.

        The first thing its asker ever did, of what counts.
        """
        asker = self.history.asker[documents]
        first = np.append(self.since, -np.inf)[asker]  # nobody asked for an aid
        return np.asarray(self.history.asked_at[documents] <= first)

    def _fade(self, to: float) -> None:
        for row, half_life in enumerate(DEED_HALF_LIVES):
            self.deeds[row] *= self.faded(to, half_life)
        self.present *= self.faded(to, PRESENT_HALF_LIFE)
        factor = self.faded(to, SPECIAL_HALF_LIFE)
        for counts in (self.quick, self.first, self.newcomers, self.by_hour, self.topic_now):
            np.multiply(counts, factor, out=counts)

    def _seen(self, rows: Ints) -> Ints:
        return rows if self.visible is None else rows[self.visible[rows]]

    def _take_in(self, person: Ints, at: Floats, to: float) -> None:
        """Take in that people were there."""
        np.add.at(self.present, person, _weights(at, to, PRESENT_HALF_LIFE))
        np.maximum.at(self.last_seen, person, at)
        np.minimum.at(self.since, person, at)

    def _take_in_asks(self, to: float) -> None:
        h = self.history
        low, high = np.searchsorted(h.asked_at[self._asks], [self.at, to])
        began = self._asks[low:high]
        asked = began[h.asker[began] >= 0]
        self._take_in(h.asker[asked], h.asked_at[asked], to)
        self.documents += len(began)
        for row, half_life in enumerate(DOCUMENT_HALF_LIVES):
            self.by_documents[row] *= 0.5 ** (len(began) / half_life)
        np.add.at(self.topic_documents, h.topic_of[h.topics_in.of_all(began)[0]], 1.0)

    def _take_in_deeds(self, rows: Ints, to: float) -> None:
        h = self.history
        person, at, document = h.person[rows], h.at[rows], h.document[rows]
        for row, half_life in enumerate(DEED_HALF_LIVES):
            np.add.at(self.deeds[row], person, _weights(at, to, half_life))
        since = self.documents - self._raised_before[document]
        for row, half_life in enumerate(DOCUMENT_HALF_LIVES):
            np.add.at(self.by_documents[row], person, 0.5 ** (since / half_life))
        weight = _weights(at, to, SPECIAL_HALF_LIFE)
        hour = (at % DAY // (DAY / HOURS)).astype(np.int64)
        np.add.at(self.by_hour.reshape(-1), hour * h.people + person, weight)
        np.add.at(self.quick, person, weight * (at - h.asked_at[document] < QUICK))
        np.add.at(self.first, person, weight * h.first[rows])
        np.add.at(self.newcomers, person, weight * self.for_newcomers(document))
        np.add.at(self.total, person, 1.0)
        np.add.at(self.deeds_in, document, 1.0)
        topic_row, place = h.topics_of_deed.of_all(rows)
        np.add.at(self.topic_now, topic_row, weight[place])
        np.add.at(self.topic_ever, topic_row, 1.0)

    def _take_in_proofs(self, to: float) -> None:
        h = self.history
        low, high = np.searchsorted(h.proven_at[self._proofs], [self.at, to])
        np.add.at(self.proven, h.person[self._proofs[low:high]], 1.0)


def _weights(at: Floats, to: float, half_life_days: float) -> Floats:
    return np.asarray(0.5 ** ((to - at) / DAY / half_life_days))
