"""Administration of topics."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from whoknows.base.admin import Audited
from whoknows.expertise.models import Evidence, Topic
from whoknows.people.models import NARROW


@admin.register(Topic)
class TopicAdmin(Audited[Topic]):
    """Topics that something shared with at least the organisation shows: names may be mended.

    Any other would tell what a private aid is about, or what somebody says to know.
    """

    list_display = ("name", "organisation")
    list_filter = ("organisation",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        shown = Evidence.objects.standing().exclude(sharing__in=NARROW)
        return super().get_queryset(request).filter(Exists(shown.filter(topics=OuterRef("pk"))))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Topics come from what people make; one that nothing shows yet would not be listed.
        return False
