"""Types of requests by who is behind them."""

from django.contrib.auth.models import AnonymousUser

from whoknows.base.pages import PageRequest
from whoknows.people.models import Person, Reach


class ReaderRequest(PageRequest):
    """A request whose reader may be a stranger."""

    user: Person | AnonymousUser
    reach: Reach


class SignedInRequest(ReaderRequest):
    """A request of somebody who is signed in."""

    user: Person
