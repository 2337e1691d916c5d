"""What the installation as a whole remembers: its own state and who changed what."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class Installation(models.Model):
    """The one row that says what this installation is."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    is_demo = models.BooleanField(
        default=False,
        help_text="Whether anybody may look around with one click. Never for real use.",
    )
    prepared_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="base_installation_only_one")
        ]

    def __str__(self) -> str:
        return f"installation {self.uid}"


class AuditEntry(models.Model):
    """One write: who did what to which thing, and when. Never changed, never shown to strangers."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when the command line or the software itself did it.",
    )
    action = models.CharField(max_length=60, help_text="The name of the action, as in the code.")
    subject = models.CharField(max_length=80, db_index=True, help_text="Kind and id: need:12.")
    organisation_id = models.BigIntegerField(null=True, db_index=True)
    detail = models.JSONField(default=dict, help_text="What changed, without anybody's own words.")

    # Filled for a page of the trail: the thing itself, if the reader may see it.
    about: models.Model | None

    class Meta:
        verbose_name_plural = "audit entries"
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
