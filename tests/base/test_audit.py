"""Each action leaves one line, and nobody's own words in it."""

import json
from collections.abc import Callable

import pytest

from tests.builders import (
    LONG_AGO,
    NOON,
    a_community,
    a_need,
    a_person,
    a_stranger,
    a_unit,
    an_aid,
    an_answer,
    an_organisation,
    partners,
    place_of,
    reach,
)
from whoknows.aids.actions import share_aid
from whoknows.base.models import AuditEntry
from whoknows.communities.actions import join_community, make_host
from whoknows.expertise.actions import open_topics, refuse_topic, remove_evidence
from whoknows.expertise.models import Evidence
from whoknows.needs.actions import (
    change_answer,
    judge_answer,
    meet_need,
    say_solved,
    share_need,
    take_back_answer,
)
from whoknows.needs.models import Verdict
from whoknows.people.actions import (
    introduce,
    issue_token,
    join_organisation,
    leave_organisation,
    revoke_token,
    set_password,
    welcome_person,
)
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db
SECRET = "Quixotry"

Doing = Callable[[], object]


def welcoming() -> Doing:
    return lambda: welcome_person(
        name=SECRET, email=f"{SECRET}@example.org", about=SECRET, now=NOON
    )


def opening_an_organisation() -> Doing:
    return lambda: an_organisation(SECRET)


def opening_a_unit() -> Doing:
    organisation = an_organisation()
    return lambda: a_unit(organisation, SECRET)


def agreeing() -> Doing:
    one, other = an_organisation(), an_organisation()
    return lambda: partners(one, other)


def joining() -> Doing:
    person, organisation = a_stranger(), an_organisation()
    return lambda: join_organisation(
        person=person, organisation=organisation, on=LONG_AGO, now=NOON, title=SECRET
    )


def leaving() -> Doing:
    place = place_of(a_person())
    return lambda: leave_organisation(
        membership=place, on=NOON.date(), now=NOON, stays_as_alumni=True
    )


def introducing() -> Doing:
    person = a_person()
    return lambda: introduce(person=person, name=SECRET, about=SECRET, now=NOON)


def setting_a_password() -> Doing:
    person = a_person()
    return lambda: set_password(person=person, password=f"{SECRET}-{SECRET}", now=NOON)


def issuing_a_token() -> Doing:
    person = a_person()
    return lambda: issue_token(person=person, label=SECRET, now=NOON)


def revoking_a_token() -> Doing:
    person = a_person()
    token, _ = issue_token(person=person, label=SECRET, now=NOON)
    return lambda: revoke_token(person=person, token_id=token.pk, now=NOON)


def raising() -> Doing:
    person = a_person()
    return lambda: a_need(SECRET, by=person, at=NOON)


def answering() -> Doing:
    need = a_need(SECRET)
    author = a_person(need.organisation)
    return lambda: an_answer(need, SECRET, by=author)


def judging() -> Doing:
    answer = an_answer(a_need(SECRET), SECRET)
    owner = answer.need.owner
    return lambda: judge_answer(answer=answer, verdict=Verdict.SOLVED, by=owner, now=NOON)


def changing_an_answer() -> Doing:
    answer = an_answer(a_need(SECRET), SECRET)
    said = f"{SECRET} {SECRET}"
    return lambda: change_answer(answer=answer, text=said, by=answer.author, now=NOON)


def taking_back_an_answer() -> Doing:
    answer = an_answer(a_need(SECRET), SECRET)
    return lambda: take_back_answer(answer=answer, by=answer.author, now=NOON)


def meeting_a_need() -> Doing:
    need = a_need(SECRET)
    owner = need.owner
    return lambda: meet_need(need=need, by=owner, reach=reach(owner), now=NOON)


def sharing_a_need() -> Doing:
    need = a_need(SECRET)
    return lambda: share_need(need=need, sharing=SharingClass.PUBLIC, by=need.owner, now=NOON)


def saying_solved() -> Doing:
    need = a_need()
    person = a_person(need.organisation)
    return lambda: say_solved(
        words=SECRET,
        document_kind="need",
        document_id=need.pk,
        by=person,
        reach=reach(person),
        now=NOON,
    )


def making_an_aid() -> Doing:
    person = a_person()
    return lambda: an_aid(SECRET, body=SECRET, owner=person, topics=(SECRET,))


def sharing_an_aid() -> Doing:
    person = a_person()
    aid = an_aid(SECRET, owner=person)
    return lambda: share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=person, now=NOON)


def opening_a_community() -> Doing:
    person = a_person()
    return lambda: a_community(SECRET, by=person, purpose=SECRET)


def joining_a_community() -> Doing:
    community = a_community(SECRET)
    person = a_person(community.organisation)
    return lambda: join_community(community=community, person=person, reach=reach(person), now=NOON)


def making_a_host() -> Doing:
    community = a_community(SECRET)
    person = a_person(community.organisation, name=SECRET)
    join_community(community=community, person=person, reach=reach(person), now=NOON)
    return lambda: make_host(community=community, person=person, by=community.owner, now=NOON)


def removing_evidence() -> Doing:
    author = an_answer(a_need(SECRET), SECRET).author
    evidence = Evidence.objects.get(owner=author)
    return lambda: remove_evidence(evidence_id=evidence.pk, by=author, now=NOON)


def refusing_a_topic() -> Doing:
    person = a_person()
    topics = open_topics(organisation=place_of(person).organisation, names=[SECRET])
    return lambda: refuse_topic(topic=topics[SECRET], by=person, now=NOON)


@pytest.mark.parametrize(
    ("action", "prepare"),
    [
        ("welcome_person", welcoming),
        ("open_organisation", opening_an_organisation),
        ("open_unit", opening_a_unit),
        ("agree_to_partner", agreeing),
        ("join_organisation", joining),
        ("leave_organisation", leaving),
        ("introduce", introducing),
        ("set_password", setting_a_password),
        ("issue_token", issuing_a_token),
        ("revoke_token", revoking_a_token),
        ("raise_need", raising),
        ("answer_need", answering),
        ("judge_answer", judging),
        ("change_answer", changing_an_answer),
        ("take_back_answer", taking_back_an_answer),
        ("meet_need", meeting_a_need),
        ("share_need", sharing_a_need),
        ("say_solved", saying_solved),
        ("make_aid", making_an_aid),
        ("share_aid", sharing_an_aid),
        ("open_community", opening_a_community),
        ("join_community", joining_a_community),
        ("make_host", making_a_host),
        ("remove_evidence", removing_evidence),
        ("refuse_topic", refusing_a_topic),
    ],
)
def test_an_action_writes_one_entry_without_anybodys_words(
    action: str, prepare: Callable[[], Doing]
) -> None:
    do = prepare()
    before = AuditEntry.objects.count()

    do()

    entry = AuditEntry.objects.order_by("pk").last()
    assert entry is not None
    assert AuditEntry.objects.count() == before + 1
    assert entry.action == action
    assert entry.at == NOON
    assert ":" in entry.subject
    assert SECRET.lower() not in f"{entry.subject} {json.dumps(entry.detail)}".lower()


def test_what_changed_nothing_leaves_no_line() -> None:
    person = a_person()
    evidence = Evidence.objects.get(owner=an_answer(a_need(), by=None).author)
    before = AuditEntry.objects.count()

    revoke_token(person=person, token_id=999_999, now=NOON)
    an_organisation(place_of(person).organisation.name)
    remove_evidence(evidence_id=evidence.pk, by=evidence.owner, now=NOON)
    remove_evidence(evidence_id=evidence.pk, by=evidence.owner, now=NOON)

    assert AuditEntry.objects.count() == before + 1


def test_the_trail_outlives_whoever_left_it() -> None:
    person = a_stranger()
    introduce(person=person, name="Mika", about="", now=NOON)
    person.delete()

    assert AuditEntry.objects.get(action="introduce").actor is None
