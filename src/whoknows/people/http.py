"""The reader behind a request."""

from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from whoknows.base.pages import PageRequest
from whoknows.people.models import Person, Reach
from whoknows.people.queries import reach_of


class ReaderRequest(PageRequest):
    """A request whose reader may be a stranger."""

    user: Person | AnonymousUser  # type: ignore[assignment]
    reach: Reach


class SignedInRequest(ReaderRequest):
    """A request of somebody who is signed in."""

    user: Person


class ReachMiddleware:
    """Give each request its reader's ``reach``, looked up once and only if it is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reach = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: reach_of(request.user, on=timezone.localdate())  # type: ignore[arg-type]
        )
        return self.get_response(request)


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """People are let in by an administrator or an import, not by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
