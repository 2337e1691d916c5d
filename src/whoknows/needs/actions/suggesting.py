"""Suggesting people for a need that is posted, and keeping who was suggested."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists
from procrastinate.contrib.django import app

from whoknows.base.days import day_of
from whoknows.needs.actions.telling import tell_soon
from whoknows.needs.models import ASKED_BY_NAME, Need, Suggested
from whoknows.needs.queries.suggestions import suggest
from whoknows.people.models import Reach
from whoknows.people.queries import reach_of


def suggest_people(*, need: Need, reach: Reach, now: datetime) -> None:
    """Look for who may know, of those whom ``reach`` may see, and keep who was found.

    Raises:
        IndexUnreadable: Nothing can be looked up just now; see :func:`suggest_people_later`.
    """
    shown = suggest(need.words, reach=reach, now=now).people
    people = [(one.person.pk, one.propensity) for one in shown]
    note_suggested(need=need, people=people, now=now)


def suggest_people_later(need: Need) -> None:
    """Have the worker suggest people for ``need`` as soon as things can be looked up again."""
    # One at a time: a need that was sent twice has two of them.
    job = app.configure_task("suggest_people", allow_unknown=False, lock=f"need:{need.pk}")
    job.defer(need_id=need.pk)


def make_up_for_suggesting(*, need_id: int, now: datetime) -> None:
    """Suggest people for a need that was posted without, if it still waits for somebody.

    Raises:
        IndexUnreadable: Things still cannot be looked up.
    """
    suggested = Suggested.objects.filter(need=need_id, place__gt=ASKED_BY_NAME)
    waits = Need.objects.open().filter(~Exists(suggested), pk=need_id)
    need = waits.select_related("owner").first()
    if need is not None:
        suggest_people(need=need, reach=reach_of(need.owner, on=day_of(now)), now=now)


@transaction.atomic
def note_suggested(*, need: Need, people: Sequence[tuple[int, float]], now: datetime) -> None:
    """Keep who was suggested for ``need``, in their order, each with how likely that was.

    Saying so twice changes nothing.
    """
    Suggested.objects.bulk_create(
        [
            Suggested(need=need, person_id=person, place=place, propensity=propensity, at=now)
            for place, (person, propensity) in enumerate(people, 1)
        ],
        ignore_conflicts=True,
    )
    if people:
        tell_soon("tell_of_need", need.pk)
