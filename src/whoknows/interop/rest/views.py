"""Suggestions for programs."""

import json
from importlib.resources import files

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from whoknows.base.errors import BadInput, NotSignedIn, WhoknowsError
from whoknows.base.problems import problem
from whoknows.needs.actions.asking import LONGEST_NEED
from whoknows.needs.queries.plain import as_plain
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.queries import person_with_token, reach_of


@csrf_exempt
@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=WORDS`` with what and who helps, for the person whose token is sent."""
    now = timezone.now()
    try:
        reach = reach_of(person_with_token(_bearer(request)), on=now.date())
        words = request.GET.get("q", "").strip()
        if not words:
            raise BadInput("Add what somebody is trying to do: ?q=WORDS.")
        if len(words) > LONGEST_NEED:
            raise BadInput(f"Send at most {LONGEST_NEED:,} characters.")
        found = suggest(words, reach=reach, now=now)
    except NotSignedIn as error:
        answer = problem(error)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="whoknows"'
        return answer
    except WhoknowsError as error:
        return problem(error)
    return JsonResponse(as_plain(found))


def _bearer(request: HttpRequest) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise NotSignedIn("Send your personal token: Authorization: Bearer wk_….")
    return secret.strip()


@require_GET
def openapi(_request: HttpRequest) -> HttpResponse:
    """Serve the OpenAPI document."""
    text = files("whoknows.interop.rest").joinpath("openapi.json").read_text(encoding="utf-8")
    return JsonResponse(json.loads(text))
