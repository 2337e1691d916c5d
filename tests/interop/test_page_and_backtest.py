"""What the backtest measures is what the page does: the same people with the same scores."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.builders import a_person, an_organisation, reach
from tests.conftest import Index
from tests.interop.files import Desk, Row, an_archive
from tests.interop.test_backtest_past import community, moment, ranking, rows, until
from whoknows.needs.queries import experts
from whoknows.needs.queries.suggestions import suggest

pytestmark = pytest.mark.django_db
NUMBER = 33


@pytest.mark.parametrize("text", ["torque pump", "torque pump, does Pat No3 know?"])
def test_the_page_suggests_whom_the_backtest_ranks_with_the_same_scores(
    tmp_path: Path, index: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    settings.MODEL_FOLDER = None
    # The backtest draws nobody by chance.
    monkeypatch.setattr(experts, "EXPLORED", 0.0)
    questions, answers = rows()
    before = moment(9 * NUMBER)
    past = [{**row, "topics": []} for row in questions[:NUMBER]]
    known = until(before, answers)
    asked: Row = {
        "id": "asked", "at": before, "by": "new", "title": "The torque pump fails", "text": text
    }  # fmt: skip
    measured = community(tmp_path / "measured", [*past, asked], known)
    people = {number: key for key, number in measured.people.items()}
    scores = {f"Pat No{people[one.person][1:]}": one.score for one in
              ranking(measured, "asked", tmp_path / "walk")}  # fmt: skip

    here = an_organisation()
    names: list[Row] = [{"id": f"p{n}", "name": f"Pat No{n}"} for n in range(8)]
    desk = Desk(organisation=here)
    desk.take_in_archive(an_archive(tmp_path / "here", people=names, questions=past, answers=known))
    index.catch_up()
    found = suggest(
        f"The torque pump fails\n{text}",
        reach=reach(a_person(here)),
        now=datetime.fromisoformat(before),
    ).people

    assert [one.person.name for one in found] == sorted(scores, key=lambda n: -scores[n])[:3]
    # Of scores only differences tell; and the backtest takes in new answers every six hours only.
    shift = found[0].score - scores[found[0].person.name]
    assert {one.person.name: one.score - shift for one in found} == pytest.approx(
        {one.person.name: scores[one.person.name] for one in found}, abs=0.1
    )
