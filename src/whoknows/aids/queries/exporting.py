"""Aids as they leave: plain values, or Markdown with front matter that comes back unchanged."""

import json

import yaml

from whoknows.aids.models import Aid, Carrier, State


def as_plain(aid: Aid) -> dict[str, object]:
    """Return ``aid`` (with its topics loaded) as JSON values; what is empty is left out."""
    told: dict[str, object] = {
        "title": aid.title,
        "code": aid.code,
        "kind": str(aid.kind),
        "owner": aid.owner.email or aid.owner.name,
        "topics": sorted(topic.name for topic in aid.topics.all()),
        "language": aid.language,
        "trigger": aid.trigger,
        "outcome": aid.outcome,
        "can_do": aid.can_do,
        "likely_to_change": aid.likely_to_change,
        "carrier": str(aid.carrier) if aid.carrier != Carrier.SCREEN else None,
        "sharing": str(aid.sharing),
        "verified_on": aid.verified_on.isoformat() if aid.verified_on else None,
        "verify_by": aid.verify_by.isoformat() if aid.verify_by else None,
        "retired": aid.state == State.RETIRED,
        "url": aid.url,
        "licence": aid.licence,
        "attribution": aid.attribution,
        "content": aid.content,
    }
    return {name: value for name, value in told.items() if value not in ("", None, [], False)}


def as_markdown(aid: Aid) -> str:
    """Return ``aid`` (with its topics loaded) as a Markdown file.

    The text below the front matter is for people; the structure stands in ``content`` as JSON.
    An import takes that as long as the text is unchanged, else it reads the text.
    """
    told = as_plain(aid)
    content = json.dumps(told.pop("content"), ensure_ascii=False)
    front = yaml.safe_dump(
        {**told, "content": content}, allow_unicode=True, sort_keys=False, width=10_000
    )
    return f"---\n{front}---\n\n{aid.body}\n"
