"""
The sample of a month: pairs drawn at random and judged by people who are not shown what the machine said of them.

It is the only true measure of how right linking is. A month is drawn once; what was drawn, from how many, by which
seed and of which published run is kept with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
import psycopg
from django.utils import timezone

from wasl.audit.actions import record_audit
from wasl.kernel.errors import NotFound, RuleRefused
from wasl.kernel.months import month_of
from wasl.linkage.audit_frames import LINKS, NON_LINKS, STRATA, choose, find_frames
from wasl.linkage.estimates import Part, Share, missed_share, stratified_total, wilson
from wasl.linkage.permissions import check_can_link
from wasl.linkage.queries import find_sameness, rows
from wasl.linkage.rules import Decision, PairKind
from wasl.linkage.verdicts import record_verdict, undo_verdict
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, scope

MONTHS_SHOWN = 24


@dataclass(frozen=True)
class Question:
    """A pair that waits for its reader's judgement; nothing here tells what the machine said of it."""

    place: int
    a: int
    b: int


@dataclass(frozen=True)
class Tally:
    """One part of a month: how many pairs it has in all, how many were drawn, and what was said of them."""

    stratum: str
    frame_size: int
    drawn: int
    same: int
    different: int
    unsure: int
    twice: int
    agreed: int
    verdicts: int

    @property
    def judged(self) -> int:
        """How many were decided one way or the other."""
        return self.same + self.different


@dataclass(frozen=True)
class MonthView:
    """
    A month's sample and what it says.

    `precision`: of links, how many are right; `by_grade` the same of certain and of likely ones. `missed`: of all
    pairs that are one, how many were left apart, as far as they share two names and a markaz or were compared.
    `agreement`: of pairs that two people judged, of how many they said the same. What nobody could tell is left out
    of all of them.
    """

    month: date
    seed: int
    run: int
    drawn_by: str
    drawn_at: datetime
    last_at: datetime | None
    parts: tuple[Tally, ...]

    @property
    def drawn(self) -> int:
        return sum(part.drawn for part in self.parts)

    @property
    def said(self) -> int:
        """How many pairs have an answer, *cannot tell* too."""
        return sum(part.judged + part.unsure for part in self.parts)

    @property
    def verdicts(self) -> int:
        """How many answers differed from what stood, and became verdicts."""
        return sum(part.verdicts for part in self.parts)

    @property
    def precision(self) -> Share | None:
        links = self._of(LINKS)
        return wilson(sum(part.same for part in links), sum(part.judged for part in links))

    @property
    def by_grade(self) -> dict[str, Share | None]:
        return {part.stratum: wilson(part.same, part.judged) for part in self._of(LINKS)}

    @property
    def missed(self) -> Share | None:
        links = self._of(LINKS)
        linked = stratified_total([_part(links)])
        return missed_share(stratified_total([_part([part]) for part in self._of(NON_LINKS)]), linked)

    @property
    def agreement(self) -> Share | None:
        return wilson(sum(part.agreed for part in self.parts), sum(part.twice for part in self.parts))

    def _of(self, strata: Iterable[str]) -> list[Tally]:
        return [part for part in self.parts if part.stratum in strata]


def _part(tallies: Sequence[Tally]) -> Part:
    """Return tallies drawn as one; links are, whatever their grade."""
    return Part(
        sum(one.frame_size for one in tallies),
        sum(one.judged for one in tallies),
        sum(one.same for one in tallies),
    )


def list_months(viewer: Viewer, *, before: date | None = None, limit: int = MONTHS_SHOWN) -> list[MonthView]:
    """
    Return the months that were drawn, the newest first.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(viewer)
    found = rows(viewer, "SELECT * FROM linkage_audit_tallies(%s, %s)", [before, limit])
    heads = {row[0]: row for row in found}
    return [
        MonthView(
            month=month,
            seed=head[1],
            run=head[2],
            drawn_by=head[3],
            drawn_at=head[4],
            last_at=max((row[14] for row in found if row[0] == month and row[14]), default=None),
            parts=tuple(Tally(*row[5:14]) for row in found if row[0] == month),
        )
        for month, head in heads.items()
    ]


def list_questions(viewer: Viewer, *, after: int = 0, limit: int = 50) -> list[Question]:
    """Return the pairs of the newest month that wait for this reader, in an order that was drawn."""
    check_can_link(viewer)
    found = rows(viewer, "SELECT * FROM linkage_audit_waiting(%s, %s)", [after, limit])
    return [Question(*row) for row in found]


def is_asked_blind(viewer: Viewer, kind: PairKind, a: int, b: int) -> bool:
    """Tell whether this pair waits for the reader's own judgement: nothing may be shown of what is known of it."""
    if kind != PairKind.PERSON:
        return False
    found = rows(viewer, "SELECT linkage_audit_is_open(%s, %s)", [min(a, b), max(a, b)])
    return bool(found[0][0])


@dataclass(frozen=True)
class Kept:
    """What became of an answer: not kept where somebody else was first; a verdict where it changes something."""

    kept: bool
    is_verdict: bool = False
    contradicts: bool = False


def answer_question(*, by: Viewer, at: datetime, a: int, b: int, decision: Decision, reason: str) -> Kept:
    """
    Keep what somebody says of a pair of the sample; where it says other than what stands it is a verdict as well.

    An answer that contradicts earlier verdicts is counted and is no verdict: whoever is asked blind cannot know them.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(by)
    first, second = min(a, b), max(a, b)
    with scope(by):
        stratum = rows(by, "SELECT linkage_audit_drawn_from(%s, %s)", [first, second])[0][0]
        if stratum is None or not is_asked_blind(by, PairKind.PERSON, first, second):
            return Kept(kept=False)
        stands = find_sameness(by, PairKind.PERSON, first, second)
        is_verdict = contradicts = False
        if _changes_something(decision, stands or "no", stratum):
            try:
                is_verdict = record_verdict(
                    by=by, at=at, kind=PairKind.PERSON, a=first, b=second, decision=decision, reason=reason
                )
            except RuleRefused:
                contradicts = True
        given = [first, second, str(decision), reason.strip(), is_verdict, by.username, at]
        if not rows(by, "SELECT linkage_audit_keep(%s, %s, %s, %s, %s, %s, %s)", given)[0][0]:
            return Kept(kept=False, is_verdict=is_verdict)
        _audit("answer_sample", by, at, first, second, {"verdict": is_verdict})
    return Kept(True, is_verdict, contradicts)


def undo_answer(*, by: Viewer, at: datetime, a: int, b: int) -> bool:
    """
    Take back one's own answer about a pair of the newest month, with the verdict it became.

    Return False where there is none: what stands on the pair is then somebody's ordinary verdict.
    """
    check_can_link(by)
    first, second = min(a, b), max(a, b)
    with scope(by):
        was_verdict = rows(by, "SELECT linkage_audit_undo(%s, %s, %s)", [first, second, at])[0][0]
        if was_verdict is None:
            return False
        if was_verdict:
            # Somebody may have taken it back already.
            with suppress(NotFound):
                undo_verdict(by=by, at=at, kind=PairKind.PERSON, a=first, b=second)
        _audit("undo_sample_answer", by, at, first, second, {})
    return True


def _changes_something(decision: Decision, stands: str, stratum: str) -> bool:
    """
    Tell whether an answer says anything that does not stand already.

    Of what is kept to be reviewed nothing stands yet: any answer takes it out of the queue.
    """
    if decision == Decision.SAME:
        return stands != "certain"
    if decision == Decision.DIFFERENT:
        return stands != "no" or stratum == "possible"
    return stratum == "possible"


def draw_month(
    *, by: Viewer, at: datetime, month: date | None = None, seed: int | None = None
) -> tuple[date, bool]:
    """
    Draw the sample of a month, the present one where none is named; return it and whether it was drawn now.

    A month that was drawn stays as it is. `seed` draws one again as it was written down.

    :raises NotAllowed: only the desk may. :raises RuleRefused: nothing has been linked yet.
    """
    check_can_link(by)
    with engine_connection() as connection:
        wanted = month or month_at(at)
        drawn = draw_if_missing(connection, by=by, at=at, month=wanted, seed=seed)
        if drawn is None:
            raise RuleRefused("audit_sample.not_linked")
        return wanted, drawn


def draw_if_missing(
    connection: psycopg.Connection,
    *,
    by: Viewer,
    at: datetime,
    month: date | None = None,
    seed: int | None = None,
) -> bool | None:
    """
    Draw the sample of a month that has none, in a transaction of its own; None where nothing has been linked yet.

    Of two that do it at once one draws and the other waits for it.
    """
    wanted = month or month_at(at)
    with connection.transaction():
        run = connection.execute("SELECT max(id) FROM linkage_run WHERE state = 'done'").fetchone()
        if run is None or run[0] is None:
            return None
        chosen_seed = secrets.randbits(62) if seed is None else seed
        largest = connection.execute("SELECT coalesce(max(id), 0) FROM registry_record").fetchone()
        assert largest is not None
        head = [wanted, chosen_seed, run[0], largest[0], by.username, at]
        is_new = connection.execute(
            "INSERT INTO linkage_audit_sample (month, seed, run_id, largest_record, drawn_by, drawn_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING month",
            head,
        ).fetchone()
        if is_new is None:
            return False
        frames = find_frames(connection, seed=chosen_seed, largest=largest[0])
        chosen = choose(frames.pairs, seed=chosen_seed)
        _write(connection, wanted, frames.sizes, chosen)
        record_audit(
            by=by, at=at, action="draw_sample", object_kind="sample", object_code=f"{wanted:%Y-%m}",
            detail={"pairs": chosen.height}, connection=connection,
        )  # fmt: skip
    return True


def judged_pairs(connection: psycopg.Connection) -> pl.DataFrame:
    """
    Return what people said of the pairs of all months, for the engine's eyes: the first answer to each.

    `month, stratum, a_id, b_id, is_same, weight`: records, whether they are one person, and how many pairs of its
    part each stands for. Those of which nobody could tell are left out; of a pair drawn in two months the newest
    answer counts.
    """
    found = connection.execute(
        "SELECT DISTINCT ON (p.a_id, p.b_id) p.month, p.stratum, p.a_id, p.b_id, first.decision = 'same',"
        " k.frame_size::float8 / greatest(k.drawn, 1)"
        " FROM linkage_audit_pair p JOIN linkage_audit_stratum k ON k.month = p.month AND k.stratum = p.stratum"
        " CROSS JOIN LATERAL (SELECT t.decision FROM linkage_audit_answer t WHERE t.month = p.month"
        " AND t.place = p.place AND t.undone_at IS NULL ORDER BY t.number LIMIT 1) first"
        " WHERE first.decision <> 'unsure' ORDER BY p.a_id, p.b_id, p.month DESC"
    ).fetchall()
    schema = {
        "month": pl.Date, "stratum": pl.String, "a_id": pl.Int64, "b_id": pl.Int64, "is_same": pl.Boolean,
        "weight": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(found, schema=schema, orient="row")


def _write(connection: psycopg.Connection, month: date, sizes: dict[str, int], chosen: pl.DataFrame) -> None:
    counted = dict(chosen.group_by("stratum").len().iter_rows())
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO linkage_audit_stratum (month, stratum, frame_size, drawn) VALUES (%s, %s, %s, %s)",
            [(month, one, sizes[one], counted.get(one, 0)) for one in STRATA],
        )
        cursor.executemany(
            "INSERT INTO linkage_audit_pair (month, place, stratum, a_id, b_id, wants)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(month, *row) for row in chosen.iter_rows()],
        )


def month_at(at: datetime) -> date:
    """Return the month of the sample that a moment belongs to, by Cairo's clock."""
    return month_of(timezone.localdate(at))


def _audit(action: str, by: Viewer, at: datetime, a: int, b: int, detail: dict[str, object]) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="person_pair", object_code=f"{a}-{b}", detail=detail
    )
