"""Aids for tests of what carries them: addresses, frames, paper, devices."""

from django.test import Client

from tests.builders import NOON, an_aid
from whoknows.aids.actions import AidText, change_aid
from whoknows.aids.models import Aid
from whoknows.engine.aids import Checklist, Item, Procedure, Step
from whoknows.people.models import Person, SharingClass

CHECKS = Checklist((Item("Oil"), Item("Belt"), Item("Lamp", phase="After")))


def a_public_aid(**changes: object) -> Aid:
    return an_aid(sharing=SharingClass.PUBLIC, **changes)  # type: ignore[arg-type]


def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def rewritten(aid: Aid) -> Aid:
    text = AidText(title=aid.title, content=Procedure((Step("Do it otherwise."), Step("Wait."))))
    return change_aid(aid=aid, text=text, now=NOON)
