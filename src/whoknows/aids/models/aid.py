"""Job aids and how far they can be trusted."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models.trust import State, Trust
from whoknows.engine.aids import Content, Kind, from_plain
from whoknows.expertise.models import Topic
from whoknows.people.models import Reach, Shared, SharedQuerySet, SharingClass

DUE_BEFORE = timedelta(days=14)
VERIFY_EVERY = timedelta(days=182)
LIKELY_TO_CHANGE = timedelta(days=30)


class KindChoice(models.TextChoices):
    """The kinds of :class:`whoknows.engine.aids.Kind`, in words."""

    CHECKLIST = Kind.CHECKLIST.value, _("checklist")
    DECISION_TABLE = Kind.DECISION_TABLE.value, _("decision table")
    FLOWCHART = Kind.FLOWCHART.value, _("flowchart")
    PROCEDURE = Kind.PROCEDURE.value, _("procedure")
    REFERENCE = Kind.REFERENCE.value, _("reference")
    WORKSHEET = Kind.WORKSHEET.value, _("worksheet")


class Carrier(models.TextChoices):
    """What an aid is made to be read on."""

    SCREEN = "screen", _("screen")
    A4 = "a4", _("A4 sheet")
    LANYARD = "lanyard", _("lanyard card")
    POCKET = "pocket", _("pocket card")
    POSTER = "poster", _("poster")


class AidQuerySet(SharedQuerySet["Aid"]):
    def in_use(self) -> AidQuerySet:
        return self.exclude(state=State.RETIRED)

    def due(self, on: date) -> AidQuerySet:
        """Keep those that are out of date on a day, or will be within ``DUE_BEFORE``."""
        return self.in_use().filter(verify_by__lte=on + DUE_BEFORE)

    def not_verified(self) -> AidQuerySet:
        return self.filter(state__in=[State.DRAFT, State.IN_REVIEW])

    def answered_for_by(self, reach: Reach) -> AidQuerySet:
        """Keep those of the reader's own, as :meth:`Aid.is_answered_for_by` says of one."""
        return self.filter(owner=reach.person or 0, organisation__in=reach.organisations)


class Aid(Shared):
    """Something to use while doing the work. ``owner`` answers for it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(
        max_length=8, unique=True, help_text=_("Short enough to type from a printed card.")
    )
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(max_length=14, choices=KindChoice.choices, default=KindChoice.REFERENCE)
    content = models.JSONField(
        default=dict, help_text=_("As in the reference “The form of an aid”.")
    )
    body = models.TextField(
        _("text"), help_text=_("The content as Markdown; written whenever the content is.")
    )
    trigger = models.CharField(
        max_length=300, blank=True, help_text=_("What tells one that it is time for this.")
    )
    outcome = models.CharField(max_length=300, blank=True, help_text=_("When one is done."))
    can_do = models.CharField(
        max_length=300, blank=True, help_text=_("What somebody can do who knows this by heart.")
    )
    carrier = models.CharField(max_length=8, choices=Carrier.choices, default=Carrier.SCREEN)
    language = models.CharField(max_length=10, default="en")
    topics = models.ManyToManyField(Topic, related_name="aids", blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, help_text=_("The number of its newest one."))
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    likely_to_change = models.BooleanField(
        default=False, help_text=_("It is to be looked at again after a month, not half a year.")
    )
    asks_reading = models.BooleanField(
        default=False, help_text=_("Its readers are asked to say that they read it.")
    )
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    verify_by = models.DateField(
        null=True, blank=True, help_text=_("From the next day on it is out of date.")
    )
    reminded_on = models.DateField(
        null=True, blank=True, help_text=_("When its owner was last told that it is due.")
    )
    taken_back_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When whoever said its words took them back; it is empty and stays retired."),
    )
    url = models.URLField(max_length=500, blank=True, help_text=_("Where it came from."))
    licence = models.CharField(max_length=60, blank=True)
    attribution = models.CharField(max_length=300, blank=True)

    objects = AidQuerySet.as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("job aid")
        indexes: ClassVar = [
            models.Index(fields=["-changed_at", "-id"], name="aids_aid_newest_first"),
            models.Index(fields=["verify_by"], name="aids_aid_verify_by"),
        ]
        constraints: ClassVar = [
            *Shared.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="aids_aid_has_a_title"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | Q(verified_on__isnull=False),
                name="aids_aid_verifier_only_with_a_date",
            ),
            models.CheckConstraint(
                condition=Q(state="retired")
                | Q(state="verified", verified_on__isnull=False)
                | Q(state__in=["draft", "in_review"], verified_on__isnull=True),
                name="aids_aid_verified_has_a_date_and_no_other",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(state="retired", body=""),
                name="aids_aid_taken_back_is_retired_and_empty",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="aids_aid_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("aids:aid", args=[self.code])

    def classes_seen_by(self, reach: Reach) -> list[SharingClass]:
        """Return under which sharing classes the reader would see this aid."""
        theirs = frozenset(reach.audiences())
        place = {
            "owner_id": self.owner_id,
            "organisation_id": self.organisation_id,
            "unit_id": self.unit_id,
        }
        under = {each: Aid(sharing=each, **place).audience() for each in SharingClass}
        return [each for each, audience in under.items() if not theirs.isdisjoint(audience)]

    def parts(self) -> Content:
        """Return the content as the engine knows it; the action that wrote it had checked it."""
        return from_plain(Kind(self.kind), self.content)

    def trust(self, on: date) -> Trust:
        """Return how far it can be trusted: an aid past its date is stale, whoever verified it."""
        if self.state == State.RETIRED:
            return Trust.RETIRED
        if self.verify_by is not None and self.verify_by < on:
            return Trust.STALE
        if self.verified_on is None:
            return Trust.IN_REVIEW if self.state == State.IN_REVIEW else Trust.UNVERIFIED
        if self.verify_by is not None and self.verify_by - on <= DUE_BEFORE:
            return Trust.DUE
        return Trust.VERIFIED
