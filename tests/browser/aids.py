"""An aid of each kind, and the pages on which it is used, written and tried out."""

from django.utils import timezone

from tests.builders import an_aid
from whoknows.aids.actions import AidText, ask_for_review, change_aid
from whoknows.aids.models import ReviewRole
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
    Kind,
    Node,
    Procedure,
    Reference,
    Rule,
    Step,
    Worksheet,
)
from whoknows.people.models import Person

PROCEDURE = Procedure(
    (
        Step("Switch the wrench off.", result="The lamp goes dark."),
        Step(
            "Hold `ZERO` for three seconds.",
            cue="When E4 still blinks",
            warning="Keep your hand off the jaw: it may turn.",
            detail="- Count slowly.\n- Do not let go early.",
        ),
        Step("Put it back on the bench.", part="Afterwards"),
    ),
    ("The wrench", "Its charger"),
    note="For the wrenches of line 4.",
)
CHART = Flowchart(
    (
        Node("hot", "Is the motor too hot to touch?", is_question=True),
        Node("fan", "Does the fan turn?", is_question=True),
        Node("wait", "Wait ten minutes"),
        Node("go", "Go on working"),
        Node("call", "Call maintenance and lock the machine"),
    ),
    (
        Edge("hot", "fan", "yes"),
        Edge("hot", "go", "no"),
        Edge("fan", "wait", "yes"),
        Edge("fan", "call", "no"),
        Edge("wait", "hot"),
    ),
    "hot",
)
CONTENTS: dict[Kind, Content] = {
    Kind.PROCEDURE: PROCEDURE,
    Kind.CHECKLIST: Checklist(
        (
            Item("The guard is closed", phase="Before"),
            Item("Nobody stands behind it", phase="Before"),
            Item("The log is signed", required=False, phase="After"),
        )
    ),
    Kind.DECISION_TABLE: DecisionTable(
        (Condition("The lamp is", ("red", "green")), Condition("It beeps")),
        (
            Rule(("red", None), "Stop and call Ana"),
            Rule(("green", "yes"), "Change the battery"),
            Rule(("green", "no"), "Go on"),
        ),
    ),
    Kind.FLOWCHART: CHART,
    Kind.REFERENCE: Reference(
        (
            Entry("E4", "The spring is loose", ("error 4",)),
            Entry("E5", "The battery is low; charge it for an hour"),
        ),
        "Codes of the *wrench*.",
    ),
    Kind.WORKSHEET: Worksheet(
        (
            Field("area", "Area", "m²", example=30),
            Field("covers", "One litre covers", "m²", example=7.5),
            Field("paint", "Paint", "l", "area / covers", 4),
        )
    ),
}


def structured_aids(dana: Person, mika: Person) -> dict[str, str]:
    """Return the pages of aids of each kind of ``dana``; she is asked to try one of ``mika``."""
    pages: dict[str, str] = {"what kind of aid": "/aids/new/", "missing": "/needs/missing/"}
    for kind, content in CONTENTS.items():
        aid = an_aid(f"Use the {kind.value.replace('_', ' ')}", owner=dana, content=content)
        address = aid.get_absolute_url()
        pages |= {kind.value: address, f"change {kind.value}": f"{address}text/"}
        pages[f"write {kind.value}"] = f"/aids/new/{kind.value}/"
    pages |= {
        "second step": f"{pages['procedure']}?at=2",
        "all steps done": f"{pages['procedure']}?at=4",
        "question": f"{pages['flowchart']}?at=start",
        "decided": f"{pages['decision_table']}?c0=green&c1=yes",
        "worked out": f"{pages['worksheet']}?example=1",
        "looked up": f"{pages['reference']}?find=e4",
        "own aids": "/aids/?show=mine",
    }
    tried = an_aid("Calibrate the wrench", owner=mika, content=PROCEDURE)
    newer = Procedure((*PROCEDURE.steps, Step("Sign the log.")), PROCEDURE.supplies)
    text = AidText("Calibrate the wrench", content=newer)
    change_aid(aid=tried, text=text, by=mika, now=timezone.now(), why="The log was missing")
    ask_for_review(aid=tried, reviewer=dana, role=ReviewRole.NOVICE, by=mika, now=timezone.now())
    address = tried.get_absolute_url()
    return pages | {
        "aid in review": address,
        "review": f"{address}review/",
        "history": f"{address}history/",
        "old version": f"{address}history/1/",
        "what changed": f"{address}history/1/2/",
    }
