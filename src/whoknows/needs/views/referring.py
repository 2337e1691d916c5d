"""Pointing somebody to a need."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from whoknows.base.errors import BadInput, Conflict, NotAllowed
from whoknows.needs import actions, forms
from whoknows.needs.queries import pages
from whoknows.needs.queries.referring import candidates
from whoknows.people.http import SignedInRequest
from whoknows.people.queries import person_visible_to

_LONGEST = 200


@login_required
@require_http_methods(["GET", "POST"])
def refer(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show whom one may point to a need, by name or because they may know, and point one to it."""
    need, now = pages.need_visible_to(request.reach, uid=uid), timezone.now()
    form = forms.ReferNeed(request.POST or None)
    if form.is_valid():
        person = person_visible_to(request.reach, uid=form.cleaned_data["person"])
        try:
            actions.refer_need(need=need, to=person, by=request.user, reach=request.reach, now=now)
        except (BadInput, Conflict, NotAllowed) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("It waits for %s on their first page.") % person.name)
            return redirect(need)
    words = request.GET.get("q", "").strip()[:_LONGEST]
    found = candidates(need, words=words, reach=request.reach, now=now) if not need.met_at else []
    context = {"need": need, "words": words, "found": found}
    context["is_mine"] = need.owner_id == request.user.pk
    return render(request, "needs/refer.html", context, status=422 if request.POST else 200)
