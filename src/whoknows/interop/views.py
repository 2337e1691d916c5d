"""Pages by which people bring in files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from whoknows.base.days import day_of
from whoknows.base.errors import WhoknowsError
from whoknows.interop import forms
from whoknows.interop.actions import PeopleFileReport, bring_in_people
from whoknows.people.http import SignedInRequest
from whoknows.people.models import Organisation
from whoknows.people.queries import organisation_looked_after

# More are a file in the wrong form, and are told by the first of them.
MOST_TOLD = 200


@login_required
@require_http_methods(["GET", "POST"])
def people_file(request: SignedInRequest, slug: str) -> HttpResponse:
    """Bring in a list of people, and say what became of each row."""
    today = day_of(timezone.now())
    organisation = organisation_looked_after(request.user, slug=slug, on=today)
    is_sent = request.method == "POST"
    form = forms.PeopleFile(request.POST, request.FILES) if is_sent else forms.PeopleFile()
    done: PeopleFileReport | None = None
    if form.is_valid():
        try:
            done = _brought_in(request, organisation, form.cleaned_data["file"])
        except WhoknowsError as problem:
            form.add_error("file", problem.message)
    context: dict[str, object] = {"organisation": organisation, "form": form, "done": done}
    if done is not None:
        context |= {
            "added": done.report.added.get("persons", 0),
            "changed": done.report.changed.get("persons", 0),
            "unchanged": done.report.unchanged.get("persons", 0),
            "told": done.told[:MOST_TOLD],
            "more": max(0, len(done.told) - MOST_TOLD),
        }
    return render(request, "interop/people_file.html", context, status=422 if form.errors else 200)


def _brought_in(
    request: SignedInRequest, organisation: Organisation, file: UploadedFile[Any]
) -> PeopleFileReport:
    with TemporaryDirectory() as folder:
        # Under the name it was sent as: by that the same list is known again.
        path = Path(folder) / f"{Path(file.name or 'people').stem[:100]}.csv"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return bring_in_people(
            path=path, organisation=organisation, by=request.user, now=timezone.now()
        )
