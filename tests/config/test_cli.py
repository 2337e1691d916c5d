"""The `whoknows` command, run as people run it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.users import processes, remove, soon

WHOKNOWS = [sys.executable, "-P", "-m", "whoknows.config.cli"]


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wk") as folder:
        yield Path(folder) / "home"
        if (Path(folder) / "home").exists():
            remove(Path(folder) / "home")


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = {"DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "HOST", "PORT", "WHOKNOWS_DEBUG"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"WHOKNOWS_HOME": str(home)} | more


def whoknows(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*WHOKNOWS, *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("words", [[], ["help"], ["--help"], ["-h"]])
def test_lists_the_commands_without_touching_anything(home: Path, words: list[str]) -> None:
    answer = whoknows(*words, home=home)

    listed = [line.split()[0] for line in answer.stdout.splitlines() if line.startswith("  ")]
    assert (answer.returncode, listed[:3]) == (0, ["serve", "web", "worker"])
    assert {"ask", "import", "person", "reindex"} <= set(listed)
    assert "run_worker" not in listed
    assert not home.exists()


def test_says_its_version_without_touching_anything(home: Path) -> None:
    assert whoknows("--version", home=home).stdout.startswith("whoknows 0.")
    assert not home.exists()


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_the_help_of_a_command_starts_no_database(home: Path, command: str) -> None:
    answer = whoknows(command, "--help", home=home)

    assert answer.returncode == 0
    assert f"usage: whoknows {'run_worker' if command == 'worker' else command}" in answer.stdout
    assert not (home / "database").exists()


def test_a_command_has_the_bundled_database_while_it_runs(home: Path) -> None:
    ask = (
        "from django.db import connection as c; print(c.cursor().execute('SELECT 6*7').fetchone())"
    )

    answer = whoknows("shell", "--no-imports", "-c", ask, home=home)

    assert (answer.returncode, answer.stdout.strip()) == (0, "(42,)"), answer.stderr
    assert soon(lambda: not processes(home))


def test_the_first_command_of_all_prints_what_a_program_can_read(home: Path) -> None:
    answer = whoknows("aids", "list", "--json", home=home)

    assert (answer.returncode, json.loads(answer.stdout)) == (0, []), answer.stderr
    assert "The index is ready: 0 documents." in answer.stderr
    assert soon(lambda: not processes(home))


def test_a_command_uses_the_database_it_is_given(home: Path) -> None:
    given = "postgresql://me@nowhere.invalid/mine"
    tell = "from django.conf import settings; print(settings.DATABASES['default']['HOST'])"

    answer = whoknows("shell", "--no-imports", "-c", tell, home=home, DATABASE_URL=given)

    assert answer.stdout.strip() == "nowhere.invalid", answer.stderr
    assert not (home / "database").exists()


def test_trouble_is_one_sentence(home: Path) -> None:
    home.write_text("not a folder")

    answer = whoknows("check", home=home)
    home.unlink()

    assert answer.returncode == 1
    assert "Set WHOKNOWS_HOME to a folder that you own" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """Let programs started from here heed it, though a shell in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_ctrl_c_ends_a_command_without_a_traceback(home: Path) -> None:
    command = subprocess.Popen(
        [*WHOKNOWS, "loaddata", "--format=json", "-"],
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdin
    # More than a pipe holds: once it is gone the command reads, and waits for the rest.
    command.stdin.write(" " * 200_000)

    command.send_signal(signal.SIGINT)
    _, complaint = command.communicate(timeout=20)

    assert (command.returncode, complaint) == (-signal.SIGINT, "")
    assert soon(lambda: not processes(home))
