"""The page of what a published run changed: what appeared and vanished, by organisation and reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.linkage.drift import (
    APPEARED,
    VANISHED,
    Drift,
    DriftExample,
    drift_between,
    list_published,
)
from wasl.web.access import page
from wasl.web.counts import show_count
from wasl.web.dates import day_words
from wasl.web.digits import show_digits
from wasl.web.naming import named
from wasl.web.tables import LARGEST, Column, wants_export, xlsx_response
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

RUNS_OFFERED = 50
COLUMNS = (
    Column("drift.kind"), Column("drift.change"), Column("drift.organisation"), Column("drift.reason"),
    Column("drift.items", "number"),
)  # fmt: skip
# `known` came for the first time as well: what is new stands by itself, not among what appeared of the old.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("appeared", tuple(one for one in APPEARED if one != "known")),
    ("vanished", VANISHED),
    ("arrived", ("known", "arrived")),
)


@dataclass(frozen=True)
class Line:
    """One way in which rows of one organisation changed for one reason: how many records and how many entries."""

    change: str
    reason: str
    organisation: Named | None
    people: int
    families: int


@dataclass(frozen=True)
class Part:
    """What appeared, what vanished, or what came for the first time."""

    words: str
    lines: list[Line]


@dataclass(frozen=True)
class ShownExample:
    """An example in words, with the codes it left and came to; families have a page."""

    words: str
    from_code: str
    to_code: str
    is_family: bool


@page(desk=True, officer=False, viewer=False)
def drift(request: HttpRequest, number: int) -> HttpResponse:
    """Show what changed from the published run before, or from the one named by `since`, up to this run."""
    viewer = get_viewer_of(request)
    if number > LARGEST:
        raise NotFound("run.unknown", run=number)
    found = drift_between(viewer, _read_since(request), number)
    choices = get_choices(viewer)
    if wants_export(request):
        return xlsx_response(_title(found, request), COLUMNS, _export(found, choices))
    content = {
        "title": _title(found, request), "answer": _answer(found), "run": number,
        "parts": [Part(say(f"drift.{name}"), _lines(found, changes, choices)) for name, changes in PARTS],
        "examples": [_example(one) for one in found.examples],
        "lost_examples": not found.examples and _moved(found) > 0,
        "since": request.GET.get("since", ""),
        "earlier": [
            (one.run, say("drift.since_one", run=one.run, day=show_digits(day_words(one.finished_at))))
            for one in list_published(viewer, limit=RUNS_OFFERED)
            if one.run < number and one.finished_at
        ],
    }  # fmt: skip
    return render(request, "web/drift.html", content)


def _read_since(request: HttpRequest) -> int | None:
    written = request.GET.get("since", "")
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and int(written) <= LARGEST):
        raise InvalidInput("filter.unknown", name="since", value=written[:40])
    return int(written)


def _title(found: Drift, request: HttpRequest) -> str:
    code = "drift.title_between" if request.GET.get("since") else "drift.title"
    return say(code, run=show_digits(str(found.until)), since=show_digits(str(found.since)))


def _moved(found: Drift) -> int:
    return sum(one.items for one in found.sums if one.change not in ("arrived", "known"))


def _answer(found: Drift) -> str:
    if not found.sums:
        return say("drift.answer_none")

    def counted(changes: Sequence[str]) -> str:
        people, families = (found.count(tuple(changes), kind) for kind in ("person", "family"))
        said = [show_count(size, noun) for size, noun in ((people, "record"), (families, "entry")) if size]
        return say("review.list_comma").join(said) or say("drift.none")

    parts = dict(PARTS)
    return say("drift.answer", **{name: counted(parts[name]) for name in ("appeared", "vanished", "arrived")})


def _lines(found: Drift, changes: Sequence[str], choices: Choices) -> list[Line]:
    names = choices.organisation_by_id()
    counts: defaultdict[tuple[str, str, int], dict[str, int]] = defaultdict(dict)
    for one in found.sums:
        if one.change in changes:
            counts[one.change, one.reason, one.organisation_id][one.kind] = one.items
    lines = [
        Line(
            say(f"drift.change.{change}"), say(f"drift.reason.{reason}"), names.get(organisation),
            sizes.get("person", 0), sizes.get("family", 0),
        )
        for (change, reason, organisation), sizes in counts.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: -(line.people + line.families))


def _example(one: DriftExample) -> ShownExample:
    noun = "record" if one.kind == "person" else "entry"
    what = say("review.list_comma").join(
        [say(f"drift.change.{one.change}"), say(f"drift.reason.{one.reason}")]
    )
    words = say("drift.example", what=what, rows=show_count(one.items, noun))
    return ShownExample(words, one.from_code, one.to_code, one.kind == "family")


def _export(found: Drift, choices: Choices) -> Iterator[list[object]]:
    names = choices.organisation_by_id()
    for one in found.sums:
        organisation = names.get(one.organisation_id)
        yield [
            say(f"drift.kind.{one.kind}"), say(f"drift.change.{one.change}"),
            named(organisation) if organisation else "", say(f"drift.reason.{one.reason}"), one.items,
        ]  # fmt: skip


ROUTES = [path("runs/<int:number>/drift/", drift, name="run_drift")]
