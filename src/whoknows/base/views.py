"""Pages about the software itself."""

import json
from datetime import date
from functools import cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
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
    sam = {"name": "Sam Reyes", "initials": "SR", "is_contactable": True, "is_out_of_sight": True}
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
        "persons": [mika, noor, sam],
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
def manifest(_request: HttpRequest) -> JsonResponse:
    """Say how this can be installed as an app."""
    sizes = [
        ("icon-192", 192, "any"),
        ("icon-512", 512, "any"),
        ("icon-maskable-512", 512, "maskable"),
    ]
    icons = [
        {
            "src": static(f"whoknows/{name}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, size, purpose in sizes
    ]
    told = {
        "name": "Whoknows",
        "short_name": "Whoknows",
        "description": gettext("Say what you are trying to do, and see what and who helps."),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f3",
        "theme_color": "#0a5a54",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network. Asks nothing about the reader: every device keeps it."""
    return render(request, "base/offline.html")


@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Hand out the script that shows kept aids without a network, from the root so that it may."""
    page = reverse("base:offline")
    files = ["whoknows.css", "offline.js", "icon.svg"]
    assets = [page, *(static(f"whoknows/{name}") for name in files)]
    body = _worker_script()
    # Another page or another script makes another shell: a device fetches it anew.
    parts = [body, *assets, render_to_string("base/offline.html", request=request)]
    version = blake2b("\n".join(parts).encode(), digest_size=6).hexdigest()
    told = {"VERSION": version, "ASSETS": assets, "OFFLINE": page}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    return HttpResponse(head + body, content_type="text/javascript; charset=utf-8")


@cache
def _worker_script() -> str:
    found = finders.find("whoknows/sw.js")
    return Path(str(found)).read_text(encoding="utf-8")


@require_safe
def source(_request: HttpRequest) -> HttpResponse:
    """Hand out the source code of what runs here, as the licence asks."""
    response = HttpResponse(_source_zip(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="whoknows-source.zip"'
    return response


@cache
def _source_zip() -> bytes:
    package = Path(__file__).parents[1]
    root, packed = package.parents[1], BytesIO()
    beside = [root / name for name in ("pyproject.toml", "LICENSE", "Makefile", "README.md")]
    # Without these it could be read and not built.
    beside += sorted((root / "requirements").glob("*.txt"))
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for path in filter(Path.is_file, beside):
            archive.write(path, str(path.relative_to(root)))
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
