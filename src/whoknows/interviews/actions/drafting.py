"""The draft aid: made of the items, then sent to the expert and to somebody new."""

from datetime import datetime

from django.db import transaction

from whoknows.aids.actions import AidText, ask_for_review, change_aid, make_aid, share_aid
from whoknows.aids.models import Aid, ReviewRole
from whoknows.aids.models import State as AidState
from whoknows.base.errors import BadInput
from whoknows.engine.aids import Kind
from whoknows.engine.interviews import Draft, draft
from whoknows.engine.text.sentences import Sentence
from whoknows.interviews.actions.states import NotNow, locked, note_down, only_interviewer
from whoknows.interviews.models import DraftLink, Interview, State
from whoknows.interviews.queries.items import outline_of, sorted_of
from whoknows.people.models import Person, SharingClass


@transaction.atomic
def make_draft(
    *,
    interview: Interview,
    title: str,
    kind: Kind,
    sharing: SharingClass,
    by: Person,
    now: datetime,
    topics: tuple[str, ...] = (),
) -> Aid:
    """Return a draft aid made of the items; each of its lines is linked to what it rests on.

    Made again, it replaces the text of the draft, whose versions are kept, and who may see it, as
    long as nobody was asked to review it. The interviewer owns it; what it shows about anybody's
    expertise is left to the review by the expert.

    Raises:
        NotAllowed: Somebody other than the interviewer tries.
        NotNow: The conversation is not over, or the draft is in review or verified.
        BadInput: There are no items, no title, or the expert could not see it.
    """
    interview = locked(
        interview,
        states={State.HELD, State.DRAFTED},
        why_not=Sentence("A draft is made between the conversation and the end of the interview."),
    )
    only_interviewer(interview, by, doing=Sentence("make the draft"))
    made = draft(kind, outline_of(interview), sorted_of(interview))
    if not made.origins:
        raise BadInput("There is nothing to make a draft of yet. Sort what was said first.")
    if sharing == SharingClass.PRIVATE:
        raise BadInput("The expert has to be able to read the draft. Share it with more people.")
    text = AidText(title=title, content=made.content, topics=topics)
    aid = _written(interview, text, sharing=sharing, by=by, now=now)
    _link(interview, made)
    interview.state, interview.aid = State.DRAFTED, aid
    interview.save(update_fields=["state", "aid"])
    note_down(
        "make_draft", interview, by=by, now=now,
        aid=aid.pk, kind=kind.value, lines=len(made.origins),
    )  # fmt: skip
    return aid


def _written(
    interview: Interview, text: AidText, *, sharing: SharingClass, by: Person, now: datetime
) -> Aid:
    if interview.aid is None:
        return make_aid(
            text=text, owner=by, organisation=interview.organisation, unit=interview.unit,
            sharing=sharing, now=now, by=by, owner_wrote_it=False,
        )  # fmt: skip
    if interview.aid.state != AidState.DRAFT:
        raise NotNow("The aid is past its draft. Change its text on its own page.")
    aid = change_aid(aid=interview.aid, text=text, by=by, now=now, why="Drafted again")
    return aid if aid.sharing == sharing else share_aid(aid=aid, sharing=sharing, by=by, now=now)


def _link(interview: Interview, made: Draft) -> None:
    interview.draft_links.all().delete()
    DraftLink.objects.bulk_create(
        DraftLink(
            interview=interview, role=origin.line.role.value, text=origin.line.text, item_id=item
        )
        for origin in made.origins
        for item in origin.items
    )


@transaction.atomic
def send_to_review(*, interview: Interview, novice: Person, by: Person, now: datetime) -> None:
    """Ask the expert, and ``novice`` as somebody new to it, to try the draft out.

    Raises:
        NotAllowed: Somebody other than the interviewer tries, or the aid has another owner by now.
        NotNow: There is no draft yet.
        BadInput: Something has to be mended first, one of them cannot see the aid, or the novice is
            somebody who was there.
        WrongState: The aid is verified or retired.
    """
    interview = locked(interview, states={State.DRAFTED}, why_not=Sentence("Make the draft first."))
    only_interviewer(interview, by, doing=Sentence("send it to review"))
    if interview.aid is None:
        raise NotNow("The draft is gone. Make it again.")
    if novice.pk == interview.expert_id or interview.asks(novice.pk):
        raise BadInput("Ask somebody new to it, who was not part of the conversation.")
    ask_for_review(
        aid=interview.aid, reviewer=interview.expert, role=ReviewRole.EXPERT, by=by, now=now
    )
    ask_for_review(aid=interview.aid, reviewer=novice, role=ReviewRole.NOVICE, by=by, now=now)
    note_down("send_to_review", interview, by=by, now=now, aid=interview.aid.pk)
