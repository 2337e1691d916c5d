"""Words that are put together in one text and stand apart in another: bootloader, boot loader."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from whoknows.engine.text.languages import FUNCTION_WORDS, LANGUAGES
from whoknows.search.analysis import stems

_SHORTEST_PART = 4
_SHORTEST_NEIGHBOUR = 3
_SHORTEST_FUNCTION_WORD = 2
_MOST_WORDS = 20


def parts(term: str, *, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the terms of the two words that ``term`` is put together of, none if it is not.

    Both have to be known; where several cuts would do, the one with the longest shorter part is
    taken. A term is a stem, so its end is cut already and its beginning still has to be.

    >>> parts("torquewrench", is_known={"torqu", "wrench"}.__contains__)
    ('torqu', 'wrench')
    """
    ends = range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1)
    for end in sorted(ends, key=lambda end: -min(end, len(term) - end)):
        if is_known(term[end:]):
            first = next(filter(is_known, _forms(term[:end])), None)
            if first is not None:
                return first, term[end:]
    return ()


def telling_part(term: str, *, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the known term that ``term`` is put together of with a function word, else none.

    The function word tells nothing, so it is not looked for.

    >>> telling_part("oncall", is_known={"call"}.__contains__)
    ('call',)
    """
    for end in range(_SHORTEST_FUNCTION_WORD, len(term) - _SHORTEST_PART + 1):
        if term[:end] in FUNCTION_WORDS and is_known(term[end:]):
            return (term[end:],)
    for end in range(_SHORTEST_PART, len(term) - _SHORTEST_FUNCTION_WORD + 1):
        if term[end:] in FUNCTION_WORDS:
            first = next(filter(is_known, _forms(term[:end])), None)
            if first is not None:
                return (first,)
    return ()


def _forms(word: str) -> Iterator[str]:
    yield word
    for language in LANGUAGES:
        yield from stems(word, language=language)


def joined(words: str, *, is_known: Callable[[str], bool]) -> list[str]:
    """Return the known terms that two neighbours of ``words`` make when they are put together.

    Looks at the first twenty words; function words join nothing.
    """
    neighbours = stems(" ".join(words.split()[:_MOST_WORDS]), language="")
    telling = [len(w) >= _SHORTEST_NEIGHBOUR and w not in FUNCTION_WORDS for w in neighbours]
    pairs = pairwise(zip(neighbours, telling, strict=True))
    made = [one + two for (one, tells), (two, also) in pairs if tells and also]
    return [term for term in dict.fromkeys(_stemmed(made)) if is_known(term)]


def _stemmed(words: Sequence[str]) -> list[str]:
    text = " ".join(words)
    return [term for name in LANGUAGES for term in stems(text, language=name)] if words else []
