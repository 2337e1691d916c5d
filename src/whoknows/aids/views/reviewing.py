"""Trying an aid out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from whoknows.aids import actions, forms, queries
from whoknows.aids.models import Aid, Review, ReviewRole, ReviewVerdict, State
from whoknows.base.errors import BadInput, Conflict, NotFound
from whoknows.engine.aids import lines
from whoknows.people.http import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def review(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the draft line by line with a box for each place where one stumbles."""
    found = queries.aid_visible_to(request.reach, code=code)
    own = queries.own_review(found, reach=request.reach)
    is_owner = found.is_answered_for_by(request.reach)
    role = ReviewRole(own.role) if own else ReviewRole.EXPERT if is_owner else ReviewRole.NOVICE
    form, status = forms.GiveReview(request.POST or None), 422
    if form.is_valid():
        findings = actions.Findings(
            ReviewVerdict(form.cleaned_data["verdict"]),
            form.stumbles(),
            form.cleaned_data["comment"],
        )
        try:
            actions.give_review(
                aid=found,
                version=form.cleaned_data["version"],
                role=role,
                findings=findings,
                by=request.user,
                reach=request.reach,
                now=timezone.now(),
            )
        except (BadInput, Conflict) as error:
            form.add_error(None, error.message)
            status = error.status
            # It may have changed since it was looked up: what stands there now is shown.
            found = queries.aid_visible_to(request.reach, code=code)
        else:
            messages.success(request, _("Thank you. Its owner sees what you said."))
            return redirect(found)
    shown = _shown(found, own, form, role)
    return render(request, "aids/review.html", shown, status=status if form.errors else 200)


def _shown(
    found: Aid, own: Review | None, form: forms.GiveReview, role: ReviewRole
) -> dict[str, object]:
    """Return what the page shows: the newest lines, and what was typed so far."""
    is_open = found.state == State.IN_REVIEW
    said = {s.line: s.words for s in own.stumbles.all()} if own else {}
    typed = form.stumbles() if form.is_bound else said
    read = form.cleaned_data.get("version", 0) if form.is_bound else found.version
    # Beside the number of a line that is another by now, words would be about something else.
    is_elsewhere = not is_open or read < queries.material_version(found)
    beside = {} if is_elsewhere else typed
    return {
        "aid": found,
        "form": form,
        "role": role.value,
        "is_open": is_open,
        "rows": [
            (line, beside.get(line.number or 0, "")) for line in lines(queries.shown_parts(found))
        ],
        "comment": own.comment if own and not form.is_bound else "",
        "apart": sorted(typed.items()) if is_elsewhere and form.is_bound else [],
    }


@login_required
@require_POST
def ask_review(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask somebody to read an aid of one's own."""
    found = queries.aid_visible_to(request.reach, code=code)
    form = forms.AskForReview(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say who should read it, by name or e-mail address."))
        return redirect(found)
    try:
        asked = _ask(request, found, form)
    except (BadInput, NotFound) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("%s is asked to read it.") % asked)
    return redirect(found)


def _ask(request: SignedInRequest, found: Aid, form: forms.AskForReview) -> str:
    reviewer = queries.colleague(form.cleaned_data["who"], reach=request.reach)
    actions.ask_for_review(
        aid=found,
        reviewer=reviewer,
        role=ReviewRole(form.cleaned_data["role"]),
        by=request.user,
        now=timezone.now(),
    )
    return reviewer.name
