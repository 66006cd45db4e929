"""Tables that clerks and programs read."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from wasl.cli.output import write_table
from wasl.kernel.errors import InvalidInput

COLUMNS = ["family", "file", "value_egp"]
ROWS = [("1000198", "=كشف.xlsx", 12.5), ("1000295", None, None)]


def test_csv_has_a_bom_and_keeps_ids_as_they_are(tmp_path: Path) -> None:
    assert write_table(tmp_path / "t.csv", COLUMNS, ROWS) == 2
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbffamily,file,value_egp\n1000198,=")


def test_xlsx_keeps_texts_as_texts(tmp_path: Path) -> None:
    write_table(tmp_path / "t.xlsx", COLUMNS, ROWS)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [
        ("1000198", "s"),
        ("=كشف.xlsx", "s"),
        (12.5, "n"),
    ]


def test_parquet_and_no_rows(tmp_path: Path) -> None:
    write_table(tmp_path / "t.parquet", COLUMNS, [])
    assert pl.read_parquet(tmp_path / "t.parquet").columns == COLUMNS


def test_frame_is_written_with_the_columns_asked_for(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ["a"], pl.DataFrame({"b": [1], "a": ["x"]}))
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "a\nx\n"


@pytest.mark.parametrize("name", ["t.pdf", "t", "absent/t.csv"])
def test_unknown_format_or_place_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        write_table(tmp_path / name, COLUMNS, ROWS)
    assert list(tmp_path.iterdir()) == []
