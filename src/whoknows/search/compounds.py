"""Words that are put together in one text and stand apart in another: bootloader, boot loader."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from whoknows.engine.text.languages import LANGUAGES
from whoknows.search.analysis import stems

_SHORTEST_PART = 4
_MOST_WORDS = 30


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


def _forms(word: str) -> Iterator[str]:
    yield word
    for language in LANGUAGES:
        yield from stems(word, language=language)


def joined(words: str, *, is_known: Callable[[str], bool]) -> list[str]:
    """Return the known terms that two neighbours of ``words`` make when they are put together.

    Looks at the first thirty words.
    """
    neighbours = stems(" ".join(words.split()[:_MOST_WORDS]), language="")
    made = dict.fromkeys(f for one, two in pairwise(neighbours) for f in _forms(one + two))
    return [term for term in made if is_known(term)]
