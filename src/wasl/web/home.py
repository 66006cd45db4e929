"""The first page: the headline figures, as far as the viewer may see them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wasl.store.figures import Figure, list_figures, list_slot_figures
from wasl.web.access import page
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say


@page(desk=True, officer=True, viewer=True)
def home(request: HttpRequest) -> HttpResponse:
    """Show what was given twice and what was not given, by slot."""
    viewer = get_viewer_of(request)
    figures = list_figures(viewer)
    content = {"figures": figures, "slots": list_slot_figures(viewer), "answer": _answer(figures)}
    return render(request, "web/home.html", content)


def _answer(figures: list[Figure]) -> str:
    by_code = {figure.code: figure.value for figure in figures}
    if "families" in by_code and "overlaps" in by_code:
        return say("home.answer", families=f"{by_code['families']:,}", overlaps=f"{by_code['overlaps']:,}")
    return say("home.answer_own")


ROUTES = [path("", home, name="home")]
