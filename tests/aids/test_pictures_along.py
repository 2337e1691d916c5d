"""Pictures go out with their aids and come back with them."""

from base64 import b64decode
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.test import Client

from tests.aids.pictures import a_placed_picture
from tests.builders import a_person, an_organisation, drawn
from whoknows.aids.models import Aid
from whoknows.people.models import Organisation

pytestmark = pytest.mark.django_db


def exported(aid: Aid, folder: Path) -> dict[str, bytes]:
    call_command("export", "aids", str(folder), "--organisation", aid.organisation.name)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def imported(folder: Path, organisation: Organisation) -> str:
    out = StringIO()
    call_command("import", "aids", str(folder), "--organisation", organisation.name, stdout=out)
    return out.getvalue()


def test_an_export_puts_pictures_beside_the_text_that_links_to_them(tmp_path: Path) -> None:
    aid, picture = a_placed_picture()

    files = exported(aid, tmp_path / "out")

    name = f"pictures/{aid.code}-{picture.code}.jpg".lower()
    [text] = [told.decode() for path, told in files.items() if path.endswith(".md")]
    assert files[name] == bytes(picture.data)
    assert f"Press it. ![The knob]({name})" in text.partition("\n---\n")[2]


def test_an_exported_folder_brings_pictures_back_and_changes_nothing_again(tmp_path: Path) -> None:
    aid, picture = a_placed_picture()
    first = exported(aid, tmp_path / "first")
    other = an_organisation()
    a_person(other, name=aid.owner.name)

    imported(tmp_path / "first", other)
    again = imported(tmp_path / "first", other)

    brought = Aid.objects.get(organisation=other)
    twin = brought.pictures.get()
    assert (twin.code, bytes(twin.data), twin.alt) == (
        picture.code,
        bytes(picture.data),
        picture.alt,
    )
    assert brought.content == aid.content
    assert brought.version == 1
    assert "0 added\t0 changed\t1 unchanged" in again
    second = exported(brought, tmp_path / "second")
    assert {path.rpartition("-")[2] for path in second if path.endswith(".jpg")} == {
        path.rpartition("-")[2] for path in first if path.endswith(".jpg")
    }


def test_export_import_export_into_the_same_place_is_the_same(tmp_path: Path) -> None:
    aid, _picture = a_placed_picture()
    first = exported(aid, tmp_path / "out")
    imported(tmp_path / "out", aid.organisation)
    twin = Aid.objects.exclude(pk=aid.pk).get()
    Aid.objects.filter(pk=aid.pk).delete()
    Aid.objects.filter(pk=twin.pk).update(code=aid.code, owner=aid.owner)

    second = exported(twin, tmp_path / "again")

    assert second == first


@pytest.mark.parametrize("harm", ["gone", "changed", "outside"])
def test_a_picture_that_is_not_the_exported_one_costs_its_file(
    tmp_path: Path, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    aid, picture = a_placed_picture()
    folder = tmp_path / "out"
    name = next(path for path in exported(aid, folder) if path.endswith(".jpg"))
    if harm == "gone":
        (folder / name).unlink()
    elif harm == "changed":
        (folder / name).write_bytes(drawn() + b"more")
    else:
        (tmp_path / "secret.jpg").write_bytes(bytes(picture.data))
        [text] = folder.glob("*.md")
        text.write_text(text.read_text().replace(name, "../secret.jpg"))
    other = an_organisation()

    with pytest.raises(SystemExit):
        imported(folder, other)

    assert "Its picture" in capsys.readouterr().err
    assert not Aid.objects.filter(organisation=other).exists()


def test_the_page_gives_the_aid_and_its_pictures_packed(client: Client, tmp_path: Path) -> None:
    aid, _picture = a_placed_picture()
    client.force_login(aid.owner)
    address = f"{aid.get_absolute_url()}export.zip"

    assert f'href="{address}"' in client.get(aid.get_absolute_url()).content.decode()
    with ZipFile(BytesIO(client.get(address).content)) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}

    assert held == exported(aid, tmp_path)
    client.force_login(a_person())
    assert client.get(address).status_code == 404


def test_json_holds_the_picture_itself(client: Client) -> None:
    aid, picture = a_placed_picture()
    client.force_login(aid.owner)

    told = client.get(f"{aid.get_absolute_url()}export.json").json()

    assert [each["code"] for each in told["pictures"]] == [picture.code]
    assert b64decode(told["pictures"][0]["data"]) == bytes(picture.data)
