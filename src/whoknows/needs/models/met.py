"""What met needs, what did not, and whether it lasts."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.needs.models.need import Need
from whoknows.people.models import Organisation


class Solution(models.Model):
    """Somebody said of a thing they were shown: this solved it. From then on it ranks higher."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(help_text=_("What they were trying to do. Seen by nobody else."))
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("solution")
        indexes: ClassVar = [
            models.Index(fields=["document_kind", "document_id"], name="needs_solution_document")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                models.functions.MD5("words"),
                "document_kind",
                "document_id",
                name="needs_solution_said_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_kind}:{self.document_id}"


class Miss(models.Model):
    """Somebody says that there is nothing to use for these words.

    The organisation sees the words and how many said so, never who; forgotten after 90 days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=200, help_text=_("As typed, spaces made one."))
    folded = models.CharField(
        max_length=200, help_text=_("By which words are the same, however they are capitalised.")
    )
    at = models.DateTimeField(help_text=_("The last time they looked."))

    class Meta:
        verbose_name = _("miss")
        verbose_name_plural = _("misses")
        indexes: ClassVar = [models.Index(fields=["at"], name="needs_miss_at")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "folded", "person"], name="needs_miss_one_a_person"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="needs_miss_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class Step(models.TextChoices):
    """How long after it was met somebody is asked whether it stays so."""

    TWO_WEEKS = "two_weeks", _("two weeks later")
    TWO_MONTHS = "two_months", _("two months later")


AFTER = {Step.TWO_WEEKS: timedelta(days=14), Step.TWO_MONTHS: timedelta(days=60)}


class Outcome(models.TextChoices):
    """How it went since."""

    OFTEN = "often", _("Three times or more, without asking anybody")
    AGAIN = "again", _("I did it again without asking anybody")
    NOT_YET = "not_yet", _("It has not come up again")
    STUCK = "stuck", _("I am stuck on it again")


LASTING = (Outcome.AGAIN, Outcome.OFTEN)


class FollowUp(models.Model):
    """Somebody whose need was met is asked whether it stays met; seen by nobody else.

    It is about a need that was posted or, where nothing was, about what somebody said solved it.
    Of what is not there any more only how it went is left.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey(
        Need, on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    solution = models.ForeignKey(
        Solution, on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    step = models.CharField(max_length=10, choices=Step.choices)
    since = models.DateTimeField(help_text=_("When it was met."))
    asked_at = models.DateTimeField(help_text=_("From when on it waits for an answer."))
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When a mail went out."))
    said = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        indexes: ClassVar = [
            models.Index(
                fields=["person", "asked_at"], condition=Q(said=""), name="needs_followup_open"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(need__isnull=True) | Q(solution__isnull=True),
                name="needs_followup_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(said="", said_at__isnull=True)
                | (~Q(said="") & Q(said_at__isnull=False)),
                name="needs_followup_said_and_its_date_together",
            ),
            models.UniqueConstraint(fields=["need", "step", "since"], name="needs_followup_need"),
            models.UniqueConstraint(fields=["solution", "step"], name="needs_followup_solution"),
        ]

    def __str__(self) -> str:
        return f"{self.step} after {self.since:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("needs:follow_up", args=[self.uid])
