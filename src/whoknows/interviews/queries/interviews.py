"""Which interviews there are, and what belongs to one."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from whoknows.aids.http import Waiting
from whoknows.base.errors import NotFound
from whoknows.interviews.models import Consent, Interview, Recording, State, Transcript
from whoknows.interviews.models.interview import InterviewQuerySet
from whoknows.people.models import Reach


def interviews_of(reach: Reach) -> InterviewQuerySet:
    """Return the interviews in which the reader takes part, the newest first."""
    people = ("expert", "interviewer", "note_taker", "aid")
    return Interview.objects.visible_to(reach).select_related(*people)


def interview_visible_to(reach: Reach, *, uid: UUID) -> Interview:
    """Return one interview, with its people and its aid.

    Raises:
        NotFound: There is none, or the reader takes no part in it.
    """
    found = (
        interviews_of(reach)
        .select_related("organisation", "unit", "aid__owner")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise NotFound("There is no such interview here, or it is not visible to you.")
    return found


def consent_in_force(interview: Interview) -> Consent | None:
    """Return what the expert agrees to now, None if to nothing."""
    return interview.consents.filter(withdrawn_at__isnull=True).first()


def transcript_of(interview: Interview) -> Transcript | None:
    """Return the transcript with its statements, if there is one."""
    found = Transcript.objects.filter(interview=interview)
    return found.select_related("brought_by").prefetch_related("statements").first()


def recordings_of(interview: Interview) -> QuerySet[Recording]:
    """Return the recordings that are kept, the oldest first."""
    return interview.recordings.select_related("started_by")


def recording_of(interview: Interview, *, uid: UUID) -> Recording:
    """Return one recording.

    Raises:
        NotFound: It is deleted, or belongs to another interview.
    """
    found = interview.recordings.filter(uid=uid).first()
    if found is None:
        raise NotFound("This recording is deleted.")
    return found


def waiting_for(reach: Reach) -> list[Waiting]:
    """Return what waits for the reader as an expert: to agree, and to accept a transcript."""
    if reach.person is None:
        return []
    mine = Interview.objects.filter(expert=reach.person).select_related("interviewer")
    asked = [
        Waiting(i.task, _("%s asks to interview you") % i.interviewer, i.get_absolute_url())
        for i in mine.filter(state=State.PLANNED)
    ]
    unaccepted = mine.filter(transcript__isnull=False, transcript__accepted_at__isnull=True)
    open_ones = unaccepted.exclude(state__in=[State.CLOSED, State.WITHDRAWN])
    to_accept = [
        Waiting(i.task, _("is this what you said?"), f"{i.get_absolute_url()}transcript/")
        for i in open_ones
    ]
    return [*asked, *to_accept]
