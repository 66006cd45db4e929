"""What templates need: words, numbers that never scramble, money."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wasl.kernel.months import format_month
from wasl.web.words import say as words_for

register = template.Library()


@register.simple_tag
def say(code: str, **params: object) -> str:
    """Print the words for a code."""
    return words_for(code, **params)


@register.filter
def number(value: int | None) -> SafeString | str:
    """Print a whole number with separators, held left to right; a dash where nothing is known."""
    return "—" if value is None else format_html("<bdi>{}</bdi>", f"{value:,}")


@register.filter
def pounds(piastres: int | None) -> SafeString | str:
    """Print piastres as whole pounds."""
    return number(None if piastres is None else round(piastres / 100))


@register.filter
def month(value: date | None) -> SafeString | str:
    """Print a month as figures, held left to right."""
    return "—" if value is None else format_html("<bdi>{}</bdi>", format_month(value))
