"""The files against the truth that is told about them, read back without Wasl's own reader."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from wasl.synth import generate
from wasl.synth.ids import passes_hard_checks
from wasl.synth.world import make_world

ARGUMENTS = (500, 5, 7)
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789", " '-")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("synth")
    generate(out, *ARGUMENTS)
    return out


def read_rows(path: Path) -> dict[str, list[list[str]]]:
    """Read a file's cells as text, by sheet; rows count from 1 at index 0."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(str(path))
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
        return {name: [[as_text(cell) for cell in row] for row in rows] for name, rows in sheets.items()}
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1256")
    delimiter = max(",;\t", key=text.count)
    return {"": list(csv.reader(io.StringIO(text), delimiter=delimiter))}


def as_text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def test_generate_same_arguments_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path, *ARGUMENTS)
    digests = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(place.iterdir())}
        for place in (folder, tmp_path)
    ]
    assert digests[0] == digests[1]


def test_generate_row_numbers_lead_to_the_person_that_truth_names(folder: Path) -> None:
    """Every id that truth calls the person's own stands on the row that truth gives, whatever its form."""
    world = make_world(*ARGUMENTS)
    truth = pl.read_parquet(folder / "truth.parquet")
    checked = 0
    for (file, sheet), mentions in truth.group_by("file", "sheet", maintain_order=True):
        rows = read_rows(folder / str(file))[str(sheet)]
        for row, person, ok in mentions.select("row", "person", "nid_ok").iter_rows():
            if not ok:
                continue
            cells = [cell.translate(DIGITS) for cell in rows[row - 1]]
            assert str(world.population.nid[person]) in cells, (file, sheet, row)
            checked += 1
    assert checked > 1000
    assert passes_hard_checks(world.population.nid, 20_300).all()


def test_generate_manifest_names_every_file_and_truth_every_list(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    named = {entry["file"] for entry in manifest["files"]}
    present = {path.name for path in folder.iterdir()} - {
        "manifest.json",
        "truth.parquet",
        "truth_overlaps.parquet",
    }
    assert named == present
    assert set(pl.read_parquet(folder / "truth.parquet")["file"]) == named
    codes = {organisation["code"] for organisation in manifest["organisations"]}
    assert {entry["organisation"] for entry in manifest["files"]} <= codes
    assert all("تجريبية" in organisation["name_ar"] for organisation in manifest["organisations"])
    assert [entry["date"] for entry in manifest["files"]] == sorted(
        entry["date"] for entry in manifest["files"]
    )
    assert {word["organisation"] for word in manifest["nothing"]} <= codes


def test_generate_forms_are_as_varied_as_offices(folder: Path) -> None:
    files = [path for path in folder.iterdir() if path.suffix in (".csv", ".xlsx")]
    texts = [path.read_bytes() for path in files if path.suffix == ".csv"]
    assert any(text.startswith(b"\xef\xbb\xbf") for text in texts)
    assert any(path.suffix == ".xlsx" for path in files)
    truth = pl.read_parquet(folder / "truth.parquet")
    assert {"person", "registrant", "spouse"} <= set(truth["role"])
    assert truth["row"].min() == 2 or truth["row"].min() == 3


def test_generate_true_overlaps_are_rows_of_two_organisations(folder: Path) -> None:
    overlaps = pl.read_parquet(folder / "truth_overlaps.parquet")
    per_overlap = overlaps.group_by("overlap").agg(
        pl.col("organisation", "family", "slot", "month").n_unique(), pl.len().alias("rows")
    )
    assert (per_overlap["organisation"] > 1).all()
    assert (per_overlap.select("family", "slot", "month") == 1).to_numpy().all()
    lines = pl.read_parquet(folder / "truth.parquet").select("file", "sheet", "row").unique()
    assert overlaps.join(lines, on=["file", "sheet", "row"], how="anti").is_empty()
