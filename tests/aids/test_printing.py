"""Aids on paper."""

import re

import pytest
from django.test import Client

from tests.aids.carried import CHECKS, a_public_aid, rewritten, signed_in
from tests.builders import NOON, a_person, a_stranger, an_aid
from tests.engine.carriers.printed import Printed
from whoknows.aids.actions import AidText, change_aid, retire_aid
from whoknows.aids.models import Carrier
from whoknows.engine.aids import Procedure, Step
from whoknows.engine.carriers import preview

pytestmark = pytest.mark.django_db


def test_prints_a_card_that_leads_to_the_printed_version(client: Client) -> None:
    aid = rewritten(a_public_aid())

    page = client.get(f"/aids/{aid.code}/print/")
    pdf = client.get(f"/aids/{aid.code}/print/lanyard.pdf")

    assert page.content.decode().count("<img") == 2
    card = Printed(pdf.content)
    assert [text for text, _ in card.scanned(1)] == [f"http://localhost:8000/a/{aid.code}?v=2"]
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{aid.code}-lanyard.pdf"'
    side = client.get(f"/aids/{aid.code}/print/lanyard-1.svg")
    assert side.headers["Content-Type"] == "image/svg+xml"
    assert client.get(f"/aids/{aid.code}/print/lanyard-3.svg").status_code == 404


def test_a_card_is_laid_out_once_for_its_page_and_sides(client: Client) -> None:
    aid = a_public_aid()
    before = preview.cache_info().misses

    page = client.get(f"/aids/{aid.code}/print/").content.decode()
    for side in re.findall(r'<img src="([^"]+lanyard-[0-9].svg)"', page):
        assert client.get(side).content.startswith(b"<svg")

    assert page.count("lanyard-") == 2
    assert preview.cache_info().misses == before + 1


@pytest.mark.parametrize("address", ["?on=mug", "mug-1.svg", "mug.pdf", "screen.pdf"])
def test_nothing_is_printed_on_what_there_is_not(client: Client, address: str) -> None:
    assert client.get(f"/aids/{a_public_aid().code}/print/{address}").status_code == 404


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("sheet.pdf", 2),
        ("sheet.pdf?one-sided", 1),
        ("a4.pdf", 1),
        ("pocket.pdf", 1),
        ("poster.pdf", 1),
    ],
)
def test_prints_it_on_other_things(client: Client, address: str, count: int) -> None:
    aid = a_public_aid()

    pdf = client.get(f"/aids/{aid.code}/print/{address}")

    assert len(Printed(pdf.content).pages) == count


def test_what_does_not_fit_is_not_printed_and_the_page_says_what_to_cut(client: Client) -> None:
    aid = a_public_aid(content=Procedure(tuple(Step(f"Go {n}") for n in range(16))))

    page = client.get(f"/aids/{aid.code}/print/").content.decode()
    pdf = client.get(f"/aids/{aid.code}/print/lanyard.pdf")

    assert "Side 2 has room for 7 of 9 lines; cut 2." in page
    assert "<img" not in page
    assert pdf.status_code == 422
    assert "Side 2 has room for 7 of 9 lines; cut 2." in pdf.content.decode()


def test_what_is_retired_is_not_printed_in_any_form(client: Client) -> None:
    aid = a_public_aid(verified_on=NOON.date())
    retire_aid(aid=aid, by=aid.owner, now=NOON)

    for address in ("", "?on=a4", "lanyard-1.svg", "lanyard.pdf", "sheet.pdf"):
        refused = client.get(f"/aids/{aid.code}/print/{address}")
        assert refused.status_code == 409
        assert "This aid is retired, so no card of it is printed." in refused.content.decode()
    assert "Print a card" not in client.get(aid.get_absolute_url()).content.decode()
    assert "/print/" not in client.get(f"/a/{aid.code}?v=0").content.decode()


def test_says_which_letters_cannot_be_printed(client: Client) -> None:
    aid = a_public_aid(content=Procedure((Step("Press 開始."), Step("Wait."))))

    assert "A box stands in for: 開 始" in client.get(f"/aids/{aid.code}/print/").content.decode()


def test_a_card_says_in_plain_words_what_a_page_says_in_markup(client: Client) -> None:
    step = Step("Hold **ZERO**.", detail="- [slowly](https://x.example)\n- until it beeps")
    aid = a_public_aid(content=Procedure((step, Step("Wait."))))

    card = Printed(client.get(f"/aids/{aid.code}/print/a4.pdf").content).text(0)

    assert "Hold ZERO. slowly · until it beeps" in card
    assert "<strong>ZERO</strong>" in client.get(f"/a/{aid.code}").content.decode()


def test_a_card_and_both_pages_name_what_one_needs_in_the_same_words(client: Client) -> None:
    aid = a_public_aid(content=Procedure((Step("Lift."), Step("Wait.")), supplies=("A cloth",)))

    card = Printed(client.get(f"/aids/{aid.code}/print/a4.pdf").content).text(0)

    assert "Have at hand" in card
    for address in ("/a/{code}", "/aids/{code}/"):
        assert "Have at hand<" in client.get(address.format(code=aid.code)).content.decode()


def test_strangers_print_nothing_they_may_not_see(client: Client) -> None:
    aid = an_aid()

    for reader in (None, a_stranger(), a_person()):
        if reader:
            signed_in(client, reader)
        for address in ("", "lanyard.pdf", "sheet.pdf", "lanyard-1.svg"):
            assert client.get(f"/aids/{aid.code}/print/{address}").status_code == 404


def test_printing_begins_with_what_the_aid_is_made_for(client: Client) -> None:
    aid = a_public_aid(content=CHECKS)
    change_aid(aid=aid, text=AidText(title="E4", content=CHECKS, carrier=Carrier.POSTER), now=NOON)

    page = client.get(f"/aids/{aid.code}/print/")

    assert page.context["carrier"] == "poster"
    assert client.get(f"/aids/{aid.code}/print/?on=pocket").context["carrier"] == "pocket"
