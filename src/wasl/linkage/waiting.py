"""What waits for the identity desk in linkage: a difference to publish, pairs to judge, doubts of officers."""

from __future__ import annotations

from wasl.linkage.review import ReviewFilter, Source, count_review, list_doubts
from wasl.linkage.rules import RunState
from wasl.linkage.run_queries import list_runs
from wasl.organisations.viewer import Viewer
from wasl.store.awaited import COUNT_MOST, Waiting


def list_waiting(viewer: Viewer) -> list[Waiting]:
    """Return a run to publish, doubts with the age of the oldest, and pairs; nothing for anybody but the desk."""
    if not viewer.is_desk:
        return []
    most = COUNT_MOST + 1
    found = [
        Waiting("runs.prepared", 1, run.prepared_at)
        for run in list_runs(viewer, limit=5)
        if run.state == RunState.PREPARED
    ]
    doubts = count_review(viewer, ReviewFilter(source=Source.DOUBT), limit=most)
    if doubts:
        oldest = list_doubts(viewer, limit=1)
        found.append(Waiting("review.doubts", min(doubts, most), oldest[0].reported_at if oldest else None))
    pairs = count_review(viewer, ReviewFilter(), limit=most + doubts) - doubts
    if pairs > 0:
        found.append(Waiting("review.pairs", min(pairs, most)))
    return found
