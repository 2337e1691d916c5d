"""What templates may ask for."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from whoknows.base.markup import render_markdown

register = template.Library()
_RELATIVE_FOR_DAYS = 7


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as safe HTML below the page's own headings."""
    return render_markdown(text)


@register.filter
def when(moment: datetime | date) -> SafeString:
    """Return a time as people say it: relative when recent, else the day; absolute on hover."""
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        age = timezone.now() - moment
        recent = 0 <= age.total_seconds() < _RELATIVE_FOR_DAYS * 86400
        words = _("%s ago") % timesince(moment, depth=1) if recent else date_format(local, "j F Y")
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            local.isoformat(timespec="minutes"),
            date_format(local, "j F Y H:i"),
            words,
        )
    return format_html(
        '<time datetime="{}">{}</time>', moment.isoformat(), date_format(moment, "j F Y")
    )
