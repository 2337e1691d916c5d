"""Django's admin, for administrators of organisations and whoever runs the installation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.exceptions import NotRegistered
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone

from whoknows.base.days import day_of

# Pages that came along: they would change things and leave no line in the audit trail. Nothing here
# goes by groups, and an address to sign in with is changed on the page of its person. What jobs are
# told is read by nobody: a mail that waits holds words for one reader.
LEFT_OUT = {"auth.group", "account.emailaddress", "procrastinate.procrastinatejob"}


class WhoknowsAdminConfig(AdminConfig):
    """Django's admin with our own idea of who may enter."""

    default_site = "whoknows.config.admin_site.WhoknowsAdmin"


class WhoknowsAdmin(admin.AdminSite):
    """Open to administrators; each sees their own organisations only."""

    site_header = site_title = "Whoknows"
    index_title = "Administration"

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Take in a page, unless it is one that is left out."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        kept = [model for model in models if model._meta.label_lower not in LEFT_OUT]  # noqa: SLF001 - public in all but name
        super().register(kept, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the addresses of the administration; "view on site" comes before Django's own."""
        shown = path("r/<path:content_type_id>/<path:object_id>/", self.admin_view(self.on_site))
        return [shown, *super().get_urls()]

    def on_site(self, request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
        """Lead to the page of what the reader sees in the administration; all else is not there.

        Django's own view asks for no right on the object, and tells the address of any.
        """
        from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - apps not ready
        from django.contrib.contenttypes.views import shortcut  # noqa: PLC0415 - apps not ready

        try:
            model = ContentType.objects.get_for_id(int(content_type_id)).model_class()
            admin_of_it = self.get_model_admin(model) if model else None
            found = admin_of_it.get_object(request, object_id) if admin_of_it else None
        except (ValueError, ContentType.DoesNotExist, NotRegistered):
            raise Http404 from None
        if not (admin_of_it and found and admin_of_it.has_view_permission(request, found)):
            raise Http404
        return shortcut(request, int(content_type_id), found.pk)

    def has_permission(self, request: HttpRequest) -> bool:
        from whoknows.people.queries import organisations_run_by  # noqa: PLC0415 - apps not ready

        user = request.user
        if not user.is_active:
            return False
        return bool(
            getattr(user, "is_superuser", False)
            or organisations_run_by(user, on=day_of(timezone.now()))
        )
