"""Who and what is named in a text, by what they are called."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from whoknows.engine.text.languages import FUNCTION_WORDS

# Letters and digits; an underscore only sets a mention off: @_**Ada Byron**.
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = re.compile(r"[.!?;:]\s")
# @ada, **@ada**, @_**ada**: not the end of an address, hidden or not, and all of a name with dots.
_MENTION = re.compile(r"(?:^|(?<=[\s(\[{\"',;:/]))[*_]{0,2}@[*_|]*([^\W_](?:[\w.-]*[^\W_])?)")
# Wrenches, boxes, pumps; not glass, nor bus.
_PLURAL = re.compile(r"(?:(?<=ch|sh|ss)es|(?<=[xz])es|(?<=\w\w[^\Wsu_])s)$")
_MOST_WORDS = 4_000
_TITLES = frozenset(["dr", "prof", "mr", "mrs", "ms", "mx", "sir", "dame", "herr", "frau", "mme"])


class Phrases:
    """Words in a row, to be found in any text, whatever the case, the accents and a plural s.

    Who else is called what changes nothing for anybody: of two phrases, one the beginning of the
    other, both are found. No phrase goes on into the next sentence.

    >>> Phrases([(1, "code review"), (2, "Review")]).found_in("Code-reviews. A code. Review")
    {1, 2}
    """

    def __init__(self, phrases: Iterable[tuple[int, str]]) -> None:
        """Take phrases by number; a number may have several. O(letters)."""
        self._numbers: dict[tuple[str | None, ...], list[int]] = {}
        self._lengths: dict[str | None, set[int]] = {}
        for number, phrase in phrases:
            if words := tuple(_row(_folded(phrase))):
                self._numbers.setdefault(words, []).append(number)
                self._lengths.setdefault(words[0], set()).add(len(words))

    def found_in(self, text: str) -> set[int]:
        """Return the numbers of the phrases in the first 4,000 words of ``text``. O(words)."""
        row = _row(_folded(text))
        found: set[int] = set()
        for place, word in enumerate(row):
            for length in self._lengths.get(word, ()):
                found.update(self._numbers.get(tuple(row[place : place + length]), ()))
        return found


class Names:
    """What people are called, to be found in what others write.

    All of a name counts, titles aside, the family name first or last. A name of one word, or one
    that its bearer writes small, is a word of the language too often: that one counts only as a
    mention, ``@ada``. So nobody is named by "how do" either, whatever they call themselves.

    >>> called = Names([(1, "Dr. Ada Byron"), (2, "Peña, José"), (3, "will-do"), (4, "How Do")])
    >>> called.named_in("How do I ask ADA BYRON what it will do?")
    [1]
    >>> called.named_in("@will-do, or jose pena")
    [2, 3]
    """

    def __init__(self, called: Iterable[tuple[int, str]]) -> None:
        """Take people by number, with their names. O(letters)."""
        people = list(called)
        names = ((number, _whole_name(name)) for number, name in people)
        self._named = Phrases((number, name) for number, name in names if name)
        self._mentioned: dict[str, list[int]] = {}
        for number, name in people:
            if len(name.split()) == 1:
                self._mentioned.setdefault(_folded(name).strip(), []).append(number)

    def named_in(self, text: str) -> list[int]:
        """Return those named in ``text``, ascending; who share a name are all named by it."""
        mentions = islice(_MENTION.finditer(_folded(text)), _MOST_WORDS)
        mentioned = {n for found in mentions for n in self._mentioned.get(found[1], ())}
        return sorted(self._named.found_in(text) | mentioned)


def say_the_same(one: str, other: str) -> bool:
    """Return whether two texts are the same words, whatever the case, accents, signs between them.

    >>> say_the_same("What is a qubit?", "what is a Qubit"), say_the_same("?", "!")
    (True, False)
    """
    words = _row(_folded(one))
    return bool(words) and words == _row(_folded(other))


def _whole_name(name: str) -> str:
    """Return a name as it is written in a sentence, or nothing if it cannot be told from one."""
    family, comma, given = name.partition(",")
    words = _WORD.findall(f"{given} {family}" if comma else name)
    while words and words[0].casefold() in _TITLES:
        del words[0]
    if len(words) < 2 or any(map(_says_little, (words[0], words[-1]))):  # noqa: PLR2004 - a pair
        return ""
    return "" if FUNCTION_WORDS.issuperset(map(_folded, words)) else " ".join(words)


def _says_little(word: str) -> bool:
    """Return whether it is one letter, or written small: not so where letters have no case."""
    return word.islower() or (len(word) == 1 and word.isupper())


def _folded(text: str) -> str:
    """Return it without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _row(folded: str) -> list[str | None]:
    """Return the words without a plural s, and None where a sentence ends: not after an initial."""
    row: list[str | None] = []
    end = 0
    for found in islice(_WORD.finditer(folded), _MOST_WORDS):
        word = found[0]
        if row and len(row[-1] or "") > 1 and _SENTENCE_ENDS.search(folded, end, found.start()):
            row.append(None)
        row.append(_PLURAL.sub("", word))
        end = found.end()
    return row
