"""The demo: two organisations with real things in them, and four people to look around as."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from whoknows.aids.actions import AidText, Findings, ask_for_review, give_review, make_aid
from whoknows.aids.models import Aid, Carrier, ReviewRole, ReviewVerdict
from whoknows.base.days import day_of
from whoknows.base.models import Installation
from whoknows.communities.actions import bring_in_members, open_community
from whoknows.demo import pack_folder
from whoknows.engine.aids import Kind, from_plain
from whoknows.interop.actions.demo_interview import hold_interview
from whoknows.interop.actions.known import ids_by_key
from whoknows.interop.actions.setting import Setting, open_source
from whoknows.interop.actions.taking_in import TakingIn
from whoknows.interop.importers.archive import ArchiveSource
from whoknows.interop.importers.markdown_aids import MarkdownAidsSource
from whoknows.interop.importers.records import Refused, Source
from whoknows.needs.actions import plan_follow_ups, say_solved
from whoknows.needs.models import AFTER, Step
from whoknows.people.actions import (
    agree_to_partner,
    join_organisation,
    open_organisation,
    welcome_person,
)
from whoknows.people.models import Membership, Organisation, Person, Role, SharingClass
from whoknows.people.queries import DEMO_DOMAIN, reach_of

_MEMBER_FOR = timedelta(days=30)


@transaction.atomic
def set_up_demo(*, now: datetime, say: Callable[[str], None]) -> bool:
    """Fill an empty installation with the demo pack; returns False if it is not empty."""
    if Organisation.objects.exists():
        return False
    pack = json.loads((pack_folder() / "pack.json").read_text("utf-8"))
    demo = _Demo(pack=pack, now=now, say=say)
    demo.open_organisations()
    demo.let_people_in()
    demo.take_in()
    demo.open_communities()
    _verify_some(now=now)
    for told in json.loads((pack_folder() / "aids.json").read_text("utf-8")):
        _write_aid(told, now=now)
    _solve_something(pack["solved"], now=now)
    hold_interview(json.loads((pack_folder() / "interview.json").read_text("utf-8")), now=now)
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True, "prepared_at": now})
    return True


@dataclass(slots=True)
class _Demo:
    pack: dict[str, Any]
    now: datetime
    say: Callable[[str], None]

    def open_organisations(self) -> None:
        for told in self.pack["organisations"]:
            open_organisation(name=told["name"], slug=told["slug"], now=self.now)
        for told in self.pack["agreements"]:
            one, other = (Organisation.objects.get(slug=slug) for slug in told["between"])
            since = day_of(self.now - _MEMBER_FOR)
            agree_to_partner(one=one, other=other, since=since, now=self.now)

    def let_people_in(self) -> None:
        for told in self.pack["accounts"]:
            person = welcome_person(name=told["name"], email=told["email"], now=self.now)
            join_organisation(
                person=person,
                organisation=Organisation.objects.get(slug=told["organisation"]),
                on=day_of(self.now - _MEMBER_FOR),
                now=self.now,
                role=Role(told["role"]),
                title=told["title"],
                sharing=SharingClass.PARTNERS,
            )

    def take_in(self) -> None:
        for told in self.pack["organisations"]:
            folder = pack_folder() / str(told.get("archive") or told["aids"])
            reader: Source = (
                ArchiveSource(folder, now=self.now)
                if "archive" in told
                else MarkdownAidsSource(folder)
            )
            organisation = Organisation.objects.get(slug=told["slug"])
            self.say(f"Taking in {organisation.name} …")
            setting = Setting(
                source=open_source(organisation=organisation, name=folder.name, now=self.now),
                organisation=organisation,
                sharing=SharingClass.PARTNERS,
                now=self.now,
                attribution=reader.describe().attribution[:300],
            )
            TakingIn(setting, on_refused=_refuse, on_batch=lambda: None).run(reader)

    def open_communities(self) -> None:
        for told in self.pack["communities"]:
            organisation = Organisation.objects.get(slug=told["organisation"])
            host = Membership.objects.select_related("owner", "organisation").get(
                organisation=organisation,
                owner__email__isnull=False,
                role__in=[Role.FACILITATOR, Role.ADMINISTRATOR],
            )
            community = open_community(
                name=told["name"],
                purpose=told["purpose"],
                topics=told["topics"],
                by=host,
                sharing=SharingClass.PARTNERS,
                now=self.now,
            )
            source = open_source(
                organisation=organisation, name=_folder_of(self.pack, organisation), now=self.now
            )
            members = ids_by_key(source, "person", told["members"])
            by_email = Person.objects.get_queryset().filter(email__in=told["members"])
            bring_in_members(
                community=community,
                person_ids=[*members.values(), *by_email.values_list("pk", flat=True)],
                now=self.now,
            )


def _refuse(row: Refused) -> None:
    raise AssertionError(f"The demo pack is broken: {row.file}:{row.line}: {row.why}")


def _folder_of(pack: dict[str, Any], organisation: Organisation) -> str:
    told = next(o for o in pack["organisations"] if o["slug"] == organisation.slug)
    return str(told.get("archive") or told["aids"])


def _write_aid(told: dict[str, Any], *, now: datetime) -> None:
    """Write one of the demo's own aids: there is one of each kind that the others are not of."""
    place = Membership.objects.select_related("owner", "organisation").get(
        owner__email=told["owner"]
    )
    make_aid(
        text=AidText(
            title=told["title"],
            content=from_plain(Kind(told["kind"]), told["content"]),
            topics=tuple(told["topics"]),
            trigger=told["trigger"],
            outcome=told["outcome"],
            carrier=Carrier(told.get("carrier", Carrier.SCREEN)),
        ),
        owner=place.owner,
        organisation=place.organisation,
        unit=None,
        sharing=SharingClass.PARTNERS,
        now=now,
    )


def _solve_something(told: dict[str, str], *, now: datetime) -> None:
    """Have an aid solve something for somebody two weeks ago, so that it is followed up today."""
    person = Person.objects.get_queryset().get(email=told["by"])
    say_solved(
        words=told["words"],
        document_kind="aid",
        document_id=Aid.objects.get(title=told["aid"]).pk,
        by=person,
        reach=reach_of(person, on=day_of(now)),
        now=now - AFTER[Step.TWO_WEEKS],
    )
    plan_follow_ups(now=now)


def _verify_some(*, now: datetime) -> None:
    """Have the demo's expert verify their aids: one is due for review, one is out of date."""
    aids = list(Aid.objects.filter(owner__email="expert@demo.example").order_by("title"))
    ago = [timedelta(days=20), timedelta(days=175), timedelta(days=240), timedelta(days=3)]
    for aid, age in zip(aids, ago, strict=False):
        _try_out(aid, at=now - age, now=now)


def _try_out(aid: Aid, *, at: datetime, now: datetime) -> None:
    """Have a colleague get through ``aid``, and its owner sign it, as if it had been at ``at``.

    They see it as members, which they are only since shortly before ``now``.
    """
    colleagues = Membership.objects.filter(
        organisation=aid.organisation_id, owner__email__endswith=DEMO_DOMAIN
    )
    novice = colleagues.exclude(owner=aid.owner_id).select_related("owner").first()
    if novice is None:
        return
    works = Findings(ReviewVerdict.PASS)
    ask_for_review(aid=aid, reviewer=novice.owner, role=ReviewRole.NOVICE, by=aid.owner, now=now)
    for person, role in ((novice.owner, ReviewRole.NOVICE), (aid.owner, ReviewRole.EXPERT)):
        reach = reach_of(person, on=day_of(now))
        give_review(
            aid=aid,
            version=aid.version,
            role=role,
            findings=works,
            by=person,
            reach=reach,
            now=at,
        )
