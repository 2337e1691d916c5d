"""The transcript: bringing it in, mending it, standing by it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from whoknows.aids.actions import ChangedMeanwhile
from whoknows.base.errors import BadInput, NotFound
from whoknows.interviews import actions, forms, queries
from whoknows.interviews.actions.transcribing import TranscriptInUse
from whoknows.interviews.models import Interview
from whoknows.interviews.views.overview import roles
from whoknows.people.http import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def transcript(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show the transcript by statements; take one in."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    form = forms.BringTranscript(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            brought = actions.bring_transcript(
                interview=found, text=form.said(), by=request.user, now=timezone.now()
            )
        except (BadInput, TranscriptInUse) as error:
            form.add_error(None, error.message)
        else:
            count = brought.statements.count()
            messages.success(request, _("It is in: %s statements.") % count)
            return redirect("interviews:transcript", found.uid)
    context = {
        "interview": found,
        **roles(request, found),
        "form": form,
        "transcript": queries.transcript_of(found),
    }
    return render(
        request, "interviews/transcript.html", context, status=422 if form.errors else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def statement(request: SignedInRequest, uid: UUID, number: int) -> HttpResponse:
    """Mend a statement or strike it out, until the transcript is accepted."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    whole = queries.transcript_of(found)
    its = next((s for s in whole.statements.all() if s.number == number), None) if whole else None
    if its is None:
        raise NotFound("There is no such statement any more.")
    back = f"{reverse('interviews:transcript', args=[found.uid])}#s{number}"
    form = forms.MendStatement(
        None if "remove" in request.POST else request.POST or None, initial={"words": its.words}
    )
    says_now, status = "", 422
    try:
        if _mended(request, found, number, form):
            return redirect(back)
    except ChangedMeanwhile as error:
        its.refresh_from_db()
        says_now, status = its.words, error.status
        # What is being written, if anything, is kept in the form.
        if form.is_bound:
            form.add_error(None, error.message)
        else:
            messages.error(request, error.message)
    context = {
        "interview": found,
        "form": form,
        "back": back,
        "title": _("Statement %s") % number,
        "before": its.words,
        "says_now": says_now,
    }
    failed = form.errors or says_now
    return render(request, "interviews/mend.html", context, status=status if failed else 200)


def _mended(
    request: SignedInRequest, found: Interview, number: int, form: forms.MendStatement
) -> bool:
    """Whether the statement was struck out or has other words now, as was sent."""
    now, before = timezone.now(), request.POST.get("before")
    if "remove" in request.POST:
        actions.remove_statement(
            interview=found, number=number, by=request.user, now=now, before=before
        )
        messages.success(request, _("It is struck out for good."))
        return True
    if not form.is_valid():
        return False
    words = form.cleaned_data["words"]
    actions.change_statement(
        interview=found, number=number, words=words, by=request.user, now=now, before=before
    )
    return True


@login_required
@require_POST
def accept(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Stand by the transcript; the sound is deleted."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    actions.accept_transcript(interview=found, by=request.user, now=timezone.now())
    messages.success(request, _("Accepted. Every recording of it is deleted."))
    return redirect("interviews:transcript", found.uid)
