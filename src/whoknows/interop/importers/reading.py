"""Opening files and reading them line by line, metered, whatever they hold."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from whoknows.interop.importers.records import Meter, Refused, UnusableSource

MAX_LINE_BYTES = 16 * 2**20
_SNIFFED_BYTES = 64 * 1024
_UTF8_BOM = b"\xef\xbb\xbf"
_PACKED = {
    b"PK\x03\x04": "ZIP",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\xfd7zXZ": "xz",
    b"BZh": "bzip2",
    b"\x1f\x8b": "gzip",
}
_PACKED_ENDINGS = (".zip", ".7z", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".rar")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its line end; ``number`` counts from 1."""

    number: int
    raw: bytes


def open_folder(path: Path) -> Path:
    """Return ``path`` when it is a folder.

    Raises:
        UnusableSource: It does not exist, or is a file; a packed file is named as such.
    """
    if path.is_dir():
        return path
    if not path.exists():
        raise UnusableSource(f"There is no folder {path}; check the spelling.")
    if path.name.lower().endswith(_PACKED_ENDINGS) or _packed_form(path):
        raise UnusableSource(
            f"{path.name} is a packed file; unpack it and name the folder that comes out."
        )
    raise UnusableSource(f"{path.name} is a file; name the folder that holds it.")


def open_text_file(path: Path, *, may_be_empty: bool = False) -> Path:
    """Return ``path`` when it is a UTF-8 text file, or such a file gzipped.

    Only the first 64 KiB are looked at: a broken line further on costs that line, not the file.

    Raises:
        UnusableSource: The sentence names the file and what to do about it.
    """
    if not path.is_file():
        kind = "a folder; name a file in it" if path.is_dir() else "not there; check the spelling"
        raise UnusableSource(f"{path} is {kind}.")
    packed = _packed_form(path)
    if packed and not (packed == "gzip" and path.suffix == ".gz"):
        raise UnusableSource(f"{path.name} is packed ({packed}); unpack it first.")
    start = _first_bytes(path)
    if not may_be_empty and not start.removeprefix(_UTF8_BOM).strip():
        raise UnusableSource(f"{path.name} is empty; export it again.")
    if b"\x00" in start:
        raise UnusableSource(f"{path.name} is not UTF-8 text; save it again as UTF-8.")
    return path


def find_file(folder: Path, name: str) -> Path | None:
    """Return ``name`` or ``name.gz`` in ``folder``, else ``None``."""
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.is_file():
            return candidate
    return None


def require_utf8_start(path: Path) -> None:
    """Refuse a file whose first 64 KiB are not UTF-8.

    Raises:
        UnusableSource: For files that people save from a spreadsheet this is the common mistake,
            and it is better told once than once a line.
    """
    start = _first_bytes(path)
    try:
        start.decode()
    except UnicodeDecodeError as error:
        cut_in_two = len(start) == _SNIFFED_BYTES and error.start >= len(start) - 3
        if not cut_in_two:
            raise UnusableSource(
                f"{path.name} is not UTF-8; save it again as “CSV UTF-8”."
            ) from error


def read_lines(path: Path, meter: Meter) -> Iterator[Line | Refused]:
    """Yield the lines of ``path``, gzipped or not, without a byte-order mark.

    A line over 16 MiB is refused and skipped; a file that breaks off is refused at that place.
    """
    already = meter.bytes_read
    number = 0
    with path.open("rb") as raw:
        stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if _is_gz(path) else raw
        try:
            while chunk := stream.readline(MAX_LINE_BYTES):
                number += 1
                meter.bytes_read = already + raw.tell()
                if len(chunk) == MAX_LINE_BYTES and not chunk.endswith(b"\n"):
                    _skip_rest_of_line(stream)
                    yield Refused(path.name, number, "The line is over 16 MiB; shorten it.")
                    continue
                if number == 1:
                    chunk = chunk.removeprefix(_UTF8_BOM)
                yield Line(number, chunk.rstrip(b"\r\n"))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            why = "The file is damaged from here on; copy or export it again."
            yield Refused(path.name, number + 1, why)
    meter.bytes_read = already + path.stat().st_size


def _skip_rest_of_line(stream: BinaryIO | gzip.GzipFile) -> None:
    while (more := stream.readline(MAX_LINE_BYTES)) and not more.endswith(b"\n"):
        pass


def _is_gz(path: Path) -> bool:
    return path.suffix == ".gz"


def _packed_form(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(8)
    return next((name for magic, name in _PACKED.items() if start.startswith(magic)), None)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as raw:
        stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if _is_gz(path) else raw
        try:
            return stream.read(_SNIFFED_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnusableSource(f"{path.name} is a damaged gzip file; copy it again.") from error
