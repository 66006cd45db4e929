"""What leaves for the database: ids sealed, texts intact."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from wasl.intake.pipeline import prefetch
from wasl.intake.reading import LINES_SCHEMA, MENTIONS_SCHEMA, ParsedChunk
from wasl.intake.sealed_cells import restore_cells
from wasl.intake.staging import stage_chunk
from wasl.store.sealing import seal

NID = "28501012412345"


def chunk(cells: list[str | None], id_cells: list[int], **mention: object) -> ParsedChunk:
    line = dict.fromkeys(LINES_SCHEMA) | {
        "row": 2,
        "entry": 2,
        "fate": "accepted",
        "cells": cells,
        "id_cells": id_cells,
    }
    named = (
        dict.fromkeys(MENTIONS_SCHEMA) | {"row": 2, "role": "person", "entry": 2, "name": "سعيد"} | mention
    )
    return ParsedChunk(
        pl.DataFrame([line], schema=LINES_SCHEMA), pl.DataFrame([named], schema=MENTIONS_SCHEMA)
    )


def test_stage_chunk_leaves_no_id_readable() -> None:
    staged = stage_chunk(
        chunk(["سعيد", NID, f"ملحوظة {NID}"], [1, 2], nid=NID, nid_check=True, nid_written=NID)
    )
    for data in (staged.lines, staged.mentions, staged.records):
        assert NID.encode() not in data


def test_stage_chunk_keeps_quotes_backslashes_newlines_and_drops_zeros() -> None:
    written = ['"a"', "b\\n", "c,{d}", "e\r\nf", "g\x00h", "", None]
    lines = stage_chunk(chunk(list(written), [])).lines.decode()
    assert '{""\\""a\\"""",""b\\\\n"",""c,{d}"",""e\r\nf"",""gh"","""",NULL}' in lines


def test_equal_identity_has_one_key_whatever_was_written_in_the_id_cell() -> None:
    first = stage_chunk(chunk(["x"], [], nid=NID, nid_written=f"'{NID}", birth_date=date(1985, 1, 1)))
    second = stage_chunk(chunk(["y"], [], nid=NID, nid_written=NID, birth_date=date(1985, 1, 1)))
    other = stage_chunk(chunk(["y"], [], nid=NID, nid_written=NID, birth_date=date(1985, 1, 2)))
    assert first.mentions == second.mentions != other.mentions


def test_restore_cells_puts_sealed_cells_back() -> None:
    sealed = seal([f"1\x1f{NID}\x1e3\x1fx:y", None])
    assert restore_cells([["a", None, "b", None], ["c"]], sealed) == [["a", NID, "b", "x:y"], ["c"]]


def test_prefetch_yields_in_order_and_passes_errors_on() -> None:
    def source() -> object:
        yield 1
        yield 2
        raise ValueError("third")

    coming = prefetch(source())  # type: ignore[var-annotated, arg-type]
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(coming)
