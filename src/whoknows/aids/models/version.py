"""What an aid said at each time."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models.aid import Aid, KindChoice
from whoknows.engine.aids import Content, Kind, from_plain
from whoknows.people.models import SharingClass


class AidVersion(models.Model):
    """One text of an aid, never changed afterwards.

    The newest is seen by whoever sees the aid, an older one by whom of them its own sharing class
    lets see it too; a private one by an owner who wrote it.
    """

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(help_text=_("Counted from 1."))
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=14, choices=KindChoice.choices)
    content = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty when an import brought it."),
    )
    is_material = models.BooleanField(
        default=True, help_text=_("Whether what one does changed, and not only its wording.")
    )
    sharing = models.CharField(
        max_length=12,
        choices=SharingClass.choices,
        help_text=_("How far the aid could be seen when this was written."),
    )
    why = models.CharField(max_length=300, blank=True, help_text=_("What changed, in a sentence."))

    class Meta:
        verbose_name = _("version")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aid", "number"], name="aids_version_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="aids_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def parts(self) -> Content:
        """Return the content as the engine knows it."""
        return from_plain(Kind(self.kind), self.content)
