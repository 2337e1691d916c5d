"""What people looked for and did not find, and cards made of what solved something."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from whoknows.aids.actions import AidText, ask_for_review, make_aid
from whoknows.aids.models import Aid, ReviewRole
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.engine.aids import Content, Reference
from whoknows.needs.models import Answer, Miss, Need, Verdict
from whoknows.people.models import Membership, Person, Reach, SharingClass
from whoknows.people.queries import reach_of

KEEP_MISSES_FOR = timedelta(days=90)
LONGEST_MISS = 200


@transaction.atomic
def note_miss(*, words: str, by: Membership, now: datetime) -> None:
    """Note that ``by`` says that there is nothing to use for ``words``.

    Only what somebody sends to be listed: words typed in the box are nobody else's. Not in the
    audit trail: that would keep for good who looked for what.
    """
    said = " ".join(words.replace("\x00", "").split())[:LONGEST_MISS].strip()
    if not said:
        return
    Miss.objects.update_or_create(
        organisation_id=by.organisation_id,
        folded=said.casefold()[:LONGEST_MISS],
        person_id=by.owner_id,
        defaults={"words": said, "at": now},
    )


@transaction.atomic
def prune_misses(*, now: datetime) -> int:
    """Forget what nobody looked for in the last 90 days; returns how many."""
    deleted, _ = Miss.objects.filter(at__lt=now - KEEP_MISSES_FOR).delete()
    return deleted


@dataclass(frozen=True, slots=True)
class Card:
    """What a card made of an answer says."""

    title: str
    content: Content


@transaction.atomic
def make_card(*, answer: Answer, card: Card, by: Person, reach: Reach, now: datetime) -> Aid:
    """Return a new aid made of what solved a need; whoever answered is asked to sign it.

    It is seen by whoever sees the need, and ``by`` answers for it. Who cannot be asked here (an
    archive's author, somebody who left) is not; then its owner asks somebody else.

    Raises:
        NotFound: ``by`` may not see the need.
        NotAllowed: The need belongs to an organisation that ``by`` is not in.
        Conflict: The answer did not solve it.
        BadInput: The card says nothing, or too much.
    """
    need = Need.objects.visible_to(reach).filter(pk=answer.need_id).first()
    if need is None:
        raise NotFound("There is no such need here, or it is not visible to you.")
    if need.organisation_id not in reach.organisations:
        raise NotAllowed("Only people of the organisation of this need can make a card of it.")
    if answer.verdict != Verdict.SOLVED:
        raise Conflict("A card is made of what solved something. Whoever asked has not said so.")
    if card.content == Reference():
        raise BadInput("Write at least one step.")
    text = AidText(
        title=card.title,
        content=card.content,
        topics=tuple(topic.name for topic in need.topics.all()),
        language=need.language,
        url=need.url,
        attribution=need.attribution,
        trigger=need.title if card.title != need.title else "",
    )
    aid = make_aid(
        text=text,
        owner=by,
        organisation=need.organisation,
        unit=need.unit,
        sharing=SharingClass(need.sharing),
        now=now,
        by=by,
        owner_wrote_it=answer.author_id == by.pk,
    )
    if _can_sign(answer.author, aid, now=now):
        ask_for_review(aid=aid, reviewer=answer.author, role=ReviewRole.EXPERT, by=by, now=now)
    aid.refresh_from_db()
    return aid


def _can_sign(author: Person, aid: Aid, *, now: datetime) -> bool:
    if not (author.is_active and author.is_contactable and author.email):
        return False
    seen = Aid.objects.visible_to(reach_of(author, on=day_of(now)))
    return seen.filter(pk=aid.pk).exists()
