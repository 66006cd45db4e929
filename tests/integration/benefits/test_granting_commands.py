"""`wasl reserve`, `approve`, `deliver` and `reverse`, as a program reads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import _make
from tests.integration.benefits.bulks import FOOD, add_families, bring_codes, done, own_codes
from tests.integration.benefits.test_commands import wasl
from tests.integration.benefits.world import World
from wasl.intake.reading.sources import open_workbook
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer

RESERVE = ("--need", "food_box", "--month", "2026-03", "--as", "amina")


@pytest.fixture
def file(
    desk: Viewer, amina: Viewer, camelia: Viewer, world: World, organisation_a: int, organisation_b: int, tmp_path: Path
) -> Path:  # fmt: skip
    """Five families of amina's; camelia has given to the first."""
    _make(desk, "farida", "m01", Role.OFFICER)
    entries = add_families(world, 5, organisation_a, organisation_b)
    done(camelia, bring_codes(camelia, own_codes(world, entries[organisation_b][:1]), **FOOD))
    path = tmp_path / "families.csv"
    lines = [f"{code},x" for code in own_codes(world, entries[organisation_a])]
    path.write_text("\n".join(["family code,name", *lines, lines[1], "77,y"]), encoding="utf-8-sig")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Run a command and return its JSON."""
    result: dict[str, Any] = json.loads(wasl(capsys, *arguments, "--json"))
    return result


def test_a_file_is_reserved_approved_delivered_and_reversed(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "result.csv"
    first = said(capsys, "reserve", str(file), *RESERVE, "--quantity", "2", "--out", str(out))
    assert {name: first[name] for name in ("action", "state", "rows", "reserved", "warned", "repeated", "not_found")} == {
        "action": "reserve", "state": "done", "rows": 7, "reserved": 4, "warned": 1, "repeated": 1, "not_found": 1,
    }  # fmt: skip
    with out.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.reader(written))
    assert rows[0] == [
        "family code",
        "name",
        "Outcome",
        "Why, and what to do",
        "Covered by",
        "Free from",
        "Grant code",
    ]
    assert [row[2] for row in rows[1:]] == [
        "Warned: covered", "Reserved", "Reserved", "Reserved", "Reserved", "Repeated", "Wrong code",
    ]  # fmt: skip
    assert rows[1][4:6] == ["another organisation", "2026-04"]
    assert "Row 3" in rows[6][3]
    grants = tmp_path / "grants.csv"
    grants.write_text("\n".join(["grant code", *(row[6] for row in rows[2:4])]))
    assert said(capsys, "approve", str(grants), "--as", "amina")["outcomes"] == {"same_maker": 2}
    assert said(capsys, "approve", str(grants), "--as", "farida")["approved"] == 2
    every = ("--need", "food_box", "--month", "2026-03")
    assert said(capsys, "approve", *every, "--as", "farida")["approved"] == 2
    delivered = said(capsys, "deliver", *every, "--on", "2026-03-05", "--as", "amina")
    assert delivered["delivered"] == 4
    reversed_ = said(capsys, "reverse", "--bulk", delivered["bulk"], "--reason", "wrong day", "--as", "amina")
    assert (reversed_["action"], reversed_["reversed"]) == ("reverse", 4)


def test_go_on_wants_a_reason_and_reverse_cancels_what_was_reserved(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = said(capsys, "reserve", str(file), *RESERVE)
    wasl(capsys, "reserve", "--bulk", first["bulk"], "--go-on", "--as", "amina", code=2)
    second = said(capsys, "reserve", "--bulk", first["bulk"], "--go-on", "--reason", "fire", "--as", "amina")
    assert (second["rows"], second["reserved"]) == (1, 1)
    out = tmp_path / "result.xlsx"
    back = said(
        capsys,
        "reverse",
        "--bulk",
        first["bulk"],
        "--reason",
        "taken back",
        "--out",
        str(out),
        "--as",
        "amina",
    )
    assert (back["action"], back["reversed"]) == ("cancel", 4)
    [sheet] = open_workbook(out)
    assert [row[-5] for row in sheet.head(9)] == ["Outcome", *["Cancelled"] * 4]


def test_commands_say_what_is_missing(
    file: Path, capsys: pytest.CaptureFixture[str], amina: Viewer, tmp_path: Path
) -> None:
    assert "--as USER" in wasl(capsys, "reserve", str(file), *RESERVE[:4], code=4)
    assert "--need" in wasl(capsys, "reserve", str(file), "--as", "amina", code=2)
    wasl(capsys, "reserve", "--as", "amina", code=2)
    wasl(capsys, "reserve", str(file), *RESERVE, "--go-on", code=2)
    wasl(capsys, "reserve", str(file), *RESERVE, "--quantity", "many", code=2)
    wasl(capsys, "reserve", str(file), *RESERVE, "--out", "x.pdf", code=2)
    wasl(capsys, "reserve", str(tmp_path / "none.csv"), *RESERVE, code=2)
    wasl(capsys, "reserve", str(file), "--list", "123", *RESERVE, code=2)
    wasl(capsys, "deliver", str(file), *RESERVE, "--on", "2999-01-01", code=2)
    wasl(capsys, "deliver", str(file), *RESERVE, "--received", "nobody", code=2)
    wasl(capsys, "approve", "--bulk", "123", "--as", "amina", code=3)
    bad = tmp_path / "bad.csv"
    bad.write_text("name,phone\nx,01001234567\n")
    assert "family code" in wasl(capsys, "reserve", str(bad), *RESERVE, code=2)
