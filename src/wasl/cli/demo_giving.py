"""The demonstration's first giving: a bulk for families that nobody covers, approvals, deliveries, overlaps answered."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4, uuid5

from wasl.cli.progress import Report
from wasl.cli.session import now

if TYPE_CHECKING:
    from datetime import date

    from wasl.organisations.viewer import Viewer

NEED, SLOT = "food_box", "food"
# One in five stays to be approved; half of the rest, and not too many, is delivered.
WAITING, DELIVERED = 5, 60
REASON = "العدد في الأسرة كبير، وكرتونة واحدة لا تكفي الشهر."
OPERATIONS = UUID("5a1e3c52-9a7e-4d0f-9a43-0d7f5d2c7a11")


def give_first(report: Report) -> None:
    """
    Give this month's boxes to some of the families that nobody covers; once, however often it is called.

    Amina reserves, Nadia approves all but a few and Amina delivers some: the rest waits at the desk. She and Camelia
    answer a few of the overlaps of their organisations.
    """
    from django.utils import timezone

    from wasl.benefits.bulk.queries import BulkQuestion, list_bulks
    from wasl.organisations.queries import get_viewer

    amina, nadia, camelia = (get_viewer(name) for name in ("amina", "nadia", "camelia"))
    if list_bulks(amina, BulkQuestion(), 1):
        return
    report("stage.demo_give", 0.0)
    _give(amina, nadia, timezone.localdate().replace(day=1))
    report("stage.demo_give", 0.7)
    _answer(amina, camelia)
    report("stage.demo_give", 1.0)


def _give(maker: Viewer, checker: Viewer, month: date) -> None:
    from wasl.benefits.bulk.queries import Bulk
    from wasl.benefits.grants.actions import approve_grants, deliver_grants
    from wasl.benefits.grants.rules import Receipt
    from wasl.benefits.queries.gap_pages import GapQuestion, list_gap_counts
    from wasl.benefits.queries.grant_pages import GrantQuestion, list_grants
    from wasl.intake.bulk_jobs import run_bulk
    from wasl.intake.bulk_sources import plan_gaps

    count = next((one for one in list_gap_counts(maker) if one.slot == SLOT), None)
    if count is None:
        return
    question = GapQuestion(count.id, state="open")
    bulk: Bulk = plan_gaps(by=maker, at=now(), question=question, need=NEED, month=month)
    run_bulk(bulk=bulk, by=maker, at=now(), heard=lambda stage, share: None)
    reserved = list_grants(maker, GrantQuestion(state="reserved", need=NEED), 500)
    approved = [grant.id for grant in reserved[len(reserved) // WAITING :]]
    if len(approved) < 2:
        return
    approve_grants(by=checker, at=now(), grants=approved, operation=uuid5(OPERATIONS, "approve"))
    handed_over = approved[: min(len(approved) // 2, DELIVERED)]
    deliver_grants(
        by=maker, at=now(), grants=handed_over, receipts=Receipt(), operation=uuid5(OPERATIONS, "deliver")
    )


def _answer(amina: Viewer, camelia: Viewer) -> None:
    from wasl.benefits.overlap_work.actions import answer_overlaps
    from wasl.benefits.overlap_work.queries import preview_stops
    from wasl.benefits.overlap_work.rules import Answer
    from wasl.benefits.queries.pages import Question, list_overlaps

    both = [
        one.id
        for one in list_overlaps(amina, Question(slot=SLOT), 200)
        if one.organisation_ids == tuple(sorted((amina.organisation_id or 0, camelia.organisation_id or 0)))
    ]
    said = (
        (amina, both[:2], Answer.WE_STOP, ""), (camelia, both[:1], Answer.YOU_STOP, ""),
        (camelia, both[2:4], Answer.BOTH, REASON), (amina, both[2:3], Answer.BOTH, REASON),
        (camelia, both[4:6], Answer.YOU_STOP, ""), (amina, both[4:5], Answer.YOU_STOP, ""),
    )  # fmt: skip
    for viewer, overlaps, answer, reason in said:
        if overlaps:
            digest = preview_stops(viewer, overlaps, answer).digest
            answer_overlaps(
                by=viewer, at=now(), overlaps=overlaps, answer=answer, reason=reason, digest=digest, operation=uuid4()
            )  # fmt: skip
