"""Pages about the software itself."""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from whoknows.base.models import Installation


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say what this is, what happens to people's data, and where the source code is."""
    return render(request, "base/about.html")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component in its states; in development and in a demo only."""
    if not (settings.DEBUG or Installation.objects.filter(is_demo=True).exists()):
        raise Http404
    return render(request, "base/components.html", _samples())


def _samples() -> dict[str, object]:
    """Return plain values in the shape of what components take; none of these people exists."""
    mika = {"name": "Mika Ohta", "initials": "MO", "is_contactable": True, "get_absolute_url": "#"}
    noor = {"name": "نور الهدى", "initials": "نا", "is_contactable": False, "get_absolute_url": "#"}
    dated = {
        "verified_on": date(2026, 5, 3),
        "verified_by": "Mika Ohta",
        "verify_by": date(2026, 11, 3),
    }
    reasons = [
        {"text": "Answered 4 needs like this since May 2026, the last on 3 June 2026.", "url": "#"},
        {"text": "Torque wrench shows E4 after calibration", "url": "#"},
        {"text": "Wrench refuses to zero after the lab had it", "url": "#"},
    ]
    return {
        "persons": [mika, noor],
        "dated": dated,
        "trusts": ["verified", "due", "stale", "unverified"],
        "reasons": reasons,
        "sharings": ["private", "unit", "organisation", "partners", "public"],
        "form": _SampleForm({"title": ""}),
        "pages": Paginator(range(90), 30).get_page(2),
    }


class _SampleForm(forms.Form):
    title = forms.CharField(label="Title", help_text="What one does with it.")
    sharing = forms.ChoiceField(
        label="Who can see this?",
        widget=forms.RadioSelect,
        choices=[
            ("private", "only you"),
            ("organisation", "your organisation"),
            ("public", "anyone"),
        ],
    )


@require_safe
def source(_request: HttpRequest) -> HttpResponse:
    """Hand out the source code of what runs here, as the licence asks."""
    response = HttpResponse(_source_zip(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="whoknows-source.zip"'
    return response


@cache
def _source_zip() -> bytes:
    package = Path(__file__).parents[1]
    packed = BytesIO()
    beside = [
        package.parents[1] / name for name in ("pyproject.toml", "LICENSE", "Makefile", "README.md")
    ]
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for path in filter(Path.is_file, beside):
            archive.write(path, path.name)
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, f"src/whoknows/{path.relative_to(package)}")
    return packed.getvalue()


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer ``ok`` when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
