"""What speaks for each person to be asked, as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from whoknows.engine.match.activity import (
    DEED_HALF_LIVES,
    HOURS,
    SPECIAL_HALF_LIFE,
    Activity,
)
from whoknows.engine.match.features import FEATURES, NAMES, TOGETHER, VOTES
from whoknows.engine.match.history import (
    DAY,
    NEWCOMER,
    NOBODY,
    Deed,
    Flags,
    Floats,
    Ints,
    summed,
)

# Added to each share before its logarithm: 3 in 1,000 of all is as good as nothing.
_NEXT_TO_NOTHING = 0.003
# A ratio counts as if this many deeds at the usual ratio had been seen before.
_PRIOR_DEEDS = 2.0
_LONGEST_AWAY = 400 * 24.0
_ALIKE = 0.2
# Hours from the need to the answer: half come sooner than about three.
_SOON_HOURS = 4.0
_PROVEN_WORTH = 0.5
# Of so many documents most alike that anybody did anything about, and half-life in such documents.
_LATEST = {"latest_50": (50, 10.0), "latest_150": (150, 75.0)}
# The same for "above_usual", of needs; so many answers just before each say who usually answers;
# and everybody is counted as if they had answered one more, as was usual.
_COMPARED, _COMPARED_HALF_LIFE = 80, 40.0
_USUAL_ANSWERS = 100
_PRIOR_ANSWERS = 1.0
# So many people at least, taken evenly, stand for all where somebody is held against the average.
_STAND_FOR_ALL = 200


# So many of the documents found count as similar, on the page as where weights are learned.
SIMILAR = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Past documents like a need: the best ``SIMILAR`` of the search index, all in all.

    Attributes:
        by_words, words: Those of them with words of the need, and their lexical scores, above 0.
        by_sense, sense: Those with a vector, and the cosines of these with that of the need.
    """

    by_words: Ints
    words: Floats
    by_sense: Ints
    sense: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need at the time it is raised.

    Attributes:
        asker: By number; ``NOBODY`` for a stranger, ``NEWCOMER`` for who never did anything.
        topics: Topics by number; may be empty.
        declared: For topics that anybody says they know, those who say so.
        flags: For ``FLAGS`` that are known, the people of whom they hold, ascending.
    """

    at: float
    asker: int
    topics: Ints
    similar: Similar
    declared: Mapping[int, Ints] = field(default_factory=dict[int, Ints])
    flags: Mapping[str, Ints] = field(default_factory=dict[str, Ints])


@dataclass(frozen=True, slots=True)
class Described:
    """People who may be asked and what speaks for them.

    Attributes:
        people: Everybody seen before the need, or those asked for, never the asker; ascending.
        matrix: [people x FEATURES].
        usual: [FEATURES] of the average person, whoever is described.
        deeds: Deeds done in similar documents, named by their place in the history.
        parts: [deeds x SHOWN_BY_DEEDS] by how much each feature of whoever did it would be lower
            without this deed, the others left as they are.
    """

    people: Ints
    matrix: Floats
    usual: Floats
    deeds: Ints
    parts: Floats


@dataclass(frozen=True, slots=True)
class _Among:
    """Who is described, and everybody whom they are compared with."""

    known: Flags
    people: Ints

    def log_share(self, amounts: Floats) -> Floats:
        """Return the log of what each has of all: alike in a small community and a large one."""
        total = float(amounts @ self.known)
        if total <= 0:
            return np.zeros(len(self.people))
        return np.asarray(np.log(amounts[self.people] / total + _NEXT_TO_NOTHING))

    def lost_without(self, given: Floats, person: Ints, amounts: Floats) -> Floats:
        """Return by how much the log share of each ``person`` falls without what was ``given``."""
        total = float(amounts @ self.known)
        if total <= 0:
            return np.zeros(len(person))
        share = amounts[person] / total
        # Sums differ in their last digits: what is left is never less than nothing.
        left = np.maximum(share - given / total, 0.0)
        return np.asarray(np.log((share + _NEXT_TO_NOTHING) / (left + _NEXT_TO_NOTHING)))


def describe(need: Need, activity: Activity, *, among: Ints | None = None) -> Described:
    """Return the features of people for ``need``, from what happened before ``activity.at``.

    ``activity`` may be a snapshot older than the need, never newer. What somebody has of all, they
    have of everybody's: who else is described changes nothing. O(people + similar deeds); taking
    logarithms of everybody's is most of it.

    Args:
        among: Whom to describe, everybody without it; who was never seen before is left out.

    Raises:
        ValueError: ``activity`` knows what happened after the need was raised.
    """
    if activity.at > need.at:
        raise ValueError("The activity is newer than the need: that would be looking ahead.")
    known = np.isfinite(activity.last_seen)
    if need.asker >= 0:
        known[need.asker] = False
    everybody = np.flatnonzero(known)
    some = everybody[:: max(1, len(everybody) // _STAND_FOR_ALL)]
    wanted = everybody if among is None else np.unique(among[known[among]])
    people = np.union1d(wanted, some)
    table = np.zeros((len(FEATURES), len(people)))
    column = dict(zip(NAMES, table, strict=True))
    described = _Among(known, people)
    _describe_activity(column, need, activity, described)
    _describe_ratios(column, need, activity, people)
    _describe_topics(column, need, activity, described)
    _describe_ties(column, need, activity, people)
    deeds, of_votes = _describe_votes(column, need, activity, described)
    of_surplus = _describe_surplus(column, need, activity, people)
    _describe_together(column)
    for name, holders in need.flags.items():
        # Not isin: it sorts the holders, of whom there may be as many as people.
        place = np.searchsorted(holders, people)
        column[name][:] = (place < len(holders)) & (np.append(holders, NOBODY)[place] == people)
    return Described(
        people=wanted,
        matrix=table.T[np.searchsorted(people, wanted)],
        usual=table[:, np.searchsorted(people, some)].sum(axis=1) / max(1, len(some)),
        deeds=deeds,
        parts=np.column_stack([of_votes, of_surplus[deeds]]),
    )


def _describe_activity(
    column: dict[str, Floats], need: Need, activity: Activity, among: _Among
) -> None:
    names = ("deeds_12h", "deeds_3d", "deeds_7d", "deeds_30d", "deeds_180d")
    for name, amounts in zip(names, activity.deeds, strict=True):
        column[name][:] = among.log_share(amounts)
    for name, amounts in zip(("deeds_30n", "deeds_100n"), activity.by_documents, strict=True):
        column[name][:] = among.log_share(amounts)
    column["present"][:] = among.log_share(activity.present)
    hours = np.minimum((need.at - activity.last_seen[among.people]) / 3600, _LONGEST_AWAY)
    column["away"][:] = np.log1p(hours)
    column["tenure"][:] = np.log1p((need.at - activity.since[among.people]) / DAY)
    now = need.at % DAY / 3600
    ahead = (np.arange(HOURS) + 0.5 - now) % HOURS
    column["hour_ahead"][:] = among.log_share(np.exp(-ahead / _SOON_HOURS) @ activity.by_hour)
    near = np.cos((ahead - _SOON_HOURS / 2) * 2 * np.pi / HOURS)
    column["hour_around"][:] = among.log_share(np.exp(3 * (near - 1)) @ activity.by_hour)


def _describe_ratios(
    column: dict[str, Floats], need: Need, activity: Activity, people: Ints
) -> None:
    """Fill in what part of somebody's answers is of a kind, drawn to the part usual here."""
    faded = activity.faded(need.at, SPECIAL_HALF_LIFE)
    lately = activity.deeds[DEED_HALF_LIVES.index(SPECIAL_HALF_LIFE)] * faded
    column["quick"][:] = _log_ratio(activity.quick * faded, lately, people)
    column["first"][:] = _log_ratio(activity.first * faded, lately, people)
    column["proven"][:] = _log_ratio(activity.proven, activity.total, people)
    if need.asker == NEWCOMER or (
        need.asker >= 0 and not np.isfinite(activity.last_seen[need.asker])
    ):
        column["newcomers"][:] = _log_ratio(activity.newcomers * faded, lately, people)


def _log_ratio(some: Floats, of_all: Floats, people: Ints) -> Floats:
    """Return the logarithm of each one's ratio against the usual one; 0 where nobody has any."""
    if not some.any():
        return np.zeros(len(people))
    usual = (some.sum() + 0.1) / (of_all.sum() + 0.1)
    of_each = of_all[people]
    return np.asarray(np.log((some[people] / usual + _PRIOR_DEEDS) / (of_each + _PRIOR_DEEDS)))


def _describe_topics(
    column: dict[str, Floats], need: Need, activity: Activity, among: _Among
) -> None:
    people, pairs = activity.history.people, activity.history.topics_of_people
    ever, lately, says = np.zeros(people), np.zeros(people), np.zeros(people)
    rarities = _rarity(activity)
    for topic in need.topics:
        rows = slice(*np.searchsorted(pairs, [topic * people, (topic + 1) * people]))
        who = pairs[rows] - topic * people
        rarity = rarities[topic]
        ever[who] += rarity * activity.topic_ever[rows]
        lately[who] += rarity * activity.topic_now[rows]
        # What shows that somebody knows another topic does not show that they know this one.
        showed = who[activity.topic_ever[rows] > 0]
        says[np.intersect1d(showed, need.declared.get(int(topic), showed[:0]))] = 1.0
    column["topics_ever"][:] = among.log_share(ever)
    column["topics_30d"][:] = among.log_share(lately)
    column["declared"][:] = says[among.people]


def _rarity(activity: Activity) -> Floats:
    return np.asarray(np.log(1 + activity.documents / (1 + activity.topic_documents)))


def _describe_ties(column: dict[str, Floats], need: Need, activity: Activity, people: Ints) -> None:
    if need.asker < 0:
        return
    history = activity.history
    asked = history.by_asker.of(need.asker)
    column["helped_asker"][:] = np.log1p(_deeds_done(asked, need, activity)[people])
    own = history.by_person.of(need.asker)
    own = own[_count(own, need, activity)]
    beside = _deeds_done(history.document[own], need, activity)
    column["beside_asker"][:] = np.log1p(beside[people])


def _deeds_done(documents: Ints, need: Need, activity: Activity) -> Floats:
    deeds, _ = counting_deeds(documents, need, activity)
    return summed(activity.history.person[deeds], np.ones(len(deeds)), activity.history.people)


def counting_deeds(documents: Ints, need: Need, activity: Activity) -> tuple[Ints, Ints]:
    """Return the deeds in ``documents`` that count and may be seen, and where each belongs."""
    history = activity.history
    deeds, place = history.in_document.of_all(documents)
    counts = _count(deeds, need, activity)
    return deeds[counts], place[counts]


def _count(deeds: Ints, need: Need, activity: Activity) -> Flags:
    history = activity.history
    counts = (history.at[deeds] < need.at) & (history.kind[deeds] != Deed.PRESENT)
    if activity.visible is not None:
        counts &= activity.visible[deeds]
    return np.asarray(counts)


def _describe_votes(
    column: dict[str, Floats], need: Need, activity: Activity, among: _Among
) -> tuple[Ints, Floats]:
    """Fill in the votes of similar documents; return their deeds and what each one adds.

    Source: the sum of document votes is CombSUM of C. Macdonald and I. Ounis, CIKM 2006.
    """
    history = activity.history
    similar = need.similar
    documents = np.union1d(similar.by_words, similar.by_sense)
    deeds, place = counting_deeds(documents, need, activity)
    person = history.person[deeds]
    weights = _vote_weights(documents, need, activity, deeds, place)
    parts = np.zeros((len(deeds), len(VOTES)))
    for row, name in enumerate(VOTES):
        sums = summed(person, weights[name], history.people)
        column[name][:] = among.log_share(sums)
        parts[:, row] = among.lost_without(weights[name], person, sums)
    return deeds, parts


def _describe_together(column: dict[str, Floats]) -> None:
    """Fill in who both knows the matter and is active: more than the sum of the two."""
    nothing = np.log(_NEXT_TO_NOTHING)
    for name in TOGETHER:
        knows, active = column[f"{name}_ever"], column["deeds_30d"]
        if knows.any() and active.any():
            column[f"{name}_active"][:] = (knows - nothing) * (active - nothing)


def _vote_weights(
    documents: Ints, need: Need, activity: Activity, deeds: Ints, place: Ints
) -> dict[str, Floats]:
    """Return for each kind of vote how much each deed counts: likeness by age by worth."""
    history, similar = activity.history, need.similar
    words = np.zeros(len(documents))
    words[np.searchsorted(documents, similar.by_words)] = similar.words / max(
        float(similar.words.max(initial=0)), 1e-9
    )
    furthest = float(similar.sense.min()) if len(similar.sense) else 0.0
    cosine = np.full(len(documents), furthest)
    near = np.searchsorted(documents, similar.by_sense)
    cosine[near] = similar.sense
    close, wide, linear = np.zeros((3, len(documents)))
    close[near] = np.exp(10 * (similar.sense - 1))
    wide[near] = np.exp(5 * (similar.sense - 1))
    linear[near] = np.maximum(similar.sense - _ALIKE, 0)
    both = cosine + 0.5 * words + 0.5 * _topics_alike(documents, need, activity)
    both -= both.max(initial=0)
    age = (need.at - history.at[deeds]) / DAY
    proven = history.proven_at[deeds] < need.at
    worth = 1 + _PROVEN_WORTH * proven
    month, week = 0.5 ** (age / 30), 0.5 ** (age / 7)
    latest = _latest(documents, need, activity, np.unique(place))
    return {
        "words_ever": words[place] ** 2,
        "words_30d": words[place] * month,
        "sense_ever": close[place],
        "sense_30d": close[place] * month,
        "sense_7d": wide[place] * week,
        **{name: weights[place] for name, weights in latest.items()},
        "matter_30d": linear[place] * month,
        "both_ever": np.exp(8 * both[place]) * worth,
        "both_30d": np.exp(4 * both[place]) * month * worth,
        "proven_alike": close[place] * proven,
    }


def _latest(documents: Ints, need: Need, activity: Activity, answered: Ints) -> dict[str, Floats]:
    """Return for each document how much it counts among the latest of those most alike.

    A half-life in such documents is short where many ask about the matter and long where few do, so
    it needs no telling how busy a community is, nor how many share one archive. Alike in meaning;
    by words where no meaning is known. ``answered`` are the places of those with a deed.
    """
    nearest = np.searchsorted(documents, _by_likeness(need.similar))
    nearest = nearest[np.isin(nearest, answered)]
    began = activity.history.asked_at[documents]
    weights = {name: np.zeros(len(documents)) for name in _LATEST}
    for name, (most, half_life) in _LATEST.items():
        chosen = nearest[:most]
        weights[name][chosen] = _recency(began[chosen], half_life)
    return weights


def _by_likeness(similar: Similar) -> Ints:
    """Return the documents alike in meaning, the most alike first; by words if none is known."""
    found, likeness = similar.by_sense, similar.sense
    if not len(found):
        found, likeness = similar.by_words, similar.words
    return found[np.argsort(-likeness, kind="stable")]


def _recency(began: Floats, half_life: float) -> Floats:
    """Return how much each document counts: half as much as one begun ``half_life`` places later.

    >>> _recency(np.array([10.0, 30.0, 20.0]), 1.0).tolist()
    [0.25, 1.0, 0.5]
    """
    weights = np.empty(len(began))
    weights[np.argsort(-began, kind="stable")] = 0.5 ** (np.arange(len(began)) / half_life)
    return weights


def _describe_surplus(
    column: dict[str, Floats], need: Need, activity: Activity, people: Ints
) -> Floats:
    """Fill in how much more of the most alike needs each answered than of all needs.

    Whoever answers most of everything has the highest share of similar needs as well. What goes
    beyond their share of all the answers just before each of these needs is what the matter alone
    explains. Several who answered one need share it. Needs count from a day on, when most answers
    have come. Returns for each deed of the history what it adds.
    """
    history = activity.history
    found = _by_likeness(need.similar)
    found = found[(history.asked_at[found] < need.at - DAY) & (history.asker[found] != NOBODY)]
    deeds, place = counting_deeds(found, need, activity)
    answers = np.bincount(place, minlength=len(found))
    chosen = np.flatnonzero(answers)[:_COMPARED]
    weights = np.zeros(len(found))
    weights[chosen] = _recency(history.asked_at[found[chosen]], _COMPARED_HALF_LIFE)
    given = (weights / np.maximum(answers, 1))[place]
    person = history.person[deeds]
    came = summed(person, given, history.people)
    usual = _usual_answers(found[chosen], weights[chosen], activity)
    ratio = (came[people] + _PRIOR_ANSWERS) / (usual[people] + _PRIOR_ANSWERS)
    column["above_usual"][:] = np.log(ratio)
    adds = np.zeros(len(history.at))
    with_it = came[person] + _PRIOR_ANSWERS
    adds[deeds] = np.log(with_it / (with_it - given))
    return adds


def _usual_answers(needs: Ints, weights: Floats, activity: Activity) -> Floats:
    """Return how much of these needs each would have answered, had they been like all others.

    What the asker of a need answered to others says nothing of who might answer it, and is left
    out. O(100 needs + people).
    """
    history, answers = activity.history, activity.answers
    until = np.searchsorted(answers, np.searchsorted(history.at, history.asked_at[needs]))
    before = until[:, None] - np.arange(1, _USUAL_ANSWERS + 1)
    there = before >= 0
    if not there.any():
        return np.zeros(history.people)
    deeds = answers[np.where(there, before, 0)]
    person = history.person[deeds]
    counts = there & (person != history.asker[needs][:, None])
    parts = counts / np.maximum(activity.deeds_in[history.document[deeds]], 1.0)
    shares = parts * (weights / np.maximum(parts.sum(axis=1), 1e-9))[:, None]
    return summed(person.ravel(), shares.ravel(), history.people)


def _topics_alike(documents: Ints, need: Need, activity: Activity) -> Floats:
    """Return for each document how far its topics are those of the need, rare ones first: 0..1."""
    history = activity.history
    rarity = _rarity(activity)
    rows, place = history.topics_in.of_all(documents)
    topic = history.topic_of[rows]
    norm = summed(place, rarity[topic], len(documents))
    shared = summed(place, rarity[topic] * np.isin(topic, need.topics), len(documents))
    return np.asarray(shared / np.sqrt(norm * rarity[need.topics].sum() + 1e-9))
