"""Communities: finding, opening, joining, looking after and leaving them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whoknows.base.days import day_of
from whoknows.base.errors import NotAllowed
from whoknows.communities import actions, forms, queries
from whoknows.communities.http import posted_to
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import SharingClass
from whoknows.people.queries import membership_for_posting, person_visible_to, sharing_choices

PER_PAGE = 30


@require_safe
def communities(request: ReaderRequest) -> HttpResponse:
    """List the communities the reader may see."""
    page = Paginator(queries.communities_visible_to(request.reach), PER_PAGE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "communities/communities.html", context)


@require_safe
def community(request: ReaderRequest, uid: UUID) -> HttpResponse:
    """Show a community: what it is for, what its members are stuck on and who is in it."""
    found = queries.community_visible_to(request.reach, uid=uid)
    members = Paginator(queries.members_of(found, reach=request.reach), PER_PAGE)
    context = {
        "community": found,
        "page": members.get_page(request.GET.get("page")),
        "posted": posted_to(found, request.reach, now=timezone.now()),
        "is_member": queries.is_member(found, request.reach.person),
        "is_host": queries.is_host(found, request.reach.person),
    }
    return render(request, "communities/community.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_community(request: SignedInRequest) -> HttpResponse:
    """Open a community. Anybody who belongs somewhere may."""
    now = timezone.now()
    place = membership_for_posting(request.user, on=day_of(now))
    if place is None:
        raise NotAllowed("You belong to no organisation here. Ask an administrator to add you.")
    choices = sharing_choices(place, on=day_of(now))
    form = forms.OpenCommunity(request.POST or None, sharing_choices=choices)
    if form.is_valid():
        opened = actions.open_community(
            name=form.cleaned_data["name"],
            purpose=form.cleaned_data["purpose"],
            topics=form.cleaned_data["topics"],
            sharing=SharingClass(form.cleaned_data["sharing"]),
            by=place,
            now=now,
        )
        told = _("It is open. Post the first need; whoever may find it can join.")
        messages.success(request, told)
        return redirect(opened)
    context = {"form": form}
    return render(request, "communities/open.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def membership(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Join or, with ``leave`` in the form, leave a community."""
    found = queries.community_visible_to(request.reach, uid=uid)
    now = timezone.now()
    if "leave" in request.POST:
        actions.leave_community(community=found, person=request.user, now=now)
        messages.success(request, _("You left %s.") % found.name)
    else:
        member = actions.join_community(
            community=found, person=request.user, reach=request.reach, now=now
        )
        told = _("You are in. You can post needs to %s now.") % found.name
        if member.is_host:
            told = _("You are in, and look after %s now: nobody else did.") % found.name
        messages.success(request, told)
    return redirect(found)


@login_required
@require_POST
def make_host(request: SignedInRequest, uid: UUID, person: UUID) -> HttpResponse:
    """Let somebody else look after a community too."""
    found = queries.community_visible_to(request.reach, uid=uid)
    chosen = person_visible_to(request.reach, uid=person)
    actions.make_host(community=found, person=chosen, by=request.user, now=timezone.now())
    messages.success(request, _("%s looks after the community now.") % chosen.name)
    return redirect(found)
