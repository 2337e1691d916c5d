"""One's own account, and looking around in a demo."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from whoknows.base.errors import BadInput
from whoknows.people import actions, forms, queries
from whoknows.people.http import ReaderRequest, SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def me(request: SignedInRequest) -> HttpResponse:
    """Let somebody say who they are."""
    me = request.user
    said = ("name", "about", "language", "most_a_week")
    initial = {name: getattr(me, name) for name in said}
    form = forms.AboutMe(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.introduce(person=request.user, now=timezone.now(), **form.cleaned_data)
        except BadInput as problem:
            form.add_error("name", problem.message)
        else:
            messages.success(request, _("Saved."))
            return redirect(request.user)
    context = {"form": form}
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


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
