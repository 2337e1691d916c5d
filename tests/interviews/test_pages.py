"""The pages of the studio, for those who take part and for everybody else."""

from datetime import date
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.builders import NOON, a_note, a_person, a_stranger, an_entry, an_interview, reach
from tests.conftest import Index
from tests.interviews.stages import a_drafted_interview, a_held_interview, signed_in
from whoknows.aids.actions import AidText, change_aid, share_aid
from whoknows.aids.models import Aid
from whoknows.engine.aids import Kind, Procedure, Step
from whoknows.interviews import queries
from whoknows.interviews.actions import (
    bring_transcript,
    change_item,
    close_interview,
    end_talk,
    make_draft,
    sort_notes,
    start_recording,
    take_piece,
)
from whoknows.interviews.models import (
    Interview,
    Item,
    ItemKindChoice,
    Note,
    Recording,
    State,
    Statement,
)
from whoknows.interviews.urls import urlpatterns
from whoknows.people.models import Membership, Person, Role, SharingClass

pytestmark = pytest.mark.django_db


@pytest.fixture
def interview() -> Interview:
    made = an_interview()
    by = made.interviewer
    a_note(made, "Close valve 3 <b>now</b>.", probe="acta-actions", entry=an_entry(made))
    bring_transcript(interview=made, text="Bo: The pitch drops.", by=by, now=NOON)
    recording = start_recording(interview=made, kind="audio/webm", by=by, now=timezone.now())
    take_piece(interview=made, uid=recording.uid, number=0, sound=b"sound", by=by)
    end_talk(interview=made, by=by, now=NOON)
    sort_notes(interview=made, by=by, now=NOON)
    make_draft(
        interview=made,
        title="Isolate a pump",
        kind=Kind.PROCEDURE,
        sharing=SharingClass.ORGANISATION,
        by=by,
        now=NOON,
    )
    made.refresh_from_db()
    return made


def addresses(interview: Interview) -> dict[str, str]:
    """Return the address of every page and door below this interview."""
    told: dict[str, object] = {
        "uid": interview.uid,
        "note_uid": Note.objects.get(interview=interview).uid,
        "entry_id": interview.outline.get().pk,
        "recording_uid": Recording.objects.get(interview=interview).uid,
        "item_id": Item.objects.filter(interview=interview)[0].pk,
        "number": 1,
    }
    found = {}
    for pattern in urlpatterns:
        needed = pattern.pattern.converters
        if "uid" in needed:
            kwargs = {name: told[name] for name in needed}
            found[str(pattern.name)] = reverse(f"interviews:{pattern.name}", kwargs=kwargs)
    return found


def test_every_page_opens_for_all_who_take_part(interview: Interview) -> None:
    only_posted = {
        "consent", "withdraw", "held", "closed", "close", "recordings", "delete-sound", "finish",
        "piece", "accept", "sort-notes", "review",
    }  # fmt: skip
    for person in (interview.interviewer, interview.expert):
        client = signed_in(person)
        for name, address in addresses(interview).items():
            expected = 405 if name in only_posted else 200
            answer = client.get(address)
            assert answer.status_code == expected, (name, person)
            if answer.streaming:
                assert b"".join(answer) == b"sound"


def test_nobody_else_learns_that_there_is_an_interview(interview: Interview) -> None:
    works = interview.organisation
    others = [
        a_person(works),
        a_person(works, role=Role.ADMINISTRATOR),
        a_person(works, role=Role.FACILITATOR),
        a_person(),
        a_stranger(),
        Person.objects.create_superuser("root@example.org", "a-long-password", name="Root"),
    ]
    before = Note.objects.count(), Item.objects.count(), Statement.objects.count()
    for person in others:
        client = signed_in(person)
        for name, address in addresses(interview).items():
            for answer in (
                client.get(address),
                client.post(address, {"remove": "1", "do": "save"}),
            ):
                assert answer.status_code in {404, 405}, (name, person, answer.status_code)
                assert interview.task not in answer.content.decode()
        assert interview.task not in client.get("/interviews/").content.decode()
        assert not queries.interviews_of(reach(person)).exists()

    assert (Note.objects.count(), Item.objects.count(), Statement.objects.count()) == before
    interview.refresh_from_db()
    assert interview.state == State.DRAFTED


def test_who_is_not_signed_in_is_sent_to_sign_in(interview: Interview) -> None:
    for address in [*addresses(interview).values(), "/interviews/", "/interviews/new/"]:
        answer = Client().get(address)
        assert answer.status_code in {302, 405}
        assert answer.status_code == 405 or answer["Location"].startswith("/accounts/login/")


def test_the_aid_does_not_give_the_interview_away(interview: Interview) -> None:
    aid = Aid.objects.get()
    page = aid.get_absolute_url()

    told = signed_in(interview.expert).get(page).content.decode()
    others = signed_in(a_person(interview.organisation)).get(page).content.decode()

    assert "What each line rests on" in told
    assert "/interviews/" + str(interview.uid) in told
    assert "What each line rests on" not in others
    assert str(interview.uid) not in others
    assert interview.expert.name not in others
    editor = signed_in(interview.interviewer).get(f"{page}text/").content.decode()
    assert "What each line rests on" in editor


def test_the_interviewer_who_leaves_sees_nothing_and_the_expert_still_takes_it_back(
    interview: Interview,
) -> None:
    ended = date(2026, 1, 1)
    Membership.objects.filter(owner__in=[interview.interviewer, interview.expert]).update(
        ended_on=ended
    )

    assert signed_in(interview.interviewer).get(interview.get_absolute_url()).status_code == 404
    expert = signed_in(interview.expert)
    answer = expert.post(reverse("interviews:withdraw", args=[interview.uid]), follow=True)

    assert "Everything that was said is deleted" in answer.content.decode()
    assert not Note.objects.exists()


def test_the_aid_is_shown_beside_the_interview_to_who_may_see_it_only(
    interview: Interview,
) -> None:
    draft, every = (
        reverse("interviews:draft", args=[interview.uid]),
        reverse("interviews:interviews"),
    )
    expert, aid = signed_in(interview.expert), Aid.objects.get()
    text = AidText("Isolate a pump for good", content=Procedure((Step("Written later."),)))

    def said(address: str) -> bool:
        page = expert.get(address).content.decode()
        return aid.title in page or "Written later." in page

    assert said(draft)
    assert said(every)
    Membership.objects.filter(owner=interview.expert).update(ended_on=date(2026, 1, 1))
    aid = change_aid(aid=aid, text=text, by=interview.interviewer, now=NOON)

    assert not said(draft)
    assert "you may not see it now" in expert.get(draft).content.decode()
    assert not said(every)
    share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=interview.interviewer, now=NOON)
    assert said(draft)
    assert said(every)


def test_what_another_mended_is_neither_overwritten_nor_struck_out_unseen(
    interview: Interview,
) -> None:
    where = reverse("interviews:statement", args=[interview.uid, 1])
    first, second = signed_in(interview.interviewer), signed_in(interview.expert)
    assert 'name="before" value="The pitch drops."' in first.get(where).content.decode()
    old = {"before": "The pitch drops."}
    second.post(where, {**old, "words": "The pitch NEVER drops."})

    late = first.post(where, {**old, "words": "The pitch drops by ten."})
    struck = first.post(where, {**old, "remove": "1"})

    for answer in (late, struck):
        assert answer.status_code == 409
        assert "mended this statement meanwhile" in answer.content.decode()
        assert 'It says now: <q dir="auto">The pitch NEVER drops.</q>' in answer.content.decode()
    assert "The pitch drops by ten." in late.content.decode()
    assert Statement.objects.get().words == "The pitch NEVER drops."
    seen = {"before": "The pitch NEVER drops.", "words": "The pitch drops by ten."}
    assert first.post(where, seen).status_code == 302
    assert Statement.objects.get().words == "The pitch drops by ten."


def test_a_plan_that_is_sent_four_times_asks_once() -> None:
    interviewer, expert = (made := an_interview()).interviewer, made.expert
    Interview.objects.all().delete()
    form = {"expert": expert.email, "task": "Isolate", "purpose": "Learn", "protocol": "acta"}
    client = signed_in(interviewer)

    answers = [client.post(reverse("interviews:plan"), form) for _ in range(4)]

    one = Interview.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {one.get_absolute_url()}
    client.post(reverse("interviews:plan"), form | {"purpose": "Train others"})
    assert Interview.objects.count() == 2


def test_nothing_of_it_is_in_the_index_or_in_the_administration(
    interview: Interview, index: Index
) -> None:
    index.catch_up()
    client = signed_in(interview.interviewer)

    found = client.get("/search/", {"q": "pitch drops"}).content.decode()

    assert "The pitch drops" not in found
    registered = {model.__module__ for model in admin.site._registry}  # noqa: SLF001
    assert not any("interviews" in module for module in registered)


def test_one_is_planned_agreed_to_and_talked_about_without_script() -> None:
    asker = a_person(name="Ana Ruiz")
    expert = a_person(asker.memberships.get().organisation, name="Bo Lind")
    ask, tell = signed_in(asker), signed_in(expert)
    plan = {
        "expert": "Bo Lind",
        "task": "Find a leak",
        "purpose": "A card.",
        "protocol": "cdm",
        "note_taker": "",
    }

    page = ask.post("/interviews/new/", plan)
    interview = Interview.objects.get()
    assert page["Location"] == interview.get_absolute_url()
    talk = reverse("interviews:talk", args=[interview.uid])
    assert ask.get(talk).status_code == 302
    assert "asks to interview you" in tell.get("/aids/").content.decode()
    assert "I agree" in tell.get(interview.get_absolute_url()).content.decode()
    tell.post(reverse("interviews:consent", args=[interview.uid]))
    note = {"probe": "cdm-incident", "words": "It was at night.", "key": str(uuid4()), "next": "1"}
    answer = ask.post(talk, note)

    assert answer["Location"].endswith("?at=cdm-told-back")
    assert Note.objects.get().words == "It was at night."
    back = ask.get(talk, {"at": "cdm-incident"}).content.decode()
    assert "It was at night." in back
    assert "data-recorder=" not in back


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("expert", "Nobody Here", "Nobody here is called"),
        ("expert", "", "Say whom"),
        ("note_taker", "Nobody Here", "Nobody here is called"),
        ("task", " ", "Say what they can do"),
    ],
)
def test_a_plan_with_a_mistake_comes_back_with_all_that_was_typed(
    field: str, value: str, said: str
) -> None:
    asker = a_person(name="Ana Ruiz")
    a_person(asker.memberships.get().organisation, name="Bo Lind")
    plan = {"expert": "Bo Lind", "task": "Find a leak", "purpose": "A very special card.",
            "protocol": "pari", "note_taker": ""}  # fmt: skip

    answer = signed_in(asker).post("/interviews/new/", plan | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "A very special card." in page
    assert not Interview.objects.exists()


def test_what_one_typed_is_not_lost_when_it_is_too_long() -> None:
    interview = an_interview()
    talk = reverse("interviews:talk", args=[interview.uid])
    words = "long " * 1_001

    answer = signed_in(interview.interviewer).post(
        talk, {"probe": "acta-cues", "words": words, "key": str(uuid4())}
    )

    assert answer.status_code == 422
    assert words.strip() in answer.content.decode()


def test_each_sees_what_the_other_wrote(interview: Interview) -> None:
    taker = a_person(interview.organisation)
    Interview.objects.filter(pk=interview.pk).update(note_taker=taker)
    a_note(interview, "From the interviewer", probe="acta-cues")
    where = reverse("interviews:notes", args=[interview.uid])

    seen = signed_in(taker).get(where, {"at": "acta-cues"}).content.decode()

    assert "From the interviewer" in seen
    assert "<html" not in seen
    assert "textarea" not in seen


def test_what_people_wrote_is_never_markup(interview: Interview) -> None:
    page = signed_in(interview.expert).get(
        reverse("interviews:talk", args=[interview.uid]), {"at": "acta-actions"}
    )

    assert "&lt;b&gt;now&lt;/b&gt;" in page.content.decode()


def test_only_the_page_of_the_conversation_may_use_the_microphone(interview: Interview) -> None:
    client = signed_in(interview.interviewer)

    talk = client.get(reverse("interviews:talk", args=[interview.uid]))
    other = client.get(interview.get_absolute_url())

    assert talk["Permissions-Policy"] == "microphone=(self)"
    assert "microphone=()" in other["Permissions-Policy"]
    assert "media-src 'self'" in other["Content-Security-Policy"]
    assert "media-src" not in talk["Content-Security-Policy"]


def test_statements_are_sorted_by_ticking_them(interview: Interview) -> None:
    where = reverse("interviews:items", args=[interview.uid])
    client = signed_in(interview.interviewer)

    nothing = client.post(where, {"kind": "cue", "text": "Made up", "entry": ""})
    client.post(where, {"kind": "cue", "text": "", "entry": "", "statement": ["1"]})

    assert nothing.status_code == 422
    assert "rests on something said" in nothing.content.decode()
    made = Item.objects.get(kind="cue")
    assert (made.text, made.sources.get().statement_id) == (
        "The pitch drops.",
        Statement.objects.get().pk,
    )


def test_what_experts_do_beside_a_step_is_shown_as_a_list(interview: Interview) -> None:
    entry = interview.outline.get()
    for words in ("Warm it first.", "Listen <b>twice</b>."):
        a_note(interview, words, probe="acta-job-smarts", entry=entry)
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    where = reverse("interviews:draft", args=[interview.uid])
    client = signed_in(interview.interviewer)

    again = {"title": "Isolate a pump", "kind": "procedure", "sharing": "organisation"}
    assert client.post(where, again).status_code == 302
    page = client.get(where).content.decode()

    assert "<li>Warm it first.</li>\n<li>Listen twice.</li>" in page


def test_the_conversation_is_ended_where_one_notices_that_it_is_over() -> None:
    interview = an_interview()
    over = reverse("interviews:held", args=[interview.uid])
    talk = reverse("interviews:talk", args=[interview.uid])
    last = list(interview.steps().probes())[-1][1].key
    a_note(interview)
    sort_notes(interview=interview, by=interview.interviewer, now=NOON)
    places = [(talk, {"at": last}), (reverse("interviews:draft", args=[interview.uid]), {})]

    def offered(person: Person) -> list[bool]:
        client = signed_in(person)
        return [over in client.get(page, data).content.decode() for page, data in places]

    assert over not in signed_in(interview.interviewer).get(talk).content.decode()
    assert offered(interview.interviewer) == [True, True]
    assert offered(interview.expert) == [False, False]
    assert signed_in(interview.interviewer).post(over).status_code == 302
    assert offered(interview.interviewer) == [False, False]


def test_who_takes_part_is_a_link_where_their_page_opens() -> None:
    interview = an_interview()
    interviewer, expert = interview.interviewer, interview.expert
    # They were to be seen when they were asked.
    Membership.objects.filter(owner=expert).update(sharing=SharingClass.PRIVATE)

    page = signed_in(interviewer).get(interview.get_absolute_url()).content.decode()

    assert expert.name in page
    assert expert.get_absolute_url() not in page
    theirs = signed_in(expert).get(interview.get_absolute_url()).content.decode()
    assert theirs.count(f'href="{expert.get_absolute_url()}" dir') == 1
    assert f'href="{interviewer.get_absolute_url()}" dir' in theirs


def test_the_page_of_a_talk_that_is_over_leads_on() -> None:
    held, drafted, open_still = a_held_interview(), a_drafted_interview(), an_interview()
    closed = a_held_interview()
    close_interview(interview=closed, by=closed.interviewer, now=NOON)
    main = 'class="button button-main" href="'

    def leads_to(interview: Interview, person: Person) -> list[str]:
        page = signed_in(person).get(reverse("interviews:talk", args=[interview.uid]))
        return [part.split('"')[0] for part in page.content.decode().split(main)[1:]]

    sort = reverse("interviews:items", args=[held.uid])
    draft = reverse("interviews:draft", args=[drafted.uid])
    assert leads_to(held, held.interviewer) == [sort]
    assert leads_to(drafted, drafted.interviewer) == [draft]
    assert leads_to(open_still, open_still.interviewer) == []
    # Who was asked sorts nothing, and nobody does once it is closed.
    assert leads_to(held, held.expert) == leads_to(closed, closed.interviewer) == []


def test_what_is_not_sorted_yet_is_not_said_to_be_missing() -> None:
    interview = an_interview()
    page = reverse("interviews:items", args=[interview.uid])
    client = signed_in(interview.interviewer)
    before = client.get(page).content.decode()
    a_note(interview)

    after = client.get(page).content.decode()

    assert "Nothing was written down yet." in before
    assert "1 note or entry is not sorted yet." in after
    assert "Nothing was written down yet." not in after


def test_the_draft_repeats_only_sources_that_say_it_in_other_words(interview: Interview) -> None:
    item = Item.objects.get(interview=interview, text__startswith="Close valve 3")
    where = reverse("interviews:draft", args=[interview.uid])
    client = signed_in(interview.interviewer)
    asked = {"title": "Isolate a pump", "kind": "procedure", "sharing": "organisation"}

    def lines() -> str:
        page = client.get(where).content.decode()
        return page[page.index('<ol class="origins">') : page.index("</ol>")]

    assert (lines().count("word for word"), lines().count("<blockquote")) == (2, 0)
    change_item(
        interview=interview, item_id=item.pk, kind=ItemKindChoice.STEP, text="Shut it off.",
        entry_id=None, by=interview.interviewer, now=NOON,
    )  # fmt: skip
    client.post(where, asked)

    assert (lines().count("word for word"), lines().count("<blockquote")) == (1, 1)
    assert "Close valve 3 &lt;b&gt;now&lt;/b&gt;." in lines()


def test_the_draft_is_sent_to_the_expert_and_to_somebody_new(interview: Interview) -> None:
    novice = a_person(interview.organisation, name="Nia New")
    where = reverse("interviews:review", args=[interview.uid])
    client = signed_in(interview.interviewer)

    nobody = client.post(where, {"novice": "Nobody Here"})
    client.post(where, {"novice": "Nia New"})

    assert nobody.status_code == 422
    aid = Aid.objects.get()
    assert {r.reviewer_id for r in aid.reviews.all()} == {interview.expert_id, novice.pk}


def test_the_list_of_interviews_costs_the_same_for_many() -> None:
    asker = a_person()
    expert = a_person(asker.memberships.get().organisation)
    client, costs = signed_in(asker), []
    for _ in range(3):
        an_interview(by=asker, expert=expert)
        with CaptureQueriesContext(connection) as queries_made:
            client.get("/interviews/")
        costs.append(len(queries_made))

    assert costs[1] == costs[2]
