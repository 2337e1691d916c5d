"""Rankings in which only what a test is about counts."""

from dataclasses import replace

from tests.builders import NOON
from whoknows.engine.match.features import NAMES
from whoknows.engine.match.ranking import default_weights
from whoknows.needs.models import RankingWeights
from whoknows.people.models import Organisation


def weigh_only(organisation: Organisation, *names: str, **slightly: float) -> None:
    """Let these features alone count for who is suggested to ``organisation``."""
    values = tuple(1.0 if name in names else slightly.get(name, 0.0) for name in NAMES)
    RankingWeights.objects.update_or_create(
        organisation=organisation,
        defaults={
            "weights": replace(default_weights(), values=values).to_json(),
            "needs": 40,
            "fitted_at": NOON,
        },
    )
