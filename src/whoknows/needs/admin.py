"""Administration of needs: counts and states, never anybody's private words."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from whoknows.base.admin import ReadOnly
from whoknows.needs.models import Need
from whoknows.people.models import SharingClass


@admin.register(Need)
class NeedAdmin(ReadOnly[Need]):
    """Needs that their owners shared with at least the organisation."""

    list_display = ("title", "owner", "organisation", "sharing", "raised_at", "met_at")
    list_filter = ("organisation", "sharing")
    search_fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        narrow = [SharingClass.PRIVATE, SharingClass.UNIT]
        return super().get_queryset(request).exclude(sharing__in=narrow)
