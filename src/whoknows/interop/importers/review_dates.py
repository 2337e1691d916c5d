"""When an aid was last verified and is due again, in the spellings of handbooks in use."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta

from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField

_DUE = ("verify_by", "review_by", "review_on", "review_date", "next_review")
_DONE = ("verified_on", "last_verified", "last_reviewed_on", "last_reviewed", "reviewed_on")
_EVERY = ("review_in", "review_every", "review_period")
_PERIOD = re.compile(r"(\d{1,3})\s*(day|week|month|year)s?")


def review_dates(front: Mapping[str, object]) -> tuple[date | None, date | None]:
    """Return ``(verify_by, verified_on)``; without a due date the review period gives it.

    Raises:
        BadField: A date or the period cannot be read.

    >>> review_dates({"last_reviewed_on": "2024-08-31", "review_in": "6 months"})
    (datetime.date(2025, 2, 28), datetime.date(2024, 8, 31))
    """
    due, done = _day(front, _DUE), _day(front, _DONE)
    if due is None and done is not None:
        period = next(
            (each for name in _EVERY if (each := fields.optional_text(front, name))), None
        )
        due = _after(done, period) if period else None
    return due, done


def _day(front: Mapping[str, object], names: tuple[str, ...]) -> date | None:
    return next((day for name in names if (day := fields.optional_day(front, name))), None)


def _after(day: date, period: str) -> date:
    found = _PERIOD.fullmatch(period.strip().lower())
    if not found:
        raise BadField(f"The review period is {fields.shown(period)}; write it like 6 months.")
    count, unit = int(found[1]), found[2]
    try:
        if unit in {"day", "week"}:
            return day + timedelta(days=count * (7 if unit == "week" else 1))
        months = day.month - 1 + count * (12 if unit == "year" else 1)
        year, month = day.year + months // 12, months % 12 + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    except (ValueError, OverflowError) as error:
        raise BadField(
            f"The review period {fields.shown(period)} is too long; shorten it."
        ) from error
