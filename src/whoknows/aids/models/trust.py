"""The states of an aid, and what they mean on a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """What people did about an aid. Whether it is due follows from its dates."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    VERIFIED = "verified", _("verified")
    RETIRED = "retired", _("retired")


# From each state to those that may follow it.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.DRAFT, State.IN_REVIEW, State.RETIRED}),
    State.IN_REVIEW: frozenset({State.DRAFT, State.IN_REVIEW, State.VERIFIED, State.RETIRED}),
    State.VERIFIED: frozenset({State.DRAFT, State.VERIFIED, State.RETIRED}),
    State.RETIRED: frozenset({State.DRAFT}),
}


class Trust(models.TextChoices):
    """How far an aid can be trusted on a day."""

    UNVERIFIED = "unverified", _("not verified yet")
    IN_REVIEW = "in_review", _("in review")
    VERIFIED = "verified", _("verified")
    DUE = "due", _("due for review")
    STALE = "stale", _("out of date")
    RETIRED = "retired", _("retired")
