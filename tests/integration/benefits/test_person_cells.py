"""Who a person's need is given to by name holds its cell; who names nobody, the family does."""

from __future__ import annotations

import pytest

from tests.integration.benefits.granting import approve, held, reserve, state_of
from tests.integration.benefits.world import MARCH, World, breaches
from wasl.benefits.claims import set_claims_active


@pytest.fixture
def a(world: World) -> int:
    return world.add_organisation("o1")


@pytest.fixture
def b(world: World) -> int:
    return world.add_organisation("o2")


def relink(world: World, record: int, person: int) -> None:
    """Move a record to another person, as publishing would: both are settled."""
    old = world.rows("SELECT person_id FROM registry_link WHERE record_id = %s AND until_run IS NULL", record)
    world.run += 1
    world.connection.execute(
        "UPDATE registry_link SET until_run = %s WHERE record_id = %s AND until_run IS NULL",
        [world.run, record],
    )
    world.connection.execute(
        "INSERT INTO registry_link (record_id, person_id, since_run) VALUES (%s, %s, %s)",
        [record, person, world.run],
    )
    world.settle(person, *(row[0] for row in old))


def subjects(world: World) -> set[tuple[int, int]]:
    return {(subject, organisation) for subject, _, _, organisation, _, _ in held(world.connection)}


def test_a_row_that_says_to_whom_holds_the_person_s_cell_and_another_the_family_s(
    world: World, a: int, b: int
) -> None:
    family = world.add_family()
    first, second = world.add_entry(a, family), world.add_entry(b, family)
    daughter = world.add_person(family, world.record_of(first))
    world.give(a, 11, first, need="school_bag", record=world.record_of(first))
    world.give(b, 21, second, need="school_bag")
    assert subjects(world) == {(daughter, a), (family, b)}
    assert len(world.overlaps()) == 1
    assert breaches(world.connection) == []


def test_two_members_of_one_family_hold_a_cell_each_and_the_overlap_stays_the_family_s(
    world: World, a: int, b: int
) -> None:
    family = world.add_family()
    entries = [world.add_entry(a, family), world.add_entry(b, family)]
    people = [world.add_person(family, world.record_of(entry)) for entry in entries]
    for organisation, list_id, entry in ((a, 11, entries[0]), (b, 21, entries[1])):
        world.give(organisation, list_id, entry, need="school_bag", record=world.record_of(entry))
    assert subjects(world) == {(people[0], a), (people[1], b)}
    assert [(one[0], one[3]) for one in world.overlaps()] == [(family, 30_000)]
    assert breaches(world.connection) == []


def test_a_need_of_families_is_held_by_the_family_though_the_row_names_a_person(world: World, a: int) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    world.add_person(family, world.record_of(entry))
    world.give(a, 11, entry, need="food_box", record=world.record_of(entry))
    assert subjects(world) == {(family, a)}


def test_a_record_that_joins_another_person_takes_its_cells_along_and_back(
    world: World, a: int, b: int
) -> None:
    one, other = world.add_family(), world.add_family()
    first, second = world.add_entry(a, one), world.add_entry(b, other)
    daughter = world.add_person(one, world.record_of(first))
    bride = world.add_person(other, world.record_of(second))
    for organisation, list_id, entry in ((a, 11, first), (b, 21, second)):
        world.give(organisation, list_id, entry, need="glasses", record=world.record_of(entry))
    before = held(world.connection)
    relink(world, world.record_of(second), daughter)
    assert subjects(world) == {(daughter, a), (daughter, b)}
    assert world.overlaps() == []
    assert breaches(world.connection) == []
    relink(world, world.record_of(second), bride)
    assert held(world.connection) == before


def test_a_list_that_is_withdrawn_frees_the_people_s_cells_and_brings_them_back(world: World, a: int) -> None:
    family = world.add_family()
    entry = world.add_entry(a, family)
    daughter = world.add_person(family, world.record_of(entry))
    world.give(a, 11, entry, need="glasses", record=world.record_of(entry))
    before = held(world.connection)
    set_claims_active(world.connection, 11, False)
    assert held(world.connection) == set()
    set_claims_active(world.connection, 11, True)
    assert held(world.connection) == before
    assert {subject for subject, *_ in before} == {daughter}


def test_a_line_corrected_to_another_member_leaves_the_first_free(world: World, a: int) -> None:
    family = world.add_family()
    entry, other = world.add_entry(a, family), world.add_entry(a, family)
    daughter = world.add_person(family, world.record_of(entry))
    son = world.add_person(family, world.record_of(other))
    world.give(a, 11, entry, need="glasses", record=world.record_of(entry))
    assert subjects(world) == {(daughter, a)}
    world.give(a, 11, entry, need="glasses", record=world.record_of(other))
    assert subjects(world) == {(son, a)}
    world.give(a, 11, entry, need="glasses")
    assert subjects(world) == {(family, a)}


def test_a_person_in_entries_of_two_families_holds_one_cell_for_what_one_list_gave(
    world: World, a: int
) -> None:
    father, husband = world.add_family(), world.add_family()
    entries = [world.add_entry(a, father), world.add_entry(a, husband)]
    bride = world.add_person(husband, world.record_of(entries[0]))
    relink(world, world.record_of(entries[1]), bride)
    for row, entry in enumerate(entries, start=1):
        world.give(a, 11, entry, row=row, need="glasses", record=world.record_of(entry))
    assert {seat for (seat,) in world.rows("SELECT seat FROM benefits_cell WHERE slot = 'glasses'")} == {0}
    assert subjects(world) == {(bride, a)}
    set_claims_active(world.connection, 11, False)
    assert held(world.connection) == set()


def test_a_grant_to_a_person_follows_the_record_and_its_list_meets_it_in_another_family(
    world: World, a: int
) -> None:
    father, husband = world.add_family(), world.add_family()
    home, new = world.add_entry(a, father), world.add_entry(a, husband)
    bride = world.add_person(father, world.record_of(home))
    twin = world.add_person(husband, world.record_of(new))
    _, grant = reserve(world.connection, a, home, need="glasses", record=world.record_of(home))
    approve(world.connection, a, grant)
    world.give(a, 11, new, need="glasses", record=world.record_of(new))
    assert subjects(world) == {(bride, a), (twin, a)}
    relink(world, world.record_of(new), bride)
    assert state_of(world.connection, grant) == "delivered"
    assert {(subject, holder) for subject, _, _, _, holder, _ in held(world.connection)} == {(bride, grant)}
    relink(world, world.record_of(new), twin)
    assert state_of(world.connection, grant) == "reversed"
    assert subjects(world) == {(twin, a)}
    assert breaches(world.connection) == []


def test_a_member_s_cell_covers_the_family_s_calendar_of_that_slot(world: World, a: int, desk) -> None:
    from wasl.benefits.calendar import read_family_calendar

    family = world.add_family()
    entry = world.add_entry(a, family)
    world.appear(entry, 11)
    world.add_person(family, world.record_of(entry))
    world.give(a, 11, entry, need="glasses", record=world.record_of(entry))
    world.connection.commit()
    cells = read_family_calendar(desk, family, first=MARCH, last=MARCH)
    assert {cell.slot for cell in cells if cell.is_covered} == {"glasses"}
