"""Sorting what was said, the table of cognitive demands, and the draft aid."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whoknows.aids.actions import WrongState
from whoknows.aids.models import Aid
from whoknows.aids.models import State as AidState
from whoknows.aids.queries import colleague
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotFound
from whoknows.engine.aids import Kind
from whoknows.interviews import actions, forms, queries
from whoknows.interviews.models import Interview, ItemKindChoice, State
from whoknows.interviews.views.overview import roles
from whoknows.people.http import SignedInRequest
from whoknows.people.models import Membership, SharingClass
from whoknows.people.queries import membership_for_posting, sharing_choices


@login_required
@require_http_methods(["GET", "POST"])
def items(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show what was sorted; make an item of the statements that are ticked."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    outline = list(found.outline.all())
    form = forms.AddItem(request.POST or None, outline=outline)
    if form.is_valid():
        try:
            _add(request, found, form)
        except BadInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Sorted."))
            return redirect("interviews:items", found.uid)
    ticked = form.ticked("statement") if form.is_bound else []
    context = {
        "interview": found,
        **roles(request, found),
        "groups": queries.groups_of(found),
        "unsorted": queries.unsorted_count(found),
        "transcript": queries.transcript_of(found),
        "ticked": ticked,
        "form": form,
    }
    return render(request, "interviews/items.html", context, status=422 if form.errors else 200)


def _add(request: SignedInRequest, found: Interview, form: forms.AddItem) -> None:
    said = form.cleaned_data
    actions.add_item(
        interview=found,
        kind=ItemKindChoice(said["kind"]),
        text=said["text"],
        entry_id=said["entry"],
        statements=form.ticked("statement"),
        by=request.user,
        now=timezone.now(),
    )


@login_required
@require_POST
def sort_notes(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Make an item of everything written down that has none yet."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    made = actions.sort_notes(interview=found, by=request.user, now=timezone.now())
    messages.success(
        request, _("Sorted: %s. Look at each, mend what is in the wrong place.") % made
    )
    return redirect("interviews:items", found.uid)


@login_required
@require_http_methods(["GET", "POST"])
def item(request: SignedInRequest, uid: UUID, item_id: int) -> HttpResponse:
    """Mend, move or remove an item."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    its = queries.item_of(found, item_id=item_id)
    do, now, by = request.POST.get("do", ""), timezone.now(), request.user
    form = forms.ChangeItem(
        request.POST if do == "save" else None,
        outline=list(found.outline.all()),
        initial={"kind": its.kind, "text": its.text, "entry": its.entry_id},
    )
    if "remove" in request.POST:
        actions.remove_item(interview=found, item_id=item_id, by=by, now=now)
    elif do in {"up", "down"}:
        actions.move_item(interview=found, item_id=item_id, earlier=do == "up", by=by, now=now)
    elif do == "save" and form.is_valid():
        said = form.cleaned_data
        actions.change_item(
            interview=found,
            item_id=item_id,
            kind=ItemKindChoice(said["kind"]),
            text=said["text"],
            entry_id=said["entry"],
            by=by,
            now=now,
        )
    else:
        context = {"interview": found, **roles(request, found), "form": form, "item": its}
        status = 422 if form.errors else 200
        return render(request, "interviews/item.html", context, status=status)
    return redirect("interviews:items", found.uid)


@login_required
@require_safe
def table(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show the table of cognitive demands, made to be printed."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    context = {"interview": found, "rows": queries.demands_of(found)}
    return render(request, "interviews/demands.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Make the draft; then show where each line comes from, and how it reads."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    place = membership_for_posting(request.user, on=day_of(timezone.now()))
    form = _draft_form(request, found, place)
    if form.is_valid():
        try:
            actions.make_draft(
                interview=found,
                title=form.cleaned_data["title"],
                kind=Kind(form.cleaned_data["kind"]),
                sharing=SharingClass(form.cleaned_data["sharing"]),
                topics=form.cleaned_data["topics"],
                by=request.user,
                now=timezone.now(),
            )
        except BadInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The draft is made. Look at what still stands in its way."))
            return redirect("interviews:draft", found.uid)
    return _draft_page(request, found, form, forms.SendToReview())


def _draft_form(
    request: SignedInRequest, found: Interview, place: Membership | None
) -> forms.MakeDraft:
    aid = _aid_shown(request, found)
    initial = {
        "title": aid.title if aid else found.task,
        "kind": aid.kind if aid else "reference" if found.protocol == "clusters" else "procedure",
        "sharing": aid.sharing if aid else SharingClass.ORGANISATION,
        "topics": ", ".join(topic.name for topic in aid.topics.all()) if aid else "",
    }
    choices = sharing_choices(place, on=day_of(timezone.now()))
    is_sent = request.method == "POST" and "title" in request.POST
    data = request.POST if is_sent else None
    return forms.MakeDraft(data, sharing_choices=choices, initial=initial)


def _aid_shown(request: SignedInRequest, found: Interview) -> Aid | None:
    return queries.aids_seen([found], reach=request.reach).get(found.aid_id or 0)


def _draft_page(
    request: SignedInRequest,
    found: Interview,
    form: forms.MakeDraft,
    send_form: forms.SendToReview,
) -> HttpResponse:
    aid = _aid_shown(request, found)
    context: dict[str, object] = {
        "interview": found,
        **roles(request, found),
        "form": form,
        "send_form": send_form,
        "aid": aid,
        "items": found.items.count(),
        "may_draft": found.state in {State.HELD, State.DRAFTED}
        and (found.aid is None or found.aid.state == AidState.DRAFT),
    }
    if aid is not None:
        context["origins"] = queries.origins_of(found, aid)
        context["checks"] = queries.checks_of(
            aid.parts(), language=aid.language, organisation_id=aid.organisation_id
        )
    bad = form.errors or send_form.errors
    return render(request, "interviews/draft.html", context, status=422 if bad else 200)


@login_required
@require_POST
def review(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Send the draft to the expert and to somebody new to it."""
    found = queries.interview_visible_to(request.reach, uid=uid)
    form = forms.SendToReview(request.POST)
    if form.is_valid():
        try:
            novice = colleague(form.cleaned_data["novice"], reach=request.reach)
            actions.send_to_review(
                interview=found, novice=novice, by=request.user, now=timezone.now()
            )
        except (BadInput, NotFound, WrongState) as error:
            form.add_error("novice", error.message)
        else:
            said = _("%(expert)s and %(novice)s are asked to try it.")
            messages.success(request, said % {"expert": found.expert, "novice": novice})
            return redirect("interviews:draft", found.uid)
    place = membership_for_posting(request.user, on=day_of(timezone.now()))
    choices = sharing_choices(place, on=day_of(timezone.now()))
    blank = forms.MakeDraft(sharing_choices=choices, initial={"title": found.task})
    return _draft_page(request, found, blank, form)
