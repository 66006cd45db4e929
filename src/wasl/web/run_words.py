"""What pages say of runs: their stages with times, what they change, how they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wasl.linkage.rules import RunKind, RunState
from wasl.linkage.run_queries import RunView
from wasl.web.words import say
from wasl.web.words.nouns import count_of

PREPARING = ("export", "engine", "compare")
PUBLISHING = (*PREPARING, "publish", "review", "gaps")
BADGES = {
    RunState.RUNNING: "asked",
    RunState.PREPARED: "asked",
    RunState.PUBLISHING: "asked",
    RunState.DONE: "done",
    RunState.CANCELLED: "unknown",
    RunState.FAILED: "refused",
}
CHANGES = ("before", "after", "joined", "separated", "first", "moved")


@dataclass(frozen=True)
class Step:
    """A stage of a run: over (`seconds` known), at work, or to come."""

    words: str
    is_done: bool
    is_now: bool
    seconds: float | None


@dataclass(frozen=True)
class Change:
    """One kind of change, in people and in families."""

    words: str
    people: int
    families: int


@dataclass(frozen=True)
class ShownExample:
    """A few subjects by code and what becomes of them; families have a page that `href` says may be opened."""

    codes: tuple[str, ...]
    words: str
    href: bool


@dataclass(frozen=True)
class RunLine:
    """A run in words."""

    run: RunView
    state: str
    badge: str
    took: str
    how: str
    changed: str
    sentence: str
    changes: tuple[Change, ...]


def steps_of(stage: str, log: Sequence[dict[str, Any]], *, publishes: bool) -> list[Step]:
    """Return the stages of a run that is on: what the log knows is over, `stage` is at work."""
    names = PUBLISHING if publishes else PREPARING
    seconds = {str(one["stage"]): float(one["seconds"]) for one in log}
    now = names.index(stage) if stage in names else -1
    return [
        Step(
            say(f"stage.link_{name}"),
            place < now or (name in seconds and place != now),
            place == now,
            seconds.get(name),
        )
        for place, name in enumerate(names)
    ]


def describe(run: RunView) -> RunLine:
    """Return what to say of `run`."""
    changes = tuple(
        Change(say(f"runs.change.{change}"), counted[f"{change}_people"], counted[f"{change}_families"])
        for counted in [run.counts | run.difference]
        for change in CHANGES
        if f"{change}_people" in counted and f"{change}_families" in counted
    )
    state = (
        f"runs.state.{run.stage}"
        if run.stage in ("outdated", "discarded", "unpublished")
        else f"runs.state.{run.state}"
    )
    return RunLine(
        run=run,
        state=say(state),
        badge=BADGES[run.state],
        took=_duration(run),
        how=say_how(run),
        changed=_changed(run),
        sentence=say_difference(run),
        changes=changes,
    )


def say_how(run: RunView) -> str:
    """Return whether `run` read everything, and why; or what changed, and how much of it."""
    if run.kind == RunKind.INCREMENT:
        return say("runs.how.increment", records=count_of(run.read_records or 0, "record"))
    why = say(f"link.why.{run.why_full}") if run.why_full not in ("", "asked", "first") else ""
    return f"{say('runs.how.full')}. {why}" if why else say("runs.how.full")


def say_examples(run: RunView) -> list[ShownExample]:
    """Return a few of what would be joined and separated."""
    return [
        ShownExample(
            one.codes,
            say(f"runs.example.{one.change}.{one.kind}", rows=count_of(one.rows, "row")),
            one.kind == "family",
        )
        for one in run.examples
        if one.codes
    ]


def say_difference(run: RunView) -> str:
    """Return in a sentence what publishing `run` would change."""
    if run.changes_nothing:
        return say("runs.would.nothing")
    changed = run.difference
    said = [say("runs.would.known", **_both(changed, "after"), **_before(changed))]
    if changed.get("joined_people") or changed.get("joined_families"):
        said.append(say("runs.would.joined", **_both(changed, "joined")))
    if changed.get("separated_people") or changed.get("separated_families"):
        said.append(say("runs.would.separated", **_both(changed, "separated")))
    if changed.get("organisations"):
        said.append(
            say("runs.would.organisations", organisations=count_of(changed["organisations"], "organisation"))
        )
    return " ".join(said)


def _both(counts: dict[str, int], change: str) -> dict[str, str]:
    return {
        "families": count_of(counts.get(f"{change}_families", 0), "family"),
        "people": count_of(counts.get(f"{change}_people", 0), "person"),
    }


def _before(counts: dict[str, int]) -> dict[str, str]:
    return {
        "were_families": f"{counts.get('before_families', 0):,}",
        "were_people": f"{counts.get('before_people', 0):,}",
    }


def _changed(run: RunView) -> str:
    """Return in a few words what a published run changed."""
    if run.state != RunState.DONE:
        return ""
    counted = run.counts | run.difference
    parts = [say("runs.did.known", families=count_of(counted.get("families", 0), "family"))]
    parts += [
        say(f"runs.did.{change}", families=count_of(counted[f"{change}_families"], "family"))
        for change in ("joined", "separated")
        if counted.get(f"{change}_families")
    ]
    return say("runs.did.and").join(parts)


def _duration(run: RunView) -> str:
    """Return how long its stages took, without the time it waited for somebody's decision."""
    seconds = sum(float(one["seconds"]) for one in run.log if str(one["stage"]) in PUBLISHING)
    if not run.log:
        return "—"
    return (
        say("runs.seconds", seconds=f"{seconds:.0f}")
        if seconds < 100
        else count_of(round(seconds / 60), "minute")
    )
