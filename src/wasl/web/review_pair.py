"""One pair of the review queue: side by side, the evidence, what each answer changes, and the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.intake.written import list_written_entries, list_written_records
from wasl.kernel.codes import is_code
from wasl.kernel.errors import InvalidInput, NotFound, RuleRefused
from wasl.linkage.audit_sample import is_asked_blind, undo_answer
from wasl.linkage.queries import PairView, find_joining_path, find_pairs, find_sameness
from wasl.linkage.review import (
    DoubtView,
    ReviewFilter,
    ReviewRow,
    access_doubt,
    answer_doubt,
    list_changes,
    list_doubts,
    list_review,
    undo_decision,
)
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import VerdictView, count_today, record_verdict
from wasl.organisations.viewer import Viewer
from wasl.store.connections import reading
from wasl.web.access import page
from wasl.web.review_blind import address_of_next_blind, is_turn_of_blind, keep_blind
from wasl.web.review_filters import Question, read_question
from wasl.web.review_sides import Sides, compare_entries, compare_people
from wasl.web.review_words import Step, describe_changes, describe_earlier, describe_path
from wasl.web.viewing import get_viewer_of
from wasl.web.waterfall import draw_waterfall
from wasl.web.words import say

_KEY = re.compile(r"(f?)([1-9][0-9]{0,17})-([1-9][0-9]{0,17})")
BLIND = "blind"
"""The field of a form that was answered without seeing what is known."""
AHEAD = "X-Wasl-Ahead"
"""The header of a page's script that shows the next pair at once and wants back only what was counted."""
REASON_LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """What an address asks about: two records, two entries, or a doubt's entries and what they are told from."""

    kind: PairKind
    a: int
    b: int
    key: str
    doubt: DoubtView | None = None


def address_of_row(row: ReviewRow, question: Question) -> str:
    """Return the page of a row of the queue, under the same filter."""
    key = f"{'f' if row.kind == PairKind.FAMILY else ''}{row.a}-{row.b}"
    return reverse("review_pair", args=[key]) + question.query(after=row.place)


def address_of_doubt(code: str, question: Question) -> str:
    """Return the page of a doubt, under the same filter."""
    return reverse("review_pair", args=[code]) + question.query()


@page(desk=True, officer=False, viewer=False, methods=("GET", "POST"))
def pair(request: HttpRequest, key: str) -> HttpResponse:
    """Show two side by side; POST keeps the answer and leads to the next pair."""
    viewer = get_viewer_of(request)
    question = read_question(request)
    asked = _read_key(viewer, key)
    if request.method == "POST":
        return _decide(request, viewer, asked, question)
    if asked.doubt is None and is_asked_blind(viewer, asked.kind, asked.a, asked.b):
        return render(request, "web/review_blind.html", _blind_content(viewer, asked, question))
    return render(request, "web/review_pair.html", _content(viewer, asked, question))


@page(desk=True, officer=False, viewer=False, methods=("POST",))
def undo(request: HttpRequest) -> HttpResponse:
    """Take back the verdict on a pair and show it again."""
    viewer = get_viewer_of(request)
    asked, at = _read_key(viewer, request.POST.get("pair", "")), timezone.now()
    was_sample = asked.kind == PairKind.PERSON and undo_answer(by=viewer, at=at, a=asked.a, b=asked.b)
    code = None if was_sample else undo_decision(by=viewer, at=at, kind=asked.kind, a=asked.a, b=asked.b)
    messages.success(request, say("review.undone"), extra_tags="done")
    question = read_question(request)
    return HttpResponseRedirect(reverse("review_pair", args=[code or asked.key]) + question.query())


def _read_key(viewer: Viewer, key: str) -> Asked:
    found = _KEY.fullmatch(key)
    if found is not None and found[2] != found[3]:
        kind = PairKind.FAMILY if found[1] else PairKind.PERSON
        a, b = sorted((int(found[2]), int(found[3])))
        return Asked(kind, a, b, f"{found[1]}{a}-{b}")
    if is_code(key):
        doubt = access_doubt(viewer, key)
        return Asked(PairKind.FAMILY, doubt.entries[0], doubt.against, key, doubt)
    raise NotFound("review.unknown_pair")


def _decide(request: HttpRequest, viewer: Viewer, asked: Asked, question: Question) -> HttpResponse:
    typed = request.POST.get("reason", "").strip().replace("\x00", "")[:REASON_LONGEST]
    reason = typed or say("review.default_reason")
    written = request.POST.get("decision", "")
    try:
        if written not in set(Decision):
            raise InvalidInput("review.decision_missing")
        if BLIND in request.POST:
            said = keep_blind(viewer, asked.a, asked.b, Decision(written), reason)
        else:
            new = _keep(viewer, asked, Decision(written), reason, timezone.now())
            said = say(f"review.kept.{written}" if new else "review.stood")
    except RuleRefused as refused:
        return _refused(request, viewer, asked, question, refused, typed)
    if AHEAD in request.headers:
        return render(
            request,
            "web/parts/review_today.html",
            {"said": said, "question": question, **today_content(viewer)},
        )
    messages.success(request, said, extra_tags="done")
    following = _next(viewer, asked, question, is_blind=BLIND in request.POST)
    return HttpResponseRedirect(following or reverse("review") + question.query())


def _keep(viewer: Viewer, asked: Asked, decision: Decision, reason: str, at: datetime) -> bool:
    if asked.doubt is not None:
        answer_doubt(by=viewer, at=at, code=asked.doubt.code, decision=decision, reason=reason)
        return True
    return record_verdict(
        by=viewer, at=at, kind=asked.kind, a=asked.a, b=asked.b, decision=decision, reason=reason
    )


def _refused(
    request: HttpRequest, viewer: Viewer, asked: Asked, question: Question, refused: RuleRefused, typed: str
) -> HttpResponse:
    given = refused.params.get("verdicts")
    earlier = [one for one in given if isinstance(one, VerdictView)] if isinstance(given, list) else []
    with reading(viewer):
        content = _content(viewer, asked, question)
        content["earlier"] = describe_earlier(viewer, earlier)
    content |= {"typed": typed, "refused": True}
    return render(request, "web/review_pair.html", content, status=refused.http)


def _audit_reading(viewer: Viewer, asked: Asked) -> None:
    record_audit(
        by=viewer, at=timezone.now(), action="read_pair", object_kind=f"{asked.kind}_pair",
        object_code=f"{asked.a}-{asked.b}", detail={"doubt": asked.doubt.code} if asked.doubt else {},
    )  # fmt: skip


def _blind_content(viewer: Viewer, asked: Asked, question: Question) -> dict[str, object]:
    """Return both records as written and nothing of what is known of them."""
    _audit_reading(viewer, asked)
    records = list_written_records(viewer, [asked.a, asked.b])
    if len(records) < 2:
        raise NotFound("review.unknown_pair")
    return {
        "asked": asked, "question": question, "here": question.query(after=question.after),
        "sides": compare_people(records[asked.a], records[asked.b]),
        "following": _next(viewer, asked, question, is_blind=True), **today_content(viewer),
    }  # fmt: skip


def _content(viewer: Viewer, asked: Asked, question: Question) -> dict[str, object]:
    _audit_reading(viewer, asked)
    sides, kept, between = _sides(viewer, asked)
    steps: list[Step] = []
    state = kept.grade if kept else ""
    if kept is None:
        state = find_sameness(viewer, asked.kind, asked.a, asked.b) or "no"
        steps = describe_path(viewer, *_path(viewer, asked, state))
    changes = list_changes(viewer, asked.kind, asked.a, asked.b)
    following = _next(viewer, asked, question)
    return {
        "asked": asked, "kind": str(asked.kind), "question": question, "here": question.query(after=question.after),
        "sides": sides, "pair": kept, "between": between, "state": state, "path": steps,
        "waterfall": draw_waterfall(kept) if kept else None,
        "changes": describe_changes(str(asked.kind), state, changes),
        "following": following, "doubt": asked.doubt, **today_content(viewer, asked),
    }  # fmt: skip


def _sides(viewer: Viewer, asked: Asked) -> tuple[Sides, PairView | None, list[PairView]]:
    """Return both sides as written, the pair itself, and how their members pair up."""
    ends = {asked.a, asked.b}
    if asked.kind == PairKind.PERSON:
        records = list_written_records(viewer, [*ends])
        if len(records) < len(ends):
            raise NotFound("review.unknown_pair")
        found = find_pairs(viewer, [*ends], [])
        return compare_people(records[asked.a], records[asked.b]), next(iter(found), None), []
    entries = list_written_entries(viewer, [*ends])
    if len(entries) < len(ends):
        raise NotFound("review.unknown_pair")
    members = [member.record_id for entry in entries.values() for member in entry.members]
    found = find_pairs(viewer, members, [*ends])
    people = [one for one in found if one.kind == PairKind.PERSON and one.grade in ("certain", "likely")]
    kept = next((one for one in found if one.kind == PairKind.FAMILY), None)
    return compare_entries(entries[asked.a], entries[asked.b], people), kept, people


def _path(viewer: Viewer, asked: Asked, state: str) -> tuple[PairKind, list[PairView]]:
    path_, _ = find_joining_path(viewer, asked.kind, asked.a, asked.b, state)
    return asked.kind, path_ or []


def _next(viewer: Viewer, asked: Asked, question: Question, *, is_blind: bool = False) -> str:
    """
    Return the page that comes after this one: doubts first, then the queue from here on, then from its start.

    Every few pairs one of the sample comes between, and what is left of it at the end.
    """
    here = (asked.a, asked.b)
    comes_between = not is_blind and asked.doubt is None and is_turn_of_blind(asked.key)
    if question.is_sample or (comes_between and question.wanted == ReviewFilter()):
        blind = address_of_next_blind(viewer, question, skip=here)
        if blind or question.is_sample:
            return blind
    if question.shows_doubts:
        code = asked.doubt.code if asked.doubt else ""
        waiting = [one.code for one in list_doubts(viewer, limit=50)]
        later = waiting[waiting.index(code) + 1 :] if code in waiting else waiting
        if later and (asked.doubt is not None or not question.after):
            return address_of_doubt(later[0], question)
    skip = (str(asked.kind), asked.a, asked.b)
    for after in (question.after, 0) if question.after else (0,):
        found = list_review(viewer, question.wanted, after=after, limit=1, skip=skip)
        if found:
            return address_of_row(found[0], question)
    return address_of_next_blind(viewer, question, skip=here) if question.wanted == ReviewFilter() else ""


def today_content(viewer: Viewer, asked: Asked | None = None) -> dict[str, object]:
    """Return what the strip of every review page says: judged today, the last of it, what waits."""
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    pair_ = None if asked is None else (asked.kind, asked.a, asked.b)
    today = count_today(viewer, since=morning, pair=pair_)
    last = today.last
    key = "" if last is None else f"{'f' if last.kind == PairKind.FAMILY else ''}{last.a}-{last.b}"
    return {"today": today, "last_pair": key, "stands": today.here}


ROUTES = [
    path("review/undo/", undo, name="review_undo"),
    path("review/<str:key>/", pair, name="review_pair"),
]
