"""Who is named in a text, by what people are called."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

# Letters and digits; an underscore only sets a mention off: @_**Ada Byron**.
_WORD = re.compile(r"[^\W_]+")
# @ada, **@ada**, @_**ada**: not the end of an address, hidden or not, and all of a name with dots.
_MENTION = re.compile(r"(?:^|(?<=[\s(\[{\"',;:/]))[*_]{0,2}@[*_|]*([^\W_](?:[\w.-]*[^\W_])?)")
_MOST_WORDS = 4_000


class Names:
    """What people are called, to be found in what others write.

    Whoever is called by one word alone is named only by a mention, ``@ada``: such names are words
    of the language too often. Letter case and accents make no difference.

    >>> called = Names([(1, "Ada Byron"), (2, "José Peña"), (3, "will-do")])
    >>> called.named_in("Did ADA BYRON say what it will do?")
    [1]
    >>> called.named_in("@will-do, or jose pena")
    [2, 3]
    """

    def __init__(self, called: Iterable[tuple[int, str]]) -> None:
        """Take people by number, with their names. O(letters)."""
        self._called: dict[tuple[str, ...], list[int]] = {}
        self._lengths: dict[str, set[int]] = {}
        self._mentioned: dict[str, list[int]] = {}
        for number, name in called:
            folded = _folded(name)
            words = tuple(_WORD.findall(folded))
            if len(folded.split()) == 1:
                self._mentioned.setdefault(folded.strip(), []).append(number)
            elif len(words) > 1:
                self._called.setdefault(words, []).append(number)
                self._lengths.setdefault(words[0], set()).add(len(words))

    def named_in(self, text: str) -> list[int]:
        """Return those named in ``text``, ascending; who share a name are all named by it.

        Who else is called what changes nothing for anybody, or people to come would be looked
        ahead to: of two names, one the beginning of the other, both count. Only the first 4,000
        words are read. O(words).
        """
        folded = _folded(text)
        words = list(islice(_WORD.finditer(folded), _MOST_WORDS))
        said = [word[0] for word in words]
        mentions = {found.start(1): found[1] for found in _MENTION.finditer(folded)}
        named: set[int] = set()
        for place, word in enumerate(words):
            for length in self._lengths.get(word[0], ()):
                named.update(self._called.get(tuple(said[place : place + length]), ()))
            named.update(self._mentioned.get(mentions.get(word.start(), ""), ()))
        return sorted(named)


def _folded(text: str) -> str:
    """Return it without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
