"""Things of ours as the records of a community archive."""

from whoknows.aids.models import Aid, Carrier
from whoknows.interop.importers.aid_content import written_content
from whoknows.interop.importers.records import (
    AidRecord,
    AnswerRecord,
    PersonRecord,
    PictureRecord,
    QuestionRecord,
)
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.people.models import Membership, Person


def person_record(person: Person, membership: Membership | None, *, key: str) -> PersonRecord:
    """Return ``person`` as known through ``membership``."""
    return PersonRecord(
        key=key,
        name=person.name,
        email=person.email,
        organisation=membership.organisation.name if membership else None,
        unit=membership.unit.name if membership and membership.unit else None,
        site=(membership.site or None) if membership else None,
        title=(membership.title or None) if membership else None,
        timezone=person.timezone,
        left_on=membership.ended_on if membership else None,
        url=person.url or None,
    )


def question_record(need: Need, *, key: str, by: str) -> QuestionRecord:
    """Return ``need``, with its topics loaded."""
    return QuestionRecord(
        key=key,
        at=need.raised_at,
        by=by,
        title=need.title,
        text=need.words,
        topics=tuple(sorted(topic.name for topic in need.topics.all())),
        url=need.url or None,
        language=need.language,
        sharing=need.sharing,
    )


def answer_record(answer: Answer, *, key: str, question: str, by: str) -> AnswerRecord:
    """Return ``answer``; *solved* is what other places call accepted."""
    solved = answer.verdict == Verdict.SOLVED
    return AnswerRecord(
        key=key,
        question=question,
        at=answer.given_at,
        by=by,
        text=answer.text,
        score=answer.score,
        accepted_at=answer.judged_at if solved else None,
        verdict="solved" if solved else "helped" if answer.verdict == Verdict.HELPED else None,
        url=answer.url or None,
    )


def aid_record(aid: Aid, *, key: str) -> AidRecord:
    """Return ``aid``, with its topics and owner loaded."""
    return AidRecord(
        key=key,
        title=aid.title,
        body=aid.body,
        owner=aid.owner.email or aid.owner.name,
        verify_by=aid.verify_by,
        verified_on=aid.verified_on,
        topics=tuple(sorted(topic.name for topic in aid.topics.all())),
        language=aid.language,
        url=aid.url or None,
        licence=aid.licence or None,
        attribution=aid.attribution or None,
        sharing=aid.sharing,
        kind=aid.kind,
        content=written_content(aid.parts()),
        trigger=aid.trigger or None,
        outcome=aid.outcome or None,
        can_do=aid.can_do or None,
        likely_to_change=aid.likely_to_change,
        carrier=None if aid.carrier == Carrier.SCREEN else aid.carrier,
        pictures=tuple(
            PictureRecord(code=code, alt=alt)
            for code, alt in aid.pictures.order_by("code").values_list("code", "alt")
        ),
    )
