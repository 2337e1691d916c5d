"""The files of a sentence model, and whether they still are what was written.

Beside a model that was written here stands ``SHA256SUMS``, as ``sha256sum --check`` reads it. A
network with some of its numbers lost loads without complaint and finds the wrong things.
"""

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path

FILES = ("model.onnx", "tokenizer.json")
_SUMS = "SHA256SUMS"


class ModelDamaged(ValueError):
    """A file of a model cannot be read, or is not what was written."""


def write_digests(folder: Path) -> None:
    """Write down what the files of the model in ``folder`` are."""
    rows = [f"{digest}  {name}\n" for name, digest in _digests(folder).items()]
    (folder / _SUMS).write_text("".join(rows), encoding="ascii")


def checked_digests(folder: Path) -> Mapping[str, str]:
    """Return the digest of each file of the model in ``folder``.

    A model that somebody else made has nothing beside it, and is taken as it is. Reading the one
    that comes along takes 20 ms.

    Raises:
        ModelDamaged: One cannot be read, or is not what was written.
    """
    try:
        digests, written = _digests(folder), _written(folder)
    except OSError as error:
        raise ModelDamaged(f"{error.filename} cannot be read: {error.strerror}.") from error
    for name, digest in digests.items():
        if written.get(name, digest) != digest:
            raise ModelDamaged(f"{folder / name} is damaged: it is no longer what was written.")
    return digests


def is_whole(folder: Path) -> bool:
    """Say whether ``folder`` holds a model that was written here, and as it was written."""
    try:
        return checked_digests(folder).keys() == _written(folder).keys()
    except ModelDamaged:
        return False


def _digests(folder: Path) -> dict[str, str]:
    digests = {}
    for name in FILES:
        with (folder / name).open("rb") as file:
            digests[name] = file_digest(file, "sha256").hexdigest()
    return digests


def _written(folder: Path) -> dict[str, str]:
    path = folder / _SUMS
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    rows = [line.split() for line in lines]
    return {row[1]: row[0] for row in rows if len(row) == 2}  # noqa: PLR2004 - digest and name
