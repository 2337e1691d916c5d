"""The demo pack: a real community archive and real job aids, free to share. See ATTRIBUTION.md."""

from pathlib import Path


def pack_folder() -> Path:
    """Return the folder that holds ``pack.json`` and what it names."""
    return Path(__file__).parent
