"""Pages of the review queue: which pairs wait for a person's judgement, and what depends on each."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.linkage.review import (
    DoubtView,
    ReviewFilter,
    ReviewRow,
    count_review,
    list_doubts,
    list_review,
)
from wasl.web import review_pair
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.review_blind import address_of_next_blind
from wasl.web.review_filters import SOURCES, Question, read_question
from wasl.web.tables import ROWS_A_PAGE
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of

COUNTED = 10_000
"""Up to so many are counted: more is "more than"."""


@dataclass(frozen=True)
class Shown:
    """A row of the queue with its names and the address of its page."""

    row: ReviewRow
    href: str
    consequence: str
    slots: list[Named]
    governorate: Named | None

    @property
    def bits(self) -> str:
        """Give the weight in bits."""
        return f"{self.row.weight / 100:+.2f}"


@dataclass(frozen=True)
class ShownDoubt:
    """A doubt with its organisation's name and the address of its page."""

    doubt: DoubtView
    href: str
    organisation: Named | None


@page(desk=True, officer=False, viewer=False)
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits, doubts first, then the pairs whose answer changes most."""
    viewer = get_viewer_of(request)
    choices = get_choices(viewer)
    question = read_question(request, choices)
    total = count_review(viewer, question.wanted, limit=COUNTED)
    doubts = list_doubts(viewer) if question.shows_doubts and not question.after else []
    found = list_review(viewer, question.wanted, after=question.after, limit=ROWS_A_PAGE + 1)
    rows = found[:ROWS_A_PAGE]
    names = choices.organisation_by_id()
    shown_doubts = [
        ShownDoubt(
            doubt, review_pair.address_of_doubt(doubt.code, question), names.get(doubt.organisation_id)
        )
        for doubt in doubts
    ]
    shown = [_shown(row, choices, question) for row in rows]
    asks_blind = question.wanted == ReviewFilter() or question.is_sample
    sample = address_of_next_blind(viewer, question) if asks_blind else ""
    content = {
        "answer": _answer(total), "sources": SOURCES, "question": question, "choices": choices, "rows": shown,
        "doubts": shown_doubts, "older": str(rows[-1].place) if len(found) > ROWS_A_PAGE else "",
        "sample": sample, "first": ([one.href for one in shown_doubts] + [one.href for one in shown] + [sample])[0],
        **review_pair.today_content(viewer),
    }  # fmt: skip
    return render(request, "web/review.html", content)


def _answer(total: int) -> str:
    if not total:
        return say("review.answer_none")
    code = "review.answer_many" if total >= COUNTED else "review.answer"
    return say(code, pairs=show_digits(count_of(total, "pair")))


def _shown(row: ReviewRow, choices: Choices, question: Question) -> Shown:
    if row.overlaps:
        code = "review.confirms" if row.source == "overlap" else "review.opens"
        consequence = say(code, overlaps=show_digits(count_of(row.overlaps, "overlap")))
    elif row.families == 1 or row.source == "possible":
        consequence = say("review.shares_family")
    else:
        consequence = say("review.no_consequence")
    return Shown(
        row=row,
        href=review_pair.address_of_row(row, question),
        consequence=consequence,
        slots=[choices.slots[slot] for slot in row.slots if slot in choices.slots],
        governorate=choices.governorates.get(row.governorate),
    )


ROUTES = [
    path("review/", queue, name="review"),
    *review_pair.ROUTES,
]
