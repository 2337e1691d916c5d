"""Needs, answers, and what met them."""

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
from whoknows.people.models import Organisation, Shared, SharedQuerySet

LONGEST_NEED = 20_000


class NeedQuerySet(SharedQuerySet["Need"]):
    def open(self) -> NeedQuerySet:
        return self.filter(met_at__isnull=True)

    def answered(self) -> NeedQuerySet:
        answers = Answer.objects.filter(need=models.OuterRef("pk"))
        return self.filter(Q(models.Exists(answers)))

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


class Miss(models.Model):
    """Somebody says that there is nothing to use for these words.

    The organisation sees the words and how many said so, never who; forgotten after 90 days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=200, help_text=_("As typed, spaces made one."))
    folded = models.CharField(
        max_length=200, help_text=_("By which words are the same, however they are capitalised.")
    )
    at = models.DateTimeField(help_text=_("The last time they looked."))

    class Meta:
        verbose_name = _("miss")
        verbose_name_plural = _("misses")
        indexes: ClassVar = [models.Index(fields=["at"], name="needs_miss_at")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "folded", "person"], name="needs_miss_one_a_person"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="needs_miss_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class Solution(models.Model):
    """Somebody said of a thing they were shown: this solved it. From then on it ranks higher."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    words = models.TextField(help_text=_("What they were trying to do. Seen by nobody else."))
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("solution")
        indexes: ClassVar = [
            models.Index(fields=["document_kind", "document_id"], name="needs_solution_document")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                models.functions.MD5("words"),
                "document_kind",
                "document_id",
                name="needs_solution_said_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_kind}:{self.document_id}"


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


ASKED_BY_NAME = 0


class Suggested(models.Model):
    """Somebody was suggested for a need when it was posted, and how likely that was.

    In place 0 is whom the asker asked by name.

    One in twenty is there by chance. What becomes of those tells later whether the ranking is
    right or only hears its own echo.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="suggested")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    propensity = models.FloatField()
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When a mail went out."))

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
