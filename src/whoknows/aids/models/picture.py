"""Pictures that an aid shows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models.aid import Aid


class Picture(models.Model):
    """A picture of an aid, cleaned. Seen by who put it in, and who sees a version that names it.

    Its bytes stand here and not in a file: they are few, a backup of the database has them, and
    they go in the transaction in which the picture goes.
    """

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="pictures")
    code = models.CharField(max_length=8, help_text=_("Made from the digest; texts name it so."))
    data = models.BinaryField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the bytes."))
    media = models.CharField(max_length=10, help_text=_("Its media type."))
    width = models.PositiveIntegerField(help_text=_("In pixels."))
    height = models.PositiveIntegerField(help_text=_("In pixels."))
    alt = models.CharField(max_length=300, help_text=_("What it shows, for whoever cannot see it."))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty when an import brought it."),
    )

    class Meta:
        verbose_name = _("picture")
        ordering: ClassVar = ["added_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aid", "code"], name="aids_picture_once"),
            models.CheckConstraint(condition=~Q(alt=""), name="aids_picture_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.aid_id}: {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("aids:picture", args=[self.aid.code, self.code])

    @property
    def ending(self) -> str:
        """Return how the name of its file ends: jpg, png or webp."""
        return self.media.removeprefix("image/").replace("jpeg", "jpg")
