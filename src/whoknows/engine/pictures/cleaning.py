"""A picture as it is kept: upright, at most so large, and nothing in it but what one sees."""

import struct
import threading
import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import ExifTags, Image, UnidentifiedImageError

from whoknows.engine.text.sentences import Sentence, sentence_of

MOST_BYTES_IN = 10_000_000
MOST_BYTES_OUT = 300_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1_600
# From the best to the smallest that still shows something; the size shrinks only after these.
_QUALITIES = (85, 72, 60, 45)
_SIDES = (LONGEST_SIDE, 1_200, 900, 600)
# Crockford's letters, as for the codes of aids.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 8
# Their numbers are no colours: a mean of two of them would be a third, unlike both.
_INDEXED = {"1", "P", "PA"}
_MEDIA = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# What Pillow raises on files that lie about themselves.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)
_TOO_MANY = Sentence(
    "This picture has more than 40 million pixels. Make it smaller, then add it again."
)
# How a camera held so has to be turned back; the numbers are those of EXIF.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Filters of warnings belong to the process too, not to a thread.
_ONE_AT_A_TIME = threading.Lock()


class BadPicture(Exception):
    """A file cannot be used as a picture; ``sentence`` says why and what to do."""

    def __init__(self, sentence: str | Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence_of(sentence, {})


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture that hides nothing.

    Attributes:
        data: The file, at most ``MOST_BYTES_OUT``.
        media: Its media type: image/jpeg, image/png or image/webp.
        width: In pixels, as it is seen.
    """

    data: bytes
    media: str
    width: int
    height: int


def clean(file: IO[bytes], *, size: int) -> Clean:
    """Return the picture in ``file``, drawn anew.

    It is turned upright, scaled down to at most ``LONGEST_SIDE`` pixels and written with as much
    quality as ``MOST_BYTES_OUT`` allows. Place and time, comments, colour profiles and whatever
    follows the picture in the file are gone. A PNG that stays too large becomes WebP.

    Args:
        size: Of the file in bytes; one over ``MOST_BYTES_IN`` is refused unread.
    Raises:
        BadPicture: It is too large, broken, or no JPEG, PNG or WebP, whatever its name says.
    Cost: for 40 million pixels up to 5 s, and 200 MB as JPEG, 400 MB as PNG, 650 MB as WebP; hence
        one at a time in a process. What is too large costs the reading of its header.
    """
    with _opened(file, size=size) as image:
        form = image.format or ""
        if image.mode not in _INDEXED:
            # In place, and a JPEG is decoded at a fraction of its size.
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        bare = _bare(image)
    data, form = _small_enough(bare, form)
    # What was written may be smaller than what was read.
    with Image.open(BytesIO(data)) as written:
        width, height = written.size
    return Clean(data, _MEDIA[form], width, height)


def looked_at(data: bytes) -> Clean:
    """Return the picture in ``data`` as it is, for one that was cleaned before.

    Raises:
        BadPicture: As for :func:`clean`, or it is larger than what comes from there.
    """
    with _opened(BytesIO(data), size=len(data)) as image:
        image.load()
        form, (width, height) = image.format or "", image.size
    if len(data) > MOST_BYTES_OUT or max(width, height) > LONGEST_SIDE:
        raise BadPicture("This picture is larger than any that was exported.")
    return Clean(data, _MEDIA[form], width, height)


def code_of(digest: str) -> str:
    """Return the short name of the picture whose SHA-256 is ``digest``, in hexadecimal.

    >>> code_of("00" * 32), code_of("ff" * 32)
    ('00000000', 'ZZZZZZZZ')
    """
    return "".join(_LETTERS[byte % 32] for byte in bytes.fromhex(digest)[:_CODE_LENGTH])


@contextmanager
def _opened(file: IO[bytes], *, size: int) -> Generator[Image.Image]:
    if size > MOST_BYTES_IN:
        raise BadPicture("This picture is over 10 MB. Make it smaller, then add it again.")
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            # Nonsense in what is thrown away anyway.
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(_MEDIA)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadPicture(_TOO_MANY)
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(_TOO_MANY) from error
    except UnidentifiedImageError as error:
        raise BadPicture(
            "This is no JPEG, PNG or WebP picture. Save it as one of these."
        ) from error
    except _BROKEN as error:
        raise BadPicture("This picture is broken. Save it again, then add it again.") from error


def _bare(image: Image.Image) -> Image.Image:
    """Return the pixels alone, upright: what was read carries its comment and profile along."""
    pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Only read: Pillow's own turning writes what is left of the EXIF anew, and fails on nonsense.
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    upright = pixels if turn is None else pixels.transpose(turn)
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    return bare


def _small_enough(image: Image.Image, form: str) -> tuple[bytes, str]:
    if form == "PNG":
        data = _written(image, "PNG", optimize=True)
        if len(data) <= MOST_BYTES_OUT:
            return data, "PNG"
        form = "WEBP"
    if form == "JPEG" and image.mode != "RGB":
        form = "WEBP"
    for side in _SIDES:
        image.thumbnail((side, side))
        for quality in _QUALITIES:
            data = _written(image, form, quality=quality)
            if len(data) <= MOST_BYTES_OUT:
                return data, form
    raise BadPicture("This picture holds too much detail. Cut out what matters, then add that.")


def _written(image: Image.Image, form: str, **how: int) -> bytes:
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()
