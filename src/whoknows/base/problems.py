"""Problem details for machines (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

from whoknows.base.errors import WhoknowsError


def problem(error: WhoknowsError, **members: Any) -> JsonResponse:
    """Return ``error`` as ``application/problem+json`` with its own status.

    ``members`` are added as extension members, e.g. ``path="verb.id"``.
    """
    body = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        **members,
    }
    answer = JsonResponse(body, status=error.status, content_type="application/problem+json")
    if error.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="whoknows"'
    return answer
