"""Things for tests, made as the product makes them: through its actions."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from uuid import uuid4

from django.conf import settings
from PIL import Image

from whoknows.aids.actions import AidText, make_aid
from whoknows.aids.models import Aid
from whoknows.communities.actions import open_community
from whoknows.communities.models import Community
from whoknows.engine.aids import Content
from whoknows.interviews.actions import add_entry, add_note, give_consent, plan_interview
from whoknows.interviews.models import Interview, Note, OutlineEntry, ProtocolChoice
from whoknows.needs.actions import answer_need, judge_answer, raise_need
from whoknows.needs.models import Answer, Need, Verdict
from whoknows.people.actions import (
    agree_to_partner,
    join_organisation,
    open_organisation,
    open_unit,
    welcome_person,
)
from whoknows.people.models import (
    Membership,
    Organisation,
    PartnerAgreement,
    Person,
    Reach,
    Role,
    SharingClass,
    Unit,
)
from whoknows.people.queries import membership_for_posting, reach_of

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
_numbers = count(1)


def an_organisation(name: str = "") -> Organisation:
    return open_organisation(name=name or f"Works {next(_numbers)}", now=NOON)


def a_unit(organisation: Organisation, name: str = "", *, within: Unit | None = None) -> Unit:
    unit = open_unit(organisation=organisation, name=name or f"Line {next(_numbers)}", now=NOON)
    if within is not None:
        unit.parent = within
        unit.save()
    return unit


def partners(one: Organisation, other: Organisation) -> PartnerAgreement:
    return agree_to_partner(one=one, other=other, since=LONG_AGO, now=NOON)


def a_stranger(name: str = "") -> Person:
    """Return somebody who can sign in and belongs nowhere."""
    number = next(_numbers)
    return welcome_person(
        name=name or f"Person {number}", email=f"person{number}@example.org", now=NOON
    )


def a_person(
    organisation: Organisation | None = None,
    *,
    name: str = "",
    role: Role = Role.MEMBER,
    unit: Unit | None = None,
    sharing: SharingClass = SharingClass.ORGANISATION,
) -> Person:
    """Return somebody who belongs to ``organisation``, a new one if none is given."""
    person = a_stranger(name)
    join_organisation(
        person=person,
        organisation=organisation or an_organisation(),
        on=LONG_AGO,
        now=NOON,
        role=role,
        unit=unit,
        sharing=sharing,
    )
    return person


def place_of(person: Person) -> Membership:
    """Return the membership under which ``person`` posts."""
    membership = membership_for_posting(person, on=NOON.date())
    assert membership is not None
    return membership


def reach(person: Person) -> Reach:
    return reach_of(person, on=NOON.date())


def a_need(
    words: str = "The torque wrench shows E4 after calibration",
    *,
    by: Person | None = None,
    sharing: SharingClass = SharingClass.ORGANISATION,
    community: Community | None = None,
    at: datetime = NOON - timedelta(days=1),
) -> Need:
    place = place_of(by or a_person())
    return raise_need(words=words, by=place, now=at, sharing=sharing, community=community)


def an_answer(
    need: Need,
    text: str = "Hold the button for three seconds until it blinks.",
    *,
    by: Person | None = None,
    verdict: Verdict | None = None,
    at: datetime = NOON,
) -> Answer:
    """Return an answer by ``by`` (a new colleague if none is given), judged by whoever asked."""
    author = by or a_person(need.organisation)
    answer = answer_need(need=need, text=text, by=author, reach=reach(author), now=at)
    if verdict is not None:
        answer = judge_answer(answer=answer, verdict=verdict, by=need.owner, now=at)
    return answer


def an_aid(  # noqa: PLR0913 - each test says what matters to it
    title: str = "Clear error E4 on the torque wrench",
    *,
    body: str = "1. Switch it off.\n2. Hold the button for three seconds.",
    content: Content | None = None,
    owner: Person | None = None,
    sharing: SharingClass = SharingClass.ORGANISATION,
    topics: tuple[str, ...] = (),
    verified_on: date | None = None,
    verify_by: date | None = None,
) -> Aid:
    place = place_of(owner or a_person())
    return make_aid(
        text=AidText(title=title, body=body, topics=topics, content=content),
        owner=place.owner,
        organisation=place.organisation,
        unit=place.unit,
        sharing=sharing,
        verified_on=verified_on,
        verify_by=verify_by,
        now=NOON,
    )


def drawn(width: int = 60, height: int = 40, *, form: str = "JPEG", **how: object) -> bytes:
    """Return a picture whose upper left quarter is red and whose rest is blue."""
    image = Image.new("RGB", (width, height), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def a_community(
    name: str = "",
    *,
    by: Person | None = None,
    purpose: str = "Keep our tools true.",
    topics: tuple[str, ...] = (),
    sharing: SharingClass = SharingClass.ORGANISATION,
) -> Community:
    return open_community(
        name=name or f"Craft {next(_numbers)}",
        purpose=purpose,
        by=place_of(by or a_person()),
        now=NOON,
        topics=topics,
        sharing=sharing,
    )


def an_interview(
    *,
    expert: Person | None = None,
    by: Person | None = None,
    note_taker: Person | None = None,
    protocol: ProtocolChoice = ProtocolChoice.ACTA,
    consent: bool | None = True,
) -> Interview:
    """Return an interview; the expert agrees to notes, with ``consent`` also to a recording.

    With None for ``consent`` the expert has not answered yet.
    """
    interviewer = by or a_person()
    place = place_of(interviewer)
    interview = plan_interview(
        task="Isolate a leaking pump",
        purpose="A card for the night shift.",
        expert=expert or a_person(place.organisation),
        note_taker=note_taker,
        protocol=protocol,
        by=place,
        now=NOON,
    )
    if consent is not None:
        give_consent(interview=interview, allows_recording=consent, by=interview.expert, now=NOON)
        interview.refresh_from_db()
    return interview


def a_note(
    interview: Interview,
    words: str = "The pitch of the pump drops.",
    *,
    probe: str = "acta-noticing",
    by: Person | None = None,
    entry: OutlineEntry | None = None,
) -> Note:
    return add_note(
        interview=interview,
        probe=probe,
        words=words,
        key=uuid4(),
        entry_id=entry.pk if entry else None,
        by=by or interview.interviewer,
        now=NOON,
    )


def an_entry(
    interview: Interview, words: str = "Close the valve", *, is_marked: bool = True
) -> OutlineEntry:
    return add_entry(
        interview=interview,
        words=words,
        key=uuid4(),
        is_marked=is_marked,
        by=interview.interviewer,
        now=NOON,
    )


def plain_static_files() -> dict[str, object]:
    """Return the settings under which pages name static files that nobody collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
        "WHITENOISE_AUTOREFRESH": True,
    }
