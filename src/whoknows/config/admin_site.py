"""Django's admin, for administrators of organisations and whoever runs the installation."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils import timezone

from whoknows.base.days import day_of


class WhoknowsAdminConfig(AdminConfig):
    """Django's admin with our own idea of who may enter."""

    default_site = "whoknows.config.admin_site.WhoknowsAdmin"


class WhoknowsAdmin(admin.AdminSite):
    """Open to administrators; each sees their own organisations only."""

    site_header = site_title = "Whoknows"
    index_title = "Administration"

    def has_permission(self, request: HttpRequest) -> bool:
        from whoknows.people.queries import organisations_run_by  # noqa: PLC0415 - apps not ready

        user = request.user
        if not user.is_active:
            return False
        return bool(
            getattr(user, "is_superuser", False)
            or organisations_run_by(user, on=day_of(timezone.now()))
        )
