"""What pages say of a bulk in whole sentences: what it is, how far it is, what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wasl.benefits.bulk.permissions import can_change
from wasl.benefits.bulk.queries import Bulk
from wasl.benefits.bulk.rules import DONE_AS, FOLLOWS, OUTCOMES, TO_DO, BulkAction, BulkSource, BulkState
from wasl.benefits.queries.choices import Named
from wasl.jobs.queries import JobView
from wasl.organisations.viewer import Viewer
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.naming import named
from wasl.web.words import has_words, say
from wasl.web.words.nouns import count_of

BADGES = {
    BulkState.READING: "asked", BulkState.READY: "asked", BulkState.WORKING: "asked", BulkState.STOPPED: "unknown",
    BulkState.DONE: "done", BulkState.REFUSED: "refused", BulkState.DISCARDED: "unknown",
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """How many rows had one outcome, in words."""

    outcome: str
    words: str
    why: str
    rows: int


@dataclass(frozen=True)
class Next:
    """A step that may follow: allowed, or why not."""

    action: str
    words: str
    is_allowed: bool
    why: str = ""


def title_of(bulk: Bulk, needs: Mapping[str, Named]) -> str:
    """Return what a bulk is, as حجز: كرتونة غذاء، مارس 2026."""
    need = needs.get(bulk.need or "")
    parts = [named(need) if need else "", show_digits(month_words(bulk.month)) if bulk.month else ""]
    about = say("bulk.comma").join(part for part in parts if part)
    action = say(f"bulk.action.{bulk.action}")
    if not about:
        about = bulk.file or say(f"bulk.source.{bulk.source}")
    return f"{action}: {about}"


def answer_of(bulk: Bulk) -> str:
    """Return how far a bulk is, in a sentence with its figures."""
    rows = _rows(bulk.rows_total)
    if bulk.state == BulkState.READY:
        left = bulk.rows_total - bulk.rows_wanted
        words = "bulk.answer.ready" if left else "bulk.answer.ready_all"
        return show_digits(say(words, rows=rows, wanted=_rows(bulk.rows_wanted), left=_rows(left)))
    if bulk.state == BulkState.DONE:
        left = bulk.rows_total - bulk.done
        words = f"bulk.answer.{DONE_AS[bulk.action]}"
        done = show_digits(say(words, rows=_rows(bulk.done)))
        return f"{done} {show_digits(say('bulk.answer.left', rows=_rows(left)))}" if left else done
    if bulk.state in (BulkState.WORKING, BulkState.STOPPED):
        words = f"bulk.answer.{bulk.state}"
        return show_digits(say(words, done=f"{bulk.rows_done:,}", rows=_rows(bulk.rows_wanted)))
    return say(f"bulk.answer.{bulk.state}")


def tallies_of(bulk: Bulk) -> list[Tally]:
    """Return the outcomes that occurred: what went through first, then what was left."""
    found: list[Tally] = []
    for outcome in (DONE_AS[bulk.action], TO_DO, *OUTCOMES):
        rows = bulk.counts.get(outcome, 0)
        if rows and outcome not in [tally.outcome for tally in found]:
            code = outcome or "to_do"
            why = f"bulk.why.{code}"
            words = say(why) if has_words(why) and outcome != "repeated" else ""
            found.append(Tally(outcome, say(f"bulk.outcome.{code}"), words, rows))
    return found


def next_steps(viewer: Viewer, bulk: Bulk, job: JobView | None) -> list[Next]:
    """Return what may follow on a bulk, and why what may not does not."""
    if job is not None or bulk.state not in (BulkState.DONE, BulkState.STOPPED) or not bulk.done:
        return []
    may = can_change(viewer, bulk)
    steps = []
    for action in (BulkAction.APPROVE, BulkAction.DELIVER, BulkAction.REVERSE, BulkAction.CANCEL):
        if bulk.action not in FOLLOWS[action] or (action, bulk.action) == (
            BulkAction.DELIVER,
            BulkAction.RESERVE,
        ):
            continue
        why = "" if may else say("bulk.only_officers")
        if may and action == BulkAction.APPROVE and bulk.made_by == viewer.username:
            may_now, why = False, say("bulk.why.same_maker")
        else:
            may_now = may
        steps.append(Next(str(action), say(f"bulk.follow.{action}"), may_now, why))
    return steps


def source_of(bulk: Bulk) -> str:
    """Return where the rows came from, in words."""
    return say(f"bulk.source.{bulk.source}") if bulk.source != BulkSource.FILE else bulk.file


def _rows(number: int) -> str:
    return count_of(number, "row")
