"""Taking in answers."""

from collections.abc import Sequence

from whoknows.interop.actions.known import ids_by_key, uids
from whoknows.interop.actions.setting import Outcome, Setting
from whoknows.interop.actions.sorting import Sorting
from whoknows.interop.importers.records import AnswerRecord
from whoknows.interop.queries.records import answer_record
from whoknows.needs.actions.bringing_in import AnswerFromElsewhere, bring_in_answers
from whoknows.needs.models import Answer, Verdict

KIND = "answer"


def take_in(batch: Sequence[AnswerRecord], setting: Setting) -> Outcome:
    """Take in answers; one that was accepted *solved* the need from that moment on."""
    sorting = Sorting(batch, kind=KIND, setting=setting)
    persons = ids_by_key(setting.source, "person", {r.by for r in batch})
    needs = ids_by_key(setting.source, "need", {r.question for r in batch})
    own = _answers_by_key(batch, sorting.known_ids, setting)
    fresh: list[tuple[AnswerRecord, AnswerFromElsewhere]] = []
    for record in batch:
        before = sorting.before(record)
        answer = own.get(str(before.object_id) if before else record.key)
        pk = answer.pk if answer else None
        if answer and not before and answer.author_id != persons.get(record.by):
            sorting.outcome.refuse(record, "Its id is that of somebody else's here; change the id.")
            continue
        ours = _as_told(answer, record) if answer else None
        if not sorting.passes_over(record, ours=ours, pk=pk):
            told = _told(record, persons, needs, sorting.outcome, answer=answer)
            fresh += [(record, told)] if told else []
    rows = bring_in_answers(
        organisation=setting.organisation, answers=[told for _, told in fresh], now=setting.now
    )
    for (record, told), row in zip(fresh, rows, strict=True):
        sorting.took(record, pk=row.pk, was_here=told.pk is not None)
    return sorting.finish()


def _as_told(answer: Answer, record: AnswerRecord) -> AnswerRecord:
    return answer_record(answer, key=record.key, question=record.question, by=record.by)


def _told(
    record: AnswerRecord,
    persons: dict[str, int],
    needs: dict[str, int],
    outcome: Outcome,
    *,
    answer: Answer | None,
) -> AnswerFromElsewhere | None:
    author, need = persons.get(record.by), needs.get(record.question)
    if author is None:
        outcome.refuse(
            record, f"Whoever answered, “{record.by}”, was left out; mend that row first."
        )
        return None
    if need is None:
        outcome.refuse(
            record, f"The question “{record.question}” was left out; mend that row first."
        )
        return None
    if not record.text.strip():
        outcome.refuse(record, "The answer says nothing; leave the row out.")
        return None
    solved = record.accepted_at is not None or record.verdict == "solved"
    verdict = Verdict.SOLVED if solved else Verdict.HELPED if record.verdict else None
    judged_at = record.accepted_at or record.at
    if answer and answer.verdict and answer.judged_at and not verdict:
        # Whoever asked judged it here; a source that says nothing takes nothing back.
        verdict, judged_at = Verdict(answer.verdict), answer.judged_at
    return AnswerFromElsewhere(
        pk=answer.pk if answer else None,
        need_id=need,
        author_id=author,
        text=record.text,
        given_at=record.at,
        score=record.score,
        verdict=verdict,
        judged_at=judged_at if verdict else None,
        url=record.url or "",
    )


def _answers_by_key(
    batch: Sequence[AnswerRecord], ids: set[int], setting: Setting
) -> dict[str, Answer]:
    keys = uids(r.key for r in batch)
    found = Answer.objects.filter(need__organisation=setting.organisation)
    by_uid = {answer.uid: answer for answer in found.filter(uid__in=keys.values())}
    by_key = {key: by_uid[uid] for key, uid in keys.items() if uid in by_uid}
    return by_key | {str(answer.pk): answer for answer in found.filter(pk__in=ids)}
