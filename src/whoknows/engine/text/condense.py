"""From a long story to what it asks."""

import re

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
MOST_WORDS = 100


def condensed(text: str, *, most_words: int = MOST_WORDS) -> str:
    """Return the sentences of ``text`` that say what is wanted, at most ``most_words`` words.

    A text that is short enough, or does not begin with a sentence, comes back as it is. Otherwise
    the first sentence stays, then come the questions, then the others from the top, whichever still
    fit, all in their own order. Who asks for help tells the matter first, asks in the middle, and
    adds logs and thanks at the end.

    >>> condensed("My wrench shows E4. It is red. What does E4 mean? Thanks.", most_words=8)
    'My wrench shows E4. What does E4 mean?'
    """
    if len(text.split()) <= most_words:
        return text
    sentences = [" ".join(s.split()) for s in _SENTENCE_END.split(text) if s.strip()]
    asking = [i for i, s in enumerate(sentences) if i and s.endswith("?")]
    telling = [i for i in range(1, len(sentences)) if i not in set(asking)]
    kept, left = {0: sentences[0]}, most_words - len(sentences[0].split())
    if left < 0:
        return text
    for index in asking + telling:
        length = len(sentences[index].split())
        if length <= left:
            kept[index] = sentences[index]
            left -= length
    return " ".join(kept[index] for index in sorted(kept))


def passages(text: str, *, most_words: int = 90, most: int = 6) -> list[str]:
    """Cut ``text`` into at most ``most`` passages of about ``most_words`` words each.

    Cuts are made between paragraphs or sentences where there are any; a sentence that is longer
    than a passage is cut between words.

    >>> passages("One two. Three four. Five.", most_words=4)
    ['One two. Three four.', 'Five.']
    """
    made: list[list[str]] = [[]]
    for sentence in _SENTENCE_END.split(text):
        words = sentence.split()
        while words:
            room = most_words - len(made[-1])
            if len(words) > room and made[-1]:
                made.append([])
                room = most_words
            made[-1] += words[:room]
            words = words[room:]
            if len(made) > most:
                return [" ".join(piece) for piece in made[:most]]
    return [" ".join(piece) for piece in made if piece]
