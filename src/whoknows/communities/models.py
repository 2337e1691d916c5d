"""Communities and who belongs to them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from whoknows.expertise.models import Topic
from whoknows.people.models import Person, Reach, Shared, SharedQuerySet


class CommunityQuerySet(SharedQuerySet["Community"]):
    def with_member_counts(self, reach: Reach | None) -> CommunityQuerySet:
        """Add how many members ``reach`` may see: no count includes anybody else."""
        seen = Person.objects.visible_to(reach).order_by()
        members = seen.filter(communities__community=models.OuterRef("pk"))
        by_community = members.values("communities__community")
        counts = by_community.annotate(count=models.Count("pk")).values("count")
        return self.annotate(member_count=Coalesce(models.Subquery(counts), 0))


class Community(Shared):
    """People who care about the same thing; ``owner`` opened it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=300, help_text=_("In one sentence."))
    topics = models.ManyToManyField(Topic, related_name="communities", blank=True)
    opened_at = models.DateTimeField()

    objects = CommunityQuerySet.as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        constraints: ClassVar = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=~models.Q(sharing__in=["private", "unit"]),
                name="communities_community_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("communities:community", args=[self.uid])


class CommunityMember(models.Model):
    """A person in a community."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="communities"
    )
    is_host = models.BooleanField(default=False, help_text=_("Looks after the community."))
    joined_at = models.DateTimeField()

    class Meta:
        verbose_name = _("community member")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "person"], name="communities_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.community_id}"
