"""Administration of topics."""

from django.contrib import admin

from whoknows.base.admin import Audited
from whoknows.expertise.models import Topic


@admin.register(Topic)
class TopicAdmin(Audited[Topic]):
    """Topics: their names may be mended."""

    list_display = ("name", "organisation")
    list_filter = ("organisation",)
    search_fields = ("name",)
