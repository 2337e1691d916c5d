"""An interview, who takes part, and what the expert agreed to."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models import Aid
from whoknows.engine.interviews import PROTOCOLS, Protocol
from whoknows.people.models import Organisation, Reach, Unit


class State(models.TextChoices):
    """How far an interview has come."""

    PLANNED = "planned", _("waits for consent")
    CONSENTED = "consented", _("agreed to")
    HELD = "held", _("held")
    DRAFTED = "drafted", _("drafted")
    CLOSED = "closed", _("closed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ProtocolChoice(models.TextChoices):
    """The protocols of :mod:`whoknows.engine.interviews`, in words."""

    ACTA = "acta", _("ACTA: how is this done, and what is hard about it?")
    CDM = "cdm", _("CDM: one incident, decision by decision")
    PARI = "pari", _("PARI: finding a fault, move by move")
    CLUSTERS = "clusters", _("Knowledge clusters: what leaves with somebody")


class InterviewQuerySet(models.QuerySet["Interview"]):
    def visible_to(self, reach: Reach) -> InterviewQuerySet:
        """Keep those in which the reader takes part, and nobody else's.

        Interviewer and note-taker see it while they belong to the organisation. The expert always
        does: whoever leaves can still take back what they said.
        """
        if reach.person is None:
            return self.none()
        asks = Q(interviewer=reach.person) | Q(note_taker=reach.person)
        return self.filter(
            Q(expert=reach.person) | (asks & Q(organisation__in=reach.organisations))
        )


class Interview(models.Model):
    """``interviewer`` and perhaps ``note_taker`` ask ``expert`` how they do something.

    Seen by these three alone. Nothing of it is in the index or in the administration.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interviews_led"
    )
    expert = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interviews_given"
    )
    note_taker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interviews_noted",
    )
    protocol = models.CharField(
        max_length=8, choices=ProtocolChoice.choices, default=ProtocolChoice.ACTA
    )
    task = models.CharField(_("task"), max_length=200, help_text=_("What the expert can do."))
    purpose = models.CharField(
        max_length=500, help_text=_("What will be made of it, and for whom.")
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was closed, or taken back.")
    )
    aid = models.OneToOneField(
        Aid, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("interview")
        ordering: ClassVar = ["-planned_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(task=""), name="interviews_interview_has_a_task"),
            models.CheckConstraint(
                condition=~Q(expert=F("interviewer")), name="interviews_expert_is_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(note_taker__isnull=True)
                | (~Q(note_taker=F("interviewer")) & ~Q(note_taker=F("expert"))),
                name="interviews_note_taker_is_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(protocol__in=list(PROTOCOLS)), name="interviews_protocol_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "withdrawn"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "withdrawn"]) & Q(ended_at__isnull=True)),
                name="interviews_ended_has_a_date_and_no_other",
            ),
        ]

    def __str__(self) -> str:
        return self.task

    def get_absolute_url(self) -> str:
        return reverse("interviews:interview", args=[self.uid])

    def steps(self) -> Protocol:
        """Return its protocol as the engine knows it."""
        return PROTOCOLS[self.protocol]

    def asks(self, person_id: int | None) -> bool:
        """Whether the person of this id asks and writes down, rather than tells."""
        return person_id is not None and person_id in {self.interviewer_id, self.note_taker_id}


class Consent(models.Model):
    """What the expert agreed to, in which words and when. Kept also after it was taken back."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="consents")
    text_version = models.PositiveSmallIntegerField()
    allows_recording = models.BooleanField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        ordering: ClassVar = ["-given_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["interview"],
                condition=Q(withdrawn_at__isnull=True),
                name="interviews_consent_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"consent to {self.interview_id}"
