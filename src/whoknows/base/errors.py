"""Anticipated failures. Anything that is not one of these is a defect."""

from whoknows.base.sentences import translated
from whoknows.engine.text.sentences import Sentence, sentence_of


class WhoknowsError(Exception):
    """Something a person can understand and act on.

    It is told in one sentence that says what happened and what to do next, in English, with what
    differs from case to case in braces and by name; ``message`` is its translation for whoever is
    served now. ``code`` names the case for machines and never changes once released.
    """

    code = "error"
    status = 400

    def __init__(self, sentence: str | Sentence, /, **values: object) -> None:
        self.sentence = sentence_of(sentence, values)
        super().__init__(str(self.sentence))

    @property
    def message(self) -> str:
        """The sentence, in the language of whoever is served now."""
        return translated(self.sentence)


class BadInput(WhoknowsError):
    """What was sent cannot be used as it is."""

    code = "bad_input"
    status = 422


class NotAllowed(WhoknowsError):
    """The person may see this, but may not do that to it."""

    code = "not_allowed"
    status = 403


class NotSignedIn(WhoknowsError):
    """Nobody is signed in, or the token is unknown."""

    code = "not_signed_in"
    status = 401


class NotFound(WhoknowsError):
    """It does not exist, or this person may not know that it does."""

    code = "not_found"
    status = 404


class Conflict(WhoknowsError):
    """It is no longer in the state that this needs."""

    code = "conflict"
    status = 409
