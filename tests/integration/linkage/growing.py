"""A registry whose lists come and go, and everything that stands in it after linking."""

from __future__ import annotations

import random
from collections.abc import Sequence

import psycopg

from tests.integration.linkage.fakes import standing
from tests.integration.linkage.test_interruptions import wipe_links
from wasl.store.verification import list_checks, run_check

ACTIVE = "UPDATE registry_appearance SET active = %s WHERE list_id = ANY(%s) AND active <> %s"
ACCEPTED = "SELECT kind, a_id, b_id, grade, weight, rule FROM linkage_pair"
ASKED = "SELECT place, source, kind, a_id, b_id, grade, weight, overlap_count, families, governorate FROM linkage_review"
NIDS = (
    "SELECT n.nid_index, min(l.record_id) FROM registry_person_nid n JOIN registry_link l ON l.person_id = n.person_id"
    " AND l.until_run IS NULL WHERE n.until_run IS NULL GROUP BY n.nid_index, n.person_id"
)


def parts_of(registry: psycopg.Connection, count: int, seed: int = 0) -> list[list[int]]:
    """Return the lists in `count` parts; the first holds two thirds of the rows, the others share the rest."""
    rows = registry.execute(
        "SELECT list_id, count(*) FROM registry_appearance GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    registry.rollback()
    total, first, rest = sum(size for _, size in rows), [], []
    held = 0
    for number, size in rows:
        (first if held < total * 2 / 3 else rest).append(number)
        held += size
    random.Random(seed).shuffle(rest)
    return [first, *(rest[at :: count - 1] for at in range(count - 1))]


def turn(registry: psycopg.Connection, lists: Sequence[int], *, on: bool) -> None:
    """Withdraw lists, or bring them back."""
    registry.execute(ACTIVE, [on, list(lists), on])
    registry.commit()


def breaches(connection: psycopg.Connection) -> list[str]:
    """Return what `wasl verify` has to say of links."""
    wanted = ("B1", "L4", "L5", "L6", "L7", "L8")
    found = [run_check(connection, check) for check in list_checks() if check.id in wanted]
    connection.rollback()
    return [f"{one.check.id} {one.check.guard} {one.examples}" for one in found if not one.is_kept]


def everything(connection: psycopg.Connection) -> dict[str, object]:
    """Return what stands, free of the numbers of subjects: who is with whom, pairs, the queue, confirmed ids."""
    found: dict[str, object] = standing(connection)
    for name, query in (("pairs", ACCEPTED), ("asked", ASKED), ("nids", NIDS)):
        found[name] = sorted(map(repr, connection.execute(query.encode()).fetchall()))
    connection.rollback()
    return found


def forget(connection: psycopg.Connection) -> None:
    """Forget who is who, so that the next run links as if it were the first."""
    wipe_links(connection)
