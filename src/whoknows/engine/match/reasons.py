"""Why somebody is suggested, told from what made their score: nothing else, and nothing more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from whoknows.engine.match.activity import Activity
from whoknows.engine.match.describe import Need, counting_deeds
from whoknows.engine.match.features import FEATURES
from whoknows.engine.match.history import DAY, Deed, Ints
from whoknows.engine.match.listwise import Weights
from whoknows.engine.match.ranking import Ranked

_LATELY = 30 * DAY
# Hours since somebody was here; told in days at most: hours would be watching them.
_LATELY_HERE = 72
_OFTEN = 3
# Who did a hundred thousand things is told of from the latest: counting all would take longer than
# ranking everybody. So a number in a reason may be too small, never too large.
_LATEST = 1000
# What adds less than a hundredth moves nobody, and would come and go from one second to the next.
_DECIMALS = 2
# Here, a small number is what speaks for somebody: hours since they were last seen.
_TOLD_OF_SMALL = ("away",)

Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Why:
    """One thing that speaks for a person.

    Attributes:
        family: What to say, as a key: see ``FAMILIES``.
        added: What it adds to the score against the average of all who might be asked, above 0.
        numbers: What the sentence needs, by name; see ``FAMILIES``.
    """

    family: str
    added: float
    numbers: Mapping[str, float]


def reasons(
    one: Ranked, need: Need, activity: Activity, weights: Weights, *, most: int = 3
) -> list[Why]:
    """Return what speaks most for ``one``, at most ``most``, the largest first.

    A score is a sum, and what a feature adds to it is its weight times how far it lies above the
    mean of all. Features that show the same are added up. What lowers the score is taken off in
    full; what raises it counts only where the feature lies on the side that its sentence tells of.
    So a weight that turned negative never makes a sentence: who did *less* than others over half a
    year may gain by it, and is not said to be active. Nor is anything said that the numbers do not
    bear out.

    ``need``, ``activity`` and ``weights`` are those it was ranked with. O(deeds for the asker and
    beside them): of what somebody did themselves, the latest thousand are looked at.
    """
    added: dict[str, float] = {}
    for feature, part, weight in zip(FEATURES, one.parts, weights.values, strict=True):
        told = weight < 0 if feature.name in _TOLD_OF_SMALL else weight > 0
        if feature.family:
            gained = part if told else min(part, 0.0)
            added[feature.family] = added.get(feature.family, 0.0) + gained
    found: list[Why] = []
    told_of = {family: round(gained, _DECIMALS) for family, gained in added.items()}
    for family in sorted(added, key=lambda name: (-told_of[name], name)):
        if told_of[family] <= 0 or len(found) == most:
            break
        numbers = FAMILIES[family](one, need, activity)
        if numbers is not None:
            found.append(Why(family, added[family], numbers))
    return found


def _answers_of(person: int, activity: Activity) -> Ints:
    """Return the answers among the latest deeds of somebody that may be seen, in order of time.

    Whoever wrote an aid has not answered anybody. At most a thousand; O(log deeds) where
    ``activity`` shows all, else O(deeds of the person).
    """
    history = activity.history
    mine = history.by_person.of(person)
    # Deeds are numbered in the order of time.
    mine = mine[: np.searchsorted(mine, np.searchsorted(history.at, activity.at))]
    if activity.visible is not None:
        # Before they are counted: what is hidden must not push out what is not.
        mine = mine[activity.visible[mine]]
    mine = mine[-_LATEST:]
    return np.asarray(mine[history.kind[mine] == Deed.ANSWERED])


def _alike(one: Ranked, _need: Need, _activity: Activity) -> Numbers | None:
    """Tell it where there is evidence; what of it a reader may look up is shown beside it."""
    return {} if one.evidence else None


def _topics(one: Ranked, need: Need, activity: Activity) -> Numbers | None:
    """Tell of how many needs with a topic of this one, and when the last was answered."""
    history = activity.history
    mine = _answers_of(one.person, activity)
    rows, place = history.topics_in.of_all(history.document[mine])
    on_topic = mine[np.unique(place[np.isin(history.topic_of[rows], need.topics)])]
    if not len(on_topic):
        return None
    return {
        "needs": float(len(np.unique(history.document[on_topic]))),
        "last_at": float(history.at[on_topic].max()),
    }


def _active(one: Ranked, need: Need, activity: Activity) -> Numbers | None:
    """Tell of how many needs answered in the last thirty days."""
    lately = _answers_of(one.person, activity)
    lately = lately[activity.history.at[lately] >= need.at - _LATELY]
    return {"deeds": float(len(lately))} if len(lately) else None


def _here(one: Ranked, need: Need, activity: Activity) -> Numbers | None:
    """Tell that somebody was here within three days, and no number at all."""
    hours = float(need.at - activity.last_seen[one.person]) / 3600
    return {} if hours <= _LATELY_HERE else None


def _hours(one: Ranked, need: Need, activity: Activity) -> Numbers | None:
    """Tell of how many answers within three hours of this hour, if three and a quarter of all.

    A quarter is what chance would bring: six of twenty-four hours.
    """
    mine = _answers_of(one.person, activity)
    apart = np.abs((activity.history.at[mine] - need.at) % DAY / 3600)
    near = int((np.minimum(apart, 24 - apart) <= 3).sum())  # noqa: PLR2004 - either side
    return {"deeds": float(near)} if near >= max(_OFTEN, len(mine) / 4) else None


def _quick(one: Ranked, _need: Need, _activity: Activity) -> Numbers | None:
    return {} if one.is_usually_quick else None


def _solved(one: Ranked, _need: Need, activity: Activity) -> Numbers | None:
    """Tell how many answers were said to have helped."""
    proven = float(activity.proven[one.person])
    return {"proven": proven} if proven else None


def _newcomers(one: Ranked, _need: Need, activity: Activity) -> Numbers | None:
    mine = _answers_of(one.person, activity)
    helped = int(activity.for_newcomers(activity.history.document[mine]).sum())
    return {"deeds": float(helped)} if helped else None


def _helped_you(one: Ranked, need: Need, activity: Activity) -> Numbers | None:
    """Tell how many needs of whoever asks now they answered."""
    if need.asker < 0:
        return None
    deeds, _ = counting_deeds(activity.history.by_asker.of(need.asker), need, activity)
    count = int((activity.history.person[deeds] == one.person).sum())
    return {"deeds": float(count)} if count else None


def _beside_you(one: Ranked, need: Need, activity: Activity) -> Numbers | None:
    """Tell how many needs they and whoever asks now both answered."""
    if need.asker < 0:
        return None
    own = activity.history.document[_answers_of(need.asker, activity)]
    deeds, _ = counting_deeds(own, need, activity)
    both = int((activity.history.person[deeds] == one.person).sum())
    return {"needs": float(both)} if both else None


def _holds(_one: Ranked, _need: Need, _activity: Activity) -> Numbers | None:
    """Tell it without more: what is so or is not adds only where it is."""
    return {}


FAMILIES: Mapping[str, Callable[[Ranked, Need, Activity], Numbers | None]] = {
    "alike": _alike,
    "topics": _topics,
    "active": _active,
    "here": _here,
    "hours": _hours,
    "quick": _quick,
    "solved": _solved,
    "newcomers": _newcomers,
    "helped_you": _helped_you,
    "beside_you": _beside_you,
    "declared": _holds,
    "named": _holds,
    "acquainted": _holds,
    "same_unit": _holds,
    "same_site": _holds,
    "same_language": _holds,
}
