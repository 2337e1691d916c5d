"""Types of requests by who is behind them, and who may sign up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from whoknows.base.pages import PageRequest
from whoknows.people.models import Person, Reach


class ReaderRequest(PageRequest):
    """A request whose reader may be a stranger."""

    user: Person | AnonymousUser
    reach: Reach


class SignedInRequest(ReaderRequest):
    """A request of somebody who is signed in."""

    user: Person


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """People are let in by an administrator or an import, not by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
