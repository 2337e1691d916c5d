"""A browser, and an installation with something in it to look at."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.aids import structured_aids
from tests.browser.interviews import interview_pages
from tests.builders import (
    a_community,
    a_need,
    a_person,
    a_unit,
    an_aid,
    an_answer,
    an_organisation,
    partners,
    reach,
)
from tests.conftest import Index
from whoknows.aids.actions.carrying import pin_aid
from whoknows.aids.models import Aid
from whoknows.base.models import Installation
from whoknows.communities.actions import bring_in_members
from whoknows.communities.models import Community
from whoknows.engine.aids import Checklist, Item
from whoknows.expertise.actions import declare_topics
from whoknows.needs.actions import plan_follow_ups, say_solved
from whoknows.needs.actions.bringing_in import NeedFromElsewhere, bring_in_needs
from whoknows.needs.models import AFTER, FollowUp, Need, Step, Verdict
from whoknows.people.actions import join_organisation, welcome_person
from whoknows.people.models import Organisation, Person, SharingClass
from whoknows.people.queries import mail_link

# Playwright keeps an event loop running in the thread of the tests, which stay synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
WORDS = "torque wrench shows E4 after calibration"
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    # A microphone that hums, and a yes to whoever asks for it.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A page made up by a test counts as one from the internet, which may frame nothing local.
    "--disable-features=LocalNetworkAccessChecks",
]


@pytest.fixture(scope="session", autouse=True)
def _folder_of_static_files() -> None:
    """Make the folder that WhiteNoise looks for; the test server finds the files themselves."""
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless Chromium: the system's, else the one Playwright brought."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, _NAMES)), playwright.chromium.executable_path)
        if not Path(path).exists():
            line = "No Chromium here: apt-get install chromium, or playwright install chromium."
            if os.environ.get("CI") == "true":
                pytest.fail(line)
            pytest.skip(line)
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class House:
    """An installation in use: who is in it, and where its pages are."""

    url: str
    dana: Person
    mika: Person
    aid: Aid
    need: Need
    community: Community
    pages: dict[str, str] = field(default_factory=dict)
    open_pages: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def quiet_server(live_server: LiveServer) -> Iterator[LiveServer]:
    """Return the server; when the windows are closed, wait until it has answered all they asked.

    What it still reads while the tables are emptied for the next test is a deadlock now and then.
    """
    yield live_server
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)
            assert not thread.is_alive(), "The server still answers a request."


SIGNED_OUT = {
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "forgot password": "/accounts/password/reset/",
    "link sent": "/accounts/password/reset/done/",
}


@pytest.fixture
def house(quiet_server: LiveServer, index: Index, settings: Settings) -> House:
    """Return a demo in which a newcomer asks about a torque wrench and an expert has answered."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**django_settings.STORAGES, "staticfiles": plain}
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True})
    works, archive = an_organisation("Northern Tools"), an_organisation("Quantum Commons")
    partners(works, archive)
    dana, mika = _newcomer(works), a_person(works, name="Mika Ohta")
    aid, stale, rtl = _aids(mika, dana)
    need = a_need("How do I clear E4 on the torque wrench?\n\nSince *Monday*.", by=dana)
    an_answer(need, by=mika, verdict=Verdict.SOLVED)
    mikas = a_need(f"Which torque for the bolts of {LONG_WORD * 3}?", by=mika)
    danas_answer = an_answer(mikas, by=dana)
    community = a_community(
        "Line 4 craft", by=mika, purpose="What the torque wrench says after calibration."
    )
    bring_in_members(community=community, person_ids=[dana.pk], now=timezone.now())
    a_need(f"Where is the {LONG_WORD}?", by=mika, community=community)
    author = _author_of(archive)
    imported = _imported(archive, author)
    index.catch_up()
    everywhere = _pages_for_all(imported, author)
    return House(
        url=quiet_server.url,
        dana=dana,
        mika=mika,
        aid=aid,
        need=need,
        community=community,
        pages=everywhere
        | {
            "own needs": "/needs/?show=mine",
            "own need": need.get_absolute_url(),
            "ask somebody": f"{need.get_absolute_url()}people/",
            "point somebody to it": f"{mikas.get_absolute_url()}people/?q=a",
            "long need": mikas.get_absolute_url(),
            "raise": f"/needs/new/?q={quote(WORDS)}",
            "aid": f"{aid.get_absolute_url()}?for={quote(WORDS)}",
            "stale aid": stale.get_absolute_url(),
            "right-to-left aid": rtl.get_absolute_url(),
            "change an aid": f"{rtl.get_absolute_url()}text/",
            **structured_aids(dana, mika),
            **interview_pages(mika, dana),
            "make a card": f"{need.get_absolute_url()}answers/{need.answers.get().uid}/card/",
            "change an answer": f"{mikas.get_absolute_url()}answers/{danas_answer.uid}/change/",
            "community": community.get_absolute_url(),
            "posted to a community": f"/needs/to/{community.uid}/",
            "open a community": "/communities/new/",
            "own page": dana.get_absolute_url(),
            "somebody": mika.get_absolute_url(),
            "account": "/me/",
            "mail": mail_link(dana),
            "follow-up": _followed_up(dana, stale).get_absolute_url(),
            "tokens": "/me/tokens/",
            "change password": "/accounts/password/change/",
            "sign out": "/accounts/logout/",
        },
        open_pages=everywhere | SIGNED_OUT,
    )


def _followed_up(dana: Person, aid: Aid) -> FollowUp:
    """Return what Dana is asked today of what ``aid`` solved for her."""
    now = timezone.now()
    say_solved(
        words="What does E2 mean on the torque wrench?",
        document_kind="aid",
        document_id=aid.pk,
        by=dana,
        reach=reach(dana),
        now=now - AFTER[Step.TWO_WEEKS],
    )
    plan_follow_ups(now=now)
    return FollowUp.objects.get(person=dana, solution__document_id=aid.pk)


def _newcomer(works: Organisation) -> Person:
    """Return somebody who says to know two things and showed one of them."""
    dana = a_person(works, name="Dana Kowalczyk", unit=a_unit(works, "Line 4"))
    dana.email = "newcomer@demo.example"
    dana.save()
    names = ("Torque wrench", "Hydraulics")
    declare_topics(names=names, organisation=works, by=dana, now=timezone.now())
    return dana


def _aids(mika: Person, dana: Person) -> tuple[Aid, Aid, Aid]:
    """Return a verified aid, one out of date, and one written from right to left."""
    today = timezone.localdate()
    aid = an_aid(
        owner=mika,
        topics=("torque wrench",),
        body="# Steps\n\n1. When E4 blinks after calibration, hold ZERO.\n\n#### If not\n\n"
        "| Code | Meaning |\n|---|---|\n| E4 | Spring |\n\n```\nZERO ZERO ZERO\n```",
        verified_on=today,
        verify_by=today + timedelta(days=90),
    )
    an_aid(f"{LONG_WORD} {LONG_WORD}", body=f"`{'x' * 200}`", owner=mika)
    stale = an_aid(
        "What the E-codes of the torque wrench mean",
        owner=mika,
        verified_on=today - timedelta(days=300),
        verify_by=today - timedelta(days=20),
    )
    rtl = an_aid("كيفية معايرة مفتاح عزم الدوران", body="1. اضغط على الزر ZERO.", owner=dana)
    return aid, stale, rtl


def _imported(archive: Organisation, author: Person) -> Need:
    """Return the newest of more needs of an archive than fit on a page."""
    return bring_in_needs(
        organisation=archive,
        needs=[
            NeedFromElsewhere(
                owner_id=author.pk,
                title=f"What is a surface code {number}?",
                words="I read about *stabilizers*.\n\n![figure](https://elsewhere.example/x.png)",
                raised_at=timezone.now() - timedelta(days=number),
                topics=("surface-code",),
                url="https://elsewhere.example/q/1",
                attribution="user4711, CC BY-SA 3.0",
                sharing=SharingClass.PUBLIC,
            )
            for number in range(25)
        ],
        now=timezone.now(),
    )[0]


def _pages_for_all(imported: Need, author: Person) -> dict[str, str]:
    """Return the pages that open without signing in."""
    return {
        "ask": "/",
        "found": f"/?q={quote(WORDS)}",
        "nothing found": "/?q=zebra+xylophone+quux",
        "needs": "/needs/",
        "needs, next page": "/needs/?page=2",
        "unanswered needs": "/needs/?show=unanswered",
        "imported need": imported.get_absolute_url(),
        "search": "/search/",
        "search, found": "/search/?q=surface+code",
        "search, nothing": "/search/?q=zebra",
        "aids": "/aids/",
        "people": "/people/",
        "author of an archive": author.get_absolute_url(),
        "communities": "/communities/",
        "about": "/about/",
        "components": "/components/",
        "look around": "/me/look-around/",
        "not here": f"/aids/{'0' * 6}/",
    }


def _author_of(archive: Organisation) -> Person:
    author = welcome_person(
        name="user4711",
        url="https://elsewhere.example/users/4711",
        is_contactable=False,
        now=timezone.now(),
    )
    join_organisation(
        person=author,
        organisation=archive,
        on=timezone.localdate(),
        now=timezone.now(),
        sharing=SharingClass.PUBLIC,
    )
    return author


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(chromium: Browser, house: House) -> Iterator[OpenContext]:
    """Return a function that opens a window of the browser; ``person`` is signed in there."""
    opened: list[BrowserContext] = []

    def open_one(person: Person | None = None, **options: object) -> BrowserContext:
        context = chromium.new_context(**({"viewport": PHONE} | options))  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        opened.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            name = django_settings.SESSION_COOKIE_NAME
            cookie = client.cookies[name].value
            context.add_cookies([{"name": name, "value": cookie, "url": house.url}])
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context: OpenContext, house: House) -> Page:
    """Return a page on the phone of somebody signed in."""
    return open_context(house.dana).new_page()


@pytest.fixture
def checklist(house: House) -> Aid:
    """Return a checklist that Dana keeps, about nothing that her communities care about."""
    aid = an_aid(
        "Close the line",
        owner=house.mika,
        content=Checklist((Item("Air is off"), Item("Lamp is out", phase="After"))),
    )
    pin_aid(aid=aid, by=house.dana, now=timezone.now())
    return aid


@pytest.fixture
def phone(open_context: OpenContext, house: House) -> BrowserContext:
    return open_context(house.dana, viewport=PHONE)
