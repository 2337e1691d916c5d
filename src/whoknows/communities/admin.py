"""Administration of communities."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from whoknows.base.admin import Audited
from whoknows.communities.models import Community
from whoknows.people.models import NARROW
from whoknows.search.actions import note_changed


@admin.register(Community)
class CommunityAdmin(Audited[Community]):
    """Communities open to at least the organisation: name and purpose may be mended."""

    list_display = ("name", "organisation", "sharing", "opened_at")
    list_filter = ("organisation",)
    search_fields = ("name",)
    fields = ("name", "purpose")

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Somebody opens a community and is its first host; that is no administrator's form.
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Community]:
        return super().get_queryset(request).exclude(sharing__in=NARROW)

    def after_save(self, obj: Community) -> None:
        note_changed("community", [obj.pk])
