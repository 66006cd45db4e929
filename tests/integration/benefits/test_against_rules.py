"""Settlement in SQL equals the rules' own definition, whatever the order (L2, L4, L9)."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.benefits.world import World, breaches
from wasl.benefits.claims import set_claims_active
from wasl.benefits.rules import Claim, certain_overlaps, covered_months, likely_overlaps, read_period
from wasl.kernel.months import add_months

START = date(2024, 1, 1)
NEEDS = {
    "food_box": ("1", False, ["food"]), "ramadan_box": ("season", False, ["food"]),
    "cash_food_package": ("1", False, ["food", "cash"]), "monthly_cash": ("1", False, ["cash"]),
    "blankets": ("12", False, ["blankets"]), "school_bag": ("12", True, ["school_bag"]),
    "farming_support": ("6", False, ["farming"]), "water_connection": ("once", False, ["water"]),
    "meal": ("0", True, []),
}  # fmt: skip
SEASONS = [[date(2024, 3, 1), date(2024, 4, 1)], [date(2025, 3, 1)]]

givings = st.lists(
    st.tuples(
        st.integers(0, 3),  # organisation
        st.integers(0, 1),  # which of its lists
        st.integers(0, 5),  # entry, as an ordinal of the family's
        st.sampled_from(sorted(NEEDS)),
        st.integers(0, 15),  # month
        st.sampled_from([None, 100, 200, 350]),
        st.booleans(),  # repeats the row before
    ),
    max_size=24,
)
worlds = st.tuples(givings, st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(0, 2**4 - 1))


def expected(claims: list[Claim], groups: dict[int, int]) -> set[tuple[object, ...]]:
    """Return what the rules find, slot by slot."""
    found: set[tuple[object, ...]] = set()
    for slot in {slot for _, _, slots in NEEDS.values() for slot in slots}:
        held = [claim for claim in claims if slot in NEEDS[claim.need][2]]
        found |= {
            ("certain", slot, one.month, one.lines, one.cost, one.unvalued) for one in certain_overlaps(held)
        }
        by_group = defaultdict(list)
        for claim in held:
            by_group[groups.get(claim.family, claim.family)].append(claim)
        for group in by_group.values():
            found |= {
                ("likely", slot, one.month, one.lines, one.cost, one.unvalued)
                for one in likely_overlaps(group)
            }
    return found


def stands(world: World) -> set[tuple[object, ...]]:
    """Return the overlaps that are open."""
    return {
        (certainty, slot, month, frozenset(zip(lists, rows, strict=True)), cost, unvalued)
        for certainty, slot, month, cost, unvalued, lists, rows in world.rows(
            "SELECT o.certainty, o.slot, o.month, o.cost_piastres, o.unvalued, array_agg(c.list_id), array_agg(c.row)"
            " FROM benefits_overlap o JOIN benefits_overlap_claim c ON c.overlap_id = o.id"
            " WHERE o.state = 'open' GROUP BY o.id"
        )
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=worlds, seed=st.integers(0, 1000))
def test_overlaps_equal_the_definition_in_any_order_and_after_withdrawing(
    world: World, drawn: tuple[list[tuple], list[int], int], seed: int
) -> None:
    stated, family_of, grouped = drawn
    organisations = [world.add_organisation(f"o{number}") for number in range(4)]
    families = [world.add_family() for _ in range(4)]
    members = [family for place, family in enumerate(families) if grouped >> place & 1]
    world.group(*members)
    entries = {
        (organisation, entry): world.add_entry(organisations[organisation], families[family_of[entry]])
        for organisation, _, entry, *_ in stated
    }
    claims = []
    for row, (organisation, part, entry, need, offset, value, repeated) in enumerate(stated, 1):
        period, window = read_period(NEEDS[need][0])
        month = add_months(START, offset)
        claims.append(
            Claim(
                list_id=organisations[organisation] * 10 + part,
                row=row,
                organisation=organisations[organisation],
                family=families[family_of[entry]],
                need=need,
                month=month,
                months=covered_months(month, period, window, SEASONS),
                per_person=NEEDS[need][1],
                value=value,
                repeated=repeated,
            )
        )
    order = list(zip(claims, stated, strict=True))
    random.Random(seed).shuffle(order)
    for claim, (organisation, _, entry, *_) in order:
        world.give(
            claim.organisation, claim.list_id, entries[organisation, entry], row=claim.row, need=claim.need,
            month=claim.month, value=claim.value, repeated=claim.repeated,
        )  # fmt: skip
    groups = dict.fromkeys(members, min(members)) if len(members) > 1 else {}
    assert stands(world) == expected(claims, groups)
    assert breaches(world.connection) == []

    lists = sorted({claim.list_id for claim in claims})
    gone = set(random.Random(seed).sample(lists, len(lists) // 2))
    for list_id in gone:
        set_claims_active(world.connection, list_id, False)
    assert stands(world) == expected([claim for claim in claims if claim.list_id not in gone], groups)
    for list_id in gone:
        set_claims_active(world.connection, list_id, True)
    assert stands(world) == expected(claims, groups)
    assert breaches(world.connection) == []
    world.connection.rollback()
