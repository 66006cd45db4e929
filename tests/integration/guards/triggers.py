"""
What each trigger is there to stop, or to do: the probes nobody can derive.

Everything else of its table is taken away first (other triggers, foreign keys, CHECKs), so a probe need
only be wrong in the one way that its trigger minds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.integration.guards.catalogue import Guard
from tests.integration.guards.probing import Bench, NoProbe, Seen, isolate
from tests.integration.guards.rows import Row, Table

# Rows that are there before, past all triggers: table and what they must say.
Rows = tuple[tuple[str, Row], ...]


@dataclass(frozen=True)
class Story:
    """One probe: the rows that stand, what is tried, and the question that shows what came of it ('' a refusal)."""

    words: str
    breach: str | tuple[str, Row]
    standing: Rows = ()
    asked: str = ""
    catalogue: bool = False
    before: str = ""
    # a question whose answer is the row to begin from
    like: str = ""
    role: str = ""
    scope: str = ""


GRANT = 1_000_000_000_001
CELL: Row = {"slot": "food", "subject_id": 7, "month": "2026-03-01", "scope": 0, "reason": "list"}
SEATS = "SELECT array_agg(seat ORDER BY month, seat)::text FROM benefits_cell WHERE subject_id = 7"
VERDICT: Row = {"kind": "person", "a_id": 1, "b_id": 2, "verdict": "same", "undone_at": None}
SHARED: Row = {
    "id": GRANT,
    "year": 2026,
    "organisation_id": 7,
    "shared": True,
    "state": "approved",
    "value_piastres": 100,
}
HALF: Row = {"grant_id": GRANT, "year": 2026, "organisation_id": 7, "share_piastres": 50, "state": "proposed"}
NEED = "SELECT version::text FROM benefits_need WHERE code = 'food_box'"
NEXT_NEED = (
    "SELECT to_jsonb(v) || jsonb_build_object('version', v.version + 1) FROM benefits_need_version v"
    " JOIN benefits_need n ON n.code = v.need AND n.version = v.version WHERE v.need = 'food_box'"
)
NEXT_SLOT = (
    "SELECT to_jsonb(v) || jsonb_build_object('version', v.version + 1) FROM benefits_slot_version v"
    " JOIN benefits_slot s ON s.code = v.slot AND s.version = v.version WHERE v.slot = 'food'"
)
NEXT_SEASON = (
    "SELECT to_jsonb(v) || jsonb_build_object('version', v.version + 1) FROM benefits_season_version v"
    " JOIN benefits_season s ON s.code = v.season AND s.version = v.version ORDER BY v.season LIMIT 1"
)
NEXT: tuple[str, Row] = ("{table}", {})

# By the trigger's name; the first that fits. {table} is its table.
STORIES: list[tuple[str, Story]] = [
    (
        r"_append_only$|_only_grows$|_kept$",
        Story("a row is deleted", "DELETE FROM {table}", standing=(("{table}", {}),)),
    ),
    (r"_stands_insert$|_refers_insert$|_refers$", Story("a row that points at nothing", ("{table}", {}))),
    (
        r"_stands_update$|_refers_update$",
        Story("a row that points at nothing is written again", "UPDATE {table} SET {same}", standing=(("{table}", {}),)),
    ),
    (
        r"^benefits_cell_move_down$",
        Story(
            "seat 0 is freed below another", "DELETE FROM benefits_cell WHERE seat = 0", asked=SEATS,
            standing=(("benefits_cell", {**CELL, "seat": 0}), ("benefits_cell", {**CELL, "seat": 3})),
        ),
    ),
    (
        r"^benefits_cell_move_down_update$",
        Story(
            "seat 0 goes to another month", "UPDATE benefits_cell SET month = '2026-04-01' WHERE seat = 0", asked=SEATS,
            standing=(("benefits_cell", {**CELL, "seat": 0}), ("benefits_cell", {**CELL, "seat": 3})),
        ),
    ),
    (r"^benefits_cell_stand_on_zero$", Story("a higher seat over nobody", ("benefits_cell", {**CELL, "seat": 1}))),
    (
        r"^benefits_cell_stand_on_zero_update$",
        Story(
            "the only one climbs", "UPDATE benefits_cell SET seat = 1 WHERE seat = 0",
            standing=(("benefits_cell", {**CELL, "seat": 0}),),
        ),
    ),
    (r"^benefits_grant_birth$", Story("a grant is born delivered", ("benefits_grant", {"state": "delivered"}))),
    (
        r"^benefits_grant_moves$",
        Story(
            "a reserved grant is delivered", "UPDATE benefits_grant SET state = 'delivered'",
            standing=(("benefits_grant", {"state": "reserved"}),),
        ),
    ),
    (
        r"^benefits_grant_stays_shared$",
        Story(
            "funders are forgotten", "UPDATE benefits_grant SET shared = false",
            standing=(("benefits_grant", {"shared": True}),),
        ),
    ),
    (
        r"^benefits_grant_shares_stand$",
        Story(
            "approved, and nobody agreed to pay", ("benefits_grant", SHARED), standing=(("benefits_grant_funder", HALF),)
        ),
    ),
    (
        r"^benefits_grant_funder_shares_stand$",
        Story(
            "half of it agreed, of what is approved",
            ("benefits_grant_funder", HALF),
            standing=(("benefits_grant", SHARED),),
        ),
    ),
    (r"^benefits_grant_funder_moves$", Story("a share of no grant", ("benefits_grant_funder", {}))),
    (r"_begins$", Story("it begins in no state there is", ("{table}", {"state": "?"}))),
    (
        r"^(benefits_exception|benefits_overlap_work)_moves$",
        Story("it goes to no state there is", "UPDATE {table} SET state = '?'", standing=(("{table}", {}),)),
    ),
    (
        r"^benefits_exception_stays$",
        Story("what was asked for is changed", "UPDATE {table} SET reason = 'z'", standing=(("{table}", {}),)),
    ),
    (r"^benefits_headcount_counts$", Story("a headcount of what families are given", ("{table}", {}))),
    (
        r"^benefits_headcount_reverses$",
        Story(
            "somebody signs with another's name", ("{table}", {"reversed_by": "x"}), role="wasl_app",
            asked="SELECT coalesce(max(reversed_by), 'nobody') FROM {table}",
        ),
    ),
    (
        r"^benefits_need_is_its_version$",
        Story("a rule without a version", "UPDATE {table} SET guard = 'none' WHERE code = 'food_box'", catalogue=True),
    ),
    (
        r"^benefits_need_slot_is_its_version$",
        Story("a slot is taken from a need", "DELETE FROM {table} WHERE need = 'food_box'", catalogue=True),
    ),
    (r"^benefits_need_version_is_in_force$", Story("a version nobody follows", NEXT, like=NEXT_NEED, catalogue=True)),
    (r"^benefits_need_version_apply$", Story("a version is written", NEXT, like=NEXT_NEED, asked=NEED, catalogue=True)),
    (r"^benefits_need_version_slot_is_said$", Story("a slot its version does not name", ("{table}", {"slot": "?"}))),
    (
        r"^benefits_slot_is_its_version$",
        Story("a name without a version", "UPDATE {table} SET name_ar = 'z' WHERE code = 'food'", catalogue=True),
    ),
    (r"^benefits_slot_version_is_in_force$", Story("a version nobody follows", NEXT, like=NEXT_SLOT, catalogue=True)),
    (
        r"^benefits_slot_version_apply$",
        Story(
            "a version is written", NEXT, like=NEXT_SLOT, catalogue=True,
            asked="SELECT version::text FROM benefits_slot WHERE code = 'food'",
        ),
    ),
    (
        r"^benefits_slot_sensitive_is_settled$",
        Story(
            "a slot in use turns sensitive", ("{table}", {"sensitive": True}), like=NEXT_SLOT, catalogue=True
        ),
    ),
    (
        r"^benefits_season_is_its_version$",
        Story("a name without a version", "UPDATE {table} SET name_ar = 'z'", catalogue=True),
    ),
    (r"^benefits_season_version_is_in_force$", Story("a version nobody follows", NEXT, like=NEXT_SEASON, catalogue=True)),
    (
        r"^benefits_season_version_apply$",
        Story(
            "a version is written", NEXT, like=NEXT_SEASON, catalogue=True,
            asked="SELECT max(version)::text FROM benefits_season",
        ),
    ),
    (
        r"^linkage_verdict_agrees$",
        Story(
            "one is two, two is three, one is not three",
            ("{table}", {**VERDICT, "verdict": "different", "b_id": 3, "id": 9}),
            standing=(("{table}", {**VERDICT, "id": 7}), ("{table}", {**VERDICT, "a_id": 2, "b_id": 3, "id": 8})),
        ),
    ),
    (
        r"^registry_appearance_touches_insert$",
        Story(
            "an entry comes into a list", ("{table}", {}),
            asked="SELECT count(*)::text FROM linkage_touched_list",
        ),
    ),
    (
        r"^registry_appearance_touches_(update|delete)$",
        Story(
            "a list is withdrawn, an entry taken out of it",
            "WITH gone AS (DELETE FROM {table} WHERE list_id = 7 RETURNING 1) UPDATE {table} SET active = false"
            " WHERE list_id <> 7",
            standing=(("{table}", {"list_id": 7}), ("{table}", {"list_id": 8, "active": True})),
            asked="SELECT count(*)::text FROM linkage_touched_list",
        ),
    ),
    (
        r"^registry_subject_retires$",
        Story(
            "whom records point at retires",
            "UPDATE {table} SET state = 'retired', successor_id = 8, retired_run = 1 WHERE id = 7",
            standing=(("{table}", {"id": 7, "kind": "person"}), ("registry_link", {"person_id": 7})),
        ),
    ),
    (
        r"^registry_(entry|record)_count_own$",
        Story(
            "a row comes without a number", ("{table}", {"own_no": None}), asked="SELECT max(own_no)::text FROM {table}",
            before="ALTER TABLE {table} ALTER own_no DROP NOT NULL",
        ),
    ),
    (
        r"^user_door_changes_password_only$",
        Story(
            "a role is changed while signing in", "UPDATE {table} SET role = 'viewer'", scope="door",
            standing=(("{table}", {"role": "officer"}),),
        ),
    ),
]  # fmt: skip


def probe_trigger(bench: Bench, guard: Guard) -> Seen:
    """Tell the trigger's story with it and without it."""
    story = next((one for pattern, one in STORIES if re.search(pattern, guard.name)), None)
    if story is None:
        raise NoProbe
    with bench.undone():
        for table in {guard.table, *(name.format(table=guard.table) for name, _ in story.standing)}:
            bench.table(table)
        bench.without_triggers()
        if not story.catalogue:
            bench.empty(guard.table)
        isolate(bench, guard.table, guard.name)
        for name, said in story.standing:
            table = bench.table(name.format(table=guard.table))
            table.insert(_row(table, said))
        if story.before:
            bench.run(story.before.format(table=guard.table))
        bench.with_triggers()
        return bench.watch(guard, story.words, _telling(bench, guard, story), named="")


def _telling(bench: Bench, guard: Guard, story: Story) -> Callable[[], str | None]:
    columns = bench.table(guard.table).written
    same = ", ".join(
        f'"{column}" = "{column}"' for column in columns if not _is_identity(bench, guard.table, column)
    )

    def tell() -> str | None:
        if story.scope:
            bench.run("SELECT set_config('wasl.role', %s, true)", story.scope)
        if story.role:
            bench.run(f"GRANT SELECT, INSERT ON {guard.table} TO {story.role}")
            bench.run(f"ALTER TABLE {guard.table} DISABLE ROW LEVEL SECURITY")
            bench.act_as(story.role)
        if isinstance(story.breach, str):
            bench.run(story.breach.replace("{table}", guard.table).replace("{same}", same))
        else:
            table = bench.table(story.breach[0].format(table=guard.table))
            begun = bench.run(story.like).fetchone() if story.like else ({},)
            assert begun is not None
            table.insert(_row(table, begun[0] | story.breach[1]))
        if not story.asked:
            return None
        row = bench.run(story.asked.format(table=guard.table)).fetchone()
        return None if row is None else str(row[0])

    return tell


def _row(table: Table, said: Row) -> Row:
    known = {name: value for name, value in said.items() if name in table.written}
    return table.find_row(fixed=known) or {**table.valid(), **known}


def _is_identity(bench: Bench, table: str, column: str) -> bool:
    row = bench.run(
        "SELECT attidentity <> '' FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
        table,
        column,
    ).fetchone()
    return row is not None and bool(row[0])
