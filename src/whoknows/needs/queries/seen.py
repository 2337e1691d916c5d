"""What a reader may know of what everybody did, as the engine takes it: by number.

Readers of the same organisations share most of what they see; only what units keep to themselves
tells them apart. So a history is made once for all of them, and for each kind of reader what counts
of it: what they may not see is as if it had never happened, but keeps its number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import Similar
from whoknows.engine.match.history import (
    NEWCOMER,
    NOBODY,
    Deed,
    Deeds,
    Documents,
    History,
    history,
)
from whoknows.engine.text.names import Names, Phrases
from whoknows.needs.queries.columns import (
    KINDS,
    Columns,
    DeclaredColumns,
    Flags,
    Ids,
    places_in,
)
from whoknows.needs.queries.places import Places
from whoknows.people.models import Reach, SharedColumns
from whoknows.search.queries import Hit


@dataclass(frozen=True, slots=True)
class Numbers:
    """Who and what the numbers of a history stand for.

    Attributes:
        persons: Their ids by number, ascending.
        needs, aids: Ids of documents: the first numbers are needs, those after them are aids.
        topics: Ids of topics by number, ascending.
        evidence: For each deed the id of the evidence it is.
        declared: Who says to know which topic, by number.
    """

    persons: Ids
    needs: Ids
    aids: Ids
    topics: Ids
    evidence: Ids
    declared: DeclaredColumns


@dataclass(frozen=True, slots=True)
class Seen:
    """What one kind of reader may know of.

    Attributes:
        activity: What counts for them, up to the last deed.
        places: Where people are, as far as they may know.
        called, topics_called: What people and topics are called, by id; whoever is shown must be
            one they may see.
    """

    numbers: Numbers
    activity: Activity
    places: Places
    called: Names
    topics_called: Phrases

    @property
    def history(self) -> History:
        """Return all that happened: the activity tells what of it counts."""
        return self.activity.history

    def person_id(self, number: int) -> int:
        """Return the id of a person."""
        return int(self.numbers.persons[number])

    def person(self, person_id: int | None) -> int:
        """Return the number of a person, ``NEWCOMER`` for who never did anything that counts."""
        if person_id is None:
            return NOBODY
        known = self.people([person_id])
        return int(known[0]) if len(known) else NEWCOMER

    def people(self, person_ids: Collection[int]) -> Ids:
        """Return the numbers of those among these persons who ever did anything, ascending."""
        places = places_in(self.numbers.persons, np.array(sorted(person_ids), np.int64))
        places = places[places != NOBODY]
        known: Ids = places[np.isfinite(self.activity.last_seen[places])]
        return known

    def named_in(self, words: str) -> Ids:
        """Return the numbers of those named in ``words`` who ever did anything, ascending."""
        return self.people(self.called.named_in(words))

    def similar(self, hits: Sequence[Hit]) -> Similar:
        """Return ``hits`` as the engine takes them; documents nobody did anything about go."""
        number = self.documents_of(hits)
        words = np.array([hit.words for hit in hits], np.float64)
        sense = np.array([np.nan if hit.likeness is None else hit.likeness for hit in hits])
        known = number != NOBODY
        by_words, by_sense = known & (words > 0), known & ~np.isnan(sense)
        return Similar(
            by_words=number[by_words],
            words=words[by_words],
            by_sense=number[by_sense],
            sense=sense[by_sense],
        )

    def all_of(self, similar: Similar) -> Ids:
        """Return the documents that are similar in words or in what they mean."""
        return np.union1d(similar.by_words, similar.by_sense)

    def topics_named_in(self, words: str) -> Ids:
        """Return the topics that ``words`` name, by number, ascending.

        Somebody who types a need chooses no topic. Those of the needs most alike would only count
        these a second time: that ranked worse than no topic at all.
        """
        named = np.array(sorted(self.topics_called.found_in(words)), np.int64)
        places = places_in(self.numbers.topics, named)
        known: Ids = places[places != NOBODY]
        return known

    def declared_on(self, topics: Ids) -> dict[int, Ids]:
        """Return for each of ``topics`` those who say to know it."""
        said = self.numbers.declared
        return {topic: said.person[said.topic == topic] for topic in topics.tolist()}

    def documents_of(self, hits: Sequence[Hit]) -> Ids:
        """Return the number of each document, ``NOBODY`` where nobody did anything about it."""
        ids = np.array([hit.id for hit in hits], np.int64)
        kinds = np.array([hit.kind for hit in hits], object)
        need, aid = places_in(self.numbers.needs, ids), places_in(self.numbers.aids, ids)
        aid = np.where(aid == NOBODY, NOBODY, len(self.numbers.needs) + aid)
        number = np.where(kinds == KINDS[0], need, np.where(kinds == KINDS[1], aid, NOBODY))
        if self.activity.known is None:
            return number
        return np.where((number != NOBODY) & self.activity.known[number], number, NOBODY)


class _Renumbered:
    """Which of some rows a reader may know of, and what their numbers are among these.

    Attributes:
        rows: Their places, ascending.
        number: Of each row; ``NOBODY`` for the others.
    """

    def __init__(self, kept: Flags) -> None:
        self.rows: Ids = np.flatnonzero(kept)
        self.number: Ids = np.where(kept, np.cumsum(kept) - 1, NOBODY)


def _flags(places: Ids, count: int) -> Flags:
    """Return for each of ``count`` rows whether it is one of ``places``."""
    flags = np.zeros(count, np.bool_)
    flags[places] = True
    return flags


@dataclass(frozen=True, slots=True)
class _Documents:
    """The needs and aids that a reader may know of: the first numbers are needs."""

    needs: _Renumbered
    aids: _Renumbered

    def numbers(self, is_need: Flags, place: Ids) -> Ids:
        """Return the numbers of documents, ``NOBODY`` for those the reader may not know of."""
        number = np.empty(len(place), np.int64)
        number[is_need] = self.needs.number[place[is_need]]
        of_aids = self.aids.number[place[~is_need]]
        number[~is_need] = np.where(of_aids == NOBODY, NOBODY, len(self.needs.rows) + of_aids)
        return number


@dataclass(frozen=True, slots=True)
class Common:
    """What readers of the same organisations may know of between them, whatever their units.

    Evidence is shared as what it is about, so all that was done about a document is seen together.

    Attributes:
        need_shared, evidence_shared: Who may see each need, and what each deed is told from.
    """

    columns: Columns
    history: History
    numbers: Numbers
    need_shared: SharedColumns
    evidence_shared: SharedColumns
    person_of_place: Ids

    def seen_by(self, reach: Reach) -> Seen:
        """Return what ``reach``, of these organisations, may know of. O(documents + deeds).

        Whatever counts for a reader comes from rows they may see: nothing else is even counted.
        """
        h, needs = self.history, len(self.numbers.needs)
        known = np.zeros(len(h.asked_at), np.bool_)
        known[:needs] = self.need_shared.visible_to(reach)
        visible = self.evidence_shared.visible_to(reach)
        about_need = h.document < needs
        visible[about_need] &= known[h.document[about_need]]
        # Of an aid only what was done about it is told here: without that, it is not there.
        known[h.document[visible]] = True
        all_of_it = bool(known.all() and visible.all())
        activity = Activity(h) if all_of_it else Activity(h, visible, known)
        proofs = h.proven_at[h.proofs_in_time]
        activity.advance(max(t.max(initial=0.0) for t in (h.at, h.asked_at, proofs)) + 1.0)
        columns = self.columns
        places = self._places(reach)
        return Seen(self.numbers, activity, places, columns.called, columns.topics_called)

    def _places(self, reach: Reach) -> Places:
        columns, number = self.columns.places, self.person_of_place
        visible = columns.shared.visible_to(reach)
        theirs = visible & (number != NOBODY)
        speakers = {
            language: np.flatnonzero(
                _flags(number[theirs & (columns.language == place)], self.history.people)
            )
            for place, language in enumerate(self.columns.languages)
        }
        return Places(columns, number, visible, speakers)


def common_to(reach: Reach, columns: Columns) -> Common:
    """Return what readers of the organisations of ``reach`` may know of between them. O(rows)."""
    of_all_units = Reach(
        organisations=reach.organisations, units=columns.units(), partners=reach.partners
    )
    needs, evidence = columns.needs, columns.evidence
    sees_need = needs.shared.visible_to(of_all_units)
    sees = evidence.shared.visible_to(of_all_units)
    about_need = np.flatnonzero(evidence.is_need)
    sees[about_need] &= sees_need[evidence.document[about_need]]
    rows = np.flatnonzero(sees)
    about_aid = rows[~evidence.is_need[rows]]
    documents = _Documents(
        _Renumbered(sees_need), _Renumbered(_flags(evidence.document[about_aid], len(columns.aids)))
    )
    asked_by, done_by = needs.owner[documents.needs.rows], evidence.owner[rows]
    persons = _Renumbered(_flags(np.concatenate([asked_by, done_by]), len(columns.persons)))
    topics, pairs = _topics_of(columns, documents)
    made = _history_of(columns, rows, documents, persons, topics=(len(topics.rows), pairs))
    of_deed = rows[made.given]
    return Common(
        columns,
        made,
        Numbers(
            persons=columns.persons[persons.rows],
            needs=needs.id[documents.needs.rows],
            aids=columns.aids[documents.aids.rows],
            topics=columns.topic_ids[topics.rows],
            evidence=evidence.id[of_deed],
            declared=_declared(columns, persons, topics),
        ),
        need_shared=needs.shared.of(documents.needs.rows),
        evidence_shared=evidence.shared.of(of_deed),
        # The last one stands for who never did anything.
        person_of_place=np.append(persons.number, NOBODY)[columns.places.person],
    )


def _history_of(
    columns: Columns,
    rows: Ids,
    documents: _Documents,
    persons: _Renumbered,
    *,
    topics: tuple[int, tuple[Ids, Ids]],
) -> History:
    """Return these rows of evidence about these documents as the engine takes them."""
    needs, evidence = columns.needs, columns.evidence
    need_rows = documents.needs.rows
    document = documents.numbers(evidence.is_need[rows], evidence.document[rows])
    began = np.full(len(need_rows) + len(documents.aids.rows), np.inf)
    np.minimum.at(began, document, evidence.at[rows])
    began[: len(need_rows)] = needs.at[need_rows]
    nobody = np.full(len(documents.aids.rows), NOBODY)
    count, pairs = topics
    return history(
        people=len(persons.rows),
        topics=count,
        documents=Documents(
            at=began,
            asker=np.concatenate([persons.number[needs.owner[need_rows]], nobody]),
            topics=pairs,
        ),
        deeds=Deeds(
            person=persons.number[evidence.owner[rows]],
            document=document,
            at=evidence.at[rows],
            kind=np.where(evidence.is_need[rows], Deed.ANSWERED, Deed.WROTE_AID).astype(np.int64),
            proven_at=evidence.proven_at[rows],
        ),
    )


def _topics_of(columns: Columns, documents: _Documents) -> tuple[_Renumbered, tuple[Ids, Ids]]:
    """Return the topics of these documents, and pairs of document and topic by number."""
    document = documents.numbers(columns.topics.is_need, columns.topics.document)
    known = document != NOBODY
    topic = columns.topics.topic[known]
    topics = _Renumbered(_flags(topic, len(columns.topic_ids)))
    return topics, (document[known], topics.number[topic])


def _declared(columns: Columns, persons: _Renumbered, topics: _Renumbered) -> DeclaredColumns:
    """Return by number what people say to know, of these people and topics."""
    person = persons.number[columns.declared.person]
    topic = topics.number[columns.declared.topic]
    known = (person != NOBODY) & (topic != NOBODY)
    return DeclaredColumns(person[known], topic[known])


def seen_by(reach: Reach, columns: Columns) -> Seen:
    """Return what ``reach`` may know of ``columns``, all that happened included."""
    return common_to(reach, columns).seen_by(reach)
