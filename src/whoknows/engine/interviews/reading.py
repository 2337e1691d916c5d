"""How hard a text is to read."""

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[.!?:;…]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
LONG_WORD = 6
LONG_SENTENCE = 20
_BANDS = (
    (30, "very easy"),
    (40, "easy"),
    (50, "medium"),
    (60, "hard"),
)


@dataclass(frozen=True, slots=True)
class ReadingLevel:
    """How hard a text is.

    Attributes:
        lix: Björnsson's number; 40 reads like a newspaper story, 60 like a contract.
        words: In one word or two.
        long_sentences: Those of more than 20 words, in order.
    """

    lix: int
    words: str
    long_sentences: tuple[str, ...]


def reading_level(text: str) -> ReadingLevel | None:
    """Return how hard ``text`` is to read, None when it has too little to count.

    LIX is the mean length of a sentence in words plus the percentage of words of more than six
    letters. It needs no list of syllables, so it can be counted in every language that puts spaces
    between words. A line end ends a sentence, since the lines of an aid often have no full stop.

    Source: C. H. Björnsson, Läsbarhet (1968); bands as in Anderson, Journal of Reading 26 (1983).

    >>> reading_level("Lift the lid. Turn the key. Look at the lamp.").words
    'very easy'
    >>> reading_level("E4") is None
    True
    """
    sentences = [part.strip() for part in _SENTENCE_END.split(text)]
    counted = [(s, len(_WORD.findall(s))) for s in sentences]
    counted = [(s, count) for s, count in counted if count]
    words = _WORD.findall(text)
    if len(words) < 3:  # noqa: PLR2004 - two words are no text
        return None
    long = sum(len(word) > LONG_WORD for word in words)
    lix = round(len(words) / len(counted) + 100 * long / len(words))
    said = next((name for most, name in _BANDS if lix < most), "very hard")
    tangled = tuple(" ".join(s.split()) for s, count in counted if count > LONG_SENTENCE)
    return ReadingLevel(lix, said, tangled)
