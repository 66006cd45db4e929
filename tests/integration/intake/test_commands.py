"""The commands of lists: what they print, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.intake.conftest import HEADER, people
from wasl.cli.main import run
from wasl.organisations.viewer import Viewer

Run = Callable[..., tuple[int, Any]]


@pytest.fixture
def wasl(desk: Viewer, organisation_a: int, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with --json; give its exit code and what it printed."""

    def command(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([*words, "--json", "--lang", "en"])
        printed = capsys.readouterr().out
        return int(ended.value.code or 0), json.loads(printed) if printed else None

    return command


def write(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return str(path)


def test_load_goes_on_after_an_unreadable_file_and_ends_with_2(wasl: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"%PDF-1.7")
    good = write(tmp_path / "good.csv", [*people(1, 3), "4,,,ملوي,01012345678"])
    code, files = wasl(
        "load", str(bad), good, "--from", "m01", "--need", "food_box", "--month", "2025-03", "--yes"
    )
    assert code == 2
    assert [file["error"] for file in files] == ["list.not_a_list", None]
    sheet = files[1]["sheets"][0]
    assert sheet["rows"]["accepted"] == 3 and Path(sheet["rejected_file"]).exists()


def test_load_again_ends_with_0_and_lists_show_one(wasl: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", people(1, 3))
    assert wasl("load", path, "--from", "m01", "--yes")[0] == 0
    code, files = wasl("load", path, "--from", "m01", "--yes")
    assert (code, files[0]["sheets"][0]["outcome"]) == (0, "already")
    code, lists = wasl("lists")
    assert [(item["organisation"], item["state"], item["rows"]["total"]) for item in lists] == [
        ("m01", "active", 4)
    ]


def test_withdraw_and_restore_say_what_changed(wasl: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "list.csv", people(1, 3))
    code = wasl("load", path, "--from", "m01", "--yes")[1][0]["sheets"][0]["list"]
    assert wasl("withdraw", code, "--reason", "خطأ") == (
        0,
        {"list": code, "state": "withdrawn", "changed": True},
    )
    assert wasl("list", "show", code)[1]["state_reason"] == "خطأ"
    assert wasl("restore", code)[1]["state"] == "active"
    assert wasl("withdraw", "123", "--reason", "خطأ")[0] == 3


@pytest.mark.parametrize(
    ("option", "exit_code"),
    [
        (("--need", "nothing_like_it"), 2),
        (("--month", "2025-13"), 2),
        (("--value", "كثير"), 2),
        (("--place", "EG99"), 2),
        (("--kind", "lent"), 2),
        (("--paid-by", "nobody"), 3),
    ],
)
def test_load_refuses_options_before_opening_a_file(
    option: tuple[str, str], exit_code: int, wasl: Run, tmp_path: Path
) -> None:
    path = write(tmp_path / "list.csv", people(1, 1))
    assert wasl("load", path, "--from", "m01", "--yes", *option)[0] == exit_code
    assert wasl("lists")[1] == []
