"""What waits for the viewer, each with its age and the next thing to do: the first page after signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from wasl.kernel.months import parse_month
from wasl.organisations.rules import Role
from wasl.store.awaited import COUNT_MOST, Waiting, list_waiting
from wasl.web.access import page
from wasl.web.counts import show_count
from wasl.web.dates import ago_words, month_words
from wasl.web.digits import show_digits
from wasl.web.job_words import name_kind
from wasl.web.naming import named
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of


@dataclass(frozen=True)
class Way:
    """
    Where what waits is done, with `params` of it in braces, and how loudly it asks: a badge's kind.

    `many` is where it leads instead where it waits in more than one list.
    """

    href: str
    kind: str = "asked"
    many: str = ""


# In the order in which they are shown.
WAYS: dict[str, Way] = {
    "jobs.failed": Way("/jobs/{job}/", "refused"),
    "uploads.failed": Way("/lists/new/{upload}/", "refused"),
    "uploads.refused": Way("/lists/new/{upload}/", "refused"),
    "uploads.ready": Way("/lists/new/{upload}/"),
    "grants.to_approve": Way("/grants/?only=to_approve"),
    "grants.expiring": Way("/grants/?only=soon"),
    "runs.prepared": Way("/runs/"),
    "lists.rejected": Way("/lists/{list}/", many="/lists/?mend=1"),
    "lists.lost": Way("/lists/{list}/", many="/lists/?mend=1"),
    "review.doubts": Way("/review/"),
    "review.pairs": Way("/review/"),
    "overlaps.passed": Way("/overlaps/?work=passed"),
    "exceptions.asked": Way("/exceptions/?state=asked"),
    "overlaps.certain": Way("/overlaps/?certainty=certain&work=mine", "certain"),
    "overlaps.likely": Way("/overlaps/?certainty=likely&work=mine", "likely"),
    "shares.proposed": Way("/funding/"),
    "months.unreported": Way("/lists/new/", "unknown"),
    "jobs.running": Way("/jobs/{job}/", "open"),
}


@dataclass(frozen=True)
class Item:
    """One line of the page."""

    code: str
    kind: str
    label: str
    sentence: SafeString
    age: str
    href: str
    do: str
    fields: Mapping[str, str]
    """What to post to say that nothing was given; empty where that cannot be the answer."""


@page(desk=True, officer=True, viewer=True)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits for the viewer, what stops others first."""
    viewer = get_viewer_of(request)
    places = list(WAYS)
    waiting = sorted(list_waiting(viewer), key=lambda one: places.index(one.code))
    may_act = viewer.role != Role.VIEWER
    items = [_item(one, may_act) for one in waiting]
    content = {
        "items": items,
        "answer": show_digits(say("inbox.answer", items=count_of(len(items), "item"))) if items else "",
        "may_act": may_act,
    }
    return render(request, "web/inbox.html", content)


def _item(waiting: Waiting, may_act: bool) -> Item:
    way = WAYS[waiting.code]
    kind = waiting.params.get("kind", "")
    words: dict[str, object] = {
        name: format_html("<bdi>{}</bdi>", value) for name, value in waiting.params.items()
    }
    words |= {
        "n": show_count(waiting.count, most=COUNT_MOST),
        "rows": show_count(waiting.count, "row", most=COUNT_MOST),
        "slot": conditional_escape(named(waiting.params)),
        "month": _month(waiting.params.get("month")),
        "kind": conditional_escape(name_kind(kind)),
    }
    is_month = waiting.code == "months.unreported"
    return Item(
        code=waiting.code,
        kind=way.kind,
        label=say(f"inbox.{waiting.code}.label"),
        # The words are ours; what fills them is escaped above.
        sentence=SafeString(say(f"inbox.{waiting.code}", **words)),
        age=_age(waiting.since),
        href=way.many if way.many and waiting.params["lists"] != "1" else way.href.format_map(waiting.params),
        do=say(f"inbox.{waiting.code}.do" if may_act else "inbox.look"),
        fields={"slot": waiting.params["slot"], "month": waiting.params["month"]} if is_month else {},
    )


def _month(written: str | None) -> str:
    return show_digits(month_words(parse_month(written))) if written else ""


def _age(since: datetime | date | None) -> str:
    return "" if since is None else show_digits(ago_words(since))


ROUTES = [
    path("inbox/", inbox, name="inbox"),
]
