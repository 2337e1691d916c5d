"""What a phone keeps, and what waits on it to be sent."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import House
from whoknows.aids.models import Aid

BOTH = pytest.mark.parametrize("address", ["/a/{code}", "/aids/{code}/"])
IN_CHARGE = """async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 20));
}"""
CACHED = """async () => {
  const all = [];
  for (const name of (await caches.keys()).filter((name) => name.startsWith("aids-"))) {
    for (const one of await (await caches.open(name)).keys()) all.push(new URL(one.url).pathname);
  }
  return all;
}"""
WAITING = """() => new Promise((done) => {
  const opening = indexedDB.open("whoknows", 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("waiting").objectStore("waiting").count();
    asked.onsuccess = () => { opening.result.close(); done(asked.result); };
  };
})"""


def has_cached(page: Page, number: int) -> None:
    """Wait until the device keeps so many aids."""
    expect(page.locator(f"html[data-kept='{number}']")).to_be_attached()


def has_kept(page: Page, number: int) -> None:
    """Wait until the device keeps so many aids and its worker looks after the pages."""
    has_cached(page, number)
    page.evaluate(IN_CHARGE)


def open_and_keep(phone: BrowserContext, house: House, aid: Aid) -> Page:
    """Return a page that shows ``aid``, the only one the device keeps by then."""
    page = phone.new_page()
    page.goto(f"{house.url}/a/{aid.code}")
    has_kept(page, 1)
    return page


def cached(page: Page) -> list[str]:
    """Return the addresses of all aids on the device."""
    found: list[str] = page.evaluate(CACHED)
    return sorted(path for path in found if not path.endswith(".json"))


def waiting(page: Page) -> int:
    """Return how many things wait on the device to be sent."""
    found: int = page.evaluate(WAITING)
    return found


def in_time(look: Callable[[], object], expected: object) -> None:
    """Assert that ``look`` comes to see what is expected within five seconds."""
    until = time.monotonic() + 5
    while (seen := look()) != expected and time.monotonic() < until:
        time.sleep(0.05)
    assert seen == expected
