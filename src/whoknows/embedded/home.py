"""Where an installation keeps its data."""

from collections.abc import Mapping
from pathlib import Path


def home_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that holds everything this installation must not lose.

    ``WHOKNOWS_HOME`` if it is set, else ``.whoknows`` in the checkout the code runs from, else
    ``~/.local/share/whoknows``. The folder need not exist yet.
    """
    if given := environ.get("WHOKNOWS_HOME"):
        return Path(given).expanduser().absolute()
    source = Path(__file__).resolve().parents[2]
    if source.name == "src" and (source.parent / "pyproject.toml").is_file():
        return source.parent / ".whoknows"
    return Path.home() / ".local" / "share" / "whoknows"
