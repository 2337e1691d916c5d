"""What waits for somebody: answers to judge, needs they may know of, aids to try or to renew."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from whoknows.aids.http import Waiting, waiting_for
from whoknows.aids.models import ReviewRole
from whoknows.aids.queries import reviews_waiting, shelf
from whoknows.base.days import day_of
from whoknows.communities.models import Community
from whoknows.needs.models import Answer, Need, NeedQuerySet, Suggested, SuggestedQuerySet
from whoknows.needs.queries.following_up import next_follow_up, words_of
from whoknows.people.models import Membership, Reach, Role

_MOST = 5
_MOST_OF_COMMUNITIES = 3
_LONGEST = 140
# Whoever was asked had a day to answer.
_ALONE_FOR = timedelta(days=1)
ASKED_LATELY = timedelta(days=14)


def waiting_here(reach: Reach, *, now: datetime) -> list[Waiting]:
    """Return what waits for the reader, what others wait for first; nothing for a stranger.

    At most five of each kind, of what was posted to their communities or what a facilitator may
    connect three, and as many queries as there are kinds.
    """
    if reach.person is None:
        return []
    return [
        *_to_judge(reach),
        *_to_answer(reach, since=now - ASKED_LATELY),
        *_to_review(reach),
        *_to_follow_up(reach, now=now),
        *_to_look_through(reach, on=day_of(now)),
        *waiting_for(reach)[:_MOST],
        *_to_connect(reach, now=now),
        *_to_community(reach, since=now - ASKED_LATELY),
    ]


def _to_judge(reach: Reach) -> Iterator[Waiting]:
    """Yield the reader's open needs with answers since they last said something of one.

    Not of where they left: there they can say nothing any more.
    """
    judged = Answer.objects.filter(need=OuterRef("need"), judged_at__gte=OuterRef("given_at"))
    by_others = Answer.objects.filter(verdict="").exclude(author=reach.person)
    waiting = by_others.filter(~Exists(judged), need=OuterRef("pk")).order_by().values("need")
    many = Subquery(waiting.annotate(many=Count("pk")).values("many"))
    mine = (
        Need.objects.visible_to(reach)
        .open()
        .filter(owner=reach.person, organisation__in=reach.organisations)
    )
    rows = (
        mine.annotate(many=many)
        .filter(many__gt=0)
        .order_by("-raised_at")
        .values_list("title", "uid", "many")
    )
    for title, uid, count in rows[:_MOST]:
        about = ngettext("%d answer: did it help?", "%d answers: did one of them help?", count)
        yield Waiting(title, about % count, reverse("needs:need", args=[uid]))


def _to_answer(reach: Reach, *, since: datetime) -> Iterator[Waiting]:
    """Yield open needs of others that the reader was asked, or suggested for, and did not answer.

    Those asked by name come first. What was opened again waits as if it were new.
    """
    suggested = _suggested(reach).filter(at__gt=since)
    found = _not_answered(reach).filter(Exists(suggested))
    found = found.order_by(Exists(suggested.by_name()).desc(), "-raised_at")
    needs = list(found[:_MOST])
    theirs = Suggested.objects.filter(need__in=needs, person=reach.person)
    asked = {one.need_id: one for one in theirs.select_related("referred_by", "need__owner")}
    for need in needs:
        yield Waiting(need.title, _who_asks(asked[need.pk]), need.get_absolute_url())


def _who_asks(asked: Suggested) -> str:
    if asked.pointed_by is not None:
        return _("%s says that you may know this.") % asked.pointed_by
    return _("%s asks you.") % asked.need.owner if asked.is_by_name else _("You may know this.")


def _suggested(reach: Reach) -> SuggestedQuerySet:
    return Suggested.objects.filter(need=OuterRef("pk"), person=reach.person)


def _not_answered(reach: Reach) -> NeedQuerySet:
    """Return the open needs of others that the reader did not answer."""
    answered = Answer.objects.filter(need=OuterRef("pk"), author=reach.person)
    found = Need.objects.visible_to(reach).open().filter(~Exists(answered))
    return found.exclude(owner=reach.person)


def _to_look_through(reach: Reach, *, on: date) -> Iterator[Waiting]:
    """Yield the reader's aids that are due or out of date, the most urgent first."""
    due = shelf(reach, show="due", on=on)[:_MOST]
    for title, code, until in due.values_list("title", "code", "verify_by"):
        if until is None:  # not of what is due
            continue
        told = _("Out of date: good until %s.") if until < on else _("Due: good until %s.")
        yield Waiting(title, told % date_format(until, "j F Y"), reverse("aids:aid", args=[code]))


def _to_follow_up(reach: Reach, *, now: datetime) -> Iterator[Waiting]:
    """Yield the one thing that the reader is asked today whether it stays solved."""
    if found := next_follow_up(reach, now=now):
        about = _("Solved %s: does it stay so?") % date_format(day_of(found.since), "j F")
        yield Waiting(Truncator(words_of(found)).chars(_LONGEST), about, found.get_absolute_url())


def _to_connect(reach: Reach, *, now: datetime) -> Iterator[Waiting]:
    """Yield what nobody has answered for a day where the reader facilitates, the longest first.

    Not what they are asked themselves, nor what they pointed somebody to.
    """
    theirs = Membership.objects.active(day_of(now)).filter(
        owner=reach.person, role=Role.FACILITATOR
    )
    pointed = Suggested.objects.filter(need=OuterRef("pk"), referred_by=reach.person)
    found = (
        _not_answered(reach)
        .unanswered()
        .filter(
            ~Exists(_suggested(reach)),
            ~Exists(pointed),
            organisation__in=theirs.values("organisation"),
            raised_at__range=(now - ASKED_LATELY, now - _ALONE_FOR),
        )
    )
    for need in found.order_by("raised_at")[:_MOST_OF_COMMUNITIES]:
        about = _("Nobody has answered. Who knows?")
        yield Waiting(need.title, about, reverse("needs:refer", args=[need.uid]))


def _to_community(reach: Reach, *, since: datetime) -> Iterator[Waiting]:
    """Yield open needs of others posted to the reader's communities, if nobody said so above."""
    mine = Community.objects.visible_to(reach).filter(members__person=reach.person)
    found = _not_answered(reach).filter(raised_at__gt=since, community__in=mine)
    found = found.filter(~Exists(_suggested(reach)))
    for need in found.select_related("community").order_by("-raised_at")[:_MOST_OF_COMMUNITIES]:
        about = _("Posted to %s.") % need.community
        yield Waiting(need.title, about, need.get_absolute_url())


def _to_review(reach: Reach) -> Iterator[Waiting]:
    for review in reviews_waiting(reach)[:_MOST]:
        is_new = review.role == ReviewRole.NOVICE
        about = _("Try it as somebody new to it.") if is_new else _("Check it: you can do this.")
        yield Waiting(review.aid.title, about, reverse("aids:review", args=[review.aid.code]))
