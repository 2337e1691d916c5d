"""Sentences of the engine and of refusals, as they are shown."""

from django.utils.translation import gettext

from whoknows.engine.text.sentences import Sentence, told


def translated(sentence: Sentence) -> str:
    """Return ``sentence`` in the language of whoever is served now."""
    return told(sentence, gettext)
