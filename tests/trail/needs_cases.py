"""What needs, answers and what is learned from them leave in the trail."""

from functools import partial

from tests.builders import NOON, a_need, a_person, a_stranger, an_aid, an_answer, place_of, reach
from tests.trail.deeds import SECRET, Cases, Deed, Line
from whoknows.engine.match.ranking import default_weights
from whoknows.needs.actions import (
    answer_need,
    bring_in_answers,
    bring_in_needs,
    change_answer,
    judge_answer,
    learn_ranking,
    learn_synonyms,
    meet_need,
    plan_follow_ups,
    raise_need,
    refer_need,
    reopen_need,
    say_how_it_went,
    say_solved,
    share_need,
    take_back_answer,
    take_back_need,
)
from whoknows.needs.actions.bringing_in import AnswerFromElsewhere, NeedFromElsewhere
from whoknows.needs.models import (
    AFTER,
    Answer,
    FollowUp,
    Need,
    Outcome,
    RankingWeights,
    Step,
    Verdict,
)
from whoknows.people.models import Organisation, Person, Role, SharingClass

CASES = Cases()


def a_secret_need() -> tuple[Need, Person, Person]:
    """Return a need, whoever raised it, and a colleague of theirs."""
    need = a_need(SECRET)
    return need, need.owner, a_person(need.organisation)


def a_secret_answer() -> tuple[Answer, Person, Organisation]:
    """Return an answer, whoever wrote it, and where the need belongs."""
    answer = an_answer(a_need(SECRET), SECRET)
    return answer, answer.author, answer.need.organisation


@CASES.of("raise_need")
def raising() -> Deed:
    person = a_person()
    place = place_of(person)
    return Deed(
        lambda: raise_need(words=SECRET, by=place, now=NOON),
        lambda need: [Line(f"need:{need.pk}", person, place.organisation)],
        lambda: raise_need(words="?", by=place, now=NOON),
    )


@CASES.of("share_need")
def sharing() -> Deed:
    need, owner, other = a_secret_need()
    share = partial(share_need, need=need, sharing=SharingClass.PUBLIC, now=NOON)
    return Deed(
        partial(share, by=owner),
        lambda _: [Line(f"need:{need.pk}", owner, need.organisation)],
        partial(share, by=other),
    )


@CASES.of("take_back_need")
def taking_back() -> Deed:
    need, owner, other = a_secret_need()
    subject = f"need:{need.pk}"
    return Deed(
        lambda: take_back_need(need=need, by=owner, now=NOON),
        lambda _: [Line(subject, owner, need.organisation)],
        lambda: take_back_need(need=need, by=other, now=NOON),
    )


@CASES.of("meet_need")
def meeting() -> Deed:
    need, owner, _ = a_secret_need()
    return Deed(
        lambda: meet_need(need=need, by=owner, reach=reach(owner), now=NOON),
        lambda _: [Line(f"need:{need.pk}", owner, need.organisation)],
        lambda: meet_need(need=need, by=owner, reach=reach(owner), now=NOON, code="NOSUCH"),
    )


@CASES.of("meet_need", "by an aid")
def meeting_by_an_aid() -> Deed:
    need, owner, other = a_secret_need()
    aid = an_aid(owner=other)
    meet = partial(meet_need, need=need, code=aid.code, now=NOON)
    return Deed(
        partial(meet, by=owner, reach=reach(owner)),
        lambda _: [
            Line(f"aid:{aid.pk}", owner, need.organisation, "say_solved"),
            Line(f"need:{need.pk}", owner, need.organisation),
        ],
        partial(meet, by=other, reach=reach(other)),
    )


@CASES.of("reopen_need")
def reopening() -> Deed:
    need, owner, other = a_secret_need()
    meet_need(need=need, by=owner, reach=reach(owner), now=NOON)
    return Deed(
        lambda: reopen_need(need=need, by=owner, now=NOON),
        lambda _: [Line(f"need:{need.pk}", owner, need.organisation)],
        lambda: reopen_need(need=need, by=other, now=NOON),
    )


def a_secret_follow_up() -> tuple[Need, FollowUp]:
    """Return a need that was met two weeks ago, and what its owner is asked."""
    met = NOON - AFTER[Step.TWO_WEEKS]
    need = a_need(SECRET, at=met)
    meet_need(need=need, by=need.owner, reach=reach(need.owner), now=met)
    plan_follow_ups(now=NOON)
    return need, FollowUp.objects.get(need=need)


@CASES.of("say_how_it_went")
def following_up() -> Deed:
    need, asked = a_secret_follow_up()
    say = partial(say_how_it_went, follow_up=asked, said=Outcome.AGAIN, now=NOON)
    return Deed(
        partial(say, by=need.owner),
        lambda _: [Line(f"need:{need.pk}", need.owner, need.organisation)],
        partial(say, by=a_person(need.organisation)),
    )


@CASES.of("say_how_it_went", "stuck again")
def following_up_what_did_not_last() -> Deed:
    need, asked = a_secret_follow_up()
    say = partial(say_how_it_went, follow_up=asked, said=Outcome.STUCK, now=NOON)
    line = partial(Line, f"need:{need.pk}", need.owner, need.organisation)
    return Deed(
        partial(say, by=need.owner),
        lambda _: [line(), line("reopen_need")],
        partial(say, by=a_person(need.organisation)),
    )


@CASES.of("refer_need")
def referring() -> Deed:
    need, _, broker = a_secret_need()
    expert = a_person(need.organisation)
    refer = partial(refer_need, need=need, by=broker, reach=reach(broker), now=NOON)
    return Deed(
        partial(refer, to=expert),
        lambda _: [Line(f"need:{need.pk}", broker, need.organisation)],
        partial(refer, to=need.owner),
    )


@CASES.of("say_solved")
def saying_solved() -> Deed:
    need, owner, person = a_secret_need()
    say = partial(say_solved, words=SECRET, document_kind="need", document_id=need.pk, now=NOON)
    return Deed(
        partial(say, by=person, reach=reach(person)),
        lambda _: [Line(f"need:{need.pk}", person, need.organisation)],
        partial(say, by=owner, reach=reach(owner)),
    )


@CASES.of("answer_need")
def answering() -> Deed:
    need, _, author = a_secret_need()
    stranger = a_stranger()
    answer = partial(answer_need, need=need, text=SECRET, now=NOON)
    return Deed(
        partial(answer, by=author, reach=reach(author)),
        lambda answer: [Line(f"answer:{answer.pk}", author, need.organisation)],
        partial(answer, by=stranger, reach=reach(stranger)),
    )


@CASES.of("change_answer")
def changing_an_answer() -> Deed:
    answer, author, works = a_secret_answer()
    change = partial(change_answer, answer=answer, text=f"{SECRET} {SECRET}", now=NOON)
    return Deed(
        partial(change, by=author),
        lambda _: [Line(f"answer:{answer.pk}", author, works)],
        partial(change, by=answer.need.owner),
    )


@CASES.of("take_back_answer")
def taking_back_an_answer() -> Deed:
    answer, author, works = a_secret_answer()
    subject = f"answer:{answer.pk}"
    return Deed(
        lambda: take_back_answer(answer=answer, by=author, now=NOON),
        lambda _: [Line(subject, author, works)],
        lambda: take_back_answer(answer=answer, by=answer.need.owner, now=NOON),
    )


@CASES.of("judge_answer")
def judging() -> Deed:
    answer, author, works = a_secret_answer()
    judge = partial(judge_answer, answer=answer, verdict=Verdict.SOLVED, now=NOON)
    owner = answer.need.owner
    return Deed(
        partial(judge, by=owner),
        lambda _: [Line(f"answer:{answer.pk}", owner, works)],
        partial(judge, by=author),
    )


@CASES.of("bring_in_needs")
def bringing_in_needs() -> Deed:
    boss = a_person(role=Role.ADMINISTRATOR)
    works = place_of(boss).organisation
    need = NeedFromElsewhere(boss.pk, SECRET, SECRET, NOON)
    unnamed = NeedFromElsewhere(boss.pk, SECRET, SECRET, NOON, topics=["?"])
    return Deed(
        lambda: bring_in_needs(organisation=works, needs=[need], now=NOON, by=boss),
        lambda _: [Line(f"organisation:{works.pk}", boss, works)],
        lambda: bring_in_needs(organisation=works, needs=[unnamed], now=NOON, by=boss),
    )


@CASES.of("bring_in_answers")
def bringing_in_answers() -> Deed:
    need, owner, other = a_secret_need()
    answer, works = AnswerFromElsewhere(need.pk, other.pk, SECRET, NOON), need.organisation
    return Deed(
        lambda: bring_in_answers(organisation=works, answers=[answer], now=NOON, by=owner),
        lambda _: [Line(f"organisation:{works.pk}", owner, works)],
        None,
    )


@CASES.of("learn_ranking")
def learning_a_ranking() -> Deed:
    works = place_of(a_person()).organisation
    fitted = default_weights().to_json()
    RankingWeights.objects.create(organisation=works, weights=fitted, needs=300, fitted_at=NOON)
    return Deed(
        lambda: learn_ranking(now=NOON),
        lambda _: [Line(f"organisation:{works.pk}", None, works)],
        None,
    )


@CASES.of("learn_synonyms")
def learning_synonyms() -> Deed:
    aid = an_aid("Replace a punctured tube")
    for gate in range(3):
        person = a_person(aid.organisation)
        say_solved(
            words=f"{SECRET} at gate {gate}",
            document_kind="aid",
            document_id=aid.pk,
            by=person,
            reach=reach(person),
            now=NOON,
        )
    return Deed(
        lambda: learn_synonyms(now=NOON),
        lambda _: [Line(f"organisation:{aid.organisation_id}", None, aid.organisation)],
        None,
    )
