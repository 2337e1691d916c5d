"""Aids: which there are."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from whoknows.aids.models import Aid, State
from whoknows.aids.models.aid import AidQuerySet
from whoknows.base.errors import NotFound
from whoknows.base.markup import plain_text
from whoknows.people.models import Reach
from whoknows.search.documents import Document


def aids_visible_to(reach: Reach | None) -> AidQuerySet:
    """Return the aids ``reach`` may see, with owner and verifier, last changed first.

    Retired aids are among them: their addresses still lead somewhere.
    """
    found = Aid.objects.visible_to(reach)
    return found.select_related("owner", "verified_by", "organisation", "unit").order_by(
        "-changed_at", "-pk"
    )


def shelf(reach: Reach, *, show: str, kind: str = "", on: date) -> AidQuerySet:
    """Return the aids to list for a reader.

    ``show`` is ``mine`` (retired ones too), ``due`` (the reader's own, the most urgent first),
    ``drafts`` (the reader's own) or anything else for all in use. ``kind`` keeps one kind.
    """
    found = aids_visible_to(reach)
    mine = found.answered_for_by(reach)
    if show == "mine":
        found = mine
    elif show == "due":
        found = mine.due(on).order_by("verify_by", "pk")
    elif show == "drafts":
        found = mine.not_verified()
    else:
        found = found.in_use()
    return found.filter(kind=kind) if kind else found


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
    """Return the ids of all that can be found, for building the index."""
    return (
        Aid.objects.exclude(state=State.RETIRED)
        .order_by("pk")
        .values_list("pk", flat=True)
        .iterator()
    )


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return aids as they can be found: title, topics and text. Retired ones are not found."""
    found = Aid.objects.filter(pk__in=ids).exclude(state=State.RETIRED)
    for aid in found.prefetch_related("topics"):
        said = (aid.trigger, aid.body, aid.outcome, aid.can_do)
        yield Document(
            id=aid.pk,
            audience=aid.audience(),
            title=aid.title,
            body=plain_text("\n\n".join(text for text in said if text)),
            topics=[topic.name for topic in aid.topics.all()],
            language=aid.language,
        )


def retired_among(ids: Collection[int]) -> list[int]:
    """Return which of these aids are retired. The caller has seen to it who may know of them."""
    return list(Aid.objects.filter(pk__in=ids, state=State.RETIRED).values_list("pk", flat=True))
