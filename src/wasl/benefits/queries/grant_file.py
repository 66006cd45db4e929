"""One grant with everything that was handed over of it and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from wasl.benefits.queries.grant_pages import GrantRow, read_grant
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class DeliveryRow:
    """One tranche handed over once; with its reversal where it was taken back."""

    tranche: int
    attempt: int
    delivered_on: date
    recorded_at: datetime
    recorded_by: str
    source: str
    received_by: str
    receiver_name: str
    receiver_relation: str
    quantity: Decimal | None
    unit: str
    value_piastres: int | None
    reversed_by: str | None
    reversed_at: datetime | None
    reversal_reason: str | None

    @property
    def is_reversed(self) -> bool:
        """Tell whether it was taken back."""
        return self.reversed_at is not None


@dataclass(frozen=True)
class GrantFile:
    """A grant, what its maker answered the door, how it ended, and its deliveries, the first first."""

    grant: GrantRow
    answer: str
    reason: str
    ended_at: datetime | None
    end_reason: str
    deliveries: tuple[DeliveryRow, ...]


MORE = """
SELECT g.answer, g.reason, g.ended_at, g.end_reason
FROM benefits_grant g WHERE g.id = benefits_grant_of_code(%s)
"""
DELIVERIES = """
SELECT d.tranche, d.attempt, d.delivered_on, d.recorded_at, d.recorded_by, d.source, d.received_by, d.receiver_name,
    d.receiver_relation, d.quantity, d.unit, d.value_piastres, r.reversed_by, r.reversed_at, r.reason
FROM benefits_delivery d
LEFT JOIN benefits_reversal r ON r.year = d.year AND r.grant_id = d.grant_id AND r.tranche = d.tranche
    AND r.attempt = d.attempt
WHERE d.grant_id = benefits_grant_of_code(%s) ORDER BY d.tranche, d.attempt
"""


def access_grant_file(viewer: Viewer, code: str) -> GrantFile:
    """
    Return the grant that a code names.

    :raises NotFound: there is none, or it is not the viewer's.
    """
    row = read_grant(viewer, make_code(number_of(code))) if is_code(code) else None
    if row is None:
        raise NotFound("grant.unknown", code=code[:40])
    [(answer, reason, ended_at, end_reason)] = read_rows(viewer, MORE, [row.code])
    deliveries = tuple(DeliveryRow(*one) for one in read_rows(viewer, DELIVERIES, [row.code]))
    return GrantFile(row, answer, reason, ended_at, end_reason, deliveries)
