"""Administration of needs: counts and states, never anybody's private words."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from whoknows.base.admin import Audited, ReadOnly
from whoknows.needs.models import Need, Synonym
from whoknows.people.models import NARROW


@admin.register(Need)
class NeedAdmin(ReadOnly[Need]):
    """Needs that their owners shared with at least the organisation."""

    list_display = ("title", "owner", "organisation", "sharing", "raised_at", "met_at")
    list_filter = ("organisation", "sharing")
    search_fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        return super().get_queryset(request).exclude(sharing__in=NARROW)


@admin.register(Synonym)
class SynonymAdmin(Audited[Synonym]):
    """Words that mean the same in an organisation: learned ones can be refused, others added."""

    list_display = ("word", "means", "organisation", "is_learned", "is_refused")
    list_filter = ("organisation", "is_learned", "is_refused")
    search_fields = ("word", "means")
    fields = ("organisation", "word", "means", "is_refused")
