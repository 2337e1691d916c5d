"""A community's past, walked through once: the index and everybody's activity before a moment."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import SIMILAR, Need, Similar
from whoknows.engine.text.condense import condensed
from whoknows.interop.backtest.community import Community
from whoknows.interop.backtest.own_index import AUDIENCE, KIND, OwnIndex
from whoknows.interop.backtest.reading import Reading
from whoknows.search.documents import Document
from whoknows.search.embedding import Embedder

_COMMIT_EVERY_S = 6 * 3600.0
_MOST_ANSWER_CHARACTERS = 4_000


class Past:
    """Everything before a moment that only goes forward: the index and everybody's activity."""

    def __init__(
        self,
        community: Community,
        folder: Path,
        model: Embedder | None,
        *,
        wanted: Collection[int],
    ) -> None:
        """Begin before anything happened; ``wanted`` are the places of the needs to come."""
        self.community = community
        self._reading = None
        if model is not None:
            self._reading = Reading(
                model,
                document=self._as_first_seen,
                words=lambda place: condensed(self._words(place)),
                wanted=wanted,
            )
        self.activity = Activity(community.history())
        self._called, self._topics_called = community.called(), community.topics_called()
        self._index = OwnIndex(folder, model)
        self._said_to: dict[str, list[tuple[float, str]]] = {}
        for answer in community.answers:
            told = (answer.at.timestamp(), answer.text[:_MOST_ANSWER_CHARACTERS])
            self._said_to.setdefault(answer.question, []).append(told)
        self._asked = self._said = 0
        self._committed_at = -np.inf
        self._places = {q.key: n for n, q in enumerate(community.questions)}

    def need(self, place: int) -> Need:
        """Return the question at ``place`` as a need, after going forward to when it was asked."""
        question = self.community.questions[place]
        at = question.at.timestamp()
        if at // _COMMIT_EVERY_S * _COMMIT_EVERY_S > self._committed_at:
            self._committed_at = at // _COMMIT_EVERY_S * _COMMIT_EVERY_S
            self._take_in(until=self._committed_at)
        self.activity.advance(at)
        words = self._words(place)
        hits = self._index.index.find(words, audiences=[AUDIENCE], kinds=[KIND], limit=SIMILAR).hits
        near = [(hit.id - 1, hit.likeness) for hit in hits if hit.likeness is not None]
        with_words = [(hit.id - 1, hit.words) for hit in hits if hit.words > 0]
        topics = [self.community.topics[topic] for topic in question.topics]
        return Need(
            at=at,
            asker=self.community.people[question.by],
            topics=np.array(sorted(topics), np.int64),
            similar=Similar(
                by_words=np.array([n for n, _ in with_words], np.int64),
                words=np.array([score for _, score in with_words], np.float64),
                by_sense=np.array([n for n, _ in near], np.int64),
                sense=np.array([likeness for _, likeness in near], np.float64),
            ),
            flags={"named": np.array(self._called.named_in(words), np.int64)},
        )

    def as_typed(self, need: Need, place: int) -> Need:
        """Return the need at ``place`` with the topics that its words name, as the page has them.

        Only those that some document before it has: of others nobody could know.
        """
        named = np.array(sorted(self._topics_called.found_in(self._words(place))), np.int64)
        return replace(need, topics=named[self.activity.topic_documents[named] > 0])

    def _words(self, place: int) -> str:
        question = self.community.questions[place]
        return f"{question.title}\n{question.text}"

    def _take_in(self, *, until: float) -> None:
        """Put what was asked and said before ``until`` into the index."""
        questions, answers = self.community.questions, self.community.answers
        new: list[int] = []
        while self._asked < len(questions) and questions[self._asked].at.timestamp() < until:
            new.append(self._asked)
            self._asked += 1
        told: dict[int, None] = {}
        while self._said < len(answers) and answers[self._said].at.timestamp() < until:
            told[self._places[answers[self._said].question]] = None
            self._said += 1
        again = [place for place in told if place < self._asked and place not in set(new)]
        rows = self._reading.rows(new) if self._reading else []
        self._index.put_read([self._document(place, until=until) for place in new], rows)
        self._index.put_words([self._document(place, until=until) for place in again])
        self._index.commit()

    def _as_first_seen(self, place: int) -> Document:
        """Return it with what was said until it is taken in at the earliest."""
        asked = self.community.questions[place].at.timestamp()
        return self._document(place, until=(asked // _COMMIT_EVERY_S + 1) * _COMMIT_EVERY_S)

    def _document(self, place: int, *, until: float) -> Document:
        question = self.community.questions[place]
        said = [text for at, text in self._said_to.get(question.key, ()) if at < until]
        return Document(
            id=place + 1,
            audience=[AUDIENCE],
            title=question.title,
            body=question.text,
            more=" ".join(said),
            topics=question.topics,
            language=question.language or "en",
        )

    def close(self) -> None:
        if self._reading is not None:
            self._reading.close()
        self._index.close()
