"""The pictures that the front matter of a Markdown file lists, as our export writes them."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from whoknows.engine.pictures import MOST_BYTES_OUT, code_of
from whoknows.interop.importers import fields
from whoknows.interop.importers.fields import BadField
from whoknows.interop.importers.records import PictureRecord


def told_pictures(
    front: Mapping[str, object], *, beside: Path, within: Path
) -> dict[str, PictureRecord] | None:
    """Return the pictures listed under ``pictures`` by the link that the text has to each.

    Only what an export of ours wrote is taken: its digest is told beside it. None when nothing is
    listed.

    Args:
        beside: The folder of the Markdown file, from which links are told.
        within: The folder that is imported; no picture is read from outside it.
    Raises:
        BadField: A picture is not there, or is not the one that was exported.
    """
    listed = front.get("pictures")
    if not isinstance(listed, list):
        return None
    return dict(_picture(row, beside=beside, within=within) for row in listed)


def text_with_codes(body: str, pictures: Mapping[str, PictureRecord]) -> str:
    """Return ``body`` with the codes of ``pictures`` in place of the links to their files."""
    for file, picture in pictures.items():
        body = re.sub(
            rf"(!\[[^\[\]]*\])\({re.escape(file)}\)", rf"\1(picture:{picture.code})", body
        )
    return body


def _picture(row: object, *, beside: Path, within: Path) -> tuple[str, PictureRecord]:
    if not isinstance(row, dict):
        raise BadField(
            '"pictures" is no list of file, alt and digest; write it so or leave it out.'
        )
    file = fields.required_text(row, "file")
    alt, digest = fields.required_text(row, "alt"), fields.required_text(row, "digest")
    path = beside / file
    if not path.is_file() or not path.resolve().is_relative_to(within.resolve()):
        raise BadField(f"Its picture {file} is not in the folder; put it there.")
    is_small = path.stat().st_size <= MOST_BYTES_OUT
    if not is_small or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise BadField(f"Its picture {file} is not the one that was exported; put that one there.")
    return file, PictureRecord(code=code_of(digest), alt=alt, path=path)
