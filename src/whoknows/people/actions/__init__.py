"""Everything that changes who is who and who belongs where."""

from whoknows.people.actions.administrators import (
    Administrators,
    LastAdministrator,
    check_place,
    check_signs_in_no_more,
)
from whoknows.people.actions.bringing_in import PersonFromElsewhere, bring_in_persons
from whoknows.people.actions.looking_after import (
    end_membership,
    let_in,
    link_lasts,
    make_password_link,
)
from whoknows.people.actions.mail import choose_mail, tell
from whoknows.people.actions.persons import (
    AlreadyMember,
    EmailTaken,
    introduce,
    join_organisation,
    leave_organisation,
    set_password,
    welcome_person,
)
from whoknows.people.actions.places import (
    AgreementOverlaps,
    agree_to_partner,
    check_agreement,
    open_organisation,
    open_unit,
)
from whoknows.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "Administrators",
    "AgreementOverlaps",
    "AlreadyMember",
    "EmailTaken",
    "LastAdministrator",
    "PersonFromElsewhere",
    "agree_to_partner",
    "bring_in_persons",
    "check_agreement",
    "check_place",
    "check_signs_in_no_more",
    "choose_mail",
    "end_membership",
    "introduce",
    "issue_token",
    "join_organisation",
    "leave_organisation",
    "let_in",
    "link_lasts",
    "make_password_link",
    "open_organisation",
    "open_unit",
    "revoke_token",
    "set_password",
    "tell",
    "welcome_person",
]
