"""How people sign up and set passwords, where allauth asks."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from whoknows.people.actions import set_password
from whoknows.people.models import Person


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """People are let in by an administrator or an import, not by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        """Set it as the command line does: with a line in the audit trail."""
        set_password(person=user, password=password, by=user, now=timezone.now())
