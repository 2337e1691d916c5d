"""The trail of writes: an action leaves a line, in the same transaction as what it wrote.

Not so what is only noted along the way: who was suggested, what was not found, a text not saved
yet, a piece of sound. A line for each would drown the rest, or keep for good who looked for what.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from whoknows.base.models import AuditEntry


def record(
    action: str,
    subject: str,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
    organisation_id: int | None = None,
    **detail: Any,
) -> None:
    """Write down that ``by`` did ``action`` to ``subject`` (kind and id, as in ``need:12``).

    ``detail`` may hold ids, classes and counts; never the words of a person, which belong to the
    thing itself and must go when it goes. The name of a topic that everybody in the organisation
    saw is nobody's.
    """
    AuditEntry.objects.create(
        at=now,
        actor_id=by.pk if by else None,
        action=action,
        subject=subject,
        organisation_id=organisation_id,
        detail=detail,
    )
