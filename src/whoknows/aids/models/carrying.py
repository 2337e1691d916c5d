"""What somebody carries with them: aids to keep offline, ticks, and what was sent from there."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models.aid import Aid


class Pin(models.Model):
    """Somebody keeps an aid on their devices, to have it without a network. Seen by them only."""

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="pins")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    pinned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("pin")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "aid"], name="aids_pin_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} keeps {self.aid_id}"


class Tick(models.Model):
    """Somebody is through with an item of a checklist. Seen by them only.

    A new start clears it, and so does a change of what one does.
    """

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    line = models.PositiveIntegerField(help_text=_("The number of the item."))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("tick")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "aid", "line"], name="aids_tick_once")
        ]

    def __str__(self) -> str:
        return f"{self.aid_id}: {self.line}"


class Delivery(models.Model):
    """Something that a device sent and that was done. Sent again, it is not done again.

    A device that was offline cannot know whether an answer got lost on the way back or the
    question on the way here, so it asks again under the same key.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(help_text=_("Made up by the device for this one thing."))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="aids_delivery_once")
        ]

    def __str__(self) -> str:
        return f"delivery {self.key}"
