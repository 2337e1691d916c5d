"""Administration of topics."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from whoknows.base.admin import Audited, AuditEntryAdmin
from whoknows.expertise import actions, forms
from whoknows.expertise.models import Topic
from whoknows.expertise.queries.topics import topics_shown_openly

# What people say they know is theirs alone until something shows it.
AuditEntryAdmin.untold |= {"declare_topic", "withdraw_topic"}


@admin.register(Topic)
class TopicAdmin(Audited[Topic]):
    """Topics that something shared with at least the organisation shows: names may be mended.

    Any other would tell what a private aid is about, or what somebody says to know.
    """

    form = forms.RenameTopic
    list_display = ("name", "organisation")
    list_filter = ("organisation",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).filter(pk__in=topics_shown_openly().values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Topics come from what people make; one that nothing shows yet would not be listed.
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Topic,
        form: ModelForm[Topic],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        actions.rename_topic(
            topic=obj,
            name=form.cleaned_data["name"],
            joins=form.cleaned_data["joins"],
            by=request.user,  # type: ignore[arg-type] # nobody gets here without signing in
            now=timezone.now(),
        )
