"""Real processes share a real database, and are killed at the worst moments."""

import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from tests.embedded.users import User, answers, kill, processes, soon, the_guardian, the_server
from whoknows.embedded import DatabaseUnavailable, Lease, database
from whoknows.embedded.locks import is_held


def test_stops_when_its_only_user_leaves(home: Path) -> None:
    with database(home) as url:
        assert answers(url)

    assert soon(lambda: not processes(home), timeout_s=3)
    assert not answers(url)


def test_keeps_running_for_the_user_who_stays(home: Path) -> None:
    first, second = User(home), User(home)
    url = first.said()
    assert second.said() == url

    first.leave()
    time.sleep(1)

    assert answers(url)
    second.leave()


def test_four_at_the_same_instant_share_one_server(home: Path) -> None:
    users = [User(home) for _ in range(4)]

    urls = {user.said() for user in users}

    assert len(urls) == 1
    assert answers(urls.pop())
    assert sum("/bin/postgres" in words for words in processes(home).values()) == 1
    for user in users:
        user.leave()


def test_whoever_comes_as_it_stops_gets_a_database(home: Path) -> None:
    for pause in (0, 0.1, 0.2, 0.25, 0.3):
        with database(home) as url:
            assert answers(url)
        time.sleep(pause)


def test_stops_when_its_only_user_is_killed(home: Path) -> None:
    user = User(home)
    url = user.said()

    user.kill()

    assert soon(lambda: not processes(home), timeout_s=3)
    assert not answers(url)


def test_a_killed_server_comes_back_under_its_users(home: Path) -> None:
    with database(home) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")

        kill(the_server(home))

        assert soon(lambda: answers(url))
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_killed_guardian_takes_the_server_along_and_the_next_user_recovers(home: Path) -> None:
    stays = User(home)
    url = stays.said()

    kill(the_guardian(home))

    with database(home) as again:
        assert again == url
        assert answers(url)
    time.sleep(0.5)
    assert answers(url)
    stays.leave()


def test_recovers_when_guardian_and_server_are_killed_at_once(home: Path) -> None:
    with database(home):
        kill(the_server(home), the_guardian(home))

        with database(home) as url:
            assert answers(url)


def test_recovers_when_everything_is_killed_at_once(home: Path) -> None:
    user = User(home)
    user.said()

    kill(*processes(home), user.process.pid)

    with database(home) as url:
        assert answers(url)
    user.leave()


def test_a_lease_notices_that_the_database_died_and_brings_it_back(home: Path) -> None:
    lease = Lease(home)
    before = lease.server()
    kill(the_guardian(home))
    assert soon(lambda: not lease.is_up())

    lease.ensure_up()

    assert answers(lease.url)
    assert lease.server() != before
    lease.give_back(wait_s=10)
    assert not processes(home)


def test_waiting_for_the_end_does_not_wait_for_other_users(home: Path) -> None:
    other = User(home)
    other.said()
    lease = Lease(home)

    began = time.monotonic()
    lease.give_back(wait_s=10)

    assert time.monotonic() - began < 1
    other.leave()


def test_a_busy_process_of_a_killed_server_is_waited_for(home: Path) -> None:
    with database(home) as url, psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        busy = int(row[0])
        os.kill(busy, signal.SIGSTOP)
        kill(the_server(home), the_guardian(home))
        waiting = User(home)
        time.sleep(1.5)
        # A server may be trying, and finding the memory in use; none takes connections.
        assert not is_held(home / "database/ready.lock")

        os.kill(busy, signal.SIGKILL)

        assert answers(waiting.said())
        waiting.leave()


def test_a_pid_file_that_names_another_program_does_not_keep_it_from_starting(home: Path) -> None:
    (home / "database/cluster/postmaster.pid").write_text(f"{os.getpid()}\n{home}\n1\n5432\n")

    with database(home) as url:
        assert answers(url)


def test_says_what_the_server_said_when_it_does_not_start(home: Path) -> None:
    (home / "database/cluster/global/pg_control").unlink()

    with pytest.raises(DatabaseUnavailable, match=r"could not start: .*pg_control.*More in"):
        Lease(home)
