"""Pages of aids: the shelf, the page of one, sharing, history, taking it along."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from tests.browser.aids import CONTENTS
from tests.builders import NOON, a_person, a_stranger, an_aid, place_of
from whoknows.aids.actions import AidText, ask_for_review, change_aid, retire_aid, share_aid
from whoknows.aids.models import Acknowledgement, ReviewRole
from whoknows.engine.aids import Checklist, Item, Kind, Procedure, Role, Step, lines
from whoknows.people.models import SharingClass

pytestmark = pytest.mark.django_db

STEPS = Procedure((Step("Switch it off."), Step("Hold the button.", warning="It is hot.")))


def _text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_the_page_says_how_far_it_can_be_trusted(client: Client) -> None:
    today = timezone.localdate()
    aid = an_aid(verified_on=today, verify_by=today - timedelta(days=1))
    client.force_login(aid.owner)

    assert "Out of date since" in _text(client, aid.get_absolute_url())

    sent = client.post(f"{aid.get_absolute_url()}verified/", follow=True)
    assert "Out of date" not in sent.content.decode()
    assert f"Verified by {aid.owner.name}" in sent.content.decode()


def test_a_code_is_found_in_small_letters(client: Client) -> None:
    aid = an_aid()
    client.force_login(aid.owner)

    assert client.get(f"/aids/{aid.code.lower()}/").status_code == 200


OWNERS = [
    ("verified/", {}),
    ("sharing/", {"sharing": "public"}),
    ("reading/", {"wanted": "yes"}),
    ("unsaved/", {"title": "x"}),
    ("unsaved/forgotten/", {}),
    ("retired/", {}),
]


def test_only_its_owner_changes_verifies_shares_and_retires(client: Client) -> None:
    aid = an_aid(verified_on=timezone.localdate())
    address = aid.get_absolute_url()

    def answers() -> set[int]:
        return {client.post(address + part, form).status_code for part, form in OWNERS}

    assert answers() == {302}  # to the sign-in
    client.force_login(a_person())
    assert answers() == {404}
    client.force_login(a_person(place_of(aid.owner).organisation))
    assert answers() == {403}
    assert client.get(f"{address}text/").status_code == 403
    aid.refresh_from_db()
    assert (aid.verify_by, aid.sharing, aid.state) == (None, "organisation", "verified")

    client.force_login(aid.owner)
    assert answers() == {302, 200}
    aid.refresh_from_db()
    assert (aid.sharing, aid.asks_reading, aid.state) == (SharingClass.PUBLIC, True, "retired")
    assert "Do not work by this" in _text(client, address)
    client.post(f"{address}retired/", {"back": "yes"})
    aid.refresh_from_db()
    assert aid.state == "draft"


def test_retiring_is_asked_about_with_what_follows(client: Client) -> None:
    draft, verified = an_aid("New"), an_aid("Known", verified_on=timezone.localdate())

    asked = []
    for aid in (draft, verified):
        client.force_login(aid.owner)
        page = _text(client, aid.get_absolute_url())
        form = page.partition("<summary>Retire it</summary>")[2].partition("</details>")[0]
        assert f'action="{aid.get_absolute_url()}retired/"' in form
        assert "Nobody finds it any more" in form
        asked.append("it has to be verified anew" in form)

    assert asked == [False, True]


READERS = [
    "", "history/", "history/1/", "history/1/2/", "export.md", "export.json",
]  # fmt: skip


def test_strangers_see_no_page_of_an_aid_that_is_not_theirs(client: Client) -> None:
    aid = an_aid(content=STEPS)
    change_aid(aid=aid, text=AidText("Clear E5", content=STEPS), now=timezone.now())
    posts = ["read/", "review/", "reviewers/"]

    for person in (None, a_stranger(), a_person()):
        if person:
            client.force_login(person)
            form = {"verdict": "pass", "who": "x", "role": "novice", "version": 1}
            for part in posts:
                assert client.post(aid.get_absolute_url() + part, form).status_code == 404
        for part in READERS:
            assert client.get(aid.get_absolute_url() + part).status_code == 404
    client.force_login(a_person(place_of(aid.owner).organisation))
    for part in READERS:
        assert client.get(aid.get_absolute_url() + part).status_code == 200


def test_lists_what_the_reader_may_see(client: Client) -> None:
    owner = a_person()
    an_aid("For colleagues", owner=owner)
    an_aid("For me alone", owner=owner, sharing=SharingClass.PRIVATE)
    an_aid("For anyone", owner=owner, sharing=SharingClass.PUBLIC)

    def shown() -> list[str]:
        text = client.get("/aids/").content.decode()
        return [t for t in ("For colleagues", "For me alone", "For anyone") if t in text]

    assert shown() == ["For anyone"]
    client.force_login(a_person(place_of(owner).organisation))
    assert shown() == ["For colleagues", "For anyone"]
    client.force_login(owner)
    assert shown() == ["For colleagues", "For me alone", "For anyone"]


def test_the_shelf_can_be_narrowed(client: Client) -> None:
    today = timezone.localdate()
    owner = a_person()
    an_aid("Steps", owner=owner, content=STEPS)
    an_aid(
        "Ticks", owner=owner, content=Checklist((Item("Fuel"),)), verified_on=today, verify_by=today
    )
    client.force_login(owner)

    def shown(query: str) -> list[str]:
        text = _text(client, f"/aids/?{query}")
        return [title for title in ("Steps", "Ticks") if f">{title}</a>" in text]

    assert shown("kind=procedure") == ["Steps"]
    assert shown("show=due") == ["Ticks"]
    assert shown("show=drafts") == ["Steps"]
    assert shown("show=mine") == ["Steps", "Ticks"]
    assert shown("kind=poem&show=odd&page=99") == ["Steps", "Ticks"]


def test_the_shelf_reads_a_fixed_number_of_rows(
    client: Client, django_assert_num_queries: object
) -> None:
    owner = a_person()
    client.force_login(owner)

    def queries() -> int:
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as seen:
            client.get("/aids/")
        return len(seen)

    an_aid(owner=owner)
    few = queries()
    for _ in range(5):
        an_aid(owner=owner)

    assert queries() == few


def test_warnings_stand_before_their_step(client: Client) -> None:
    aid = an_aid(content=STEPS)
    client.force_login(aid.owner)

    text = _text(client, aid.get_absolute_url())

    assert text.index("It is hot.") < text.index("Hold the button.")
    assert text.index("Switch it off.") < text.index("It is hot.")


def test_the_page_tells_how_many_others_it_helped(client: Client) -> None:
    aid = an_aid()
    works = place_of(aid.owner).organisation
    for said in ("yes", "no"):
        client.force_login(a_person(works))
        client.post(f"/a/{aid.code}/helped", {"helped": said})

    assert "It helped 1 other person." in _text(client, aid.get_absolute_url())
    client.force_login(aid.owner)
    assert "It helped 1 other person, and did not help 1." in _text(client, aid.get_absolute_url())


def test_readers_say_that_they_read_it_and_its_owner_sees_who_has(client: Client) -> None:
    aid = an_aid()
    reader = a_person(place_of(aid.owner).organisation, name="Ben Reader")
    client.force_login(aid.owner)
    client.post(f"{aid.get_absolute_url()}reading/", {"wanted": "yes"})
    assert "not yet" in _text(client, aid.get_absolute_url())

    client.force_login(reader)
    assert "I have read this" in _text(client, aid.get_absolute_url())
    assert client.post(f"{aid.get_absolute_url()}read/", {"version": "x"}).status_code == 409
    client.post(f"{aid.get_absolute_url()}read/", {"version": "1"})

    assert Acknowledgement.objects.get().person == reader
    text = _text(client, aid.get_absolute_url())
    assert "You said that you have read this" in text
    assert "Only you see this list" not in text
    client.force_login(aid.owner)
    assert "not yet" not in _text(client, aid.get_absolute_url())


def test_the_history_shows_versions_and_what_changed(client: Client) -> None:
    aid = an_aid("Clear E4", content=STEPS)
    newer = Procedure((Step("Switch it off."), Step("Hold the red button.")))
    text = AidText("Clear E5", content=newer)
    change_aid(aid=aid, text=text, by=aid.owner, now=timezone.now(), why="The button is red")
    client.force_login(aid.owner)
    address = aid.get_absolute_url()

    assert "The button is red" in _text(client, f"{address}history/")
    assert "This is an old version." in _text(client, f"{address}history/1/")
    assert "This is an old version." not in _text(client, f"{address}history/2/")
    changed = _text(client, f"{address}history/1/2/")
    assert "<ins>red </ins>" in changed
    assert "<del>Clear E4</del> <ins>Clear E5</ins>" in changed
    assert "Nothing that one reads differs" in _text(client, f"{address}history/2/2/")
    assert client.get(f"{address}history/7/").status_code == 404


def test_an_old_checklist_is_shown_as_the_newest_is_but_for_ticking(client: Client) -> None:
    items = (Item("Oil `A`", phase="Before"), Item("Belt", required=False))
    aid = an_aid("Checks", content=Checklist(items))
    text = AidText("Checks", content=Checklist((*items, Item("**Lamp**"))))
    change_aid(aid=aid, text=text, by=aid.owner, now=timezone.now())
    client.force_login(aid.owner)
    address = aid.get_absolute_url()

    old, changed = (_text(client, f"{address}history/{part}") for part in ("1/", "1/2/"))

    for page in (old, changed):
        assert "[ ]" not in page
        assert "Oil <code>A</code>" in page
        assert 'Belt <span class="quiet small">(if needed)</span>' in page
        assert "checkbox" not in page.partition("<main")[2].partition("</main>")[0]
    assert '<h2 class="steps-part">Before</h2>' in old
    assert old.count('<span class="tick-box"') == 2
    assert "<ins><strong>Lamp</strong></ins>" in changed


@pytest.mark.parametrize("kind", CONTENTS)
def test_old_versions_of_every_kind_show_what_they_said_and_nothing_to_press(
    client: Client, kind: Kind
) -> None:
    aid = an_aid("As it was", content=CONTENTS[kind])
    change_aid(aid=aid, text=AidText("New", content=STEPS), by=aid.owner, now=timezone.now())
    client.force_login(aid.owner)

    page = _text(client, f"{aid.get_absolute_url()}history/1/")
    main = page.partition("<main")[2].partition("</main>")[0]

    assert f'class="use use-{kind.value}"' in main
    assert not re.findall("<form|<button|<input|<select", main)
    words = unescape(re.sub("<[^>]+>", "", main))
    for line in lines(CONTENTS[kind]):
        assert line.role is Role.NOTE or line.text.replace("`", "") in words
    assert "covers" not in main.replace("One litre covers", "")


def test_strangers_do_not_see_what_a_public_aid_said_to_fewer(client: Client) -> None:
    aid = an_aid("The inner name", content=STEPS)
    change_aid(aid=aid, text=AidText("Clear E5", content=STEPS), by=aid.owner, now=NOON)
    share_aid(aid=aid, sharing=SharingClass.PUBLIC, by=aid.owner, now=NOON)
    address = aid.get_absolute_url()

    for page in ("", "history/", "history/2/"):
        assert "inner name" not in _text(client, f"{address}{page}")
    for hidden in ("history/1/", "history/1/2/", "history/2/1/"):
        assert client.get(f"{address}{hidden}").status_code == 404


@pytest.mark.parametrize("form", ["md", "json"])
def test_an_aid_can_be_taken_along(client: Client, form: str) -> None:
    aid = an_aid(content=STEPS)
    client.force_login(aid.owner)

    taken = client.get(f"{aid.get_absolute_url()}export.{form}")

    assert "Hold the button." in taken.content.decode()
    assert f'filename="{aid.code}.{form}"' in taken["Content-Disposition"]
    assert client.get(f"{aid.get_absolute_url()}export.pptx").status_code == 404


@pytest.mark.parametrize("form", ["md", "json", "zip"])
def test_the_address_of_its_owner_goes_along_with_nobody_else(client: Client, form: str) -> None:
    aid = an_aid(sharing=SharingClass.PUBLIC)
    address = f"{aid.get_absolute_url()}export.{form}"

    def taken() -> str:
        content = client.get(address).content
        if form != "zip":
            return content.decode()
        with ZipFile(BytesIO(content)) as packed:
            return packed.read(packed.namelist()[0]).decode()

    strangers = taken()
    client.force_login(a_person(aid.organisation))
    colleagues = taken()
    client.force_login(aid.owner)

    assert aid.owner.email
    for told in (strangers, colleagues):
        assert aid.owner.email not in told
        assert aid.owner.name in told
    assert aid.owner.email in taken()


def test_a_novice_tries_the_draft_line_by_line(client: Client) -> None:
    aid = an_aid(content=STEPS)
    address = aid.get_absolute_url()
    novice = a_person(place_of(aid.owner).organisation, name="Nora New")
    client.force_login(aid.owner)
    assert (
        "Nobody here is called"
        in client.post(
            f"{address}reviewers/", {"who": "Zzz", "role": "novice"}, follow=True
        ).content.decode()
    )
    client.post(f"{address}reviewers/", {"who": "nora new", "role": "novice"})

    client.force_login(novice)
    assert "You are asked to try" in _text(client, "/aids/")
    read = {"version": "1"}
    form = {**read, "stumble-1": "", "stumble-2": "Which button?", "comment": "Nearly"}
    assert client.post(f"{address}review/", form).status_code == 422
    kept = client.post(f"{address}review/", {**read, "verdict": "fail"})
    assert kept.status_code == 422
    assert "where you got stuck" in kept.content.decode()
    client.post(f"{address}review/", {**form, "verdict": "fail"})
    assert "Which button?" in _text(client, f"{address}review/")
    assert "Which button?" not in _text(client, address)

    client.force_login(aid.owner)
    said = _text(client, address)
    assert "Nora New" in said
    assert "Which button?" in said
    client.post(f"{address}review/", {**read, "verdict": "pass"})
    client.force_login(novice)
    client.post(f"{address}review/", {**read, "verdict": "pass"})
    assert f"Verified by {aid.owner.name}" in _text(client, address)


def test_refused_questions_to_reviewers_are_sentences(client: Client) -> None:
    aid = an_aid(content=Procedure((Step("", result="x"), Step("b"))))
    client.force_login(aid.owner)

    def said(form: dict[str, str]) -> str:
        page = client.post(f"{aid.get_absolute_url()}reviewers/", form, follow=True)
        return page.content.decode()

    assert "Mend this first" in said({"who": aid.owner.name, "role": "expert"})
    assert "by name or e-mail" in said({"who": "", "role": "expert"})
    assert "by name or e-mail" in said({"who": "x", "role": "boss"})


def test_a_closed_review_says_so(client: Client) -> None:
    aid = an_aid(content=STEPS)
    client.force_login(a_person(place_of(aid.owner).organisation))

    assert "not in review now" in _text(client, f"{aid.get_absolute_url()}review/")
    answer = client.post(f"{aid.get_absolute_url()}review/", {"version": "1", "verdict": "pass"})
    assert answer.status_code == 409
    assert "not in review now" in answer.content.decode()


@pytest.mark.parametrize("sharing", [SharingClass.PUBLIC])
def test_who_is_not_signed_in_can_use_what_is_public(client: Client, sharing: SharingClass) -> None:
    aid = an_aid(content=STEPS, sharing=sharing)
    ask_for_review(
        aid=aid, reviewer=aid.owner, role=ReviewRole.EXPERT, by=aid.owner, now=timezone.now()
    )

    text = _text(client, aid.get_absolute_url())

    assert "Switch it off." in text
    assert "Try it and say" not in text
    assert "Did this help" not in text


def test_retired_aids_leave_the_shelf(client: Client) -> None:
    aid = an_aid()
    retire_aid(aid=aid, by=aid.owner, now=timezone.now())
    client.force_login(a_person(place_of(aid.owner).organisation))

    assert aid.title not in _text(client, "/aids/")
    assert aid.title in _text(client, aid.get_absolute_url())


@pytest.mark.parametrize("address", ["/a/%00", "/a/%00/embed", "/a/%00?v=1", "/a/-%00"])
def test_a_code_that_no_card_has_is_not_found(client: Client, address: str) -> None:
    client.force_login(a_person())

    assert client.get(address).status_code == 404


def test_what_no_text_can_hold_is_refused_and_nothing_breaks(client: Client) -> None:
    aid = an_aid(content=STEPS)
    ask_for_review(
        aid=aid, reviewer=aid.owner, role=ReviewRole.EXPERT, by=aid.owner, now=timezone.now()
    )
    client.force_login(aid.owner)
    keep, page = "/aids/new/procedure/unsaved/", aid.get_absolute_url()

    for field, value in (("title", "a\x00b"), ("ti\x00tle", "ab")):
        assert client.post(keep, {field: value}).status_code == 422
    for name, words in (("stumble-1", "a\x00b"), ("stumble-" + "9" * 5_000, "Here")):
        form = urlencode({"verdict": "pass", name: words})
        said = client.post(f"{page}review/", form, "application/x-www-form-urlencoded")
        assert said.status_code == 422
    removed = client.post(f"{page}text/", {"do": "drop-picture:\x00"})
    assert (removed.status_code, aid.reviews.get().verdict) == (200, "asked")


@pytest.mark.parametrize("number", ["9" * 5_000, "9", "²"])
def test_a_button_for_a_row_that_is_not_there_changes_nothing(client: Client, number: str) -> None:
    client.force_login(a_person())
    form = {"do": f"remove:steps:{number}", "steps-0-action": "Lift"}

    page = client.post("/aids/new/procedure/", form)

    assert page.status_code == 200
    assert "Lift</textarea>" in page.content.decode()


@pytest.mark.parametrize(
    "title", ["\u200b", "\u00ad", "\ufeff", "\ue000", "\u3164", "\u0301", " \u200b\u00ad "]
)
def test_a_title_that_nobody_can_see_is_none(client: Client, title: str) -> None:
    client.force_login(a_person())
    form = {"title": title, "sharing": "organisation", "steps-0-action": "Lift"}

    refused = client.post("/aids/new/procedure/", form)

    assert refused.status_code == 422
    assert "An aid needs a title with letters" in refused.content.decode()
