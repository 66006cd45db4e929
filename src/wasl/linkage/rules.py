"""Pure rules of linkage: states of a run, verdicts that contradict, the path between two records."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class RunState(StrEnum):
    """What becomes of a run. One that is prepared knows its difference and waits to be published."""

    RUNNING = "running"
    PREPARED = "prepared"
    PUBLISHING = "publishing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class RunKind(StrEnum):
    """What a run reads: everything that active lists hold, or what changed since the run before."""

    FULL = "full"
    INCREMENT = "increment"


class PairKind(StrEnum):
    """What a pair or a verdict speaks of: two records, or two entries."""

    PERSON = "person"
    FAMILY = "family"


class Decision(StrEnum):
    """What a person decided about a pair. *Unsure* takes it out of the queue and changes no run."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Grade(StrEnum):
    """How sure a pair is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    CUT = "cut"


@dataclass(frozen=True)
class Verdict:
    """A decision about two records or two entries."""

    a: int
    b: int
    decision: Decision
    id: int = 0


@dataclass(frozen=True)
class Edge:
    """An accepted pair."""

    a: int
    b: int
    weight: int
    grade: str
    rule: str


def find_contradicted(new: Verdict, earlier: Sequence[Verdict]) -> list[Verdict]:
    """
    Return the earlier verdicts that together say the opposite of `new`; empty when none do.

    *Same* carries on along chains; *different* holds between the two chains it joins; *unsure* says the
    opposite of whatever was decided of that very pair. `earlier` is taken to be free of contradictions.
    """
    if new.decision == Decision.UNSURE:
        return [verdict for verdict in earlier if (verdict.a, verdict.b) == (new.a, new.b)]
    sames = [verdict for verdict in earlier if verdict.decision == Decision.SAME]
    if new.decision == Decision.DIFFERENT:
        return _chain(sames, new.a, new.b) or []
    for verdict in earlier:
        if verdict.decision == Decision.DIFFERENT:
            for a, b in ((verdict.a, verdict.b), (verdict.b, verdict.a)):
                first, second = _chain(sames, new.a, a), _chain(sames, new.b, b)
                if first is not None and second is not None:
                    return [*first, verdict, *second]
    return []


def _chain(sames: Sequence[Verdict], start: int, end: int) -> list[Verdict] | None:
    """Return the shortest chain of *same* from start to end (empty where they are one), or None."""
    beside: dict[int, list[Verdict]] = defaultdict(list)
    for verdict in sames:
        beside[verdict.a].append(verdict)
        beside[verdict.b].append(verdict)
    reached: dict[int, list[Verdict]] = {start: []}
    waiting = [start]
    while waiting and end not in reached:
        here = waiting.pop(0)
        for verdict in beside[here]:
            there = verdict.b if verdict.a == here else verdict.a
            if there not in reached:
                reached[there] = [*reached[here], verdict]
                waiting.append(there)
    return reached.get(end)


def find_path(edges: Iterable[Edge], start: int, end: int) -> list[Edge] | None:
    """
    Return the path from start to end whose weakest pair is strongest, the shorter of equals, or None.

    An empty path means that both are the same.
    """
    beside: dict[int, list[tuple[int, Edge]]] = defaultdict(list)
    for edge in edges:
        beside[edge.a].append((edge.b, edge))
        beside[edge.b].append((edge.a, edge))
    best: dict[int, tuple[int, int]] = {}
    waiting: list[tuple[int, int, int, int, list[Edge]]] = [(-(1 << 40), 0, start, 0, [])]
    order = 0
    while waiting:
        weakest, length, here, _, path = heapq.heappop(waiting)
        if here == end:
            return path
        if here in best:
            continue
        best[here] = (weakest, length)
        for there, edge in beside[here]:
            if there not in best:
                order += 1
                step = (max(weakest, -edge.weight), length + 1, there, order, [*path, edge])
                heapq.heappush(waiting, step)
    return None
