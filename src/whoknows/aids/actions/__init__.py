"""Making, changing, trying out and verifying aids."""

from whoknows.aids.actions.carrying import forget_deliveries
from whoknows.aids.actions.keeping import (
    ask_for_reading,
    hand_over_orphans,
    remind_owners,
    retire_aid,
    revive_aid,
    take_back_aid,
)
from whoknows.aids.actions.picturing import add_picture, remove_picture, take_in_picture
from whoknows.aids.actions.reading import (
    acknowledge,
    forget_unsaved,
    keep_unsaved,
    say_whether_it_helped,
)
from whoknows.aids.actions.reviewing import (
    Findings,
    ask_for_review,
    give_review,
    verify_aid,
)
from whoknows.aids.actions.states import ChangedMeanwhile, WrongState
from whoknows.aids.actions.writing import (
    LONGEST_BODY,
    AidText,
    change_aid,
    make_aid,
    share_aid,
)

__all__ = [
    "LONGEST_BODY",
    "AidText",
    "ChangedMeanwhile",
    "Findings",
    "WrongState",
    "acknowledge",
    "add_picture",
    "ask_for_reading",
    "ask_for_review",
    "change_aid",
    "forget_deliveries",
    "forget_unsaved",
    "give_review",
    "hand_over_orphans",
    "keep_unsaved",
    "make_aid",
    "remind_owners",
    "remove_picture",
    "retire_aid",
    "revive_aid",
    "say_whether_it_helped",
    "share_aid",
    "take_back_aid",
    "take_in_picture",
    "verify_aid",
]
