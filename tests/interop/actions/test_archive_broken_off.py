"""Imports of an archive that end in the middle, or meet another one."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.builders import NOON
from tests.interop.files import PEOPLE, Desk, an_archive, totals
from whoknows.expertise.models import Evidence
from whoknows.interop.actions import taking_in
from whoknows.interop.actions.taking_in import ImportRunning
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.records import PersonRecord
from whoknows.interop.models import Source, SourceRecord
from whoknows.needs.models import Answer, Need
from whoknows.network.models import Tie
from whoknows.people.models import Membership, Person

pytestmark = pytest.mark.django_db


class Broken(Exception):
    """Something no import foresees."""


def test_a_batch_that_fails_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second batch of persons fails after its rows were written."""
    monkeypatch.setattr(taking_in, "BATCH", 2)
    kind, take_in = taking_in._TAKERS[PersonRecord]  # noqa: SLF001
    calls = iter([False, True])

    def fails_at_last(*given: object) -> object:
        outcome = take_in(*given)
        if next(calls):
            raise Broken
        return outcome

    monkeypatch.setitem(
        taking_in._TAKERS,  # noqa: SLF001
        PersonRecord,
        (kind, fails_at_last),
    )

    with pytest.raises(Broken):
        Desk().take_in_archive(an_archive(tmp_path / "a"))

    assert sorted(Person.objects.get_queryset().values_list("name", flat=True)) == ["Ana", "Bo"]
    assert Membership.objects.count() == SourceRecord.objects.count() == 2


def test_interrupted_and_run_again_it_ends_like_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_in, "BATCH", 2)
    folder = an_archive(tmp_path / "a")
    nobody = [{**p, "email": None} for p in PEOPLE]
    at_once, in_pieces = Desk(), Desk()
    at_once.take_in_archive(an_archive(tmp_path / "b", people=nobody))

    def stop() -> None:
        raise KeyboardInterrupt

    source = ArchiveSource(an_archive(folder, people=nobody), now=NOON)
    with pytest.raises(KeyboardInterrupt):
        in_pieces.take_in(source, on_batch=stop)
    assert SourceRecord.objects.filter(source__organisation=in_pieces.organisation).count() == 2
    report = in_pieces.take_in_archive(folder)

    assert totals(report)["persons"] == (1, 0, 2)

    def count(desk: Desk) -> tuple[int, ...]:
        mine = {"organisation": desk.organisation}
        return (
            Membership.objects.filter(**mine).count(),
            Need.objects.filter(**mine).count(),
            Answer.objects.filter(need__organisation=desk.organisation).count(),
            Evidence.objects.filter(**mine).count(),
            Tie.objects.filter(**mine).count(),
            SourceRecord.objects.filter(source__organisation=desk.organisation).count(),
        )

    assert count(in_pieces) == count(at_once)


def test_two_imports_of_one_source_do_not_run_at_once(tmp_path: Path) -> None:
    desk = Desk()
    folder = an_archive(tmp_path / "a")
    desk.take_in_archive(folder)
    source = Source.objects.get()

    names = {"host", "port", "dbname", "user", "password"}
    told = {k: v for k, v in connection.get_connection_params().items() if k in names}
    with psycopg.connect(**told) as other:
        other.execute("SELECT pg_advisory_lock(7406210, %s)", [source.pk])

        with pytest.raises(ImportRunning, match="Wait for its end"):
            desk.take_in_archive(folder)
        # Said, as an import does: a closed connection lets go only when the database has noticed.
        other.execute("SELECT pg_advisory_unlock(7406210, %s)", [source.pk])

    assert desk.take_in_archive(folder).added["needs"] == 0
