"""Nothing after a need decides its ranking, through the real walk, by words and by meaning."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests.interop.files import Row, an_archive
from whoknows.engine.match.ranking import Ranked, default_weights, rank
from whoknows.engine.match.samples import known_samples, sample
from whoknows.interop.backtest.community import Community, read_community
from whoknows.interop.backtest.experts import backtest_experts
from whoknows.interop.backtest.past import Past
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.search.embedding import Embedder

START = datetime(2025, 1, 1, 8, tzinfo=UTC)
WORDS = ("wrench", "invoice", "printer", "visa", "pump", "torque")
QUESTIONS = 40


def moment(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def rows() -> tuple[list[Row], list[Row]]:
    """Return questions every nine hours, and answers that come within minutes or after weeks."""
    random = Random(5)  # noqa: S311 - a lottery, not a secret
    questions: list[Row] = []
    answers: list[Row] = []
    for n in range(QUESTIONS):
        words = " ".join(random.sample(WORDS, 2))
        said = f"{words}, does Pat No{n % 8} know?" if n % 3 == 0 else words
        questions.append(
            {"id": f"q{n}", "at": moment(9 * n), "by": f"p{random.randrange(8)}",
             "title": f"The {words} fails", "text": said, "topics": [words.split()[0]]}
        )  # fmt: skip
        for m in range(random.randrange(4)):
            hours = 9 * n + random.choice([0.1, 5, 60, 300])
            proof = moment(hours + random.choice([1, 200])) if m == 0 else None
            answers.append(
                {"id": f"a{n}.{m}", "question": f"q{n}", "at": moment(hours),
                 "by": f"p{random.randrange(8)}", "text": words, "accepted_at": proof}
            )  # fmt: skip
    return questions, answers


def until(end: str, answers: list[Row]) -> list[Row]:
    """Return the answers before ``end`` as they were known then."""
    return [
        {**row, "accepted_at": row["accepted_at"] if (row["accepted_at"] or end) < end else None}
        for row in answers
        if str(row["at"]) < end
    ]


def community(folder: Path, questions: list[Row], answers: list[Row]) -> Community:
    people: list[Row] = [{"id": f"p{n}", "name": f"Pat No{n}"} for n in range(8)]
    people.append({"id": "new", "name": "Somebody New"})
    made = an_archive(folder, people=people, questions=questions, answers=answers)
    return read_community(ArchiveSource(made, now=START + timedelta(days=99)))


def ranking(
    known: Community, key: str, folder: Path, *, model: Embedder | None = None
) -> list[Ranked]:
    """Return the ranking of one need after walking there through those before it."""
    folder.mkdir()
    places = [n for n, question in enumerate(known.questions) if question.key == key]
    past = Past(known, folder, model, wanted=range(places[0] + 1))
    for place in range(places[0]):
        past.need(place)
    need = past.need(places[0])
    found = rank(need, past.activity, default_weights())
    past.close()
    return found


@pytest.mark.parametrize("by", ["words", "meaning"])
@pytest.mark.parametrize("number", [12, 25, 33])
def test_the_ranking_is_the_same_bit_for_bit_when_the_archive_ends_there(
    tmp_path: Path, model: Embedder, number: int, by: str
) -> None:
    used = model if by == "meaning" else None
    questions, answers = rows()
    cut = until(moment(9 * number), answers)
    whole = community(tmp_path / "whole", questions, answers)
    ended = community(tmp_path / "ended", questions[: number + 1], cut)

    ours = ranking(whole, f"q{number}", tmp_path / "one", model=used)

    assert len(ours) > 3
    assert any(one.evidence for one in ours)
    assert ours == ranking(ended, f"q{number}", tmp_path / "two", model=used)


def test_without_the_answers_named_as_reasons_the_person_falls(tmp_path: Path) -> None:
    questions, answers = rows()
    whole = community(tmp_path / "whole", questions, answers)
    key = f"q{QUESTIONS - 1}"
    before = ranking(whole, key, tmp_path / "one")
    first = next(one for one in before if one.evidence)
    history = whole.history()
    named = {
        (whole.questions[history.document[d]].key, float(history.at[d])) for d in first.evidence
    }
    names = {number: name for name, number in whole.people.items()}

    def is_named(row: Row) -> bool:
        at = datetime.fromisoformat(str(row["at"])).timestamp()
        return row["by"] == names[first.person] and (row["question"], at) in named

    kept = [row for row in answers if not is_named(row)]
    assert len(kept) == len(answers) - len(named)
    after = community(tmp_path / "less", questions, kept)
    order = [one.person for one in ranking(after, key, tmp_path / "two")]
    remaining = [after.people[names[one.person]] for one in before if one is not first]
    then = after.people[names[first.person]]
    place = [one.person for one in before].index(first.person)
    assert sum(order.index(other) < order.index(then) for other in remaining) > place


def test_a_sample_tells_only_what_was_known_when_it_is_learned_from(tmp_path: Path) -> None:
    questions, answers = rows()
    known = community(tmp_path / "whole", questions, answers)
    times = known.answer_times()
    (tmp_path / "index").mkdir()
    past = Past(known, tmp_path / "index", None, wanted=())
    samples = [
        sample(past.need(place), past.activity, times.get(question.key, {}))
        for place, question in enumerate(known.questions)
    ]
    past.close()
    late = [s for s in samples if np.isfinite(s.answered_at).any()]
    assert late
    for one in late:
        first = float(one.answered_at.min())
        assert not one.known_at(first).answered.any()
        assert one.known_at(first + 1).answered.any()
    assert len(known_samples(samples, np.inf)) == len(late)
    assert known_samples(samples, samples[0].at) == []


def cut_after(number: int, questions: list[Row], answers: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the past until question ``number``, and that somebody will answer it: so it counts."""
    kept = until(moment(9 * number), answers)
    asker = questions[number]["by"]
    later: Row = {"id": "later", "question": f"q{number}", "at": moment(9 * number + 1),
                  "by": "p1" if asker != "p1" else "p2", "text": ""}  # fmt: skip
    return questions[: number + 1], [*kept, later]


def rows_in_turn() -> tuple[list[Row], list[Row]]:
    """Return questions that four people answer by turns, and somebody else once more weeks later.

    Who answered last is never the next one: against what is usual, so there is much to learn.
    """
    questions: list[Row] = []
    answers: list[Row] = []
    for n in range(48):
        words = WORDS[n % len(WORDS)]
        questions.append({"id": f"q{n}", "at": moment(9 * n), "by": "p0",
                          "title": f"The {words} fails", "text": words})  # fmt: skip
        for m, (by, hours) in enumerate([(f"p{1 + n % 4}", 1), (f"p{5 + n % 3}", 400)]):
            answers.append({"id": f"a{n}.{m}", "question": f"q{n}", "at": moment(9 * n + hours),
                            "by": by, "text": words, "accepted_at": None})  # fmt: skip
    return questions, answers


def test_what_comes_later_changes_nothing_where_weights_are_learned_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whoknows.engine.match.listwise.LEAST_NEEDS", 20)
    monkeypatch.setattr("whoknows.interop.backtest.experts._MORE", 0.0)
    questions, answers = rows_in_turn()
    start = START + timedelta(hours=9 * 24)
    whole = backtest_experts(
        community(tmp_path / "whole", questions, answers), start=start, model=None
    )
    assert whole.was_refitted
    for number in (30, 38, 47):
        past = community(tmp_path / f"{number}", *cut_after(number, questions, answers))
        ended = backtest_experts(past, start=start, model=None)
        assert ended.rankings[f"q{number}"] == whole.rankings[f"q{number}"]
