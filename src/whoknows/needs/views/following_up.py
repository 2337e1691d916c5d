"""Whether what was solved stays solved."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from whoknows.needs import actions, forms
from whoknows.needs.models import FollowUp, Outcome, Step
from whoknows.needs.queries import following_up as queries
from whoknows.people.http import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def follow_up(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Ask somebody how it went since a need of theirs was met, and take what they say."""
    now = timezone.now()
    found = queries.follow_up_of(request.reach, uid=uid, now=now)
    if request.POST.get("later"):
        actions.put_off(follow_up=found, by=request.user, now=now)
        messages.success(request, _("You are asked again in a week."))
        return redirect("needs:ask")
    met = queries.what_met_it(found, reach=request.reach)
    form = forms.FollowUp(request.POST or None, outcomes=queries.outcomes_of(Step(found.step)))
    if form.is_valid():
        said = Outcome(form.cleaned_data["said"])
        actions.say_how_it_went(follow_up=found, said=said, by=request.user, now=now)
        return _next(request, found, said, words=met.words)
    context = {"follow_up": found, "met": met, "form": form}
    status = 422 if form.errors else 200
    return render(request, "needs/follow_up.html", context, status=status)


def _next(request: SignedInRequest, found: FollowUp, said: Outcome, *, words: str) -> HttpResponse:
    if said != Outcome.STUCK:
        has_come_up = said != Outcome.NOT_YET
        told = _("Good to know.") if has_come_up else _("Noted. It is here when you need it.")
        messages.success(request, told)
        return redirect("needs:ask")
    if found.need is not None:
        messages.success(request, _("It is open again, and waits for those who may know."))
        return redirect(found.need)
    messages.success(request, _("Noted. Here is what else may help. Or post it."))
    return redirect(f"{reverse('needs:ask')}?{urlencode({'q': words})}")
