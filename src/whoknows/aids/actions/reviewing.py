"""Trying an aid out: an expert and a novice have to pass it before it counts as verified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from whoknows.aids.actions.states import ChangedMeanwhile, WrongState, locked, move
from whoknows.aids.models import (
    LIKELY_TO_CHANGE,
    VERIFY_EVERY,
    Aid,
    Review,
    ReviewRole,
    ReviewVerdict,
    State,
    Stumble,
)
from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.engine.aids import Severity, problems, step_count
from whoknows.engine.text.sentences import Sentence
from whoknows.people.actions import tell
from whoknows.people.models import Person, Reach
from whoknows.people.queries import reach_of
from whoknows.search.actions import note_changed

LONGEST_COMMENT = 5_000


@dataclass(frozen=True, slots=True)
class Findings:
    """What a reader says: the verdict, where they stumbled (by number of the line), a comment."""

    verdict: ReviewVerdict
    stumbles: Mapping[int, str] = field(default_factory=dict[int, str])
    comment: str = ""


@transaction.atomic
def ask_for_review(
    *, aid: Aid, reviewer: Person, role: ReviewRole, by: Person, now: datetime
) -> Review:
    """Ask ``reviewer`` to read ``aid`` with the eyes of ``role``; the draft goes to review.

    Asking the same person again about the same version changes nothing but the role.

    Raises:
        NotAllowed: Somebody other than the owner asks.
        BadInput: Something in the aid has to be mended first, or the reviewer cannot see it.
        WrongState: It is retired, or verified already.
    """
    aid = locked(aid, by=by, doing=Sentence("ask for a review"), now=now)
    errors = [p for p in problems(aid.parts()) if p.severity is Severity.ERROR]
    if errors:
        raise BadInput("Mend this first: {sentence}", sentence=errors[0].sentence)
    if role == ReviewRole.NOVICE and reviewer.pk == aid.owner_id:
        raise BadInput("Ask somebody else: whoever wrote an aid does not stumble over it.")
    if not Aid.objects.visible_to(reach_of(reviewer, on=day_of(now))).filter(pk=aid.pk).exists():
        raise BadInput(
            "{reviewer} cannot see this aid yet. Change who can see it first.", reviewer=reviewer
        )
    if aid.state != State.IN_REVIEW:
        move(aid, State.IN_REVIEW, why_not=Sentence("Only a draft can be sent to review."))
        aid.save(update_fields=["state"])
    review, made = Review.objects.get_or_create(
        aid=aid,
        version=aid.version,
        reviewer=reviewer,
        defaults={"role": role, "asked_at": now},
    )
    is_other_role = review.verdict == ReviewVerdict.ASKED and review.role != role
    if is_other_role:
        review.role = role
        review.save(update_fields=["role"])
    if made:
        tell(reviewer, "aids/mail/asked_to_review", aid=aid, review=review, asker=by)
    if made or is_other_role:
        audit.record(
            "ask_for_review",
            f"aid:{aid.pk}",
            by=by,
            now=now,
            organisation_id=aid.organisation_id,
            role=role,
            reviewer=reviewer.pk,
        )
    note_changed("aid", [aid.pk])
    return review


@transaction.atomic
def give_review(
    *,
    aid: Aid,
    version: int,
    role: ReviewRole,
    findings: Findings,
    by: Person,
    reach: Reach,
    now: datetime,
) -> Review:
    """Note what ``by`` says of a version of ``aid``.

    A pass verifies it as soon as there is one of each role.

    Whoever was asked answers in the role they were asked in. Anybody who sees an aid in review
    may try it as a novice; as an expert, only who was asked, or the owner who signs their own
    work. The two passes come from two persons.

    Raises:
        NotFound: ``by`` may not see it.
        NotAllowed: Nobody asked ``by`` in this role.
        WrongState: It is not in review.
        ChangedMeanwhile: It says something else by now than what ``by`` read.
        BadInput: A stumble is at a line that is not there, or a failure says nothing.
    """
    aid = Aid.objects.select_for_update().visible_to(reach).filter(pk=aid.pk).first() or _nothing()
    if aid.state != State.IN_REVIEW:
        raise WrongState("This aid is not in review. Its owner can send it there.")
    if aid.version != version:
        raise ChangedMeanwhile(
            "The aid changed while you read. Read what it says now, then say whether it works."
        )
    review = Review.objects.filter(aid=aid, version=aid.version, reviewer=by).first()
    if review is None:
        _may_volunteer(aid, role, reach)
        review = Review(aid=aid, version=aid.version, reviewer=by, role=role, asked_at=now)
    _check_findings(aid, findings)
    review.verdict, review.said_at = findings.verdict, now
    review.comment = findings.comment.strip()[:LONGEST_COMMENT]
    review.save()
    review.stumbles.all().delete()
    Stumble.objects.bulk_create(
        Stumble(review=review, line=line, words=words.strip()[:LONGEST_COMMENT])
        for line, words in sorted(findings.stumbles.items())
        if words.strip()
    )
    audit.record(
        "give_review",
        f"aid:{aid.pk}",
        by=by,
        now=now,
        organisation_id=aid.organisation_id,
        role=review.role,
        verdict=review.verdict,
        stumbles=len(findings.stumbles),
    )
    if review.verdict == ReviewVerdict.PASS:
        _verify_if_passed(aid, now=now)
    return review


def _nothing() -> Aid:
    raise NotFound("There is no aid with this code here, or it is not visible to you.")


def _may_volunteer(aid: Aid, role: ReviewRole, reach: Reach) -> None:
    if role == ReviewRole.EXPERT and not aid.is_answered_for_by(reach):
        raise NotAllowed("Its owner chooses who reads this as an expert. Try it as a newcomer.")
    if role == ReviewRole.NOVICE and aid.owner_id == reach.person:
        raise NotAllowed("Whoever wrote an aid does not stumble over it. Ask somebody new to it.")


def _check_findings(aid: Aid, findings: Findings) -> None:
    if findings.verdict == ReviewVerdict.ASKED:
        raise BadInput("Say whether it works.")
    said = findings.comment.strip() or any(w.strip() for w in findings.stumbles.values())
    if findings.verdict == ReviewVerdict.FAIL and not said:
        raise BadInput("Say where you got stuck, so that its owner can mend it.")
    if any(not 0 <= line <= step_count(aid.parts()) for line in findings.stumbles):
        raise BadInput("The aid changed while you read. Open it again.")


def _verify_if_passed(aid: Aid, *, now: datetime) -> None:
    passed = Review.objects.filter(aid=aid, version=aid.version, verdict=ReviewVerdict.PASS)
    expert = passed.filter(role=ReviewRole.EXPERT).select_related("reviewer").first()
    novices = passed.filter(role=ReviewRole.NOVICE)
    if expert is None or not novices.exclude(reviewer=expert.reviewer).exists():
        return
    move(aid, State.VERIFIED, why_not=Sentence("This aid is not in review."))
    _verified(aid, on=day_of(now), by=expert.reviewer)
    tell(aid.owner, "aids/mail/verified", aid=aid)


def _verified(aid: Aid, *, on: date, by: Person) -> None:
    aid.verified_on, aid.verified_by = on, by
    aid.verify_by = on + (LIKELY_TO_CHANGE if aid.likely_to_change else VERIFY_EVERY)
    aid.reminded_on = None
    aid.save(update_fields=["state", "verified_on", "verified_by", "verify_by", "reminded_on"])
    note_changed("aid", [aid.pk])


@transaction.atomic
def verify_aid(*, aid: Aid, by: Person, now: datetime) -> Aid:
    """Note that its owner read ``aid`` today and that it still holds; others need not read again.

    Raises:
        NotAllowed: Somebody else tries.
        WrongState: It changed since an expert and a novice passed it, or they never did.
    """
    aid = locked(aid, by=by, doing=Sentence("verify this aid"), now=now)
    if aid.state != State.VERIFIED:
        raise WrongState(
            "An expert and somebody new to it have to read this first. Send it to review."
        )
    _verified(aid, on=day_of(now), by=by)
    audit.record("verify_aid", f"aid:{aid.pk}", by=by, now=now, organisation_id=aid.organisation_id)
    return aid
