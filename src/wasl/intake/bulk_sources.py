"""Bulks that begin with something that is here already: a planned list, a count of gaps, grants of one need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from wasl.benefits.bulk.actions import plan_bulk
from wasl.benefits.bulk.permissions import check_can_make_bulks
from wasl.benefits.bulk.queries import Bulk, find_unfinished
from wasl.benefits.bulk.rules import BulkAction, BulkSource
from wasl.benefits.queries.gap_pages import GapQuestion
from wasl.intake.queries import access_list
from wasl.intake.rules import ListState
from wasl.kernel.errors import NotFound, RuleRefused
from wasl.organisations.viewer import Viewer


def plan_list(*, by: Viewer, at: datetime, code: str, goes_on: bool = False, reason: str = "") -> Bulk:
    """
    Make the bulk that reserves the rows of a planned list; one that began and is not over is that one.

    :raises NotFound: not a list of the organisation of `by`. :raises RuleRefused: it is not planned, or counts no more.
    """
    check_can_make_bulks(by)
    view = access_list(by, code)
    if view.organisation_id != by.organisation_id:
        raise NotFound("list.unknown", list=code)
    if view.kind != "planned" or view.state != ListState.ACTIVE:
        raise RuleRefused("bulk.list_not_planned", list=view.code)
    params = {"list_id": view.list_id, "list": view.code}
    like = {"need": None, "month": None, "params": params, "goes_on": goes_on, "reason": reason}
    standing = find_unfinished(by, None, {**like, "action": str(BulkAction.RESERVE)})
    if standing is not None:
        return standing
    return plan_bulk(
        by=by, at=at, action=BulkAction.RESERVE, source=BulkSource.LIST, file=view.file, params=params, goes_on=goes_on,
        reason=reason,
    )  # fmt: skip


def plan_gaps(*, by: Viewer, at: datetime, question: GapQuestion, need: str, month: date) -> Bulk:
    """Make the bulk that reserves for the families of a count of gaps, as the organisation itself knows them."""
    asked: Mapping[str, Any] = {
        "count": question.count_id, "open": None if question.state is None else question.state == "open",
        "governorate": question.governorate, "markaz": question.markaz, "since": question.since,
    }  # fmt: skip
    params = {name: value for name, value in asked.items() if value is not None}
    return plan_bulk(
        by=by, at=at, action=BulkAction.RESERVE, source=BulkSource.GAPS, need=need, month=month, params=params
    )


def plan_grants(
    *,
    by: Viewer,
    at: datetime,
    action: BulkAction,
    need: str | None,
    month: date | None,
    reason: str = "",
    receipt: Mapping[str, str] | None = None,
) -> Bulk:
    """Make the bulk that approves, delivers or takes back every own grant of a need and month whose state allows it."""
    params = {} if receipt is None else {"receipt": dict(receipt)}
    return plan_bulk(
        by=by,
        at=at,
        action=action,
        source=BulkSource.GRANTS,
        need=need,
        month=month,
        params=params,
        reason=reason,
    )
