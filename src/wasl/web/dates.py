"""Days and months in words, as Egyptian offices say them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language

from wasl.kernel.months import ONCE
from wasl.web.words import say
from wasl.web.words.nouns import count_of
from wasl.wording.months import MONTHS

SOON_S = 90


def month_words(month: date) -> str:
    """Return مارس 2026; the words for *once in a life* where that is the month."""
    if month == ONCE:
        return say("month.once")
    return f"{_months()[month.month - 1]} {month.year}"


def day_words(day: date | datetime) -> str:
    """Return 12 مارس 2026, by Cairo's clock."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return f"{day.day} {month_words(day)}"


def time_words(moment: datetime) -> str:
    """Return 12 مارس 2026، 14:05 by Cairo's clock."""
    local = timezone.localtime(moment)
    comma = "," if get_language() == "en" else "،"
    return f"{day_words(local)}{comma} {local:%H:%M}"


def ago_words(moment: date | datetime, *, now: datetime | None = None) -> str:
    """Return how long ago in the largest whole unit: منذ 9 أيام, today, now."""
    now = now or timezone.now()
    if not isinstance(moment, datetime):
        days = (timezone.localtime(now).date() - moment).days
        return say("ago.today") if days <= 0 else say("ago", span=count_of(days, "day", oblique=True))
    seconds = (now - moment).total_seconds()
    if seconds < SOON_S:
        return say("ago.now")
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return say("ago", span=count_of(int(seconds // length), unit, oblique=True))
    return say("ago.now")


def _months() -> tuple[str, ...]:
    return MONTHS["en" if get_language() == "en" else "ar"]
