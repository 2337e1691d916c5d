"""Taking in what other places hold."""

from whoknows.interop.actions.people_file import PeopleFileReport, bring_in_people
from whoknows.interop.actions.taking_in import Report, TakingIn

__all__ = ["PeopleFileReport", "Report", "TakingIn", "bring_in_people"]
