"""What templates may ask for."""

import re
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from whoknows.base.formulas import in_letters, with_formulas
from whoknows.base.markup import render_line, render_markdown
from whoknows.base.sentences import translated

register = template.Library()
register.filter("translated", translated)
register.filter("formulas", with_formulas)
register.filter("letters", in_letters)
_RELATIVE_FOR_DAYS = 7
_HEADING = re.compile(r"<(/?)h([1-6])>")


@register.filter
def markdown(text: str, top_heading: int = 2) -> SafeString:
    """Return Markdown as safe HTML below the page's own headings.

    Its headings begin at ``h{top_heading}`` and skip no level, however its author numbered them;
    what scrolls sideways can be reached with the keyboard, and an empty cell heads nothing.
    """
    html = _outlined(render_markdown(text, top_heading=1), top=top_heading)
    html = html.replace("<th></th>", "<td></td>").replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return mark_safe(html.replace("</table>", "</table></div>"))  # noqa: S308 - cleaned before


@register.filter
def line(text: str) -> SafeString:
    """Return one line that people wrote as safe HTML, with its links, code and emphasis."""
    return render_line(text)


def _outlined(html: str, *, top: int) -> str:
    """Return ``html`` with its headings renumbered: the first is ``top``, none skips a level.

    >>> _outlined("<h3>a</h3><h6>b</h6><h3>c</h3>", top=2)
    '<h2>a</h2><h3>b</h3><h2>c</h2>'
    """
    above: list[int] = []

    def renumbered(match: re.Match[str]) -> str:
        if not match[1]:
            level = int(match[2])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        return f"<{match[1]}h{min(6, top + len(above) - 1)}>"

    return _HEADING.sub(renumbered, html)


@register.filter
def after(words: str, beginning: str) -> str:
    """Return what follows ``beginning`` in ``words``; all of them if they do not begin so.

    >>> after("Which torque? The drawing is unreadable.", "Which torque?")
    'The drawing is unreadable.'
    """
    return words.strip().removeprefix(beginning).strip()


@register.filter
def when(moment: datetime | date) -> SafeString:
    """Return a time as people say it: relative when recent, else the day; absolute on hover."""
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        age = timezone.now() - moment
        recent = 0 <= age.total_seconds() < _RELATIVE_FOR_DAYS * 86400
        words = date_format(local, "j F Y")
        if recent:
            is_now = age.total_seconds() < 60  # noqa: PLR2004 - a minute
            words = _("just now") if is_now else _("%s ago") % timesince(moment, depth=1)
        return format_html(
            '<time datetime="{}" title="{}">{}</time>',
            local.isoformat(timespec="minutes"),
            date_format(local, "j F Y H:i"),
            words,
        )
    return format_html(
        '<time datetime="{}">{}</time>', moment.isoformat(), date_format(moment, "j F Y")
    )
