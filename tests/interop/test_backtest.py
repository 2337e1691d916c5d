"""`whoknows backtest`: figures that can be checked by hand, on small pasts and sets."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from tests.builders import NOON, a_need, a_person, an_aid, an_answer, an_organisation, reach
from tests.interop.files import Row, an_archive
from whoknows.aids.models import Aid
from whoknows.interop.importers.records import UnusableSource
from whoknows.interop.importers.retrieval_set import read_retrieval_set
from whoknows.needs.actions import say_solved, share_need
from whoknows.needs.models import Need, Verdict
from whoknows.people.models import SharingClass


@pytest.fixture(autouse=True)
def no_model(settings: Settings) -> None:
    settings.MODEL_FOLDER = None


def run(*typed: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("backtest", *typed, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def figures(*typed: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*typed, "--json")[0])
    return told


class Hospital:
    """An organisation in which one asks and one helps."""

    def __init__(self) -> None:
        self.organisation = an_organisation(name="Hill Hospital")
        self.asker, self.helper = a_person(self.organisation), a_person(self.organisation)

        self.other = a_person(self.organisation)

    def solves(self, words: str, text: str) -> Need:
        need = a_need(words, by=self.asker)
        an_answer(need, text, by=self.helper, verdict=Verdict.SOLVED)
        return need

    def says_solved(self, words: str, found: Need | Aid) -> None:
        say_solved(
            words=words,
            document_kind="aid" if isinstance(found, Aid) else "need",
            document_id=found.pk,
            by=self.other,
            reach=reach(self.other),
            now=NOON,
        )


# Pat answers all about wrenches, Kim all about invoices; Pat did so more often.
MATTERS = [("wrench calibration torque", "pat"), ("invoice tax supplier", "kim")]


def a_past(folder: Path, *, days: int = 30, text: str = "") -> Path:
    """Write a community in which the matter tells who answers, a need a day.

    ``text`` is that of the last need.
    """
    questions: list[Row] = []
    answers: list[Row] = []
    for day in range(days):
        words, helper = MATTERS[0 if day % 3 else 1]
        month, date = 1 + day // 28, 1 + day % 28
        at = f"2025-{month:02}-{date:02}"
        title = f"Trouble with {words} number {day}"
        body = text if text and day == days - 1 else title
        questions.append(
            {"id": f"q{day}", "at": f"{at}T08:00:00Z", "by": "ann", "title": title, "text": body}
        )
        answers.append(
            {"id": f"a{day}", "question": f"q{day}", "at": f"{at}T09:00:00Z", "by": helper,
             "text": f"This helps with {words}.", "accepted_at": f"{at}T10:00:00Z"}
        )  # fmt: skip
    people: list[Row] = [{"id": key, "name": f"{key.title()} Doe"} for key in ("ann", "pat", "kim")]
    return an_archive(folder, people=people, questions=questions, answers=answers)


def test_the_matter_tells_who_answers_and_popularity_does_not(tmp_path: Path) -> None:
    told = figures("experts", str(a_past(tmp_path / "a")), "--from", "2025-01-20")

    assert told["tested"] == told["known"] == 11
    assert told["any"]["Whoknows"]["hits"]["1"] == 1.0
    assert told["any"]["all-time popularity"]["hits"]["1"] == pytest.approx(8 / 11)
    assert told["accepted"]["Whoknows"]["needs"] == 11
    assert told["answers"]["top_ten"] == told["answers_foretold"]["top_ten"] == 1.0
    assert 0.5 < told["right_if_drawn"] < 1.0


def test_whom_the_need_names_counts(tmp_path: Path) -> None:
    leads: dict[str, float] = {}
    for asked in ("Kim Doe", "anybody"):
        past, run_file = a_past(tmp_path / asked, text=f"Does {asked} know?"), tmp_path / "run.trec"
        run("experts", str(past), "--from", "2025-02-02", "--out", str(run_file))
        rows = [line.split() for line in run_file.read_text().splitlines()]
        scores = {row[2]: float(row[4]) for row in rows}
        leads[asked] = scores["kim"] - scores["pat"]

    assert leads["Kim Doe"] - leads["anybody"] == pytest.approx(1.0, abs=0.1)


def test_whom_the_need_names_is_among_the_first_three_as_on_the_page(tmp_path: Path) -> None:
    """Four answer all about wrenches, and Kim only ever one invoice."""
    called = ["ann", "pat", "quentin", "rose", "sam", "kim"]
    people: list[Row] = [{"id": key, "name": f"{key.title()} Doe"} for key in called]
    asked: list[Row] = []
    answers: list[Row] = []
    for day in range(1, 29):
        words = "wrench calibration torque" if day > 1 else "invoice tax supplier"
        named = ", does @Kim Doe know?" if day == 28 else ""
        asked.append({"id": f"q{day}", "at": f"2025-01-{day:02}T08:00:00Z", "by": "ann",
                      "title": f"Trouble with {words}", "text": f"{words}{named}"})  # fmt: skip
        for hour, by in enumerate(called[1:5] if day > 1 else ["kim"], 10):
            at = f"2025-01-{day:02}T{hour}:00:00Z"
            answers.append(
                {"id": f"a{day}{by}", "question": f"q{day}", "at": at, "by": by, "text": words}
            )
    past = an_archive(tmp_path / "a", people=people, questions=asked, answers=answers)
    run_file = tmp_path / "run.trec"

    run("experts", str(past), "--from", "2025-01-27", "--out", str(run_file))

    rows = [line.split() for line in run_file.read_text().splitlines()]
    order = {key: [row[2] for row in rows if row[0] == key] for key in ("q27", "q28")}
    assert order["q27"].index("kim") > 2
    assert order["q28"].index("kim") <= 2


def test_the_run_ranks_everybody_but_whoever_asked(tmp_path: Path) -> None:
    run_file = tmp_path / "run.trec"

    run("experts", str(a_past(tmp_path / "a")), "--from", "2025-01-20", "--limit", "2",
        "--out", str(run_file))  # fmt: skip

    rows = [line.split() for line in run_file.read_text().splitlines()]
    assert [row[0] for row in rows] == ["q19", "q19", "q20", "q20"]
    assert {row[2] for row in rows} == {"pat", "kim"}
    assert [row[3] for row in rows] == ["1", "2", "1", "2"]


@pytest.mark.django_db
def test_without_a_need_to_test_says_so_instead_of_rows_of_zeros(tmp_path: Path) -> None:
    a_need(by=a_person(an_organisation("St Mary Hospital")))

    typed = ("experts", "--organisation", "St Mary Hospital", "--from", "2020-01-01")
    told, _ = run(*typed)

    assert "Nothing can be told yet" in told
    assert "0.000" not in told
    assert figures(*typed)["tested"] == 0


@pytest.mark.django_db
def test_measures_what_happened_here(tmp_path: Path) -> None:
    organisation = an_organisation(name="Hill Hospital")
    asker, helper = a_person(organisation), a_person(organisation)
    for number in range(4):
        an_answer(a_need(f"The pump is stuck again, number {number}", by=asker), by=helper)

    out, _ = run("experts", "--organisation", "Hill Hospital", "--from", "2020-01-01")

    assert "Needs tested: 4" in out


@pytest.mark.parametrize(
    "typed",
    [
        ["experts", "--from", "2025-01-01"],
        ["experts", "x", "--organisation", "y", "--from", "2025-01-01"],
        ["objects"],
        ["objects", "x", "--organisation", "y"],
    ],
)
def test_wants_a_folder_or_an_organisation(typed: list[str]) -> None:
    with pytest.raises(CommandError, match="not both"):
        run(*typed)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        run("experts", str(tmp_path / "nowhere"), "--from", "2025-01-01")


@pytest.mark.parametrize("given", ["0", "-5", "many"])
def test_less_than_one_need_is_refused(tmp_path: Path, given: str) -> None:
    past = str(a_past(tmp_path / "a"))

    with pytest.raises(CommandError, match=f"“{given}” is not a number from 1 on"):
        run("experts", past, "--from", "2025-01-20", f"--limit={given}")


def test_what_is_no_date_is_refused_with_one_that_is(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="“last May” is no date; write it as 2026-01-31"):
        run("experts", str(a_past(tmp_path / "a")), "--from", "last May")


@pytest.mark.parametrize("out", ["nowhere/run.trec", "a", "x" * 300])
@pytest.mark.parametrize("typed", [["experts", "--from", "2025-01-20"], ["objects"]])
def test_a_run_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, typed: list[str], out: str
) -> None:
    (tmp_path / "a").mkdir()  # nothing in it can be read, which would be told first

    with pytest.raises(CommandError, match=f"{out} cannot be written: "):
        run(*typed, str(tmp_path / "a"), "--out", str(tmp_path / out))


def test_a_run_of_before_is_kept_until_there_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "run.trec").write_text("n1 Q0 d2 1 3.5 Whoknows\n")

    for name in ("run.trec", "new.trec"):
        with pytest.raises(CommandError, match="has no"):
            run("objects", str(tmp_path), "--out", str(tmp_path / name))

    assert [path.name for path in tmp_path.iterdir()] == ["run.trec"]
    assert (tmp_path / "run.trec").read_text() == "n1 Q0 d2 1 3.5 Whoknows\n"


def test_without_a_terminal_lines_say_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    past, typed = str(a_past(tmp_path / "a")), ("--from", "2025-01-20", "--json")
    _, soon_done = run("experts", past, *typed)
    monkeypatch.setattr("whoknows.base.progress._EVERY_S", 0.0)

    out, err = run("experts", past, *typed)

    assert soon_done == ""
    assert err.splitlines()[0] == "1 of 30 done."
    assert err.splitlines()[-1] == "30 of 30 done."
    assert json.loads(out)["tested"] == 11
    assert run("objects", past)[1].splitlines()[-1] == "60 of 60 done."


def test_what_was_measured_by_words_only_is_told(
    tmp_path: Path, settings: Settings, model_folder: Path
) -> None:
    past = str(a_past(tmp_path / "a", days=3))
    each = ("experts", past, "--from", "2025-01-03"), ("objects", past)

    assert all(run(*typed)[0].startswith("By words only: ") for typed in each)
    assert all(figures(*typed)["by_words_only"] for typed in each)

    settings.MODEL_FOLDER = model_folder
    assert not any("By words only" in run(*typed)[0] for typed in each)
    assert not any(figures(*typed)["by_words_only"] for typed in each)


def a_set(folder: Path, *, qrels: str = "query-id\tcorpus-id\tscore\nn1\td2\t1\n") -> Path:
    folder.mkdir()
    documents = [
        {"_id": "d1", "title": "Pay an invoice", "text": "Suppliers are paid on Fridays."},
        {"_id": "d2", "title": "Clear error E4", "text": "Hold the wrench button."},
    ]
    rows = "".join(json.dumps(row) + "\n" for row in documents)
    (folder / "corpus.jsonl").write_text(rows + "not json\n")
    needs = [{"_id": "n1", "text": "the wrench shows E4"}, {"_id": "n2", "text": "unjudged"}]
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in needs))
    (folder / "qrels.tsv").write_text(qrels)
    return folder


def test_things_are_ranked_and_bad_rows_told(tmp_path: Path) -> None:
    run_file = tmp_path / "run.trec"

    out, err = run("objects", str(a_set(tmp_path / "s")), "--out", str(run_file), "--json")

    told = json.loads(out)["systems"]
    assert told["Whoknows"]["mrr"] == told["BM25"]["mrr"] == 1.0
    assert told["Whoknows"]["needs"] == 1
    assert err.startswith("corpus.jsonl:3: ")
    assert run_file.read_text().startswith("n1 Q0 d2 1 ")


def test_a_set_without_a_right_document_is_refused(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "s", qrels="query-id\tcorpus-id\tscore\nn1\tgone\t1\n")

    with pytest.raises(UnusableSource, match="has a right document"):
        read_retrieval_set(folder)


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = a_set(tmp_path / "s")
    (folder / missing).unlink()

    with pytest.raises(UnusableSource, match=missing):
        read_retrieval_set(folder)


def test_of_an_archive_the_accepted_answer_is_right(tmp_path: Path) -> None:
    told = figures("objects", str(a_past(tmp_path / "a", days=3)))["systems"]

    # Three answers in all, two of them on wrenches in the same words.
    assert told["Whoknows"]["needs"] == 3
    assert told["Whoknows"]["hits"]["1"] == pytest.approx(2 / 3)
    assert told["Whoknows"]["hits"]["3"] == 1.0


def test_an_archive_in_which_nothing_was_accepted_is_refused(tmp_path: Path) -> None:
    folder = an_archive(tmp_path / "a", answers=[])

    with pytest.raises(CommandError, match="nothing tells what is right"):
        run("objects", str(folder))


@pytest.fixture
def hospital() -> Hospital:
    return Hospital()


@pytest.mark.django_db
class TestThingsHere:
    """What an organisation said solved its needs."""

    def test_answers_and_what_was_shown_are_told_apart(self, hospital: Hospital) -> None:
        need = hospital.solves("The infusion pump beeps", "Its battery is loose: press it in.")
        aid = an_aid("Change the ink of the label printer", owner=hospital.helper)
        hospital.says_solved("label printer prints pale", aid)
        hospital.says_solved("infusion pump beeps", need)

        told = figures("objects", "--organisation", "Hill Hospital")
        text, _ = run("objects", "--organisation", "Hill Hospital")

        answered, shown = told["groups"].values()
        assert answered["Whoknows"]["needs"] == 1
        assert shown["Whoknows"]["needs"] == 2
        assert told["systems"]["Whoknows"]["needs"] == 3
        assert [line for line in text.splitlines() if line.endswith(":")] == [
            "All:",
            "Needs that an answer solved:",
            "Words for which something shown here solved it:",
        ]
        # The answer has none of the words of "infusion pump beeps".
        assert shown["Whoknows"]["hits"]["1"] == 0.5

    def test_what_people_keep_to_themselves_is_left_out(self, hospital: Hospital) -> None:
        need = hospital.solves("My payslip is wrong", "Ring the pay desk.")
        hospital.says_solved("payslip", need)
        share_need(need=need, sharing=SharingClass.PRIVATE, by=hospital.asker, now=NOON)

        with pytest.raises(CommandError, match="Nobody at Hill Hospital has said yet"):
            run("objects", "--organisation", "Hill Hospital")

    def test_what_others_solved_is_left_out(self, hospital: Hospital) -> None:
        hospital.solves("The infusion pump beeps twice", "Its battery is loose: press it in.")
        an_organisation(name="Dale Clinic")

        with pytest.raises(CommandError, match="Nobody at Dale Clinic"):
            run("objects", "--organisation", "Dale Clinic")
