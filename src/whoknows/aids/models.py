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

from whoknows.expertise.models import Topic
from whoknows.people.models import Shared, SharedQuerySet

DUE_BEFORE = timedelta(days=14)


class Trust(models.TextChoices):
    """How far an aid can be trusted on a day."""

    UNVERIFIED = "unverified", _("not verified yet")
    VERIFIED = "verified", _("verified")
    DUE = "due", _("due for review")
    STALE = "stale", _("out of date")


class Aid(Shared):
    """Something to use while doing the work. ``owner`` answers for it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(
        max_length=8, unique=True, help_text=_("Short enough to type from a printed card.")
    )
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    language = models.CharField(max_length=10, default="en")
    topics = models.ManyToManyField(Topic, related_name="aids", blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
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
    url = models.URLField(max_length=500, blank=True, help_text=_("Where it came from."))
    licence = models.CharField(max_length=60, blank=True)
    attribution = models.CharField(max_length=300, blank=True)

    objects = SharedQuerySet["Aid"].as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("job aid")
        constraints: ClassVar = [
            *Shared.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="aids_aid_has_a_title"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | Q(verified_on__isnull=False),
                name="aids_aid_verifier_only_with_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("aids:aid", args=[self.code])

    def trust(self, on: date) -> Trust:
        """Return how far it can be trusted: an aid past its date is stale, whoever verified it."""
        if self.verify_by is not None and self.verify_by < on:
            return Trust.STALE
        if self.verified_on is None:
            return Trust.UNVERIFIED
        if self.verify_by is not None and self.verify_by - on <= DUE_BEFORE:
            return Trust.DUE
        return Trust.VERIFIED
