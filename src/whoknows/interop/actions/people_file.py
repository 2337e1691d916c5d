"""A file of people, brought in by an administrator for their own organisation."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from whoknows.base.days import day_of
from whoknows.base.errors import NotAllowed
from whoknows.interop.actions.setting import Setting, open_source
from whoknows.interop.actions.taking_in import Report, TakingIn
from whoknows.interop.importers.people_csv import PeopleCsvSource
from whoknows.interop.importers.records import Refused
from whoknows.people.models import Organisation, Person, SharingClass
from whoknows.people.queries import organisations_run_by


@dataclass(frozen=True, slots=True)
class PeopleFileReport:
    """What became of the rows; ``told`` are those of which there is something to say."""

    report: Report
    told: list[Refused]
    warnings: tuple[str, ...]


def bring_in_people(
    *, path: Path, organisation: Organisation, by: Person, now: datetime
) -> PeopleFileReport:
    """Take in the people of the CSV file at ``path``, as ``whoknows import people`` does.

    Unlike there, a row changes only persons who belong, and belonged, to nobody else, and gives no
    place to who was never here. The same file again changes nothing.

    Raises:
        NotAllowed: ``by`` is no administrator of the organisation.
        UnusableSource: It is no CSV file of people.
        ImportRunning: A file of this name is being taken in right now.
    """
    if organisation.pk not in organisations_run_by(by, on=day_of(now)):
        raise NotAllowed("Only an administrator of {there} may do that.", there=organisation)
    source = PeopleCsvSource(path)
    setting = Setting(
        source=open_source(organisation=organisation, name=source.name, now=now),
        organisation=organisation,
        sharing=SharingClass.ORGANISATION,
        now=now,
        by=by,
    )
    told: list[Refused] = []
    report = TakingIn(setting, on_refused=told.append, on_batch=lambda: None).run(source)
    told.sort(key=lambda row: row.line)
    return PeopleFileReport(report, told, source.describe().warnings)
