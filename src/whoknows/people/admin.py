"""Administration of people and organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from whoknows.base.admin import Audited, ReadOnly
from whoknows.base.days import day_of
from whoknows.people.actions.noting import note_places
from whoknows.people.forms import AgreeToPartner, ChangeMembership, ChangePerson
from whoknows.people.models import Membership, Organisation, PartnerAgreement, Person, Token, Unit
from whoknows.people.queries import answers_for, organisations_now, organisations_run_by


def _today() -> date:
    return day_of(timezone.now())


Audited.run_by = staticmethod(lambda user: organisations_run_by(user, on=_today()))


def _answers_for(request: HttpRequest, person: Person) -> bool:
    return answers_for(request.user, person, on=_today())


@admin.register(Organisation)
class OrganisationAdmin(Audited[Organisation]):
    """Organisations; new ones are opened by whoever runs the installation."""

    organisation_path = "pk"
    list_display = ("name", "slug")
    prepopulated_fields: ClassVar = {"slug": ("name",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    def organisations_of(self, obj: Organisation) -> Sequence[int | None]:
        return [obj.pk]


@admin.register(Unit)
class UnitAdmin(Audited[Unit]):
    """Units."""

    list_display = ("name", "parent", "organisation")
    list_filter = ("organisation",)
    search_fields = ("name",)


@admin.register(Person)
class PersonAdmin(Audited[Person]):
    """Persons who belong, or belonged, to the administrator's organisations."""

    form = ChangePerson
    organisation_path = "memberships__organisation"
    list_display = ("name", "email", "is_active", "is_contactable")
    search_fields = ("name", "email")
    fields = (
        "name",
        "email",
        "about",
        "url",
        "language",
        "timezone",
        "is_contactable",
        "is_active",
    )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Person | None = None
    ) -> tuple[str, ...]:
        """Leave sign-in addresses to the operator: who sets one can come in as its person."""
        return () if getattr(request.user, "is_superuser", False) else ("email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Who belongs nowhere is seen by nobody; `whoknows person add` gives a place at once.
        return bool(getattr(request.user, "is_superuser", False))

    def organisations_of(self, obj: Person) -> Sequence[int | None]:
        return organisations_now(obj, on=_today())

    def after_save(self, obj: Person) -> None:
        memberships = Membership.objects.filter(owner=obj)
        note_places(memberships.values_list("pk", flat=True))

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Nobody changes whoever runs it all, or somebody another organisation has too."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _answers_for(request, obj))


@admin.register(Membership)
class MembershipAdmin(Audited[Membership]):
    """Who belongs where, as what, from when to when."""

    form = ChangeMembership
    list_display = ("owner", "organisation", "unit", "site", "role", "started_on", "ended_on")
    list_filter = ("organisation", "role")
    search_fields = ("owner__name", "owner__email", "title")
    raw_id_fields = ("owner",)

    def after_save(self, obj: Membership) -> None:
        note_places([obj.pk])


@admin.register(PartnerAgreement)
class PartnerAgreementAdmin(ReadOnly[PartnerAgreement]):
    """Agreements: seen by both sides, made by whoever runs the installation."""

    form = AgreeToPartner
    audited_as = "agreement"
    list_display = ("one", "other", "since", "until")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[PartnerAgreement]:
        rows = admin.ModelAdmin.get_queryset(self, request)
        if getattr(request.user, "is_superuser", False):
            return rows
        within = Audited.run_by(request.user)
        return rows.filter(models.Q(one__in=within) | models.Q(other__in=within))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    def has_change_permission(
        self, request: HttpRequest, obj: PartnerAgreement | None = None
    ) -> bool:
        return bool(getattr(request.user, "is_superuser", False))

    def organisations_of(self, obj: PartnerAgreement) -> Sequence[int | None]:
        return [obj.one_id, obj.other_id]


@admin.register(Token)
class TokenAdmin(ReadOnly[Token]):
    """Tokens, without their secrets; an administrator may remove one of their own people's."""

    organisation_path = "person__memberships__organisation"
    list_display = fields = ("person", "label", "created_at")

    def has_delete_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return self._may(request) and (obj is None or _answers_for(request, obj.person))

    def organisations_of(self, obj: Token) -> Sequence[int | None]:
        return organisations_now(obj.person, on=_today())
