"""What is kept of finding: who was suggested, and what an organisation learns by."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whoknows.needs.models.need import Need
from whoknows.people.models import Organisation, Person

ASKED_BY_NAME = 0


class SuggestedQuerySet(models.QuerySet["Suggested"]):
    def by_name(self) -> SuggestedQuerySet:
        """Keep whom somebody chose: whoever asked, or who pointed them to it."""
        return self.filter(Q(place=ASKED_BY_NAME) | Q(referred_by__isnull=False))

    def chosen_by(self, chooser: Person) -> SuggestedQuerySet:
        """Keep whom ``chooser`` asked by name, or pointed to a need."""
        asked = Q(place=ASKED_BY_NAME, referred_by=None, need__owner=chooser)
        return self.filter(asked | Q(referred_by=chooser))


class Suggested(models.Model):
    """Somebody was suggested for a need when it was posted, and how likely that was.

    In place 0 is whom somebody chose by name; who was suggested before that keeps their place.

    One in twenty is there by chance. What becomes of those tells later whether the ranking is
    right or only hears its own echo.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="suggested")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    propensity = models.FloatField()
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When a mail went out."))
    referred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who asked them by name, or pointed them to it."),
    )

    objects = SuggestedQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggested person")
        indexes: ClassVar = [models.Index(fields=["-at"], name="needs_suggested_lately")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["need", "person"], name="needs_suggested_once"),
            models.CheckConstraint(
                condition=Q(propensity__gt=0) & Q(propensity__lte=1),
                name="needs_suggested_propensity_is_a_probability",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.need_id}"

    @property
    def is_by_name(self) -> bool:
        return self.place == ASKED_BY_NAME or self.referred_by_id is not None

    @property
    def pointed_by(self) -> Person | None:
        """Who pointed them to it, if not whoever asked."""
        return self.referred_by if self.referred_by_id != self.need.owner_id else None


class RankingWeights(models.Model):
    """What counts for who is suggested in one organisation, learned from who answered there."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="ranking_weights"
    )
    weights = models.TextField(help_text=_("As JSON, by feature."))
    needs = models.PositiveIntegerField(help_text=_("How many answered needs it learned from."))
    fitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("weights of the ranking")

    def __str__(self) -> str:
        return f"{self.organisation}, {self.fitted_at:%Y-%m-%d}"


class Synonym(models.Model):
    """Two ways of saying the same in one organisation: what somebody types also finds the other.

    Learned from what solved needs although it is written in other words, or entered by an
    administrator. A refused one is kept, so that it is not learned again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    word = models.CharField(_("word"), max_length=80)
    means = models.CharField(_("means the same as"), max_length=80)
    is_learned = models.BooleanField(_("learned"), default=False, editable=False)
    is_refused = models.BooleanField(
        _("refused"), default=False, help_text=_("They do not mean the same here.")
    )

    class Meta:
        verbose_name = _("synonym")
        ordering: ClassVar = ["word", "means"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "word", "means"], name="needs_synonym_once"
            ),
            models.CheckConstraint(
                condition=~Q(word="") & ~Q(means="") & ~Q(word=models.F("means")),
                name="needs_synonym_of_two_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} = {self.means}"
