"""Pictures of aids: cleaned when they come in, seen by whoever sees the aid."""

import re
import struct
import zlib
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZipFile

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from tests.aids.pictures import a_picture, a_placed_picture
from tests.builders import NOON, a_person, an_aid, drawn
from whoknows.aids.actions import (
    AidText,
    add_picture,
    ask_for_review,
    change_aid,
    remove_picture,
    share_aid,
)
from whoknows.aids.models import Aid, Picture, ReviewRole
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.base.markup import render_markdown
from whoknows.base.models import AuditEntry
from whoknows.engine.aids import Procedure, Step
from whoknows.engine.carriers.forms import PER_SHEET
from whoknows.engine.pictures import MOST_BYTES_IN, MOST_BYTES_OUT, BadPicture, clean
from whoknows.interop.queries.aids_out import export_aids
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db

STEPS = Procedure((Step("Look."), Step("Press it.")))
ORIENTATION, MAKER, PLACE = 0x0112, 0x010F, 0x8825


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


def from_a_phone(*, held: int = 6, **how: object) -> bytes:
    exif = Image.Exif()
    exif[MAKER] = "SecretPhone"
    exif[ORIENTATION] = held
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


@pytest.mark.parametrize(
    ("held", "corner"),
    [(1, "upper left"), (2, "upper right"), (3, "lower right"), (4, "lower left"),
     (5, "upper left"), (6, "upper right"), (7, "lower right"), (8, "lower left"),
     (0, "upper left"), (99, "upper left")],
)  # fmt: skip
def test_it_is_turned_back_however_the_camera_was_held(held: int, corner: str) -> None:
    picture = opened(a_picture(an_aid(), from_a_phone(held=held))).convert("RGB")

    high, wide = picture.height - 4, picture.width - 4
    places = {"upper left": (4, 4), "upper right": (wide, 4),
              "lower left": (4, high), "lower right": (wide, high)}  # fmt: skip
    red = [name for name, place in places.items() if picture.getpixel(place)[0] > 200]  # type: ignore[index]
    assert red == [corner]
    assert (picture.height > picture.width) == (held in {5, 6, 7, 8})


def test_a_file_that_lies_about_itself_is_cleaned_or_refused_in_a_sentence() -> None:
    chance = Random(7)  # noqa: S311
    whole = [from_a_phone(form=form) for form in ("JPEG", "PNG", "WEBP")]
    for _ in range(600):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(min(len(data), 300))] = chance.randrange(256)
        try:
            made = clean(BytesIO(data), size=len(data))
        except BadPicture as problem:
            assert str(problem.sentence).endswith(".")  # noqa: PT017 - either outcome is right
        else:
            assert b"Secret" not in made.data


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


# On pages


def test_whoever_sees_the_aid_gets_its_picture(client: Client) -> None:
    aid, picture = a_placed_picture()
    client.force_login(a_person(aid.organisation))

    answer = client.get(picture.get_absolute_url())

    assert answer.content == bytes(picture.data)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_stranger_gets_no_picture_and_hears_the_same_as_of_none(client: Client) -> None:
    aid, picture = a_placed_picture()
    address = picture.get_absolute_url()

    assert client.get(address).status_code == 404
    client.force_login(a_person())
    hidden, none = client.get(address), client.get("/aids/000000/pictures/00000000")
    assert (hidden.status_code, none.status_code) == (404, 404)
    assert Picture.objects.filter(aid=aid).exists()


def test_a_picture_is_had_below_its_own_aid_only(client: Client) -> None:
    aid, picture = a_placed_picture()
    other = an_aid(owner=aid.owner)
    client.force_login(aid.owner)

    assert client.get(f"/aids/{other.code}/pictures/{picture.code}").status_code == 404


def test_what_only_a_private_version_showed_is_for_who_put_it_in(
    client: Client, tmp_path: Path
) -> None:
    aid, picture = a_placed_picture(sharing=SharingClass.PRIVATE)
    owner, steps = aid.owner, Procedure((Step("Look."), Step("Press it.")))
    change_aid(aid=aid, text=AidText("Shown", content=steps), now=NOON, by=owner)
    aid = share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=owner, now=NOON)
    address, colleague = aid.get_absolute_url(), a_person(aid.organisation)

    client.force_login(owner)
    assert client.get(picture.get_absolute_url()).status_code == 200
    assert picture.code in client.get(f"{address}text/").content.decode()
    Aid.objects.filter(pk=aid.pk).update(owner=colleague)
    client.force_login(colleague)
    assert picture.code not in client.get(f"{address}text/").content.decode()
    for reader in (None, colleague):
        if reader is None:
            client.logout()
        else:
            client.force_login(reader)
        assert client.get(picture.get_absolute_url()).status_code == 404
        assert "pictures" not in client.get(f"{address}export.json").json()
        packed = ZipFile(BytesIO(client.get(f"{address}export.zip").content))
        assert not [name for name in packed.namelist() if "pictures/" in name]
    export_aids(tmp_path, organisation=aid.organisation.name)
    assert not (tmp_path / "pictures").exists()


def test_what_an_earlier_version_showed_is_seen_by_who_sees_that(client: Client) -> None:
    aid, picture = a_placed_picture()
    steps = Procedure((Step("Look."), Step("Press it.")))
    change_aid(aid=aid, text=AidText("Shown", content=steps), now=NOON, by=aid.owner)
    client.force_login(a_person(aid.organisation))

    assert client.get(picture.get_absolute_url()).status_code == 200
    share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=aid.owner, now=NOON)
    client.logout()
    assert client.get(picture.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", ["/aids/{}/", "/aids/{}/?at=2", "/a/{}", "/a/{}/embed"])
def test_pages_show_the_picture_in_its_place(client: Client, address: str) -> None:
    aid, picture = a_placed_picture(sharing=SharingClass.PUBLIC, words='The "knob" & <b>lamp</b>')

    page = client.get(address.format(aid.code)).content.decode()

    about = f'src="{picture.get_absolute_url()}" alt="%s" width="60" height="40" loading="lazy">'
    assert f'<img class="picture" {about % "The red button"}' in page
    assert "picture:" not in page
    shown = re.search(r'alt="(The &quot;knob[^"]*)"', page)
    assert shown
    assert "<" not in shown[1]


def test_old_versions_and_reviews_show_it_too(client: Client) -> None:
    aid, picture = a_placed_picture()
    ask_for_review(
        aid=aid, reviewer=a_person(aid.organisation), role=ReviewRole.NOVICE, by=aid.owner, now=NOON
    )
    client.force_login(aid.owner)
    address = aid.get_absolute_url()

    for page in (f"{address}history/2/", f"{address}review/"):
        assert f'src="{picture.get_absolute_url()}"' in client.get(page).content.decode()


def test_a_picture_that_is_gone_leaves_its_words(client: Client) -> None:
    aid, picture = a_placed_picture()
    remove_picture(aid=aid, code=picture.code, by=aid.owner, now=NOON)
    client.force_login(aid.owner)

    page = client.get(aid.get_absolute_url()).content.decode()

    assert "Press it. The knob" in page
    assert "<img" not in page.partition('id="use"')[2].partition("</article>")[0]


def test_no_text_shows_a_picture_from_elsewhere() -> None:
    for told in (
        "![x](https://evil.example/aids/E4/pictures/K7#3x3)",
        "![x](//evil.example/pictures/K7#3x3)",
        "[x](/accounts/logout/#3x3)",
        '<img src="/aids/E4/pictures/K7#3x3">',
        "![x](picture:K7)",
    ):
        assert "<img" not in render_markdown(told)


# On paper


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("on", ["lanyard", "pocket", "a4", "poster", "sheet"])
def test_what_is_printed_shows_it_once_with_its_words(client: Client, form: str, on: str) -> None:
    aid = an_aid()
    picture = a_picture(aid, drawn(600, 400, form=form))
    steps = Procedure((Step("Look."), Step(f"Press it. ![The knob](picture:{picture.code})")))
    change_aid(aid=aid, text=AidText(title=aid.title, content=steps), now=NOON, by=aid.owner)
    client.force_login(aid.owner)

    answer = client.get(f"{aid.get_absolute_url()}print/{on}.pdf")

    with pdfplumber.open(BytesIO(answer.content)) as paper:
        sizes = [image["srcsize"] for page in paper.pages for image in page.images]
        text = " ".join(page.extract_text() for page in paper.pages)
    assert set(sizes) == {(600, 400)}
    assert len(sizes) == (PER_SHEET if on == "sheet" else 1)
    assert "Press it." in text
    assert "knob" not in text


def test_a_card_without_room_for_its_pictures_is_refused(client: Client) -> None:
    aid = an_aid()
    codes = [a_picture(aid, drawn(600, 400 + n)).code for n in range(9)]
    steps = Procedure(tuple(Step(f"Press it. ![](picture:{code})") for code in codes))
    change_aid(aid=aid, text=AidText(title=aid.title, content=steps), now=NOON, by=aid.owner)
    client.force_login(aid.owner)

    assert client.get(f"{aid.get_absolute_url()}print/lanyard.pdf").status_code == 422


def test_the_preview_shows_it(client: Client) -> None:
    aid, _picture = a_placed_picture()
    client.force_login(aid.owner)

    side = client.get(f"{aid.get_absolute_url()}print/a4-1.svg").content.decode()

    held = [b64decode(found) for found in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", side)]
    # The step and its detail both name it.
    assert sum(b"data:image/jpeg;base64," in svg for svg in held) == 2


# In the editor


def sent(client: Client, aid: Aid, do: str, **fields: object) -> str:
    steps = {"steps-0-action": "Typed and not saved", "title": "Another title"}
    answer = client.post(f"{aid.get_absolute_url()}text/", {**steps, "do": do, **fields})
    assert answer.status_code in {200, 302, 422}
    return answer.content.decode()


def a_file(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_picture_is_added_from_the_editor_and_nothing_typed_is_lost(client: Client) -> None:
    aid = an_aid(content=STEPS)
    client.force_login(aid.owner)

    fields = {"picture-file": a_file(drawn()), "picture-alt": "The [red] button"}
    page = sent(client, aid, "picture", **fields)

    picture = Picture.objects.get(aid=aid)
    assert "Typed and not saved" in page
    assert f"![The red button](picture:{picture.code})" in page
    assert Aid.objects.get(pk=aid.pk).title == aid.title


@pytest.mark.parametrize("do", ["picture", "save"])
def test_a_bad_picture_is_told_with_everything_typed_kept(client: Client, do: str) -> None:
    aid = an_aid(content=STEPS)
    client.force_login(aid.owner)

    fields = {"picture-file": a_file(b"<svg></svg>", "a.jpg"), "picture-alt": "The lamp"}
    page = sent(client, aid, do, **fields)

    assert "This is no JPEG, PNG or WebP picture." in page
    assert "Typed and not saved" in page
    assert 'value="The lamp"' in page
    assert Aid.objects.get(pk=aid.pk).version == 1


def test_a_picture_comes_along_when_the_text_is_saved(client: Client) -> None:
    aid = an_aid(content=STEPS)
    client.force_login(aid.owner)

    sent(client, aid, "save", **{"picture-file": a_file(drawn()), "picture-alt": "The lamp"})

    assert Picture.objects.get(aid=aid).alt == "The lamp"
    assert Aid.objects.get(pk=aid.pk).title == "Another title"


def test_a_picture_is_removed_from_the_editor(client: Client) -> None:
    aid = an_aid(content=STEPS)
    picture = a_picture(aid)
    client.force_login(aid.owner)

    page = sent(client, aid, f"drop-picture:{picture.code}")

    assert "The picture is removed." in page
    assert "Typed and not saved" in page
    assert not Picture.objects.exists()
    assert "no such picture any more" in sent(client, aid, f"drop-picture:{picture.code}")
