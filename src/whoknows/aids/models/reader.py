"""What readers and writers leave behind: whether it helped, that they read it, what is unsaved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from whoknows.aids.models.aid import Aid, KindChoice


class Use(models.Model):
    """Somebody said at the end whether an aid helped; what they said last counts.

    Shown as a count only.
    """

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="uses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    helped = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("use")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aid", "person"], name="aids_use_one_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.aid_id}: {self.helped}"


class Acknowledgement(models.Model):
    """Somebody said that they read a version, because the aid asks for that.

    Seen by themselves and the owner of the aid.
    """

    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledgement")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["aid", "person"], name="aids_acknowledgement_one_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.aid_id}: {self.person_id} read {self.version}"


class Unsaved(models.Model):
    """What somebody is writing and has not saved, so that nothing is lost. Seen by them only."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    aid = models.ForeignKey(Aid, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=14, choices=KindChoice.choices)
    form = models.JSONField(help_text=_("The fields of the editor as typed."))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("unsaved text")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "aid", "kind"],
                name="aids_unsaved_one_a_person_and_aid",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.aid_id or 'new'}"
