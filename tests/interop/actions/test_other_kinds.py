"""Taking in aids, people, ties, dumps and chats."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.builders import LONG_AGO, NOON, a_person, an_organisation, place_of
from tests.interop.files import Desk, totals
from whoknows.aids.models import Aid
from whoknows.expertise.models import Evidence
from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.people_csv import PeopleCsvSource
from whoknows.interop.importers.records import Source
from whoknows.interop.importers.stackexchange import StackExchangeSource
from whoknows.interop.importers.ties_csv import TiesCsvSource
from whoknows.interop.importers.zulip import ZulipSource
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.network.models import Tie
from whoknows.people.actions import join_organisation, leave_organisation, welcome_person
from whoknows.people.models import Membership, Person, Role, SharingClass

pytestmark = pytest.mark.django_db

FRONT = """---
title: Clear E4
owner: ana@example.org
topics: [torque, wrench]
last_reviewed_on: 2026-06-01
review_in: 6 months
---
Hold the button.
"""


def aids(folder: Path, **texts: str) -> MarkdownAidsSource:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text)
    return MarkdownAidsSource(folder)


def people(folder: Path, *lines: str) -> PeopleCsvSource:
    path = folder / "people.csv"
    path.write_text("id,name,email,unit,manager\n" + "\n".join(lines) + "\n")
    return PeopleCsvSource(path)


def test_an_aid_comes_in_with_its_owner_dates_and_topics(tmp_path: Path) -> None:
    ana = a_person(name="Ana")
    desk = Desk(organisation=ana.memberships.get().organisation, owner=a_person())
    Person.objects.get_queryset().filter(pk=ana.pk).update(email="ana@example.org")

    report = desk.take_in(aids(tmp_path / "aids", one=FRONT))

    aid = Aid.objects.get()
    assert totals(report) == {"aids": (1, 0, 0)}
    assert (aid.title, aid.owner, aid.body) == ("Clear E4", ana, "Hold the button.")
    assert aid.verified_on == date(2026, 6, 1)
    assert sorted(topic.name for topic in aid.topics.all()) == ["torque", "wrench"]


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ("", date(2026, 11, 30)),
        ("likely_to_change: true\n", date(2026, 7, 1)),
        ("verify_by: 2030-01-01\n", date(2030, 1, 1)),
    ],
)
def test_an_aid_that_was_verified_is_due_again_some_day(
    tmp_path: Path, more: str, due: date
) -> None:
    desk = Desk(owner=a_person())
    head = f"---\ntitle: Clear E4\nverified_on: 2026-06-01\n{more}---\n"

    desk.take_in(aids(tmp_path / "aids", one=f"{head}Hold."))
    first = Aid.objects.get().verify_by
    desk.take_in(aids(tmp_path / "aids", one=f"{head}Hold it."))

    assert (first, Aid.objects.get().verify_by) == (due, due)


@pytest.mark.parametrize(("day", "left_out"), [(NOON.day, 0), (NOON.day + 1, 1)])
def test_nothing_was_verified_after_today(tmp_path: Path, day: int, left_out: int) -> None:
    desk = Desk(owner=a_person())
    text = f"---\ntitle: Clear E4\nverified_on: 2026-11-{day:02}\n---\nHold."

    desk.take_in(aids(tmp_path / "aids", one=text))

    assert Aid.objects.count() == 1 - left_out
    why = ["It was verified in the future; correct the date."]
    assert [row.why for row in desk.refused] == why * left_out


def test_an_aid_of_nobody_known_is_looked_after_by_a_name_that_cannot_sign_in(
    tmp_path: Path,
) -> None:
    Desk().take_in(aids(tmp_path / "aids", one=FRONT.replace("ana@example.org", "Toolroom")))

    owner = Aid.objects.get().owner
    assert (owner.name, owner.email, owner.is_active) == ("Toolroom", None, False)


def test_an_aid_that_names_nobody_belongs_to_whom_the_import_says(tmp_path: Path) -> None:
    keeper = a_person()
    desk = Desk(organisation=keeper.memberships.get().organisation, owner=keeper)

    desk.take_in(aids(tmp_path / "aids", one="# Clear E4\n\nHold the button."))

    assert Aid.objects.get().owner == keeper
    assert not Evidence.objects.filter(owner=keeper).exists()  # they did not write it


def gone(person: Person, on: date) -> Person:
    leave_organisation(membership=place_of(person), on=on, now=NOON, stays_as_alumni=False)
    return person


def test_what_nobody_is_named_for_goes_to_an_administrator_of_today_who_verified_nothing(
    tmp_path: Path,
) -> None:
    desk = Desk()
    gone(a_person(desk.organisation, role=Role.ADMINISTRATOR), date(2026, 8, 1))
    sam = a_person(desk.organisation, role=Role.ADMINISTRATOR)
    text = "---\nlast_reviewed_on: 2026-10-01\nsharing: private\n---\n# Clear E4\n\n"

    desk.take_in(aids(tmp_path / "aids", one=f"{text}Hold."))
    first = Aid.objects.get()
    desk.take_in(aids(tmp_path / "aids", one=f"{text}Hold it."))

    for aid in (first, Aid.objects.get()):
        verified = (aid.owner, aid.verified_by, aid.verified_on)
        assert verified == (sam, None, date(2026, 10, 1))


@pytest.mark.parametrize(("left_on", "told"), [("2026-05-31", False), ("2026-06-02", True)])
def test_nobody_verified_anything_after_they_left(
    tmp_path: Path, left_on: str, *, told: bool
) -> None:
    desk = Desk()
    ana = gone(a_person(desk.organisation, name="Ana"), date.fromisoformat(left_on))
    namesake = gone(a_person(desk.organisation, name="Ana"), date(2026, 1, 1))

    desk.take_in(aids(tmp_path / "aids", one=FRONT.replace("ana@example.org", "Ana")))

    aid = Aid.objects.get()
    assert namesake != ana == aid.owner
    assert (aid.verified_on, aid.verified_by) == (date(2026, 6, 1), ana if told else None)


def test_the_same_aids_again_change_nothing_and_a_new_text_does(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in(aids(tmp_path / "aids", one=FRONT, two="# Order a part\n\nAsk stores."))
    code = Aid.objects.get(title="Clear E4").code

    again = desk.take_in(aids(tmp_path / "aids"))
    assert totals(again) == {"aids": (0, 0, 2)}

    changed = desk.take_in(aids(tmp_path / "aids", one=FRONT.replace("the button", "both")))
    assert totals(changed) == {"aids": (0, 1, 1)}
    aid = Aid.objects.get(title="Clear E4")
    assert (aid.body, aid.code) == ("Hold both.", code)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (FRONT.replace("title:", "sharing: everyone\ntitle:"), "no sharing class"),
        (
            FRONT.replace("title:", "sharing: unit\ntitle:"),
            "in none; add a unit",
        ),
        (FRONT + "x" * 200_001, "split it"),
        (FRONT.replace("wrench]", '"???"]'), "letters or digits"),
        (FRONT.replace("title:", f"url: https://e.org/{'u' * 500}\ntitle:"), "shorten it to"),
        ("---\ntitle: [\n---\nx", "not YAML"),
    ],
)
def test_an_aid_that_cannot_be_used_costs_no_other(tmp_path: Path, text: str, why: str) -> None:
    desk = Desk()

    report = desk.take_in(aids(tmp_path / "aids", bad=text, good="# Good\n\nText."))

    assert [aid.title for aid in Aid.objects.all()] == ["Good"]
    assert report.refused == 1
    assert desk.refused[0].file == "bad.md"
    assert why in desk.refused[0].why


def test_people_and_their_managers_come_in_from_a_table(tmp_path: Path) -> None:
    desk = Desk()
    source = people(tmp_path, "1,Ana,ana@example.org,Line 4,", "2,Bo,bo@example.org,Line 4,1")

    assert totals(desk.take_in(source)) == {"persons": (2, 0, 0)}
    assert Membership.objects.filter(unit__name="Line 4").count() == 2
    assert Tie.objects.get().kind == "reports_to"

    again = people(tmp_path, "1,Ana,ana@example.org,Line 4,", "2,Bo,bo@example.org,Line 4,1")
    assert totals(desk.take_in(again)) == {"persons": (0, 0, 2)}


def test_a_row_changes_nothing_of_whoever_runs_the_installation(tmp_path: Path) -> None:
    desk = Desk()
    root = welcome_person(name="Root", email="root@example.org", now=NOON, runs_installation=True)
    join_organisation(person=root, organisation=desk.organisation, on=LONG_AGO, now=NOON)
    colleague = a_person(desk.organisation)
    before = Person.objects.get_queryset().values().get(pk=root.pk)

    desk.take_in(people(tmp_path, "r,Renamed,ROOT@example.org,,", f"c,Renamed,{colleague.email},,"))

    assert Person.objects.get_queryset().values().get(pk=root.pk) == before
    assert (before["is_staff"], before["is_superuser"]) == (True, True)
    changed = Person.objects.get_queryset().get(pk=colleague.pk)
    assert (changed.name, changed.is_staff, changed.is_superuser) == ("Renamed", False, False)


def test_who_has_left_here_is_told_apart_from_who_left_elsewhere(tmp_path: Path) -> None:
    desk = Desk()
    ana = a_person(desk.organisation, name="Ana")
    rival = join_organisation(person=ana, organisation=an_organisation(), on=LONG_AGO, now=NOON)
    leave_organisation(membership=rival, on=NOON.date(), now=NOON, stays_as_alumni=False)
    path = tmp_path / "people.csv"
    path.write_text(f"name,email,left_on\nAna,{ana.email},{NOON.date()}\n")

    report = desk.take_in(PeopleCsvSource(path))

    assert totals(report) == {"persons": (0, 1, 0)}
    assert ana.memberships.get(organisation=desk.organisation).ended_on == NOON.date()


def test_two_sources_name_one_address_for_one_person(tmp_path: Path) -> None:
    one = Desk(name="hr")
    one.take_in(people(tmp_path, "1,Ana,ana@example.org,,"))
    other = Desk(name="wiki", organisation=one.organisation)

    report = other.take_in(people(tmp_path, "x,Ana,ANA@example.org,,"))

    assert report.added == {"persons": 0}
    assert Person.objects.get_queryset().count() == 1


def test_an_address_that_moved_to_another_key_is_refused(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in(people(tmp_path, "1,Ana,ana@example.org,,", "2,Bo,,,"))

    desk.take_in(people(tmp_path, "1,Ana,,,", "2,Bo,ana@example.org,,"))

    assert [(r.line, r.file) for r in desk.refused] == [(3, "people.csv")]
    assert "Somebody else has the e-mail address" in desk.refused[0].why
    assert "correct it" in desk.refused[0].why


def ties(folder: Path, *lines: str) -> TiesCsvSource:
    path = folder / "ties.csv"
    path.write_text("source,target,weight\n" + "\n".join(lines) + "\n")
    return TiesCsvSource(path, now=NOON)


def test_ties_join_persons_by_key_or_address(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in(people(tmp_path, "1,Ana,ana@example.org,,", "2,Bo,bo@example.org,,"))

    report = desk.take_in(ties(tmp_path, "1,2,3", "BO@example.org,1,"))

    assert totals(report) == {"ties": (2, 0, 0)}
    assert sorted(Tie.objects.values_list("seeker__name", "helper__name", "weight")) == [
        ("Ana", "Bo", 3.0),
        ("Bo", "Ana", 1.0),
    ]
    assert totals(desk.take_in(ties(tmp_path, "1,2,3", "BO@example.org,1,")))["ties"] == (0, 0, 2)
    assert totals(desk.take_in(ties(tmp_path, "1,2,5")))["ties"] == (0, 1, 0)


def test_a_tie_to_nobody_is_refused_with_its_line(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in(people(tmp_path, "1,Ana,ana@example.org,,"))
    outsider = a_person()

    desk.take_in(ties(tmp_path, "1,nobody,1", f"1,{outsider.email},1", "1,ana@example.org,1"))

    assert [(r.file, r.line) for r in desk.refused] == [("ties.csv", n) for n in (2, 3, 4)]
    assert "import the persons first" in desk.refused[0].why
    assert "Both ends" in desk.refused[2].why
    assert not Tie.objects.exists()


def a_dump(folder: Path) -> Source:
    folder.mkdir(exist_ok=True)
    (folder / "Users.xml").write_text(
        '<?xml version="1.0"?><users><row Id="1" DisplayName="Ana" /><row Id="2"'
        ' DisplayName="Bo" /></users>'
    )
    (folder / "Posts.xml").write_text(
        '<?xml version="1.0"?><posts>'
        '<row Id="10" PostTypeId="1" AcceptedAnswerId="11" CreationDate="2024-05-01T08:00:00.000"'
        ' Title="Wrench shows E4?" Body="&lt;p&gt;Why?&lt;/p&gt;" OwnerUserId="1"'
        ' Tags="&lt;torque&gt;" />'
        '<row Id="11" PostTypeId="2" ParentId="10" CreationDate="2024-05-01T09:00:00.000"'
        ' Body="&lt;p&gt;Hold it.&lt;/p&gt;" OwnerUserId="2" Score="3" /></posts>'
    )
    return StackExchangeSource(folder, now=NOON, site="https://example.org")


def a_chat(folder: Path) -> Source:
    topic = folder / "12-tools" / "wrench.json"
    topic.parent.mkdir(parents=True, exist_ok=True)
    said = [(1, "Ana", "Wrench shows E4?"), (2, "Bo", "Hold it."), (3, "Cy", "Or wait.")]
    messages = [
        {
            "id": number,
            "sender_full_name": name,
            "timestamp": 1_700_000_000 + number,
            "content": f"<p>{text}</p>",
        }
        for number, name, text in said
    ]
    topic.write_text(json.dumps(messages))
    return ZulipSource(folder, now=NOON)


def test_a_chat_comes_in_once(tmp_path: Path) -> None:
    desk = Desk()

    first = desk.take_in(a_chat(tmp_path / "chat"))
    again = desk.take_in(a_chat(tmp_path / "chat"))

    assert totals(first) == {"persons": (3, 0, 0), "needs": (1, 0, 0), "answers": (2, 0, 0)}
    assert totals(again) == {"persons": (0, 0, 3), "needs": (0, 0, 1), "answers": (0, 0, 2)}
    assert Need.objects.get().owner.name == "Ana"
    assert set(Evidence.objects.values_list("owner__name", flat=True)) == {"Bo", "Cy"}


def test_a_dump_comes_in_once(tmp_path: Path) -> None:
    desk = Desk(sharing=SharingClass.PUBLIC)

    first = desk.take_in(a_dump(tmp_path / "dump"))
    again = desk.take_in(a_dump(tmp_path / "dump"))

    assert totals(first) == {"persons": (2, 0, 0), "needs": (1, 0, 0), "answers": (1, 0, 0)}
    assert totals(again) == {"persons": (0, 0, 2), "needs": (0, 0, 1), "answers": (0, 0, 1)}
    need = Need.objects.get()
    assert (need.sharing, need.owner.name) == (SharingClass.PUBLIC, "Ana")
    assert Answer.objects.get().verdict == Verdict.SOLVED
    assert Evidence.objects.get().owner.name == "Bo"
