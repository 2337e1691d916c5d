"""Aids: which there are, what they said before, and what people say of them."""

from whoknows.aids.queries.aids import (
    aid_visible_to,
    aids_visible_to,
    documents,
    every_aid_id,
    shelf,
)
from whoknows.aids.queries.exporting import (
    as_markdown,
    as_plain,
    as_zip,
    file_name,
    file_of,
)
from whoknows.aids.queries.people import (
    Helped,
    Reader,
    colleague,
    has_read,
    helped,
    own_review,
    readers,
    reviews_for_owner,
    reviews_waiting,
    unsaved,
)
from whoknows.aids.queries.pictures import (
    picture_visible_to,
    pictures_in,
    pictures_of,
    pictures_with_bytes,
    reference_to,
    shown_parts,
    shown_text,
)
from whoknows.aids.queries.versions import compare, material_version, version_of, versions_of

__all__ = [
    "Helped",
    "Reader",
    "aid_visible_to",
    "aids_visible_to",
    "as_markdown",
    "as_plain",
    "as_zip",
    "colleague",
    "compare",
    "documents",
    "every_aid_id",
    "file_name",
    "file_of",
    "has_read",
    "helped",
    "material_version",
    "own_review",
    "picture_visible_to",
    "pictures_in",
    "pictures_of",
    "pictures_with_bytes",
    "readers",
    "reference_to",
    "reviews_for_owner",
    "reviews_waiting",
    "shelf",
    "shown_parts",
    "shown_text",
    "unsaved",
    "version_of",
    "versions_of",
]
