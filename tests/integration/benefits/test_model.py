"""
Actions in random order against a small model of the calendar: cells, states and overlaps are the same (B1, B6, B7, L4).

`WASL_MODEL_EXAMPLES=2000 pytest tests/integration/benefits/test_model.py` looks longer.
"""

from __future__ import annotations

import os
from datetime import date

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.integration.benefits import granting
from tests.integration.benefits.model import NEEDS, Calendar, Giving, Grant, cells_of
from tests.integration.benefits.world import World, breaches
from wasl.benefits.claims import set_claims_active

EXAMPLES = int(os.environ.get("WASL_MODEL_EXAMPLES", "12"))
STEPS = 30 if EXAMPLES < 100 else 60
ORGANISATIONS, FAMILIES = 3, 3
MONTHS = [date(2025, 3, 1), date(2025, 4, 1)]

organisations = st.integers(0, ORGANISATIONS - 1)
places = st.integers(0, FAMILIES - 1)
picks = st.integers(0, 10_000)
needs = st.sampled_from(sorted(NEEDS))
months = st.sampled_from(MONTHS)


class Office(RuleBasedStateMachine):
    """Does the same to the database and to the model; each example is rolled back."""

    connection: psycopg.Connection
    ids: list[int]

    @initialize()
    def begin(self) -> None:
        """Make families that every organisation knows, an entry each."""
        self.connection.rollback()
        self.world = World(self.connection)
        self.calendar = Calendar()
        self.entries = []
        for _ in range(FAMILIES):
            family = self.world.add_family()
            self.entries.append([self.world.add_entry(one, family) for one in self.ids])
            self.calendar.family.update(dict.fromkeys(self.entries[-1], family))
        self.lists = 0
        self.seated: dict[tuple[object, ...], int] = {}

    def teardown(self) -> None:
        """Leave nothing."""
        self.connection.rollback()

    @rule(organisation=organisations, place=places, need=needs, month=months, goes_on=st.booleans())
    def reserve(self, organisation: int, place: int, need: str, month: date, goes_on: bool) -> None:
        entry = self.entries[place][organisation]
        expected = self.calendar.judge(self.ids[organisation], entry, need, month, goes_on=goes_on)
        outcome, number = granting.reserve(
            self.connection,
            self.ids[organisation],
            entry,
            need=need,
            month=month,
            answer="give" if goes_on else "",
        )
        assert outcome == expected
        if outcome == "reserved":
            self._lapse_in_the_way(entry, need, month)
            self.calendar.grants[number] = Grant(number, self.ids[organisation], entry, need, month)
            self.calendar.settle()

    @rule(pick=picks)
    def approve(self, pick: int) -> None:
        grant = self._pick(pick)
        if grant is None:
            return
        outcome = granting.approve(self.connection, grant.organisation, grant.number)
        assert outcome in self._may(grant, {"reserved": "approved", "lapsed": "lapsed"})
        if outcome == "approved":
            grant.state, grant.approved, grant.expired = "approved", True, False

    @rule(pick=picks)
    def deliver(self, pick: int) -> None:
        grant = self._pick(pick)
        if grant is None:
            return
        expected = {
            "reserved": "not_approved",
            "approved": "delivered",
            "delivered": "all_given",
            "lapsed": "lapsed",
        }
        if grant.state == "reversed":
            taken = self.calendar.in_the_way(grant.entry, grant.need, grant.month)
            expected["reversed"] = "refused" if taken else "delivered"
        outcome = granting.deliver(self.connection, grant.organisation, grant.number)
        assert outcome in self._may(grant, expected)
        if outcome == "delivered":
            if grant.state == "reversed":
                self._lapse_in_the_way(grant.entry, grant.need, grant.month)
            grant.state, grant.expired, grant.said_by, grant.withdrawn = "delivered", False, None, False

    @rule(pick=picks)
    def reverse(self, pick: int) -> None:
        grant = self._pick(pick)
        if grant is None:
            return
        row = self.connection.execute(
            "SELECT outcome FROM benefits_reverse(%s, ARRAY[%s::bigint], ARRAY[NULL::smallint], 'x', 'amina', %s)",
            [grant.organisation, grant.number, granting.AT],
        ).fetchone()
        assert row is not None
        expected = "state" if grant.state != "delivered" else "of_list" if grant.said_by else "reversed"
        assert row[0] == expected
        if expected == "reversed":
            grant.state = "reversed"
            self.calendar.settle()

    @rule(pick=picks, ends=st.sampled_from(["cancelled", "returned"]))
    def end(self, pick: int, ends: str) -> None:
        grant = self._pick(pick)
        if grant is None:
            return
        outcome = granting.end(self.connection, grant.organisation, grant.number, ends)
        from_states = ("reserved", "approved", "reversed") if ends == "cancelled" else ("delivered",)
        assert outcome in self._may(grant, {**dict.fromkeys(from_states, ends), "lapsed": "lapsed"})
        if outcome == ends:
            grant.state, grant.expired = ends, False

    @rule(pick=picks, sweep=st.booleans())
    def expire(self, pick: int, sweep: bool) -> None:
        grant = self._pick(pick)
        if grant is not None and grant.state in ("reserved", "approved"):
            granting.expire(self.connection, grant.number)
            grant.expired = True
        if sweep:
            self.connection.execute("SELECT benefits_lapse(100)")

    @rule(organisation=organisations, place=places, need=needs, month=months)
    def list_given(self, organisation: int, place: int, need: str, month: date) -> None:
        self.lists += 1
        entry, owner = self.entries[place][organisation], self.ids[organisation]
        self.world.give(owner, self.lists, entry, need=need, month=month)
        self.calendar.givings[self.lists] = Giving(self.lists, owner, entry, need, month)
        self.calendar.settle()

    @rule(pick=picks)
    def withdraw_or_restore(self, pick: int) -> None:
        if not self.calendar.givings:
            return
        giving = self.calendar.givings[1 + pick % self.lists]
        giving.active = not giving.active
        set_claims_active(self.connection, giving.number, giving.active)
        self.calendar.settle()

    @rule(one=places, other=places)
    def link(self, one: int, other: int) -> None:
        """Join two families: the older stays."""
        pair = {self.calendar.family[self.entries[place][0]] for place in (one, other)}
        if len(pair) < 2:
            return
        stays, goes = sorted(pair)
        for entry in [entry for entry, family in self.calendar.family.items() if family == goes]:
            self.world.link(entry, stays)
            self.calendar.family[entry] = stays
        self.world.settle(stays, goes)
        self.world.retire(goes, stays)
        self.calendar.settle()

    @rule(place=places, organisation=organisations)
    def separate(self, place: int, organisation: int) -> None:
        """Let one entry be a family of its own."""
        entry = self.entries[place][organisation]
        before, family = self.calendar.family[entry], self.world.add_family()
        if [other for other, there in self.calendar.family.items() if there == before] == [entry]:
            return
        self.world.link(entry, family)
        self.calendar.family[entry] = family
        self.world.settle(before, family)
        self.calendar.settle()

    @invariant()
    def cells_are_held_by_the_same(self) -> None:
        held: dict[tuple[object, ...], dict[int, int]] = {}
        for subject, slot, month, seat, holder in self.world.rows(
            "SELECT subject_id, slot, month, seat, list_id FROM benefits_cell"
            " WHERE expires_at IS NULL OR expires_at > clock_timestamp() ORDER BY seat"
        ):
            held.setdefault((subject, slot, month), {})[seat] = holder
        assert {cell: set(seats.values()) for cell, seats in held.items()} == self.calendar.cells()
        assert all(len(set(seats.values())) == len(seats) for seats in held.values())
        # who sits first goes on sitting first, as long as it holds the cell
        first = {cell: seats[0] for cell, seats in held.items() if 0 in seats}
        for cell, holder in self.seated.items():
            if holder in held.get(cell, {}).values():
                assert first.get(cell) == holder
        self.seated = first
        assert not self.world.rows(
            "SELECT FROM benefits_cell GROUP BY subject_id, slot, month, scope HAVING min(seat) > 0"
        )

    @invariant()
    def grants_are_in_the_same_state(self) -> None:
        for number, state in self.world.rows("SELECT id, state FROM benefits_grant"):
            grant = self.calendar.grants[number]
            if grant.expired and state == "lapsed":
                grant.state, grant.expired = "lapsed", False
            assert (number, state) == (number, grant.state)

    @invariant()
    def overlaps_are_the_same(self) -> None:
        expired = {self.calendar.family[one.entry] for one in self.calendar.grants.values() if one.expired}
        found = {
            (family, slot, month, frozenset(numbers))
            for family, slot, month, numbers in self.world.rows(
                "SELECT o.family_id, o.slot, o.month, array_agg(c.list_id) FROM benefits_overlap o"
                " JOIN benefits_overlap_claim c ON c.overlap_id = o.id"
                " WHERE o.state = 'open' AND o.certainty = 'certain' GROUP BY o.id"
            )
        }
        # what nobody has looked at since its time was over is still written down
        wanted = {one for one in self.calendar.overlaps() if one[0] not in expired}
        assert {one for one in found if one[0] not in expired} == wanted

    def _pick(self, pick: int) -> Grant | None:
        grants = list(self.calendar.grants.values())
        return grants[pick % len(grants)] if grants else None

    def _may(self, grant: Grant, expected: dict[str, str]) -> set[str]:
        """Return what may be said: of one whose time is over, that it lapsed if anybody has looked meanwhile."""
        said = {expected.get(grant.state, "state")}
        return said | {"lapsed"} if grant.expired else said

    def _lapse_in_the_way(self, entry: int, need: str, month: date) -> None:
        """Whoever's time is over has to go where somebody else is seated."""
        taken = {(self.calendar.family[entry], slot, at) for slot, at in cells_of(need, month)}
        for grant in self.calendar.grants.values():
            own = {
                (self.calendar.family[grant.entry], slot, at)
                for slot, at in cells_of(grant.need, grant.month)
            }
            if grant.expired and own & taken:
                grant.state, grant.expired = "lapsed", False


def test_actions_in_any_order_leave_what_the_model_says(world: World) -> None:
    Office.connection = world.connection
    Office.ids = [world.add_organisation(f"o{number}") for number in range(ORGANISATIONS)]
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None,
            suppress_health_check=list(HealthCheck), print_blob=True,
        ),
    )  # fmt: skip
    world.connection.rollback()
    assert breaches(world.connection) == []
