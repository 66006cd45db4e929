"""What templates need: words, numbers that never scramble, money."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from wasl.kernel.months import add_months, format_month
from wasl.web import dates
from wasl.web.digits import show_digits
from wasl.web.naming import named
from wasl.web.words import say as words_for
from wasl.web.words.nouns import count_of

register = template.Library()


@register.simple_tag
def say(code: str, **params: object) -> str:
    """
    Print the words for a code; a parameter that is marked up (`file=name|code`) stays so.

    The words are ours and hold no markup; whatever else fills them is escaped.
    """
    if any(isinstance(value, SafeString) for value in params.values()):
        escaped = {
            name: value if isinstance(value, SafeString) else escape(str(value))
            for name, value in params.items()
        }
        return SafeString(words_for(code, **escaped))
    return words_for(code, **params)


@register.filter
def number(value: int | None) -> SafeString | str:
    """Print a whole number with separators, held left to right; a dash where nothing is known."""
    return "—" if value is None else format_html("<bdi>{}</bdi>", show_digits(f"{value:,}"))


@register.filter
def pounds(piastres: int | None) -> SafeString | str:
    """Print piastres as whole pounds."""
    return number(None if piastres is None else round(piastres / 100))


@register.filter
def month(value: date | None) -> SafeString | str:
    """Print a month as figures, held left to right."""
    return "—" if value is None else format_html("<bdi>{}</bdi>", show_digits(format_month(value)))


@register.simple_tag
def count(value: int, noun: str, *, oblique: bool = False) -> str:
    """Print a number with its noun as the language counts."""
    return show_digits(count_of(value, noun, oblique=oblique))


@register.filter
def month_words(value: date | None) -> str:
    """Print a month as مارس 2026."""
    return "—" if value is None else show_digits(dates.month_words(value))


@register.filter
def date_words(value: date | datetime | None) -> str:
    """Print a day as 12 مارس 2026."""
    return "—" if value is None else show_digits(dates.day_words(value))


@register.filter
def time_words(value: datetime | None) -> str:
    """Print a moment as 12 مارس 2026، 14:05."""
    return "—" if value is None else show_digits(dates.time_words(value))


@register.filter
def ago(value: date | datetime | None) -> str:
    """Print how long ago."""
    return "—" if value is None else show_digits(dates.ago_words(value))


@register.filter
def code(value: object) -> SafeString | str:
    """Print a code, an id, a phone or a file name, held left to right."""
    return "—" if value in (None, "") else format_html('<bdi class="code">{}</bdi>', value)


register.simple_tag(named)


@register.simple_tag(takes_context=True)
def address(context: dict[str, object], **changes: object) -> str:
    """Print this page's query with `changes`, None taking a parameter away; the cursor never stays."""
    query = context["request"].GET.copy()  # type: ignore[attr-defined]
    query.pop("after", None)
    query.pop("format", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


MONTHS_BACK = 60


@register.simple_tag
def month_options(chosen: date | str | None = None, empty: str = "filter.all") -> SafeString:
    """
    Print the options of a select of months, next month first, five years back, in the page's words.

    A browser's own month field speaks the browser's language. A month outside the range stays choosable
    when it is `chosen`; `empty` is the code of the words for none, or nothing where a month is needed.
    """
    kept = chosen if isinstance(chosen, str) else "" if chosen is None else format_month(chosen)
    first = add_months(timezone.localdate().replace(day=1), 1)
    months = [add_months(first, -back) for back in range(MONTHS_BACK)]
    said = {format_month(month): dates.month_words(month) for month in months}
    if kept:
        said.setdefault(kept, kept)
    lines = [("", words_for(empty))] if empty else []
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, mark_safe(" selected") if value == kept else "", show_digits(words))
            for value, words in [*lines, *said.items()]
        ),
    )
