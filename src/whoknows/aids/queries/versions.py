"""What an aid said before."""

from django.db.models import QuerySet

from whoknows.aids.models import Aid, AidVersion
from whoknows.base.errors import NotFound
from whoknows.engine.aids import Difference, differences


def versions_of(aid: Aid) -> QuerySet[AidVersion]:
    """Return the versions of an aid that its reader may see, the newest first, with writers."""
    return AidVersion.objects.filter(aid=aid).select_related("written_by")


def version_of(aid: Aid, *, number: int) -> AidVersion:
    """Return one version.

    Raises:
        NotFound: There is none of this number.
    """
    found = versions_of(aid).filter(number=number).first()
    if found is None:
        raise NotFound("This aid has no version of that number. Choose one from its history.")
    return found


def compare(before: AidVersion, after: AidVersion) -> list[Difference]:
    """Return what changed from one version to another, line by line."""
    return differences(before.parts(), after.parts())
