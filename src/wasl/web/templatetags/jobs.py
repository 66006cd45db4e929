"""How a job is shown, wherever one is."""

from __future__ import annotations

from django import template
from django.http import HttpRequest

from wasl.jobs.queries import JobView
from wasl.web.job_words import ShownJob, show_job
from wasl.web.viewing import get_viewer_of

register = template.Library()


@register.simple_tag(takes_context=True)
def shown(context: dict[str, object], job: JobView) -> ShownJob:
    """Return what to say of a job to whoever looks at this page."""
    request = context["request"]
    assert isinstance(request, HttpRequest)
    return show_job(get_viewer_of(request), job)
