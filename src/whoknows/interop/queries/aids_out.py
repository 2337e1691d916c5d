"""All aids of an organisation as a folder of Markdown files."""

from pathlib import Path

from whoknows.aids.models import Aid
from whoknows.aids.queries import as_markdown, file_name, file_of, pictures_with_bytes
from whoknows.interop.queries.exporting import organisation_called
from whoknows.people.models import NARROW


def export_aids(folder: Path, *, organisation: str) -> int:
    """Write the aids in use into ``folder``, one file each; returns how many.

    Their pictures go into ``pictures`` below it.

    What people keep to themselves or to their unit stays here. An import of the folder makes the
    same aids. Holds one aid at a time in memory.

    Raises:
        NotFound: There is no such organisation.
        OSError: The folder cannot be written.
    """
    aids = Aid.objects.in_use().filter(organisation=organisation_called(organisation))
    found = aids.exclude(sharing__in=NARROW).select_related("owner").prefetch_related("topics")
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for aid in found.order_by("pk").iterator(chunk_size=500):
        pictures = list(pictures_with_bytes(aid).select_related("aid"))
        text = as_markdown(aid, pictures)
        (folder / file_name(aid)).write_text(text, encoding="utf-8", newline="\n")
        for picture in pictures:
            file = folder / file_of(picture)
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(bytes(picture.data))
        count += 1
    return count
