"""Pages of overlaps and repeats: what was given twice, by two organisations or within one's own lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language

from wasl.audit.actions import record_audit
from wasl.benefits.overlap_work.permissions import can_answer
from wasl.benefits.overlap_work.queries import get_standings
from wasl.benefits.overlap_work.rules import Stage
from wasl.benefits.queries.choices import Named, get_choices
from wasl.benefits.queries.pages import (
    Counted,
    OverlapRow,
    Question,
    count_overlaps,
    count_repeat_total,
    count_repeats,
)
from wasl.intake.benefit_jobs import find_export
from wasl.intake.benefit_tables import (
    OVERLAP_HEADS,
    REPEAT_HEADS,
    Cells,
    Shown,
    cursor_of,
    overlap_cells,
    repeat_cells,
    show_overlaps,
    show_repeats,
)
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import JobView, access_job
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.overlap_filters import CERTAINTIES, STATES, list_work, read_question
from wasl.web.overlap_words import badge_of, stage_words
from wasl.web.tables import (
    ROWS_A_PAGE,
    XLSX,
    Column,
    attachment,
    wants_export,
    write_cursor,
    xlsx_response,
)
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say

DIRECT_ROWS = 5_000
"""Overlaps that a request writes into a workbook itself; each has a few rows, and more are a job's."""
KINDS = {"row": "number", "month": "month", "opened": "day", "cost": "money", "value": "money"}


@dataclass(frozen=True)
class Tab:
    """One of the two tables: how it is counted, read and written."""

    what: str
    count: Callable[[Viewer, Question], Counted]
    show: Callable[[Viewer, Question, int], list[Shown]]
    cells: Callable[[Viewer, Question, Mapping[str, str], str], Iterator[Cells]]
    heads: Sequence[str]


OVERLAPS = Tab("overlaps", count_overlaps, show_overlaps, overlap_cells, OVERLAP_HEADS)
REPEATS = Tab("repeats", count_repeats, show_repeats, repeat_cells, REPEAT_HEADS)


@page(desk=True, officer=True, viewer=True)
def overlaps(request: HttpRequest) -> HttpResponse:
    """Show what two organisations gave one family."""
    return _table(request, OVERLAPS)


@page(desk=True, officer=True, viewer=True)
def repeats(request: HttpRequest) -> HttpResponse:
    """Show what one organisation's own lists gave one family twice."""
    return _table(request, REPEATS)


def _table(request: HttpRequest, tab: Tab) -> HttpResponse:
    viewer = get_viewer_of(request)
    choices = get_choices(viewer)
    question = read_question(request, viewer, choices, repeats=tab is REPEATS)
    counted = tab.count(viewer, question)
    if wants_export(request):
        return _export(viewer, tab, replace(question, after=None), counted)
    found = tab.show(viewer, question, ROWS_A_PAGE + 1)
    rows = found[:ROWS_A_PAGE]
    older = write_cursor(cursor_of(rows[-1].row, question)) if len(found) > ROWS_A_PAGE else ""
    content = {
        "tab": tab.what, "choices": choices, "question": question, "counted": counted,
        "rows": _worked(viewer, _named(rows, choices)) if tab is OVERLAPS else _named(rows, choices),
        "older": older, "viewer": viewer, "certainties": CERTAINTIES, "states": STATES,
        "others": [one for one in choices.organisations.values() if one.id != viewer.organisation_id],
        "work": list_work(viewer) if tab is OVERLAPS else (), "query": request.GET.urlencode(),
        "may_answer": tab is OVERLAPS and can_answer(viewer) and question.state == "open",
        "is_filtered": any(request.GET.get(name) for name in FILTERS),
        "counted_at": count_repeat_total(viewer)[1] if tab is REPEATS else None,
    }  # fmt: skip
    return render(request, "web/overlaps.html", content)


FILTERS = (
    "slot",
    "need",
    "from",
    "to",
    "organisation",
    "governorate",
    "certainty",
    "state",
    "work",
    "family",
)


@dataclass(frozen=True)
class Work:
    """Where an overlap stands, in a word or two with its badge; `may_answer` where the viewer may say something."""

    words: str
    badge: str
    may_answer: bool


@dataclass(frozen=True)
class Row:
    """An overlap or repeat with the names of its codes."""

    shown: Shown
    slot: Named | None
    needs: list[Named | str]
    organisations: list[Named]
    governorate: Named | None
    lines: list[tuple[object, Named | None, Named | str]]
    work: Work | None = None

    @property
    def row(self) -> object:
        """Return the overlap or repeat itself."""
        return self.shown.row


def _named(rows: Sequence[Shown], choices: object) -> list[Row]:
    names = choices
    people = names.organisation_by_id()  # type: ignore[attr-defined]
    return [
        Row(
            shown, names.slots.get(shown.row.slot),  # type: ignore[attr-defined]
            [names.needs.get(need, need) for need in shown.row.needs],  # type: ignore[attr-defined]
            [people[one] for one in shown.organisation_ids if one in people],
            names.governorates.get(shown.row.governorate),  # type: ignore[attr-defined]
            [
                (line, people.get(line.line.organisation_id), names.needs.get(line.line.need, line.line.need))  # type: ignore[attr-defined]
                for line in shown.lines
            ],
        )
        for shown in rows
    ]  # fmt: skip


def _worked(viewer: Viewer, rows: Sequence[Row]) -> list[Row]:
    """Add where each overlap stands."""
    ids = {row.shown.row.id: row for row in rows if isinstance(row.shown.row, OverlapRow)}
    standings = get_standings(viewer, list(ids)) if ids else {}
    answers = can_answer(viewer)
    return [
        replace(
            row,
            work=Work(
                stage_words(standings[one], own=not viewer.is_desk),
                badge_of(standings[one].stage),
                answers and standings[one].stage not in (Stage.SETTLED, Stage.CLOSED),
            ),
        )
        for one, row in ids.items()
    ]


def _export(viewer: Viewer, tab: Tab, question: Question, counted: Counted) -> HttpResponse:
    language = "en" if get_language() == "en" else "ar"
    words = {
        code: say(code)
        for code in ("certainty.certain", "certainty.likely", "overlaps.state.open", "overlaps.state.closed")
    }
    by_value = {code.split(".")[-1]: text for code, text in words.items()}
    record_audit(
        by=viewer, at=timezone.now(), action="export_table", object_kind=tab.what, object_code="",
        detail={"question": question.written(), "rows": counted.total},
    )  # fmt: skip
    if counted.total <= DIRECT_ROWS:
        columns = [Column(f"overlaps.head.{name}", KINDS.get(name, "text")) for name in tab.heads]  # type: ignore[arg-type]
        return xlsx_response(f"wasl-{tab.what}", columns, tab.cells(viewer, question, by_value, language))
    code = enqueue(
        by=viewer, at=timezone.now(), kind="export_benefits",
        params={
            "what": tab.what, "question": question.written(), "words": by_value, "language": language,
            "heads": [say(f"overlaps.head.{name}") for name in tab.heads], "rows": counted.total,
        },
    )  # fmt: skip
    return HttpResponseRedirect(f"/jobs/{code}/")


@page(desk=True, officer=True, viewer=True)
def exported(request: HttpRequest, code: str) -> HttpResponse:
    """Hand over the workbook that a job has written for who may see the job; who fetches it is written down."""
    viewer = get_viewer_of(request)
    found = access_job(viewer, code)
    if found.kind != "export_benefits" or found.result is None:
        raise NotFound("job.unknown", code=code)
    name = f"wasl-{found.result['what']}-{timezone.localdate(found.finished_at):%Y-%m-%d}.xlsx"
    file = find_export(code)
    record_audit(
        by=viewer, at=timezone.now(), action="fetch_export", object_kind=found.result["what"], object_code=code,
        detail={"rows": found.result["rows"]},
    )  # fmt: skip
    return attachment(FileResponse(open(file, "rb"), content_type=XLSX), name)  # type: ignore[arg-type]


def export_page(job: JobView) -> str:
    """Return where the file of a finished export is fetched."""
    return reverse("overlaps_exported", args=[job.code])


JOB_PAGES = {"export_benefits": export_page}

ROUTES = [
    path("overlaps/", overlaps, name="overlaps"),
    path("overlaps/repeats/", repeats, name="repeats"),
    path("overlaps/exports/<str:code>/", exported, name="overlaps_exported"),
]
