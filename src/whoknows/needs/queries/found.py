"""Needs as they can be found."""

from collections.abc import Iterable, Sequence

from django.db.models import F, Prefetch

from whoknows.base.markup import plain_text
from whoknows.needs.models import Answer, Need
from whoknows.search.documents import Document

_MOST_ANSWER_CHARACTERS = 4_000


def every_need_id() -> Iterable[int]:
    """Return all ids, for building the index."""
    return Need.objects.order_by("pk").values_list("pk", flat=True).iterator()


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return needs as they can be found: their words first, the answers to them as well."""
    best_first = Answer.objects.order_by("-verdict", F("score").desc(nulls_last=True), "given_at")
    answers = Prefetch("answers", queryset=best_first.only("need_id", "text"))
    for need in Need.objects.filter(pk__in=ids).prefetch_related("topics", answers):
        yield Document(
            id=need.pk,
            audience=need.audience(),
            title=need.title,
            body=plain_text(need.words),
            more=plain_text(" ".join(a.text[:_MOST_ANSWER_CHARACTERS] for a in need.answers.all())),
            topics=[topic.name for topic in need.topics.all()],
            language=need.language,
        )
