"""Overlaps, repeats and gaps as pages ask for them: filters, sums, order, and what no organisation may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import psycopg
import pytest
from django.db import connections

from tests.integration.benefits.test_exports import add_list
from tests.integration.benefits.world import APRIL, MARCH, World, breaches
from wasl.benefits.actions import refresh_slot_figures
from wasl.benefits.claims import set_claims_active
from wasl.benefits.queries.gap_pages import (
    GapQuestion,
    list_gap_counts,
    list_gap_families,
)
from wasl.benefits.queries.pages import (
    OverlapRow,
    Question,
    count_overlaps,
    count_repeat_total,
    count_repeats,
    list_overlap_lines,
    list_overlap_sums,
    list_overlaps,
    list_repeats,
)
from wasl.intake.benefit_tables import cursor_of, show_overlaps, show_repeats
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope

NOW = datetime(2025, 6, 1, tzinfo=UTC)
MANY = 1000


class Alliance:
    """Families that organisations give the same thing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lists: dict[int, int] = {}
        self.row = 0

    def give_both(self, *organisations: int, governorate: str | None = "EG24", **more: object) -> int:
        """Give one new family the same from several organisations; return the family."""
        family = self.world.add_family()
        for organisation in organisations:
            self.give(family, organisation, governorate=governorate, **more)
        return family

    def give(
        self, family: int, organisation: int, *, governorate: str | None = "EG24", **more: object
    ) -> None:
        """Give once, from the organisation's only list."""
        self.row += 1
        if organisation not in self.lists:
            self.lists[organisation] = add_list(self.world, organisation, f"{organisation}.csv")
        entry = self.world.add_entry(organisation, family, governorate)
        self.world.appear(entry, self.lists[organisation])
        self.world.give(organisation, self.lists[organisation], entry, row=self.row, **more)  # type: ignore[arg-type]


@pytest.fixture
def alliance(world: World) -> Alliance:
    return Alliance(world)


@pytest.fixture
def mixed(alliance: Alliance, organisation_a: int, organisation_b: int) -> list[int]:
    """Overlaps of three organisations, two slots, two months, two governorates; one of them likely. The organisations."""
    third = alliance.world.add_organisation("m03")
    pairs = ((organisation_a, organisation_b), (organisation_a, third), (organisation_b, third))
    kinds = product(pairs, (("food_box", MARCH), ("food_box", APRIL), ("glasses", MARCH)), ("EG24", "EG21"))
    for number, (pair, (need, month), governorate) in enumerate(kinds):
        alliance.give_both(*pair, governorate=governorate, need=need, month=month, value=1000 * (number + 1))
    one, two = alliance.world.add_family(), alliance.world.add_family()
    alliance.give(one, organisation_a)
    alliance.give(two, organisation_b)
    alliance.world.group(one, two)
    alliance.world.settle(one, two)
    alliance.world.connection.commit()
    return [organisation_a, organisation_b, third]


def everything(viewer: Viewer, **asked: object) -> list[OverlapRow]:
    return list_overlaps(viewer, Question(**asked), MANY)  # type: ignore[arg-type]


def test_the_desk_s_filters_and_their_counts_are_what_the_rows_say(desk: Viewer, mixed: list[int]) -> None:
    rows = everything(desk)
    assert len(rows) == 19
    for slot, need, certainty, governorate, month, organisation in product(
        (None, "food"), (None, "glasses"), (None, "likely"), (None, "EG21"), (None, APRIL), (None, mixed[2])
    ):
        question = Question(
            slot=slot, need=need, certainty=certainty, governorate=governorate, from_month=month, to_month=month,
            organisation_id=organisation,
        )  # fmt: skip
        wanted = {
            row.id
            for row in rows
            if slot in (None, row.slot)
            and (need is None or need in row.needs)
            and certainty in (None, row.certainty)
            and governorate in (None, row.governorate)
            and month in (None, row.month)
            and (organisation is None or organisation in row.organisation_ids)
        }
        assert {row.id for row in list_overlaps(desk, question, MANY)} == wanted
        counted = count_overlaps(desk, question)
        assert (counted.total, counted.more) == (len(wanted), False)
        if counted.cost_piastres is not None:
            assert counted.cost_piastres == sum(row.cost_piastres or 0 for row in rows if row.id in wanted)


@pytest.mark.parametrize("sort", ["month", "cost", "opened"])
@pytest.mark.parametrize("way", ["down", "up"])
@pytest.mark.parametrize("slot", [None, "food"])
def test_pages_by_keyset_are_the_whole_in_its_order(
    desk: Viewer, mixed: list[int], sort: str, way: str, slot: str | None
) -> None:
    question = Question(sort=sort, way=way, slot=slot)  # type: ignore[arg-type]
    whole = list_overlaps(desk, question, MANY)
    keys = [
        ({"month": row.month, "cost": row.cost_piastres, "opened": row.opened_at}[sort], row.tie)
        for row in whole
    ]
    assert keys == sorted(keys, reverse=way == "down")  # type: ignore[type-var]
    found: list[OverlapRow] = []
    while page := list_overlaps(desk, question, 3):
        found += page
        question = replace(question, after=cursor_of(page[-1], question))
    assert found == whole


def test_amina_reads_her_overlaps_without_cost_and_camelia_s_alone_are_not_hers(
    amina: Viewer, desk: Viewer, mixed: list[int]
) -> None:
    rows = everything(amina)
    assert len(rows) == 13
    assert all(mixed[0] in row.organisation_ids for row in rows)
    assert {(row.cost_piastres, row.unvalued) for row in rows} == {(None, None)}
    assert count_overlaps(amina, Question()).total == 13
    assert count_overlaps(amina, Question()).cost_piastres is None
    theirs = [row.id for row in everything(desk) if mixed[0] not in row.organisation_ids]
    assert list_overlap_lines(amina, theirs) == {}
    with pytest.raises(Exception, match="desk"):
        everything(amina, sort="cost")
    assert {row.id for row in everything(amina, organisation_id=mixed[2])} == {
        row.id for row in rows if mixed[2] in row.organisation_ids
    }
    assert sum(one.total for one in list_overlap_sums(amina)) == 13
    assert {one.cost_piastres for one in list_overlap_sums(amina)} == {None}


def test_of_the_other_side_amina_reads_need_and_month_alone(amina: Viewer, mixed: list[int]) -> None:
    for shown in show_overlaps(amina, Question(), MANY):
        assert shown.head.startswith("اسم")
        for line in shown.lines:
            own = line.line.organisation_id == mixed[0]
            assert line.is_own is own
            assert (line.line.row is None, line.line.value_piastres is None, line.list is None) == (
                not own,
            ) * 3


def test_where_the_other_places_a_family_does_not_move_it_on_amina_s_page(
    alliance: Alliance, amina: Viewer, desk: Viewer, organisation_a: int, organisation_b: int
) -> None:
    family = alliance.world.add_family()
    alliance.give(family, organisation_a, governorate="EG01")
    alliance.give(family, organisation_b, governorate="EG28")
    alliance.world.connection.commit()
    assert [row.governorate for row in everything(amina)] == ["EG01"]
    assert everything(amina, governorate="EG28") == []
    assert [one.governorate for one in list_overlap_sums(amina)] == ["EG01"]


def test_nobody_signed_in_reads_nothing(database: object, mixed: list[int]) -> None:
    nobody = Viewer(user_id=None, username="", organisation_id=None, organisation_code="", role="")
    assert everything(nobody) == []
    assert list_overlap_sums(nobody) == []
    assert list_gap_counts(nobody) == []
    assert count_overlaps(nobody, Question()).total == 0
    assert count_repeats(nobody, Question()).total == 0


@pytest.mark.parametrize(
    "table",
    [
        "benefits_overlap_side",
        "benefits_overlap_tally",
        "benefits_gap",
        "benefits_gap_tally",
        "benefits_repeat",
    ],
)
def test_camelia_cannot_read_the_tables_themselves(camelia: Viewer, table: str) -> None:
    with (
        pytest.raises(Exception, match="permission denied"),
        scope(camelia),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(f"SELECT * FROM {table}")


def test_an_overlap_closes_with_its_list_and_opens_again(
    alliance: Alliance, desk: Viewer, amina: Viewer, organisation_a: int, organisation_b: int
) -> None:
    alliance.give_both(organisation_a, organisation_b)
    alliance.world.connection.commit()
    [before] = everything(desk)
    for active, state in ((False, "closed"), (True, "open")):
        set_claims_active(alliance.world.connection, alliance.lists[organisation_b], active)
        alliance.world.connection.commit()
        for viewer in (desk, amina):
            [row] = everything(viewer, state=state)
            assert (row.id, row.tie, row.closed_at is None) == (before.id, before.tie, active)
            assert everything(viewer, state="closed" if active else "open") == []
            assert count_overlaps(viewer, Question()).total == int(active)
            assert count_overlaps(viewer, Question(state="closed")).total == int(not active)


def test_sums_stay_those_of_the_rows_when_lists_come_and_go_and_are_folded(
    world: World, engine: psycopg.Connection, desk: Viewer, mixed: list[int]
) -> None:
    def check() -> None:
        found = {(one.slot, one.governorate, one.certainty): one.total for one in list_overlap_sums(desk)}
        wanted: dict[tuple[str, str, str], int] = {}
        for row in everything(desk):
            key = (row.slot, row.governorate, row.certainty)
            wanted[key] = wanted.get(key, 0) + 1
        assert found == wanted

    check()
    lists = [row[0] for row in world.rows("SELECT DISTINCT list_id FROM benefits_claim ORDER BY 1")]
    for active, one in product((False, True), lists[:2]):
        set_claims_active(world.connection, one, active)
        world.connection.commit()
        check()
    refresh_slot_figures(by=desk, at=NOW)
    check()
    assert world.rows("SELECT * FROM benefits_overlap_tally WHERE total <= 0") == []


def test_unrelated_changes_of_others_leave_amina_s_page_as_it_was(
    alliance: Alliance, amina: Viewer, desk: Viewer, mixed: list[int]
) -> None:
    refresh_slot_figures(by=desk, at=NOW)

    def reading() -> object:
        asked = Question(certainty="certain")
        counts = {one.id: one.slot for one in list_gap_counts(amina)}
        gaps = [list_gap_families(amina, GapQuestion(one), MANY) for one in counts]
        shown = [
            (one.family, one.head, one.row.tie, one.row.month, [line.line.need for line in one.lines])
            for one in show_overlaps(amina, asked, MANY)
        ]
        return shown, count_overlaps(amina, asked), list_overlap_sums(amina), gaps, list(counts.values())

    before = reading()
    for _ in range(3):
        alliance.give_both(mixed[1], mixed[2], governorate="EG28")
    alliance.world.connection.commit()
    assert reading() == before


def test_verify_shows_sides_and_sums_that_are_not_those_of_the_overlaps(
    world: World, engine: psycopg.Connection, mixed: list[int]
) -> None:
    assert breaches(engine, ["L5"]) == []
    for change in (
        "UPDATE benefits_overlap_side SET month = '2024-01-01' WHERE overlap_id = (SELECT min(id) FROM benefits_overlap)",
        "UPDATE benefits_overlap_tally SET total = total + 1 WHERE ctid = (SELECT min(ctid) FROM benefits_overlap_tally)",
    ):
        world.connection.execute(change.encode())
        assert breaches(world.connection, ["L5"]) == [
            "L5: overlaps are paged through and summed as they stand"
        ]
        world.connection.rollback()


def test_a_family_s_overlaps_are_found_through_any_of_its_subjects(desk: Viewer, mixed: list[int]) -> None:
    [likely] = everything(desk, certainty="likely")
    assert [row.id for row in everything(desk, family_id=likely.family_id)] == [likely.id]


def test_repeats_are_counted_shown_and_hidden_when_a_row_no_longer_counts(
    alliance: Alliance, desk: Viewer, amina: Viewer, camelia: Viewer, organisation_a: int, organisation_b: int
) -> None:
    family = alliance.world.add_family()
    alliance.give(family, organisation_a)
    alliance.give(family, organisation_a)
    other = alliance.world.add_family()
    for month in (MARCH, MARCH, APRIL, APRIL):
        alliance.give(other, organisation_b, month=month, governorate="EG21")
    alliance.world.connection.commit()
    assert list_repeats(desk, Question(), MANY) == []
    refresh_slot_figures(by=desk, at=NOW)
    assert (count_repeat_total(desk), count_repeat_total(amina)) == ((3, NOW), (1, NOW))
    assert len(list_repeats(desk, Question(), MANY)) == 3
    assert len(list_repeats(camelia, Question(from_month=APRIL), MANY)) == 1
    assert len(list_repeats(desk, Question(organisation_id=organisation_b, governorate="EG21"), MANY)) == 2
    [shown] = show_repeats(amina, Question(), MANY)
    assert [line.line.row for line in shown.lines] == [1, 2]
    assert count_repeats(amina, Question(need="glasses")).total == 0
    set_claims_active(alliance.world.connection, alliance.lists[organisation_a], False)
    alliance.world.connection.commit()
    assert list_repeats(amina, Question(), MANY) == []
    assert count_repeats(desk, Question()).total == 2
