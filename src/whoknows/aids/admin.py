"""Administration of aids."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from whoknows.aids.models import Aid
from whoknows.base.admin import ReadOnly
from whoknows.people.models import NARROW


@admin.register(Aid)
class AidAdmin(ReadOnly[Aid]):
    """Aids that their owners shared with at least the organisation."""

    list_display = ("title", "code", "owner", "organisation", "verified_on", "verify_by")
    list_filter = ("organisation",)
    search_fields = ("title", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Aid]:
        return super().get_queryset(request).exclude(sharing__in=NARROW)
