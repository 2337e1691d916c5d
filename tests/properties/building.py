"""Making a planned world, through the actions of the product."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone

from tests.builders import (
    LONG_AGO,
    a_stranger,
    a_unit,
    an_organisation,
)
from tests.properties.worlds import Plan, Thing
from whoknows.aids.actions import AidText, make_aid, share_aid
from whoknows.aids.models import Aid
from whoknows.base.errors import NotFound
from whoknows.communities.actions import open_community
from whoknows.communities.models import Community
from whoknows.needs.actions import answer_need, raise_need, share_need
from whoknows.needs.models import Need
from whoknows.people.actions import (
    agree_to_partner,
    issue_token,
    join_organisation,
    leave_organisation,
)
from whoknows.people.models import Membership, Person, Reach
from whoknows.people.queries import reach_of

Made = Need | Aid | Community
EVERY_TITLE_SAYS = "flange"


class World:
    """A plan come true."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.organisations = [an_organisation() for _ in plan.units]
        self.units = [
            [a_unit(self.organisations[number]) for _ in parents]
            for number, parents in enumerate(plan.units)
        ]
        for number, parents in enumerate(plan.units):
            for unit, parent in zip(self.units[number], parents, strict=True):
                unit.parent = None if parent is None else self.units[number][parent]
                unit.save()
        self._agree()
        self.persons = [a_stranger(f"Nam{number}zq Quarl") for number in range(len(plan.persons))]
        self.places = self._join()
        self.things = [self._make(number, thing) for number, thing in enumerate(plan.things)]
        self.answered: set[tuple[int, int]] = set()
        self._answer()
        self.secrets = [
            issue_token(person=person, label="test", now=self.now)[1] for person in self.persons
        ]

    def _agree(self) -> None:
        for one, other, state in self.plan.agreements:
            tomorrow, yesterday = (self.today + timedelta(days=d) for d in (1, -1))
            agreement = agree_to_partner(
                one=self.organisations[one],
                other=self.organisations[other],
                since=tomorrow if state == "not yet" else LONG_AGO,
                now=self.now,
            )
            agreement.until = yesterday if state == "ended" else None
            agreement.save()

    def _join(self) -> dict[tuple[int, int], Membership]:
        made = {}
        for number, places in enumerate(self.plan.persons):
            for place in places:
                unit = None if place.unit is None else self.units[place.organisation][place.unit]
                made[number, place.organisation] = join_organisation(
                    person=self.persons[number],
                    organisation=self.organisations[place.organisation],
                    unit=unit,
                    on=LONG_AGO,
                    now=self.now,
                    title="flange fitter",
                    sharing=place.sharing,
                )
        return made

    def _make(self, number: int, thing: Thing) -> Made:
        title, text = f"How to mend the {EVERY_TITLE_SAYS} {mark(number)}?", f"Warm {mark(number)}."
        place = self.places[thing.owner, thing.organisation]
        if thing.kind == "need":
            return raise_need(words=f"{title} {text}", by=place, now=self.now, sharing=thing.first)
        if thing.kind == "aid":
            return make_aid(
                text=AidText(title=title, body=text, topics=(EVERY_TITLE_SAYS,)),
                owner=place.owner,
                organisation=place.organisation,
                unit=place.unit,
                sharing=thing.first,
                now=self.now,
            )
        return open_community(name=title, purpose=text, by=place, now=self.now, sharing=thing.first)

    def _answer(self) -> None:
        for number, thing in self.plan.answers:
            need, author = self.things[thing], self.persons[number]
            if not isinstance(need, Need):
                continue
            with suppress(NotFound):
                answer_need(
                    need=need,
                    text=f"Mend it so: {mark(thing)}.",
                    by=author,
                    reach=self.reach(number),
                    now=self.now,
                )
                self.answered.add((number, thing))

    def move_on(self) -> None:
        """Share things as they are shared in the end; let those leave who leave this morning."""
        for made, thing in zip(self.things, self.plan.things, strict=True):
            owner = self.persons[thing.owner]
            if isinstance(made, Need) and thing.first != thing.sharing:
                share_need(need=made, sharing=thing.sharing, by=owner, now=self.now)
            elif isinstance(made, Aid) and thing.first != thing.sharing:
                share_aid(aid=made, sharing=thing.sharing, by=owner, now=self.now)
        for number, places in enumerate(self.plan.persons):
            for place in places:
                if place.ends != "stays":
                    leave_organisation(
                        membership=self.places[number, place.organisation],
                        on=self.today,
                        now=self.now,
                        stays_as_alumni=place.ends == "alumnus",
                    )

    def reach(self, reader: int | None) -> Reach:
        return Reach() if reader is None else reach_of(self.persons[reader], on=self.today)

    def person(self, reader: int | None) -> Person | None:
        return None if reader is None else self.persons[reader]


def mark(number: int) -> str:
    """Return the word that is in the title and the text of this thing only."""
    return f"tok{number}zq"


def moment() -> datetime:
    return timezone.now()
