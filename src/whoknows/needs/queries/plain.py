"""Suggestions as plain values, the same for every machine that asks."""

from typing import Any

from django.utils.translation import gettext as _

from whoknows.needs.queries.suggested import Reason, Suggestions


def as_plain(found: Suggestions) -> dict[str, Any]:
    """Return ``found`` in the form that docs/reference/api.md describes."""
    return {
        "query": found.query,
        "objects": [
            {
                "kind": o.kind,
                "id": str(o.aid.uid if o.aid else o.need.uid if o.need else o.id),
                "title": o.title,
                "url": o.url,
                "snippet": o.snippet,
                "score": o.score,
                "why": [_reason(reason) for reason in o.why],
            }
            for o in found.objects
        ],
        "people": [
            {
                "id": str(p.person.uid),
                "name": p.person.name,
                "url": p.person.get_absolute_url(),
                "organisation": p.organisation,
                "score": p.score,
                "why": [_reason(reason) for reason in p.why],
            }
            for p in found.people
        ],
        "groups": [
            {
                "id": str(g.community.uid),
                "name": g.community.name,
                "url": g.community.get_absolute_url(),
                "score": g.score,
                "why": [_reason(reason) for reason in g.why],
            }
            for g in found.groups
        ],
        "took_ms": found.took_ms,
    }


def _reason(reason: Reason) -> dict[str, str]:
    return {"text": reason.text, "url": reason.url}


def as_lines(found: Suggestions, *, site: str) -> list[str]:
    """Return ``found`` for reading in a terminal, with addresses at ``site`` to open."""
    sections = [
        (_("Use this"), [(o.title, o.url, o.why) for o in found.objects]),
        (
            _("Ask this person"),
            [(p.person.name, p.person.get_absolute_url(), p.why) for p in found.people],
        ),
        (
            _("Join these people"),
            [(g.community.name, g.community.get_absolute_url(), g.why) for g in found.groups],
        ),
    ]
    lines = []
    # Nobody and no group were looked for where the words are a code.
    for heading, rows in sections[:1] if found.is_by_code else sections:
        lines.append(heading)
        for title, url, why in rows:
            lines += [f"  {title}", f"    {site.rstrip('/')}{url}"]
            lines += [f"    {reason.text}" for reason in why]
        if not rows:
            lines.append("  " + _("Nothing found."))
    return lines
