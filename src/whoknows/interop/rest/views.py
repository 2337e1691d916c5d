"""Suggestions for programs."""

import json
from importlib.resources import files

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotSignedIn
from whoknows.needs.models import LONGEST_NEED
from whoknows.needs.queries.plain import as_plain
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.queries import person_with_token, reach_of


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=WORDS`` with what and who helps, for the person whose token is sent."""
    now = timezone.now()
    reach = reach_of(person_with_token(_bearer(request)), on=day_of(now))
    words = request.GET.get("q", "").strip()
    if not words:
        raise BadInput("Add what somebody is trying to do: ?q=WORDS.")
    if len(words) > LONGEST_NEED:
        raise BadInput("Send at most {most:,} characters.", most=LONGEST_NEED)
    return JsonResponse(as_plain(suggest(words, reach=reach, now=now)))


def _bearer(request: HttpRequest) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise NotSignedIn("Send your personal token: Authorization: Bearer wk_….")
    return secret.strip()


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI document."""
    text = files("whoknows.interop.rest").joinpath("openapi.json").read_text(encoding="utf-8")
    return JsonResponse(json.loads(text))
