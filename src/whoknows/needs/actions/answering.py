"""Answering needs, and saying which answer helped."""

from datetime import datetime, timedelta

from django.db import transaction

from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.expertise.actions import Shown, forget_evidence, record_evidence
from whoknows.expertise.models import EvidenceKind
from whoknows.needs.actions.solving import meet_need
from whoknows.needs.actions.telling import tell_soon
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.people.models import Person, Reach
from whoknows.people.queries import must_belong
from whoknows.search.actions import note_changed

LONGEST_ANSWER = 50_000
_A_MOMENT = timedelta(minutes=1)
_KIND = {
    "": EvidenceKind.ANSWERED,
    Verdict.HELPED: EvidenceKind.HELPED,
    Verdict.SOLVED: EvidenceKind.SOLVED,
}


class OwnAnswer(Conflict):
    """Nobody gathers evidence by judging themselves."""

    code = "own_answer"


@transaction.atomic
def answer_need(
    *, need: Need, text: str, by: Person, reach: Reach, now: datetime, solves: bool = False
) -> Answer:
    """Return the answer of ``by`` to ``need``; with ``solves`` it also ends the need.

    Raises:
        NotFound: The person may not see the need.
        NotAllowed: They say that it solves a need that somebody else raised.
        BadInput: There is no text, or too much.
    """
    # Locked, so that a button pressed twice is one answer, and that it is hidden before or after.
    found = Need.objects.visible_to(reach).select_for_update(of=["self"]).filter(pk=need.pk)
    if not found.exists():
        raise NotFound("There is no such need here, or it is not visible to you.")
    text = _text(text)
    if solves:
        meet_need(need=need, by=by, reach=reach, now=now)
    same = Answer.objects.filter(need=need, author=by, text=text, given_at__gt=now - _A_MOMENT)
    if again := same.filter(given_at__lte=now).first():
        return again
    answer = Answer.objects.create(need=need, author=by, text=text, given_at=now)
    note_evidence([answer])
    tell_soon("tell_of_answer", answer.pk)
    _record("answer_need", answer, by=by, now=now)
    return answer


@transaction.atomic
def change_answer(*, answer: Answer, text: str, by: Person, now: datetime) -> Answer:
    """Say ``text`` in ``answer`` instead, as long as whoever asked said nothing of it.

    Raises:
        NotFound: It is taken back already.
        NotAllowed: Somebody else wrote it.
        Conflict: Whoever asked judged it.
        BadInput: There is no text, or too much.
    """
    answer = _own_not_judged(answer, by=by)
    answer.text = _text(text)
    answer.save(update_fields=["text"])
    _record("change_answer", answer, by=by, now=now)
    return answer


@transaction.atomic
def take_back_answer(*, answer: Answer, by: Person, now: datetime) -> None:
    """Delete ``answer`` and what it shows of ``by``, as long as whoever asked said nothing of it.

    Raises:
        NotFound: It is taken back already.
        NotAllowed: Somebody else wrote it.
        Conflict: Whoever asked judged it.
    """
    answer = _own_not_judged(answer, by=by)
    _record("take_back_answer", answer, by=by, now=now)
    forget_evidence(source=_source(answer))
    answer.delete()


def _own_not_judged(answer: Answer, *, by: Person) -> Answer:
    # The need first, as whoever judges does: so neither waits for the other for ever.
    Need.objects.select_for_update().get(pk=answer.need_id)
    found = Answer.objects.select_related("need").filter(pk=answer.pk).first()
    if found is None:
        raise NotFound("This answer is taken back already.")
    if found.author_id != by.pk:
        raise NotAllowed("Only whoever wrote an answer can change it or take it back.")
    if found.verdict:
        raise Conflict("Whoever asked has said by now what it did. Write another answer instead.")
    return found


def _text(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise BadInput("Write a line or two before you send your answer.")
    if len(text) > LONGEST_ANSWER:
        raise BadInput(
            "An answer has at most {most:,} characters. Shorten it.", most=LONGEST_ANSWER
        )
    return text


def _source(answer: Answer) -> str:
    return f"answer:{answer.pk}"


def _record(what: str, answer: Answer, *, by: Person, now: datetime) -> None:
    """Note that ``answer`` is another one, or gone: for the index and in the audit trail."""
    note_changed("need", [answer.need_id])
    audit.record(what, _source(answer), by=by, now=now, organisation_id=answer.need.organisation_id)


@transaction.atomic
def judge_answer(*, answer: Answer, verdict: Verdict | None, by: Person, now: datetime) -> Answer:
    """Note what whoever raised the need says of ``answer``; *solved* also ends the need.

    None takes back what they said; a need that it had solved is open again unless another answer
    solved it, too.

    Raises:
        NotAllowed: Somebody else judges, or who left the organisation.
        OwnAnswer: They judge an answer of their own. What an archive says of one they take back.
    """
    need = Need.objects.select_for_update().get(pk=answer.need_id)
    if need.owner_id != by.pk:
        raise NotAllowed("Only whoever raised the need can say what helped.")
    must_belong(by, to=need.organisation, on=day_of(now))
    if verdict and answer.author_id == by.pk:
        raise OwnAnswer("This is your own answer. Say what helped of what others wrote.")
    answer = Answer.objects.select_for_update().get(pk=answer.pk)
    had_solved = answer.verdict == Verdict.SOLVED
    answer.verdict, answer.judged_at = verdict or "", now if verdict else None
    answer.save(update_fields=["verdict", "judged_at"])
    is_solved = Answer.objects.filter(need=need, verdict=Verdict.SOLVED).exists()
    # What whoever asked says of the need itself stands, whatever else they say of answers.
    if is_solved or had_solved:
        need.met_at = (need.met_at or now) if is_solved else None
        need.save(update_fields=["met_at"])
    note_evidence([answer])
    if verdict == Verdict.SOLVED and not had_solved:
        tell_soon("tell_of_solution", answer.pk)
    note_changed("need", [need.pk])
    audit.record(
        "judge_answer",
        f"answer:{answer.pk}",
        by=by,
        now=now,
        organisation_id=need.organisation_id,
        verdict=verdict or "",
    )
    return answer


def note_evidence(answers: list[Answer]) -> None:
    """Record the evidence in ``answers``; an answer to one's own need shows nothing."""
    needs = Need.objects.prefetch_related("topics").in_bulk({a.need_id for a in answers})
    record_evidence(
        Shown(
            source=_source(answer),
            kind=_KIND[answer.verdict],
            person_id=answer.author_id,
            document_kind="need",
            document=needs[answer.need_id],
            title=needs[answer.need_id].title,
            url=f"{needs[answer.need_id].get_absolute_url()}#answer-{answer.uid}",
            at=answer.given_at,
            topics=list(needs[answer.need_id].topics.all()),
        )
        for answer in answers
        if answer.author_id != needs[answer.need_id].owner_id
    )
