"""The structure of an aid as it stands in the front matter of a Markdown file."""

import json
from collections.abc import Mapping

from whoknows.engine.aids import (
    BadContent,
    Content,
    Kind,
    from_plain,
    kind_of,
    to_markdown,
    to_plain,
)
from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField


def written_content(content: Content) -> str:
    """Return ``content`` as JSON that is the same for the same content."""
    return json.dumps(to_plain(content), ensure_ascii=False, sort_keys=True)


def read_content(kind: str, written: str) -> Content:
    """Return the content that was written as JSON.

    Raises:
        BadField: The kind is unknown, or the JSON does not describe one of this kind.
    """
    try:
        return from_plain(Kind(kind), json.loads(written))
    except BadContent as problem:
        place = f" ({problem.where})" if problem.where else ""
        raise BadField(f'"content"{place}: {problem.sentence}') from problem
    except (ValueError, RecursionError) as problem:
        known = ", ".join(Kind)
        raise BadField(
            f'"kind" and "content" are no aid; write one of {known} with its JSON, or neither.'
        ) from problem


def told_content(front: Mapping[str, object], body: str) -> tuple[str | None, str | None]:
    """Return kind and content that the front matter states for the text below it, or nothing.

    The text is what people edit: as soon as it says something else than the content, it counts,
    and the structure is found in it anew.

    Raises:
        BadField: The content cannot be read.
    """
    kind = fields.optional_text(front, "kind")
    written = fields.optional_text(front, "content")
    if kind is None or written is None:
        return None, None
    content = read_content(kind, written)
    if to_markdown(content).strip() != body.strip():
        return None, None
    return kind_of(content).value, written_content(content)
