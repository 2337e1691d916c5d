"""What stands between an aid and its readers."""

from dataclasses import dataclass
from enum import StrEnum

from whoknows.engine.text.sentences import Sentence, sentence_of


class Severity(StrEnum):
    """Whether an aid can be sent to review with it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend (an error) or to think about (a warning).

    Attributes:
        where: The place as in the plain form, ``steps-2-action`` counted from 0; "" for the whole.
        sentence: What is wrong and what to do.
    """

    severity: Severity
    where: str
    sentence: Sentence


def error(where: str, text: str | Sentence, /, **values: object) -> Problem:
    """Return something that has to be mended before review."""
    return Problem(Severity.ERROR, where, sentence_of(text, values))


def hint(where: str, text: str | Sentence, /, **values: object) -> Problem:
    """Return something worth a thought that holds nothing up."""
    return Problem(Severity.WARNING, where, sentence_of(text, values))
