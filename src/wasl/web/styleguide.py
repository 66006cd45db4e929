"""`/styleguide/`: every component with its states, for whoever builds pages and for the visual tests."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wasl.web.access import page


@page(desk=True, officer=True, viewer=True)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    return render(request, "web/styleguide.html", {"month": date(2026, 3, 1)})


ROUTES = [path("styleguide/", styleguide, name="styleguide")]
