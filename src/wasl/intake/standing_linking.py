"""
Who a family added by hand turned out to be: others are asked before it is stored, and it is linked right after.

Others must be asked before: once its lines are linked, the family is the organisation's own, and what only others
know of it is no longer asked for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from wasl.country.egypt.places import village_key
from wasl.intake.standing_form import HandFamily
from wasl.intake.standing_queries import access_form, find_content
from wasl.intake.standing_storing import StoredFamily
from wasl.linkage.actions import link_now
from wasl.linkage.identify import Query, identify
from wasl.linkage.typed_query import Typed, understand
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

ENTRIES = """
SELECT DISTINCT line.entry_id FROM intake_line AS line JOIN intake_list AS list ON list.id = line.list_id
WHERE list.code = %(list)s AND line.year = list.year AND line.entry_id IS NOT NULL AND line.entry_no = %(row)s
"""


def ask_elsewhere_first(*, form_id: UUID, by: Viewer, at: datetime) -> str | None:
    """
    Ask for an officer whether others alone know whoever answers for the family; None where it was not asked.

    It is the coordination answer with its limits and its access entry: known, unknown, several or limited.
    """
    if by.role != Role.OFFICER:
        return None
    family = find_content(by, access_form(by, form_id))
    if family is None or not family.named:
        return None
    answer = identify(by, query_of(family, at), at=at)
    return None if answer.elsewhere is None else answer.elsewhere.outcome


def query_of(family: HandFamily, at: datetime) -> Query:
    """Return what is asked about whoever stands first in the form; what cannot be read is not asked."""
    head = family.named[0]
    typed = Typed(nid=head.nid, name=head.name, born=head.birth, sex=head.sex, phone=head.phone)
    asked, _ = understand(typed, today=at.date())
    return replace(
        asked.query,
        governorate=family.governorate or None,
        markaz=family.markaz or None,
        village=village_key(family.village) if family.village else None,
    )


def link_stored(stored: StoredFamily, *, by: Viewer, at: datetime) -> dict[str, object]:
    """Link the lines of a family that was just stored; return how that went, as a job tells it."""
    with engine_connection() as connection:
        found = connection.execute(ENTRIES, {"list": stored.list_code, "row": stored.row}).fetchall()
    linked = link_now(by=by, at=at, entries=[row[0] for row in found])
    return {"linked": linked.outcome, "reason": linked.reason, "run": linked.run}
