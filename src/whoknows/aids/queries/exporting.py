"""Aids as they leave: plain values, or Markdown with front matter that comes back unchanged."""

import json
from base64 import b64encode
from collections.abc import Collection, Iterable
from io import BytesIO
from zipfile import ZipFile

import yaml
from django.utils.text import slugify

from whoknows.aids.models import Aid, Carrier, Picture, State
from whoknows.engine.aids import with_pictures
from whoknows.people.models import Reach


def as_plain(
    aid: Aid, pictures: Iterable[Picture] = (), *, reach: Reach | None = None
) -> dict[str, object]:
    """Return ``aid`` (with its topics loaded) as JSON values; what is empty is left out.

    The bytes of ``pictures`` are told as base64.

    Args:
        reach: Who takes it along: the owner's own e-mail address goes with the owner alone, to
            others their name. None for a whole organisation, whose import knows owners by address.
    """
    knows_address = reach is None or reach.person == aid.owner_id
    told: dict[str, object] = {
        "title": aid.title,
        "code": aid.code,
        "kind": str(aid.kind),
        "owner": (aid.owner.email if knows_address else None) or aid.owner.name,
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
        "pictures": [
            {
                "code": each.code,
                "alt": each.alt,
                "media": each.media,
                "digest": each.digest,
                "data": b64encode(bytes(each.data)).decode(),
            }
            for each in pictures
        ],
        "content": aid.content,
    }
    return {name: value for name, value in told.items() if value not in ("", None, [], False)}


def file_of(picture: Picture) -> str:
    """Return where an export puts a picture of an aid, seen from the file of the aid."""
    return f"pictures/{picture.aid.code}-{picture.code}.{picture.ending}".lower()


def file_name(aid: Aid) -> str:
    """Return what an export calls the file of ``aid``: its title and its code."""
    return f"{slugify(aid.title)[:60].strip('-') or 'aid'}-{aid.code.lower()}.md"


def as_zip(aid: Aid, pictures: Collection[Picture], *, reach: Reach) -> bytes:
    """Return ``aid`` (with its topics loaded) and its pictures as a packed folder of Markdown."""
    packed = BytesIO()
    with ZipFile(packed, "w") as folder:
        folder.writestr(file_name(aid), as_markdown(aid, pictures, reach=reach))
        for each in pictures:
            folder.writestr(file_of(each), bytes(each.data))
    return packed.getvalue()


def as_markdown(aid: Aid, pictures: Collection[Picture] = (), *, reach: Reach | None = None) -> str:
    """Return ``aid`` (with its topics loaded) as a Markdown file; for ``reach`` see as_plain.

    The text below the front matter is for people; the structure stands in ``content`` as JSON.
    An import takes that as long as the text is unchanged, else it reads the text. The text links
    to the files of ``pictures``, and the front matter lists them.
    """
    told = as_plain(aid, reach=reach)
    content = json.dumps(told.pop("content"), ensure_ascii=False)
    files = {each.code: file_of(each) for each in pictures}
    if files:
        told["pictures"] = [
            {"file": files[each.code], "alt": each.alt, "digest": each.digest} for each in pictures
        ]
    front = yaml.safe_dump(
        {**told, "content": content}, allow_unicode=True, sort_keys=False, width=10_000
    )

    def linked(words: str, code: str) -> str:
        return f"![{words}]({files.get(code, f'picture:{code}')})"

    return f"---\n{front}---\n\n{with_pictures(aid.body, linked)}\n"
