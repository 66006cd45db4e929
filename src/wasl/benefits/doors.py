"""The door that gives: one statement of the database decides, by its own clock (B1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg

TAKE = "SELECT outcome, covered_by, free_from FROM benefits_take_cell(%s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class Answer:
    """
    What the door was told: `taken`, `refused` or `warned`.

    Where it is not taken: whose benefit covers (`own`, `state`, `other`, never which other) and the
    first month that is free, None where there will be none.
    """

    outcome: str
    covered_by: str | None
    free_from: date | None


def take_cell(
    connection: psycopg.Connection,
    *,
    slot: str,
    subject_id: int,
    month: date,
    need: str,
    organisation_id: int,
    operation: UUID,
    expires_at: datetime | None = None,
) -> Answer:
    """
    Take seat 0 of a cell, or learn why not; reserve it where `expires_at` is given.

    An expired seat 0 is removed by the same statement; the lowest live seat above it moves down and
    still covers.
    """
    row = connection.execute(
        TAKE, [slot, subject_id, month, need, organisation_id, expires_at, operation]
    ).fetchone()
    assert row is not None
    return Answer(*row)
