"""What every page knows of the installation."""

from django.contrib import admin
from django.http import HttpRequest

from whoknows.base.models import Installation


def installation(request: HttpRequest) -> dict[str, object]:
    """Return what pages may ask; the database is asked only if a page does."""
    return {
        "is_demo": lambda: Installation.objects.filter(is_demo=True).exists(),
        "may_administer": lambda: admin.site.has_permission(request),
    }
