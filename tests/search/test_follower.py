"""The index follows the database, whatever happens to either."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from tests.builders import a_need, a_person, an_answer, place_of, reach
from tests.search.documents import CODE, a_document, a_position, write
from whoknows.base.models import Installation
from whoknows.needs.actions import share_need
from whoknows.needs.models import Need
from whoknows.people.models import Reach, SharingClass
from whoknows.search.actions import Follower, note_changed, prune_changes, reindex
from whoknows.search.index import IndexFolder, Position, Writer
from whoknows.search.models import Change
from whoknows.search.queries import find

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> IndexFolder:
    settings.INDEX_FOLDER = tmp_path / "index"
    return IndexFolder(tmp_path / "index")


@pytest.fixture
def follower(folder: IndexFolder) -> Iterator[Follower]:
    made = Follower(folder)
    yield made
    made.close()


def now() -> datetime:
    return timezone.now()


def found(words: str, *, by: Reach) -> list[int]:
    return [h.id for h in find(words, audiences=by.audiences(), kinds=("need",)).hits]


@contextmanager
def another_transaction() -> Iterator[psycopg.Connection]:
    """Return a second connection in the middle of a transaction that has written something."""
    parameters = connection.get_connection_params()
    names = {"host", "port", "dbname", "user", "password"}
    with psycopg.connect(**{k: v for k, v in parameters.items() if k in names}) as other:
        other.execute("SELECT pg_current_xact_id()")
        yield other


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_found_and_what_is_rolled_back_is_not(follower: Follower) -> None:
    person = a_person()
    follower.catch_up(now=now())
    kept = a_need("Mend the zirconium flange", by=person)
    with transaction.atomic():
        a_need("Mend the rolled back flange", by=person)
        transaction.set_rollback(True)

    applied = follower.catch_up(now=now())

    assert applied == 1
    assert found("flange", by=reach(person)) == [kept.pk]
    assert follower.catch_up(now=now()) == 0


@pytest.mark.django_db(transaction=True)
def test_a_change_that_committed_behind_a_later_one_is_not_lost(follower: Follower) -> None:
    person = a_person()
    early, late = a_need("Mend the early flange", by=person), a_need("Mend a late one", by=person)
    follower.catch_up(now=now())
    Need.objects.filter(pk=early.pk).update(title="Mend the zirconium flange")
    Need.objects.filter(pk=late.pk).update(title="Mend the iridium flange")

    with another_transaction() as other:
        other.execute("INSERT INTO search_change (kind, object_id) VALUES ('need', %s)", [early.pk])
        note_changed("need", [late.pk])
        first = follower.catch_up(now=now())
        again = follower.catch_up(now=now())
        other.commit()
    last = follower.catch_up(now=now())

    assert (first, again, last) == (1, 0, 1)
    assert found("zirconium", by=reach(person)) == [early.pk]
    assert found("iridium", by=reach(person)) == [late.pk]


@pytest.mark.django_db(transaction=True)
def test_a_follower_that_starts_anew_loses_nothing_that_was_still_running(
    folder: IndexFolder, follower: Follower
) -> None:
    person = a_person()
    need = a_need("Mend the flange", by=person)
    follower.catch_up(now=now())
    Need.objects.filter(pk=need.pk).update(title="Mend the zirconium flange")

    with another_transaction() as other:
        other.execute("INSERT INTO search_change (kind, object_id) VALUES ('need', %s)", [need.pk])
        a_need("Mend the iridium flange", by=person)
        follower.catch_up(now=now())
        follower.close()
        other.commit()
    second = Follower(folder)
    second.catch_up(now=now())
    second.close()

    assert found("zirconium", by=reach(person)) == [need.pk]


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_the_index_is_built_anew_is_not_lost(
    folder: IndexFolder, follower: Follower
) -> None:
    person = a_person()
    need = a_need("Mend the flange", by=person)
    follower.catch_up(now=now())
    changed = False

    def change_behind_the_reader(_done: int) -> None:
        nonlocal changed
        if changed:
            return
        changed = True
        Need.objects.filter(pk=need.pk).update(title="Mend the zirconium flange")
        note_changed("need", [need.pk])
        # The follower puts it into the generation that is about to be replaced.
        follower.catch_up(now=now())

    with another_transaction():
        reindex(folder, now=now(), progress=change_behind_the_reader)
        follower.catch_up(now=now())

    assert changed
    assert found("zirconium", by=reach(person)) == [need.pk]


@pytest.mark.django_db(transaction=True)
def test_building_anew_beside_a_follower_leaves_both_at_work(
    folder: IndexFolder, follower: Follower
) -> None:
    person = a_person()
    first = a_need("Mend the zirconium flange", by=person)
    follower.catch_up(now=now())
    before = folder.current()

    count = reindex(folder, now=now())
    second = a_need("Mend another zirconium flange", by=person)
    follower.catch_up(now=now())

    assert count == 2  # the need and the person
    assert folder.current() != before
    assert set(found("zirconium", by=reach(person))) == {first.pk, second.pk}
    assert before is not None
    assert not before.exists()


@pytest.mark.django_db(transaction=True)
def test_another_installations_index_is_built_anew(folder: IndexFolder, follower: Follower) -> None:
    person = a_person()
    write(folder.folder, [a_document(1, "somebody else's secret flange")])
    need = a_need("Mend the zirconium flange", by=person)

    follower.catch_up(now=now())

    position = folder.position()
    assert position is not None
    assert position.installation == str(Installation.objects.get().uid)
    assert found("flange", by=reach(person)) == [need.pk]
    assert find("secret", audiences=["public"], kinds=("note", "need")).hits == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("days_behind", "ahead"), [(8, 0), (0, 1_000_000)], ids=["log pruned", "database put back"]
)
def test_an_index_that_cannot_be_continued_is_built_anew(
    folder: IndexFolder, follower: Follower, days_behind: int, ahead: int
) -> None:
    person = a_person()
    follower.catch_up(now=now())
    follower.close()
    need = a_need("Mend the zirconium flange", by=person)
    Change.objects.all().delete()  # as if pruned, or never in this database
    before, position = folder.current(), folder.position()
    assert before is not None
    assert position is not None
    told = Position(
        position.installation,
        position.horizon + ahead,
        (now() - timedelta(days=days_behind)).isoformat(),
    )
    writer = Writer(before)
    writer.commit(told)
    writer.close()

    follower.catch_up(now=now())

    assert folder.current() != before
    assert found("zirconium", by=reach(person)) == [need.pk]


@pytest.mark.django_db(transaction=True)
def test_a_follower_that_was_idle_for_a_week_says_so_and_need_not_build_anew(
    folder: IndexFolder, follower: Follower
) -> None:
    a_need()
    begun = now()
    follower.catch_up(now=begun)
    generation = folder.current()

    for day in range(1, 10):
        follower.catch_up(now=begun + timedelta(days=day))

    assert folder.current() == generation


@pytest.mark.django_db
def test_changes_are_forgotten_after_a_week_and_not_before() -> None:
    note_changed("need", [1, 2])
    later = now() + timedelta(days=6, hours=23)

    kept = prune_changes(now=later)
    pruned = prune_changes(now=later + timedelta(hours=2))

    assert (kept, pruned) == (0, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["", "{", "{}", "[]", "null", '{"installation": 1}'])
def test_a_position_that_cannot_be_read_is_one_that_cannot_be_continued(
    folder: IndexFolder, follower: Follower, damage: str
) -> None:
    person = a_person()
    follower.catch_up(now=now())
    follower.close()
    need = a_need("Mend the zirconium flange", by=person)
    generation = folder.current()
    assert generation is not None
    (generation / "position.json").write_text(damage)

    follower.catch_up(now=now())

    assert found("zirconium", by=reach(person)) == [need.pk]


@pytest.mark.django_db
def test_killed_between_the_commit_and_its_position_the_same_changes_change_nothing(
    folder: IndexFolder, follower: Follower
) -> None:
    person = a_person()
    follower.catch_up(now=now())
    generation = folder.current()
    assert generation is not None
    before = (generation / "position.json").read_text()
    need = a_need("Mend the zirconium flange", by=person)
    first = follower.catch_up(now=now())
    follower.close()
    (generation / "position.json").write_text(before)

    restarted = Follower(folder)
    again = restarted.catch_up(now=now())
    restarted.close()

    assert again >= first > 0
    assert found("zirconium", by=reach(person)) == [need.pk]


@pytest.mark.django_db
def test_what_is_removed_disappears(follower: Follower) -> None:
    need = a_need("Mend the zirconium flange")
    reader = reach(need.owner)
    follower.catch_up(now=now())
    before = found("zirconium", by=reader)

    note_changed("need", [need.pk])
    need.delete()
    follower.catch_up(now=now())

    assert before
    assert found("zirconium", by=reader) == []


@pytest.mark.django_db
def test_another_sharing_class_takes_effect(follower: Follower) -> None:
    need = a_need("Mend the zirconium flange")
    colleague = reach(a_person(need.organisation))
    follower.catch_up(now=now())
    before = found("zirconium", by=colleague), found("zirconium", by=Reach())

    def shared(sharing: SharingClass) -> tuple[bool, bool]:
        share_need(need=need, sharing=sharing, by=need.owner, now=now())
        follower.catch_up(now=now())
        return bool(found("zirconium", by=colleague)), bool(found("zirconium", by=Reach()))

    assert before == ([need.pk], [])
    assert shared(SharingClass.PRIVATE) == (False, False)
    assert shared(SharingClass.PUBLIC) == (True, True)
    assert shared(SharingClass.ORGANISATION) == (True, False)


@pytest.mark.django_db
def test_an_answer_makes_its_need_found_by_the_answers_words(follower: Follower) -> None:
    need = a_need("Mend the flange")
    follower.catch_up(now=now())
    before = found("zirconium", by=reach(need.owner))

    an_answer(need, "Use zirconium.")
    follower.catch_up(now=now())

    assert (before, found("zirconium", by=reach(need.owner))) == ([], [need.pk])


@pytest.mark.django_db
def test_noting_a_change_twice_in_one_go_is_one_change() -> None:
    note_changed("need", [3, 3, 4])
    note_changed("need", [])

    assert list(Change.objects.values_list("object_id", flat=True)) == [3, 4]


def test_a_writer_killed_in_the_middle_leaves_what_was_committed_and_no_lock(
    tmp_path: Path,
) -> None:
    write(tmp_path, [a_document(1, "zirconium flange")])
    place = IndexFolder(tmp_path)
    generation = place.current()
    assert generation is not None
    with _writing(generation) as process:
        with pytest.raises(ValueError, match=r"(?i)lock"):
            Writer(generation)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    writer = Writer(generation)
    writer.put("note", CODE, [a_document(2, "zirconium ring")])
    writer.commit(a_position())
    writer.close()

    import tantivy  # noqa: PLC0415

    searcher = tantivy.Index.open(str(generation)).searcher()
    assert searcher.num_docs == 2
    assert place.position() == a_position()


@contextmanager
def _writing(generation: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that has written to ``generation`` and not committed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.search.writer_that_hangs", str(generation)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_a_generation_that_was_never_finished_is_not_the_one_in_use(tmp_path: Path) -> None:
    write(tmp_path, [a_document(1, "zirconium flange")])
    place = IndexFolder(tmp_path)
    in_use = place.current()

    begun = Writer(place.new_generation())
    begun.put("note", CODE, [a_document(2, "half")])
    begun.close()

    assert place.current() == in_use


def test_a_folder_whose_generation_is_gone_has_none_in_use(tmp_path: Path) -> None:
    write(tmp_path, [a_document(1, "zirconium flange")])
    place = IndexFolder(tmp_path)
    in_use = place.current()
    assert in_use is not None

    shutil.rmtree(in_use)

    assert place.current() is None
    assert place.position() is None


@pytest.mark.django_db
def test_the_command_builds_the_index_and_says_how_many(
    folder: IndexFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    need = a_need("Mend the zirconium flange")

    call_command("reindex")

    assert capsys.readouterr().out.strip() == "documents\t2"
    assert found("zirconium", by=reach(need.owner)) == [need.pk]
    assert place_of(need.owner).pk
    assert folder.folder == django_settings.INDEX_FOLDER
