"""The weights by which people are ranked."""

from functools import lru_cache

from whoknows.base.prepared import IsAmong, Prepared, given
from whoknows.engine.match.features import NAMES
from whoknows.engine.match.listwise import Weights, weights_from_json
from whoknows.engine.match.ranking import default_weights
from whoknows.needs.models import RankingWeights
from whoknows.people.models import Reach

_FITTED = Prepared(
    lambda: (
        RankingWeights.objects.filter(IsAmong("organisation", given("organisations")))
        .order_by("-needs", "organisation")
        .values_list("weights", flat=True)[:1]
    )
)


def weights_in_use(reach: Reach) -> Weights:
    """Return the weights learned where the reader belongs, else those that come with the product.

    Of several organisations the one that answered most decides. Weights for other features, of an
    earlier version, are passed over until the next night. One query.
    """
    rows = _FITTED.rows(organisations=sorted(reach.organisations)) if reach.organisations else []
    return _read(rows[0]) if rows else default_weights()


@lru_cache(maxsize=32)
def _read(text: str) -> Weights:
    try:
        return weights_from_json(text, names=NAMES)
    except ValueError:
        return default_weights()
