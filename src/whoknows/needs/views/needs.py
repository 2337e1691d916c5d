"""The ask page, needs, and search."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, NotFound
from whoknows.communities.queries import (
    communities_of,
    communities_visible_to,
    community_visible_to,
)
from whoknows.engine.aids import read_markdown, steps_from_answer, to_markdown
from whoknows.expertise.queries.topics import person_to_ask
from whoknows.needs import actions, forms
from whoknows.needs.models import LONGEST_NEED, Need, Verdict
from whoknows.needs.queries import everything, pages, posted
from whoknows.needs.queries.missing import missing_here
from whoknows.needs.queries.suggestions import FEWEST_WORDS, suggest
from whoknows.needs.queries.waiting import waiting_here
from whoknows.people.http import ReaderRequest, SignedInRequest
from whoknows.people.models import Person, Reach, SharingClass
from whoknows.people.queries import (
    hears_by_mail,
    membership_for_posting,
    sharing_choices,
    tell_out_of_sight,
)
from whoknows.search.index import IndexUnreadable

PER_PAGE = 20


# One address, two answers: going back must not show the part for the page.
@vary_on_headers("HX-Request")
@require_safe
def ask(request: ReaderRequest) -> HttpResponse:
    """Ask what somebody is trying to do, and show what and who helps, while they type."""
    words = request.GET.get("q", "").strip()[:LONGEST_NEED]
    typing = bool(request.htmx) and request.htmx.trigger == "words"
    enough = len(words.split()) >= (FEWEST_WORDS if typing else 1)
    context: dict[str, object] = {"words": words, "suggestions": None}
    try:
        found = suggest(words, reach=request.reach, now=timezone.now()) if enough else None
    except IndexUnreadable:
        # No error: what somebody is trying to do can still be posted.
        context["is_unreadable"] = True
    else:
        if found and found.is_by_code:
            url = found.objects[0].url
            return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
        context["suggestions"] = found
    if request.htmx:
        return render(request, "needs/ask.html#answers", context)
    if not words:
        context["examples"] = pages.examples(request.reach)
        context["waiting"] = waiting_here(request.reach, now=timezone.now())
    return render(request, "needs/ask.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def missing(request: SignedInRequest) -> HttpResponse:
    """List what people say is missing here, each one click from a draft; take in what is sent."""
    form = forms.SayMissing(request.POST or None)
    if not form.is_valid():
        context = {"rows": missing_here(request.reach), "form": form}
        return render(request, "needs/missing.html", context, status=422 if form.errors else 200)
    now = timezone.now()
    membership = membership_for_posting(request.user, on=day_of(now))
    if membership is None:
        return render(request, "needs/no_membership.html", status=403)
    actions.note_miss(words=form.cleaned_data["words"], by=membership, now=now)
    messages.success(request, _("Noted, without your name, for 90 days."))
    return redirect("needs:missing")


@login_required
@require_http_methods(["GET", "POST"])
def card(request: SignedInRequest, uid: UUID, answer_uid: UUID) -> HttpResponse:
    """Make an aid of what solved a need: propose its steps, take what is sent."""
    found = pages.need_visible_to(request.reach, uid=uid)
    answer = pages.answer_to(found, uid=answer_uid)
    proposed = to_markdown(steps_from_answer(answer.text)) or answer.text
    form = forms.MakeCard(
        request.POST or None, initial={"title": found.title[:200], "text": proposed}
    )
    if form.is_valid():
        content = read_markdown(form.cleaned_data["text"])
        try:
            made = actions.make_card(
                answer=answer,
                card=actions.Card(form.cleaned_data["title"], content),
                by=request.user,
                reach=request.reach,
                now=timezone.now(),
            )
        except BadInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved. Its code is %s.") % made.code)
            return redirect(made)
    context = {"need": found, "answer": answer, "form": form}
    return render(request, "needs/card.html", context, status=422 if form.errors else 200)


@require_POST
def solved(request: ReaderRequest) -> HttpResponse:
    """Note that something shown solved it; the flow ends here."""
    form = forms.SaySolved(request.POST)
    if not form.is_valid():
        messages.error(request, _("We could not tell what solved it. Choose it once more."))
        return redirect("needs:ask")
    noted = None
    if isinstance(request.user, Person):
        noted = actions.say_solved(
            words=form.cleaned_data["words"],
            document_kind=form.cleaned_data["kind"],
            document_id=form.cleaned_data["id"],
            by=request.user,
            reach=request.reach,
            now=timezone.now(),
        )
    words = form.cleaned_data["words"].strip()
    context = {
        "words": words,
        "is_noted": noted is not None,
        "met": pages.met_in_words(words, reach=request.reach),
    }
    return render(request, "needs/solved.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def raise_need(request: SignedInRequest, person: UUID | None = None) -> HttpResponse:
    """Post a need: choose who sees it, done. Nobody approves it. ``person`` is asked by name."""
    now = timezone.now()
    membership = membership_for_posting(request.user, on=day_of(now))
    if membership is None:
        return render(request, "needs/no_membership.html", status=403)
    asked = person_to_ask(request.reach, uid=person, now=now) if person else None
    form = forms.RaiseNeed(
        request.POST or None,
        initial={"words": request.GET.get("q", ""), "community": request.GET.get("community")},
        sharing_choices=sharing_choices(membership, on=day_of(now)),
        communities=communities_of(request.user, reach=request.reach),
    )
    if form.is_valid():
        try:
            need = actions.raise_need(
                words=form.cleaned_data["words"],
                by=membership,
                now=now,
                sharing=SharingClass(form.cleaned_data["sharing"]),
                community=form.cleaned_data["community"],
                asked=asked,
            )
        except BadInput as error:
            form.add_error(None, error.message)
        else:
            _suggest_people(request, need, now)
            if asked:
                messages.success(request, _("It waits for %s on their first page.") % asked.name)
            return redirect(need)
    context = {"form": form, "membership": membership, "asked": asked}
    return render(request, "needs/raise.html", context, status=422 if form.errors else 200)


def _suggest_people(request: SignedInRequest, need: Need, now: datetime) -> None:
    """Note who may know, and say that it is posted: it is, whether anything can be found or not."""
    try:
        actions.suggest_people(need=need, reach=request.reach, now=now)
    except IndexUnreadable:
        actions.suggest_people_later(need)
        told = _("Posted. You will find answers here. Who may know cannot be said just now.")
        messages.warning(request, told)
        return
    if hears_by_mail(request.user):
        messages.success(request, _("Posted. Answers come to this page, and by mail."))
    else:
        messages.success(request, _("Posted. You will find answers on this page."))


@require_safe
def needs(request: ReaderRequest) -> HttpResponse:
    """List the needs the reader may see; ``?show=`` keeps some of them.

    Those not met yet (``open``), those of them that nobody answered (``unanswered``), or one's own
    (``mine``).
    """
    found = pages.needs_visible_to(request.reach)
    show = request.GET.get("show", "all")
    if show == "open":
        found = found.open()
    elif show == "unanswered":
        found = found.open().unanswered()
    elif show == "mine" and isinstance(request.user, Person):
        found = pages.needs_of(request.user, reach=request.reach)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "needs/needs.html", {"page": page, "show": show})


@require_safe
def needs_posted_to(request: ReaderRequest, uid: UUID) -> HttpResponse:
    """List what was posted to a community, as far as the reader may see it."""
    community = community_visible_to(request.reach, uid=uid)
    found = posted.needs_posted_to(community, reach=request.reach)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "needs/posted.html", {"page": page, "community": community})


@require_safe
def need(request: ReaderRequest, uid: UUID) -> HttpResponse:
    """Show a need with its answers."""
    found = pages.need_visible_to(request.reach, uid=uid)
    return _need_page(request, found, _answer_form(found, request.reach)())


def _answer_form(need: Need, reach: Reach) -> type[forms.AnswerNeed]:
    is_open_and_own = need.owner_id == reach.person and need.met_at is None
    return forms.AnswerOwnNeed if is_open_and_own else forms.AnswerNeed


def _need_page(request: ReaderRequest, found: Need, form: forms.AnswerNeed) -> HttpResponse:
    communities = communities_visible_to(request.reach).filter(needs=found)
    named = [found.owner, *(answer.author for answer in found.answers.all())]
    tell_out_of_sight(named, reach=request.reach)
    context = {
        "need": found,
        "form": form,
        "is_met_otherwise": pages.is_met_otherwise(found),
        "is_mine": found.is_answered_for_by(request.reach),
        "may_make_card": found.organisation_id in request.reach.organisations,
        "asked": pages.suggested_for(found, reach=request.reach, now=timezone.now()),
        # Whoever may see the need may not always know of the community it was posted to.
        "community": communities.first(),
        "sharing_choices": pages.circles_of(found, on=day_of(timezone.now())),
    }
    return render(request, "needs/need.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def answer(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Answer a need."""
    found = pages.need_visible_to(request.reach, uid=uid)
    form = _answer_form(found, request.reach)(request.POST)
    if not form.is_valid():
        return _need_page(request, found, form)
    made = actions.answer_need(
        need=found,
        text=form.cleaned_data["text"],
        by=request.user,
        reach=request.reach,
        now=timezone.now(),
        solves=form.cleaned_data.get("is_solved", False),
    )
    messages.success(request, _("Sent. You can change it until whoever asked says if it helped."))
    return redirect(f"{found.get_absolute_url()}#answer-{made.uid}")


@login_required
@require_http_methods(["GET", "POST"])
def change_answer(request: SignedInRequest, uid: UUID, answer_uid: UUID) -> HttpResponse:
    """Let whoever wrote an answer write it otherwise."""
    found = pages.need_visible_to(request.reach, uid=uid)
    answer = pages.answer_by(request.user, found, uid=answer_uid)
    form = forms.AnswerNeed(request.POST or None, initial={"text": answer.text})
    if form.is_valid():
        text, now = form.cleaned_data["text"], timezone.now()
        actions.change_answer(answer=answer, text=text, by=request.user, now=now)
        messages.success(request, _("Saved."))
        return redirect(f"{found.get_absolute_url()}#answer-{answer.uid}")
    context = {"need": found, "answer": answer, "form": form}
    return render(request, "needs/answer.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def take_back_answer(request: SignedInRequest, uid: UUID, answer_uid: UUID) -> HttpResponse:
    """Take back an answer that nobody judged."""
    found = pages.need_visible_to(request.reach, uid=uid)
    answer = pages.answer_to(found, uid=answer_uid)
    actions.take_back_answer(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, _("Taken back. Your answer is gone."))
    return redirect(found)


@login_required
@require_POST
def judge(request: SignedInRequest, uid: UUID, answer_uid: UUID) -> HttpResponse:
    """Take what whoever asked says of an answer."""
    found = pages.need_visible_to(request.reach, uid=uid)
    form = forms.JudgeAnswer(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether the answer helped or solved it."))
        return redirect(found)
    said = form.cleaned_data["verdict"]
    verdict = None if said == form.TAKEN_BACK else Verdict(said)
    answer = pages.answer_to(found, uid=answer_uid)
    actions.judge_answer(answer=answer, verdict=verdict, by=request.user, now=timezone.now())
    if verdict:
        messages.success(request, _("Thank you. Others with the same need will find this sooner."))
    else:
        messages.success(request, _("Taken back. Others can answer on."))
    return redirect(found)


@login_required
@require_POST
def meet(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Take it that a need is solved, by an aid or otherwise."""
    found = pages.need_visible_to(request.reach, uid=uid)
    form = forms.MeetNeed(request.POST)
    if not form.is_valid():
        messages.error(request, _("A code has at most eight letters and digits. Look at the card."))
        return redirect(found)
    code, now = form.cleaned_data["code"], timezone.now()
    try:
        actions.meet_need(need=found, by=request.user, reach=request.reach, now=now, code=code)
    except NotFound as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Solved. It is no longer among the open needs."))
    return redirect(found)


@login_required
@require_POST
def reopen(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Take back that a need is solved."""
    found = pages.need_visible_to(request.reach, uid=uid)
    actions.reopen_need(need=found, by=request.user, now=timezone.now())
    messages.success(request, _("Taken back. Others can answer on."))
    return redirect(found)


@login_required
@require_POST
def share(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Change who sees a need."""
    found = pages.need_visible_to(request.reach, uid=uid)
    form = forms.ShareNeed(request.POST)
    if form.is_valid():
        sharing = SharingClass(form.cleaned_data["sharing"])
        actions.share_need(need=found, sharing=sharing, by=request.user, now=timezone.now())
        messages.success(request, _("Who can see this: %s.") % sharing.label)
    else:
        messages.error(request, _("Choose who can see this from the list."))
    return redirect(found)


@login_required
@require_POST
def take_back(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Take a need back that nobody answered."""
    found = pages.need_visible_to(request.reach, uid=uid)
    actions.take_back_need(need=found, by=request.user, now=timezone.now())
    messages.success(request, _("Taken back. It is gone."))
    return redirect(f"{reverse('needs:needs')}?show=mine")


@require_safe
def search(request: ReaderRequest) -> HttpResponse:
    """Find anything by words, in the order that the ask page would."""
    words = request.GET.get("q", "").strip()[:LONGEST_NEED]
    kind = request.GET.get("kind", "")
    context: dict[str, object] = {"words": words, "kind": kind, "kinds": everything.KINDS}
    try:
        context["results"] = everything.search(
            words, kind=kind, reach=request.reach, now=timezone.now()
        )
    except IndexUnreadable as error:
        context["trouble"] = error.message
    return render(request, "needs/search.html", context)
