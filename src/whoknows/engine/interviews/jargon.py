"""Words that a newcomer may not know."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from whoknows.engine.text.languages import LANGUAGES

# An acronym: capitals, perhaps with digits or a plural s. A code: letters and digits together.
_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_ACRONYM = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ0-9&/-]+s?")
_HAS_DIGIT_AND_LETTER = re.compile(r"(?=.*\d)(?=.*[^\W\d_]).+")
_SHORTEST = 4
MOST = 40


@dataclass(frozen=True, slots=True)
class Jargon:
    """A word to explain or to replace, as it was first written, and how often it is there."""

    word: str
    times: int
    is_acronym: bool


def jargon(
    text: str, *, is_ordinary: Callable[[str], bool] | None, explained: Collection[str] = ()
) -> list[Jargon]:
    """Return the words of ``text`` that somebody new may not know, the most frequent first.

    These are acronyms and codes (``SCADA``, ``E4``), wherever they stand; and words of four letters
    or more that are not ordinary. What is ``explained`` (whatever its case, or as a part of a
    longer term) is left out, and so are words that begin with a capital in the middle of a
    sentence: names need no explanation.

    Args:
        is_ordinary: Whether a lower-case word is one of ordinary text; None when that is not known
            for the language: then only acronyms and codes are found.
        explained: Topics and terms that are explained elsewhere.

    >>> found = jargon("Vent the bosket by RCIC.", is_ordinary={"vent"}.__contains__)
    >>> [(j.word, j.is_acronym) for j in found]
    [('bosket', False), ('RCIC', True)]
    """
    known = {word for term in explained for word in _words(term.casefold())}
    function_words = {word for words in LANGUAGES.values() for word in words}
    times: Counter[str] = Counter()
    first: dict[str, tuple[str, bool]] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        key = word.casefold()
        is_acronym = bool(_ACRONYM.fullmatch(word) or _HAS_DIGIT_AND_LETTER.fullmatch(word))
        if key in known or key in function_words:
            continue
        if not is_acronym and (
            is_ordinary is None
            or len(word) < _SHORTEST
            or (word[0].isupper() and not _begins_sentence(text, match.start()))
            or _is_ordinary(key, is_ordinary)
        ):
            continue
        times[key] += 1
        first.setdefault(key, (word if is_acronym else key, is_acronym))
    found = [Jargon(first[key][0], count, first[key][1]) for key, count in times.items()]
    return sorted(found, key=lambda j: (-j.times, j.word.casefold()))[:MOST]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 20) : at].rstrip(" \t\"'“”„«»()[]*#-\u2013")
    return not before or before[-1] in ".!?:;…\n"


def _is_ordinary(word: str, is_ordinary: Callable[[str], bool]) -> bool:
    """Whether ``word``, a form of it or each of its hyphenated parts is ordinary."""
    if "-" in word or "/" in word:
        return all(_is_ordinary(part, is_ordinary) for part in re.split(r"[-/]", word))
    if is_ordinary(word) or word.isdigit():
        return True
    stems = [
        word.removesuffix(end) + add
        for end, add in (("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("ing", ""),
                         ("ing", "e"), ("ly", ""), ("ies", "y"), ("ied", "y"))
        if word.endswith(end) and len(word) > len(end) + 2
    ]  # fmt: skip
    doubled = [stem[:-1] for stem in stems if len(stem) > 3 and stem[-1] == stem[-2]]  # noqa: PLR2004 - a doubled letter
    return any(map(is_ordinary, [*stems, *doubled]))
