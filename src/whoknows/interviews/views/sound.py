"""Recording in the browser: pieces come in, sound goes out to those who take part."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from whoknows.base.errors import BadInput, NotFound, WhoknowsError
from whoknows.base.problems import problem
from whoknows.interviews import actions, queries
from whoknows.people.http import SignedInRequest


@login_required
@require_POST
def start(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Begin a recording; the page is told where its pieces go."""
    try:
        found = queries.interview_visible_to(request.reach, uid=uid)
        recording = actions.start_recording(
            interview=found, kind=request.POST.get("kind", ""), by=request.user, now=timezone.now()
        )
    except WhoknowsError as error:
        return problem(error)
    where = [found.uid, recording.uid]
    pieces, finished = (
        reverse("interviews:sound", args=where),
        reverse("interviews:finish", args=where),
    )
    return JsonResponse({"pieces": pieces, "finished": finished}, status=201)


@login_required
@require_POST
def piece(request: SignedInRequest, uid: UUID, recording_uid: UUID, number: int) -> HttpResponse:
    """Take a piece of sound; one that came before is not taken twice."""
    try:
        found = queries.interview_visible_to(request.reach, uid=uid)
        taken = actions.take_piece(
            interview=found,
            uid=recording_uid,
            number=number,
            sound=_body(request),
            by=request.user,
        )
    except WhoknowsError as error:
        return problem(error)
    return JsonResponse({"pieces": taken.pieces})


def _body(request: HttpRequest) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > actions.MOST_BYTES_A_PIECE:
        raise BadInput("This piece is too large. Stop the recording and start another one.")
    try:
        return request.body
    except RawPostDataException as error:
        raise BadInput("Send the piece as it is, not as a form.") from error


@login_required
@require_POST
def finish(request: SignedInRequest, uid: UUID, recording_uid: UUID) -> HttpResponse:
    """Note that the recording is complete."""
    try:
        found = queries.interview_visible_to(request.reach, uid=uid)
        actions.finish_recording(
            interview=found, uid=recording_uid, by=request.user, now=timezone.now()
        )
    except WhoknowsError as error:
        return problem(error)
    return JsonResponse({"finished": True})


@login_required
@require_safe
def play(request: SignedInRequest, uid: UUID, recording_uid: UUID) -> FileResponse:
    """Hand out the sound to those who take part."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    recording = queries.recording_of(found, uid=recording_uid)
    try:
        sound = queries.sound_file(recording).open("rb")
    except FileNotFoundError as error:
        raise NotFound("There is no sound in this recording yet.") from error
    answer = FileResponse(sound, content_type=recording.kind)
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
def delete(request: SignedInRequest, uid: UUID, recording_uid: UUID) -> HttpResponse:
    """Delete a recording for good."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    actions.delete_recording(
        interview=found, uid=recording_uid, by=request.user, now=timezone.now()
    )
    messages.success(request, _("The recording is deleted."))
    return redirect(found)
