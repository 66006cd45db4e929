"""
Settlement: cells and overlaps of some families, brought into line with the claims of their entries.

What is written is a function of active claims, entry links and groups alone (L4); only the
difference is written, so holders keep their seats and overlaps their codes. Everything is set-based:
a first settlement of a million claims is a few dozen statements.
"""

from __future__ import annotations

import psycopg

from wasl.benefits.settlement.cells import write_cells
from wasl.benefits.settlement.givings import gather_givings
from wasl.benefits.settlement.overlaps import write_overlaps

# Sorts and hashes of a national settlement; of its temporary tables the planner need know little more
# than their size. Both are given back with the transaction.
SETTINGS = ("SET LOCAL work_mem = '128MB'", "SET LOCAL default_statistics_target = 10")


def settle_families(connection: psycopg.Connection) -> dict[str, int]:
    """
    Settle the families in the temporary table `touched_family` and those of their groups.

    Takes the engine's connection, inside the transaction that changed links or claims: whoever sees
    the change sees the cells and overlaps that follow from it (L5). The families are locked in the
    order of their ids, so a door waits for the answer and two settlements cannot deadlock.

    :returns: counts of what was written, by kind.
    """
    for setting in SETTINGS:
        connection.execute(setting)
    counts = gather_givings(connection)
    counts.update(write_cells(connection))
    counts.update(write_overlaps(connection))
    return counts


__all__ = ["settle_families"]
