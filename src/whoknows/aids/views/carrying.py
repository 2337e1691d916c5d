"""Aids by their short address: light pages, frames, and what is kept without a network."""

from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_POST, require_safe

from whoknows.aids import forms
from whoknows.aids.actions import carrying as actions
from whoknows.aids.actions import say_whether_it_helped
from whoknows.aids.models import Aid
from whoknows.aids.queries import carrying as queries
from whoknows.aids.queries import material_version, said_by, said_of
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotFound
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import Reach

LONGEST_QUERY = 8_000


@require_safe
def short(request: ReaderRequest, code: str) -> HttpResponse:
    """Show an aid on a light page; say so in large letters when the printed card is out of date."""
    try:
        aid = queries.aid_for_code(request.reach, typed=code)
    except NotFound:
        if request.user.is_authenticated:
            raise
        # Whether there is such a code is nothing a stranger hears: any code leads to this.
        return redirect_to_login(request.get_full_path())
    if code != aid.code:
        return _to_its_own_address(request, aid)
    today = day_of(timezone.now())
    context = _light(aid, on=today) | {
        "material": material_version(aid),
        "aged": queries.aged(aid, printed=request.GET.get("v", ""), on=today),
        "ticked": queries.ticked(aid, request.reach.person),
        "is_pinned": queries.is_pinned(aid, request.reach.person),
        "said": said_of(aid, request.reach.person),
        "asked": aid.title,
    }
    return render(request, "aids/light.html", context)


def _to_its_own_address(request: HttpRequest, aid: Aid) -> HttpResponseRedirect:
    asked = request.GET.get("v")
    return redirect(_address(aid) + (f"?{urlencode({'v': asked})}" if asked else ""))


def _address(aid: Aid) -> str:
    return reverse("carried:aid", args=[aid.code])


def _light(aid: Aid, *, on: date) -> dict[str, object]:
    return {
        "aid": aid,
        "trust": aid.trust(on),
        "runs": queries.groups_of(aid),
        "version": aid.version,
        "now": timezone.now(),
    }


@xframe_options_exempt
@require_safe
def embed(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a public aid inside a page of a site that its organisation allows, and nowhere else."""
    # With a stranger's eyes, whoever looks: the page around it must not show what it may not see.
    aid = queries.aid_for_code(Reach(), typed=code)
    sites = aid.organisation.may_frame() or ["'none'"]
    context = _light(aid, on=day_of(timezone.now())) | {"is_framed": True}

    def framed(request: HttpRequest) -> HttpResponse:
        return render(request, "aids/embed.html", context)

    allowed: Callable[[HttpRequest], HttpResponseBase] = csp_replace({"frame-ancestors": sites})(
        framed
    )
    return allowed(request)


@login_required
@require_POST
def pin(request: SignedInRequest, code: str) -> HttpResponse:
    """Keep an aid without a network, or no longer."""
    aid = queries.aid_for_code(request.reach, typed=code)
    if request.POST.get("keep") == "no":
        actions.unpin_aid(aid=aid, by=request.user, now=timezone.now())
    else:
        actions.pin_aid(aid=aid, by=request.user, now=timezone.now())
    return _back(request, aid, to="keep")


def _back(request: SignedInRequest, aid: Aid, *, to: str) -> HttpResponseRedirect:
    """Return to the page on which a button was pressed, as it was, where it says what is so now."""
    address = aid.get_absolute_url() if request.POST.get("page") == "full" else _address(aid)
    told = request.POST.get("query", "")
    # A part of it would be words cut in two, which the page then takes for what somebody asked.
    query = QueryDict(told).urlencode() if len(told) <= LONGEST_QUERY else ""
    return HttpResponseRedirect(f"{address}{'?' if query else ''}{query}#{to}")


@login_required
@require_POST
def ticks(request: SignedInRequest, code: str) -> HttpResponse:
    """Take in which items are done, perhaps sent by a device that was offline."""
    aid = queries.aid_for_code(request.reach, typed=code)
    now = timezone.now()
    done = [] if "afresh" in request.POST else _numbers(request, "line")
    among = _numbers(request, "among")
    material = next(iter(_numbers(request, "material")), 0)
    return _delivered(
        request,
        aid,
        lambda: actions.tick_items(
            aid=aid, material=material, among=among, done=done, by=request.user, now=now
        ),
    )


def _numbers(request: HttpRequest, field: str) -> list[int]:
    told = request.POST.getlist(field)[: actions.MOST_LINES]
    return [int(number) for number in told if number.isdecimal() and len(number) < 6]  # noqa: PLR2004


@login_required
@require_POST
def helped(request: SignedInRequest, code: str) -> HttpResponse:
    """Take in whether an aid helped, perhaps sent by a device that was offline."""
    aid = queries.aid_for_code(request.reach, typed=code)
    now = timezone.now()
    did = forms.SayHelped(request.POST).said()
    return _delivered(
        request,
        aid,
        lambda: say_whether_it_helped(
            aid=aid, helped=did, by=request.user, reach=request.reach, now=now
        ),
        to="helped",
    )


def _delivered(
    request: SignedInRequest, aid: Aid, do: Callable[[], object], *, to: str = "main"
) -> HttpResponse:
    """Do something once for each key; a device hears whether it was done now or before."""
    is_new = actions.take_delivery(key=_key(request), by=request.user, now=timezone.now(), do=do)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"done": "now" if is_new else "before"})
    return _back(request, aid, to=to)


def _key(request: HttpRequest) -> UUID | None:
    told = request.POST.get("key", "")
    try:
        return UUID(told) if told else None
    except ValueError as error:
        raise BadInput("The key of a delivery is a UUID. Send it again with one.") from error


@never_cache
@require_safe
def offline_list(request: ReaderRequest) -> JsonResponse:
    """List what this person's device keeps, with a token to send what waits there."""
    if not request.user.is_authenticated:
        return JsonResponse({"person": "", "aids": []})
    all_kept = queries.kept_by(request.user, reach=request.reach)
    ticked = queries.ticks_of(request.user, aids=[kept.aid for kept in all_kept])
    said = said_by(request.user, aids=[kept.aid for kept in all_kept])
    rows = [
        {
            "code": kept.aid.code,
            "url": _address(kept.aid),
            "title": kept.aid.title,
            "version": kept.aid.version,
            "changed": kept.aid.changed_at.isoformat(),
            "state": kept.aid.state,
            "owner": kept.aid.owner.name,
            "good_until": kept.aid.verify_by.isoformat() if kept.aid.verify_by else "",
            "pinned": kept.is_by_choice,
            # So that a copy with other ticks or another answer is fetched anew.
            "ticked": ticked.get(kept.aid.pk, []),
            "helped": said.get(kept.aid.pk),
        }
        for kept in all_kept
    ]
    person = request.user.uid.hex
    return JsonResponse({"person": person, "token": get_token(request), "aids": rows})
