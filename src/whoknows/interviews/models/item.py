"""What was sorted out of an interview, and what each line of a draft rests on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whoknows.engine.interviews import ItemKind
from whoknows.interviews.models.interview import Interview
from whoknows.interviews.models.said import Note, OutlineEntry, Statement


class ItemKindChoice(models.TextChoices):
    """The kinds of :class:`whoknows.engine.interviews.ItemKind`, in words."""

    STEP = ItemKind.STEP.value, _("what one does")
    CUE = ItemKind.CUE.value, _("what tells one")
    RESULT = ItemKind.RESULT.value, _("how one sees that it worked")
    STRATEGY = ItemKind.STRATEGY.value, _("how an expert does it")
    ERROR = ItemKind.ERROR.value, _("what goes wrong")
    DECISION = ItemKind.DECISION.value, _("what is decided")
    DIFFICULTY = ItemKind.DIFFICULTY.value, _("why it is hard")
    KNOWLEDGE = ItemKind.KNOWLEDGE.value, _("what one has to know")


class Item(models.Model):
    """One thing that was said, sorted by what an aid can do with it."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKindChoice.choices)
    text = models.CharField(max_length=1000)
    entry = models.ForeignKey(
        OutlineEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="items"
    )
    position = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("item")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="interviews_item_says_something"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ItemKind]),
                name="interviews_item_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Source(models.Model):
    """Where an item comes from: a statement, a note or an entry of the outline."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="sources")
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="sources"
    )
    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, null=True, blank=True, related_name="sources"
    )
    entry = models.ForeignKey(
        OutlineEntry, on_delete=models.CASCADE, null=True, blank=True, related_name="sources"
    )

    class Meta:
        verbose_name = _("source")
        ordering: ClassVar = ["statement__number", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(statement__isnull=False, note__isnull=True, entry__isnull=True)
                | Q(statement__isnull=True, note__isnull=False, entry__isnull=True)
                | Q(statement__isnull=True, note__isnull=True, entry__isnull=False),
                name="interviews_source_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["item", "statement", "note", "entry"],
                name="interviews_source_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"source of {self.item_id}"


class DraftLink(models.Model):
    """A line of the draft aid, as it was drafted, rests on an item."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="draft_links")
    role = models.CharField(max_length=8, help_text=_("The role of the line: step, cue, …"))
    text = models.TextField(help_text=_("The line as it was drafted."))
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="draft_links")

    class Meta:
        verbose_name = _("draft link")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.role} from {self.item_id}"
