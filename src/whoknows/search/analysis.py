"""From text to the terms of the index: words, folded and cut to their stems."""

from functools import cache

import tantivy

from whoknows.engine.text.languages import FUNCTION_WORDS, LANGUAGES, detect_language

_STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_LONGEST_TERM = 60
GRAM = 4


@cache
def _analyzer(language: str) -> tantivy.TextAnalyzer:
    # Signs that belong to a name stay with it: C++, Q#.
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+[#+]*"))
        .filter(tantivy.Filter.remove_long(_LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
    )
    if language in _STEMMERS:
        # Stems before folding: the German and French rules read the accents.
        builder = builder.filter(tantivy.Filter.stemmer(_STEMMERS[language]))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


def stems(text: str, *, language: str) -> list[str]:
    """Return the terms of ``text`` in order.

    >>> stems("Calibrating the wrenches in C++", language="en")
    ['calibr', 'the', 'wrench', 'in', 'c++']
    """
    # A terminal hands over bytes that are no letters as half signs; the index takes whole ones.
    return _analyzer(language).analyze(text.encode("utf-8", "replace").decode("utf-8"))


def query_terms(text: str, *, most_words: int = 4000) -> list[str]:
    """Return the distinct terms to look for: content words, in every language it may be in.

    Function words are left out unless there is nothing else. Words that two languages cut
    differently appear in both forms, so that a sentence of mixed language still finds. Only the
    first ``most_words`` words are read.
    """
    plain = " ".join(text.split()[:most_words])
    certain = detect_language(plain)
    languages = [certain] if certain else list(LANGUAGES)
    kept = [w for w in stems(plain, language="") if w not in FUNCTION_WORDS]
    source = " ".join(kept) if kept else plain
    return list(dict.fromkeys(term for name in languages for term in stems(source, language=name)))


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
