"""Who is who, where, and what they may see."""

from whoknows.people.models.membership import Membership, Role
from whoknows.people.models.organisation import Organisation, PartnerAgreement, Unit
from whoknows.people.models.person import MailChoice, Person
from whoknows.people.models.sharing import (
    CLASSES,
    NARROW,
    Reach,
    Shared,
    SharedColumns,
    SharedQuerySet,
    SharingClass,
)
from whoknows.people.models.token import Token

__all__ = [
    "CLASSES",
    "NARROW",
    "MailChoice",
    "Membership",
    "Organisation",
    "PartnerAgreement",
    "Person",
    "Reach",
    "Role",
    "Shared",
    "SharedColumns",
    "SharedQuerySet",
    "SharingClass",
    "Token",
    "Unit",
]
