"""What every page of the administration has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

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
    that knows who runs what. ``audited_as`` is what the trail calls a row, if not by its model.
    """

    organisation_path = "organisation"
    audited_as = ""
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

    def get_form(
        self,
        request: HttpRequest,
        obj: M | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> type[ModelForm[M]]:
        """Tell the form, which is made anew for each request, who fills it in."""
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user  # type: ignore[attr-defined]
        return form

    @transaction.atomic
    def response_action(self, *args: Any, **options: Any) -> HttpResponse | None:
        """Do what was chosen for the ticked rows: all of it, with its lines, or nothing."""
        return super().response_action(*args, **options)

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self._record("admin_remove", request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[M]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def save_model(self, request: HttpRequest, obj: M, form: ModelForm[M], change: bool) -> None:  # noqa: FBT001 - Django's signature
        rows = self.model._default_manager  # noqa: SLF001 - whatever model it is
        # Where it was, they read of it as well: it may go to another organisation.
        before = self.organisations_of(rows.get(pk=obj.pk)) if change else []
        super().save_model(request, obj, form, change)
        action = "admin_change" if change else "admin_add"
        self._record(action, request, obj, before=before, fields=sorted(form.changed_data))
        self.after_save(obj)

    def _record(
        self,
        action: str,
        request: HttpRequest,
        obj: M,
        *,
        before: Sequence[int | None] = (),
        **detail: object,
    ) -> None:
        """Leave a line in the trail of each organisation that the row is, or was, about."""
        for organisation in dict.fromkeys([*before, *self.organisations_of(obj)]) or [None]:
            audit.record(
                action,
                f"{self.audited_as or type(obj).__name__.lower()}:{obj.pk}",
                by=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                organisation_id=organisation,
                **detail,
            )

    def organisations_of(self, obj: M) -> Sequence[int | None]:
        """Return the organisations in whose trail a change of ``obj`` belongs."""
        return [getattr(obj, "organisation_id", None)]

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


class Trail(ChangeList):
    """A page of the trail, whose lines know what they are about where the reader may see that."""

    def get_results(self, request: HttpRequest) -> None:
        """Look up what the lines of this page are about: one query for each kind of thing."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        pages = {
            page.audited_as or model.__name__.lower(): page
            for model, page in self.model_admin.admin_site._registry.items()  # noqa: SLF001 - public in all but name
            if isinstance(page, Audited)
        }
        ids: dict[str, set[str]] = {}
        for entry in self.result_list:
            kind, _, pk = entry.subject.partition(":")
            if kind in pages and pk.isdecimal():
                ids.setdefault(kind, set()).add(pk)
        found = {
            f"{kind}:{row.pk}": row
            # Through each kind's own page: it leaves out what people keep to themselves.
            for kind, pks in ids.items()
            for row in pages[kind].get_queryset(request).filter(pk__in=pks).select_related()
        }
        for entry in self.result_list:
            entry.about = found.get(entry.subject)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly[AuditEntry]):
    """Who did what. ``untold`` are actions that a room keeps from everybody."""

    untold: ClassVar[set[str]] = set()
    list_display = ("at", "actor", "action", "about")
    list_filter = ("action",)
    list_select_related = ("actor",)
    search_fields = ("subject", "actor__name")
    date_hierarchy = "at"
    empty_value_display = gettext_lazy("the command line, or the software itself")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuditEntry]:
        rows = Base.get_queryset(self, request).exclude(action__in=self.untold)
        if getattr(request.user, "is_superuser", False):
            return rows
        return rows.filter(organisation_id__in=Audited.run_by(request.user))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Trail

    @admin.display(description=gettext_lazy("about"), ordering="subject")
    def about(self, entry: AuditEntry) -> str:
        """Return what the line is about, with its name and a link where it has a page here."""
        row = entry.about
        if row is None:
            return entry.subject
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"  # noqa: SLF001 - public in all but name
        link = reverse(name, args=[row.pk])
        return format_html('<a href="{}">{}</a> {}', link, row, entry.subject)


@admin.register(Installation)
class InstallationAdmin(ReadOnly[Installation]):
    """The installation itself; only whoever runs it sees it."""

    list_display = ("uid", "is_demo", "prepared_at")

    def _may(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))
