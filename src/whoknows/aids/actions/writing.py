"""Making and changing aids; every text is kept as a version."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from whoknows.aids.actions.states import ChangedMeanwhile, locked, move
from whoknows.aids.models import (
    Aid,
    AidVersion,
    Carrier,
    Review,
    ReviewRole,
    ReviewVerdict,
    State,
    Tick,
)
from whoknows.base import audit
from whoknows.base.errors import BadInput
from whoknows.engine.aids import (
    BadContent,
    Content,
    Reference,
    from_plain,
    is_reworded,
    kind_of,
    tidy_pictures,
    to_markdown,
    to_plain,
    with_texts,
)
from whoknows.engine.text.languages import detect_language
from whoknows.engine.text.sentences import Sentence
from whoknows.engine.text.visible import has_letters
from whoknows.expertise.actions import Shown, change_sharing, open_topics, record_evidence
from whoknows.expertise.models import Evidence, EvidenceKind, Topic
from whoknows.people.models import Organisation, Person, SharingClass, Unit
from whoknows.search.actions import note_changed

# Crockford's letters: no I, L, O or U to misread on a card.
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_A_MOMENT = timedelta(minutes=1)
LONGEST_BODY = 200_000
LONGEST_TITLE = 200
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class AidText:
    """What an aid says, and where it came from.

    Attributes:
        content: Its structure; if None, ``body`` (Markdown) becomes the note of a reference.
    """

    title: str
    body: str = ""
    topics: tuple[str, ...] = ()
    language: str | None = None
    url: str = ""
    licence: str = ""
    attribution: str = ""
    content: Content | None = None
    trigger: str = ""
    outcome: str = ""
    can_do: str = ""
    likely_to_change: bool = False
    carrier: Carrier = Carrier.SCREEN

    def parts(self) -> Content:
        """Return the content, made from the body if need be."""
        return Reference(note=self.body.strip()) if self.content is None else self.content


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

    It is a draft, unless an import says that it was verified where it came from. What ``by`` sent
    a moment ago and sends again is the aid that was made then.

    Raises:
        BadInput: The title or the content is missing or too long.
    """
    aid = Aid(
        organisation=organisation,
        unit=unit,
        owner=owner,
        sharing=sharing,
        code=_new_code(),
        made_at=now,
        state=State.VERIFIED if verified_on else State.DRAFT,
        verified_on=verified_on,
        verified_by=owner if verified_on else None,
        verify_by=verify_by,
        version=1,
    )
    _fill(aid, text, now=now)
    if by is not None and (again := _sent_twice(aid, by=by, now=now)):
        return again
    topics = _save(aid, text)
    keep_version(aid, by=by or (owner if owner_wrote_it else None), is_material=True, why="")
    note_changed("aid", [aid.pk])
    if owner_wrote_it:
        _show_expertise(aid, topics, person_id=owner.pk)
    audit.record(
        "make_aid",
        f"aid:{aid.pk}",
        by=by,
        now=now,
        organisation_id=organisation.pk,
        sharing=sharing,
        kind=aid.kind,
    )
    return aid


def _sent_twice(aid: Aid, *, by: Person, now: datetime) -> Aid | None:
    """Return what the same form made a moment ago: a button pressed twice is one aid.

    Of requests at once the first to get here need not be the first to have looked at the clock.
    """
    Person.objects.get_queryset().select_for_update().get(pk=by.pk)
    return Aid.objects.filter(
        owner=aid.owner_id,
        organisation=aid.organisation_id,
        sharing=aid.sharing,
        title=aid.title,
        kind=aid.kind,
        content=aid.content,
        version=1,
        made_at__gt=now - _A_MOMENT,
        made_at__lt=now + _A_MOMENT,
    ).first()


@transaction.atomic
def change_aid(  # noqa: PLR0913 - what, who, as of when and how much are all needed
    *,
    aid: Aid,
    text: AidText,
    now: datetime,
    verified_on: date | None = None,
    verify_by: date | None = None,
    as_of: datetime | None = None,
    by: Person | None = None,
    is_material: bool = True,
    why: str = "",
) -> Aid:
    """Give ``aid`` a new text and keep the old one as a version.

    After a material change it is a draft again, unless an import says ``verified_on``. After a
    change of wording it stays as verified as it was, and whoever read it has read it; a material
    one takes all ticks away. More, fewer or moved lines, or another kind, are material whatever
    is said.

    Raises:
        NotAllowed: Somebody other than the owner tries, or they left; imports act for nobody.
        WrongState: Its words were taken back.
        ChangedMeanwhile: Its text is not the one of ``as_of`` any more.
        BadInput: The title or the content is missing or too long.
    """
    aid = locked(aid, by=by, doing=Sentence("change this aid"), now=now)
    if as_of is not None and aid.changed_at != as_of:
        raise ChangedMeanwhile(
            "Somebody changed this aid while you wrote. Your text is kept: compare, then save."
        )
    before = aid.parts()
    _fill(aid, text, now=now)
    is_material = is_material or not is_reworded(before, aid.parts())
    if is_material:
        _begin_anew(aid, verified_on=verified_on, verify_by=verify_by)
    aid.version += 1
    topics = _save(aid, text)
    keep_version(aid, by=by, is_material=is_material, why=why)
    if not is_material:
        _ask_again(aid, now=now)
    note_changed("aid", [aid.pk])
    known = Evidence.objects.filter(source=f"aid:{aid.pk}").first()
    if known is not None:
        # Whoever wrote it keeps the credit when somebody else answers for it by now.
        _show_expertise(aid, topics, person_id=known.owner_id)
    audit.record(
        "change_aid",
        f"aid:{aid.pk}",
        by=by,
        now=now,
        organisation_id=aid.organisation_id,
        version=aid.version,
        is_material=is_material,
    )
    return aid


@transaction.atomic
def share_aid(*, aid: Aid, sharing: SharingClass, by: Person, now: datetime) -> Aid:
    """Let others than before see ``aid``.

    Raises:
        NotAllowed: Somebody other than the owner tries, or they left.
        BadInput: The aid belongs to no unit.
    """
    aid = locked(aid, by=by, doing=Sentence("change who sees this aid"), now=now)
    change_sharing(aid, kind="aid", sharing=sharing, by=by, now=now)
    return aid


def _fill(aid: Aid, text: AidText, *, now: datetime) -> None:
    """Put ``text`` into ``aid`` (not saved here).

    Raises:
        BadInput: The title or the content is missing or too long.
    """
    title = " ".join(text.title.split())
    # Without a glyph to draw, a card cannot even be drawn.
    if not has_letters(title):
        raise BadInput("An aid needs a title with letters, that says what one does with it.")
    if len(title) > LONGEST_TITLE:
        raise BadInput("A title has at most {most} characters. Shorten it.", most=LONGEST_TITLE)
    content = _checked(with_texts(text.parts(), tidy_pictures))
    body = to_markdown(content).strip()
    if not body:
        raise BadInput("An aid needs at least one line. Write what to do.")
    if len(body) > LONGEST_BODY * 2:
        raise BadInput("This is too long for one aid. Split it into several.")
    aid.title, aid.body, aid.changed_at = title, body, now
    aid.kind, aid.content = kind_of(content).value, to_plain(content)
    aid.trigger, aid.outcome, aid.can_do = (
        " ".join(line.split())[:LONGEST_LINE] for line in (text.trigger, text.outcome, text.can_do)
    )
    aid.likely_to_change, aid.carrier = text.likely_to_change, text.carrier
    aid.language = text.language or detect_language(f"{title} {body}") or "en"
    aid.url, aid.licence, aid.attribution = text.url, text.licence[:60], text.attribution[:300]


def _save(aid: Aid, text: AidText) -> list[Topic]:
    """Save ``aid`` with the topics of ``text``, which are opened if need be, and return those."""
    is_new = aid.pk is None
    aid.save()
    topics = list(open_topics(organisation=aid.organisation, names=text.topics).values())
    if topics or not is_new:
        aid.topics.set(topics)
    return topics


def _checked(content: Content) -> Content:
    """Return ``content`` as it will be read again.

    Raises:
        BadInput: It could not be: something in it is too long.
    """
    try:
        return from_plain(kind_of(content), to_plain(content))
    except BadContent as problem:
        raise BadInput(problem.sentence) from problem


def keep_version(aid: Aid, *, by: Person | None, is_material: bool, why: str) -> None:
    """Keep what ``aid`` says now as its version of the number that it bears."""
    AidVersion.objects.create(
        aid=aid,
        number=aid.version,
        title=aid.title,
        kind=aid.kind,
        content=aid.content,
        sharing=aid.sharing,
        written_at=aid.changed_at,
        written_by=by,
        is_material=is_material,
        why=" ".join(why.split())[:LONGEST_LINE],
    )


def _begin_anew(aid: Aid, *, verified_on: date | None, verify_by: date | None) -> None:
    """Make a draft of ``aid`` (not saved here), or as verified as an import says; forget ticks."""
    move(aid, State.DRAFT, why_not=Sentence("This aid cannot be changed now."))
    aid.verify_by = verify_by
    if verified_on:
        aid.state, aid.verified_on, aid.verified_by_id = State.VERIFIED, verified_on, aid.owner_id
    # They are of items by their numbers, and these may be others now.
    Tick.objects.filter(aid=aid).delete()


def _ask_again(aid: Aid, *, now: datetime) -> None:
    """Have those who were asked to read the version before read this one, which is reworded.

    Whoever has said something of that version said it of other words. An expert is asked anew, for
    only who is asked reads as one; somebody new to it may read it again unasked.
    """
    if aid.state != State.IN_REVIEW:
        return
    before = Review.objects.filter(aid=aid, version=aid.version - 1)
    experts = before.filter(role=ReviewRole.EXPERT).exclude(verdict=ReviewVerdict.ASKED)
    again = [
        Review(aid=aid, version=aid.version, reviewer=each.reviewer, role=each.role, asked_at=now)
        for each in experts.exclude(reviewer=aid.owner_id).select_related("reviewer")
    ]
    before.filter(verdict=ReviewVerdict.ASKED).update(version=aid.version)
    Review.objects.bulk_create(again)


def _show_expertise(aid: Aid, topics: Iterable[Topic], *, person_id: int) -> None:
    shown = Shown(
        source=f"aid:{aid.pk}",
        kind=EvidenceKind.WROTE_AID,
        person_id=person_id,
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
