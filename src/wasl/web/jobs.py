"""Pages of long work: how far it is, and stopping it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from wasl.jobs.actions import cancel_job
from wasl.jobs.queries import JobView, access_job
from wasl.jobs.rules import JobState
from wasl.web.access import page
from wasl.web.job_words import say_why
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say


@page(desk=True, officer=True, viewer=True)
def job(request: HttpRequest, code: str) -> HttpResponse:
    """Show how far a job is; one that is done leads on to what it made."""
    found = access_job(get_viewer_of(request), code)
    leads_to = page_of(found)
    if request.headers.get("HX-Request") == "true":
        return _fragment(request, found, leads_to)
    if found.state == JobState.DONE and leads_to:
        return HttpResponseRedirect(leads_to)
    answer = say("jobs.may_leave" if found.is_open else f"jobs.answer.{found.state}")
    content = {"job": found, "leads_to": leads_to, "why": say_why(found), "answer": answer}
    return render(request, "web/job.html", content)


def _fragment(request: HttpRequest, found: JobView, leads_to: str) -> HttpResponse:
    """Answer the bar that asks every second; when the job is over, the page around it is asked for anew."""
    if found.is_open:
        return render(request, "web/parts/job_bar.html", {"job": found})
    response = HttpResponse()
    if request.GET.get("alone") and found.state == JobState.DONE and leads_to:
        response["HX-Redirect"] = leads_to
    else:
        response["HX-Refresh"] = "true"
    return response


@page(desk=True, officer=True, viewer=True, methods=("POST",))
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Ask a job to stop, and go back to where it was asked."""
    stopped = cancel_job(by=get_viewer_of(request), at=timezone.now(), code=code)
    messages.info(request, say("jobs.asked_to_stop" if stopped else "jobs.over_already"), extra_tags="asked")
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else reverse("job", args=[code]))


def page_of(found: JobView) -> str:
    """Return the page that a job is about, as the group of its kind says; empty where none does."""
    lead = _job_pages().get(found.kind)
    if lead is None:
        return ""
    try:
        return lead(found)
    except (LookupError, TypeError, ValueError, NoReverseMatch):
        # A job that failed may have made nothing to lead to.
        return ""


@cache
def _job_pages() -> dict[str, Callable[[JobView], str]]:
    from wasl.web.urls import GROUPS

    found: dict[str, Callable[[JobView], str]] = {}
    for group in GROUPS:
        found.update(getattr(group, "JOB_PAGES", {}))
    return found


ROUTES = [
    path("jobs/<str:code>/", job, name="job"),
    path("jobs/<str:code>/cancel/", cancel, name="job_cancel"),
]
