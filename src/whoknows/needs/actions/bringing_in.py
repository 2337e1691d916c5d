"""Needs and answers from elsewhere, many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from whoknows.base import audit
from whoknows.engine.text.languages import detect_language
from whoknows.expertise.actions import follow_sharing, open_topics
from whoknows.needs.actions.answering import note_evidence
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.people.models import Organisation, Person, SharingClass, Unit
from whoknows.search.actions import note_changed


@dataclass(frozen=True, slots=True)
class NeedFromElsewhere:
    """A need as another place tells it. With ``pk`` it brings that one up to date."""

    owner_id: int
    title: str
    words: str
    raised_at: datetime
    topics: Sequence[str] = ()
    language: str | None = None
    url: str = ""
    attribution: str = ""
    sharing: SharingClass = SharingClass.ORGANISATION
    unit: Unit | None = None
    uid: str | None = None
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerFromElsewhere:
    """An answer as another place tells it. With ``pk`` it brings that one up to date."""

    need_id: int
    author_id: int
    text: str
    given_at: datetime
    score: int | None = None
    verdict: Verdict | None = None
    judged_at: datetime | None = None
    url: str = ""
    uid: str | None = None
    pk: int | None = None


@transaction.atomic
def bring_in_needs(
    *,
    organisation: Organisation,
    needs: Sequence[NeedFromElsewhere],
    now: datetime,
    by: Person | None = None,
) -> list[Need]:
    """Return the needs, in the order given; evidence says and is as visible as they now are.

    Costs a fixed number of queries, and some for each need that others than before may see.
    """
    rows = [_need(organisation, need) for need in needs]
    fields = ["title", "words", "language", "raised_at", "met_at", "url", "attribution", "owner"]
    fields += ["sharing", "unit"]
    pairs = list(zip(rows, needs, strict=True))
    here = [row for row, told in pairs if told.pk is not None]
    Need.objects.bulk_create([row for row, told in pairs if told.pk is None])
    others_see = _keep_met(here)
    Need.objects.bulk_update(here, fields)
    topics = open_topics(
        organisation=organisation, names={name for need in needs for name in need.topics}
    )
    links = Need.topics.through
    links.objects.filter(need__in=here).delete()
    links.objects.bulk_create(
        [
            links(need_id=row.pk, topic_id=pk)
            for row, need in pairs
            for pk in {topics[name].pk for name in need.topics}
        ],
        ignore_conflicts=True,
    )
    if here:
        note_evidence(list(Answer.objects.filter(need__in=here)))
    for need in others_see:
        follow_sharing(document_kind="need", document=need)
    note_changed("need", [row.pk for row in rows])
    audit.record(
        "bring_in_needs",
        f"organisation:{organisation.pk}",
        by=by,
        now=now,
        organisation_id=organisation.pk,
        needs=len(rows),
    )
    return rows


@transaction.atomic
def bring_in_answers(
    *,
    organisation: Organisation,
    answers: Sequence[AnswerFromElsewhere],
    now: datetime,
    by: Person | None = None,
) -> list[Answer]:
    """Return the answers, in the order given, and record the evidence in them."""
    rows = [_answer(answer) for answer in answers]
    fields = ["text", "given_at", "score", "verdict", "judged_at", "url", "author"]
    pairs = list(zip(rows, answers, strict=True))
    Answer.objects.bulk_create([row for row, told in pairs if told.pk is None])
    Answer.objects.bulk_update([row for row, told in pairs if told.pk is not None], fields)
    _close_solved(rows)
    note_evidence(list(Answer.objects.filter(pk__in=[row.pk for row in rows])))
    note_changed("need", [row.need_id for row in rows])
    audit.record(
        "bring_in_answers",
        f"organisation:{organisation.pk}",
        by=by,
        now=now,
        organisation_id=organisation.pk,
        answers=len(rows),
    )
    return rows


def _need(organisation: Organisation, told: NeedFromElsewhere) -> Need:
    need = Need(
        pk=told.pk,
        organisation=organisation,
        unit=told.unit,
        owner_id=told.owner_id,
        sharing=told.sharing,
        title=told.title[:300],
        words=told.words or told.title,
        language=told.language or detect_language(f"{told.title} {told.words}") or "en",
        raised_at=told.raised_at,
        url=told.url,
        attribution=told.attribution,
    )
    if told.uid:
        need.uid = told.uid
    return need


def _keep_met(needs: Sequence[Need]) -> list[Need]:
    """Leave those met as they are, though never met before they were raised.

    Returns those that others than before may see.
    """
    # Locked until the end: somebody may be saying that it is solved right now.
    known = Need.objects.select_for_update().filter(pk__in=[need.pk for need in needs])
    rows = known.order_by("pk").values_list("pk", "met_at", "sharing", "unit")
    before = {pk: (met_at, readers) for pk, met_at, *readers in rows}
    for need in needs:
        met_at, _ = before[need.pk]
        need.met_at = max(met_at, need.raised_at) if met_at else None
    return [need for need in needs if before[need.pk][1] != [need.sharing, need.unit_id]]


def _answer(told: AnswerFromElsewhere) -> Answer:
    answer = Answer(
        pk=told.pk,
        need_id=told.need_id,
        author_id=told.author_id,
        text=told.text,
        given_at=told.given_at,
        score=told.score,
        verdict=told.verdict or "",
        judged_at=told.judged_at if told.verdict else None,
        url=told.url,
    )
    if told.uid:
        answer.uid = told.uid
    return answer


def _close_solved(answers: Sequence[Answer]) -> None:
    solved = {a.need_id: a.judged_at for a in answers if a.verdict == Verdict.SOLVED}
    unmet = Need.objects.select_for_update().filter(pk__in=solved, met_at__isnull=True)
    needs = list(unmet.order_by("pk"))
    for need in needs:
        when = solved[need.pk]
        need.met_at = max(when, need.raised_at) if when else None
    Need.objects.bulk_update(needs, ["met_at"])
