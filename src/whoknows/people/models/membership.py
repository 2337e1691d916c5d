"""Belonging to an organisation, from a day to a day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from whoknows.base.prepared import Given, IsAfter, IsNotAfter
from whoknows.people.models.sharing import Shared, SharedQuerySet


class Role(models.TextChoices):
    """What somebody may do for others in an organisation."""

    MEMBER = "member", _("member")
    FACILITATOR = "facilitator", _("facilitator")
    HOST = "host", _("community host")
    ADMINISTRATOR = "administrator", _("administrator")


class MembershipQuerySet(SharedQuerySet["Membership"]):
    def active(self, on: date | Given) -> MembershipQuerySet:
        return self.filter(IsNotAfter("started_on", on)).filter(
            Q(ended_on__isnull=True) | Q(IsAfter("ended_on", on))
        )

    def shown(self) -> MembershipQuerySet:
        """Keep those that last today by the database's clock, and alumni."""
        return self.findable().filter(started_on__lte=TruncDate(Now()))

    def findable(self) -> MembershipQuerySet:
        """Keep also those that begin later: the index has them before anybody may see them."""
        today = TruncDate(Now())
        return self.filter(
            Q(stays_as_alumni=True) | Q(ended_on__isnull=True) | Q(ended_on__gt=today)
        )


class Membership(Shared):
    """``owner`` belongs to ``organisation``, with a role, from a day to a day.

    Rights end on ``ended_on`` (the first day without them). Its sharing class says who may find
    the person through this organisation.
    """

    role = models.CharField(max_length=14, choices=Role.choices, default=Role.MEMBER)
    title = models.CharField(_("job title"), max_length=200, blank=True)
    site = models.CharField(
        _("site"),
        max_length=120,
        blank=True,
        help_text=_("Where they work: a plant, a building, a town."),
    )
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    stays_as_alumni = models.BooleanField(
        default=False, help_text=_("They agreed to be found, and asked, after they left.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta(Shared.Meta):
        verbose_name = _("membership")
        constraints: ClassVar = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "owner"],
                condition=Q(ended_on__isnull=True),
                name="people_membership_one_open_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="people_membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} at {self.organisation}"

    @property
    def in_words(self) -> str:
        """The job and the organisation, and until when for who has left or will."""
        place = self.organisation.name
        if self.title:
            place = gettext("%(job)s, %(place)s") % {"job": self.title, "place": place}
        return until_in_words(place, self.ended_on)

    def is_active(self, on: date) -> bool:
        return self.started_on <= on and (self.ended_on is None or self.ended_on > on)


def until_in_words(place: str, ended_on: date | None) -> str:
    """Return where somebody is, and in which month it ended or will; None for what lasts."""
    if ended_on is None:
        return place
    until = {"organisation": place, "month": date_format(ended_on, "F Y")}
    return gettext("%(organisation)s, until %(month)s") % until
