"""Lists that stand for one another: what replaced what, and the editions of one sheet. Of them one counts (L9)."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from wasl.intake.loading import set_list_state
from wasl.intake.rules import ListState

PREDECESSOR_RESTORED = "predecessor_restored"


@dataclass(frozen=True)
class CountingList:
    """A list that counts, and whether the one asked about came after it."""

    list_id: int
    code: str
    is_predecessor: bool


# All that replaced one another, in either direction, and every edition of the same sheet.
COUNTING = """
WITH RECURSIVE before AS (
    SELECT id, replaces_id FROM intake_list WHERE id = %(list)s
    UNION SELECT list.id, list.replaces_id FROM intake_list AS list JOIN before ON list.id = before.replaces_id
), related AS (
    SELECT id, replaces_id, organisation_id, file_digest, sheet FROM intake_list WHERE id = %(list)s
    UNION
    SELECT list.id, list.replaces_id, list.organisation_id, list.file_digest, list.sheet
    FROM related JOIN intake_list AS list ON list.organisation_id = related.organisation_id AND (
        list.id = related.replaces_id OR list.replaces_id = related.id
        OR (list.file_digest, list.sheet) = (related.file_digest, related.sheet))
)
SELECT list.id, list.code, list.id <> %(list)s AND list.id IN (SELECT id FROM before)
FROM intake_list AS list JOIN related USING (id) WHERE list.state = 'active'
"""


def find_counting(connection: psycopg.Connection, list_id: int) -> list[CountingList]:
    """Return what counts of a list, what it replaced and what replaced it: one, or none."""
    return [CountingList(*row) for row in connection.execute(COUNTING, {"list": list_id}).fetchall()]


def step_back(connection: psycopg.Connection, list_id: int) -> tuple[str, ...]:
    """Let what counts in a list's place count no longer: before it as replaced, after it as withdrawn."""
    others = [other for other in find_counting(connection, list_id) if other.list_id != list_id]
    for other in others:
        if other.is_predecessor:
            set_list_state(connection, other.list_id, ListState.REPLACED, None)
        else:
            set_list_state(connection, other.list_id, ListState.WITHDRAWN, PREDECESSOR_RESTORED)
    return tuple(other.code for other in others)
