"""What people know about, and what shows it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from whoknows.people.models import Organisation, Shared, SharedQuerySet


class Topic(models.Model):
    """Something one can know about, in the words of one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="topics")
    slug = models.SlugField(max_length=80, allow_unicode=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("topic")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "slug"], name="expertise_topic_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceKind(models.TextChoices):
    """What somebody did that shows what they know."""

    ANSWERED = "answered", _("answered")
    HELPED = "helped", _("helped")
    SOLVED = "solved", _("solved it")
    WROTE_AID = "wrote_aid", _("wrote the aid")


class EvidenceQuerySet(SharedQuerySet["Evidence"]):
    def standing(self) -> EvidenceQuerySet:
        """Keep what its person has not removed."""
        return self.filter(removed_at__isnull=True)


class Evidence(Shared):
    """One thing ``owner`` did that shows expertise, and the document it can be seen in.

    It is visible to whoever may see that document, and to its person. Removed by its owner, it is
    kept as a mark so that no later import or rating brings it back, and counts for nothing.
    """

    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    source = models.CharField(
        max_length=40, unique=True, help_text=_("What it came from, kind and id: answer:12.")
    )
    document_kind = models.CharField(max_length=20)
    document_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, help_text=_("Where it can be seen, within this site."))
    topics = models.ManyToManyField(Topic, related_name="evidence")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes: ClassVar = [
            models.Index(
                fields=["document_kind", "document_id"], name="expertise_evidence_document"
            ),
            models.Index(fields=["owner", "-at"], name="expertise_evidence_owner_at"),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.kind} {self.source}"


class RefusedTopic(models.Model):
    """A person said that they are not to be known for a topic; no evidence counts against that."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="refused_topics"
    )
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "topic"], name="expertise_refusedtopic_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} not {self.topic_id}"


class DeclaredTopic(models.Model):
    """A person said that they know about a topic; it stays pending until something shows it.

    Alone it is shown to nobody else and counts for nothing.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="declared_topics"
    )
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "topic"], name="expertise_declaredtopic_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} says {self.topic_id}"


def standing_for_topics() -> Q:
    """Return the condition on evidence joined to topics that its person refused none of them."""
    refused = RefusedTopic.objects.filter(
        person=models.OuterRef("owner"), topic=models.OuterRef("topics")
    )
    return ~Q(models.Exists(refused))
