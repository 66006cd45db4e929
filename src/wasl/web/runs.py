"""Pages of runs of recognising people and families: prepare one, look at what it would change, publish it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.intake.since import count_lists_since
from wasl.jobs.actions import enqueue
from wasl.jobs.queries import JobView, list_jobs
from wasl.jobs.rules import JobState
from wasl.kernel.errors import InvalidInput
from wasl.linkage.figures import REFRESH
from wasl.linkage.jobs import DISCARD, KINDS, LOCK, PREPARE, PUBLISH
from wasl.linkage.rules import RunState
from wasl.linkage.run_queries import RunView, list_runs
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.job_words import say_why
from wasl.web.run_words import Step, describe, say_examples, steps_of
from wasl.web.tables import LARGEST, read_cursor, write_cursor
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of

RUNS_A_PAGE = 20
LISTS_COUNTED = 50
# For how long the page still says how the last job went.
NEWS = timedelta(hours=1)


@dataclass(frozen=True)
class News:
    """How the last job went: words, and whether it was done, wants an eye, or failed."""

    kind: str
    words: str


@page(desk=True, officer=False, viewer=False)
def runs(request: HttpRequest) -> HttpResponse:
    """Show what is on or waits to be published, and every run before it."""
    viewer = get_viewer_of(request)
    cursor = read_cursor(request, 1)
    before = cursor[0] if cursor else None
    if before is not None and not isinstance(before, int):
        raise InvalidInput("filter.unknown", name="after", value=str(before)[:40])
    newest = list_runs(viewer, limit=RUNS_A_PAGE + 1)
    found = newest if before is None else list_runs(viewer, before=before, limit=RUNS_A_PAGE + 1)
    jobs = list_jobs(viewer, kinds=KINDS, limit=1)
    job = jobs[0] if jobs and jobs[0].is_open else None
    on = next((run for run in newest if run.is_on), None)
    prepared = next((run for run in newest if run.state == RunState.PREPARED), None)
    content = {
        "job": job,
        "steps": _steps(job, on),
        "elsewhere": on if job is None else None,
        "prepared": describe(prepared) if prepared and not job and not on else None,
        "examples": say_examples(prepared) if prepared else [],
        "news": _news(jobs[0]) if jobs and job is None else None,
        "answer": _answer(viewer, newest),
        "may_start": job is None and on is None,
        "runs": [describe(run) for run in found[:RUNS_A_PAGE]],
        "older": write_cursor([found[RUNS_A_PAGE - 1].id]) if len(found) > RUNS_A_PAGE else "",
    }
    return render(request, "web/runs.html", content)


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def start(request: HttpRequest) -> HttpResponse:
    """Have a run prepared; `full`: from the beginning, even where nothing is new."""
    return _ask(request, PREPARE, {"full": request.POST.get("full") == "1"})


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Have a prepared run published."""
    return _ask_about(request, PUBLISH, number)


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Have a prepared run dropped."""
    return _ask_about(request, DISCARD, number)


def _ask_about(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    waits = number < LARGEST and any(
        run.id == number and run.state == RunState.PREPARED
        for run in list_runs(get_viewer_of(request), before=number + 1, limit=1)
    )
    if not waits:
        messages.error(request, say("runs.gone", run=number), extra_tags="refused")
        return HttpResponseRedirect(reverse("runs"))
    return _ask(request, kind, {"run": number})


def _ask(request: HttpRequest, kind: str, params: dict[str, object]) -> HttpResponse:
    viewer = get_viewer_of(request)
    if list_jobs(viewer, kinds=KINDS, states=[JobState.WAITING, JobState.RUNNING], limit=1):
        messages.info(request, say("runs.already"), extra_tags="asked")
    else:
        enqueue(by=viewer, at=timezone.now(), kind=kind, params=params, lock=LOCK)
    return HttpResponseRedirect(reverse("runs"))


def _steps(job: JobView | None, on: RunView | None) -> list[Step]:
    if job is None and on is None:
        return []
    stage = job.stage.removeprefix("stage.link_") if job else f"{on.stage}" if on else ""
    publishes = job is None or job.kind == PUBLISH
    return [] if job and job.kind == DISCARD else steps_of(stage, on.log if on else (), publishes=publishes)


def _answer(viewer: Viewer, newest: list[RunView]) -> str:
    last = next((run for run in newest if run.state == RunState.DONE), None)
    if last is None or last.finished_at is None:
        return say("runs.answer_none")
    since = count_lists_since(viewer, last.started_at, most=LISTS_COUNTED + 1)
    families = count_of(last.counts.get("families", 0), "family")
    people = count_of(last.counts.get("people", 0), "person")
    known = say("runs.answer", families=families, people=people)
    if not since:
        return f"{known} {say('runs.answer_all_in')}"
    more = "runs.answer_many_since" if since > LISTS_COUNTED else "runs.answer_since"
    return f"{known} {say(more, lists=count_of(min(since, LISTS_COUNTED), 'list'))}"


def _news(job: JobView) -> News | None:
    if job.finished_at is None or timezone.now() - job.finished_at > NEWS:
        return None
    if job.state == JobState.FAILED:
        return News("refused", say_why(job))
    if job.state == JobState.CANCELLED:
        return News("asked", say("runs.news.cancelled"))
    outcome = str((job.result or {}).get("outcome", ""))
    if job.kind == PUBLISH and outcome == "prepared":
        return News("asked", say("runs.news.changed"))
    kind = "done" if outcome == "published" else "asked"
    return (
        News(kind, say(f"runs.news.{outcome}"))
        if outcome in ("published", "nothing_new", "discarded")
        else None
    )


def _page_of_runs(job: JobView) -> str:
    return reverse("runs")


JOB_PAGES: dict[str, Callable[[JobView], str]] = dict.fromkeys((*KINDS, REFRESH), _page_of_runs)

ROUTES = [
    path("runs/", runs, name="runs"),
    path("runs/start/", start, name="runs_start"),
    path("runs/<int:number>/publish/", publish, name="run_publish"),
    path("runs/<int:number>/discard/", discard, name="run_discard"),
]
