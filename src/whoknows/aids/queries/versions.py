"""What an aid said before."""

from django.db.models import Q, QuerySet

from whoknows.aids.models import Aid, AidVersion
from whoknows.base.errors import NotFound
from whoknows.engine.aids import Difference, differences
from whoknows.people.models import Reach, SharingClass


def versions_of(aid: Aid, *, reach: Reach) -> QuerySet[AidVersion]:
    """Return the versions of an aid that its reader may see, the newest first, with writers.

    Whoever shares an aid more widely shares what it says now, not what it said to fewer before.
    What was private is for an owner who wrote it, not for one who took the aid over.
    """
    anybodys = ~Q(sharing=SharingClass.PRIVATE) | Q(written_by=reach.person or 0)
    seen = Q(number=aid.version) | (Q(sharing__in=aid.classes_seen_by(reach)) & anybodys)
    return AidVersion.objects.filter(seen, aid=aid).select_related("written_by")


def version_of(aid: Aid, *, number: int, reach: Reach) -> AidVersion:
    """Return one version.

    Raises:
        NotFound: There is none of this number that the reader may see.
    """
    found = versions_of(aid, reach=reach).filter(number=number).first()
    if found is None:
        raise NotFound("This aid has no version of that number. Choose one from its history.")
    return found


def material_version(aid: Aid) -> int:
    """Return the number of the version in which what one does last changed."""
    material = AidVersion.objects.filter(aid=aid, is_material=True)
    return material.values_list("number", flat=True).first() or 1


def compare(before: AidVersion, after: AidVersion) -> list[Difference]:
    """Return what changed from one version to another, line by line."""
    return differences(before.parts(), after.parts())
