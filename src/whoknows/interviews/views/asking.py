"""The conversation: one question at a time, notes by two people, and the outline."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import push_url

from whoknows.base.errors import BadInput, NotFound
from whoknows.engine.interviews import PIVOTS
from whoknows.interviews import actions, forms, queries
from whoknows.interviews.models import Interview, OutlineEntry, State
from whoknows.interviews.views.overview import roles
from whoknows.people.http import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def talk(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show one question, with the notes on it; take a note. Only this page may use a microphone."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    if found.state in {State.PLANNED, State.WITHDRAWN}:
        messages.info(request, _("There is nothing to talk about without consent."))
        return redirect(found)
    note, entry, saved = forms.AddNote(), forms.AddEntry(), False
    at = _key(found, request.GET.get("at", ""))
    if request.method == "POST":
        note, entry, saved = _take(request, found)
        at = _key(found, request.POST.get("probe", ""))
    if saved and "next" in request.POST:
        at = _beside(found, at)[1] or at
    address = f"{reverse('interviews:talk', args=[found.uid])}?at={at}"
    if saved and not request.htmx:
        return redirect(address)
    context = _context(request, found, at, note, entry)
    part = "#probe" if request.htmx else ""
    bad = note.is_bound and not saved
    answer = render(request, f"interviews/talk.html{part}", context, status=422 if bad else 200)
    answer["Permissions-Policy"] = "microphone=(self)"
    # So that reloading the page, or coming back to it, leads to the question and not to the first.
    return push_url(answer, address) if saved and "next" in request.POST else answer


def _take(request: SignedInRequest, found: Interview) -> tuple[forms.AddNote, forms.AddEntry, bool]:
    """Take a note, and what stands in the box below the outline; going on without either is fine.

    Both are taken or neither, so that what comes back to be mended is all that is not saved.
    """
    has_entry = bool(request.POST.get(forms.AddEntry().add_prefix("words"), "").strip())
    note = forms.AddNote(request.POST)
    entry = forms.AddEntry(request.POST if has_entry else None)
    has_note = bool(request.POST.get("words", "").strip())
    is_asked_for = has_note or not (has_entry or "next" in request.POST)
    if (
        (is_asked_for and not note.is_valid())
        or (has_entry and not _add_entry(request, found, entry))
        or (is_asked_for and not _add_note(request, found, note))
    ):
        return note, entry, False
    return forms.AddNote(), forms.AddEntry(), True


def _add_note(request: SignedInRequest, found: Interview, form: forms.AddNote) -> bool:
    said = form.cleaned_data
    try:
        actions.add_note(
            interview=found,
            probe=said["probe"],
            words=said["words"],
            key=said["key"],
            entry_id=said["entry"],
            by=request.user,
            now=timezone.now(),
        )
    except BadInput as error:
        form.add_error("words", error.message)
    return form.is_valid()


def _add_entry(request: SignedInRequest, found: Interview, form: forms.AddEntry) -> bool:
    if form.is_valid():
        try:
            actions.add_entry(
                interview=found, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except BadInput as error:
            form.add_error("words", error.message)
    return form.is_valid()


def _key(found: Interview, asked: str) -> str:
    keys = [probe.key for _stage, probe in found.steps().probes()]
    return asked if asked in keys else keys[0]


def _beside(found: Interview, at: str) -> tuple[str, str]:
    """Return the keys of the questions before and after ``at``, "" at an end."""
    keys = ["", *(probe.key for _stage, probe in found.steps().probes()), ""]
    index = keys.index(at)
    return keys[index - 1], keys[index + 1]


def _context(
    request: SignedInRequest,
    found: Interview,
    at: str,
    note: forms.AddNote,
    entry: forms.AddEntry,
) -> dict[str, object]:
    protocol = found.steps()
    pairs = list(protocol.probes())
    number = [probe.key for _stage, probe in pairs].index(at)
    stage, probe = pairs[number]
    before, after = _beside(found, at)
    consent = queries.consent_in_force(found)
    outline = list(found.outline.all())
    return {
        "interview": found,
        **roles(request, found),
        "protocol": protocol,
        "stage": stage,
        "probe": probe,
        "at": at,
        "number": number + 1,
        "count": len(pairs),
        "before": before,
        "after": after,
        "stages": [(s, s.probes[0].key) for s in protocol.stages],
        "outline": outline,
        "marked": [entry for entry in outline if entry.is_marked] or outline,
        "last_entry": request.POST.get("entry") or request.GET.get("entry") or "",
        "notes": queries.notes_of(found, probe=at),
        "form": note,
        "entry_form": entry,
        "pivots": PIVOTS,
        "may_record": bool(consent and consent.allows_recording),
        "transcript_accepted": bool((t := queries.transcript_of(found)) and t.accepted_at),
    }


@login_required
@require_safe
def notes(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Return the notes on a question as they are now; the page asks every few seconds."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    at = _key(found, request.GET.get("at", ""))
    context = {
        "interview": found,
        **roles(request, found),
        "at": at,
        "notes": queries.notes_of(found, probe=at),
    }
    return render(request, "interviews/talk.html#notes", context)


@login_required
@require_http_methods(["GET", "POST"])
def note(request: SignedInRequest, uid: UUID, note_uid: UUID) -> HttpResponse:
    """Change or remove a note of one's own."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    its = found.notes.filter(uid=note_uid).first()
    if its is None:
        raise NotFound("There is no such note any more.")
    back = f"{reverse('interviews:talk', args=[found.uid])}?at={its.probe}"
    now = timezone.now()
    if "remove" in request.POST:
        actions.remove_note(interview=found, uid=note_uid, by=request.user, now=now)
        messages.success(request, _("The note is gone."))
        return redirect(back)
    form = forms.ChangeNote(request.POST or None, initial={"words": its.words})
    if form.is_valid():
        words = form.cleaned_data["words"]
        actions.change_note(interview=found, uid=note_uid, words=words, by=request.user, now=now)
        return redirect(back)
    context = {"interview": found, "form": form, "back": back, "title": _("Your note")}
    return render(request, "interviews/mend.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def outline(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Return the outline as it is now, or add an entry to it."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    at = _key(found, request.POST.get("probe") or request.GET.get("at", ""))
    if request.method == "POST":
        form = forms.AddEntry(request.POST)
        added = _add_entry(request, found, form)
        if not request.htmx:
            for problem in form["words"].errors:
                messages.error(request, str(problem))
            return redirect(f"{reverse('interviews:talk', args=[found.uid])}?at={at}#outline")
        return _probe(request, found, at, forms.AddEntry() if added else form, adds=True)
    context = {
        "interview": found,
        **roles(request, found),
        "protocol": found.steps(),
        "outline": list(found.outline.all()),
        "at": at,
    }
    return render(request, "interviews/talk.html#outline", context)


def _probe(
    request: SignedInRequest,
    found: Interview,
    at: str,
    entry: forms.AddEntry,
    *,
    adds: bool = False,
) -> HttpResponse:
    """Return the question anew, without the page around it: a recording goes on there."""
    context = _context(request, found, at, forms.AddNote(), entry) | {"adds": adds}
    status = 422 if entry.errors else 200
    return render(request, "interviews/talk.html#probe", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def entry(request: SignedInRequest, uid: UUID, entry_id: int) -> HttpResponse:
    """Mark, move, mend or remove an entry of the outline."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    its = found.outline.filter(pk=entry_id).first()
    if its is None:
        raise NotFound("There is no such entry any more.")
    at = _key(found, request.POST.get("at") or request.GET.get("at", ""))
    back = f"{reverse('interviews:talk', args=[found.uid])}?at={at}#outline"
    form = forms.ChangeEntry(
        request.POST if request.POST.get("do") == "save" else None,
        initial={"words": its.words, "time": its.time, "is_marked": its.is_marked},
    )
    form.fields["is_marked"].label = found.steps().outline.mark.capitalize()
    if not found.steps().outline.has_time:
        del form.fields["time"]
    if _do(request, found, its, form):
        if request.htmx:
            return _probe(request, found, at, forms.AddEntry())
        return redirect(back)
    context = {"interview": found, "form": form, "back": back, "at": at, "title": its.words}
    return render(request, "interviews/mend.html", context, status=422 if form.errors else 200)


def _do(
    request: SignedInRequest, found: Interview, its: OutlineEntry, form: forms.ChangeEntry
) -> bool:
    """Do what a button says; False when there is nothing to do, or not yet."""
    do, now = request.POST.get("do", ""), timezone.now()
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_entry(interview=found, entry_id=its.pk, by=request.user, now=now)
    elif do in {"up", "down"}:
        actions.move_entry(
            interview=found, entry_id=its.pk, earlier=do == "up", by=request.user, now=now
        )
    elif do in {"mark", "unmark"} or (do == "save" and form.is_valid()):
        said: dict[str, Any] = {"is_marked": do == "mark"}
        said |= form.cleaned_data if do == "save" else {}
        actions.change_entry(
            interview=found,
            entry_id=its.pk,
            words=said.get("words", its.words),
            time=said.get("time", its.time),
            is_marked=said["is_marked"],
            by=request.user,
            now=now,
        )
    else:
        return False
    return True
