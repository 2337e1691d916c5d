"""Who turns to whom."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from whoknows.people.models import Organisation


class Tie(models.Model):
    """``seeker`` turns to ``helper``; an organisation knows of it from one kind of source.

    Ties are shown to nobody but the two people.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="ties")
    seeker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="turns_to"
    )
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="is_turned_to_by"
    )
    kind = models.CharField(
        max_length=40, default="turns_to", help_text=_("Where it is known from: advice, mail, …")
    )
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0)])
    at = models.DateTimeField(null=True, blank=True, help_text=_("When it was last seen."))

    class Meta:
        verbose_name = _("tie")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "seeker", "helper", "kind"], name="network_tie_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(seeker=models.F("helper")), name="network_tie_between_two"
            ),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0), name="network_tie_weight_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seeker_id} → {self.helper_id}"
