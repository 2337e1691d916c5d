"""Trying an aid out before others rely on it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models.aid import Aid


class ReviewRole(models.TextChoices):
    """With whose eyes somebody reads: both are needed."""

    EXPERT = "expert", _("somebody who can do it")
    NOVICE = "novice", _("somebody who does it for the first time")


class ReviewVerdict(models.TextChoices):
    """What a reader says of an aid."""

    ASKED = "asked", _("asked")
    PASS = "pass", _("it works")
    FAIL = "fail", _("it does not work yet")


class Review(models.Model):
    """``reviewer`` reads version ``version`` of an aid with the eyes of ``role``.

    Seen by the owner of the aid and by its reviewer.
    """

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="reviews")
    version = models.PositiveIntegerField()
    role = models.CharField(max_length=6, choices=ReviewRole.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="aid_reviews"
    )
    asked_at = models.DateTimeField()
    verdict = models.CharField(
        max_length=5, choices=ReviewVerdict.choices, default=ReviewVerdict.ASKED
    )
    said_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("review")
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["aid", "version", "reviewer"], name="aids_review_once_a_version"
            ),
            models.CheckConstraint(
                condition=Q(verdict="asked", said_at__isnull=True)
                | (~Q(verdict="asked") & Q(said_at__isnull=False)),
                name="aids_review_verdict_and_its_date_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.aid_id}: {self.verdict}"


class Stumble(models.Model):
    """Where a reader got stuck: a numbered line of the aid, 0 for the aid as a whole."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="stumbles")
    line = models.PositiveIntegerField()
    words = models.TextField()

    class Meta:
        verbose_name = _("stumble")
        ordering: ClassVar = ["line", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "line"], name="aids_stumble_once_a_line"),
            models.CheckConstraint(condition=~Q(words=""), name="aids_stumble_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}:{self.line}"
