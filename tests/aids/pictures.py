"""Aids with pictures."""

from io import BytesIO

from tests.builders import NOON, an_aid, drawn
from whoknows.aids.actions import AidText, add_picture, change_aid
from whoknows.aids.models import Aid, Picture
from whoknows.engine.aids import Procedure, Step
from whoknows.people.models import SharingClass


def a_picture(aid: Aid, data: bytes | None = None, *, alt: str = "The red button") -> Picture:
    told = drawn() if data is None else data
    return add_picture(aid=aid, file=BytesIO(told), size=len(told), alt=alt, by=aid.owner, now=NOON)


def a_placed_picture(
    *, sharing: SharingClass = SharingClass.ORGANISATION, words: str = "The knob"
) -> tuple[Aid, Picture]:
    """Return an aid whose second step shows a picture."""
    aid = an_aid(sharing=sharing)
    picture = a_picture(aid)
    shown = f"Press it. ![{words}](picture:{picture.code.lower()})"
    steps = Procedure((Step("Look."), Step(shown, detail=f"![](picture:{picture.code})")))
    text = AidText(title=aid.title, content=steps)
    return change_aid(aid=aid, text=text, now=NOON, by=aid.owner), picture
