"""What waits for somebody in overlaps and exceptions."""

from __future__ import annotations

from wasl.benefits.exceptions import list_exceptions
from wasl.benefits.overlap_work.queries import count_passed
from wasl.benefits.queries.pages import Question
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.awaited import COUNT_MOST, Waiting
from wasl.store.reading import read_rows

MINE = "SELECT c.total FROM benefits_overlap_count(%s, %s) c"
CERTAINTIES = ("certain", "likely")


def list_overlaps_waiting(viewer: Viewer) -> list[Waiting]:
    """
    Return the open overlaps that wait for the organisation's own answer, certain and likely apart.

    For the desk those that are with the secretariat, since when; for both the exceptions they may answer.
    """
    found = []
    if viewer.is_desk:
        passed, since = count_passed(viewer, COUNT_MOST)
        if passed:
            found.append(Waiting("overlaps.passed", passed, since))
    else:
        for certainty in CERTAINTIES:
            asked = Question(certainty=certainty, work="mine").written()
            total = int(read_rows(viewer, MINE, [asked, COUNT_MOST])[0][0])
            if total:
                found.append(Waiting(f"overlaps.{certainty}", total))
    if viewer.role != Role.VIEWER:
        asked_for = list_exceptions(viewer, state="asked", answerable=True, limit=COUNT_MOST + 1)
        if asked_for:
            found.append(Waiting("exceptions.asked", len(asked_for), asked_for[-1].requested_at))
    return found
