import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.users import User, processes, remove, soon


@pytest.fixture(scope="session")
def finished_home(folder: Path) -> Path:
    """Return a home whose database was made, used and left."""
    home = folder / "finished"
    user = User(home)
    assert user.said().startswith("postgresql://")
    user.leave()
    assert soon(lambda: not processes(home))
    return home


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Return a folder that any user may pass through, unlike pytest's own; in memory if it fits."""
    memory = Path("/dev/shm")  # noqa: S108 - that is what it is for
    fits = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    disk = Path("/tmp")  # noqa: S108 - everybody may pass through it
    with tempfile.TemporaryDirectory(prefix="wk", dir=memory if fits else disk) as made:
        Path(made).chmod(0o711)
        yield Path(made)


@pytest.fixture
def home(finished_home: Path) -> Iterator[Path]:
    """Return a home of this test's own, with a database ready to start; nothing may be left."""
    home = Path(tempfile.mkdtemp(dir=finished_home.parent)) / "home"
    home.parent.chmod(0o711)
    subprocess.run(["cp", "-a", finished_home, home], check=True)
    yield home
    left = {} if soon(lambda: not processes(home)) else processes(home)
    assert left == {}
    remove(home)
