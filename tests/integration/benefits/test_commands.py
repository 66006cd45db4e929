"""The commands of benefits, as a program reads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.integration.benefits.test_exports import add_list
from tests.integration.benefits.world import MARCH, World
from wasl.cli.main import run
from wasl.kernel.codes import make_code
from wasl.organisations.viewer import Viewer


def wasl(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Run a command in this process; return what it printed."""
    with pytest.raises(SystemExit) as ended:
        run(["--lang", "en", *arguments])
    said = capsys.readouterr()
    assert ended.value.code == code, said.err
    return said.out if code == 0 else said.err


@pytest.fixture
def alliance(world: World, desk: Viewer, amina: Viewer, organisation_a: int, organisation_b: int) -> World:
    family = world.add_family()
    for number, organisation in enumerate((organisation_a, organisation_b), 1):
        entry = world.add_entry(organisation, family)
        own = add_list(world, organisation, f"{number}.csv")
        world.give(organisation, own, entry, row=7, month=MARCH)
        world.appear(entry, own)
    left = world.add_entry(organisation_a, world.add_family())
    world.appear(left, 99)
    world.connection.commit()
    return world


def test_overlaps_writes_the_lines_and_sums_them(
    alliance: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "overlaps.csv"
    found = json.loads(wasl(capsys, "overlaps", "--out", str(out), "--json"))
    assert found["lines"] == 2
    assert found["slots"] == [
        {"slot": "food", "certainty": "certain", "overlaps": 1, "cost_piastres": 30_000, "unvalued": 0}
    ]
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [(row["organisation"], row["row"]) for row in csv.DictReader(file)] == [
            ("m01", "7"),
            ("m02", "7"),
        ]


def test_overlaps_by_person_count_a_person_s_benefit_per_person(
    alliance: World, desk: Viewer, organisation_a: int, organisation_b: int, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    family, one = alliance.add_family(), ("--by", "person", "--json")
    entries = [alliance.add_entry(organisation_a, family), alliance.add_entry(organisation_b, family)]
    people = [alliance.add_person(family, alliance.record_of(entry)) for entry in entries]
    for number, entry in enumerate(entries):
        alliance.give((organisation_a, organisation_b)[number], 50 + number, entry, need="school_bag",
            record=alliance.record_of(entry))  # fmt: skip
    alliance.connection.commit()
    out = tmp_path / "overlaps.csv"
    per_family = json.loads(wasl(capsys, "overlaps", "--json"))["slots"]
    assert [(slot["slot"], slot["overlaps"]) for slot in per_family] == [("food", 1), ("school_bag", 1)]
    assert json.loads(wasl(capsys, "overlaps", "--out", str(out), *one))["slots"] == [
        {"slot": "food", "certainty": "certain", "overlaps": 1}
    ]
    with out.open(encoding="utf-8-sig", newline="") as file:
        named = {row["person"] for row in csv.DictReader(file) if row["slot"] == "school_bag"}
    assert named == {make_code(person) for person in people}
    alliance.give(organisation_b, 60, entries[0], need="school_bag", record=alliance.record_of(entries[0]))
    alliance.connection.commit()
    assert {"slot": "school_bag", "certainty": "certain", "overlaps": 1} in json.loads(
        wasl(capsys, "overlaps", *one)
    )["slots"]


def test_overlaps_as_an_officer_names_no_cost(alliance: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(wasl(capsys, "overlaps", "--as", "amina", "--json"))
    assert (found["lines"], found["slots"][0]["cost_piastres"]) == (2, None)
    assert "EGP" not in wasl(capsys, "overlaps", "--as", "amina")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_gaps_writes_each_form(
    alliance: World, capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"gaps.{ending}"
    asked = ("gaps", "--slot", "food", "--month", "2025-03", "--out", str(out), "--json")
    found = json.loads(wasl(capsys, *asked))
    assert (found["open"], found["unknown"], found["file"]) == (1, 0, str(out))
    assert out.stat().st_size > 0


def test_nothing_is_kept_once(alliance: World, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("nothing", "--from", "m02", "--slot", "food", "--month", "2025-04", "--json")
    assert json.loads(wasl(capsys, *asked))["new"] is True
    assert json.loads(wasl(capsys, *asked))["new"] is False


def test_repeats_and_needs_say_when_there_is_little(
    alliance: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no repeats" in wasl(capsys, "repeats")
    assert "food_box" in wasl(capsys, "needs")
    [house] = [need for need in json.loads(wasl(capsys, "needs", "--json")) if need["code"] == "house_rehab"]
    assert house == {
        "code": "house_rehab", "name_ar": "إعادة إعمار منزل", "name_en": "Home rehabilitation", "slots": ["house"],
        "guard": "refuse", "months": "60", "unit": "home", "version": 1, "reservation_days": 90, "tranches": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("gaps", "--slot", "no_such", "--month", "2025-03"), 3),
        (("gaps", "--slot", "food", "--month", "March"), 2),
        (("gaps", "--slot", "food", "--month", "2025-03", "--state", "shut"), 2),
        (("nothing", "--from", "no_such", "--slot", "food", "--month", "2025-03"), 3),
        (("overlaps", "--out", "overlaps.docx"), 2),
    ],
)
def test_commands_end_with_the_code_of_what_is_wrong(
    alliance: World, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int
) -> None:
    assert wasl(capsys, *arguments, code=code)
