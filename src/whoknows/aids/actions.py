"""Making, changing and verifying aids."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from whoknows.aids.models import Aid
from whoknows.base import audit
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed
from whoknows.engine.text.languages import detect_language
from whoknows.expertise.actions import Shown, change_sharing, open_topics, record_evidence
from whoknows.expertise.models import Evidence, EvidenceKind, Topic
from whoknows.people.models import Organisation, Person, SharingClass, Unit
from whoknows.search.actions import note_changed

# Crockford's letters: no I, L, O or U to misread on a card.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VERIFY_EVERY = timedelta(days=182)
LONGEST_BODY = 200_000


class ChangedMeanwhile(Conflict):
    """Two people, or two tabs, write at once."""

    code = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class AidText:
    """What an aid says, and where it came from."""

    title: str
    body: str
    topics: tuple[str, ...] = ()
    language: str | None = None
    url: str = ""
    licence: str = ""
    attribution: str = ""


@transaction.atomic
def make_aid(  # noqa: PLR0913 - who, where, what and since when are all needed
    *,
    text: AidText,
    owner: Person,
    organisation: Organisation,
    now: datetime,
    unit: Unit | None = None,
    sharing: SharingClass = SharingClass.ORGANISATION,
    verified_on: date | None = None,
    verify_by: date | None = None,
    by: Person | None = None,
    owner_wrote_it: bool = True,
) -> Aid:
    """Return a new aid that ``owner`` answers for; having written it is evidence of expertise.

    Raises:
        BadInput: The title or the text is missing or too long.
    """
    aid = Aid(
        organisation=organisation,
        unit=unit,
        owner=owner,
        sharing=sharing,
        code=_new_code(),
        made_at=now,
        verified_on=verified_on,
        verified_by=owner if verified_on else None,
        verify_by=verify_by,
    )
    topics = _write(aid, text, now=now)
    note_changed("aid", [aid.pk])
    if owner_wrote_it:
        _show_expertise(aid, topics)
    audit.record(
        "make_aid",
        f"aid:{aid.pk}",
        by=by,
        now=now,
        organisation_id=organisation.pk,
        sharing=sharing,
    )
    return aid


@transaction.atomic
def change_aid(
    *,
    aid: Aid,
    text: AidText,
    now: datetime,
    verified_on: date | None = None,
    verify_by: date | None = None,
    as_of: datetime | None = None,
    by: Person | None = None,
) -> Aid:
    """Give ``aid`` a new text. Nobody has verified that one, unless ``verified_on`` says so.

    Raises:
        NotAllowed: Somebody other than the owner tries; imports act for nobody.
        ChangedMeanwhile: Its text is not the one of ``as_of`` any more.
    """
    aid = Aid.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=aid.pk)
    if by is not None and aid.owner_id != by.pk:
        raise NotAllowed("Only its owner can change this aid.")
    if as_of is not None and aid.changed_at != as_of:
        raise ChangedMeanwhile(
            "Somebody changed this aid while you wrote. Your text is kept: compare, then save."
        )
    aid.verified_on, aid.verify_by = verified_on, verify_by
    aid.verified_by_id = aid.owner_id if verified_on else None
    topics = _write(aid, text, now=now)
    note_changed("aid", [aid.pk])
    if Evidence.objects.filter(source=f"aid:{aid.pk}").exists():
        _show_expertise(aid, topics)
    audit.record("change_aid", f"aid:{aid.pk}", by=by, now=now, organisation_id=aid.organisation_id)
    return aid


@transaction.atomic
def verify_aid(*, aid: Aid, by: Person, now: datetime) -> Aid:
    """Note that its owner read ``aid`` today and stands by it for another half year.

    Raises:
        NotAllowed: Somebody else tries.
    """
    aid = Aid.objects.select_for_update().get(pk=aid.pk)
    if aid.owner_id != by.pk:
        raise NotAllowed("Only its owner can verify this aid.")
    aid.verified_on, aid.verified_by = day_of(now), by
    aid.verify_by = day_of(now) + VERIFY_EVERY
    aid.save(update_fields=["verified_on", "verified_by", "verify_by"])
    note_changed("aid", [aid.pk])
    audit.record("verify_aid", f"aid:{aid.pk}", by=by, now=now, organisation_id=aid.organisation_id)
    return aid


@transaction.atomic
def share_aid(*, aid: Aid, sharing: SharingClass, by: Person, now: datetime) -> Aid:
    """Let others than before see ``aid``.

    Raises:
        NotAllowed: Somebody other than the owner tries.
        BadInput: The aid belongs to no unit.
    """
    aid = Aid.objects.select_for_update().get(pk=aid.pk)
    change_sharing(aid, kind="aid", sharing=sharing, by=by, now=now)
    return aid


def _write(aid: Aid, text: AidText, *, now: datetime) -> list[Topic]:
    title, body = " ".join(text.title.split()), text.body.strip()
    if not title or not body:
        raise BadInput("An aid needs a title that says what one does with it, and a text.")
    if len(title) > 200 or len(body) > LONGEST_BODY:  # noqa: PLR2004 - as the model says
        raise BadInput("A title has at most 200 characters and a text 200,000. Shorten it.")
    aid.title, aid.body, aid.changed_at = title, body, now
    aid.language = text.language or detect_language(f"{title} {body}") or "en"
    aid.url, aid.licence, aid.attribution = text.url, text.licence[:60], text.attribution[:300]
    aid.save()
    topics = list(open_topics(organisation=aid.organisation, names=text.topics).values())
    aid.topics.set(topics)
    return topics


def _show_expertise(aid: Aid, topics: Iterable[Topic]) -> None:
    shown = Shown(
        source=f"aid:{aid.pk}",
        kind=EvidenceKind.WROTE_AID,
        person_id=aid.owner_id,
        document_kind="aid",
        document=aid,
        title=aid.title,
        url=aid.get_absolute_url(),
        at=aid.made_at,
        topics=list(topics),
    )
    record_evidence([shown])


def _new_code() -> str:
    while True:
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))
        if not Aid.objects.filter(code=code).exists():
            return code
