"""Officers of two organisations and families that both know, for tests of grants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from tests.integration.benefits.world import MARCH, World
from wasl.benefits.grants.actions import approve_grants, deliver_grant, reserve_coverage
from wasl.benefits.grants.doors import Delivered, Reserved
from wasl.benefits.grants.rules import Ask, Receipt
from wasl.organisations.viewer import Viewer

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Grantees:
    """Amina makes and adel approves at organisation A; camelia makes and carim approves at B."""

    world: World
    amina: Viewer
    adel: Viewer
    camelia: Viewer
    carim: Viewer

    def family(self, *viewers: Viewer) -> tuple[int, ...]:
        """Make a family that the viewers' organisations know; return it and their entries; commits."""
        family = self.world.add_family()
        known = [self.world.add_entry(one.organisation_id or 0, family) for one in viewers or (self.amina,)]
        self.world.connection.commit()
        return (family, *known)

    def reserve(
        self, by: Viewer, entry: int, *, need: str = "food_box", month: date = MARCH, answer: str = "",
        record: int | None = None, operation: UUID | None = None, reason: str = "because", **row: object,
    ) -> Reserved:  # fmt: skip
        """Reserve for one entry."""
        (said,) = reserve_coverage(
            by=by, at=AT, need=need, month=month, rows=[Ask(entry, record, **row)],  # type: ignore[arg-type]
            operation=operation or uuid4(), answer=answer, reason=reason,
        )  # fmt: skip
        return said

    def reserved(self, by: Viewer, entry: int, **more: object) -> int:
        """Reserve and return the grant."""
        said = self.reserve(by, entry, **more)  # type: ignore[arg-type]
        assert said.outcome == "reserved" and said.grant_id is not None
        return said.grant_id

    def approved(self, entry: int, **more: object) -> int:
        """Reserve as amina and approve as adel."""
        grant = self.reserved(self.amina, entry, **more)
        assert self.approve(self.adel, grant) == "approved"
        return grant

    def approve(self, by: Viewer, grant: int) -> str:
        """Approve and return the outcome."""
        return approve_grants(by=by, at=AT, grants=[grant], operation=uuid4())[0].outcome

    def deliver(self, by: Viewer, grant: int, operation: UUID | None = None) -> Delivered:
        """Deliver the next tranche."""
        return deliver_grant(by=by, at=AT, grant=grant, receipt=Receipt(), operation=operation or uuid4())

    def expire(self, *grants: int) -> None:
        """Let the time of some grants be over, as if it had passed; commits."""
        for table, column in (("benefits_grant", "id"), ("benefits_cell", "list_id")):
            self.world.connection.execute(
                f"UPDATE {table} SET expires_at = %s WHERE expires_at IS NOT NULL AND {column} = ANY(%s)".encode(),
                [PAST, list(grants)],
            )
        self.world.connection.commit()

    def state(self, grant: int) -> str:
        """Return a grant's state."""
        self.world.connection.rollback()
        return str(self.world.rows("SELECT state FROM benefits_grant WHERE id = %s", grant)[0][0])
