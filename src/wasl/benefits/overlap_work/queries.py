"""What pages read of worked overlaps; an organisation reads those that it takes part in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from wasl.benefits.overlap_work.rules import MOST_AT_ONCE, Stage
from wasl.benefits.queries.pages import OverlapRow, Question
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows


@dataclass(frozen=True)
class Standing:
    """Where an overlap stands; `own_answer` is what the viewer's organisation says now."""

    overlap_id: int
    stage: Stage
    own_answer: str | None
    keepers: tuple[int, ...]
    due_at: datetime


@dataclass(frozen=True)
class Said:
    """
    One thing said of an overlap. `said_by` and `bulk` are there for whoever said it, and the desk.

    `is_last`: nothing was said since, so it can be taken back.
    """

    organisation_id: int
    answer: str
    keepers: tuple[int, ...]
    reason: str
    said_by: str | None
    said_at: datetime
    bulk: UUID | None
    is_last: bool


@dataclass(frozen=True)
class Dropped:
    """What stopping does in one month: how many families an organisation drops, and how many nobody else covers."""

    organisation_id: int
    month: date
    families: int
    bare: int


@dataclass(frozen=True)
class Preview:
    """Whom an answer drops, before it is given. `digest` says that it is still that when it is."""

    digest: str
    months: tuple[Dropped, ...]

    @property
    def families(self) -> int:
        """Return how many families are dropped, counted once for each organisation that drops them."""
        return sum({one.organisation_id: one.families for one in self.months}.values())

    @property
    def bare(self) -> int:
        """Return how many of them nobody else covers in the month in which most are bare."""
        return max((one.bare for one in self.months), default=0)


@dataclass(frozen=True)
class Reservation:
    """A live reservation of the viewer's own that its stop leaves behind."""

    code: str
    need: str
    month: date
    state: str
    expires_at: datetime


def access_overlap(viewer: Viewer, tie: int) -> OverlapRow:
    """
    Return the overlap that an address names.

    :raises NotFound: there is none, or the viewer's organisation does not take part in it.
    """
    found = read_rows(viewer, "SELECT * FROM benefits_overlap_of_tie(%s)", [tie])
    if not found:
        raise NotFound("overlap.unknown")
    row: tuple[Any, ...] = tuple(tuple(value) if isinstance(value, list) else value for value in found[0])
    return OverlapRow(*row)


def get_standings(viewer: Viewer, overlaps: Sequence[int]) -> dict[int, Standing]:
    """Return where each of these overlaps stands, of those that the viewer may read."""
    found = read_rows(viewer, "SELECT * FROM benefits_overlap_stages(%s)", [list(overlaps)])
    return {row[0]: Standing(row[0], Stage(row[1]), row[2], tuple(row[3]), row[4]) for row in found}


def list_said(viewer: Viewer, overlap: int) -> list[Said]:
    """Return all that was said of an overlap, oldest first."""
    found = read_rows(viewer, "SELECT * FROM benefits_overlap_said(%s)", [overlap])
    return [Said(row[0], row[1], tuple(row[2]), *row[3:]) for row in found]


PREVIEWS = """
SELECT o.place, p.organisation_id, p.month, p.families, p.bare, p.digest
FROM jsonb_array_elements(%s) WITH ORDINALITY o (said, place)
CROSS JOIN LATERAL benefits_stop_preview(%s, o.said ->> 0,
    ARRAY(SELECT keeper::bigint FROM jsonb_array_elements_text(o.said -> 1) keeper)) p
"""


def preview_stops(
    viewer: Viewer, overlaps: Sequence[int], answer: str, keepers: Sequence[int] = ()
) -> Preview:
    """
    Return whom an answer would drop once it is settled, and whom nobody would cover in the coming three months.

    `answer` is one of `Answer`, or `decided` with the `keepers` that go on.

    :raises NotFound: none of them is the viewer's.
    """
    return preview_each(viewer, overlaps, [(answer, keepers)])[0]


def preview_each(
    viewer: Viewer, overlaps: Sequence[int], answers: Sequence[tuple[str, Sequence[int]]]
) -> list[Preview]:
    """Return for each of some answers, with the keepers of a decision, what `preview_stops` does, in one query."""
    asked = json.dumps([[str(answer), list(keepers)] for answer, keepers in answers])
    found = read_rows(viewer, PREVIEWS, [asked, list(overlaps)])
    if not found:
        raise NotFound("overlap.unknown")
    digests = {row[0]: row[5] for row in found}
    return [
        Preview(
            digests[place],
            tuple(Dropped(*row[1:5]) for row in found if row[0] == place and row[1] is not None),
        )
        for place in sorted(digests)
    ]


def list_left_reservations(viewer: Viewer, overlap: int) -> list[Reservation]:
    """Return up to 50 live reservations of the viewer's own that a stop of this overlap leaves for cancelling."""
    found = read_rows(viewer, "SELECT * FROM benefits_stop_reservations(%s)", [overlap])
    return [Reservation(*row) for row in found]


def find_overlap_ids(viewer: Viewer, question: Question) -> list[int]:
    """Return the overlaps that a question means, up to one more than may be answered at once."""
    asked = replace(question, after=None).written(MOST_AT_ONCE + 1)
    return sorted({row[0] for row in read_rows(viewer, "SELECT * FROM benefits_overlap_ids(%s)", [asked])})


def find_chosen_ids(viewer: Viewer, ties: Sequence[int]) -> list[int]:
    """Return the overlaps of these ties that the viewer takes part in."""
    asked = json.dumps({"ties": list(ties)})
    return sorted(row[0] for row in read_rows(viewer, "SELECT * FROM benefits_overlap_ids(%s)", [asked]))


def count_passed(viewer: Viewer, most: int) -> tuple[int, datetime | None]:
    """Return how many overlaps are with the secretariat, to one more than `most`, and since when; for the desk."""
    found = read_rows(viewer, "SELECT * FROM benefits_overlaps_passed(%s)", [most])
    return (int(found[0][0] or 0), found[0][1]) if found else (0, None)
