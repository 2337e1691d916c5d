"""Tokens by which a program acts for a person."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from whoknows.base.errors import BadInput
from whoknows.people.actions.noting import record_of
from whoknows.people.models import Person, Token


@transaction.atomic
def issue_token(*, person: Person, label: str, now: datetime) -> tuple[Token, str]:
    """Return a new token and its secret, which is told this once and cannot be told again."""
    label = label.strip()[:100]
    if not label:
        raise BadInput("Say what the token is for, so that you know it again later.")
    secret = f"wk_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        person=person, label=label, digest=sha256(secret.encode()).hexdigest(), created_at=now
    )
    record_of(person, "issue_token", subject=f"token:{token.pk}", by=person, now=now)
    return token, secret


@transaction.atomic
def revoke_token(*, person: Person, token_id: int, now: datetime) -> None:
    """Make a token of ``person`` useless at once; one that is gone already stays gone."""
    deleted, _ = Token.objects.filter(person=person, pk=token_id).delete()
    if deleted:
        record_of(person, "revoke_token", subject=f"token:{token_id}", by=person, now=now)
