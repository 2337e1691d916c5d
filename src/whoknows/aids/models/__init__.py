"""Job aids, their versions, and what people say of them."""

from whoknows.aids.models.aid import (
    DUE_BEFORE,
    LIKELY_TO_CHANGE,
    VERIFY_EVERY,
    Aid,
    Carrier,
    KindChoice,
)
from whoknows.aids.models.carrying import Delivery, Pin, Tick
from whoknows.aids.models.picture import Picture
from whoknows.aids.models.reader import Acknowledgement, Unsaved, Use
from whoknows.aids.models.review import Review, ReviewRole, ReviewVerdict, Stumble
from whoknows.aids.models.trust import TRANSITIONS, State, Trust
from whoknows.aids.models.version import AidVersion

__all__ = [
    "DUE_BEFORE",
    "LIKELY_TO_CHANGE",
    "TRANSITIONS",
    "VERIFY_EVERY",
    "Acknowledgement",
    "Aid",
    "AidVersion",
    "Carrier",
    "Delivery",
    "KindChoice",
    "Picture",
    "Pin",
    "Review",
    "ReviewRole",
    "ReviewVerdict",
    "State",
    "Stumble",
    "Tick",
    "Trust",
    "Unsaved",
    "Use",
]
