"""Whether one person sees one thing: asked of somebody else than the reader, or by what it is."""

from datetime import datetime

from django.db.models import QuerySet

from whoknows.aids.models import Aid
from whoknows.base.days import day_of
from whoknows.needs.models import Need
from whoknows.people.models import Person, Reach
from whoknows.people.queries import reach_of


def sees(person: Person, need: Need, *, now: datetime) -> bool:
    """Whether ``person`` may see ``need`` today."""
    reach = reach_of(person, on=day_of(now))
    return Need.objects.visible_to(reach).filter(pk=need.pk).exists()


def thing_visible_to(reach: Reach, *, kind: str, pk: int) -> Need | Aid | None:
    """Return the need or aid that a solution names, if ``reach`` may see it. One query."""
    visible: dict[str, QuerySet[Need] | QuerySet[Aid]] = {
        "need": Need.objects.visible_to(reach),
        "aid": Aid.objects.visible_to(reach),
    }
    return visible[kind].filter(pk=pk).first()
