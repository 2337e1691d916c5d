"""People, and what shows what they know."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotAllowed
from whoknows.expertise import actions, forms
from whoknows.expertise.http import out_of_use
from whoknows.expertise.queries import topics as queries
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import Person
from whoknows.people.queries import (
    membership_for_posting,
    person_visible_to,
    persons_to_browse,
)

PER_PAGE = 30
LONGEST_SEARCH = 200


@require_safe
def people(request: ReaderRequest) -> HttpResponse:
    """List the people the reader may see, colleagues first, or those of a name, job or unit."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    page = Paginator(persons_to_browse(request.reach, words=words), PER_PAGE)
    context = {
        "words": words,
        "page": page.get_page(request.GET.get("page")),
        "what": f"{urlencode({'q': words})}&" if words else "",
    }
    return render(request, "expertise/people.html", context)


@require_safe
def person(request: ReaderRequest, uid: UUID) -> HttpResponse:
    """Show a person: what they are known for, and the evidence for it."""
    found = person_visible_to(request.reach, uid=uid)
    return _page_of(request, found, forms.DeclareTopics())


def _page_of(request: ReaderRequest, person: Person, form: forms.DeclareTopics) -> HttpResponse:
    evidence = Paginator(queries.evidence_of(person, reach=request.reach), PER_PAGE)
    topics = queries.topics_of(person, reach=request.reach)
    page = evidence.get_page(request.GET.get("page"))
    shown = [*page, *(piece for topic in topics for piece in topic.evidence)]
    context = {
        "person": person,
        "is_me": person.pk == request.reach.person,
        "can_be_asked": queries.can_be_asked(person, reach=request.reach, now=timezone.now()),
        "topics": topics,
        "page": page,
        "out_of_use": out_of_use(shown),
    }
    if context["is_me"]:
        context |= {
            "refused": queries.refused_by(person),
            "declared": queries.declared_by(person),
            "form": form,
            "names": queries.topic_names(request.reach),
        }
    return render(request, "expertise/person.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def declare(request: SignedInRequest) -> HttpResponse:
    """Say what one knows about."""
    now, form = timezone.now(), forms.DeclareTopics(request.POST)
    place = membership_for_posting(request.user, on=day_of(now))
    if place is None:
        raise NotAllowed("You belong to no organisation here, so there are no topics.")
    if form.is_valid():
        try:
            told = actions.declare_topics(
                names=form.cleaned_data["topics"],
                organisation=place.organisation,
                by=request.user,
                now=now,
            )
        except BadInput as problem:
            form.add_error("topics", problem.message)
        else:
            names = ", ".join(topic.name for topic in told)
            messages.success(request, _("Noted that you know about %s.") % names)
            return redirect(request.user)
    me = person_visible_to(request.reach, uid=request.user.uid)
    return _page_of(request, me, form)


@login_required
@require_POST
def withdraw(request: SignedInRequest, topic_id: int) -> HttpResponse:
    """Take back that one knows about a topic."""
    topic = actions.withdraw_topic(topic_id=topic_id, by=request.user, now=timezone.now())
    messages.success(request, _("You no longer say that you know about %s.") % topic.name)
    return redirect(request.user)


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
