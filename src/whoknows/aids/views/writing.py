"""Writing and changing aids."""

import secrets
from datetime import datetime
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from whoknows.aids import actions, forms, queries
from whoknows.aids.forms.grids import KINDS
from whoknows.aids.http import origins_of
from whoknows.aids.models import Aid, Unsaved
from whoknows.aids.views import pictures
from whoknows.base.days import day_of
from whoknows.base.errors import BadInput, Conflict, NotAllowed, NotFound
from whoknows.engine.aids import (
    BadContent,
    Content,
    Kind,
    Problem,
    Severity,
    differences,
    problems,
)
from whoknows.engine.text.sentences import Sentence
from whoknows.people.http import SignedInRequest
from whoknows.people.models import Membership, SharingClass
from whoknows.people.queries import membership_for_posting, sharing_choices

_F = TypeVar("_F", forms.MakeAid, forms.ChangeAid)


@login_required
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """Ask which kind of aid it shall be."""
    context = {"kinds": KINDS, "title": request.GET.get("title", "")}
    return render(request, "aids/choose.html", context)


def _kind(name: str) -> Kind:
    try:
        return Kind(name.replace("-", "_"))
    except ValueError as error:
        raise NotFound("There is no such kind of aid. Choose one of the six.") from error


@login_required
@require_http_methods(["GET", "POST"])
def make(request: SignedInRequest, kind: str) -> HttpResponse:
    """Write a new aid of one kind."""
    now = timezone.now()
    its_kind, membership = _kind(kind), membership_for_posting(request.user, on=day_of(now))
    if membership is None:
        raise NotAllowed("You belong to no organisation here. Ask an administrator to add you.")
    writing = _Writing(request, its_kind, None)
    form = forms.MakeAid(
        writing.typed,
        sharing_choices=sharing_choices(membership, on=day_of(now)),
        initial={"title": request.GET.get("title", "")},
    )
    if writing.is_sent and writing.is_good(form):
        made = _make(request, form, writing.content, membership, now)
        if made is not None:
            actions.forget_unsaved(kind=its_kind, aid=None, by=request.user, began=writing.began)
            told = {"code": made.code, "who": made.get_sharing_display()}
            said = _("Saved as a draft. Its code is %(code)s. Who can see it: %(who)s.") % told
            _tell(request, made, said)
            return redirect(made)
    return writing.page(form, membership=membership)


def _make(
    request: SignedInRequest,
    form: forms.MakeAid,
    content: Content,
    membership: Membership,
    now: datetime,
) -> Aid | None:
    try:
        return actions.make_aid(
            text=_text(form, content),
            owner=request.user,
            organisation=membership.organisation,
            unit=membership.unit,
            sharing=SharingClass(form.cleaned_data["sharing"]),
            now=now,
            by=request.user,
        )
    except BadInput as error:
        form.add_error(None, error.message)
        return None


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, code: str) -> HttpResponse:
    """Change an aid of one's own."""
    found = _own_aid(request, code)
    writing = _Writing(request, Kind(found.kind), found)
    writing.pictures = desk = pictures.PictureDesk(request, found)
    form = forms.ChangeAid(writing.typed, initial=_as_written(found))
    if writing.is_sent and not desk.failed and writing.is_good(form):
        state = found.state
        if _change(request, form, writing.content, found):
            actions.forget_unsaved(kind=writing.kind, aid=found, by=request.user)
            found.refresh_from_db()
            is_kept = form.cleaned_data["only_wording"] and found.state == state
            said = _("Saved.") if is_kept else _("Saved as a draft: send it to review again.")
            _tell(request, found, said)
            if desk.said:
                # A picture came along with the text: it still has to be placed.
                messages.success(request, desk.said)
                return redirect("aids:change", found.code)
            return redirect(found)
        writing.differs = differences(found.parts(), writing.content)
    return writing.page(form)


def _change(request: SignedInRequest, form: forms.ChangeAid, content: Content, found: Aid) -> bool:
    try:
        actions.change_aid(
            aid=found,
            text=_text(form, content, kept=found),
            as_of=form.cleaned_data["as_of"],
            now=timezone.now(),
            by=request.user,
            is_material=not form.cleaned_data["only_wording"],
            why=form.cleaned_data["why"],
        )
    except actions.ChangedMeanwhile as error:
        form.allow_overwriting(found.changed_at, because=error.message)
        return False
    except BadInput as error:
        form.add_error(None, error.message)
        return False
    return True


def _tell(request: SignedInRequest, aid: Aid, said: str) -> None:
    messages.success(request, said)
    errors = sum(p.severity is Severity.ERROR for p in problems(aid.parts()))
    if errors:
        messages.warning(request, _("Something has to be mended before review; see below."))


class _Writing:
    """One visit to an editor: what is typed, what a button did, what is wrong."""

    def __init__(self, request: SignedInRequest, kind: Kind, aid: Aid | None) -> None:
        self.request, self.kind, self.aid = request, kind, aid
        self.differs: object = None
        self.pictures: pictures.PictureDesk | None = None
        self.wrong: list[Problem] = []
        self.restored: Unsaved | None = None
        self.typed: QueryDict | None = None
        do = request.POST.get("do", "")
        self.is_sent = request.method == "POST" and do in {"", "save"}
        if request.method == "POST":
            self.typed = request.POST
            self.editor = forms.Editor.typed(kind, request.POST)
            self.editor = self.editor.without_blanks() if self.is_sent else self.editor.after(do)
            self.filled = self.editor
            if self.is_sent:
                self.editor = self.editor.with_rows_to_fill()
        else:
            self._open()
        # Which editor it is: another tab with another new aid must not take its place.
        fresh = secrets.token_hex(8)
        self.began = fresh if self.typed is None else self.typed.get("began", "")

    def _open(self) -> None:
        kept = queries.unsaved(self.request.user, aid=self.aid, kind=self.kind)
        if kept is not None and (self.aid is None or kept.at > self.aid.changed_at):
            self.restored = kept
            self.typed = QueryDict(mutable=True)
            for name, values in kept.form.items():
                self.typed.setlist(name, values)
            self.editor = forms.Editor.typed(self.kind, self.typed)
        elif self.aid is not None:
            self.editor = forms.Editor.of(self.aid.parts())
        else:
            self.editor = forms.Editor.blank(self.kind)

    def is_good(self, form: forms.MakeAid | forms.ChangeAid) -> bool:
        """Whether form and content can be saved; keeps the content, and says what is wrong."""
        try:
            self.content = self.filled.content()
        except BadContent as problem:
            self.wrong = [Problem(Severity.ERROR, problem.where, problem.sentence)]
            return False
        if not self.filled.says_anything:
            nothing = Sentence("An aid needs at least one line. Write what to do.")
            self.wrong = [Problem(Severity.ERROR, self.editor.first(), nothing)]
        return form.is_valid() and not self.wrong

    def page(
        self, form: forms.MakeAid | forms.ChangeAid, *, membership: Membership | None = None
    ) -> HttpResponse:
        """Return the editor as it stands; a button that only moves rows is no error."""
        if self.typed is not None and not self.is_sent:
            # Not sent yet: nothing is missing so far.
            form.errors.clear()
        is_picture_bad = self.pictures is not None and self.pictures.failed
        failed = is_picture_bad or (self.is_sent and bool(form.errors or self.wrong))
        context = {
            "form": form,
            "editor": self.editor,
            "aid": self.aid,
            "kind": self.kind.value,
            "kind_label": next(label for kind, label, _said in KINDS if kind is self.kind),
            "wrong": self.wrong,
            "bad_cells": [problem.where for problem in self.wrong],
            "differs": self.differs,
            "restored": self.restored,
            "began": self.began,
            "pictures": self.pictures,
            "origins": origins_of(self.aid, self.request.reach) if self.aid else [],
            "organisation": membership.organisation if membership else None,
            "unit": membership.unit if membership else None,
        }
        part = "#editor" if self.request.htmx else ""
        template = f"aids/write.html{part}"
        return render(self.request, template, context, status=422 if failed else 200)


def _as_written(aid: Aid) -> dict[str, object]:
    return {
        "title": aid.title,
        "trigger": aid.trigger,
        "outcome": aid.outcome,
        "can_do": aid.can_do,
        "topics": ", ".join(topic.name for topic in aid.topics.all()),
        "likely_to_change": aid.likely_to_change,
        "carrier": aid.carrier,
        "language": aid.language,
        "as_of": aid.changed_at.isoformat(),
    }


def _text(form: _F, content: Content, *, kept: Aid | None = None) -> actions.AidText:
    said = form.cleaned_data
    return actions.AidText(
        title=said["title"],
        content=content,
        trigger=said["trigger"],
        outcome=said["outcome"],
        can_do=said["can_do"],
        likely_to_change=said["likely_to_change"],
        carrier=said["carrier"],
        topics=said["topics"],
        language=said["language"] or None,
        url=kept.url if kept else "",
        licence=kept.licence if kept else "",
        attribution=kept.attribution if kept else "",
    )


def _own(request: SignedInRequest, code: str | None, kind: str | None) -> tuple[Aid | None, Kind]:
    if code is None:
        return None, _kind(kind or "")
    found = _own_aid(request, code)
    return found, Kind(found.kind)


def _own_aid(request: SignedInRequest, code: str) -> Aid:
    found = queries.aid_visible_to(request.reach, code=code)
    if not found.is_answered_for_by(request.reach):
        raise NotAllowed("Only its owner can change this aid.")
    return found


@login_required
@require_POST
def keep(
    request: SignedInRequest, code: str | None = None, kind: str | None = None
) -> HttpResponse:
    """Keep what is being written; the page asks for this by itself."""
    aid, its_kind = _own(request, code, kind)
    left_out = {"csrfmiddlewaretoken", "do", *pictures.FIELDS}
    form = {n: [str(v) for v in vs] for n, vs in request.POST.lists() if n not in left_out}
    now = timezone.now()
    why_not = ""
    try:
        actions.keep_unsaved(form=form, kind=its_kind, aid=aid, by=request.user, now=now)
    except Conflict as error:
        # No refusal to the browser: what is told here is read while one goes on writing.
        why_not = error.message
    return render(request, "aids/write.html#kept", {"now": now, "why_not": why_not})


@login_required
@require_POST
def forget(
    request: SignedInRequest, code: str | None = None, kind: str | None = None
) -> HttpResponse:
    """Forget what was being written, and begin from what is saved."""
    aid, its_kind = _own(request, code, kind)
    actions.forget_unsaved(kind=its_kind, aid=aid, by=request.user)
    if aid is not None:
        return redirect("aids:change", aid.code)
    return redirect("aids:make", its_kind.value)
