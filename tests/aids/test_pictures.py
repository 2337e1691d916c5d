"""Pictures of aids: cleaned when they come in, seen by whoever sees the aid."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from tests.builders import NOON, a_person, an_aid
from whoknows.aids.actions import add_picture, remove_picture
from whoknows.aids.models import Aid, Picture
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.base.models import AuditEntry
from whoknows.engine.pictures import MOST_BYTES_IN, MOST_BYTES_OUT

pytestmark = pytest.mark.django_db

ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825


def drawn(width: int = 60, height: int = 40, *, form: str = "JPEG", **how: object) -> bytes:
    """Return a picture whose upper left quarter is red and whose rest is blue."""
    image = Image.new("RGB", (width, height), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def a_picture(aid: Aid, data: bytes | None = None, *, alt: str = "The red button") -> Picture:
    told = drawn() if data is None else data
    return add_picture(aid=aid, file=BytesIO(told), size=len(told), alt=alt, by=aid.owner, now=NOON)


def opened(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(bytes(picture.data)))


def a_bomb() -> bytes:
    """Return a small PNG whose header declares 2.5 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000))
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def from_a_phone(**how: object) -> bytes:
    exif = Image.Exif()
    exif[MAKER] = "SecretPhone"
    exif[ORIENTATION] = 6
    exif.get_ifd(PLACE)[1] = "N"
    exif.get_ifd(PLACE)[2] = (52.0, 31.0, 12.0)
    return drawn(exif=exif.tobytes(), **how) + b"TrailingSecret"  # type: ignore[arg-type]


# Coming in


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_what_a_camera_wrote_down_is_gone(form: str) -> None:
    told = from_a_phone(form=form)
    assert b"SecretPhone" in told

    picture = a_picture(an_aid(), told)

    kept = bytes(picture.data)
    assert b"SecretPhone" not in kept
    assert b"TrailingSecret" not in kept
    assert dict(opened(picture).getexif()) == {}
    assert opened(picture).getexif().get_ifd(PLACE) == {}


def test_comments_and_profiles_are_gone() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "SecretComment")
    pictures = [
        a_picture(an_aid(), drawn(comment=b"SecretComment", icc_profile=b"SecretProfile")),
        a_picture(an_aid(), drawn(form="PNG", pnginfo=notes, icc_profile=b"SecretProfile")),
    ]

    for picture in pictures:
        assert b"Secret" not in bytes(picture.data)
        assert not {"comment", "Comment", "icc_profile"} & set(opened(picture).info)


@pytest.mark.parametrize("size", [(60, 40), (3_000, 2_000)])
def test_it_stands_upright(size: tuple[int, int]) -> None:
    picture = a_picture(an_aid(), from_a_phone(width=size[0], height=size[1]))

    upright = opened(picture).convert("RGB")
    assert picture.height > picture.width
    assert (picture.width, picture.height) == upright.size
    # Turned by a quarter, the upper left corner comes to the upper right.
    red, _green, blue = upright.getpixel((upright.width - 4, 4))  # type: ignore[misc]
    assert red > 200
    assert blue < 60


def test_large_pictures_become_small_ones() -> None:
    noise = Image.effect_noise((2_400, 1_800), 120).convert("RGB")
    for form in ("JPEG", "PNG", "WEBP"):
        out = BytesIO()
        noise.save(out, form, quality=70)
        data = out.getvalue()
        if len(data) > MOST_BYTES_IN:
            continue
        picture = a_picture(an_aid(), data)

        assert len(picture.data) <= MOST_BYTES_OUT
        assert max(picture.width, picture.height) <= 1_600
        assert opened(picture).size == (picture.width, picture.height)


def test_the_kind_is_told_by_what_is_in_it() -> None:
    aid = an_aid()

    kinds = [a_picture(aid, drawn(form=form)).media for form in ("JPEG", "PNG", "WEBP")]

    assert kinds == ["image/jpeg", "image/png", "image/webp"]


def test_a_see_through_picture_stays_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")

    picture = a_picture(an_aid(), out.getvalue())

    assert opened(picture).getpixel((3, 3)) == (255, 0, 0, 0)


def test_fifty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    aid = an_aid()

    with large.open("rb") as file:
        with pytest.raises(BadInput, match="over 10 MB"):
            add_picture(aid=aid, file=file, size=50_000_000, alt="A wall", by=aid.owner, now=NOON)
        assert file.tell() == 0

    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>', "no JPEG, PNG"),
        (drawn(form="GIF"), "no JPEG, PNG"),
        (b"", "no JPEG, PNG"),
        (a_bomb(), "more than 40 million pixels"),
        (drawn(600, 400)[:900], "broken"),
        (drawn(600, 400, form="PNG")[:200], "broken"),
        (drawn(600, 400, form="WEBP")[:100], "no JPEG, PNG|broken"),
    ],
    ids=["svg", "gif", "nothing", "bomb", "half a JPEG", "half a PNG", "half a WebP"],
)
def test_what_is_no_good_picture_is_refused_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        a_picture(an_aid(), data)

    assert not Picture.objects.exists()


def test_a_picture_between_what_pillow_allows_and_what_we_do_is_refused() -> None:
    out = BytesIO()
    Image.new("1", (8_000, 6_000)).save(out, "PNG")

    with pytest.raises(BadInput, match="more than 40 million pixels"):
        a_picture(an_aid(), out.getvalue())


@pytest.mark.parametrize("alt", ["", "  \n "])
def test_a_picture_without_words_is_refused(alt: str) -> None:
    with pytest.raises(BadInput, match="whoever cannot see it"):
        a_picture(an_aid(), alt=alt)

    assert not Picture.objects.exists()


def test_the_same_picture_again_is_the_same_with_new_words() -> None:
    aid = an_aid()
    before = a_picture(aid)

    after = a_picture(aid, alt="The red button, pressed")

    assert (after.pk, after.code) == (before.pk, before.code)
    assert Picture.objects.get().alt == "The red button, pressed"


def test_only_its_owner_adds_and_removes_pictures() -> None:
    aid = an_aid()
    picture, other = a_picture(aid), a_person(aid.organisation)

    with pytest.raises(NotAllowed, match="Only its owner"):
        add_picture(aid=aid, file=BytesIO(drawn()), size=9, alt="x", by=other, now=NOON)
    with pytest.raises(NotAllowed, match="Only its owner"):
        remove_picture(aid=aid, code=picture.code, by=other, now=NOON)

    remove_picture(aid=aid, code=picture.code, by=aid.owner, now=NOON)

    assert not Picture.objects.exists()
    told = AuditEntry.objects.filter(subject=f"aid:{aid.pk}").order_by("pk")
    assert [entry.action for entry in told][-2:] == ["add_picture", "remove_picture"]
