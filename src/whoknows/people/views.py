"""One's own account, the people of an organisation, and looking around in a demo."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, WhoknowsError
from whoknows.people import actions, forms, queries
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import MailChoice, Membership, Organisation, Role

PER_PAGE = 50
LONGEST_SEARCH = 200


@login_required
@require_http_methods(["GET", "POST"])
def me(request: SignedInRequest) -> HttpResponse:
    """Let somebody say who they are."""
    me = request.user
    said = ("name", "about", "language", "most_a_week", "mail", "is_followed_up")
    initial = {name: getattr(me, name) for name in said}
    form = forms.AboutMe(request.POST or None, initial=initial)
    if form.is_valid():
        now, told = timezone.now(), form.cleaned_data
        choice = {name: told.pop(name) for name in ("mail", "is_followed_up")}
        try:
            with transaction.atomic():
                actions.introduce(person=me, now=now, **told)
                actions.choose_mail(person=me, now=now, **choice)
        except BadInput as problem:
            form.add_error("name", problem.message)
        else:
            messages.success(request, _("Saved."))
            return redirect(request.user)
    looked_after = queries.organisations_looked_after(me, on=day_of(timezone.now()))
    context = {"form": form, "looked_after": looked_after}
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def mail(request: ReaderRequest, signed: str) -> HttpResponse:
    """Let whoever got a mail choose what comes, without signing in.

    The link is what lets them: a program of mail that ends it for them (RFC 8058) has no session.
    """
    person, now = queries.whose_mail(signed), timezone.now()
    if request.POST.get("List-Unsubscribe") == "One-Click":
        actions.choose_mail(person=person, mail=MailChoice.NONE, now=now)
        return HttpResponse(_("No more mail comes."), content_type="text/plain")
    form = forms.ChooseMail(request.POST or None, initial={"mail": person.mail})
    if form.is_valid():
        actions.choose_mail(person=person, mail=form.cleaned_data["mail"], now=now)
        messages.success(request, _("Saved."))
        return redirect("people:mail", signed)
    context = {"form": form, "signed": signed}
    response = render(request, "people/mail.html", context, status=422 if form.errors else 200)
    # The address is the key: it goes to no other page.
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """List one's tokens, and issue a new one; its secret is shown this once."""
    form = forms.IssueToken(request.POST or None)
    secret = ""
    if form.is_valid():
        _token, secret = actions.issue_token(
            person=request.user, label=form.cleaned_data["label"], now=timezone.now()
        )
        form = forms.IssueToken()
    context = {"form": form, "secret": secret, "tokens": queries.tokens_of(request.user)}
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    """Make a token useless."""
    actions.revoke_token(person=request.user, token_id=token_id, now=timezone.now())
    messages.success(request, _("The token is gone. Programs that use it are signed out."))
    return redirect("people:tokens")


def _looked_after(request: SignedInRequest, slug: str) -> Organisation:
    today = day_of(timezone.now())
    return queries.organisation_looked_after(request.user, slug=slug, on=today)


def _member(request: SignedInRequest, slug: str, uid: UUID) -> Membership:
    organisation = _looked_after(request, slug)
    return queries.member_of(organisation, uid=uid, on=day_of(timezone.now()))


@login_required
@require_safe
def people(request: SignedInRequest, slug: str) -> HttpResponse:
    """List the people of an organisation for who looks after it."""
    organisation = _looked_after(request, slug)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    is_waiting = request.GET.get("show") == "waiting"
    today = day_of(timezone.now())
    found = queries.members_of(organisation, on=today, words=words, is_waiting=is_waiting)
    asked = {"q": words, "show": "waiting" if is_waiting else ""}
    asked = {name: value for name, value in asked.items() if value}
    context = {
        "organisation": organisation,
        "words": words,
        "is_waiting": is_waiting,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "what": f"{urlencode(asked)}&" if asked else "",
    }
    return render(request, "people/organisation.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def let_in(request: SignedInRequest, slug: str) -> HttpResponse:
    """Let one person in; the link by which they choose a password is shown this once."""
    organisation, now = _looked_after(request, slug), timezone.now()
    form = forms.LetIn(request.POST or None)
    if form.is_valid():
        try:
            membership = actions.let_in(
                organisation=organisation, by=request.user, now=now, **form.cleaned_data
            )
        except WhoknowsError as problem:
            form.add_error("name" if isinstance(problem, BadInput) else "email", problem.message)
        else:
            person = membership.owner
            alone = queries.answers_for(request.user, person, on=day_of(now))
            if person.has_usable_password() or not (alone and person.is_active):
                messages.success(request, _("%s is here again.") % person.name)
                return redirect("organisation:member", slug, person.uid)
            link = actions.make_password_link(membership=membership, by=request.user, now=now)
            return _member_page(request, membership, link=link)
    context = {"form": form, "organisation": organisation, "units": organisation.units.all()}
    return render(request, "people/let_in.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def member(request: SignedInRequest, slug: str, uid: UUID) -> HttpResponse:
    """Show one person; asked to, make a link to choose a password, which is shown this once."""
    membership = _member(request, slug, uid)
    link = ""
    if request.method == "POST":
        link = actions.make_password_link(
            membership=membership, by=request.user, now=timezone.now()
        )
    return _member_page(request, membership, link=link)


def _member_page(request: SignedInRequest, membership: Membership, *, link: str) -> HttpResponse:
    person, today = membership.owner, day_of(timezone.now())
    queries.tell_out_of_sight([person], reach=request.reach)
    context = {
        "membership": membership,
        "person": person,
        "organisation": membership.organisation,
        "link": link,
        "days": actions.link_lasts().days,
        "has_password": person.has_usable_password(),
        "may_sign_in": bool(person.email) and person.is_active,
        "answers_for": queries.answers_for(request.user, person, on=today),
        "is_last_administrator": membership.role == Role.ADMINISTRATOR
        and not queries.has_administrator(membership.organisation, on=today, besides=person),
        "form": forms.EndMembership(),
    }
    response = render(request, "people/member.html", context)
    if link:
        response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def end(request: SignedInRequest, slug: str, uid: UUID) -> HttpResponse:
    """End a membership today."""
    membership, form = _member(request, slug, uid), forms.EndMembership(request.POST)
    actions.end_membership(
        membership=membership,
        stays_as_alumni=form.is_valid() and form.cleaned_data["stays_as_alumni"],
        by=request.user,
        now=timezone.now(),
    )
    told = {"name": membership.owner.name, "there": membership.organisation.name}
    messages.success(request, _("%(name)s has left %(there)s.") % told)
    if membership.owner == request.user:
        return redirect("people:me")
    return redirect("organisation:people", slug)


@require_http_methods(["GET", "POST"])
def look_around(request: ReaderRequest) -> HttpResponse:
    """Sign in as one of the demo's people with one click; there is no such page anywhere else."""
    accounts = queries.demo_accounts()
    if not accounts:
        raise Http404
    if request.method == "POST":
        chosen = next((p for p in accounts if p.email == request.POST.get("email")), None)
        if chosen is None:
            messages.error(request, _("Choose one of the people below."))
            return redirect("people:look-around")
        login(request, chosen, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect(_wanted(request) or "needs:ask")
    context = {"accounts": accounts, "wanted": _wanted(request)}
    return render(request, "people/look_around.html", context)


def _wanted(request: ReaderRequest) -> str:
    """Return the page of this site that somebody was on the way to, if they say so."""
    told = request.POST.get("next") or request.GET.get("next") or ""
    return told if url_has_allowed_host_and_scheme(told, allowed_hosts=None) else ""
