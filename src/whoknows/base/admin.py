"""What every page of the administration has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from whoknows.base import audit
from whoknows.base.models import AuditEntry, Installation

_SECRETS = {"password", "digest"}
M = TypeVar("M", bound=models.Model)
if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    # Not generic at run time.
    class Base(admin.ModelAdmin):
        """Subscriptable, as the type checker sees it."""

        def __class_getitem__(cls, _model: object) -> type:
            return cls


class NumberWithin(ForeignKeyRawIdWidget):
    """A field for the number of a row, which names the row only if it is among the choices.

    Django's own names whatever has the number: by counting up one would read everybody's names.
    """

    within: models.QuerySet[Any]

    def label_and_url_for_value(self, value: Any) -> tuple[str, str]:
        try:
            is_choice = self.within.filter(pk=value).exists()
        except (ValueError, ValidationError):
            is_choice = False
        return super().label_and_url_for_value(value) if is_choice else ("", "")


class Audited(Base[M]):
    """An administrator's page over the rows of the organisations they run; each write is audited.

    ``organisation_path`` leads from a row to its organisation. ``run_by`` is set once, by the room
    that knows who runs what.
    """

    organisation_path = "organisation"
    run_by: Callable[[Any], frozenset[int]] = staticmethod(lambda _user: frozenset())
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        rows = super().get_queryset(request)
        if getattr(request.user, "is_superuser", False):
            return rows
        within = Audited.run_by(request.user)
        return rows.filter(Q(**{f"{self.organisation_path}__in": within})).distinct()

    def _may(self, request: HttpRequest) -> bool:
        user = request.user
        if isinstance(user, AnonymousUser) or not user.is_active:
            return False
        return bool(getattr(user, "is_superuser", False) or Audited.run_by(user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter by those organisations only whose rows the page shows."""
        return [
            (name, admin.RelatedOnlyFieldListFilter) if name == "organisation" else name
            for name in super().get_list_filter(request)
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse what would tell a secret one letter at a time."""
        parts = lookup.split("__")
        own = {field.name for field in self.model._meta.concrete_fields} | {"pk"}  # noqa: SLF001 - public in all but name
        # Along a relation back, a filter would count what the page does not show.
        if _SECRETS & set(parts) or parts[0] not in own:
            return False
        return super().lookup_allowed(lookup, value, request)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Read an address without a scheme as https."""
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        audit.record(
            "admin_remove",
            f"{type(obj).__name__.lower()}:{obj.pk}",
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            organisation_id=getattr(obj, "organisation_id", None),
        )
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[M]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def save_model(self, request: HttpRequest, obj: M, form: ModelForm[M], change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        audit.record(
            "admin_change" if change else "admin_add",
            f"{type(obj).__name__.lower()}:{obj.pk}",
            by=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
            organisation_id=getattr(obj, "organisation_id", None),
            fields=sorted(form.changed_data),
        )
        self.after_save(obj)

    def after_save(self, obj: M) -> None:
        """Do what follows from a change; rooms say what that is."""

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer only organisations that the administrator runs, and what belongs to them."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is None or field.queryset is None or getattr(request.user, "is_superuser", False):
            return field
        within = Audited.run_by(request.user)
        names = {f.name for f in field.queryset.model._meta.get_fields()}  # noqa: SLF001 - public in all but name
        if field.queryset.model.__name__ == "Organisation":
            field.queryset = field.queryset.filter(pk__in=within)
        elif "organisation" in names:
            field.queryset = field.queryset.filter(organisation__in=within)
        elif "memberships" in names:
            field.queryset = field.queryset.filter(memberships__organisation__in=within).distinct()
        if isinstance(field.widget, ForeignKeyRawIdWidget):
            field.widget = NumberWithin(db_field.remote_field, self.admin_site)
            field.widget.within = field.queryset
        return field


class ReadOnly(Audited[M]):
    """A page that shows and changes nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly[AuditEntry]):
    """Who did what."""

    list_display = ("at", "actor", "action", "subject")
    list_filter = ("action",)
    search_fields = ("subject", "actor__name")
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuditEntry]:
        rows = Base.get_queryset(self, request)
        if getattr(request.user, "is_superuser", False):
            return rows
        return rows.filter(organisation_id__in=Audited.run_by(request.user))


@admin.register(Installation)
class InstallationAdmin(ReadOnly[Installation]):
    """The installation itself; only whoever runs it sees it."""

    list_display = ("uid", "is_demo", "prepared_at")

    def _may(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))
