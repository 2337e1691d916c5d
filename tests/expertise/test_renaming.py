"""Topics get other names, and two that mean the same become one."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.builders import (
    NOON,
    a_community,
    a_need,
    a_person,
    an_aid,
    an_organisation,
    plain_static_files,
    reach,
)
from tests.conftest import Index
from whoknows.base.errors import BadInput, Conflict, NotFound
from whoknows.base.models import AuditEntry
from whoknows.expertise.actions import declare_topics, refuse_topic, rename_topic
from whoknows.expertise.models import DeclaredTopic, RefusedTopic, Topic
from whoknows.needs.queries.everything import search
from whoknows.people.models import Organisation, Person, Role, SharingClass

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages(settings: Settings) -> None:
    """Let pages name static files that nobody collected."""
    for name, value in plain_static_files().items():
        setattr(settings, name, value)


@pytest.fixture
def works() -> Organisation:
    return an_organisation()


@pytest.fixture
def administrator(works: Organisation, client: Client) -> Person:
    person = a_person(works, role=Role.ADMINISTRATOR)
    client.force_login(person)
    return person


def topic(name: str) -> Topic:
    return Topic.objects.get(name=name)


def rename(client: Client, renamed: Topic, name: str, *, joins: bool = False) -> str:
    """Send the administration's form; returns what the page says, nothing once it is done."""
    address = reverse("admin:expertise_topic_change", args=[renamed.pk])
    sent = client.post(address, {"name": name} | ({"joins": "on"} if joins else {}))
    return sent.content.decode()


@pytest.mark.parametrize("name", ["Torque", "torque", "  TORQUE ", "Torque!"])
def test_a_name_that_another_topic_has_is_refused(
    client: Client, works: Organisation, administrator: Person, name: str
) -> None:
    an_aid(owner=a_person(works), topics=("Torque", "Torqe"))

    said = rename(client, topic("Torqe"), name)

    assert "There is a topic “Torque” already. Choose another name, or tick below" in said
    assert {t.name for t in Topic.objects.all()} == {"Torque", "Torqe"}


def test_the_name_of_another_organisations_topic_is_free(
    client: Client, works: Organisation, administrator: Person
) -> None:
    an_aid(topics=("Torque",))
    an_aid(owner=a_person(works), topics=("Torqe",))

    assert rename(client, topic("Torqe"), "Torque") == ""

    assert Topic.objects.filter(name="Torque").count() == 2


def test_its_own_name_may_be_written_otherwise(
    client: Client, works: Organisation, administrator: Person
) -> None:
    an_aid(owner=a_person(works), topics=("torque",))

    assert rename(client, topic("torque"), " Torque ") == ""
    assert "needs a name with letters" in rename(client, topic("Torque"), "--")

    assert Topic.objects.get().name == "Torque"
    entry = AuditEntry.objects.get(action="rename_topic")
    assert (entry.actor, entry.organisation_id) == (administrator, works.pk)


def test_who_types_the_new_name_later_means_the_renamed_topic(
    client: Client, works: Organisation, administrator: Person
) -> None:
    owner = a_person(works)
    an_aid(owner=owner, topics=("Torqe",))
    rename(client, topic("Torqe"), "Torque")

    an_aid("Another one", owner=owner, topics=("torque",))

    assert Topic.objects.get().aids.count() == 2


def test_two_become_one_with_all_that_is_on_them(
    client: Client, works: Organisation, administrator: Person
) -> None:
    owner, shy, proud = a_person(works), a_person(works), a_person(works)
    both = an_aid("Both", owner=owner, topics=("Torque", "Torqe"))
    one = an_aid("One", owner=owner, topics=("Torque",))
    need = a_need(by=owner)
    need.topics.add(topic("Torque"))
    craft = a_community("Tools", by=owner, topics=("Torque",))
    declare_topics(names=["Torque"], organisation=works, by=proud, now=NOON)
    declare_topics(names=["Torqe"], organisation=works, by=shy, now=NOON)
    refuse_topic(topic=topic("Torque"), by=shy, now=NOON)

    assert rename(client, topic("Torqe"), "Torque", joins=True) == ""

    left = Topic.objects.get()
    assert left.name == "Torque"
    assert set(left.aids.all()) == {both, one}
    assert (left.needs.get(), left.communities.get()) == (need, craft)
    assert left.evidence.count() == 2
    assert RefusedTopic.objects.get().person == shy
    assert DeclaredTopic.objects.get().person == proud


def test_a_name_tells_nothing_of_topics_that_only_a_private_aid_shows(
    client: Client, works: Organisation, administrator: Person
) -> None:
    an_aid(owner=a_person(works), topics=("Layoff",))
    hidden = an_aid(owner=a_person(works), topics=("Layoffs",), sharing=SharingClass.PRIVATE)

    assert rename(client, topic("Layoff"), "Layoffs") == ""

    assert Topic.objects.get().name == "Layoffs"
    assert hidden.topics.get() == Topic.objects.get()


def test_only_administrators_of_the_organisation_rename(
    client: Client, works: Organisation
) -> None:
    an_aid(owner=a_person(works), topics=("Torqe",))

    for person in (a_person(works), a_person(role=Role.ADMINISTRATOR)):
        client.force_login(person)
        rename(client, topic("Torqe"), "Torque")

    assert Topic.objects.get().name == "Torqe"


def test_what_is_on_it_is_found_by_the_new_name_only(works: Organisation, index: Index) -> None:
    administrator, owner = a_person(works, role=Role.ADMINISTRATOR), a_person(works)
    aid = an_aid("Zero the gauge", owner=owner, topics=("Torqe",))
    need = a_need("Who can look at press four?", by=owner)
    need.topics.add(topic("Torqe"))
    index.catch_up()
    assert found_by("Torqe", owner) == {aid.title, need.title, owner.name}

    rename_topic(topic=topic("Torqe"), name="Manometry", joins=False, by=administrator, now=NOON)
    index.catch_up()

    assert found_by("Manometry", owner) == {aid.title, need.title, owner.name}
    assert found_by("Torqe", owner) == set()


def found_by(words: str, person: Person) -> set[str]:
    """Return the titles that the search shows."""
    return {result.title for result in search(words, kind="", reach=reach(person), now=NOON)}


def test_a_topic_made_since_the_form_was_checked_is_not_joined_unasked(
    works: Organisation, administrator: Person
) -> None:
    an_aid(owner=a_person(works), topics=("Torqe", "Torque"))

    with pytest.raises(Conflict, match="There is a topic “Torque” by now"):
        rename_topic(topic=topic("Torqe"), name="torque", joins=False, by=administrator, now=NOON)

    assert {t.name for t in Topic.objects.all()} == {"Torque", "Torqe"}


def test_what_went_is_in_the_trail_and_what_is_hidden_only_for_who_runs_it_all(
    client: Client, works: Organisation, administrator: Person
) -> None:
    an_aid(owner=a_person(works), topics=("Torqe", "Torque"))
    an_aid(owner=a_person(works), topics=("Layoffs",), sharing=SharingClass.PRIVATE)
    went, hidden, stays = topic("Torque").pk, topic("Layoffs").pk, topic("Torqe").pk

    rename(client, topic("Torqe"), "Torque", joins=True)
    rename(client, topic("Torque"), "Layoffs")

    seen, unseen = AuditEntry.objects.filter(action="join_topic").order_by("at")
    assert (seen.subject, seen.organisation_id) == (f"topic:{went}", works.pk)
    assert seen.detail == {"into": stays, "name": "Torque"}
    assert (unseen.subject, unseen.organisation_id) == (f"topic:{hidden}", None)
    assert unseen.detail == {"into": stays}
    trail = client.get(reverse("admin:base_auditentry_changelist")).content.decode()
    assert f"topic:{went}" in trail
    assert f"topic:{hidden}" not in trail


def test_a_topic_that_is_no_more_cannot_be_renamed(works: Organisation) -> None:
    an_aid(owner=a_person(works), topics=("Torqe",))
    gone = topic("Torqe")
    Topic.objects.filter(pk=gone.pk).delete()

    with pytest.raises(NotFound, match="became one with another"):
        rename_topic(topic=gone, name="Torque", joins=True, by=a_person(works), now=NOON)


class Beside(Thread):
    """Does something at the same time, on a connection of its own."""

    def __init__(self, do: Callable[[], object]) -> None:
        super().__init__()
        self._do = do
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._do()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test asks for it
            self.error = error
        finally:
            connection.close()

    def has_waited(self) -> bool:
        """Tell whether it still waits for somebody after half a second."""
        self.join(0.5)
        return self.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_topic_that_is_being_made_is_waited_for(works: Organisation) -> None:
    administrator, owner = a_person(works, role=Role.ADMINISTRATOR), a_person(works)
    an_aid(owner=owner, topics=("Torqe",))
    renamed = topic("Torqe")

    with transaction.atomic():
        an_aid("Zero the gauge", owner=owner, topics=("Torque",))
        renaming = Beside(
            lambda: rename_topic(
                topic=renamed, name="Torque", joins=False, by=administrator, now=NOON
            )
        )
        assert renaming.has_waited()
    renaming.join(10)

    assert isinstance(renaming.error, Conflict)
    assert {t.name for t in Topic.objects.all()} == {"Torque", "Torqe"}


@pytest.mark.django_db(transaction=True)
def test_what_is_put_on_a_topic_as_it_goes_is_on_the_other(works: Organisation) -> None:
    administrator, owner = a_person(works, role=Role.ADMINISTRATOR), a_person(works)
    an_aid(owner=owner, topics=("Torqe", "Torque"))
    renamed = topic("Torqe")

    with transaction.atomic():
        declare_topics(names=["Torque"], organisation=works, by=owner, now=NOON)
        renaming = Beside(
            lambda: rename_topic(
                topic=renamed, name="Torque", joins=True, by=administrator, now=NOON
            )
        )
        assert renaming.has_waited()
    renaming.join(10)

    assert renaming.error is None
    assert DeclaredTopic.objects.get().topic == Topic.objects.get()


def test_a_topic_needs_letters(works: Organisation) -> None:
    an_aid(owner=a_person(works), topics=("Torque",))

    with pytest.raises(BadInput, match="no letters"):
        rename_topic(topic=topic("Torque"), name="?!", joins=False, by=a_person(works), now=NOON)
