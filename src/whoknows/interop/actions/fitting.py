"""Telling records that the database would refuse, so that one costs its own row and no other."""

from django.utils.text import slugify

from whoknows.aids.actions import LONGEST_BODY
from whoknows.interop.importers.records import AidRecord, Record

_LONGEST = {"key": 300, "url": 500, "language": 10, "unit": 200, "organisation": 200, "email": 254}


def unfit(record: Record) -> str | None:
    """Return why ``record`` cannot be kept, None if it can."""
    for name, most in _LONGEST.items():
        if len(getattr(record, name, None) or "") > most:
            what = "id" if name == "key" else name
            return f"Its {what} is too long; shorten it to at most {most} characters."
    if isinstance(record, AidRecord) and len(record.body) > LONGEST_BODY:
        return f"The aid is too long; split it, at most {LONGEST_BODY:,} characters are kept."
    for topic in getattr(record, "topics", ()):
        if not slugify(topic, allow_unicode=True):
            return f"“{topic}” cannot be a topic: it has no letters or digits; leave it out."
    return None
