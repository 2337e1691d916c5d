"""Anticipated failures. Anything that is not one of these is a defect."""


class WhoknowsError(Exception):
    """Something a person can understand and act on.

    The message is one sentence that says what happened and what to do next; ``code`` names the
    case for machines and never changes once released.
    """

    code = "error"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


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
