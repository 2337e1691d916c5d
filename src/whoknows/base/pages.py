"""What pages share: types of requests, and errors as pages."""

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from whoknows.base.errors import NotFound, WhoknowsError
from whoknows.base.problems import problem

logger = logging.getLogger("whoknows.pages")


class PageRequest(HttpRequest):
    """A request for a page, perhaps for a part of it."""

    htmx: HtmxDetails


class NoSensors:
    """Let no page use microphone, camera or place, but one that says it needs them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response


class ErrorsAsAnswers:
    """Turn anticipated errors into a page, or into problem details under ``/api/``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, WhoknowsError):
            return None
        if request.path.startswith("/api/"):
            return problem(error)
        return render(request, "base/error.html", {"error": error}, status=error.status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here, without saying whether there is for somebody else."""
    if not isinstance(exception, Http404):
        logger.warning("Page not found: %s", request.path)
    if request.path.startswith("/api/"):
        return problem(NotFound("There is nothing at this address. See /api/v1/openapi.json."))
    return render(request, "404.html", status=404)
