"""Pages about the software itself."""

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from whoknows.base.models import Installation


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Say what this is, what happens to people's data, and where the source code is."""
    return render(request, "base/about.html")


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in its states; in development and in a demo only."""
    if not (settings.DEBUG or Installation.objects.filter(is_demo=True).exists()):
        raise Http404
    return render(request, "base/components.html")


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer ``ok`` when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
