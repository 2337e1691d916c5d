"""Other words for the same, as an organisation uses them."""

from collections.abc import Mapping

from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.needs.models import Synonym
from whoknows.people.models import Reach
from whoknows.search.lexical import terms_of

_MOST = 2_000
_IN_USE = Prepared(
    lambda: (
        Synonym.objects.filter(IsAmong("organisation", given("organisations")))
        .filter(is_refused=False)
        .order_by("pk")
        .values_list("word", "means")[:_MOST]
    )
)


def synonyms_for(words: str, *, reach: Reach) -> Mapping[str, tuple[str, ...]]:
    """Return for terms of ``words`` the terms that mean the same in the reader's organisations.

    Both ways: what stands for something is also found by it. One query.
    """
    asked = set(terms_of(words))
    found: dict[str, tuple[str, ...]] = {}
    rows = _IN_USE.rows(organisations=sorted(reach.organisations)) if reach.organisations else []
    for word, means in rows:
        for here, there in ((word, means), (means, word)):
            terms = terms_of(here)
            if terms and asked.issuperset(terms):
                found[terms[0]] = found.get(terms[0], ()) + terms_of(there)
    return found
