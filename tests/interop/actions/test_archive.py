"""Taking in a community archive: persons, needs and answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet

from tests.builders import NOON, a_need, a_person, a_stranger, an_organisation, partners, reach
from tests.interop.files import ANSWERS, PEOPLE, QUESTIONS, Desk, Row, an_archive, changed, totals
from whoknows.expertise.actions import remove_evidence
from whoknows.expertise.models import Evidence, EvidenceKind
from whoknows.interop.models import SourceRecord
from whoknows.needs.actions import judge_answer, share_need
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.network.models import Tie
from whoknows.people.models import Membership, Organisation, Person, SharingClass
from whoknows.search.models import Change

pytestmark = pytest.mark.django_db


def everything() -> list[list[tuple[object, ...]]]:
    """Return all rows that an import writes."""
    written: tuple[QuerySet[Any], ...] = (
        Person.objects.get_queryset(),
        Membership.objects.all(),
        Need.objects.all(),
        Answer.objects.all(),
        Evidence.objects.all(),
        Tie.objects.all(),
        SourceRecord.objects.all(),
    )
    return [list(rows.order_by("pk").values_list()) for rows in written]


def test_takes_in_who_asked_and_who_answered(tmp_path: Path) -> None:
    report = Desk().take_in_archive(an_archive(tmp_path / "a"))

    assert totals(report) == {"persons": (3, 0, 0), "needs": (2, 0, 0), "answers": (2, 0, 0)}
    need = Need.objects.get(title="Wrench shows E4?")
    assert need.words == "It did not *yesterday*.\n\nWhy?"
    assert need.owner.name == "Bo"
    assert need.attribution == "The forum"
    assert sorted(topic.name for topic in need.topics.all()) == ["torque", "wrench"]
    assert need.met_at is not None
    assert need.met_at.isoformat() == "2024-05-01T10:00:00+00:00"
    assert [a.verdict for a in need.answers.all()] == [Verdict.SOLVED, ""]


def test_persons_have_the_place_that_the_archive_says(tmp_path: Path) -> None:
    Desk().take_in_archive(an_archive(tmp_path / "a"))
    ana, bo, cy = Person.objects.get_queryset().order_by("name")

    assert (ana.email, ana.is_contactable) == ("ana@example.org", True)
    assert (bo.email, bo.is_active, bo.is_contactable) == (None, False, False)
    place = ana.memberships.get()
    assert place.unit is not None
    assert (place.unit.name, place.title) == ("Line 4", "Fitter")
    assert str(cy.memberships.get().ended_on) == "2025-03-01"


def test_managers_become_ties(tmp_path: Path) -> None:
    people = changed(PEOPLE, "p3", manager="nobody")
    desk = Desk()

    report = desk.take_in_archive(an_archive(tmp_path / "a", people=people))

    tie = Tie.objects.get()
    assert (tie.seeker.name, tie.helper.name, tie.kind) == ("Bo", "Ana", "reports_to")
    assert [(r.file, r.line) for r in desk.refused] == [("people.jsonl", 3)]
    assert "“nobody”" in desk.refused[0].why
    assert (report.refused, report.without_manager) == (0, 1)
    assert Person.objects.get_queryset().filter(name="Cy").exists()


def test_who_was_refused_is_not_also_said_to_lack_a_manager(tmp_path: Path) -> None:
    people = changed(PEOPLE, "p3", manager="nobody", email="ana@example.org")
    desk = Desk()

    report = desk.take_in_archive(an_archive(tmp_path / "a", people=people))

    assert (report.refused, report.without_manager) == (2, 0)
    assert not any("nobody" in row.why for row in desk.refused)


def test_the_same_archive_again_changes_nothing(tmp_path: Path) -> None:
    desk, folder = Desk(), an_archive(tmp_path / "a")
    desk.take_in_archive(folder)
    before, noted = everything(), Change.objects.count()

    report = desk.take_in_archive(folder)

    assert totals(report) == {"persons": (0, 0, 3), "needs": (0, 0, 2), "answers": (0, 0, 2)}
    assert everything() == before
    assert Change.objects.count() == noted


def test_rows_that_changed_are_brought_up_to_date(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))

    report = desk.take_in_archive(
        an_archive(
            tmp_path / "a",
            people=changed(PEOPLE, "p2", name="Bo Lund"),
            questions=changed(QUESTIONS, "q1", title="Wrench shows E5?", topics=["torque"]),
            answers=changed(ANSWERS, "a2", text="Or wait a minute."),
        )
    )

    assert totals(report) == {"persons": (0, 1, 2), "needs": (0, 1, 1), "answers": (0, 1, 1)}
    need = Need.objects.get(title="Wrench shows E5?")
    assert need.owner.name == "Bo Lund"
    assert [topic.name for topic in need.topics.all()] == ["torque"]
    assert Answer.objects.filter(text="Or wait a minute.").exists()
    assert (Person.objects.get_queryset().count(), Need.objects.count()) == (3, 2)


def test_an_answer_accepted_later_solves_the_need_then(tmp_path: Path) -> None:
    desk = Desk()
    open_ = changed(ANSWERS, "a1", accepted_at=None)
    desk.take_in_archive(an_archive(tmp_path / "a", answers=open_))
    assert not Need.objects.filter(met_at__isnull=False).exists()
    assert set(Evidence.objects.values_list("kind", flat=True)) == {EvidenceKind.ANSWERED}

    desk.take_in_archive(an_archive(tmp_path / "a"))

    assert Need.objects.get(met_at__isnull=False).title == "Wrench shows E4?"
    assert Evidence.objects.filter(kind=EvidenceKind.SOLVED).count() == 1


def test_a_need_that_was_asked_later_than_we_knew_is_still_solved(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))

    questions = changed(QUESTIONS, "q1", at="2024-06-01T08:00:00Z")
    report = desk.take_in_archive(an_archive(tmp_path / "a", questions=questions))

    assert report.changed["needs"] == 1
    need = Need.objects.get(title="Wrench shows E4?")
    assert need.met_at == need.raised_at


def test_what_the_asker_said_here_outlives_an_archive_that_says_nothing(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))
    answer = Answer.objects.get(text="Or wait.")
    judge_answer(answer=answer, verdict=Verdict.HELPED, by=answer.need.owner, now=NOON)

    desk.take_in_archive(an_archive(tmp_path / "a", answers=changed(ANSWERS, "a2", score=7)))

    answer.refresh_from_db()
    assert (answer.score, answer.verdict) == (7, Verdict.HELPED)
    assert Evidence.objects.filter(kind=EvidenceKind.HELPED).count() == 1


def test_who_sees_a_need_stays_as_its_asker_chose(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))
    need = Need.objects.get(title="Where?")
    share_need(need=need, sharing=SharingClass.PRIVATE, by=need.owner, now=NOON)

    desk.take_in_archive(
        an_archive(tmp_path / "a", questions=changed(QUESTIONS, "q2", text="The spare key?"))
    )

    need.refresh_from_db()
    assert (need.words, need.sharing) == ("The spare key?", SharingClass.PRIVATE)


def test_a_need_told_to_be_narrower_is_so_with_its_evidence(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))
    reader = reach(a_person(desk.organisation))
    assert Evidence.objects.visible_to(reader).count() == 2

    report = desk.take_in_archive(
        an_archive(tmp_path / "a", questions=changed(QUESTIONS, "q1", sharing="private"))
    )

    assert report.changed["needs"] == 1
    assert [need.title for need in Need.objects.visible_to(reader)] == ["Where?"]
    assert not Evidence.objects.visible_to(reader).exists()
    assert Change.objects.filter(kind="evidence").exists()


@pytest.mark.parametrize(
    ("key", "sharing"), [("q1", SharingClass.PUBLIC), ("q2", SharingClass.PRIVATE)]
)
def test_a_file_widens_only_what_nobody_chose_here(
    tmp_path: Path, key: str, sharing: SharingClass
) -> None:
    """Bo, who asked q1, cannot sign in; Ana, who asked q2, can."""
    desk = Desk(sharing=SharingClass.PRIVATE)
    desk.take_in_archive(an_archive(tmp_path / "a"))
    title = next(row["title"] for row in QUESTIONS if row["id"] == key)

    desk.take_in_archive(
        an_archive(tmp_path / "a", questions=changed(QUESTIONS, key, sharing="public"))
    )

    assert Need.objects.get(title=title).sharing == sharing


def test_evidence_says_what_a_need_is_called_and_about_now(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))
    news = changed(QUESTIONS, "q1", title="Wrench shows E5?", topics=["spindle"])

    desk.take_in_archive(an_archive(tmp_path / "a", questions=news))

    for evidence in Evidence.objects.all():
        assert evidence.title == "Wrench shows E5?"
        assert [topic.name for topic in evidence.topics.all()] == ["spindle"]


def test_removed_evidence_stays_removed(tmp_path: Path) -> None:
    desk = Desk()
    desk.take_in_archive(an_archive(tmp_path / "a"))
    evidence = Evidence.objects.get(kind=EvidenceKind.SOLVED)
    remove_evidence(evidence_id=evidence.pk, by=evidence.owner, now=NOON)

    desk.take_in_archive(an_archive(tmp_path / "a", answers=changed(ANSWERS, "a1", text="New.")))

    evidence.refresh_from_db()
    assert evidence.removed_at == NOON
    assert Evidence.objects.filter(owner=evidence.owner).standing().count() == 0


@pytest.mark.parametrize(
    ("rows", "file", "line", "why"),
    [
        ({"people": changed(PEOPLE, "p1", name="")}, "people.jsonl", 1, '"name" is missing'),
        ({"people": changed(PEOPLE, "p1", guest="yes")}, "people.jsonl", 1, "write true or false"),
        (
            {"questions": changed(QUESTIONS, "q2", sharing="everyone")},
            "questions.jsonl", 2, "no sharing class; write private, unit,",
        ),
        (
            {"questions": changed(QUESTIONS, "q1", sharing="unit")},
            "questions.jsonl", 1, "in none; add a unit",
        ),
        (
            {"answers": changed(ANSWERS, "a2", text=" ")},
            "answers.jsonl", 2, "says nothing",
        ),
        (
            {"questions": changed(QUESTIONS, "q2", url="https://e.org/" + "u" * 500)},
            "questions.jsonl", 2, "500 characters",
        ),
        (
            {"questions": changed(QUESTIONS, "q2", language="Klingon, as spoken")},
            "questions.jsonl", 2, "10 characters",
        ),
        (
            {"questions": changed(QUESTIONS, "q2", topics=["torque", "???"])},
            "questions.jsonl", 2, "letters or digits",
        ),
        (
            {"people": changed(PEOPLE, "p2", unit="u" * 201)},
            "people.jsonl", 2, "200 characters",
        ),
        (
            {"people": changed(PEOPLE, "p2", organisation="???")},
            "people.jsonl", 2, "other-organisations",
        ),
        (
            {"people": changed(PEOPLE, "p2", email="ANA@example.org")},
            "people.jsonl", 2, "e-mail address",
        ),
        (
            {"answers": changed(ANSWERS, "a2", id="k" * 301)},
            "answers.jsonl", 2, "300 characters",
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_costs_that_row_only(
    tmp_path: Path, rows: dict[str, list[Row]], file: str, line: int, why: str
) -> None:
    desk = Desk()

    report = desk.take_in_archive(an_archive(tmp_path / "a", **rows))

    first = desk.refused[0]
    assert (first.file, first.line) == (file, line)
    assert why in first.why
    assert report.refused + report.without_manager == len(desk.refused)
    assert sum(report.added.values()) + len(desk.refused) >= 7
    assert sum(report.added.values()) >= 3


def test_an_answer_to_a_question_that_was_left_out_is_refused(tmp_path: Path) -> None:
    desk = Desk()
    questions = changed(QUESTIONS, "q1", sharing="everyone")

    report = desk.take_in_archive(an_archive(tmp_path / "a", questions=questions))

    assert totals(report)["answers"] == (0, 0, 0)
    assert [(r.file, r.line) for r in desk.refused[1:]] == [
        ("answers.jsonl", 1),
        ("answers.jsonl", 2),
    ]
    assert "The question “q1” was left out" in desk.refused[1].why


def test_what_was_refused_comes_in_once_it_is_mended(tmp_path: Path) -> None:
    desk = Desk()
    broken = changed(QUESTIONS, "q1", sharing="everyone")
    desk.take_in_archive(an_archive(tmp_path / "a", questions=broken))

    report = desk.take_in_archive(an_archive(tmp_path / "a"))

    assert totals(report) == {"persons": (0, 0, 3), "needs": (1, 0, 1), "answers": (2, 0, 0)}
    assert not desk.refused


def test_somebody_known_by_their_address_is_the_same_person(tmp_path: Path) -> None:
    ana = a_person(name="Ana Lovelace")
    Person.objects.get_queryset().filter(pk=ana.pk).update(
        email="ana@example.org", timezone="Europe/Oslo", url="https://example.org/ana"
    )
    desk = Desk()
    people = changed(PEOPLE, "p1", organisation=desk.organisation.name)

    report = desk.take_in_archive(an_archive(tmp_path / "a", people=people))

    ana.refresh_from_db()
    assert totals(report)["persons"] == (2, 1, 0)
    assert ana.memberships.filter(organisation=desk.organisation).exists()
    assert (ana.timezone, ana.url) == ("Europe/Oslo", "https://example.org/ana")


@pytest.mark.parametrize("who", [a_person, a_stranger])
def test_nobody_of_elsewhere_becomes_a_member_unless_a_row_names_the_organisation(
    tmp_path: Path, who: Callable[[], Person]
) -> None:
    rita, desk = who(), Desk()
    people = changed(PEOPLE, "p1", email=rita.email)

    report = desk.take_in_archive(an_archive(tmp_path / "a", people=people))

    assert not rita.memberships.filter(organisation=desk.organisation).exists()
    assert Answer.objects.get(text="Hold the button.").author == rita
    assert [count for note, count in report.notes.items() if "without a place" in note] == [1]
    again = desk.take_in_archive(an_archive(tmp_path / "a", people=people))
    assert totals(again)["persons"] == (0, 0, 3)


def test_a_guest_who_is_new_here_gets_no_place(tmp_path: Path) -> None:
    desk = Desk()

    desk.take_in_archive(an_archive(tmp_path / "a", people=changed(PEOPLE, "p1", guest=True)))

    ana = Answer.objects.get(text="Hold the button.").author
    assert (ana.name, ana.memberships.count()) == ("Ana", 0)


def test_two_sources_with_the_same_keys_are_kept_apart(tmp_path: Path) -> None:
    one = Desk(name="one")
    one.take_in_archive(an_archive(tmp_path / "a"))
    other = Desk(name="other", organisation=one.organisation)

    nameless = [{**p, "email": None} for p in PEOPLE]
    report = other.take_in_archive(an_archive(tmp_path / "b", people=nameless))

    assert totals(report)["needs"] == (2, 0, 0)
    assert Need.objects.count() == 4


def test_a_person_may_belong_to_another_organisation_than_the_archive(tmp_path: Path) -> None:
    people = changed(PEOPLE, "p2", organisation="Elsewhere AG")
    folder = an_archive(tmp_path / "a", people=people)

    Desk().take_in_archive(folder)
    assert not Organisation.objects.filter(name="Elsewhere AG").exists()
    Desk(others_allowed=True).take_in_archive(folder)

    assert Organisation.objects.get(name="Elsewhere AG").slug == "elsewhere-ag"
    assert Person.objects.get_queryset().get(name="Bo").memberships.count() == 1


def test_strangers_see_nothing_of_what_came_in(tmp_path: Path) -> None:
    desk = Desk(sharing=SharingClass.PARTNERS)
    desk.take_in_archive(an_archive(tmp_path / "a"))
    elsewhere = an_organisation()
    reader = a_person(elsewhere)
    assert not Need.objects.visible_to(reach(reader)).exists()

    partners(desk.organisation, elsewhere)

    assert Need.objects.visible_to(reach(reader)).count() == 2


def test_an_import_does_not_change_whom_only_others_may_describe(tmp_path: Path) -> None:
    elsewhere = a_person(an_organisation("Rival Works"), name="Mona Keeps Hername")
    people = changed(PEOPLE, "p2", email=elsewhere.email, name="Somebody Else")

    Desk().take_in_archive(an_archive(tmp_path / "a", people=people))

    elsewhere.refresh_from_db()
    assert elsewhere.name == "Mona Keeps Hername"
    assert elsewhere.memberships.filter(organisation__name="Rival Works", ended_on=None).exists()


def test_an_archive_cannot_take_over_what_somebody_else_raised(tmp_path: Path) -> None:
    desk = Desk()
    need = a_need("Ours, and ours alone", by=a_person(desk.organisation))
    questions = [QUESTIONS[0] | {"id": str(need.uid), "title": "Hijacked"}, *QUESTIONS[1:]]

    desk.take_in_archive(an_archive(tmp_path / "a", questions=questions))

    need.refresh_from_db()
    assert need.title == "Ours, and ours alone"
    assert any("somebody else" in refused.why for refused in desk.refused)
