"""``python -m bench``: see docs/reference/benchmarks.md."""

import argparse
import os
from pathlib import Path

from bench.report import machine
from whoknows.embedded import database, make_home

HOME = Path(__file__).resolve().parents[1] / ".whoknows-bench"
PEERS_UP_TO = 300_000


def main() -> None:
    """Measure what the arguments name and print it."""
    options = _options()
    if options.only in {None, "cards"}:
        from bench import cards  # noqa: PLC0415 - loads typst

        print(cards.run(), flush=True)
    if options.only == "cards":
        return
    options.home.mkdir(parents=True, exist_ok=True)
    (options.home / ".gitignore").write_text("*\n", encoding="ascii")
    size = f"{options.people}-{options.documents}-{options.ties}"
    home = options.home / ("search" if options.only == "search" else size)
    make_home(home)
    os.environ["WHOKNOWS_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "whoknows.config.settings"
    with database(home) as url:
        os.environ["DATABASE_URL"] = url
        import django  # noqa: PLC0415 - reads the environment

        django.setup()
        print(machine(url), flush=True)
        if options.only != "search":
            _measure_suggestions(options)
        if options.only != "suggestions":
            _measure_search(options, home, url)


def _measure_search(options: argparse.Namespace, home: Path, url: str) -> None:
    from bench import search  # noqa: PLC0415 - needs Django

    peers = options.peers == "all" or (not options.peers and options.documents <= PEERS_UP_TO)
    told = search.run(
        documents=options.documents,
        needs=options.needs,
        peers=peers,
        database_url=url,
        folder=home,
    )
    print(told, flush=True)


def _measure_suggestions(options: argparse.Namespace) -> None:
    from bench import suggestions  # noqa: PLC0415 - needs Django
    from bench.filling import Size  # noqa: PLC0415

    size = Size(people=options.people, documents=options.documents, ties=options.ties)
    print(suggestions.run(size, needs=options.needs), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="How fast and how good, beside others doing the same work in the same run.",
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--ties", type=int, default=1_000_000)
    parser.add_argument("--needs", type=int, default=300, help="how many needs to look for")
    parser.add_argument("--only", choices=["search", "suggestions", "cards"])
    parser.add_argument(
        "--peers",
        choices=["all", "none"],
        help=f"without it: all up to {PEERS_UP_TO:,} documents",
    )
    parser.add_argument("--home", type=Path, default=HOME, help="where the data is kept")
    return parser.parse_args()


main()
