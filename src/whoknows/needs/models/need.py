"""Needs and answers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.communities.models import Community
from whoknows.expertise.models import Topic
from whoknows.people.models import Shared, SharedQuerySet

LONGEST_NEED = 20_000


def _has_answers() -> models.Exists:
    return models.Exists(Answer.objects.filter(need=models.OuterRef("pk")))


class NeedQuerySet(SharedQuerySet["Need"]):
    def open(self) -> NeedQuerySet:
        return self.filter(met_at__isnull=True)

    def answered(self) -> NeedQuerySet:
        return self.filter(_has_answers())

    def unanswered(self) -> NeedQuerySet:
        return self.filter(~_has_answers())

    def in_words(self, words: str) -> NeedQuerySet:
        """Keep those that say ``words``, or have them as their title."""
        return self.filter(Q(words=words) | Q(title=words))


class Need(Shared):
    """What somebody is trying to do, in their own words. ``owner`` raised it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=300, help_text=_("The words in brief, for lists."))
    words = models.TextField(help_text=_("Kept exactly as typed; never rewritten."))
    language = models.CharField(max_length=10, default="en")
    topics = models.ManyToManyField(Topic, related_name="needs", blank=True)
    community = models.ForeignKey(
        Community, on_delete=models.SET_NULL, null=True, blank=True, related_name="needs"
    )
    raised_at = models.DateTimeField()
    met_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When whoever raised it said that it was solved.")
    )
    url = models.URLField(max_length=500, blank=True, help_text=_("Where it came from."))
    attribution = models.CharField(max_length=300, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("need")
        indexes: ClassVar = [
            models.Index(fields=["-raised_at", "-id"], name="needs_need_newest_first")
        ]
        constraints: ClassVar = [
            *Shared.Meta.constraints,
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(met_at__gte=models.F("raised_at")),
                name="needs_need_met_after_it_was_raised",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("needs:need", args=[self.uid])


class Verdict(models.TextChoices):
    """What whoever raised the need says of an answer."""

    HELPED = "helped", _("helped")
    SOLVED = "solved", _("solved it")


class Answer(models.Model):
    """What somebody said to a need. Seen by whoever sees the need."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="answers")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers"
    )
    text = models.TextField(help_text=_("Markdown."))
    given_at = models.DateTimeField()
    score = models.IntegerField(null=True, blank=True, help_text=_("Votes where it came from."))
    verdict = models.CharField(max_length=6, choices=Verdict.choices, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a mail told its author that it solved the need.")
    )
    url = models.URLField(max_length=500, blank=True, help_text=_("Where it came from."))

    class Meta:
        verbose_name = _("answer")
        ordering: ClassVar = ["given_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict="", judged_at__isnull=True)
                | (~Q(verdict="") & Q(judged_at__isnull=False)),
                name="needs_answer_verdict_and_its_date_together",
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.uid}"
