"""Sentences for people, kept apart from what differs in them, so that they can be translated.

The engine speaks English and knows no catalogue of translations; whoever shows a sentence looks it
up (:func:`told`). ``makemessages`` finds the English ones by the names of the classes and functions
they are given to, so they have to be written there in full, never put together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in English with names in braces, and what stands for each name.

    A value may be a sentence again, or several that are joined by "and".

    >>> str(Sentence("“{name}” is there {times} times.", {"name": "a", "times": 2}))
    '“a” is there 2 times.'
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        return told(self, str)


def sentence_of(text: str | Sentence, values: Mapping[str, object]) -> Sentence:
    """Return ``text`` with its values; what is a sentence already stays one."""
    return text if isinstance(text, Sentence) else Sentence(text, values)


def told(sentence: Sentence, translate: Callable[[str], str]) -> str:
    """Return ``sentence`` with its values, each part of it as ``translate`` says it.

    >>> german = {"Not {what}.": "Nicht {what}.", "now": "jetzt"}
    >>> told(Sentence("Not {what}.", {"what": Sentence("now")}), german.__getitem__)
    'Nicht jetzt.'
    """
    text = translate(sentence.text)
    if not sentence.values:
        return text
    return text.format(**{name: _value(v, translate) for name, v in sentence.values.items()})


def _value(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, Sentence):
        return told(value, translate)
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        return translate(_AND.text).join(str(_value(part, translate)) for part in parts)
    return value


# A sentence as well, for makemessages to find it.
_AND = Sentence(" and ")


class Unusable(ValueError):
    """Something that cannot be used as it is; ``sentence`` says why, and what to do."""

    def __init__(self, text: str | Sentence, /, **values: object) -> None:
        self.sentence = sentence_of(text, values)
        super().__init__(str(self.sentence))
