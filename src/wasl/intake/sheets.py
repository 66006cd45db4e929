"""The sheets of one file, each recognised, said, and loaded into a list of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingView
from dataclasses import dataclass

import psycopg

from wasl.intake.editions import FoundList, begin_list, find_list, keep_day
from wasl.intake.loading import LoadedFile, Progress, finish_list, load_chunks
from wasl.intake.mending import is_mended, mend_lists
from wasl.intake.queries import ListView, access_list, count_losses, count_rejections
from wasl.intake.reading import LoadOptions, Mapping, Recognition, SheetSource, parse, recognise
from wasl.intake.rejected import SheetForm, write_rejected_file
from wasl.intake.remembered import find_remembered, remember_mapping
from wasl.intake.results import SheetOutcome, SheetResult
from wasl.intake.rules import ListState, Payer, choose_replaced_sheet, is_loaded_already
from wasl.intake.succession import find_counting
from wasl.organisations.models import Organisation

Ask = Callable[[Recognition], Mapping | None]
"""Asked on a terminal before a sheet is read: another mapping, or None to take the recognition as it is."""


@dataclass(frozen=True)
class _Sheet:
    """A sheet on its way: how it is read, and the list it has made already, whole or in part."""

    source: SheetSource
    options: LoadOptions
    recognition: Recognition
    found: FoundList | None
    is_done: bool = False
    counting: tuple[str, ...] = ()

    @property
    def is_wanted(self) -> bool:
        return self.recognition.skipped is None and not self.is_done

    @property
    def withdrawn_id(self) -> int | None:
        """The withdrawn list whose place this one takes, where no other is named."""
        return (
            self.found.list_id if self.found is not None and self.found.state == ListState.WITHDRAWN else None
        )


@dataclass(frozen=True)
class SheetPlan:
    """What was said of one sheet, on a page that showed it."""

    options: LoadOptions
    mapping: Mapping | None = None
    is_wanted: bool = True


class SheetLoader:
    """Loads the sheets of one file on one connection, which holds the file's lock."""

    def __init__(
        self,
        *,
        connection: psycopg.Connection,
        file: LoadedFile,
        options: LoadOptions,
        mapping: Mapping | None,
        ask: Ask | None,
        plans: MappingView[str, SheetPlan] | None = None,
        organisations: Sequence[Organisation],
        progress: Progress,
    ) -> None:
        self.rows_written = 0
        self._connection = connection
        self._file = file
        self._whole = SheetPlan(options, mapping)
        self._plans = plans or {}
        self._ask = ask
        self._progress = progress
        self._payers = [Payer(body.code, (body.name_ar, body.name_en)) for body in organisations]
        own = next(body for body in organisations if body.code == file.organisation_code)
        self._own_words = tuple(word for word in (own.name_ar, own.name_en, own.code) if word)

    def load_all(self, sources: Sequence[SheetSource], replaced: ListView | None) -> tuple[SheetResult, ...]:
        """Load every sheet; `replaced` gives its place to the only one, or to that of its own name."""
        self._replaced = replaced
        self._replaced_sheet = self._find_own_sheet(replaced)
        sheets = [self._look_at(source) for source in sources if self._plan(source).is_wanted]
        wanted = [sheet.source.name for sheet in sheets if sheet.is_wanted]
        taker = choose_replaced_sheet(wanted, replaced.sheet, replaced.code) if replaced and wanted else None
        loaded = [
            self._load(sheet, replaced if taker is not None and sheet.source.name == taker else None)
            for sheet in sheets
        ]
        left = [source.name for source in sources if not self._plan(source).is_wanted]
        return (*loaded, *(SheetResult(name, "skipped", skipped="not_chosen") for name in left))

    def _plan(self, source: SheetSource) -> SheetPlan:
        return self._plans.get(source.name, self._whole)

    def _look_at(self, source: SheetSource) -> _Sheet:
        plan = self._plan(source)
        found = find_list(self._connection, self._file, source.name)
        options = keep_day(plan.options, found)
        recognition = self._recognise(source, options, plan.mapping)
        if self._ask is not None and recognition.skipped is None and found is None:
            other = self._ask(recognition)
            recognition = recognition if other is None else self._recognise(source, options, other)
        if found is None or found.is_interrupted:
            return _Sheet(source, options, recognition, found)
        counting = find_counting(self._connection, found.list_id)
        is_read_as_before = found.is_read_as(options, recognition)
        done = is_loaded_already(
            is_read_as_before=is_read_as_before,
            counting={other.list_id for other in counting},
            replaced=None if self._replaced is None else self._replaced.list_id,
            is_only_to_replace=self._replaced_sheet not in (None, source.name),
        )
        told = () if is_read_as_before else tuple(other.code for other in counting)
        return _Sheet(source, options, recognition, found, done, told)

    def _find_own_sheet(self, replaced: ListView | None) -> str | None:
        """Return the sheet of this very file that the list to replace came from, or None."""
        if replaced is None:
            return None
        row = self._connection.execute(
            "SELECT sheet FROM intake_list WHERE id = %s AND file_digest = %s",
            [replaced.list_id, self._file.digest],
        ).fetchone()
        return None if row is None else str(row[0])

    def _recognise(self, source: SheetSource, options: LoadOptions, mapping: Mapping | None) -> Recognition:
        def look(remembered: Mapping | None) -> Recognition:
            return recognise(
                source,
                options=options,
                mapping=mapping,
                remembered=remembered,
                organisation_words=self._own_words,
            )

        first = look(None)
        if mapping is not None:
            return first
        remembered = find_remembered(self._connection, self._file.organisation_id, first.signature)
        return first if remembered is None else look(remembered)

    def _load(self, sheet: _Sheet, replaced: ListView | None) -> SheetResult:
        if sheet.is_done and sheet.found is not None:
            return self._result(sheet, sheet.found.code, "already", None)
        if sheet.recognition.skipped is not None:
            return SheetResult(
                sheet.source.name,
                "skipped",
                skipped=sheet.recognition.skipped,
                messages=sheet.recognition.messages,
            )
        if is_mended(sheet.recognition):
            return mend_lists(self._connection, self._file, sheet.source, sheet.recognition, self._payers)
        key, code, rows_done = begin_list(
            self._connection,
            self._file,
            sheet.recognition,
            sheet.options,
            found=sheet.found,
            form=SheetForm.of_sheet(sheet.source, sheet.recognition, sheet.options).to_json(),
            replaces_id=sheet.withdrawn_id if replaced is None else replaced.list_id,
        )
        if self._plan(sheet.source).mapping is not None or self._ask is not None:
            self._remember(sheet.recognition)
        total = _estimate_rows(sheet.source)
        load_chunks(
            self._connection,
            key,
            parse(sheet.source, sheet.recognition, sheet.options),
            rows_done=rows_done,
            payers=self._payers,
            own_code=self._file.organisation_code,
            said=lambda done: self._progress("stage.load", 0.9 * min(1.0, done / max(total, done))),
        )
        replaced_code = finish_list(self._connection, self._file, key, code)
        self._progress("stage.load", 1.0)
        result = self._result(sheet, code, "resumed" if rows_done else "loaded", replaced_code)
        self.rows_written += result.counts.total
        return result

    def _remember(self, recognition: Recognition) -> None:
        remember_mapping(
            self._connection,
            self._file.organisation_id,
            recognition,
            by=self._file.by.username,
            at=self._file.at,
        )

    def _result(self, sheet: _Sheet, code: str, outcome: SheetOutcome, replaced: str | None) -> SheetResult:
        by = self._file.by
        view = access_list(by, code)
        return SheetResult(
            sheet=sheet.source.name,
            outcome=outcome,
            list_code=code,
            state=view.state,
            kind=view.kind,
            month=view.month,
            counts=view.counts,
            rejections=count_rejections(by, view),
            losses=count_losses(by, view),
            columns=sheet.recognition.columns,
            messages=sheet.recognition.messages,
            replaced=replaced,
            counting=sheet.counting,
            rejected_file=None if outcome == "already" else write_rejected_file(by, view, None),
        )


def _estimate_rows(source: SheetSource) -> int:
    """Guess how many rows there are, for the progress bar alone: lines of a text file, else nothing."""
    if source.form != "csv":
        return 0
    with source.path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
