"""`whoknows aids`: listing and printing from the command line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.builders import a_person, an_aid
from tests.engine.carriers.printed import Printed
from whoknows.engine.aids import Procedure, Step
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db
STEPS = Procedure((Step("Lift."), Step("Turn.")))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("aids", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_lists_what_the_reader_may_see() -> None:
    aid = an_aid("Lift the lid", content=STEPS)
    public = an_aid("Shut it", sharing=SharingClass.PUBLIC)

    mine = run("list", "--as", str(aid.owner.email)).splitlines()
    strangers = run("list", "--json")

    line = f"{aid.code}\tprocedure\tdraft\t2\tLift the lid\t{aid.owner.name}"
    assert line in mine
    assert [row["code"] for row in json.loads(strangers)] == [public.code]


def test_prints_a_card_and_a_sheet_of_several(tmp_path: Path) -> None:
    aid = an_aid(content=STEPS)
    other = an_aid("Shut it", owner=aid.owner, content=STEPS)
    me = str(aid.owner.email)

    said = run("print", aid.code.lower(), "--as", me, "--out", str(tmp_path / "card.pdf"))
    sheet = [aid.code, other.code, "--carrier", "sheet", "--as", me]
    run("print", *sheet, "--out", str(tmp_path / "sheet.pdf"))

    assert said.startswith(f"{tmp_path / 'card.pdf'}\t")
    assert Printed((tmp_path / "card.pdf").read_bytes()).size_mm() == (54.0, 85.6)
    assert "Shut it" in Printed((tmp_path / "sheet.pdf").read_bytes()).text(0)


def test_strangers_print_nothing_they_may_not_see(tmp_path: Path) -> None:
    aid, out = an_aid(content=STEPS), tmp_path / "card.pdf"

    for eyes in ([], ["--as", str(a_person().email)]):
        with pytest.raises(CommandError, match="not visible to you"):
            run("print", aid.code, *eyes, "--out", str(out))

    assert not out.exists()


def test_says_what_to_do_instead(tmp_path: Path) -> None:
    aid = an_aid(content=Procedure(tuple(Step(f"Go {n}") for n in range(16))))
    me, out = ["--as", str(aid.owner.email)], ["--out", str(tmp_path / "card.pdf")]

    with pytest.raises(CommandError, match="cut 2"):
        run("print", aid.code, *me, *out)
    with pytest.raises(CommandError, match="--carrier sheet"):
        run("print", aid.code, aid.code, *me, *out)
    with pytest.raises(CommandError, match="Cannot write"):
        run("print", aid.code, "--carrier", "a4", *me, "--out", str(tmp_path / "no" / "card.pdf"))
    with pytest.raises(CommandError, match="Check the spelling"):
        run("list", "--as", "nobody@example.org")
