"""What the desk and an organisation read of overlaps and repeats."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from tests.integration.benefits.world import MARCH, World
from wasl.benefits.headline import list_figures, list_slot_figures
from wasl.benefits.needs.queries import list_needs
from wasl.benefits.queries.figures import list_newest_reports, list_overlap_figures
from wasl.intake.benefit_exports import OVERLAP_COLUMNS, REPEAT_COLUMNS, read_overlaps, read_repeats
from wasl.kernel.codes import make_code
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import make_own_code


def add_list(world: World, organisation: int, name: str) -> int:
    """Make an active list of two rows."""
    row = world.rows(
        "INSERT INTO intake_list (organisation_id, file_name, file_digest, sheet, year, kind, state, month, loaded_by)"
        " VALUES (%s, %s, %s, 'كشف', 2026, 'given', 'active', %s, 'console') RETURNING id",
        organisation, name, hashlib.sha256(name.encode()).digest(), MARCH,
    )  # fmt: skip
    return int(row[0][0])


@pytest.fixture
def overlap(world: World, organisation_a: int, organisation_b: int) -> tuple[int, int, int]:
    """One family; A states the box in two rows, B in one. Return the family and A's and B's entries."""
    family = world.add_family()
    first, second = world.add_entry(organisation_a, family), world.add_entry(organisation_b, family)
    own, other = add_list(world, organisation_a, "a.xlsx"), add_list(world, organisation_b, "b.csv")
    world.give(organisation_a, own, first, row=5)
    world.give(organisation_a, own, first, row=6)
    world.give(organisation_b, other, second, row=9, value=45_050)
    world.appear(first, own)
    world.appear(second, other)
    world.connection.commit()
    return family, first, second


def test_read_overlaps_the_desk_gets_a_line_for_each_row(desk: Viewer, overlap: tuple[int, int, int]) -> None:
    frame = read_overlaps(desk)
    assert tuple(frame.columns) == OVERLAP_COLUMNS
    assert frame.height == 3
    assert frame["overlap"].n_unique() == 1
    assert set(frame["family"]) == {make_code(overlap[0])}
    assert frame.select("organisation", "file", "sheet", "row", "value_egp").rows() == [
        ("m01", "a.xlsx", "كشف", 5, 300.0),
        ("m01", "a.xlsx", "كشف", 6, 300.0),
        ("m02", "b.csv", "كشف", 9, 450.5),
    ]
    assert set(frame["month"]) == {"2025-03"}


def test_read_overlaps_amina_sees_her_rows_and_of_the_other_need_and_month_alone(
    amina: Viewer, overlap: tuple[int, int, int]
) -> None:
    frame = read_overlaps(amina)
    assert set(frame["family"]) == {make_own_code(amina.organisation_id or 0, 2)}
    assert frame.filter(organisation="m01")["row"].to_list() == [5, 6]
    [other] = frame.filter(organisation="m02").rows(named=True)
    assert (other["need"], other["month"]) == ("food_box", "2025-03")
    assert [other[name] for name in ("list", "file", "sheet", "row", "value_egp")] == [None] * 5


def test_read_overlaps_of_others_are_not_amina_s(world: World, amina: Viewer, organisation_b: int) -> None:
    family, third = world.add_family(), world.add_organisation("m03")
    for number, organisation in enumerate((organisation_b, third), 1):
        world.give(
            organisation,
            add_list(world, organisation, f"{number}.csv"),
            world.add_entry(organisation, family),
        )
    world.connection.commit()
    assert read_overlaps(amina).height == 0
    assert list_overlap_figures(amina) == []
    assert list_figures(amina) == []


def test_what_amina_reads_does_not_change_with_what_the_other_gave(
    world: World, amina: Viewer, organisation_b: int, overlap: tuple[int, int, int]
) -> None:
    before, figures = read_overlaps(amina).rows(), list_overlap_figures(amina)
    more = add_list(world, organisation_b, "more.csv")
    world.connection.execute(
        "UPDATE benefits_claim SET value_piastres = 1 WHERE organisation_id = %s", [organisation_b]
    )
    world.give(organisation_b, more, overlap[2], row=3, value=999_999)
    world.settle(overlap[0])
    world.connection.commit()
    after = [row[1:] for row in read_overlaps(amina).rows()]
    assert after == [row[1:] for row in before]
    assert list_overlap_figures(amina) == figures


def test_figures_by_slot_for_desk_and_officer(
    desk: Viewer, amina: Viewer, overlap: tuple[int, int, int]
) -> None:
    assert list_overlap_figures(desk) == [
        {"slot": "food", "certainty": "certain", "overlaps": 1, "cost_piastres": 30_000, "unvalued": 0}
    ]
    assert list_overlap_figures(amina)[0]["cost_piastres"] is None
    [figure] = list_figures(desk)
    assert (figure.code, figure.value, figure.parts) == (
        "overlaps",
        1,
        (("overlaps.certain", 1), ("overlaps.likely", 0)),
    )
    assert [one.cost_piastres for one in list_slot_figures(desk)] == [30_000]
    assert [one.cost_piastres for one in list_slot_figures(amina)] == [None]


def test_newest_reports_name_each_organisation_to_the_desk_alone(
    desk: Viewer, amina: Viewer, overlap: tuple[int, int, int]
) -> None:
    assert [(one["organisation"], one["newest_month"]) for one in list_newest_reports(desk)] == [
        ("m01", MARCH), ("m02", MARCH),
    ]  # fmt: skip
    assert [one["organisation"] for one in list_newest_reports(amina)] == ["m01"]


def test_list_needs_names_their_slots(amina: Viewer) -> None:
    needs = {need.code: need for need in list_needs(amina)}
    assert needs["cash_food_package"].rule.slots == ("cash", "food")
    assert (needs["meal"].rule.slots, needs["blankets"].months, needs["ramadan_box"].months) == (
        (),
        "12",
        "season",
    )


def test_read_repeats_two_lists_and_two_entries_but_not_rows_of_one_giving(
    world: World, desk: Viewer, amina: Viewer, organisation_a: int, organisation_b: int
) -> None:
    rows, lists, entries = (world.add_family() for _ in range(3))
    first, second = add_list(world, organisation_a, "1.csv"), add_list(world, organisation_a, "2.csv")
    once = world.add_entry(organisation_a, rows)
    for row in (1, 2, 3):
        world.give(organisation_a, first, once, row=row)
    both = world.add_entry(organisation_a, lists)
    world.give(organisation_a, first, both, row=4)
    world.give(organisation_a, second, both, row=4)
    world.give(organisation_a, first, both, row=5, month=date(2025, 7, 1))
    for row in (6, 7):
        world.give(organisation_a, first, world.add_entry(organisation_a, entries), row=row)
    world.give(
        organisation_b, add_list(world, organisation_b, "b.csv"), world.add_entry(organisation_b, rows)
    )
    world.connection.commit()

    frame = read_repeats(desk)
    assert tuple(frame.columns) == REPEAT_COLUMNS
    assert sorted(frame.select("file", "row").rows()) == [
        ("1.csv", 4),
        ("1.csv", 6),
        ("1.csv", 7),
        ("2.csv", 4),
    ]
    assert frame["repeat"].n_unique() == 2
    assert set(frame["certainty"]) == {"certain"}
    assert read_repeats(desk)["repeat"].to_list() == frame["repeat"].to_list()


def test_read_repeats_across_a_group_are_likely(
    world: World, desk: Viewer, camelia: Viewer, organisation_a: int
) -> None:
    one, two = world.add_family(), world.add_family()
    for number, family in enumerate((one, two), 1):
        world.give(
            organisation_a,
            add_list(world, organisation_a, f"{number}.csv"),
            world.add_entry(organisation_a, family),
        )
    world.connection.commit()
    assert read_repeats(desk).height == 0
    world.group(one, two)
    world.connection.commit()
    frame = read_repeats(desk)
    assert set(frame["certainty"]) == {"likely"}
    assert frame.height == 2
    assert read_repeats(camelia).height == 0


def test_read_repeats_of_a_person_s_need_in_one_list_want_the_same_person(
    world: World, desk: Viewer, organisation_a: int
) -> None:
    family = world.add_family()
    bags = add_list(world, organisation_a, "bags.csv")
    children = [world.add_entry(organisation_a, family) for _ in range(3)]
    for row, entry in enumerate(children, 1):
        world.give(organisation_a, bags, entry, row=row, need="school_bag")
    first = world.add_person(family, world.record_of(children[0]))
    world.add_person(family, world.record_of(children[1]))
    world.connection.commit()
    assert read_repeats(desk).height == 0
    world.connection.execute(
        "INSERT INTO registry_link (record_id, person_id, since_run) VALUES (%s, %s, 1)",
        [world.record_of(children[2]), first],
    )
    world.connection.commit()
    assert read_repeats(desk).height == 3
