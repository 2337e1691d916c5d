"""Numbers as tables that people read."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from math import ceil

import psycopg


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that ``percent`` of ``values`` do not exceed: one of them, no average.

    >>> percentile([1, 2, 3, 4], 50)
    2
    """
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table that is Markdown and reads well as it is; numbers stand to the right."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "| "
        + " | ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        + " |"
        for row in (head, *rows)
    ]
    rule = ["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]
    lines.insert(1, "|" + "|".join(rule) + "|")
    return "\n".join([f"\n{title}\n", *lines])


def machine(database_url: str) -> str:
    """Return what the numbers were measured on."""
    with psycopg.connect(database_url) as connection:
        postgresql = connection.info.server_version // 10_000
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), load {load:.1f} before, "
        f"Python {platform.python_version()}, PostgreSQL {postgresql}, "
        f"tantivy {version('tantivy')}, Django {version('django')}"
    )


def megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
