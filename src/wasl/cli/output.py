"""What commands print and write: lines for people, JSON for programs, tables for both."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasl.cli.language import both
from wasl.kernel.errors import InvalidInput

if TYPE_CHECKING:
    import polars

JsonOption = Annotated[
    bool, typer.Option("--json", help=both("اطبع النتيجة بصيغة JSON", "Print the result as JSON"))
]
YesOption = Annotated[
    bool, typer.Option("--yes", help=both("لا تسأل؛ خذ المقترح", "Ask nothing; take what is proposed"))
]

BOM = "\ufeff"
XLSX_ROWS_MAX = 1_048_576

# What each command's JSON holds; docs/reference/cli.md is made from it.
JSON_KEYS: dict[str, dict[str, str]] = {}


def declare_json(command: str, **keys: str) -> None:
    """Declare the keys of a command's JSON, as `declare_json("users list", username="…")`; a list is of such objects."""
    JSON_KEYS[command] = keys


def print_result(result: object, as_json: bool, lines: Iterable[str]) -> None:
    """Print `result` as JSON, or `lines` for people."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2, default=str))
        return
    for line in lines:
        typer.echo(line)


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]] | polars.DataFrame
) -> int:
    """
    Write a table as .csv, .xlsx or .parquet by the name's ending, whole or not at all; return the rows.

    CSV carries a BOM so that spreadsheet programs read the Arabic; in XLSX texts stay texts, so ids
    keep their digits and no cell becomes a formula.

    :raises InvalidInput: another ending, too long for a sheet, or a place that cannot be written.
    """
    frame = _frame(columns, rows)
    ending = path.suffix.lower()
    if ending == ".xlsx" and frame.height >= XLSX_ROWS_MAX:
        raise InvalidInput("table.too_long", rows=frame.height)
    with written_whole(path) as draft:
        if ending == ".csv":
            frame.write_csv(draft, include_bom=True)
        elif ending == ".parquet":
            frame.write_parquet(draft)
        elif ending == ".xlsx":
            _write_xlsx(draft, frame)
        else:
            raise InvalidInput("table.format_unknown", file=path.name)
    return frame.height


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a draft beside `path` that takes its place at the end, or vanishes on an error."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        yield draft
        os.replace(draft, path)
    except OSError as error:
        raise InvalidInput("table.unwritable", file=str(path), said=error.strerror or str(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def _frame(columns: Sequence[str], rows: Iterable[Sequence[object]] | polars.DataFrame) -> polars.DataFrame:
    import polars

    if isinstance(rows, polars.DataFrame):
        return rows.select(list(columns))
    gathered = list(rows)
    if not gathered:
        return polars.DataFrame(schema=dict.fromkeys(columns, polars.String))
    return polars.DataFrame(gathered, schema=list(columns), orient="row", infer_schema_length=None)


def _write_xlsx(path: Path, frame: polars.DataFrame) -> None:
    import xlsxwriter

    options: Mapping[str, object] = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    workbook = xlsxwriter.Workbook(str(path), options)
    sheet = workbook.add_worksheet("wasl")
    sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    bold = workbook.add_format({"bold": True})
    for column, name in enumerate(frame.columns):
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(frame.iter_rows(), start=1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, str(value))
    workbook.close()
