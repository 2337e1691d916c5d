"""Organisations, their units, and agreements between them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from whoknows.base.prepared import Given, IsNotAfter, IsNotBefore

# What is none of these would end up in a header of every frame.
_SITE = r"(?:https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|http://localhost)(?::\d{1,5})?"
_SITES = RegexValidator(
    rf"\A\s*(?:{_SITE}(?:\s+{_SITE})*\s*)?\Z",
    _("Write sites like https://intranet.example, separated by spaces."),
)


class Organisation(models.Model):
    """An employer, an association or a community of its own: whoever decides who belongs."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    about = models.TextField(blank=True, help_text=_("Shown to everybody who may see its things."))
    frame_hosts = models.TextField(
        blank=True,
        validators=[_SITES],
        help_text=_(
            "Sites that may show its public aids in a frame, such as https://intranet.example; "
            "separated by spaces. Nobody may when this is empty."
        ),
    )

    class Meta:
        verbose_name = _("organisation")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def may_frame(self) -> list[str]:
        """Return the sites that may show its public aids in a frame."""
        return self.frame_hosts.split()


class Unit(models.Model):
    """A part of an organisation; what is shared with a unit also reaches the units inside it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("unit")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="people_unit_name_once_per_organisation"
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="people_unit_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PartnerAgreementQuerySet(models.QuerySet["PartnerAgreement"]):
    def in_force(self, on: date | Given) -> PartnerAgreementQuerySet:
        return self.filter(IsNotAfter("since", on)).filter(
            models.Q(until__isnull=True) | models.Q(IsNotBefore("until", on))
        )

    def between(self, one: Organisation, other: Organisation) -> PartnerAgreementQuerySet:
        """Keep those of these two, whoever is named first."""
        return self.filter(models.Q(one=one, other=other) | models.Q(one=other, other=one))

    def overlapping(self, since: date, until: date | None) -> PartnerAgreementQuerySet:
        """Keep those that hold on a day from ``since`` to ``until``, without it for ever."""
        found = self.filter(models.Q(until__isnull=True) | models.Q(until__gte=since))
        return found if until is None else found.filter(since__lte=until)


class PartnerAgreement(models.Model):
    """Two organisations let each other see what their people share with partners."""

    one = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text=_("The last day it holds."))

    objects = PartnerAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner agreement")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(one=models.F("other")), name="people_agreement_between_two"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="people_agreement_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} and {self.other}"
