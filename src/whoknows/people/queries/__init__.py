"""Who somebody is, and what they may see."""

from whoknows.people.queries.accounts import (
    DEMO_DOMAIN,
    demo_accounts,
    hears_by_mail,
    mail_link,
    person_by_email,
    person_with_token,
    sends_mail,
    tokens_of,
    whose_mail,
)
from whoknows.people.queries.looking_after import (
    answers_for,
    has_administrator,
    member_of,
    members_of,
    organisation_looked_after,
    organisations_looked_after,
    organisations_run_by,
)
from whoknows.people.queries.persons import (
    SHOWN,
    membership_for_posting,
    membership_in,
    organisation_named,
    organisations_now,
    person_visible_to,
    persons_to_browse,
    persons_visible_to,
)
from whoknows.people.queries.reaching import must_belong, reach_of, sharing_choices

__all__ = [
    "DEMO_DOMAIN",
    "SHOWN",
    "answers_for",
    "demo_accounts",
    "has_administrator",
    "hears_by_mail",
    "mail_link",
    "member_of",
    "members_of",
    "membership_for_posting",
    "membership_in",
    "must_belong",
    "organisation_looked_after",
    "organisation_named",
    "organisations_looked_after",
    "organisations_now",
    "organisations_run_by",
    "person_by_email",
    "person_visible_to",
    "person_with_token",
    "persons_to_browse",
    "persons_visible_to",
    "reach_of",
    "sends_mail",
    "sharing_choices",
    "tokens_of",
    "whose_mail",
]
