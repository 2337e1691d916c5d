"""Administration of communities."""

from django.contrib import admin

from whoknows.base.admin import Audited
from whoknows.communities.models import Community
from whoknows.search.actions import note_changed


@admin.register(Community)
class CommunityAdmin(Audited[Community]):
    """Communities: name and purpose may be mended."""

    list_display = ("name", "organisation", "sharing", "opened_at")
    list_filter = ("organisation",)
    search_fields = ("name",)
    fields = ("name", "purpose")

    def after_save(self, obj: Community) -> None:
        note_changed("community", [obj.pk])
