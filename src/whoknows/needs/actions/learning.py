"""Learning who should be suggested, from who answered."""

from datetime import datetime

import numpy as np
from django.db import transaction

from whoknows.base import audit
from whoknows.engine.match.activity import Activity
from whoknows.engine.match.features import Need as AskedNeed
from whoknows.engine.match.features import describe
from whoknows.engine.match.history import Deed
from whoknows.engine.match.listwise import Answered, Weights, refit
from whoknows.engine.match.ranking import default_weights, likeliest
from whoknows.needs.models import Need, RankingWeights
from whoknows.needs.queries.columns import read_columns
from whoknows.needs.queries.history import Seen, seen_by
from whoknows.people.models import Organisation, Reach
from whoknows.search.queries import find

LEAST_NEEDS = 300
_LEARN_FROM = 1_200
_SIMILAR = 200


def learn_ranking(*, now: datetime) -> int:
    """Fit the ranking of people to each organisation's own past; returns how many now have one.

    Takes what everybody in the organisation may see, the last 1,200 answered needs, and only from
    300 on. Fitted weights are used if they rank the last quarter better than the default ones,
    else the default ones are used again.

    Cost: a search and a description of everybody for each of these needs.
    """
    columns = read_columns()
    for organisation in Organisation.objects.order_by("pk"):
        reach = Reach(organisations=frozenset({organisation.pk}))
        samples = _samples(seen_by(reach, columns), reach)
        if len(samples) >= LEAST_NEEDS:
            fitted = refit(samples, default_weights())
            _keep(organisation, fitted, needs=len(samples), now=now)
    return RankingWeights.objects.count()


def _samples(seen: Seen, reach: Reach) -> list[Answered]:
    """Return each answered need with those who were likeliest to answer it, and who did."""
    history = seen.history
    answered = np.unique(history.document[history.kind == Deed.ANSWERED])
    answered = answered[answered < len(seen.needs)]
    if len(answered) < LEAST_NEEDS:
        return []
    order = answered[np.argsort(history.asked_at[answered], kind="stable")][-_LEARN_FROM:]
    words = dict(Need.objects.filter(pk__in=seen.needs[order].tolist()).values_list("pk", "words"))
    activity, made = Activity(history), []
    for document in order.tolist():
        need_id = int(seen.needs[document])
        found = find(
            words[need_id], audiences=reach.audiences(), kinds=("need", "aid"), limit=_SIMILAR
        )
        similar = seen.similar(
            [hit for hit in found.hits if (hit.kind, hit.id) != ("need", need_id)]
        )
        at = float(history.asked_at[document])
        activity.advance(at)
        need = AskedNeed(
            at=at,
            asker=int(history.asker[document]),
            topics=history.topic_of[history.topics_in.of(document)],
            similar=similar,
        )
        described = describe(need, activity)
        who = history.person[history.in_document.of(document)]
        is_right = np.isin(described.people, who)
        if is_right.any():
            kept = likeliest(default_weights().score(described.matrix), is_right)
            made.append(Answered(described.matrix[kept], is_right[kept]))
    return made


@transaction.atomic
def _keep(organisation: Organisation, fitted: Weights, *, needs: int, now: datetime) -> None:
    if fitted is default_weights():
        RankingWeights.objects.filter(organisation=organisation).delete()
    else:
        RankingWeights.objects.update_or_create(
            organisation=organisation,
            defaults={"weights": fitted.to_json(), "needs": needs, "fitted_at": now},
        )
    audit.record(
        "learn_ranking",
        f"organisation:{organisation.pk}",
        by=None,
        now=now,
        organisation_id=organisation.pk,
        needs=needs,
    )
