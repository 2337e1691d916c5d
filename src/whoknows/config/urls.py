"""Addresses of the whole."""

from django.contrib import admin
from django.urls import include, path

from whoknows.aids.urls import carried
from whoknows.interop.urls import brought_in
from whoknows.people.urls import looked_after

urlpatterns = [
    path("", include("whoknows.needs.urls")),
    path("interviews/", include("whoknows.interviews.urls")),
    path("aids/", include("whoknows.aids.urls")),
    path("a/", include((carried, "carried"))),
    path("communities/", include("whoknows.communities.urls")),
    path("people/", include("whoknows.expertise.urls")),
    path("organisations/", include((looked_after, "organisation"))),
    path("organisations/", include((brought_in, "bring-in"))),
    path("me/", include("whoknows.people.urls")),
    path("api/v1/", include("whoknows.interop.urls")),
    path("accounts/", include("whoknows.config.account_urls")),
    path("admin/", admin.site.urls),
    path("", include("whoknows.base.urls")),
]

handler404 = "whoknows.base.pages.not_found"
