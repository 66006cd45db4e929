"""What is made from something else is as that something says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wasl_postgres import TestDatabase

ROOT = Path(__file__).resolve().parents[2]
FONTS = (
    ROOT / "src" / "wasl" / "web" / "static" / "wasl" / "fonts",
    ROOT / "src" / "wasl" / "printing" / "fonts",
)


def test_command_reference_is_as_the_commands_are() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "wasl.cli.reference"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    kept = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert made == kept, "run: .venv/bin/python -m wasl.cli.reference > docs/reference/cli.md"


def test_models_and_migrations_agree(database: TestDatabase) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


@pytest.mark.parametrize("folder", FONTS, ids=lambda folder: folder.parts[-2])
def test_fonts_are_the_ones_that_were_fetched(folder: Path) -> None:
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_decision_fits_on_a_page(path: Path) -> None:
    text = path.read_text()
    assert len(text.split()) <= 500
    for heading in ("## Why", "## Decision", "## What follows"):
        assert heading in text
