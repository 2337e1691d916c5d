"""Whether there is anything to see in a text."""

# Letters that nobody sees: those of Korean that stand in for a missing one.
_FILLERS = "\u115f\u1160\u3164\uffa0"


def has_letters(text: str) -> bool:
    """Return whether ``text`` holds a letter or digit that one can see.

    >>> has_letters("7"), has_letters("\\u200b"), has_letters("…")
    (True, False, False)
    """
    return any(character.isalnum() and character not in _FILLERS for character in text)
