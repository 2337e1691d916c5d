"""Keeping an aid true, and saying what one thinks of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from whoknows.aids import actions, forms, queries
from whoknows.base.errors import Conflict, NotFound
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import SharingClass


@login_required
@require_POST
def verify(request: SignedInRequest, code: str) -> HttpResponse:
    """Stand by an aid of one's own for another half year."""
    found = queries.aid_visible_to(request.reach, code=code)
    actions.verify_aid(aid=found, by=request.user, now=timezone.now())
    messages.success(request, _("Verified today, by you."))
    return redirect(found)


@login_required
@require_POST
def retire(request: SignedInRequest, code: str) -> HttpResponse:
    """Take an aid of one's own out of use, or bring it back."""
    found = queries.aid_visible_to(request.reach, code=code)
    if request.POST.get("back"):
        why = _("Brought back after it was retired.")
        actions.revive_aid(aid=found, by=request.user, now=timezone.now(), why=why)
        messages.success(request, _("It is a draft again."))
    else:
        actions.retire_aid(aid=found, by=request.user, now=timezone.now())
        messages.success(request, _("Retired. Nobody finds it any more; its address still works."))
    return redirect(found)


@login_required
@require_POST
def acknowledge(request: SignedInRequest, code: str) -> HttpResponse:
    """Note that somebody read the version they were shown."""
    found = queries.aid_visible_to(request.reach, code=code)
    typed = request.POST.get("version", "")
    if not (typed.isdecimal() and len(typed) < 7):  # noqa: PLR2004 - no aid has a million versions
        raise Conflict("Open the aid again, read it, then say so.")
    actions.acknowledge(
        aid=found,
        version=int(typed),
        by=request.user,
        reach=request.reach,
        now=timezone.now(),
    )
    messages.success(request, _("Noted that you read it."))
    return redirect(found)


@login_required
@require_POST
def ask_reading(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask readers to say that they read it, or stop asking."""
    found = queries.aid_visible_to(request.reach, code=code)
    wanted = request.POST.get("wanted") == "yes"
    actions.ask_for_reading(aid=found, wanted=wanted, by=request.user, now=timezone.now())
    said = _("Readers are asked to say that they read it.") if wanted else _("No longer asked.")
    messages.success(request, said)
    return redirect(found)


@login_required
@require_POST
def share(request: SignedInRequest, code: str) -> HttpResponse:
    """Change who sees an aid."""
    found = queries.aid_visible_to(request.reach, code=code)
    form = forms.ShareAid(request.POST)
    if form.is_valid():
        sharing = SharingClass(form.cleaned_data["sharing"])
        actions.share_aid(aid=found, sharing=sharing, by=request.user, now=timezone.now())
        messages.success(request, _("Who can see this: %s.") % sharing.label)
    else:
        messages.error(request, _("Choose who can see this from the list."))
    return redirect(found)


@require_safe
def export(request: ReaderRequest, code: str, form: str) -> HttpResponse:
    """Give an aid away as Markdown with front matter, with its pictures packed, or as JSON."""
    found = queries.aid_visible_to(request.reach, code=code)
    if form == "json":
        answer: HttpResponse = JsonResponse(
            queries.as_plain(found, queries.pictures_with_bytes(found), reach=request.reach),
            json_dumps_params={"indent": 2},
        )
    elif form == "md":
        text = queries.as_markdown(found, reach=request.reach)
        answer = HttpResponse(text, "text/markdown; charset=utf-8")
    elif form == "zip":
        pictures = list(queries.pictures_with_bytes(found).select_related("aid"))
        answer = HttpResponse(
            queries.as_zip(found, pictures, reach=request.reach), "application/zip"
        )
    else:
        raise NotFound("An aid can be had as export.md, export.zip or export.json.")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.{form}"'
    return answer
