"""From draft to verified and back: reviews, re-verification, retirement."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from tests.aids.reviewing import EXPERT, NOVICE, STEPS, in_review, says
from tests.builders import NOON, a_person, a_stranger, an_aid, reach
from whoknows.aids.actions import (
    AidText,
    Findings,
    WrongState,
    ask_for_review,
    change_aid,
    keep_unsaved,
    retire_aid,
    revive_aid,
    take_back_aid,
    verify_aid,
)
from whoknows.aids.models import (
    LIKELY_TO_CHANGE,
    VERIFY_EVERY,
    Aid,
    Review,
    ReviewVerdict,
    State,
    Trust,
    Unsaved,
)
from whoknows.aids.queries import (
    material_version,
    own_review,
    reviews_for_owner,
    reviews_waiting,
    shelf,
)
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.engine.aids import Checklist, Content, Item, Kind, Procedure, Reference, Step
from whoknows.expertise.models import Evidence
from whoknows.people.models import Reach, SharingClass

pytestmark = pytest.mark.django_db

TODAY = NOON.date()
DAY = timedelta(days=1)


def test_an_expert_and_a_novice_together_verify_it_for_half_a_year() -> None:
    aid, expert, novice = in_review()
    assert aid.trust(TODAY) == Trust.IN_REVIEW

    says(aid, expert)
    aid.refresh_from_db()
    assert aid.state == State.IN_REVIEW

    says(aid, novice)
    aid.refresh_from_db()
    assert (aid.state, aid.verified_by, aid.verified_on) == (State.VERIFIED, expert, TODAY)
    assert aid.verify_by == TODAY + VERIFY_EVERY
    assert aid.trust(TODAY) == Trust.VERIFIED


def test_what_is_likely_to_change_is_due_after_a_month() -> None:
    aid, expert, novice = in_review()
    Aid.objects.update(likely_to_change=True)

    says(aid, expert)
    says(aid, novice)

    aid.refresh_from_db()
    assert aid.verify_by == TODAY + LIKELY_TO_CHANGE


def test_two_novices_do_not_make_an_expert() -> None:
    aid, _, novice = in_review()

    says(aid, novice)
    says(aid, a_person(aid.organisation))

    aid.refresh_from_db()
    assert aid.state == State.IN_REVIEW


def test_the_owner_may_sign_their_own_work_but_not_stumble_over_it() -> None:
    aid, _, novice = in_review()

    with pytest.raises(NotAllowed, match="somebody new"):
        says(aid, aid.owner)
    with pytest.raises(NotAllowed, match="chooses who reads"):
        says(aid, novice, role=EXPERT)
    says(aid, aid.owner, role=EXPERT)
    says(aid, novice)

    aid.refresh_from_db()
    assert (aid.state, aid.verified_by) == (State.VERIFIED, aid.owner)


def test_a_failure_says_where_and_holds_it_up() -> None:
    aid, expert, novice = in_review()
    says(aid, expert)

    with pytest.raises(BadInput, match="where you got stuck"):
        says(aid, novice, Findings(ReviewVerdict.FAIL, {1: "  "}))
    says(aid, novice, Findings(ReviewVerdict.FAIL, {2: "Which button?", 1: ""}))

    found = reviews_for_owner(aid, reach=reach(aid.owner)).get(reviewer=novice)
    assert [(s.line, s.words) for s in found.stumbles.all()] == [(2, "Which button?")]
    aid.refresh_from_db()
    assert aid.state == State.IN_REVIEW
    says(aid, novice, Findings(ReviewVerdict.PASS, {2: "Clear now"}))
    aid.refresh_from_db()
    assert aid.state == State.VERIFIED


def test_a_failure_never_verifies_even_after_enough_have_passed_it() -> None:
    aid, expert, novice = in_review()
    for person, role in ((expert, EXPERT), (novice, NOVICE)):
        Review.objects.update_or_create(
            aid=aid,
            version=aid.version,
            reviewer=person,
            defaults={"role": role, "verdict": "pass", "asked_at": NOON, "said_at": NOON},
        )

    says(aid, a_person(aid.organisation), Findings(ReviewVerdict.FAIL, {1: "It explodes."}))

    aid.refresh_from_db()
    assert (aid.state, aid.verified_on) == (State.IN_REVIEW, None)


def test_what_is_brought_back_is_read_anew_by_everybody() -> None:
    aid, expert, novice = in_review()
    says(aid, expert)
    says(aid, novice)
    aid.refresh_from_db()
    retire_aid(aid=aid, by=aid.owner, now=NOON)
    aid = revive_aid(aid=aid, by=aid.owner, now=NOON, why="It is needed again.")

    new = a_person(aid.organisation)
    ask_for_review(aid=aid, reviewer=new, role=EXPERT, by=aid.owner, now=NOON)
    aid.refresh_from_db()
    says(aid, a_person(aid.organisation))

    aid.refresh_from_db()
    assert (aid.state, aid.version) == (State.IN_REVIEW, 2)
    assert aid.versions.get(number=2).why == "It is needed again."
    assert material_version(aid) == 1
    assert reviews_for_owner(aid, reach=reach(aid.owner)).filter(version=1).count() == 2
    says(aid, new)
    aid.refresh_from_db()
    assert (aid.state, aid.verified_by) == (State.VERIFIED, new)


def test_a_stumble_has_to_be_at_a_line_that_is_there() -> None:
    aid, _, novice = in_review()

    with pytest.raises(BadInput, match="changed while you read"):
        says(aid, novice, Findings(ReviewVerdict.FAIL, {3: "?"}))

    assert not Review.objects.filter(reviewer=novice).exists()


def test_strangers_cannot_review_nor_see_what_reviewers_said() -> None:
    aid, expert, novice = in_review()
    says(aid, novice, Findings(ReviewVerdict.FAIL, {}, "Too long"))

    for stranger in (a_stranger(), a_person()):
        with pytest.raises(NotFound):
            says(aid, stranger)
        assert not reviews_for_owner(aid, reach=reach(stranger)).exists()
        assert not reviews_waiting(reach(stranger)).exists()
        assert own_review(aid, reach=reach(stranger)) is None
    assert not reviews_for_owner(aid, reach=Reach()).exists()
    assert not reviews_for_owner(aid, reach=reach(novice)).exists()
    assert [review.aid for review in reviews_waiting(reach(expert))] == [aid]
    own = own_review(aid, reach=reach(novice))
    assert own is not None
    assert own.comment == "Too long"


def test_an_aid_with_errors_stays_a_draft() -> None:
    aid = an_aid(content=Procedure((Step("Lift"), Step("", result="It is open"))))
    reviewer = a_person(aid.organisation)

    with pytest.raises(BadInput, match="Mend this first: Say what to do"):
        ask_for_review(aid=aid, reviewer=reviewer, role=EXPERT, by=aid.owner, now=NOON)

    aid.refresh_from_db()
    assert aid.state == State.DRAFT


def test_only_its_owner_asks_and_only_those_who_can_see_it(
    django_capture_on_commit_callbacks: object,
) -> None:
    aid = an_aid(content=STEPS, sharing=SharingClass.PRIVATE)
    colleague = a_person(aid.organisation)

    with pytest.raises(NotAllowed):
        ask_for_review(aid=aid, reviewer=colleague, role=EXPERT, by=colleague, now=NOON)
    with pytest.raises(BadInput, match="cannot see this aid yet"):
        ask_for_review(aid=aid, reviewer=colleague, role=EXPERT, by=aid.owner, now=NOON)
    with pytest.raises(BadInput, match="does not stumble"):
        ask_for_review(aid=aid, reviewer=aid.owner, role=NOVICE, by=aid.owner, now=NOON)

    assert not Review.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_is_asked_gets_one_mail() -> None:
    aid = an_aid(content=STEPS)
    novice = a_person(aid.organisation)

    for role in (EXPERT, NOVICE):
        ask_for_review(aid=aid, reviewer=novice, role=role, by=aid.owner, now=NOON)

    assert [m.to for m in mail.outbox] == [[novice.email]]
    assert f"/aids/{aid.code}/review/" in mail.outbox[0].body
    assert Review.objects.get().role == NOVICE


def test_a_change_of_what_one_does_asks_everybody_again() -> None:
    aid, expert, novice = in_review()
    says(aid, expert)
    says(aid, novice)

    change_aid(aid=aid, text=AidText("Clear E4", content=STEPS), by=aid.owner, now=NOON)

    aid.refresh_from_db()
    assert (aid.state, aid.verified_on, aid.verify_by) == (State.DRAFT, None, None)
    with pytest.raises(WrongState, match="Send it to review"):
        verify_aid(aid=aid, by=aid.owner, now=NOON)


def test_a_change_of_wording_keeps_it_verified_and_one_click_renews_it() -> None:
    aid, expert, novice = in_review()
    says(aid, expert)
    says(aid, novice)
    text = AidText("Clear E4", content=STEPS)

    change_aid(aid=aid, text=text, by=aid.owner, now=NOON, is_material=False)
    later = NOON + 170 * DAY
    aid.refresh_from_db()
    assert aid.trust(later.date()) == Trust.DUE
    verify_aid(aid=aid, by=aid.owner, now=later)

    aid.refresh_from_db()
    assert aid.verify_by == later.date() + VERIFY_EVERY
    assert aid.trust(later.date()) == Trust.VERIFIED


OFF, HOLD, WAIT = Step("Switch it off."), Step("Hold the button."), Step("Wait.")


@pytest.mark.parametrize(
    "content",
    [
        Procedure((OFF, HOLD, WAIT)),
        Procedure((OFF,)),
        Procedure((HOLD, OFF)),
        Procedure((OFF, Step("Hold the button.", warning="It is hot."))),
        Checklist((Item("Switch it off."), Item("Hold the button."))),
    ],
    ids=["a line more", "a line less", "another order", "a warning", "another kind"],
)
def test_what_is_more_than_wording_makes_it_a_draft_whatever_is_said(content: Content) -> None:
    aid = an_aid(content=STEPS, verified_on=TODAY)

    text = AidText("Clear E4", content=content)
    aid = change_aid(aid=aid, text=text, by=aid.owner, now=NOON, is_material=False)

    assert (aid.state, aid.verified_on) == (State.DRAFT, None)
    assert aid.versions.get(number=2).is_material


def test_passes_of_an_older_text_do_not_count() -> None:
    aid, expert, novice = in_review()
    says(aid, expert)
    change_aid(aid=aid, text=AidText("Clear E4", content=STEPS), by=aid.owner, now=NOON)
    ask_for_review(aid=aid, reviewer=novice, role=NOVICE, by=aid.owner, now=NOON)

    says(aid, novice)

    aid.refresh_from_db()
    assert aid.state == State.IN_REVIEW


def test_a_retired_aid_is_on_no_shelf_but_its_owners() -> None:
    aid = an_aid(verified_on=TODAY)
    colleague = a_person(aid.organisation)

    retire_aid(aid=aid, by=aid.owner, now=NOON)

    assert not shelf(reach(colleague), show="all", on=TODAY).exists()
    assert shelf(reach(aid.owner), show="mine", on=TODAY).get().trust(TODAY) == Trust.RETIRED
    with pytest.raises(WrongState, match="retired already"):
        retire_aid(aid=aid, by=aid.owner, now=NOON)
    with pytest.raises(NotAllowed):
        revive_aid(aid=aid, by=colleague, now=NOON)
    assert revive_aid(aid=aid, by=aid.owner, now=NOON).trust(TODAY) == Trust.UNVERIFIED


def test_a_verified_aid_needs_no_review_and_a_draft_can_be_given_none() -> None:
    aid = an_aid(verified_on=TODAY, content=STEPS)
    reviewer = a_person(aid.organisation)

    with pytest.raises(WrongState, match="Only a draft"):
        ask_for_review(aid=aid, reviewer=reviewer, role=EXPERT, by=aid.owner, now=NOON)
    with pytest.raises(WrongState, match="not in review"):
        says(an_aid(content=STEPS, owner=aid.owner), reviewer)


@pytest.mark.parametrize("wrong", [{"state": "verified"}, {"state": "odd"}, {"kind": "poem"}])
def test_the_database_holds_no_state_that_cannot_be(wrong: dict[str, str]) -> None:
    an_aid()

    with pytest.raises(IntegrityError), transaction.atomic():
        Aid.objects.update(**wrong)


def test_shelves_show_to_each_what_is_theirs() -> None:
    aid = an_aid("Draft")
    owner = aid.owner
    due = an_aid("Due", owner=owner, verified_on=TODAY, verify_by=TODAY + 10 * DAY)
    stale = an_aid("Stale", owner=owner, verified_on=TODAY, verify_by=TODAY - DAY)
    an_aid("Fine", owner=owner, verified_on=TODAY, verify_by=TODAY + 90 * DAY, content=STEPS)
    mine, other = reach(owner), reach(a_person(aid.organisation))

    assert list(shelf(mine, show="due", on=TODAY)) == [stale, due]
    assert list(shelf(mine, show="drafts", on=TODAY)) == [aid]
    assert shelf(mine, show="all", kind="procedure", on=TODAY).get().title == "Fine"
    assert shelf(other, show="all", on=TODAY).count() == 4
    for show in ("mine", "due", "drafts"):
        assert not shelf(other, show=show, on=TODAY).exists()
        assert not shelf(Reach(), show=show, on=TODAY).exists()
    assert not shelf(reach(a_person()), show="all", on=TODAY).exists()


def test_what_was_taken_back_stays_out_of_use_and_holds_no_words(client: Client) -> None:
    aid, expert, novice = in_review()
    says(aid, expert)
    says(aid, novice, Findings(ReviewVerdict.PASS, {1: "“Switch it off” where?"}))
    keep_unsaved(form={"title": ["E4"]}, kind=Kind.PROCEDURE, aid=aid, by=aid.owner, now=NOON)

    assert not take_back_aid(aid=aid, by=expert, now=NOON)

    aid.refresh_from_db()
    assert (aid.state, aid.taken_back_at, aid.body) == (State.RETIRED, NOON, "")
    assert aid.parts() == Reference()
    left = (aid.versions, aid.reviews, aid.pictures, Unsaved.objects.filter(aid=aid))
    assert [held.count() for held in left] == [0, 0, 0, 0]
    text = AidText("Clear E4", content=STEPS)
    tries: list[Callable[[], object]] = [
        lambda: revive_aid(aid=aid, by=aid.owner, now=NOON),
        lambda: change_aid(aid=aid, text=text, by=aid.owner, now=NOON),
        lambda: change_aid(aid=aid, text=text, by=aid.owner, now=NOON, is_material=False),
        lambda: change_aid(aid=aid, text=text, now=NOON),
    ]
    for does in tries:
        with pytest.raises(WrongState, match="taken back"):
            does()
    client.force_login(aid.owner)
    page = client.get(aid.get_absolute_url()).content.decode()
    assert "Only the title stays" in page
    assert "Bring it back" not in page
    for address in (f"/a/{aid.code}?v=1", f"{aid.get_absolute_url()}history/"):
        assert client.get(address).status_code == 200


def test_what_was_retired_before_anybody_passed_it_is_deleted_when_taken_back() -> None:
    aid = an_aid(content=STEPS)
    retire_aid(aid=aid, by=aid.owner, now=NOON)

    assert take_back_aid(aid=aid, by=aid.owner, now=NOON)

    assert not Aid.objects.exists()


def test_a_draft_that_is_taken_back_shows_no_longer_what_its_owner_knows() -> None:
    other = an_aid(content=STEPS, topics=("torque",))
    aid = an_aid(content=STEPS, topics=("torque",), owner=other.owner)
    assert Evidence.objects.count() == 2

    assert take_back_aid(aid=aid, by=aid.owner, now=NOON)

    assert Evidence.objects.get().document_id == other.pk


def test_what_was_retired_after_it_was_verified_is_emptied_when_taken_back() -> None:
    aid = an_aid(content=STEPS, verified_on=TODAY)
    retire_aid(aid=aid, by=aid.owner, now=NOON)

    assert not take_back_aid(aid=aid, by=aid.owner, now=NOON)

    aid.refresh_from_db()
    assert (aid.taken_back_at, aid.body) == (NOON, "")
