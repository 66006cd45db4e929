"""One answer to many overlaps: ticked rows or all that a filter means, looked at once more before it is given."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.overlap_work.actions import answer_overlaps
from wasl.benefits.overlap_work.queries import find_chosen_ids, find_overlap_ids
from wasl.benefits.overlap_work.rules import MOST_AT_ONCE, REASON_LONGEST, Answer
from wasl.benefits.queries.choices import get_choices
from wasl.kernel.errors import Conflict, InvalidInput
from wasl.organisations.viewer import Viewer
from wasl.store.connections import reading
from wasl.web.access import page
from wasl.web.counts import show_count
from wasl.web.frame import offer_undo
from wasl.web.overlap_filters import read_question
from wasl.web.overlap_one import kept_words, offer
from wasl.web.tables import LARGEST, ROWS_A_PAGE
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error

QUERY_LONGEST = 1000


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def answer_many(request: HttpRequest) -> HttpResponse:
    """Show what one answer to many overlaps would do; sent again with `confirmed` it is given."""
    viewer = get_viewer_of(request)
    answer = request.POST.get("answer", "")
    if answer not in set(Answer):
        raise InvalidInput("overlap.answer_missing")
    overlaps = _meant(request, viewer)
    if not overlaps:
        raise InvalidInput("overlap.many.none")
    if len(overlaps) > MOST_AT_ONCE:
        raise InvalidInput("overlap.too_many", most=MOST_AT_ONCE)
    wrong = ""
    if request.POST.get("confirmed"):
        operation = _operation(request)
        try:
            outcome = answer_overlaps(
                by=viewer, at=timezone.now(), overlaps=overlaps, answer=Answer(answer),
                reason=request.POST.get("reason", "").replace("\x00", ""), digest=request.POST.get("digest", ""),
                operation=operation,
            )  # fmt: skip
        except (Conflict, InvalidInput) as error:
            wrong = say_error(error)
        else:
            offer_undo(request, kept_words(outcome), reverse("overlap_take_back"), operation=str(operation))
            return HttpResponseRedirect(f"{reverse('overlaps')}?{_query(request)}")
    with reading(viewer):
        organisations = get_choices(viewer).organisation_by_id()
        [choice] = offer(viewer, overlaps, [Answer(answer)], organisations)
    content = {
        "title": say("overlap.many.title", overlaps=show_count(len(overlaps), "overlap")), "choice": choice,
        "ties": _ties(request), "whole": request.POST.get("whole", ""), "query": _query(request), "wrong": wrong,
        "typed": request.POST.get("reason", ""), "operation": uuid4(), "longest": REASON_LONGEST,
    }  # fmt: skip
    return render(request, "web/overlap_many.html", content, status=400 if wrong else 200)


def _meant(request: HttpRequest, viewer: Viewer) -> list[int]:
    """Return the overlaps that are meant: all of the filter in `query`, else those ticked."""
    if not request.POST.get("whole"):
        return find_chosen_ids(viewer, _ties(request))
    asked = HttpRequest()
    asked.GET = QueryDict(_query(request))  # type: ignore[assignment]
    with reading(viewer):
        question = read_question(asked, viewer, get_choices(viewer))
        return find_overlap_ids(viewer, question)


def _ties(request: HttpRequest) -> list[int]:
    ticked = request.POST.getlist("overlap")[:ROWS_A_PAGE]
    return [int(one) for one in ticked if one.isascii() and one.isdigit() and int(one) <= LARGEST]


def _query(request: HttpRequest) -> str:
    return request.POST.get("query", "")[:QUERY_LONGEST]


def _operation(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("operation", ""))
    except ValueError as error:
        raise InvalidInput("overlap.answer_missing") from error


ROUTES = [path("overlaps/answer/", answer_many, name="overlaps_answer")]
