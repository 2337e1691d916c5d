"""The reader behind each request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from whoknows.base.days import day_of
from whoknows.people.queries import reach_of


class ReachMiddleware:
    """Give each request its reader's ``reach``, looked up once and only if it is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reach = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: reach_of(request.user, on=day_of(timezone.now()))
        )
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # Pages of somebody signed in are kept by nobody on the way.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
