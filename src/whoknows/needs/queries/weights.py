"""The weights by which people are ranked."""

from whoknows.engine.match.listwise import Weights
from whoknows.engine.match.ranking import default_weights


def weights_in_use() -> Weights:
    """Return the weights that this installation ranks people by."""
    return default_weights()
