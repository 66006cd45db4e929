"""
Settlement: cells and overlaps of some families, brought into line with the claims of their entries.

The database does it (`benefits_settle_families`): what it writes is a function of claims, grants, links and
groups alone (L4), and only the difference is written, so holders keep their seats and overlaps their codes.
"""

from __future__ import annotations

import psycopg

# The rows that settlements added, folded into one for each sum. What another settlement adds meanwhile stays.
COMPACT = """
WITH gone AS (DELETE FROM benefits_overlap_tally RETURNING *)
INSERT INTO benefits_overlap_tally
SELECT organisation_id, slot, month, certainty, governorate, sum(total), sum(cost_piastres), sum(unvalued)
FROM gone GROUP BY organisation_id, slot, month, certainty, governorate
HAVING sum(total) <> 0 OR sum(cost_piastres) <> 0 OR sum(unvalued) <> 0
"""


def settle_families(connection: psycopg.Connection) -> dict[str, int]:
    """
    Settle the families in the temporary table `touched_family` and those of their groups.

    The table may name people too. Takes the engine's connection, inside the transaction that changed links
    or claims: whoever sees the change sees the cells and overlaps that follow from it (L5). Families and
    people are locked in the order of their ids, so a door waits for the answer and two settlements cannot
    deadlock.

    :returns: counts of what was written, by kind.
    """
    row = connection.execute("SELECT benefits_settle_touched()").fetchone()
    assert row is not None
    return dict(row[0])


def compact_tallies(connection: psycopg.Connection) -> None:
    """Fold what settlements added to the sums of overlaps; reading them stays as quick as there are sums."""
    connection.execute(COMPACT)
