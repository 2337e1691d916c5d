"""Aids: which there are."""

from collections.abc import Iterable, Sequence

from whoknows.aids.models import Aid
from whoknows.base.errors import NotFound
from whoknows.base.markup import plain_text
from whoknows.people.models import Reach, SharedQuerySet
from whoknows.search.documents import Document


def aids_visible_to(reach: Reach | None) -> SharedQuerySet[Aid]:
    """Return the aids ``reach`` may see, with owner and verifier, last changed first."""
    found = Aid.objects.visible_to(reach)
    return found.select_related("owner", "verified_by", "organisation").order_by(
        "-changed_at", "-pk"
    )


def aid_visible_to(reach: Reach, *, code: str) -> Aid:
    """Return one aid by its code, however it is capitalised.

    Raises:
        NotFound: There is none, or this reader may not see it.
    """
    aid = aids_visible_to(reach).prefetch_related("topics").filter(code=code.upper()).first()
    if aid is None:
        raise NotFound("There is no aid with this code here, or it is not visible to you.")
    return aid


def every_aid_id() -> Iterable[int]:
    """Return all ids, for building the index."""
    return Aid.objects.order_by("pk").values_list("pk", flat=True).iterator()


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return aids as they can be found: title, topics and text."""
    for aid in Aid.objects.filter(pk__in=ids).prefetch_related("topics"):
        yield Document(
            id=aid.pk,
            audience=aid.audience(),
            title=aid.title,
            body=plain_text(aid.body),
            topics=[topic.name for topic in aid.topics.all()],
            language=aid.language,
        )
