"""From text to the terms of the index: words, folded and cut to their stems."""

from functools import cache

import tantivy

from whoknows.engine.text.languages import FUNCTION_WORDS, LANGUAGES, detect_language

_STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_LONGEST_TERM = 60
GRAM = 4


@cache
def _analyzer(language: str, *, folds: bool = True) -> tantivy.TextAnalyzer:
    # Signs that belong to a name stay with it: C++, Q#.
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+[#+]*"))
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
    )
    if language in _STEMMERS:
        # Stems before folding: the German and French rules read the accents.
        builder = builder.filter(tantivy.Filter.stemmer(_STEMMERS[language]))
    return (builder.filter(tantivy.Filter.ascii_fold()) if folds else builder).build()


def stems(text: str, *, language: str) -> list[str]:
    """Return the terms of ``text`` in order.

    >>> stems("Calibrating the wrenches in C++", language="en")
    ['calibr', 'the', 'wrench', 'in', 'c++']
    """
    return _analyzer(language).analyze(_whole(text))


def _whole(text: str) -> str:
    """A terminal hands over bytes that are no letters as half signs; the index takes whole ones."""
    return text.encode("utf-8", "replace").decode("utf-8")


def query_words(text: str, *, most_words: int = 4000) -> list[tuple[str, ...]]:
    """Return the distinct content words to look for, each as the terms that may stand for it.

    Languages cut words differently, and accents are left out in a hurry: a word comes in each form
    that it may have in the language of ``text``, or in all where that is not clear. Function words
    are left out unless there is nothing else. Only the first ``most_words`` words are read.

    >>> query_words("comment est vérifiée la pompe")
    [('verifi', 'verifie'), ('pomp',)]
    """
    plain = _whole(" ".join(text.split()[:most_words]))
    certain = detect_language(plain)
    languages = [certain] if certain else list(LANGUAGES)
    words = dict(
        zip(_analyzer("", folds=False).analyze(plain), stems(plain, language=""), strict=True)
    )
    kept = {said: word for said, word in words.items() if word not in FUNCTION_WORDS} or words
    return [
        tuple(
            dict.fromkeys(
                t for form in pair for name in languages for t in stems(form, language=name)
            )
        )
        for pair in kept.items()
    ]


def query_terms(text: str, *, most_words: int = 4000) -> list[str]:
    """Return the distinct terms of :func:`query_words`."""
    words = query_words(text, most_words=most_words)
    return list(dict.fromkeys(term for forms in words for term in forms))


def grams(word: str) -> list[str]:
    """Return the runs of four letters in a folded word; a shorter word is its own.

    What they have in common tells words that are alike in part: typed wrongly, or put together.

    >>> grams("wrench")
    ['wren', 'renc', 'ench']
    """
    starts = range(max(1, len(word) - GRAM + 1))
    return list(dict.fromkeys(word[start : start + GRAM] for start in starts))


def grams_of(text: str) -> list[str]:
    """Return the grams of all words of ``text``, each once.

    >>> grams_of("Torx key")
    ['torx', 'key']
    """
    words = dict.fromkeys(stems(text, language=""))
    return list(dict.fromkeys(gram for word in words for gram in grams(word)))
