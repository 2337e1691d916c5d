"""What an aid said before."""

from itertools import zip_longest

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from whoknows.aids import queries
from whoknows.aids.views.using import using
from whoknows.people.http import ReaderRequest


@require_safe
def history(request: ReaderRequest, code: str) -> HttpResponse:
    """List the versions of an aid."""
    found = queries.aid_visible_to(request.reach, code=code)
    versions = list(queries.versions_of(found, reach=request.reach)[:200])
    pairs = list(zip_longest(versions, versions[1:]))
    return render(request, "aids/history.html", {"aid": found, "pairs": pairs})


@require_safe
def version(request: ReaderRequest, code: str, number: int) -> HttpResponse:
    """Show an old version, marked as such."""
    found = queries.aid_visible_to(request.reach, code=code)
    old = queries.version_of(found, number=number, reach=request.reach)
    use = using(queries.shown_version(found, old), QueryDict(), title=old.title)
    context = {"aid": found, "version": old, "use": use}
    return render(request, "aids/version.html", context)


@require_safe
def compare(request: ReaderRequest, code: str, before: int, after: int) -> HttpResponse:
    """Show what changed from one version to another."""
    found = queries.aid_visible_to(request.reach, code=code)
    one = queries.version_of(found, number=before, reach=request.reach)
    other = queries.version_of(found, number=after, reach=request.reach)
    changed = queries.compare(one, other)
    context = {
        "aid": found,
        "before": one,
        "after": other,
        "differences": changed,
        "is_same": not any(line.is_change for line in changed) and one.title == other.title,
    }
    return render(request, "aids/compare.html", context)
