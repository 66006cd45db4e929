"""What a delivery desk shows of a family: what is approved for it now, what is not and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from wasl.benefits.calendar import Catalogue
from wasl.benefits.queries.grant_pages import GrantRow, list_entry_grants
from wasl.kernel.months import month_of
from wasl.organisations.viewer import Viewer
from wasl.registry.family_file import FamilyFile
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.grants_choices import Member, list_members, own_entries
from wasl.web.grants_words import badge_of, present_state, say_months, say_need, say_quantity, say_until
from wasl.web.words import say

READY = ("approved", "partly", "reversed")


@dataclass(frozen=True)
class Line:
    """One grant at the desk; `why` is empty where it may be handed over now, `note` says what else there is to know."""

    grant: GrantRow
    need: str
    months: str
    quantity: str
    asked_quantity: str
    state: str
    badge: str
    tranche: str
    why: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Counter:
    """A family at the desk."""

    code: str
    name: str
    members: list[Member]
    ready: list[Line]
    others: list[Line]
    grants: list[GrantRow]
    """All of them, those that nobody at a desk would ask about too: what was sent twice names one of these."""


def gather_counter(
    viewer: Viewer, opened: FamilyFile, catalogue: Catalogue, *, chosen: Collection[str] = ()
) -> Counter:
    """
    Return what may be handed over to a family now and what may not; `chosen` are the grants that are ticked.

    Where none is named, what was never handed over is ticked: a delivery that was taken back is given again only by
    a tick of its own, unless there is nothing else.
    """
    entries = [entry.entry_id for entry in own_entries(opened, viewer.organisation_id)]
    this_month = month_of(timezone.localdate())
    every = list_entry_grants(viewer, entries)
    grants = [one for one in every if _is_shown(one, this_month)]
    ready = [one for one in grants if not _why_not(one, this_month)]
    ticked = (
        set(chosen) or {one.code for one in ready if one.state != "reversed"} or {one.code for one in ready}
    )
    lines = [_line(one, catalogue, this_month, is_chosen=one.code in ticked) for one in grants]
    members = list_members(opened, viewer.organisation_id)
    name = next(
        (one.newest.name for one in opened.people if one.newest.is_head), opened.people[0].newest.name
    )
    return Counter(
        opened.code,
        name,
        members,
        [one for one in lines if not one.why],
        [one for one in lines if one.why],
        every,
    )


def _is_shown(grant: GrantRow, this_month: date) -> bool:
    """Tell whether somebody at the desk would ask about it: what is open, and what was for this month."""
    return grant.state in (*READY, "reserved") or grant.last_month >= this_month


def _why_not(grant: GrantRow, this_month: date) -> str:
    if grant.state not in READY:
        return say(f"door.why.{grant.state}")
    if this_month < grant.first_month:
        return show_digits(say("door.why.later", month=month_words(grant.first_month)))
    return ""


def _line(grant: GrantRow, catalogue: Catalogue, this_month: date, *, is_chosen: bool) -> Line:
    state = present_state(grant.state, expired=grant.expired)
    note = ""
    if state == "expired" and grant.state in READY:
        note = say("door.why.expired", until=say_until(grant.expires_at))
    elif state == "reversed":
        note = say("door.again")
    tranche = ""
    if grant.tranches > 1:
        tranche = show_digits(
            say("door.tranche", tranche=min(grant.given + 1, grant.tranches), tranches=grant.tranches)
        )
    return Line(
        grant, say_need(grant.need, catalogue.needs), say_months(grant.first_month, grant.last_month),
        say_quantity(grant.quantity, grant.unit), _asked_quantity(grant), state, badge_of(state), tranche,
        _why_not(grant, this_month), note, is_chosen,
    )  # fmt: skip


def _asked_quantity(grant: GrantRow) -> str:
    """Return the quantity a form begins with: all of it; nothing where it is handed over in parts."""
    if grant.quantity is None or grant.tranches > 1:
        return ""
    return f"{grant.quantity.normalize():f}"
