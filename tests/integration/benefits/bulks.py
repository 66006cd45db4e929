"""Families of two organisations for tests of bulks, and bulks done here and now."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import psycopg

from tests.integration.benefits.world import World
from wasl.benefits.bulk.actions import follow_bulk
from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.bulk.rules import BulkAction
from wasl.intake.bulk_files import receive_bulk
from wasl.intake.bulk_jobs import run_bulk
from wasl.kernel.codes import make_code
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
MONTH = date(2026, 3, 1)
FOOD = {"need": "food_box", "month": MONTH}
CASH = {"need": "monthly_cash", "month": MONTH}


def say_nothing(stage: str, share: float) -> None:
    """Hear how far it is."""


def add_families(world: World, number: int, *organisations: int) -> dict[int, list[int]]:
    """Make families that each of the organisations knows by an entry of its own; commits."""
    entries: dict[int, list[int]] = {organisation: [] for organisation in organisations}
    for _ in range(number):
        family = world.add_family()
        for organisation in organisations:
            entries[organisation].append(world.add_entry(organisation, family))
    world.connection.commit()
    return entries


def own_code(world: World, entry: int) -> str:
    """Return the code under which an entry's organisation reads its family."""
    [(organisation, number)] = world.rows(
        "SELECT organisation_id, own_no FROM registry_entry WHERE id = %s", entry
    )
    return make_own_code(organisation, number)


def own_codes(world: World, entries: Sequence[int]) -> list[str]:
    """Return the codes of entries, in their order."""
    return [own_code(world, entry) for entry in entries]


def card_code(family: int) -> str:
    """Return the alliance's code of a family, as it stands on a card."""
    return make_code(family)


def bring(
    by: Viewer,
    text: str | bytes,
    *,
    action: BulkAction = BulkAction.RESERVE,
    name: str = "أسر.csv",
    at: datetime = AT,
    **like: Any,
) -> Bulk:
    """Hand a file in."""
    content = text.encode("utf-8-sig") if isinstance(text, str) else text
    return receive_bulk(
        source=io.BytesIO(content), size_bytes=len(content), name=name, by=by, at=at, action=action, like=like
    )


def bring_codes(by: Viewer, codes: Sequence[str], **like: Any) -> Bulk:
    """Hand a file of families' codes in."""
    return bring(by, "\n".join(["كود الأسرة", *codes, ""]), **like)


def done(by: Viewer, bulk: Bulk, at: datetime = AT) -> Bulk:
    """Read and do a bulk."""
    return run_bulk(bulk=bulk, by=by, at=at, heard=say_nothing)


def follow(by: Viewer, bulk: Bulk, action: BulkAction, **how: Any) -> Bulk:
    """Make what follows on a bulk, and do it."""
    return done(by, follow_bulk(by=by, at=AT, code=bulk.code, action=action, **how))


def outcomes(connection: psycopg.Connection, bulk: Bulk) -> dict[int, str]:
    """Return what became of each row of the file."""
    connection.rollback()
    rows = connection.execute(
        "SELECT row, outcome FROM benefits_bulk_row WHERE bulk_id = %s ORDER BY row", [bulk.id]
    ).fetchall()
    return dict(rows)
