"""The sheets of one file, each recognised, said, and loaded into a list of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import psycopg
from psycopg.types.json import Jsonb

from wasl.intake.loading import (
    FoundList,
    LoadedFile,
    Progress,
    begin_list,
    find_list,
    finish_list,
    keep_day,
    load_chunks,
)
from wasl.intake.mending import mend_lists, is_mended
from wasl.intake.queries import ListView, access_list, count_losses, count_rejections
from wasl.intake.reading import CHUNK_ROWS, LoadOptions, Mapping, Recognition, SheetSource, parse, recognise
from wasl.intake.rejected import form_of, write_rejected_file
from wasl.intake.remembered import find_remembered, remember_mapping
from wasl.intake.results import SheetOutcome, SheetResult
from wasl.intake.rules import ListState, Payer, choose_replaced_sheet
from wasl.organisations.models import Organisation


@dataclass(frozen=True)
class _Sheet:
    """A sheet on its way: what it was found to be, and the list it has made already."""

    source: SheetSource
    options: LoadOptions
    found: FoundList | None
    recognition: Recognition | None

    @property
    def is_wanted(self) -> bool:
        return self.recognition is not None and self.recognition.skipped is None


class SheetLoader:
    """Loads the sheets of one file on one connection that holds the file's lock."""

    def __init__(
        self,
        *,
        connection: psycopg.Connection,
        file: LoadedFile,
        options: LoadOptions,
        mapping: Mapping | None,
        ask: Callable[[Recognition], Mapping | None] | None,
        organisations: Sequence[Organisation],
        progress: Progress,
    ) -> None:
        self.rows_written = 0
        self._connection = connection
        self._file = file
        self._options = options
        self._mapping = mapping
        self._ask = ask
        self._progress = progress
        self._payers = [Payer(body.code, (body.name_ar, body.name_en)) for body in organisations]
        own = next(body for body in organisations if body.code == file.organisation_code)
        self._own_words = tuple(word for word in (own.name_ar, own.name_en, own.code) if word)

    def load_all(self, sources: Sequence[SheetSource], replaced: ListView | None) -> tuple[SheetResult, ...]:
        """Load every sheet; `replaced` gives its place to the only one, or to that of its own name."""
        sheets = [self._look_at(source) for source in sources]
        taker = None
        wanted = [sheet.source.name for sheet in sheets if sheet.is_wanted]
        if replaced is not None and wanted:
            taker = choose_replaced_sheet(wanted, replaced.sheet, replaced.code)
        return tuple(
            self._load(sheet, replaced if sheet.source.name == taker else None) for sheet in sheets
        )
