"""Who is covered by nobody, and of whom we cannot say (decision 10)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.integration.benefits.world import APRIL, MARCH, World
from wasl.benefits.actions import refresh_slot_figures, say_nothing_given
from wasl.benefits.headline import list_slot_figures
from wasl.benefits.queries.gaps import GAP_COLUMNS, read_gaps
from wasl.kernel.codes import make_code
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound
from wasl.kernel.months import add_months
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import OWN_FROM

NOW = datetime(2025, 6, 1, tzinfo=UTC)
FEBRUARY = date(2025, 2, 1)


class Village:
    """Families of one governorate, known by organisation A unless said otherwise."""

    def __init__(self, world: World, organisation: int) -> None:
        self.world, self.organisation, self.row = world, organisation, 0

    def family(
        self, organisation: int | None = None, *, governorate: str | None = "EG24", active: bool = True
    ) -> int:
        """Make a family of one person that stands in a list."""
        family = self.world.add_family()
        self.stand(family, organisation, governorate=governorate, active=active)
        return family

    def stand(
        self, family: int, organisation: int | None = None, *, governorate: str | None = "EG24", active: bool = True,
        month: date = FEBRUARY,
    ) -> int:  # fmt: skip
        """Let a family stand in one more list."""
        entry = self.world.add_entry(organisation or self.organisation, family, governorate)
        self.world.appear(entry, 1000 + entry, month, active=active)
        self.world.add_person(family, self.world.record_of(entry))
        return entry

    def give(self, family: int, organisation: int | None = None, **more: object) -> None:
        """Give a food box in March unless said otherwise."""
        self.row += 1
        whose = organisation or self.organisation
        governorate = more.pop("governorate", "EG24")
        entry = self.world.add_entry(whose, family, governorate)  # type: ignore[arg-type]
        self.world.give(whose, whose * 100, entry, row=self.row, **more)  # type: ignore[arg-type]

    def states(self, viewer: Viewer, slot: str = "food", month: date = MARCH) -> dict[str, tuple[str, int]]:
        """Return state and missing reports by family."""
        self.world.connection.commit()
        frame = read_gaps(viewer, slot=slot, month=month)
        return {row["family"]: (row["state"], row["reports_missing"]) for row in frame.rows(named=True)}


@pytest.fixture
def village(world: World, organisation_a: int) -> Village:
    return Village(world, organisation_a)


def test_a_family_is_open_where_everybody_who_serves_has_reported(village: Village, desk: Viewer) -> None:
    covered, left = village.family(), village.family()
    village.give(covered)
    assert village.states(desk) == {make_code(left): ("open", 0)}


def test_a_family_is_unknown_while_a_report_is_missing(
    village: Village, desk: Viewer, organisation_b: int
) -> None:
    covered, left = village.family(), village.family()
    village.give(covered)
    village.give(covered, organisation_b, month=FEBRUARY)
    assert village.states(desk) == {make_code(left): ("unknown", 1)}
    say_nothing_given(by=desk, at=NOW, organisation="m02", slot="food", month=MARCH)
    assert village.states(desk) == {make_code(left): ("open", 0)}


@pytest.mark.parametrize(("months", "missing"), [(12, 1), (13, 0)])
def test_an_organisation_serves_for_twelve_months_after(
    village: Village, desk: Viewer, organisation_b: int, months: int, missing: int
) -> None:
    covered, left = village.family(), village.family()
    village.give(covered)
    village.give(covered, organisation_b, month=add_months(MARCH, -months))
    assert village.states(desk)[make_code(left)][1] == missing


def test_an_organisation_serves_its_governorates_alone(
    village: Village, desk: Viewer, organisation_b: int
) -> None:
    covered, near, far = village.family(), village.family(), village.family(governorate="EG21")
    village.give(covered)
    village.give(covered, organisation_b, month=FEBRUARY, governorate="EG21")
    assert village.states(desk) == {make_code(near): ("open", 0), make_code(far): ("unknown", 1)}


def test_without_a_governorate_anybody_may_serve(village: Village, desk: Viewer, organisation_b: int) -> None:
    covered, nowhere = village.family(), village.family(governorate=None)
    village.give(covered)
    village.give(covered, organisation_b, month=FEBRUARY, governorate="EG21")
    assert village.states(desk) == {make_code(nowhere): ("unknown", 1)}


def test_only_active_lists_make_a_family_known(village: Village, desk: Viewer) -> None:
    village.family(active=False)
    assert village.states(desk) == {}


def test_other_slots_want_a_recorded_need(
    village: Village, world: World, desk: Viewer, organisation_a: int
) -> None:
    village.family()
    wanting = village.family()
    entry = village.stand(wanting)
    world.give(organisation_a, 900, entry, kind="known", need="glasses")
    assert village.states(desk, "glasses") == {make_code(wanting): ("open", 0)}
    village.give(wanting, need="glasses", month=date(2024, 1, 1))
    assert village.states(desk, "glasses") == {}
    assert village.states(desk, "glasses", date(2026, 1, 1)) == {make_code(wanting): ("open", 0)}


def test_once_in_a_life_covers_for_ever(
    village: Village, world: World, desk: Viewer, organisation_a: int
) -> None:
    family = village.family()
    world.give(organisation_a, 900, village.stand(family), kind="known", need="water_connection")
    assert make_code(family) in village.states(desk, "water")
    village.give(family, need="water_connection", month=date(2020, 1, 1))
    assert village.states(desk, "water") == {}


def test_a_group_is_one_family_covered_by_any_of_its_subjects(
    village: Village, world: World, desk: Viewer
) -> None:
    one, two = village.family(), village.family()
    village.give(two)
    world.group(one, two)
    assert village.states(desk) == {}


def test_the_state_colours_for_its_horizon_and_is_unknown_after(
    village: Village, world: World, desk: Viewer
) -> None:
    ministry = world.add_organisation("mss", "ministry")
    enrolled, never = village.family(), village.family()
    village.give(never, need="monthly_cash")
    village.give(never, need="monthly_cash", month=APRIL)
    village.give(enrolled, ministry, need="state_cash", month=FEBRUARY)
    assert village.states(desk, "cash", FEBRUARY).keys() == {make_code(never)}
    assert village.states(desk, "cash", MARCH) == {}
    assert village.states(desk, "cash", APRIL) == {make_code(enrolled): ("unknown", 1)}
    # two years on the ministry serves no longer: it is still not known that the state stopped
    assert village.states(desk, "cash", date(2027, 2, 1))[make_code(enrolled)] == ("unknown", 1)
    assert village.states(desk, "cash", date(2027, 2, 1))[make_code(never)][0] == "open"


def test_the_state_s_new_list_answers_for_whom_it_leaves_out(
    village: Village, world: World, desk: Viewer
) -> None:
    ministry = world.add_organisation("mss", "ministry")
    dropped, stays = village.family(), village.family()
    village.give(dropped, ministry, need="state_cash", month=FEBRUARY)
    village.give(stays, ministry, need="state_cash", month=MARCH)
    assert village.states(desk, "cash", MARCH) == {make_code(dropped): ("open", 0)}
    assert village.states(desk, "cash", APRIL) == {make_code(dropped): ("unknown", 1)}


def test_read_gaps_says_where_how_many_and_when_last(
    village: Village, world: World, desk: Viewer, organisation_b: int
) -> None:
    family = village.family()
    village.stand(family, organisation_b, governorate="EG21", month=APRIL)
    village.give(family, month=date(2024, 11, 1), governorate="EG21")
    world.connection.commit()
    frame = read_gaps(desk, slot="food", month=MARCH, state="unknown")
    assert tuple(frame.columns) == GAP_COLUMNS
    [row] = frame.rows(named=True)
    assert (row["people"], row["sources"], row["last_covered"], row["month"]) == (2, 2, "2024-11", "2025-03")
    assert row["governorate"] == "الجيزة"
    assert read_gaps(desk, slot="food", month=MARCH, state="open").height == 0


def test_amina_reads_her_families_as_her_own_records_have_them(
    village: Village, world: World, amina: Viewer, desk: Viewer, organisation_b: int
) -> None:
    family, other = village.family(), village.family(organisation_b)
    village.stand(family, organisation_b, governorate="EG21", month=APRIL)
    village.give(other, organisation_b)
    assert len(village.states(desk)) == 1
    [row] = read_gaps(amina, slot="food", month=MARCH).rows(named=True)
    assert (row["people"], row["sources"]) == (1, None)
    assert row["governorate"] not in (None, "الجيزة")
    assert int(row["family"]) > OWN_FROM * 100
    assert row["state"] == "open"


def test_refresh_figures_for_pages_of_the_desk_and_of_who_knows_the_families(
    village: Village, world: World, desk: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    covered = village.family()
    village.family()
    village.give(covered)
    world.connection.commit()
    refresh_slot_figures(by=desk, at=NOW)
    [figure] = list_slot_figures(desk)
    assert (figure.slot, figure.gaps, figure.unknown, figure.oldest_report) == ("food", 1, 0, MARCH)
    assert [(one.gaps, one.cost_piastres) for one in list_slot_figures(amina)] == [(1, None)]
    assert [one.gaps for one in list_slot_figures(camelia)] == [0]


def test_asking_for_what_is_not_there(desk: Viewer) -> None:
    with pytest.raises(NotFound):
        read_gaps(desk, slot="no_such", month=MARCH)
    with pytest.raises(InvalidInput):
        read_gaps(desk, slot="food", month=MARCH, state="shut")


def test_say_nothing_given_once_by_an_officer_of_the_organisation(
    amina: Viewer, basim: Viewer, camelia: Viewer
) -> None:
    words = {"at": NOW, "organisation": "m01", "slot": "food", "month": MARCH}
    with pytest.raises(NotAllowed):
        say_nothing_given(by=basim, **words)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        say_nothing_given(by=camelia, **words)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        say_nothing_given(by=amina, **{**words, "slot": "no_such"})  # type: ignore[arg-type]
    assert say_nothing_given(by=amina, **words)  # type: ignore[arg-type]
    assert not say_nothing_given(by=amina, **words)  # type: ignore[arg-type]
