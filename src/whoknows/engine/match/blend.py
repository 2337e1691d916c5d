"""One score from two likenesses: of words, and of what is meant."""

from math import exp

# Chosen on the Cranfield collection and on 296 questions that their readers linked to others.
_MEANING = 0.8
_MOST_FIT = 1.5
# What is usual where the words fit; else what was not read yet would come last.
_UNKNOWN_MEANING = 0.65
_FITTING = 0.6
_CLOSE = 0.375
# Looked for by single words: a long text that holds the only one fits by half as much as usual;
# where there are more, it holds most of them.
_HOLDS_THE_WORD, _HOLDS_MOST_WORDS = 0.3, 0.6
_GROUP_CLOSE, _GROUP_FIT = 0.24, 0.5
_BIAS, _OF_SCORE, _OF_LEAD = -1.715, 1.011, 7.074


def blend(fit: float, likeness: float | None) -> float:
    """Return how well a document fits a need, for ordering documents of one answer.

    Args:
        fit: Score of its words as a share of what a text on the same thing would score.
        likeness: Cosine of what is meant, in [-1, 1]; None where it is not known (yet).

    A weighted mean, for that learns from few examples and beats fusing by ranks (S. Bruch et al.,
    ACM TOIS 42, 2023). Shares and cosines mean the same for every need, so nothing is stretched to
    the best and worst of each.

    >>> blend(1.0, 0.6) > blend(0.2, 0.6) > blend(0.2, 0.3)
    True
    """
    words = min(fit, _MOST_FIT)
    if likeness is None:
        likeness = _UNKNOWN_MEANING * min(fit, 1.0)
    return _MEANING * likeness + (1 - _MEANING) * words


def is_worth_showing(fit: float, likeness: float | None) -> bool:
    """Return whether what was found is more than a chance likeness.

    Something is always the most similar; better to show nothing than that. Of 614 needs on other
    matters than the documents, three in a hundred had a first hit above this line, and fewer than
    one in a hundred above 0.45; needs told in few everyday words often lie between the two
    (``bench.calibrate``).
    """
    if likeness is None:
        return fit >= _FITTING
    return blend(fit, likeness) >= _CLOSE


def holds_keywords(fit: float, *, of: int) -> bool:
    """Return whether a text holds so many single words that it is shown whatever it means.

    What a sentence means tells more than its words. One word or two mean little to the model: the
    cosine of a text with a word that stands in it is often near 0.

    Args:
        of: How many words are looked for.
    """
    return fit >= (_HOLDS_THE_WORD if of == 1 else _HOLDS_MOST_WORDS)


def is_on_the_matter(fit: float, likeness: float | None) -> bool:
    """Return whether who answered it may be named as somebody who knows the matter.

    Stricter than :func:`is_worth_showing`, for a text that repeats a word of the need often gains
    nothing by that here.
    """
    return is_worth_showing(min(fit, 1.0), likeness)


def is_group_on_it(fit: float, likeness: float | None, *, best_fit: float) -> bool:
    """Return whether a community is about the matter of a need for which other things were found.

    It tells of itself in few and common words, so what is meant decides where it is known: of 17
    needs put to eight communities, those on the matter had cosines from 0.24 to 0.52, and of all
    others one was above. Else, far behind the one that fits best, it shares no more than such a
    word.
    """
    return fit >= _GROUP_FIT * best_fit if likeness is None else likeness >= _GROUP_CLOSE


def probability_right(score: float, next_score: float) -> float:
    """Return how likely the first document found is the right one.

    Args:
        score: Of the first one, as :func:`blend` gives it.
        next_score: Of the second one, 0 if there is none.

    What stands alone at the top is more often right than what is merely very similar. A logistic
    model of both, fitted to 1,249 needs with known answers (questions and the answers that whoever
    asked accepted, questions that readers linked, the Cranfield collection): where it says 0.6 and
    more, for 107 of these same needs, 63 in 100 were right.

    >>> round(probability_right(0.9, 0.6), 2) > 0.6 > round(probability_right(0.9, 0.88), 2)
    True
    """
    return 1 / (1 + exp(-(_BIAS + _OF_SCORE * score + _OF_LEAD * (score - next_score))))
