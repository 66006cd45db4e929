"""A grant in words: what it is, how much of it, how it stands, and what may be done with it next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from wasl.benefits.queries.choices import Named
from wasl.web.calendar_grid import name_of
from wasl.web.dates import day_words, month_words
from wasl.web.digits import show_digits
from wasl.web.words import has_words, say

EXPIRING = ("reserved", "approved")
BADGES = {
    "reserved": "open", "approved": "open", "partly": "open", "delivered": "done", "reported": "asked",
    "expired": "asked",
}  # fmt: skip


def say_quantity(quantity: Decimal | None, unit: str) -> str:
    """Return 2 كرتونة; nothing where no quantity is known, the bare number where the unit has no word."""
    if quantity is None:
        return ""
    number = show_digits(f"{quantity.normalize():f}")
    words = f"families.unit.{unit}"
    return f"{number} {say(words)}" if has_words(words) else number


def say_need(code: str, needs: Mapping[str, Named]) -> str:
    """Return a need's name in the page's language."""
    return name_of(code, needs)


def present_state(state: str, *, expired: bool) -> str:
    """Return a grant's state by the clock: `expired` where it only waits for somebody to notice."""
    return "expired" if expired and state in EXPIRING else state


def badge_of(state: str) -> str:
    """Return the kind of badge a state wears."""
    return BADGES.get(state, "ended")


def say_months(first: date, last: date) -> str:
    """Return the months that are covered: مارس 2026, or from the first to the last."""
    if first == last:
        return show_digits(month_words(first))
    return show_digits(say("grants.months", first=month_words(first), last=month_words(last)))


def say_until(expires_at: datetime | None) -> str:
    """Return the day on which a reservation ends; nothing where none is set."""
    return "" if expires_at is None else show_digits(day_words(expires_at))
