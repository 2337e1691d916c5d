"""Learning which words mean the same, from what solved needs."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from whoknows.base import audit
from whoknows.engine.text.languages import content_words
from whoknows.needs.models import Solution, Synonym
from whoknows.search.documents import sources

_FEWEST_PEOPLE = 3
_SHARE_OF_NEEDS = 0.5
_SHORTEST = 3
_LONGEST = 80


@transaction.atomic
def learn_synonyms(*, now: datetime) -> int:
    """Learn from everything that was said to have solved a need; returns how many are new.

    A word that stands in a need but not in what solved it means the same as a word of the title of
    what solved it, if at least three people used the one and were helped by the other, and half of
    all needs with the word were met by such things. One organisation never learns from another.
    """
    said: dict[tuple[int, str], set[tuple[int, int]]] = defaultdict(set)
    paired: dict[tuple[int, str, str], set[tuple[int, int]]] = defaultdict(set)
    for organisation, person, solution, asked, title, whole in _solved():
        for word in asked - whole:
            said[organisation, word].add((person, solution))
            for means in title - asked:
                paired[organisation, word, means].add((person, solution))
    made = [
        Synonym(organisation_id=organisation, word=word, means=means, is_learned=True)
        for (organisation, word, means), cases in paired.items()
        if len({person for person, _ in cases}) >= _FEWEST_PEOPLE
        and len(cases) >= _SHARE_OF_NEEDS * len(said[organisation, word])
    ]
    before = Counter(Synonym.objects.values_list("organisation", flat=True))
    Synonym.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    after = Counter(Synonym.objects.values_list("organisation", flat=True))
    for organisation, count in (after - before).items():
        audit.record(
            "learn_synonyms",
            f"organisation:{organisation}",
            by=None,
            now=now,
            organisation_id=organisation,
            synonyms=count,
        )
    return (after - before).total()


def _solved() -> Iterator[tuple[int, int, int, set[str], set[str], set[str]]]:
    """Yield who was helped, by their words, the words of the title and all words of the thing."""
    rows = list(Solution.objects.order_by("pk"))
    for kind, source in sources().items():
        ids = sorted({row.document_id for row in rows if row.document_kind == kind})
        texts = {document.id: document for document in source.fetch(ids)} if ids else {}
        for row in rows:
            document = texts.get(row.document_id) if row.document_kind == kind else None
            if document is not None:
                title = _content(document.title)
                whole = title | _content(f"{document.body} {document.more}")
                asked = _content(row.words)
                yield row.organisation_id, row.person_id, row.pk, asked, title, whole


def _content(text: str) -> set[str]:
    return {word for word in content_words(text) if _SHORTEST <= len(word) <= _LONGEST}
