"""Learning who should be suggested, from who answered."""

from datetime import datetime

import numpy as np
from django.db import transaction

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import SIMILAR, Similar
from whoknows.engine.match.describe import Need as AskedNeed
from whoknows.engine.match.history import NOBODY
from whoknows.engine.match.listwise import LEAST_NEEDS, Weights, refit
from whoknows.engine.match.ranking import default_weights
from whoknows.engine.match.samples import Sample, known_samples, sample
from whoknows.engine.text.languages import detect_language
from whoknows.needs.models import Need, RankingWeights
from whoknows.needs.queries.columns import read_columns
from whoknows.needs.queries.seen import Seen, seen_by
from whoknows.people.models import Organisation, Reach
from whoknows.search.queries import find

_LEARN_FROM = 1_200
# So many may be from later, and go.
_LOOKED_AT = 2 * SIMILAR


def learn_ranking(*, now: datetime) -> int:
    """Fit the ranking of people to each organisation's own past; returns how many now have one.

    Takes what everybody in the organisation may see, the last 1,200 answered needs, and only from
    40 on. Fitted weights are used if they do better on these than the default ones, else, and where
    fewer are left, the default ones are used again.

    Cost: a search and a description of everybody for each of these needs.
    """
    columns = read_columns(day_of(now))
    for organisation in Organisation.objects.order_by("pk"):
        reach = Reach(organisations=frozenset({organisation.pk}))
        samples = known_samples(_samples(seen_by(reach, columns), reach), now.timestamp())
        was_fitted = RankingWeights.objects.filter(organisation=organisation).exists()
        if was_fitted or len(samples) >= LEAST_NEEDS:
            fitted = refit(samples, default_weights())
            _keep(organisation, fitted, needs=len(samples), now=now)
    return RankingWeights.objects.count()


def _samples(seen: Seen, reach: Reach) -> list[Sample]:
    """Return what each answered need teaches, described as the page describes a new one.

    Whom people know and what they say of themselves is left out: when that began is not known. Nor
    are synonyms of today put to the words of then.
    """
    history, need_ids = seen.history, seen.numbers.needs
    is_answer = np.zeros(len(history.at), np.bool_)
    is_answer[seen.activity.answers] = True
    answered = np.unique(history.document[seen.activity.answers])
    answered = answered[answered < len(need_ids)]
    if len(answered) < LEAST_NEEDS:
        return []
    order = answered[np.argsort(history.asked_at[answered], kind="stable")][-_LEARN_FROM:]
    words = dict(Need.objects.filter(pk__in=need_ids[order].tolist()).values_list("pk", "words"))
    activity, made = Activity(history, seen.activity.visible, seen.activity.known), []
    for document in order.tolist():
        at = float(history.asked_at[document])
        activity.advance(at)
        asked, asker = words[int(need_ids[document])], int(history.asker[document])
        similar = similar_at(asked, seen, reach, at)
        need = AskedNeed(
            at=at,
            asker=asker,
            topics=seen.topics_named_in(asked),
            similar=similar,
            flags={
                **seen.places.flags(seen.person_id(asker), language=detect_language(asked), at=at),
                "named": seen.named_in(asked),
            },
        )
        deeds = history.in_document.of(document)
        deeds = deeds[is_answer[deeds]]
        times = zip(history.person[deeds].tolist(), history.at[deeds].tolist(), strict=True)
        made.append(sample(need, activity, dict(times)))
    return made


def similar_at(words: str, seen: Seen, reach: Reach, at: float) -> Similar:
    """Return what was like these words at ``at``.

    The index is today's: what began later, the need itself among it, is taken out again. What was
    said later below an older need still adds to the words it is found by.
    """
    found = find(words, audiences=reach.audiences(), kinds=("need", "aid"), limit=_LOOKED_AT)
    began = seen.history.asked_at
    numbers = seen.documents_of(found.hits).tolist()
    placed = zip(found.hits, numbers, strict=True)
    hits = [hit for hit, number in placed if number != NOBODY and began[number] < at]
    return seen.similar(hits[:SIMILAR])


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
