"""What goes out comes back in and changes nothing."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import QuerySet

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_unit,
    an_answer,
    an_organisation,
    place_of,
)
from tests.interop.files import Desk, an_archive, totals
from whoknows.expertise.models import Evidence
from whoknows.interop.models import SourceRecord
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.people.actions import introduce, leave_organisation
from whoknows.people.models import Membership, Organisation, Person, SharingClass
from whoknows.search.models import Change

pytestmark = pytest.mark.django_db


def export(folder: Path, organisation: Organisation, *more: str) -> str:
    out = StringIO()
    call_command(
        "export", "archive", str(folder), "--organisation", organisation.name, *more, stdout=out
    )
    return out.getvalue()


def everything() -> list[list[tuple[object, ...]]]:
    kept: tuple[QuerySet[Any], ...] = (
        Person.objects.get_queryset(),
        Membership.objects.all(),
        Need.objects.all(),
        Answer.objects.all(),
        Evidence.objects.all(),
        Need.topics.through.objects.all(),
        Change.objects.all(),
    )
    return [list(rows.order_by("pk").values_list()) for rows in kept]


def written(folder: Path) -> str:
    return "".join(path.read_text() for path in sorted(folder.iterdir()))


def test_what_was_imported_comes_back_under_its_own_ids(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "in"))
    before, known = everything(), SourceRecord.objects.count()

    said = export(tmp_path / "out", desk.organisation, "--source", "forum")
    report = desk.take_in_archive(tmp_path / "out")

    assert said == "needs\t2\n"
    assert totals(report) == {"persons": (0, 0, 3), "needs": (0, 0, 2), "answers": (0, 0, 2)}
    assert everything() == before
    assert SourceRecord.objects.count() == known


def test_what_was_written_here_comes_back_as_the_same_things(tmp_path: Path) -> None:
    organisation = an_organisation()
    asker = a_person(organisation)
    need = a_need("Where is the key?\n\nThe *spare* one.", by=asker)
    an_answer(need, verdict=Verdict.SOLVED)
    an_answer(need, "Ask Bo.", verdict=Verdict.HELPED)
    a_need("Who has the gauge?", by=a_person(organisation), sharing=SharingClass.PARTNERS)
    before = everything()

    export(tmp_path / "out", organisation)
    report = Desk(organisation=organisation, name="export").take_in_archive(tmp_path / "out")

    assert totals(report) == {"persons": (0, 0, 4), "needs": (0, 0, 2), "answers": (0, 0, 2)}
    assert everything() == before


def test_another_installation_takes_it_in(tmp_path: Path) -> None:
    """An export holds all that an import of it elsewhere needs."""
    organisation = an_organisation()
    an_answer(a_need(by=a_person(organisation)), verdict=Verdict.SOLVED)
    export(tmp_path / "out", organisation, "--compress")
    Answer.objects.all().delete()
    Need.objects.all().delete()

    report = Desk(organisation=organisation).take_in_archive(tmp_path / "out")

    assert totals(report)["needs"] == (1, 0, 0)
    assert Need.objects.get().met_at == NOON
    assert Answer.objects.get().verdict == Verdict.SOLVED


def test_what_people_keep_to_themselves_or_their_unit_stays_here(tmp_path: Path) -> None:
    organisation = an_organisation()
    unit = a_unit(organisation)
    quiet = a_person(organisation, name="Quiet Person", unit=unit)
    for sharing in (SharingClass.PRIVATE, SharingClass.UNIT):
        an_answer(a_need(f"Hush {sharing}", by=quiet, sharing=sharing), "Hush too.", by=quiet)
    other = a_need("Said aloud", by=a_person(organisation))
    theirs = a_need("Other works' need")

    said = export(tmp_path / "out", organisation)

    text = written(tmp_path / "out")
    assert said == "needs\t1\n"
    assert other.title in text
    assert "Hush" not in text
    assert "Quiet Person" not in text
    assert theirs.title not in text


def test_who_answered_from_elsewhere_goes_out_and_comes_back_without_becoming_a_member(
    tmp_path: Path,
) -> None:
    organisation = an_organisation()
    need = a_need("Who mends bicycles?", by=a_person(organisation), sharing=SharingClass.PUBLIC)
    rita = a_person(an_organisation("Rival Works"), name="Rita Rival")
    an_answer(need, by=rita)
    export(tmp_path / "out", organisation)
    introduce(person=rita, name="Rita R. Rival", about="", now=NOON)
    before = everything()

    report = Desk(organisation=organisation, name="out").take_in_archive(tmp_path / "out")

    assert totals(report)["persons"] == (0, 0, 2)
    assert everything() == before
    assert "Rita Rival" in written(tmp_path / "out")
    assert "Rival Works" not in written(tmp_path / "out")


def test_an_export_names_addresses_of_members_and_alumni_only(tmp_path: Path) -> None:
    organisation = an_organisation()
    member, alumna, gone = (a_person(organisation) for _ in range(3))
    rival = a_person()
    for person in (member, alumna, gone):
        need = a_need(f"Asked by {person}", by=person, sharing=SharingClass.PUBLIC)
        an_answer(need, by=rival)
    for person, stays in ((alumna, True), (gone, False)):
        leave_organisation(
            membership=place_of(person), on=NOON.date(), now=NOON, stays_as_alumni=stays
        )

    export(tmp_path / "out", organisation)

    text = written(tmp_path / "out")
    assert all(person.name in text for person in (member, alumna, gone, rival))
    named = [p for p in (member, alumna, gone, rival) if p.email and p.email in text]
    assert named == [member, alumna]


def test_two_exports_are_the_same_to_the_byte(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "in"))

    export(tmp_path / "one", desk.organisation)
    export(tmp_path / "two", desk.organisation)

    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_says_when_there_is_nothing_of_that_name(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "in"))

    with pytest.raises(CommandError, match="Sources here: forum"):
        export(tmp_path / "out", desk.organisation, "--source", "chat")
    with pytest.raises(CommandError, match="There is no organisation"):
        export(tmp_path / "out", Organisation(name="Nowhere"))

    assert not (tmp_path / "out").exists()
