"""The list of interviews, planning one, and where it stands."""

from typing import Any
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whoknows.aids.queries import colleague
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotAllowed, NotFound
from whoknows.engine.interviews import NEWEST_TEXT, PROTOCOLS, consent_text
from whoknows.interviews import actions, forms, queries
from whoknows.interviews.models import Interview, ProtocolChoice, State
from whoknows.people.http import SignedInRequest
from whoknows.people.queries import membership_for_posting, tell_out_of_sight

PER_PAGE = 30


@login_required
@require_safe
def interviews(request: SignedInRequest) -> HttpResponse:
    """List the interviews in which the reader takes part, what waits for them first."""
    found = Paginator(queries.interviews_of(request.reach), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "aids_seen": queries.aids_seen(page, reach=request.reach),
        "waiting": queries.waiting_for(request.reach),
    }
    return render(request, "interviews/interviews.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def plan(request: SignedInRequest) -> HttpResponse:
    """Ask somebody to be interviewed. Anybody who belongs somewhere may."""
    asked = {name: request.GET.get(name, "") for name in ("expert", "task")}
    form = forms.PlanInterview(
        request.POST or None, initial={**asked, "protocol": ProtocolChoice.ACTA}
    )
    if form.is_valid():
        planned = _plan(request, form)
        if planned is not None:
            messages.success(request, _("%s is asked to agree.") % planned.expert)
            return redirect(planned)
    context = {"form": form, "protocols": _choices(form)}
    return render(request, "interviews/plan.html", context, status=422 if form.errors else 200)


def _choices(form: forms.PlanInterview) -> list[dict[str, Any]]:
    chosen = form["protocol"].value()
    return [{"it": p, "is_chosen": p.key == chosen} for p in PROTOCOLS.values()]


def _plan(request: SignedInRequest, form: forms.PlanInterview) -> Interview | None:
    now, said = timezone.now(), form.cleaned_data
    place = membership_for_posting(request.user, on=day_of(now))
    if place is None:
        raise NotAllowed("You belong to no organisation here. Ask an administrator to add you.")
    field = "expert"
    try:
        expert = colleague(said["expert"], reach=request.reach)
        field = "note_taker"
        taker = said["note_taker"] and colleague(said["note_taker"], reach=request.reach)
        return actions.plan_interview(
            task=said["task"],
            purpose=said["purpose"],
            expert=expert,
            note_taker=taker or None,
            protocol=ProtocolChoice(said["protocol"]),
            by=place,
            now=now,
        )
    except NotFound as error:
        form.add_error(field, error.message)
    except BadInput as error:
        form.add_error(None, error.message)
    return None


@login_required
@require_safe
@csp_update({"media-src": ["'self'"]})  # type: ignore[arg-type]
def interview(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show where an interview stands, and what comes next for this reader."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    named = (found.expert, found.interviewer, found.note_taker)
    tell_out_of_sight(filter(None, named), reach=request.reach)
    consent = queries.consent_in_force(found)
    transcript = queries.transcript_of(found)
    version = consent.text_version if consent else NEWEST_TEXT
    context = {
        "interview": found,
        **roles(request, found),
        "protocol": found.steps(),
        "consent": consent,
        "consent_text": consent_text(version, days=settings.RECORDING_DAYS),
        "transcript": transcript,
        "recordings": queries.recordings_of(found),
        "notes": found.notes.count(),
        "items": found.items.count(),
        "may_talk": found.state in {State.CONSENTED, State.HELD, State.DRAFTED, State.CLOSED},
        "may_call_off": found.state in {State.PLANNED, State.CONSENTED, State.HELD},
    }
    return render(request, "interviews/interview.html", context)


def roles(request: SignedInRequest, found: Interview) -> dict[str, bool]:
    """Return what the reader is in an interview."""
    is_open = found.state in {State.CONSENTED, State.HELD, State.DRAFTED}
    return {
        "is_expert": found.expert_id == request.user.pk,
        "is_interviewer": found.interviewer_id == request.user.pk,
        "may_write": is_open and found.asks(request.user.pk),
        "is_open": is_open,
    }


@login_required
@require_POST
def consent(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Agree, or agree anew to more or less."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    form = forms.AgreeToIt(request.POST)
    form.is_valid()
    actions.give_consent(
        interview=found,
        allows_recording=form.cleaned_data["allows_recording"],
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Thank you. You can take it back on this page at any time."))
    return redirect(found)


@login_required
@require_POST
def withdraw(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Take back what was said, or call the interview off."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    actions.withdraw(interview=found, by=request.user, now=timezone.now())
    messages.success(request, _("It is taken back. Everything that was said is deleted."))
    return redirect(found)


@login_required
@require_POST
def end_talk(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Say that the conversation is over."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    actions.end_talk(interview=found, by=request.user, now=timezone.now())
    messages.success(request, _("Now sort what was said, or bring in a transcript."))
    return redirect(found)


@login_required
@require_POST
def close(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """End the work on an interview."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    actions.close_interview(interview=found, by=request.user, now=timezone.now())
    messages.success(request, _("It is closed. You can still read it."))
    return redirect(found)


@login_required
@require_safe
def export(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Hand out an interview as JSON, without its sound."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    answer = JsonResponse(queries.as_plain(found), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="interview-{found.uid.hex[:8]}.json"'
    return answer
