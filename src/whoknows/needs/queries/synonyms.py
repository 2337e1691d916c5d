"""Other words for the same, as an organisation uses them."""

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


def synonyms_for(words: str, *, reach: Reach) -> list[str]:
    """Return terms that mean in the reader's organisations what some terms of ``words`` do.

    Both ways: what stands for something is also found by it. One query.
    """
    asked = set(terms_of(words))
    found: dict[str, None] = {}
    rows = _IN_USE.rows(organisations=sorted(reach.organisations)) if reach.organisations else []
    for word, means in rows:
        for here, there in ((word, means), (means, word)):
            terms = terms_of(here)
            if terms and asked.issuperset(terms):
                found |= dict.fromkeys(terms_of(there))
    return list(found)
