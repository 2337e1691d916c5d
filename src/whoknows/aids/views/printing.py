"""Aids on paper."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from whoknows.aids.models import Aid
from whoknows.aids.models import Carrier as MadeFor
from whoknows.aids.queries import carrying as queries
from whoknows.base.days import day_of
from whoknows.base.errors import NotFound
from whoknows.base.sentences import translated
from whoknows.engine.carriers import Carrier, Overflow, Sheet, missing_letters, preview
from whoknows.engine.carriers.forms import PER_FOLDED, PER_SHEET
from whoknows.people.http import ReaderRequest

CHOICES = {
    Carrier.LANYARD: _("Lanyard card"),
    Carrier.POCKET: _("Pocket card"),
    Carrier.A4: _("A4"),
    Carrier.POSTER: _("Poster, A3"),
}


@require_safe
def print_page(request: ReaderRequest, code: str) -> HttpResponse:
    """Show an aid as it will be printed, in its true size, or what to cut so that it fits."""
    aid = queries.aid_for_code(request.reach, typed=code)
    on = request.GET.get("on")
    carrier = _carrier(on) if on else _made_for(aid)
    sheet = queries.sheet_of(aid, site=settings.SITE_URL)
    sides, refusal = 0, ""
    try:
        sides = len(preview(sheet, carrier))
    except Overflow as error:
        refusal = translated(error.sentence)
    context = {
        "aid": aid,
        "is_mine": aid.is_answered_for_by(request.reach),
        "trust": aid.trust(day_of(timezone.now())),
        "carrier": carrier.value,
        "choices": [(choice.value, label) for choice, label in CHOICES.items()],
        "sides": range(1, sides + 1),
        "refusal": refusal,
        "missing": missing_letters(_all_words(sheet)),
        "per_sheet": PER_SHEET,
        "per_folded": PER_FOLDED,
    }
    return render(request, "aids/print.html", context)


@require_safe
def side(request: ReaderRequest, code: str, on: str, number: int) -> HttpResponse:
    """Draw one side of a card."""
    aid = queries.aid_for_code(request.reach, typed=code)
    try:
        drawn = preview(queries.sheet_of(aid, site=settings.SITE_URL), _carrier(on))
    except Overflow as error:
        raise queries.DoesNotFit(error.sentence) from error
    if not 0 < number <= len(drawn):
        raise Http404
    return HttpResponse(drawn[number - 1], content_type="image/svg+xml")


@require_safe
def pdf(request: ReaderRequest, code: str, on: str) -> HttpResponse:
    """Hand out the PDF; ``sheet`` is a whole sheet of this one card."""
    aid = queries.aid_for_code(request.reach, typed=code)
    one_sided = "one-sided" in request.GET
    carrier = Carrier.SHEET if on == Carrier.SHEET else _carrier(on)
    copies = (PER_FOLDED if one_sided else PER_SHEET) if carrier is Carrier.SHEET else 1
    made = queries.printed([aid] * copies, carrier, site=settings.SITE_URL, one_sided=one_sided)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{aid.code}-{on}.pdf"'
    return response


def _carrier(told: str) -> Carrier:
    if told not in {choice.value for choice in CHOICES}:
        raise NotFound("Nothing is printed on that. Choose from what the page offers.")
    return Carrier(told)


def _made_for(aid: Aid) -> Carrier:
    """Return what printing offers first: a card for an aid that is made for a screen."""
    return Carrier.LANYARD if aid.carrier == MadeFor.SCREEN else Carrier(aid.carrier)


def _all_words(sheet: Sheet) -> str:
    return " ".join([sheet.title, sheet.trigger, sheet.done_when, sheet.owner,
                     *(f"{line.key} {line.text}" for line in sheet.lines)])  # fmt: skip
