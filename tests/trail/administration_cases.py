"""What the pages of the administration leave in the trail."""

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Model
from django.test import Client

from tests.builders import (
    NOON,
    a_community,
    a_person,
    a_unit,
    an_organisation,
    partners,
    place_of,
)
from tests.config.administration import address
from tests.trail.deeds import SECRET, Cases, Deed, Line
from tests.trail.people_cases import an_administrator, somebody_in_two_places
from whoknows.communities.models import Community
from whoknows.needs.models import Synonym
from whoknows.people.actions import issue_token, welcome_person
from whoknows.people.models import (
    Membership,
    Organisation,
    PartnerAgreement,
    Person,
    Role,
    Token,
    Unit,
)

CASES = Cases()


class Sent(Exception):
    """A page was not left after a form was sent: it was refused."""


def whoever_runs_it_all() -> Person:
    return welcome_person(name="Root", email="root@example.org", now=NOON, runs_installation=True)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, page: str, **fields: object) -> None:
    """Fill the form of a page as it stands there, but for ``fields``, and send it.

    Raises:
        Sent: It is refused.
    """
    form = client.get(page).context["adminform"].form
    stands = {bound.html_name: bound.value() for bound in form}
    filled = {name: value for name, value in stands.items() if value not in {None, False}}
    _leave(client, page, filled | fields)


def _leave(client: Client, page: str, fields: dict[str, object]) -> None:
    answer = client.post(page, fields)
    if answer.status_code != 302:
        raise Sent(page)


def newest(model: type[Model]) -> Model:
    row = model._default_manager.order_by("pk").last()  # noqa: SLF001 - whatever model it is
    assert row is not None
    return row


def adding(
    by: Person,
    model: type[Model],
    fields: dict[str, object],
    bad: dict[str, object],
    where: Callable[[], Iterable[Organisation | None]],
    *,
    kind: str = "",
) -> Deed:
    """Return what adds a row on the page of ``model``; with ``bad`` instead it is refused."""
    client, page, kind = signed_in(by), address(model, "add"), kind or model.__name__.lower()
    return Deed(
        lambda: send(client, page, **fields),
        lambda _: [Line(f"{kind}:{newest(model).pk}", by, each) for each in where()],
        lambda: send(client, page, **(fields | bad)),
    )


def changing(
    by: Person,
    row: Model,
    fields: dict[str, object],
    bad: dict[str, object],
    where: Iterable[Organisation | None],
    *,
    kind: str = "",
) -> Deed:
    """Return what changes ``row`` on its page; with ``bad`` instead it is refused."""
    client, page = signed_in(by), address(type(row), "change", row.pk)
    kind = kind or type(row).__name__.lower()
    lines = [Line(f"{kind}:{row.pk}", by, each) for each in where]
    return Deed(
        lambda: send(client, page, **fields),
        lambda _: lines,
        lambda: send(client, page, **(fields | bad)),
    )


@CASES.of("admin_add", "organisation")
def adding_an_organisation() -> Deed:
    fields: dict[str, object] = {"name": SECRET, "slug": "secret"}
    return adding(
        whoever_runs_it_all(),
        Organisation,
        fields,
        {"slug": ""},
        lambda: Organisation.objects.filter(slug="secret"),
    )


@CASES.of("admin_change", "organisation")
def changing_an_organisation() -> Deed:
    works = an_organisation()
    return changing(an_administrator(works), works, {"name": SECRET}, {"slug": ""}, [works])


@CASES.of("admin_add", "unit")
def adding_a_unit() -> Deed:
    works = an_organisation()
    fields: dict[str, object] = {"organisation": works.pk, "name": SECRET}
    return adding(an_administrator(works), Unit, fields, {"name": ""}, lambda: [works])


@CASES.of("admin_change", "unit")
def changing_a_unit() -> Deed:
    works = an_organisation()
    return changing(an_administrator(works), a_unit(works), {"name": SECRET}, {"name": ""}, [works])


@CASES.of("admin_add", "person")
def adding_a_person() -> Deed:
    fields: dict[str, object] = {"name": SECRET, "email": f"{SECRET.lower()}@example.org"}
    return adding(whoever_runs_it_all(), Person, fields, {"name": ""}, lambda: [None])


@CASES.of("admin_change", "person")
def changing_a_person() -> Deed:
    person, places = somebody_in_two_places()
    return changing(whoever_runs_it_all(), person, {"name": SECRET}, {"name": ""}, places)


@CASES.of("admin_add", "membership")
def adding_a_membership() -> Deed:
    works, person = an_organisation(), a_person()
    fields: dict[str, object] = {
        "owner": person.pk,
        "organisation": works.pk,
        "role": Role.MEMBER,
        "title": SECRET,
        "started_on": date(2026, 1, 1),
    }
    bad: dict[str, object] = {"started_on": ""}
    return adding(whoever_runs_it_all(), Membership, fields, bad, lambda: [works])


@CASES.of("admin_change", "membership")
def changing_a_membership() -> Deed:
    works = an_organisation()
    place = place_of(a_person(works))
    bad: dict[str, object] = {"started_on": ""}
    return changing(an_administrator(works), place, {"title": SECRET}, bad, [works])


@CASES.of("admin_change", "membership that goes to another organisation")
def moving_a_membership() -> Deed:
    works, elsewhere = an_organisation(), an_organisation()
    place = place_of(a_person(works))
    fields: dict[str, object] = {"organisation": elsewhere.pk}
    bad: dict[str, object] = {"started_on": ""}
    return changing(whoever_runs_it_all(), place, fields, bad, [works, elsewhere])


@CASES.of("admin_add", "agreement")
def adding_an_agreement() -> Deed:
    one, other = an_organisation(), an_organisation()
    fields: dict[str, object] = {"one": one.pk, "other": other.pk, "since": date(2026, 1, 1)}
    return adding(
        whoever_runs_it_all(),
        PartnerAgreement,
        fields,
        {"other": one.pk},
        lambda: [one, other],
        kind="agreement",
    )


@CASES.of("admin_change", "agreement")
def changing_an_agreement() -> Deed:
    one, other = an_organisation(), an_organisation()
    return changing(
        whoever_runs_it_all(),
        partners(one, other),
        {"until": date(2026, 12, 31)},
        {"until": date(2000, 1, 1)},
        [one, other],
        kind="agreement",
    )


@CASES.of("admin_add", "synonym")
def adding_a_synonym() -> Deed:
    works = an_organisation()
    fields: dict[str, object] = {"organisation": works.pk, "word": SECRET, "means": "torque"}
    return adding(an_administrator(works), Synonym, fields, {"word": "torque"}, lambda: [works])


@CASES.of("admin_change", "synonym")
def changing_a_synonym() -> Deed:
    works = an_organisation()
    row = Synonym.objects.create(organisation=works, word=SECRET, means="torque")
    fields: dict[str, object] = {"is_refused": "on"}
    return changing(an_administrator(works), row, fields, {"word": "torque"}, [works])


@CASES.of("admin_change", "community")
def changing_a_community() -> Deed:
    works = an_organisation()
    community: Community = a_community(by=a_person(works))
    return changing(an_administrator(works), community, {"name": SECRET}, {"name": ""}, [works])


def a_token() -> tuple[Token, list[Organisation]]:
    person, places = somebody_in_two_places()
    return issue_token(person=person, label=SECRET, now=NOON)[0], places


@CASES.of("admin_remove", "token")
def removing_a_token() -> Deed:
    token, places = a_token()
    return _removing(token, places, address(Token, "delete", token.pk), {"post": "yes"})


@CASES.of("admin_remove", "token ticked in the list")
def removing_ticked_tokens() -> Deed:
    token, places = a_token()
    ticked = {"action": "delete_selected", "_selected_action": token.pk, "post": "yes"}
    return _removing(token, places, address(Token), ticked)


def _removing(
    token: Token, places: list[Organisation], page: str, fields: dict[str, object]
) -> Deed:
    by, other = whoever_runs_it_all(), an_administrator(places[0])
    lines = [Line(f"token:{token.pk}", by, place) for place in places]
    # Its person belongs to another organisation, too.
    client, refused = signed_in(by), signed_in(other)
    return Deed(
        lambda: _leave(client, page, fields),
        lambda _: lines,
        lambda: _leave(refused, page, fields),
    )
