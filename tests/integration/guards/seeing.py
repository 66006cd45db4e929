"""Every guard and the probe that would miss it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psycopg

from tests.integration.guards import locks, probing, sight, triggers
from tests.integration.guards.catalogue import Guard
from tests.integration.guards.probing import Bench, NoProbe, Seen

PROBES: dict[str, Callable[[Bench, Guard], Seen]] = {
    "check": probing.probe_check,
    "not null": probing.probe_not_null,
    "foreign key": probing.probe_foreign_key,
    "trigger": triggers.probe_trigger,
    "row security": sight.probe_row_security,
    "policy": sight.probe_policy,
    "no right": sight.probe_no_right,
    "no call": sight.probe_no_call,
}
KINDS = (*PROBES, "unique")


def see(bench: Bench, guard: Guard, guards: Sequence[Guard]) -> Seen:
    """Return what the guard's probe sees; that there is none is a complaint like any other."""
    try:
        if guard.kind == "unique":
            keys = [
                one for one in guards if one.kind == "unique" and one.table == guard.table and one != guard
            ]
            return probing.probe_unique(bench, guard, keys)
        return PROBES[guard.kind](bench, guard)
    except NoProbe:
        return Seen(guard, "", "", "", "no probe")
    except (psycopg.Error, AssertionError) as error:
        bench.connection.rollback()
        return Seen(guard, "", "", "", f"the probe broke: {error}")


def see_lock(watchers: locks.Watchers, guard: Guard) -> Seen:
    """Return what the lock's probe sees."""
    try:
        return locks.probe_lock(watchers, guard)
    except NoProbe:
        return Seen(guard, "", "", "", "no probe")
    except psycopg.Error as error:
        return Seen(guard, "", "", "", f"the probe broke: {error}")
