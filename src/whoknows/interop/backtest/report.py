"""What a backtest tells, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from whoknows.engine.match.measures import CUTS, Measured
from whoknows.interop.backtest.experts import ExpertsTested
from whoknows.interop.backtest.objects import OURS, ObjectsTested
from whoknows.search.embedding import Embedder

Ranking = Sequence[tuple[str, float]]


def write_run(path: Path, rankings: Mapping[str, Ranking]) -> None:
    """Write a run in the form of TREC: need, Q0, what was ranked, its place, its score, by whom.

    Ids with spaces get underscores: the form has no other way.
    """
    with path.open("w", encoding="utf-8") as file:
        for need, ranking in rankings.items():
            for place, (key, score) in enumerate(ranking, 1):
                ids = [part.replace(" ", "_") for part in (need, key)]
                file.write(f"{ids[0]} Q0 {ids[1]} {place} {score:.6f} {OURS}\n")


def measured_plain(told: Measured) -> dict[str, Any]:
    """Return the figures of one system for programs."""
    return {
        "needs": told.needs,
        "mrr": told.mrr,
        "mrr_error": told.mrr_error,
        "hits": {str(cut): share for cut, share in told.hits.items()},
        "ndcg_at_10": told.ndcg,
        "ndcg_error": told.ndcg_error,
    }


def measured_rows(systems: Mapping[str, Measured]) -> list[str]:
    """Return a table of all systems: MRR with its standard error, hits, nDCG."""
    width = max(len(name) for name in systems)
    head = "  ".join(f"hit@{cut:<2}" for cut in CUTS)
    lines = [f"{'':{width}}  MRR            {head}  nDCG@10        needs"]
    for name, told in systems.items():
        hits = "  ".join(f"{told.hits[cut]:.3f} " for cut in CUTS)
        lines.append(
            f"{name:{width}}  {told.mrr:.3f} (±{told.mrr_error:.3f}) {hits}  "
            f"{told.ndcg:.3f} (±{told.ndcg_error:.3f})  {told.needs}"
        )
    return lines


def objects_table(tested: ObjectsTested) -> str:
    """Return what came of it, for reading."""
    took = sorted(tested.took_ms)
    times = f"Ours took {took[len(took) // 2]:.1f} ms for a need (median)."
    tables = {"All": tested.measured, **tested.groups} if len(tested.groups) > 1 else tested.groups
    lines = [] if tables else [*measured_rows(tested.measured), ""]
    for group, told in tables.items():
        lines += [f"{group}:", *measured_rows(told), ""]
    return "\n".join([*lines, times])


def experts_table(tested: ExpertsTested) -> str:
    """Return what came of it, for reading."""
    if not tested.tested:
        return (
            "Nothing can be told yet: of the needs since then, none was answered by somebody else "
            "than who asked it. Measure again once some are."
        )
    took = sorted(tested.took_ms)
    lines = ["Whoever answered is right:", *measured_rows(tested.any_answer), ""]
    if any(told.needs for told in tested.accepted.values()):
        lines += ["Whoever's answer was accepted is right:", *measured_rows(tested.accepted), ""]
    first, true, cold = tested.first, tested.true, tested.newcomers
    plain, drawn, right = tested.plain_first, tested.foretold, tested.foretold_right
    lines += [
        f"Needs tested: {tested.tested}; answered by somebody known by then: {tested.known}.",
        f"Weights: {'fitted to the past before' if tested.was_refitted else 'the default ones'}.",
        f"First by likelihood alone: Gini {plain.gini:.2f}; ten get {plain.top_ten:.0%} of them.",
        f"First suggestions: Gini {first.gini:.2f}; ten people get {first.top_ten:.0%} of them.",
        f"Of the first three suggestions, ten people get {tested.three.top_ten:.0%}.",
        f"Answers as they were: Gini {true.gini:.2f}; ten gave {true.top_ten:.0%} of them.",
        f"If its chances were right: Gini {drawn.gini:.2f}; ten would give {drawn.top_ten:.0%}.",
        f"Drawn by its chances, first suggestions would be right for {right:.1%} of needs.",
        f"Only newcomers answered {cold.needs} needs: MRR {cold.mrr:.3f} (±{cold.mrr_error:.3f}).",
        f"Ranking everybody took {took[len(took) // 2]:.1f} ms for a need (median).",
    ]
    return "\n".join(lines)


def experts_plain(tested: ExpertsTested) -> dict[str, Any]:
    """Return what came of it, for programs."""
    took = sorted(tested.took_ms) or [0.0]
    return {
        "any": {name: measured_plain(told) for name, told in tested.any_answer.items()},
        "accepted": {name: measured_plain(told) for name, told in tested.accepted.items()},
        "newcomers": measured_plain(tested.newcomers),
        "tested": tested.tested,
        "known": tested.known,
        "was_refitted": tested.was_refitted,
        "first_suggestions": asdict(tested.first),
        "first_by_likelihood": asdict(tested.plain_first),
        "first_three": asdict(tested.three),
        "answers": asdict(tested.true),
        "answers_foretold": asdict(tested.foretold),
        "right_if_drawn": tested.foretold_right,
        "median_ms": took[len(took) // 2],
    }


def objects_plain(tested: ObjectsTested) -> dict[str, Any]:
    """Return what came of it, for programs."""
    took = sorted(tested.took_ms)
    return {
        "systems": {name: measured_plain(told) for name, told in tested.measured.items()},
        "groups": {
            group: {name: measured_plain(told) for name, told in systems.items()}
            for group, systems in tested.groups.items()
        },
        "median_ms": took[len(took) // 2],
    }


def with_model_told(
    table: str, plain: dict[str, Any], model: Embedder | None
) -> tuple[str, dict[str, Any]]:
    """Return both, saying that it was measured by words only if there was no ``model``."""
    if model is None:
        table = (
            "By words only: there is no sentence model here that can be used. `whoknows doctor` "
            f"says why.\n\n{table}"
        )
    return table, {**plain, "by_words_only": model is None}
