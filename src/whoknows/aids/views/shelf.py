"""The list of aids, and the page of one."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from whoknows.aids import forms, queries
from whoknows.aids.http import origins_of, waiting_for
from whoknows.aids.models import Aid, KindChoice, State, Trust
from whoknows.aids.queries.carrying import is_pinned, ticked
from whoknows.aids.views.using import Using, using
from whoknows.base.days import day_of
from whoknows.engine.aids import named_pictures, problems, step_count
from whoknows.people.http import ReaderRequest
from whoknows.people.models import SharingClass
from whoknows.people.queries import tell_out_of_sight

PER_PAGE = 30


@require_safe
def aids(request: ReaderRequest) -> HttpResponse:
    """List aids: all in use, or the reader's own, due, or drafts; of one kind."""
    today = day_of(timezone.now())
    show = request.GET.get("show", "all")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KindChoice.values else ""
    found = queries.shelf(request.reach, show=show, kind=kind, on=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(aid, aid.trust(today), step_count(aid.parts())) for aid in page],
        "show": show,
        "kind": kind,
        "kinds": KindChoice.choices,
        "waiting": queries.reviews_waiting(request.reach) if request.reach.person else [],
        "others_waiting": waiting_for(request.reach),
        "due": queries.shelf(request.reach, show="due", on=today).count(),
        "what": f"show={show}&kind={kind}&",
    }
    return render(request, "aids/aids.html", context)


# One address, two answers: going back must not show the part for the page.
@vary_on_headers("HX-Request")
@require_safe
def aid(request: ReaderRequest, code: str) -> HttpResponse:
    """Show one aid, its trust first; where somebody is in it stands in the address."""
    found = queries.aid_visible_to(request.reach, code=code)
    tell_out_of_sight([found.owner], reach=request.reach)
    context = aid_context(request, found)
    part = "#use" if request.htmx else ""
    return render(request, f"aids/aid.html{part}", context)


def aid_context(request: ReaderRequest, found: Aid) -> dict[str, object]:
    """Return what the page of an aid shows to this reader."""
    reach = request.reach
    today = day_of(timezone.now())
    trust = found.trust(today)
    is_mine = found.is_answered_for_by(reach)
    context: dict[str, object] = {
        "aid": found,
        "trust": trust,
        "is_mine": is_mine,
        "asked": request.GET.get("for") or found.title,
        "for_words": request.GET.get("for", ""),
        "use": _using(request, found),
        "helped": queries.helped(found, reach=reach),
        "said": queries.said_of(found, reach.person),
        "is_pinned": is_pinned(found, reach.person),
        "can_renew": found.state == State.VERIFIED and trust in {Trust.DUE, Trust.STALE},
        "has_read": queries.has_read(found, reach=reach),
        "origins": origins_of(found, reach),
        "has_pictures": bool(named_pictures(found.body)),
        "may_try": found.state == State.IN_REVIEW and reach.person is not None,
    }
    if is_mine:
        context |= {
            "sharing_choices": SharingClass.choices,
            "problems": problems(found.parts()),
            "reviews": queries.reviews_for_owner(found, reach=reach),
            "ask_form": forms.AskForReview(),
            "readers": queries.readers(found, reach=reach, on=today) if found.asks_reading else [],
        }
    return context


def _using(request: ReaderRequest, found: Aid) -> Using:
    person = request.reach.person
    is_kept = found.kind == KindChoice.CHECKLIST and person is not None
    made = using(
        queries.shown_parts(found),
        request.GET,
        title=found.title,
        ticked=ticked(found, person) if is_kept else None,
    )
    if is_kept:
        made.material = queries.material_version(found)
    return made
