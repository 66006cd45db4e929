"""One overlap: what was given, what its organisations say of it, whom each answer drops, and the answer itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.overlap_work.actions import answer_overlaps, decide_overlaps, take_back_answers
from wasl.benefits.overlap_work.permissions import can_answer
from wasl.benefits.overlap_work.queries import (
    Standing,
    access_overlap,
    get_standings,
    list_left_reservations,
    list_said,
    preview_each,
)
from wasl.benefits.overlap_work.rules import REASON_LONGEST, Answer, Stage
from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.benefits.queries.pages import OverlapRow
from wasl.intake.benefit_tables import show_rows
from wasl.kernel.errors import InvalidInput, NotFound, WaslError
from wasl.organisations.viewer import Viewer
from wasl.store.connections import reading
from wasl.web.access import page
from wasl.web.counts import show_count
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.frame import offer_undo
from wasl.web.naming import named
from wasl.web.overlap_words import (
    badge_of,
    list_names,
    next_words,
    preview_sentences,
    stage_words,
    told,
)
from wasl.web.tables import LARGEST
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say, say_error

ONCE = 1
MOST_PARTIES = 5
"""So many organisations are offered one by one to go on; each choice shows whom it drops."""


@dataclass(frozen=True)
class Choice:
    """One answer that may be given, with what it would do in words and the digest of that."""

    value: str
    label: str
    explain: str
    sentences: list[str]
    digest: str
    needs_reason: bool = False


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def overlap(request: HttpRequest, tie: int) -> HttpResponse:
    """Show one overlap; POST keeps an answer or a decision."""
    viewer = get_viewer_of(request)
    if tie > LARGEST:
        raise NotFound("overlap.unknown")
    found = access_overlap(viewer, tie)
    if request.method != "POST":
        return _show(request, viewer, found)
    operation = uuid4()
    try:
        outcome = _say(request, viewer, found, operation)
    except NotFound:
        raise
    except WaslError as error:
        with reading(viewer):
            return _show(request, viewer, found, wrong=say_error(error), status=error.http)
    offer_undo(request, kept_words(outcome), reverse("overlap_take_back"), operation=str(operation))
    return HttpResponseRedirect(reverse("overlap", args=[tie]))


@page(desk=True, officer=True, viewer=False, methods=("POST",))
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back what was said in one go."""
    viewer = get_viewer_of(request)
    try:
        operation = UUID(request.POST.get("operation", ""))
    except ValueError as error:
        raise NotFound("overlap.nothing_to_take_back") from error
    taken = take_back_answers(by=viewer, at=timezone.now(), operation=operation)
    messages.success(
        request, say("overlap.taken_back", overlaps=show_count(taken, "overlap")), extra_tags="done"
    )
    back = request.POST.get("tie", "")
    return HttpResponseRedirect(
        reverse("overlap", args=[int(back)]) if back.isascii() and back.isdigit() else reverse("overlaps")
    )


def kept_words(outcome: Mapping[str, int]) -> str:
    """Say what became of the overlaps that were answered."""
    return " ".join(
        say(f"overlap.kept.{code}", overlaps=show_count(outcome[code], "overlap"))
        for code in ("settled", "passed", "talking", "left")
        if outcome.get(code)
    )


def _say(request: HttpRequest, viewer: Viewer, found: OverlapRow, operation: UUID) -> Mapping[str, int]:
    answer = request.POST.get("answer", "")
    reason = request.POST.get("reason", "").replace("\x00", "")
    digest = request.POST.get(f"digest-{answer}", "")
    now = timezone.now()
    if viewer.is_desk:
        keepers = found.organisation_ids if answer == "all" else _number(answer, found)
        return decide_overlaps(
            by=viewer,
            at=now,
            overlaps=[found.id],
            keepers=keepers,
            reason=reason,
            digest=digest,
            operation=operation,
        )
    if answer not in set(Answer):
        raise InvalidInput("overlap.answer_missing")
    return answer_overlaps(
        by=viewer, at=now, overlaps=[found.id], answer=Answer(answer), reason=reason, digest=digest,
        operation=operation,
    )  # fmt: skip


def _number(answer: str, found: OverlapRow) -> tuple[int, ...]:
    return tuple(one for one in found.organisation_ids if str(one) == answer)


def _show(
    request: HttpRequest, viewer: Viewer, found: OverlapRow, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    choices = get_choices(viewer)
    by_id = choices.organisation_by_id()
    standing = get_standings(viewer, [found.id])[found.id]
    is_party = viewer.organisation_id in found.organisation_ids
    said = [told(one, by_id, found.organisation_ids) for one in list_said(viewer, found.id)]
    may_undo = (
        bool(said)
        and said[-1].said.is_last
        and said[-1].said.bulk is not None
        and (
            said[-1].said.organisation_id == viewer.organisation_id
            and said[-1].said.answer not in ("taken_back", "reopened")
        )
    )
    content = {
        "found": found, "title": _title(found, choices), "names": list_names(by_id, found.organisation_ids),
        "shown": show_rows(viewer, [found])[0], "choices": choices, "organisations": by_id, "standing": standing,
        "stage": stage_words(standing, own=is_party), "badge": badge_of(standing.stage),
        "next": next_words(standing, by_id, found.organisation_ids, own=is_party),
        "is_live": standing.stage in (Stage.ASKED, Stage.TALKING, Stage.PASSED), "said": said,
        "take_back": said[-1].said.bulk if may_undo else "", "offered": _offered(viewer, found, standing, by_id),
        "is_party": is_party, "may_answer": can_answer(viewer), "longest": REASON_LONGEST, "viewer": viewer,
        "left": list_left_reservations(viewer, found.id) if standing.stage == Stage.SETTLED and is_party else [],
        "wrong": wrong, "typed": request.POST.get("reason", ""), "chosen": request.POST.get("answer", ""),
        "certainty": say(f"certainty.{found.certainty}"),
    }  # fmt: skip
    return render(request, "web/overlap_one.html", content, status=status)


def _title(found: OverlapRow, choices: Choices) -> str:
    slot = choices.slots.get(found.slot)
    name = named(slot) if slot else found.slot
    if found.month.year == ONCE:
        return say("overlap.title_once", slot=name)
    return say("overlap.title", slot=name, month=show_digits(month_words(found.month)))


def _offered(
    viewer: Viewer, found: OverlapRow, standing: Standing, organisations: Mapping[int, Named]
) -> list[Choice]:
    """Return the answers that the viewer may give now, each with whom it drops; none where it is not theirs to say."""
    if viewer.is_desk:
        return _decisions(viewer, found, organisations) if standing.stage == Stage.PASSED else []
    if not can_answer(viewer) or standing.stage in (Stage.SETTLED, Stage.CLOSED):
        return []
    return offer(viewer, [found.id], list(Answer), organisations)


def offer(
    viewer: Viewer, overlaps: list[int], answers: list[Answer], organisations: Mapping[int, Named]
) -> list[Choice]:
    """Return answers to some overlaps, each with what it would do."""
    previews = preview_each(viewer, overlaps, [(answer, ()) for answer in answers])
    return [
        Choice(
            answer, say(f"overlap.{answer}"), say(f"overlap.{answer}.explain"),
            preview_sentences(preview, organisations), preview.digest, needs_reason=answer == Answer.BOTH,
        )
        for answer, preview in zip(answers, previews, strict=True)
    ]  # fmt: skip


def _decisions(viewer: Viewer, found: OverlapRow, organisations: Mapping[int, Named]) -> list[Choice]:
    parties = found.organisation_ids
    kept = [*((one,) for one in parties[:MOST_PARTIES]), parties]
    previews = preview_each(viewer, [found.id], [("decided", keepers) for keepers in kept])
    return [
        Choice(
            "all" if keepers == parties else str(keepers[0]),
            say("overlap.keep_all")
            if keepers == parties
            else say("overlap.keep_one", organisation=list_names(organisations, keepers)),
            "", preview_sentences(preview, organisations), preview.digest, needs_reason=True,
        )
        for keepers, preview in zip(kept, previews, strict=True)
    ]  # fmt: skip


ROUTES = [
    path("overlaps/take-back/", take_back, name="overlap_take_back"),
    path("overlaps/<int:tie>/", overlap, name="overlap"),
]
