"""People, and what shows what they know."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from whoknows.expertise import actions
from whoknows.expertise.queries import topics as queries
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.queries import person_visible_to, persons_visible_to

PER_PAGE = 30


@require_safe
def people(request: ReaderRequest) -> HttpResponse:
    """List the people the reader may see, by name."""
    page = Paginator(persons_visible_to(request.reach).order_by("name", "pk"), PER_PAGE)
    context = {"page": page.get_page(request.GET.get("page"))}
    return render(request, "expertise/people.html", context)


@require_safe
def person(request: ReaderRequest, uid: UUID) -> HttpResponse:
    """Show a person: what they are known for, and the evidence for it."""
    found = person_visible_to(request.reach, uid=uid)
    is_me = found.pk == request.reach.person
    evidence = Paginator(queries.evidence_of(found, reach=request.reach), PER_PAGE)
    context = {
        "person": found,
        "is_me": is_me,
        "topics": queries.topics_of(found, reach=request.reach),
        "page": evidence.get_page(request.GET.get("page")),
        "refused": queries.refused_by(found) if is_me else [],
    }
    return render(request, "expertise/person.html", context)


@login_required
@require_POST
def remove(request: SignedInRequest, evidence_id: int) -> HttpResponse:
    """Take a piece of evidence about oneself away for good."""
    removed = actions.remove_evidence(evidence_id=evidence_id, by=request.user, now=timezone.now())
    messages.success(request, _("“%s” no longer counts, and will not come back.") % removed.title)
    return redirect(request.user)


@login_required
@require_POST
def refuse(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Stop being known for a topic."""
    topic = queries.topic_shown_by(request.user, topic_id=topic_id)
    actions.refuse_topic(topic=topic, by=request.user, now=timezone.now())
    messages.success(request, _("You will not be suggested for %s any more.") % topic.name)
    return redirect(request.user)
