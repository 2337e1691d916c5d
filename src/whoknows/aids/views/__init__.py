"""Aids: reading, writing and verifying them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whoknows.aids import actions, forms, queries
from whoknows.aids.models import Aid
from whoknows.base.days import day_of
from whoknows.base.errors import NotAllowed
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import SharingClass
from whoknows.people.queries import membership_for_posting, sharing_choices

PER_PAGE = 30


@require_safe
def aids(request: ReaderRequest) -> HttpResponse:
    """List the aids the reader may see."""
    today = timezone.localdate()
    found = Paginator(queries.aids_visible_to(request.reach), PER_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {"page": page, "rows": [(aid, aid.trust(today)) for aid in page]}
    return render(request, "aids/aids.html", context)


@require_safe
def aid(request: ReaderRequest, code: str) -> HttpResponse:
    """Show one aid, its trust first."""
    found = queries.aid_visible_to(request.reach, code=code)
    context = {
        "aid": found,
        "trust": found.trust(timezone.localdate()),
        "is_mine": found.owner_id == request.reach.person,
        "sharing_choices": SharingClass.choices,
        "asked": request.GET.get("for") or found.title,
    }
    return render(request, "aids/aid.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def make(request: SignedInRequest) -> HttpResponse:
    """Write a new aid."""
    now = timezone.now()
    membership = membership_for_posting(request.user, on=day_of(now))
    if membership is None:
        raise NotAllowed("You belong to no organisation here. Ask an administrator to add you.")
    form = forms.MakeAid(
        request.POST or None,
        sharing_choices=sharing_choices(membership, on=day_of(now)),
        initial={"title": request.GET.get("title", "")},
    )
    if form.is_valid():
        made = actions.make_aid(
            text=_text(form),
            owner=request.user,
            organisation=membership.organisation,
            unit=membership.unit,
            sharing=SharingClass(form.cleaned_data["sharing"]),
            verify_by=form.cleaned_data["verify_by"],
            now=now,
            by=request.user,
        )
        messages.success(request, _("Saved. Its code is %s.") % made.code)
        return redirect(made)
    context = {"form": form}
    return render(request, "aids/write.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """Change the text of an aid of one's own."""
    found = queries.aid_visible_to(request.reach, code=code)
    if found.owner_id != request.user.pk:
        raise NotAllowed("Only its owner can change this aid.")
    form = forms.ChangeAid(request.POST or None, initial=_as_written(found))
    if form.is_valid():
        try:
            actions.change_aid(
                aid=found,
                text=_text(form, kept=found),
                verify_by=form.cleaned_data["verify_by"],
                as_of=form.cleaned_data["as_of"],
                now=timezone.now(),
                by=request.user,
            )
        except actions.ChangedMeanwhile as error:
            form.allow_overwriting(found.changed_at, because=error.message)
        else:
            messages.success(request, _("Saved. Nobody has verified the new text yet."))
            return redirect(found)
    context = {"form": form, "aid": found}
    return render(request, "aids/write.html", context, status=422 if form.errors else 200)


def _as_written(aid: Aid) -> dict[str, object]:
    return {
        "title": aid.title,
        "body": aid.body,
        "topics": ", ".join(topic.name for topic in aid.topics.all()),
        "verify_by": aid.verify_by,
        "as_of": aid.changed_at.isoformat(),
    }


def _text(form: forms.WriteAid, *, kept: Aid | None = None) -> actions.AidText:
    return actions.AidText(
        title=form.cleaned_data["title"],
        body=form.cleaned_data["body"],
        topics=form.cleaned_data["topics"],
        language=kept.language if kept else None,
        url=kept.url if kept else "",
        licence=kept.licence if kept else "",
        attribution=kept.attribution if kept else "",
    )


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
