"""What every page knows of the installation."""

from django.contrib import admin
from django.http import HttpRequest

from whoknows.base.models import Installation
from whoknows.people.queries import sends_mail


def installation(request: HttpRequest) -> dict[str, object]:
    """Return what pages may ask; the database is asked only if a page does."""
    return {
        "is_demo": lambda: Installation.objects.filter(is_demo=True).exists(),
        # Where there is no mail server, nothing may be said to be on its way.
        "sends_mail": sends_mail(),
        "may_administer": lambda: admin.site.has_permission(request),
    }
