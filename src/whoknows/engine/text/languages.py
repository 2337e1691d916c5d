"""Telling languages apart by their function words."""

import re

# The commonest function words of each language, accents folded; enough to tell a sentence apart.
_WORDS = {
    "en": """a about after all also am an and any are as at be because been before but by can could
        did do does don for from get had has have he her his how i if in into is it its just like me
        more my no not of on only or other our out over she should so some such than that the their
        them then there these they this those to up us was we were what when where which while who
        why will with would you your""",
    "de": """aber als am an auch auf aus bei bin bis das dass dem den der des die dies diese doch du
        ein eine einem einen einer er es fur haben hat ich ihr im in ist ja kann kein keine man mein
        mich mir mit muss nach nicht noch nur oder sein sich sie sind so und uber um uns vom von vor
        war warum was weil wenn wer werden wie wir wird wo zu zum zur""",
    "fr": """a ai au aux avec c ce ces cette comme comment d dans de des du elle en est et etait
        etre eu fait il ils j je l la le les leur lui m ma mais me meme mes moi mon n ne nous on
        ont ou par pas peut plus pour pourquoi qu quand que qui sa sans se ses si son sont sur ta te
        tu un une vous y""",
    "es": """a al algo como con cuando de del desde donde e el ella en entre era es esta este esto
        fue ha hasta hay la las le les lo los mas me mi mis muy no nos o para pero por porque puede
        que quien se ser si sin sobre son su sus te tengo tiene todo tu un una y ya yo""",
}
LANGUAGES = {code: frozenset(words.split()) for code, words in _WORDS.items()}
FUNCTION_WORDS = frozenset[str]().union(*LANGUAGES.values())
_LONGEST_KEYWORDS = 100
_WORD = re.compile(r"[^\W\d_]+")
_FOLD = str.maketrans("àâäáãåèéêëìíîïòóôöõùúûüçñ", "aaaaaaeeeeiiiiooooouuuucn")


def detect_language(text: str, *, most_words: int = 400) -> str | None:
    """Return the ISO 639-1 code of the language of ``text``, None when it is not clear.

    It is clear when at least two function words were seen and one language has half as many again
    as the next. Only the first ``most_words`` words are read.

    >>> detect_language("wie kann ich den Drehmomentschlüssel nach der Eichung zurücksetzen")
    'de'
    >>> detect_language("E4 torque wrench") is None
    True
    """
    words = [m.group().lower().translate(_FOLD) for m in _WORD.finditer(text[: most_words * 12])]
    seen = {
        code: sum(word in known for word in words[:most_words]) for code, known in LANGUAGES.items()
    }
    (best, most), (_, next_most) = sorted(seen.items(), key=lambda item: -item[1])[:2]
    return best if most >= 2 and most >= 1.5 * next_most else None  # noqa: PLR2004 - as described


def keywords(text: str, *, most: int = 3) -> list[str]:
    """Return the words of ``text`` if it is a few words to look for, and no sentence; else none.

    >>> keywords("Torque wrench E4"), keywords("who tells them?")
    (['torque', 'wrench', 'e4'], [])
    """
    words = re.findall(r"\w+", text.lower()[:_LONGEST_KEYWORDS])
    few = 0 < len(words) <= most and len(text) <= _LONGEST_KEYWORDS
    tells = not any(word.translate(_FOLD) in FUNCTION_WORDS for word in words)
    return words if few and tells else []


def content_words(text: str) -> set[str]:
    """Return the words of ``text`` in lower case that are function words of no language we know.

    >>> sorted(content_words("Why does my Drehmoment wrench click?"))
    ['click', 'drehmoment', 'wrench']
    """
    words = {match.group().lower() for match in _WORD.finditer(text)}
    return {word for word in words if word.translate(_FOLD) not in FUNCTION_WORDS}
