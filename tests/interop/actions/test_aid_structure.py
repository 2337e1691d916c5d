"""Structures found in Markdown files, and carried by them."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.builders import NOON, a_person, an_aid, an_organisation
from whoknows.aids.actions import AidText, change_aid, make_aid
from whoknows.aids.models import Aid, Carrier
from whoknows.aids.queries import as_markdown
from whoknows.engine.aids import (
    Checklist,
    Condition,
    Content,
    DecisionTable,
    Edge,
    Entry,
    Field,
    Flowchart,
    Item,
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
)
from whoknows.interop.actions import Report, TakingIn
from whoknows.interop.actions.setting import Setting, open_source
from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.records import Refused
from whoknows.people.models import Organisation, Role, SharingClass

pytestmark = pytest.mark.django_db

CONTENT: list[Content] = [
    Procedure(
        (
            Step("Lift", "It beeps", "It opens", "Hot", "- slowly", "Open", "Lead"),
            Step("Turn: *x*"),
        ),
        ("A cloth",),
        "Note\n\n---\n\ncontent: {}",
        "Closing",
    ),
    Checklist((Item("Fuel", phase="Before"), Item("Maps", required=False)), "Note"),
    DecisionTable((Condition("a | b", ("x, y", "z")),), (Rule((None,), "Go"),)),
    Flowchart((Node("q", "Hot?", is_question=True),), (Edge("q", "q", "yes"),), "q"),
    Reference((Entry("E4", "Low", ("err 4",)),), "اضغط"),
    Worksheet((Field("a", "A", "m²", example=0.1), Field("b", "B", "", "a * 2", 0.2))),
]


def take_in(folder: Path, organisation: Organisation) -> tuple[Report, list[Refused]]:
    source = MarkdownAidsSource(folder)
    refused: list[Refused] = []
    setting = Setting(
        source=open_source(organisation=organisation, name=source.name, now=NOON),
        organisation=organisation,
        sharing=SharingClass.ORGANISATION,
        now=NOON,
    )
    taking_in = TakingIn(setting, on_refused=refused.append, on_batch=lambda: None)
    return taking_in.run(source), refused


def test_numbered_lists_tasks_and_the_rest_are_told_apart_and_counted(tmp_path: Path) -> None:
    texts = {
        "steps": "# Steps\n\n1. One\n   1. Inside\n2. Two\n",
        "ticks": "# Ticks\n\n- [ ] Fuel\n- [ ] Maps\n",
        "prose": "# Prose\n\n- one\n- two\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.md").write_text(text)
    here = an_organisation()

    report, _ = take_in(tmp_path, here)

    assert report.notes == Counter(
        {
            "aids as procedures": 1,
            "aids as checklists": 1,
            "aids as references (no numbered steps or tasks in their text)": 1,
            f"new aids owned by {here}, who cannot sign in": 3,
        }
    )
    steps = Aid.objects.get(title="Steps").parts()
    assert steps == Procedure((Step("One", detail="1. Inside"), Step("Two")))
    assert Aid.objects.get(title="Prose").parts() == Reference(note="- one\n- two")
    again, _ = take_in(tmp_path, here)
    assert (again.unchanged, again.notes) == ({"aids": 3}, Counter())


def test_every_kind_goes_out_and_comes_in_again_unchanged(tmp_path: Path) -> None:
    here = an_organisation()
    owner = a_person(here)
    for number, content in enumerate(CONTENT):
        text = AidText(
            f"Aid: {number}",
            content=content,
            topics=("a topic", "b: c"),
            trigger="It's “so”",
            outcome="yes",
            can_do="I can: do it",
            likely_to_change=True,
            language="de",
            licence="CC0-1.0",
            carrier=Carrier.LANYARD,
        )
        make_aid(text=text, owner=owner, organisation=here, now=NOON)
    an_aid("Mine alone", owner=owner, sharing=SharingClass.PRIVATE)

    call_command("export", "aids", str(tmp_path / "out"), "--organisation", here.name)
    elsewhere = an_organisation()
    report, refused = take_in(tmp_path / "out", elsewhere)

    assert refused == []
    assert report.added == {"aids": 6}
    for ours in Aid.objects.filter(organisation=here).exclude(title="Mine alone"):
        theirs = Aid.objects.get(organisation=elsewhere, title=ours.title)
        assert theirs.parts() == ours.parts()
        for name in (
            "trigger",
            "outcome",
            "can_do",
            "likely_to_change",
            "language",
            "licence",
            "carrier",
        ):
            assert getattr(theirs, name) == getattr(ours, name)
        assert [t.name for t in theirs.topics.all()] == [t.name for t in ours.topics.all()]


def test_a_text_that_somebody_edited_counts_more_than_the_structure_above_it(
    tmp_path: Path,
) -> None:
    aid = an_aid("Clear E4", content=Procedure((Step("Hold it", cue="Beep"), Step("Wait"))))
    written = as_markdown(aid).replace("2. Wait", "2. Wait\n3. Go on")
    (tmp_path / "e4.md").write_text(written)

    take_in(tmp_path, here := an_organisation())

    read = Aid.objects.get(organisation=here).parts()
    assert isinstance(read, Procedure)
    assert [step.action for step in read.steps] == ["*Beep:* Hold it", "Wait", "Go on"]


@pytest.mark.parametrize(
    ("front", "why"),
    [
        ("kind: poem\ncontent: '{}'", '"kind" and "content" are no aid'),
        ("kind: procedure\ncontent: '{'", '"kind" and "content" are no aid'),
        ("kind: procedure\ncontent: '{\"steps\": 4}'", '"content" (steps): Here belongs a list.'),
        ("kind: worksheet\ncontent: '" + "[" * 9000 + "'", '"kind" and "content" are no aid'),
    ],
)
def test_a_broken_structure_is_refused_with_its_place(tmp_path: Path, front: str, why: str) -> None:
    (tmp_path / "bad.md").write_text(f"---\ntitle: x\n{front}\n---\nText.\n")

    _, refused = take_in(tmp_path, an_organisation())

    assert [row.why.startswith(why) for row in refused] == [True]


def test_an_aid_changed_here_is_not_overwritten_by_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n1. One\n2. Two\n")
    here = an_organisation()
    a_person(here, role=Role.ADMINISTRATOR)
    take_in(tmp_path, here)
    aid = Aid.objects.get()
    text = AidText("A", content=Procedure((Step("Mine"), Step("Two"))))
    change_aid(aid=aid, text=text, by=aid.owner, now=NOON)

    report, _ = take_in(tmp_path, here)

    assert report.unchanged == {"aids": 1}
    assert "Mine" in Aid.objects.get().body
