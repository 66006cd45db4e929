"""`wasl headcount`, `sheet` and `receipt` as an office runs them."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from tests.integration.cli.office import opened_office


def test_a_kitchen_is_recorded_once_taken_back_and_what_was_not_given_is_not_printed(tmp_path: Path) -> None:
    with opened_office(tmp_path / "home") as office:
        office.run("init")
        office.run("organisations", "add", "m01", "--kind", "charity", "--name-ar", "جمعية الأمل")
        office.run("users", "add", "amina", "--organisation", "m01", "--role", "officer")
        operation = str(uuid4())
        lunch = (
            "--as", "amina", "headcount", "--need", "meal", "--people", "320", "--day", "2026-02-10", "--governorate",
            "EG23", "--operation", operation,
        )  # fmt: skip
        first, again = office.json(*lunch), office.json(*lunch)
        assert first == again and isinstance(first, dict)
        office.run(*lunch[:6], "321", *lunch[7:], code=5)
        office.run("headcount", *lunch[3:-2], code=4)
        office.run("--as", "amina", "headcount", "--reverse", str(first["code"]), code=2)
        office.run("--as", "amina", "headcount", "--reverse", str(first["code"]), "--reason", "twice")
        out = str(tmp_path / "out.pdf")
        office.run("--as", "amina", "sheet", "--out", out, code=3)
        office.run("--as", "amina", "receipt", "4123456789086", "--out", out, code=3)
        assert not Path(out).exists()
