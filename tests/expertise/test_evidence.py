"""What shows expertise: gathered from what people do, as visible as that, theirs to remove."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.builders import (
    NOON,
    a_need,
    a_person,
    a_unit,
    an_aid,
    an_answer,
    an_organisation,
    place_of,
    reach,
)
from tests.conftest import Index
from whoknows.aids.actions import AidText, change_aid, retire_aid, revive_aid, share_aid
from whoknows.base.errors import BadInput, NotFound
from whoknows.expertise.actions import (
    follow_sharing,
    open_topics,
    refuse_topic,
    remove_evidence,
)
from whoknows.expertise.models import Evidence, EvidenceKind, RefusedTopic, Topic
from whoknows.expertise.queries.topics import (
    evidence_of,
    membership_documents,
    pieces_of,
    topic_shown_by,
    topics_of,
)
from whoknows.needs.actions import bring_in_answers, judge_answer, share_need
from whoknows.needs.actions.bringing_in import AnswerFromElsewhere
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.actions import leave_organisation
from whoknows.people.models import Membership, Organisation, Person, Reach, SharingClass
from whoknows.search.queries import find

pytestmark = pytest.mark.django_db
WORDS = "How do I mend the zirconium flange?"


@dataclass(frozen=True)
class Helped:
    """Somebody answered a need about flanges, of one organisation."""

    organisation: Organisation
    need: Need
    author: Person
    answer: Answer
    topic: Topic

    @property
    def evidence(self) -> Evidence:
        return Evidence.objects.get(source=f"answer:{self.answer.pk}")


def somebody_helped(*, sharing: SharingClass = SharingClass.ORGANISATION) -> Helped:
    organisation = an_organisation()
    asker = a_person(organisation, name="Asker", unit=a_unit(organisation))
    author = a_person(organisation, name="Helper")
    need = a_need(WORDS, by=asker, sharing=sharing)
    topic = open_topics(organisation=organisation, names=["Flanges"])["Flanges"]
    need.topics.add(topic)
    answer = an_answer(need, "Warm it first.", by=author)
    return Helped(organisation, need, author, answer, topic)


def found_by(words: str, audiences: list[str]) -> list[int]:
    hits = find(words, audiences=audiences, kinds=("membership",)).hits
    return [hit.id for hit in hits]


def names(person: Person, by: Reach) -> list[str]:
    return [found.topic.name for found in topics_of(person, reach=by)]


def test_an_answer_shows_what_its_author_knows_and_a_verdict_makes_it_weightier() -> None:
    helped = somebody_helped()
    before = helped.evidence.kind

    judge_answer(answer=helped.answer, verdict=Verdict.SOLVED, by=helped.need.owner, now=NOON)

    evidence = helped.evidence
    assert (before, evidence.kind) == (EvidenceKind.ANSWERED, EvidenceKind.SOLVED)
    assert evidence.owner == helped.author
    assert evidence.title == helped.need.title
    assert evidence.url.startswith(helped.need.get_absolute_url())
    assert list(evidence.topics.all()) == [helped.topic]


def test_an_answer_to_ones_own_need_shows_nothing() -> None:
    need = a_need(WORDS)

    an_answer(need, "I found it.", by=need.owner)

    assert not Evidence.objects.exists()


def test_what_is_removed_is_removed_everywhere_and_stays_so(index: Index, client: Client) -> None:
    helped = somebody_helped()
    colleague = a_person(helped.organisation)
    eyes = reach(colleague)
    index.catch_up()

    def seen() -> tuple[bool, ...]:
        client.force_login(colleague)
        page = client.get(helped.author.get_absolute_url()).content.decode()
        answered = suggest(WORDS, reach=eyes, now=NOON)
        in_topics = any(
            helped.topic.name in document.topics
            for document in membership_documents([place_of(helped.author).pk])
        )
        return (
            helped.need.title in page,
            helped.author in [suggested.person for suggested in answered.people],
            place_of(helped.author).pk in found_by("flanges", eyes.audiences()),
            in_topics,
            bool(names(helped.author, eyes)),
        )

    before = seen()
    remove_evidence(evidence_id=helped.evidence.pk, by=helped.author, now=NOON)
    index.catch_up()
    after = seen()
    judge_answer(answer=helped.answer, verdict=Verdict.SOLVED, by=helped.need.owner, now=NOON)
    told_again(helped, author=helped.author)
    index.catch_up()

    assert before == (True,) * 5
    assert after == (False,) * 5
    assert seen() == (False,) * 5
    assert helped.evidence.removed_at == NOON


def told_again(helped: Helped, *, author: Person) -> None:
    """Import the answer once more, as another place tells it."""
    told = AnswerFromElsewhere(
        need_id=helped.need.pk,
        author_id=author.pk,
        text="Warm it first.",
        given_at=NOON + timedelta(minutes=5),
        verdict=Verdict.HELPED,
        judged_at=NOON + timedelta(minutes=9),
        pk=helped.answer.pk,
    )
    bring_in_answers(organisation=helped.organisation, answers=[told], now=NOON)


def test_an_import_that_corrects_the_author_takes_the_evidence_along(index: Index) -> None:
    helped = somebody_helped()
    right = a_person(helped.organisation, name="Rightful")
    eyes = reach(a_person(helped.organisation))
    index.catch_up()
    before = found_by("flanges", eyes.audiences())

    told_again(helped, author=right)
    index.catch_up()

    assert before == [place_of(helped.author).pk]
    assert helped.evidence.owner == right
    assert found_by("flanges", eyes.audiences()) == [place_of(right).pk]


def test_removing_twice_changes_nothing_and_nobody_removes_what_is_not_theirs() -> None:
    helped = somebody_helped()
    evidence = helped.evidence

    with pytest.raises(NotFound, match="about you"):
        remove_evidence(evidence_id=evidence.pk, by=helped.need.owner, now=NOON)
    with pytest.raises(NotFound):
        remove_evidence(evidence_id=evidence.pk + 999, by=helped.author, now=NOON)
    untouched = helped.evidence.removed_at
    remove_evidence(evidence_id=evidence.pk, by=helped.author, now=NOON)
    remove_evidence(evidence_id=evidence.pk, by=helped.author, now=NOON + timedelta(days=1))

    assert untouched is None
    assert helped.evidence.removed_at == NOON


def test_pages_let_only_the_owner_remove_and_refuse(client: Client) -> None:
    helped = somebody_helped()
    remove = f"/people/evidence/{helped.evidence.pk}/removal/"
    refuse = f"/people/topics/{helped.topic.pk}/refusal/"

    as_nobody = [client.post(address).status_code for address in (remove, refuse)]
    client.force_login(a_person(helped.organisation))
    as_other = [client.post(address).status_code for address in (remove, refuse)]
    untouched = helped.evidence.removed_at, RefusedTopic.objects.count()
    client.force_login(helped.author)
    as_owner = [client.post(address).status_code for address in (refuse, remove)]

    assert (as_nobody, as_other, as_owner) == ([302, 302], [404, 404], [302, 302])
    assert untouched == (None, 0)
    assert helped.evidence.removed_at is not None
    assert RefusedTopic.objects.get().person == helped.author
    assert client.get(remove).status_code == 405


def test_a_refused_topic_is_gone_now_and_for_all_that_is_yet_to_come(index: Index) -> None:
    helped = somebody_helped()
    other = open_topics(organisation=helped.organisation, names=["Rings"])["Rings"]
    helped.need.topics.add(other)
    told_again(helped, author=helped.author)
    eyes = reach(a_person(helped.organisation))
    index.catch_up()
    before = set(names(helped.author, eyes))

    refuse_topic(topic=helped.topic, by=helped.author, now=NOON)
    refuse_topic(topic=helped.topic, by=helped.author, now=NOON)
    second = a_need("How do I weld the iridium flange?", by=helped.need.owner)
    second.topics.add(helped.topic)
    an_answer(second, by=helped.author)
    index.catch_up()

    assert before == {"Flanges", "Rings"}
    assert names(helped.author, eyes) == ["Rings"]
    assert found_by("flanges", eyes.audiences()) == []
    assert found_by("rings", eyes.audiences()) == [place_of(helped.author).pk]
    assert RefusedTopic.objects.count() == 1


def test_one_persons_refusal_is_nobody_elses() -> None:
    helped = somebody_helped()
    second = an_answer(helped.need).author
    eyes = reach(a_person(helped.organisation))

    refuse_topic(topic=helped.topic, by=helped.author, now=NOON)

    assert names(helped.author, eyes) == []
    assert names(second, eyes) == ["Flanges"]


def test_only_a_topic_that_something_shows_can_be_refused_on_a_page() -> None:
    helped = somebody_helped()

    assert topic_shown_by(helped.author, topic_id=helped.topic.pk) == helped.topic
    with pytest.raises(NotFound):
        topic_shown_by(helped.need.owner, topic_id=helped.topic.pk)


@pytest.mark.parametrize("sharing", list(SharingClass))
def test_evidence_is_as_visible_as_the_document_it_is_seen_in(sharing: SharingClass) -> None:
    helped = somebody_helped()
    asker = helped.need.owner
    readers = [
        reach(a_person(helped.organisation, unit=helped.need.unit)),
        reach(a_person(helped.organisation)),
        reach(a_person()),
        Reach(),
    ]

    share_need(need=helped.need, sharing=sharing, by=asker, now=NOON)

    need_seen = [Need.objects.visible_to(r).filter(pk=helped.need.pk).exists() for r in readers]
    shown = [evidence_of(helped.author, reach=r).exists() for r in readers]
    assert shown == need_seen
    assert evidence_of(helped.author, reach=reach(helped.author)).exists()


def test_a_need_made_private_takes_its_topic_out_of_the_index(index: Index) -> None:
    helped = somebody_helped(sharing=SharingClass.PUBLIC)
    eyes = reach(a_person(helped.organisation))
    index.catch_up()
    before = found_by("flanges", eyes.audiences())

    share_need(need=helped.need, sharing=SharingClass.PRIVATE, by=helped.need.owner, now=NOON)
    index.catch_up()

    assert before == [place_of(helped.author).pk]
    assert found_by("flanges", eyes.audiences()) == []


def test_an_aid_shared_otherwise_takes_its_evidence_along() -> None:
    aid = an_aid(topics=("Flanges",), sharing=SharingClass.PUBLIC)
    before = names(aid.owner, Reach())

    share_aid(aid=aid, sharing=SharingClass.ORGANISATION, by=aid.owner, now=NOON)

    assert before == ["Flanges"]
    assert names(aid.owner, Reach()) == []
    assert names(aid.owner, reach(a_person(aid.organisation))) == ["Flanges"]


def test_a_topic_taken_off_an_aid_no_longer_stands_for_its_writer() -> None:
    aid = an_aid(topics=("Flanges", "Rings"))

    text = AidText(title=aid.title, body=aid.body, topics=("Rings",))
    change_aid(aid=aid, text=text, now=NOON)

    assert names(aid.owner, reach(aid.owner)) == ["Rings"]


WIDTHS = [
    SharingClass.PRIVATE,
    SharingClass.ORGANISATION,
    SharingClass.PARTNERS,
    SharingClass.PUBLIC,
]


@pytest.mark.parametrize("of_membership", WIDTHS)
@pytest.mark.parametrize("of_evidence", WIDTHS)
def test_topics_in_the_index_are_never_wider_than_what_shows_them(
    of_membership: SharingClass, of_evidence: SharingClass
) -> None:
    helped = somebody_helped()
    place = place_of(helped.author)
    Membership.objects.filter(pk=place.pk).update(sharing=of_membership)
    helped.need.sharing = of_evidence
    helped.need.save()
    follow_sharing(document_kind="need", document=helped.need)

    [document] = membership_documents([place.pk])

    wide_enough = of_evidence != SharingClass.PRIVATE and WIDTHS.index(of_membership) <= (
        WIDTHS.index(of_evidence)
    )
    assert document.topics == (["Flanges"] if wide_enough else ())


def test_what_somebody_did_at_one_employer_says_nothing_at_the_next() -> None:
    helped = somebody_helped()
    next_place = Membership.objects.create(
        owner=helped.author, organisation=an_organisation(), started_on=NOON.date()
    )

    here, there = (
        [*next(iter(membership_documents([place.pk]))).topics]
        for place in (place_of(helped.author), next_place)
    )

    assert (here, there) == (["Flanges"], [])
    assert names(helped.author, reach(a_person(next_place.organisation))) == []


def test_whoever_left_is_found_no_more_unless_as_alumnus() -> None:
    places = [place_of(a_person()) for _ in range(2)]

    for place, stays in zip(places, (True, False), strict=True):
        leave_organisation(membership=place, on=NOON.date(), now=NOON, stays_as_alumni=stays)

    found = [document.id for document in membership_documents([place.pk for place in places])]
    assert found == [places[0].pk]


def test_pieces_of_evidence_are_only_what_the_reader_may_see_and_what_stands() -> None:
    helped = somebody_helped()
    ids, inside = [helped.evidence.pk], reach(a_person(helped.organisation))

    assert [p.id for p in pieces_of(ids, reach=inside)] == ids
    assert pieces_of(ids, reach=reach(a_person())) == pieces_of([], reach=inside) == []
    remove_evidence(evidence_id=helped.evidence.pk, by=helped.author, now=NOON)
    assert pieces_of(ids, reach=inside) == []


def test_reading_costs_the_same_however_much_there_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    helped = somebody_helped()
    eyes = reach(a_person(helped.organisation))
    few = [helped.evidence.pk]
    with django_assert_num_queries(3):
        topics_of(helped.author, reach=eyes)
    with django_assert_num_queries(1):
        pieces_of(few, reach=eyes)

    for number in range(6):
        need = a_need(f"{WORDS} {number}", by=helped.need.owner)
        named = open_topics(organisation=helped.organisation, names=[f"Topic {number}"])
        need.topics.set(named.values())
        an_answer(need, by=helped.author)
    few = list(Evidence.objects.filter(owner=helped.author).values_list("pk", flat=True))

    with django_assert_num_queries(3):
        assert len(topics_of(helped.author, reach=eyes)) == 7
    with django_assert_num_queries(1):
        assert len(pieces_of(few, reach=eyes)) == 7
    place = place_of(helped.author)
    with django_assert_num_queries(2):
        list(membership_documents([place.pk]))


def test_names_that_differ_in_case_or_marks_are_one_topic() -> None:
    organisation = an_organisation()

    found = open_topics(organisation=organisation, names=["TIG welding", "tig-welding", "Öle"])
    elsewhere = open_topics(organisation=an_organisation(), names=["TIG welding"])

    assert found["TIG welding"] == found["tig-welding"] != found["Öle"]
    assert elsewhere["TIG welding"] != found["TIG welding"]
    with pytest.raises(BadInput, match="letters or digits"):
        open_topics(organisation=organisation, names=["fine", "!!!"])
    assert Topic.objects.count() == 3


def test_the_database_keeps_one_piece_for_each_source() -> None:
    evidence = somebody_helped().evidence
    evidence.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        evidence.save(force_insert=True)


RETIRED = "Retired: it shows what they know, but nobody works by it any more."


def test_a_retired_aid_still_shows_what_somebody_knows_and_is_said_to_be_retired(
    client: Client,
) -> None:
    owner = a_person()
    aid = an_aid("Mend the flange", owner=owner, topics=("Flanges",))
    an_aid("Mend the pump", owner=owner)
    client.force_login(a_person(aid.organisation))
    assert "Retired" not in client.get(owner.get_absolute_url()).content.decode()

    retire_aid(aid=aid, by=owner, now=NOON)

    page = client.get(owner.get_absolute_url()).content.decode()
    assert page.count(RETIRED) == 1
    below_its_topic = page.split("What shows it")[0]
    assert "Mend the flange" in below_its_topic
    assert "<span>Retired</span>" in below_its_topic

    revive_aid(aid=aid, by=owner, now=NOON)
    assert "Retired" not in client.get(owner.get_absolute_url()).content.decode()


def test_a_stranger_is_told_of_no_retired_aid(client: Client) -> None:
    owner = a_person(sharing=SharingClass.PUBLIC)
    aid = an_aid("Mend the flange", owner=owner)
    retire_aid(aid=aid, by=owner, now=NOON)

    page = client.get(owner.get_absolute_url())

    assert page.status_code == 200
    assert "Mend the flange" not in page.content.decode()
    assert "Retired" not in page.content.decode()
