"""What the database's refusals mean to people: keys, checks and rights as kinds of error with a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import DatabaseError

from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleRefused, WaslError

BY_CONSTRAINT: dict[str, Callable[[], WaslError]] = {
    "benefits_grant_answer_has_reason": lambda: InvalidInput("grant.reason_missing"),
    "benefits_reversal_reason_check": lambda: InvalidInput("grant.reason_missing"),
    "benefits_delivery_proxy_is_known": lambda: InvalidInput("delivery.proxy_unknown"),
    "benefits_grant_maker_is_not_checker": lambda: RuleRefused("grant.same_maker"),
    "benefits_grant_shares_stand": lambda: RuleRefused("grant.shares_open"),
    "benefits_delivery_key": lambda: Conflict("delivery.already"),
    "store_operation_key": lambda: Conflict("operation.at_once"),
}
BY_STATE: dict[str, Callable[[], WaslError]] = {
    "42501": lambda: NotAllowed("grant.only_officers"),
    "22023": lambda: InvalidInput("grant.need_or_month_unknown"),
    "22003": lambda: InvalidInput("grant.number_too_large"),
    "23503": lambda: InvalidInput("grant.refers_to_nothing"),
    "23505": lambda: Conflict("grant.at_once"),
    "23514": lambda: RuleRefused("grant.not_possible"),
}


@contextmanager
def refusals() -> Iterator[None]:
    """Let what the database refuses come out as an error with a code; a lost race stays what it is."""
    try:
        yield
    except (psycopg.Error, DatabaseError) as error:
        meant = read_refusal(error)
        if meant is None:
            raise
        raise meant from error


def read_refusal(error: BaseException) -> WaslError | None:
    """Return what an error of the database means, or None where it means nothing to people."""
    for candidate in (error, error.__cause__):
        if isinstance(candidate, psycopg.Error):
            made = BY_CONSTRAINT.get(candidate.diag.constraint_name or "") or BY_STATE.get(
                candidate.sqlstate or ""
            )
            return made() if made else None
    return None
