"""What was said in an interview, in notes, on an outline, as sound and as a transcript."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whoknows.engine.interviews import spoken_time
from whoknows.interviews.models.interview import Interview


class OutlineEntry(models.Model):
    """A step of the task, an event of the incident, a move or a cluster, in order."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="outline")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(help_text=_("Made up by the page: sent twice, it is written once."))
    position = models.PositiveIntegerField()
    time = models.CharField(max_length=40, blank=True, help_text=_("As it was told: about seven."))
    words = models.CharField(max_length=300)
    is_marked = models.BooleanField(
        default=False, help_text=_("It needs judgement, or something was decided there.")
    )
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("outline entry")
        verbose_name_plural = _("outline entries")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="interviews_entry_says_something"),
            models.UniqueConstraint(fields=["interview", "key"], name="interviews_entry_once"),
        ]

    def __str__(self) -> str:
        return self.words


class Note(models.Model):
    """What one person wrote down in answer to one probe.

    Each is a row of its own, so that two who write at once never overwrite each other.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="notes")
    probe = models.CharField(max_length=40, help_text=_("The key of the probe."))
    entry = models.ForeignKey(
        OutlineEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="notes"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(help_text=_("Made up by the page: sent twice, it is written once."))
    words = models.TextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("note")
        ordering: ClassVar = ["written_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="interviews_note_says_something"),
            models.UniqueConstraint(fields=["interview", "key"], name="interviews_note_once"),
        ]

    def __str__(self) -> str:
        return f"note {self.uid}"


class Recording(models.Model):
    """The sound of a part of the conversation: a file that only its participants can fetch."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="recordings")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=40, help_text=_("Media type, as in audio/webm."))
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    pieces = models.PositiveIntegerField(default=0, help_text=_("How many have arrived."))
    bytes = models.PositiveBigIntegerField(default=0)
    delete_on = models.DateField(help_text=_("From this day on it is deleted."))

    class Meta:
        verbose_name = _("recording")
        ordering: ClassVar = ["started_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["delete_on"], name="interviews_recording_due")]

    def __str__(self) -> str:
        return f"recording {self.uid}"


class Transcript(models.Model):
    """What was said, word for word; final once the expert accepted it."""

    interview = models.OneToOneField(Interview, on_delete=models.CASCADE, related_name="transcript")
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    brought_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("transcript")

    def __str__(self) -> str:
        return f"transcript of {self.interview_id}"


class Statement(models.Model):
    """Something said in one go, with its number in the transcript."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField(help_text=_("Counted from 1; kept when others go."))
    speaker = models.CharField(max_length=80, blank=True)
    at_ms = models.PositiveBigIntegerField(null=True, blank=True)
    words = models.TextField()

    class Meta:
        verbose_name = _("statement")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transcript", "number"], name="interviews_statement_numbered_once"
            ),
            models.CheckConstraint(
                condition=~Q(words=""), name="interviews_statement_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transcript_id}:{self.number}"

    @property
    def time(self) -> str:
        """When it was said, as on a clock; "" when that is not known."""
        return "" if self.at_ms is None else spoken_time(self.at_ms)
