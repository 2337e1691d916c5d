"""`whoknows import`, `ask` and `person`, as one types them."""

import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.builders import NOON, a_need, a_person, an_aid, an_answer, an_organisation
from tests.conftest import Index
from tests.interop.files import QUESTIONS, an_archive, changed
from whoknows.base.models import AuditEntry
from whoknows.interop.models import Source
from whoknows.needs.models import Need
from whoknows.people.actions import issue_token
from whoknows.people.models import Membership, Organisation, Person, Role, SharingClass

pytestmark = pytest.mark.django_db


def run(*typed: str) -> tuple[str, str]:
    """Return what a command wrote to stdout and stderr."""
    out, err = StringIO(), StringIO()
    call_command(*typed, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_imports_and_counts_by_kind(tmp_path: Path) -> None:
    folder = str(an_archive(tmp_path / "a"))

    out, err = run("import", "archive", folder, "--organisation", "Works", "--sharing", "public")

    assert "needs\t2 added\t0 changed\t0 unchanged" in out
    assert "refused\t0" in out
    assert err == "Opened a new organisation “Works”.\n"
    assert Need.objects.filter(sharing=SharingClass.PUBLIC).count() == 2
    assert Source.objects.get().name == "forum"

    out, err = run("import", "archive", folder, "--organisation", "works")
    assert err == ""
    assert "needs\t0 added\t0 changed\t2 unchanged" in out


def test_without_a_terminal_lines_say_how_far_it_is(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INDEX_FOLDER = tmp_path / "index"
    folder = an_archive(tmp_path / "a")
    size = sum(path.stat().st_size for path in folder.iterdir() if path.suffix == ".jsonl")
    monkeypatch.setattr("whoknows.base.progress._EVERY_S", 0.0)

    out, err = run("import", "archive", str(folder), "--organisation", "Works")
    lines = err.splitlines()[1:]

    assert "needs\t2 added" in out
    assert len(lines) > 1
    assert lines[-1] == f"{size} B of {size} B done."

    out, err = run("reindex")

    assert out == f"documents\t{err.splitlines()[-1].removesuffix(' done.')}\n"


def test_says_which_organisation_is_new_and_which_there_are(tmp_path: Path) -> None:
    an_organisation("St Mary Hospital")
    folder = str(an_archive(tmp_path / "a"))

    _, err = run("import", "archive", folder, "--organisation", "hospital", "--dry-run")

    assert err == ("Opened a new organisation “hospital”. There are already: St Mary Hospital.\n")


@pytest.mark.parametrize(
    ("form", "header", "said"),
    [
        (
            "people",
            "name,mail,Cost centre,id",
            (
                "people.csv: the column “mail” was not read. Did you mean “email”?\n"
                "people.csv: the column “cost_centre” was not read.\n"
            ),
        ),
        (
            "ties",
            "source,target,weigth,",
            "ties.csv: the column “weigth” was not read. Did you mean “weight”?\n",
        ),
    ],
)
def test_says_which_columns_were_not_read(
    tmp_path: Path, form: str, header: str, said: str
) -> None:
    an_organisation("Works")
    path = tmp_path / f"{form}.csv"
    path.write_text(f"{header}\n")

    _, err = run("import", form, str(path), "--organisation", "Works")

    assert err == said


def test_says_who_owns_new_aids(tmp_path: Path) -> None:
    works = an_organisation("Works")
    a_person(works, name="Ada Byron", role=Role.ADMINISTRATOR)
    (tmp_path / "one.md").write_text("# Clear E4\n\nHold.")
    (tmp_path / "two.md").write_text("---\nowner: Bo Lind\n---\n# Clear E5\n\nHold.")

    first, _ = run("import", "aids", str(tmp_path), "--organisation", "Works")
    again, _ = run("import", "aids", str(tmp_path), "--organisation", "Works")

    assert "new aids owned by Ada Byron\t1\n" in first
    assert "new aids owned by Bo Lind, who cannot sign in\t1\n" in first
    assert "owned by" not in again


def test_refused_rows_are_named_and_end_with_status_3(tmp_path: Path) -> None:
    rows = changed(QUESTIONS, "q2", sharing="everyone")
    folder = an_archive(tmp_path / "a", questions=rows)
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command(
            "import", "archive", str(folder), "--organisation", "Works", stdout=out, stderr=err
        )

    assert ended.value.code == 3
    assert "\nquestions.jsonl:2: " in err.getvalue()
    assert "refused\t1" in out.getvalue()
    assert Need.objects.count() == 1


def test_who_came_in_without_their_manager_is_told_apart_from_who_did_not(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("id,name,manager\n1,Ana,\n2,Gus,zoe\n3,Bo,1\n3,Bo again,1\n")
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command(
            "import", "people", str(path), "--organisation", "Works", stdout=out, stderr=err
        )

    assert ended.value.code == 3
    assert "persons\t3 added" in out.getvalue()
    assert "without their manager\t1\nrefused\t1\n" in out.getvalue()
    assert "people.csv:3: Gus is here, without a manager" in err.getvalue()


def test_says_what_is_wrong_with_the_path(tmp_path: Path) -> None:
    packed = tmp_path / "dump.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("archive.json", "{}")

    with pytest.raises(CommandError, match="There is no folder"):
        run("import", "archive", str(tmp_path / "nowhere"), "--organisation", "Works")
    with pytest.raises(CommandError, match=r"dump\.zip is a packed file; unpack it"):
        run("import", "archive", str(packed), "--organisation", "Works")
    with pytest.raises(CommandError, match=r"no archive\.json"):
        run("import", "archive", str(tmp_path), "--organisation", "Works")
    folder = an_archive(tmp_path / "a")
    with pytest.raises(CommandError, match="Nobody here has the e-mail address"):
        run("import", "archive", str(folder), "--organisation", "Works", "--owner", "x@y.example")

    assert not Need.objects.exists()


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    folder = an_archive(tmp_path / "a")

    out, _ = run("import", "archive", str(folder), "--organisation", "Works", "--dry-run")

    assert "needs\t2 added" in out
    for rows in (Organisation, Need, Membership, Source, AuditEntry):
        assert not rows.objects.exists(), rows
    assert not Person.objects.get_queryset().exists()


def test_ask_answers_as_the_http_interface_does(index: Index, client: Client) -> None:
    organisation = an_organisation()
    reader, author = a_person(organisation), a_person(organisation, name="Ada Byron")
    an_answer(a_need("Torque wrench shows E4", by=a_person(organisation)), by=author)
    index.catch_up()
    _token, secret = issue_token(person=reader, label="test", now=NOON)

    typed, _ = run("ask", "torque wrench", "--as", str(reader.email).upper(), "--json")
    sent = client.get(
        "/api/v1/suggestions",
        {"q": "torque wrench"},
        headers={"Authorization": f"Bearer {secret}"},
    )

    one, other = json.loads(typed), sent.json()
    assert one["people"][0]["name"] == "Ada Byron"
    assert one.pop("took_ms") >= 0
    assert other.pop("took_ms") >= 0
    assert one == other


def test_ask_answers_in_words(index: Index) -> None:
    organisation = an_organisation()
    reader, author = a_person(organisation), a_person(organisation, name="Ada Byron")
    need = a_need("Torque wrench shows E4", by=a_person(organisation))
    an_answer(need, by=author)
    an_aid("Torque wrench for anyone", owner=author, sharing=SharingClass.PUBLIC)
    index.catch_up()

    out, _ = run("ask", "torque wrench", "--as", str(reader.email))
    assert out.index("Use this") < out.index(need.title) < out.index("Ask this person")
    assert f"    http://localhost:8000{need.get_absolute_url()}" in out
    assert "    Answered by Ada Byron." in out
    assert out.rstrip().endswith("Nothing found.")

    out, _ = run("ask", "torque wrench")
    assert "Torque wrench for anyone" in out
    assert need.title not in out


def test_ask_leads_from_a_code_to_its_aid_for_whoever_may_see_it(index: Index) -> None:
    aid = an_aid("Zero the gauge")
    reader = a_person(aid.organisation)
    index.catch_up()

    out, _ = run("ask", aid.code.lower(), "--as", str(reader.email))
    stranger, _ = run("ask", aid.code.lower())

    assert aid.get_absolute_url() in out
    assert f"Its code is {aid.code}." in out
    assert "Nothing found." not in out
    assert "Zero the gauge" not in stranger


@pytest.mark.parametrize("email", ["nobody@example.org", "nob\udcffdy", " "])
def test_ask_says_that_nobody_has_the_address(index: Index, email: str) -> None:
    with pytest.raises(CommandError, match="Nobody here has the e-mail address"):
        run("ask", "torque wrench", "--as", email)


def test_adds_a_person_and_lets_them_go() -> None:
    out, said = run(
        "person", "add", "Ada@Example.org", "--name", "Ada", "--organisation", "Works",
        "--role", "administrator", "--title", "Chief",
    )  # fmt: skip

    ada = Person.objects.get_queryset().get()
    assert out == "Ada\tada@example.org\tWorks\tadministrator\n"
    assert said == "Opened a new organisation “Works”.\n"
    assert (place_of_today(ada).role, place_of_today(ada).title) == (Role.ADMINISTRATOR, "Chief")
    assert not ada.has_usable_password()
    assert not ada.is_superuser

    out, said = run("person", "leave", "ADA@example.org", "--organisation", "works", "--alumni")
    ended = Membership.objects.get()
    assert "Ada left Works today." in out
    assert "“Works” has no administrator" in said
    assert (ended.ended_on, ended.stays_as_alumni) == (timezone.now().date(), True)


def place_of_today(person: Person) -> Membership:
    return Membership.objects.active(timezone.now().date()).get(owner=person)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("add", "x@example.org", "--organisation", "Works"), "needs a name"),
        (("add", "x@example.org", "--name", "X"), "An organisation needs a name"),
        (("add", "here@example.org", "--name", "X", "--organisation", "Works"), "already"),
        (("leave", "nobody@example.org", "--organisation", "Works"), "Nobody here has"),
        (("leave", "here@example.org", "--organisation", "Else"), "does not belong to"),
        (("leave", "here@example.org", "--organisation", "Works"), "is the only administrator"),
    ],
)
def test_person_says_what_is_wrong(typed: tuple[str, ...], sentence: str) -> None:
    place = ("--organisation", "Works", "--role")
    run("person", "add", "here@example.org", "--name", "Here", *place, "administrator")
    run("person", "add", "there@example.org", "--name", "There", *place, "member")

    with pytest.raises(CommandError, match=sentence):
        run("person", *typed)

    assert Membership.objects.filter(ended_on=None).count() == 2
