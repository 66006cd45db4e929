"""
A sheet and the list it becomes: found where it was begun or loaded before, else begun.

The same sheet of the same bytes, read otherwise, is another edition of it. An interrupted load goes on
with the edition it began.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date

import psycopg
from psycopg.types.json import Jsonb

from wasl.intake.lines import ListKey
from wasl.intake.loading import LoadedFile
from wasl.intake.reading.model import LoadOptions, Recognition
from wasl.intake.rules import ListState, hide_long_numbers
from wasl.kernel.months import month_of


@dataclass(frozen=True)
class FoundList:
    """A list that this sheet has made already, whole or in part."""

    list_id: int
    code: str
    year: int
    state: str
    loaded_row: int
    options: dict[str, object]
    mapping: dict[str, object]
    last_edition: int

    @property
    def is_interrupted(self) -> bool:
        """Tell whether its load goes on, or starts over, rather than that it is loaded again."""
        return self.state == ListState.LOADING

    def is_read_as(self, options: LoadOptions, recognition: Recognition) -> bool:
        """Tell whether it was read as it would be read now; the day of loading and a note say nothing of rows."""
        return _of_rows(self.options) == _of_rows(options_json(options)) and self.mapping == whole_mapping(
            recognition
        )


# One is being loaded, or one counts, or the newest of them counted last.
FIND = """
SELECT id, code, year, state, loaded_row, options, mapping, max(edition) OVER () FROM intake_list
WHERE organisation_id = %s AND file_digest = %s AND sheet = %s
ORDER BY state <> 'loading', state <> 'active', edition DESC LIMIT 1
"""

BEGIN = """
INSERT INTO intake_list (organisation_id, file_name, file_digest, sheet, edition, year, kind, state, replaces_id, month,
    options, mapping, messages, form, loaded_by, loaded_at)
VALUES (%(organisation)s, %(file)s, %(digest)s, %(sheet)s, %(edition)s, %(year)s, %(kind)s, 'loading', %(replaces)s,
    %(month)s, %(options)s, %(mapping)s, %(messages)s, %(form)s, %(by)s, %(at)s)
ON CONFLICT ON CONSTRAINT intake_list_once DO UPDATE
SET kind = excluded.kind, replaces_id = coalesce(excluded.replaces_id, intake_list.replaces_id),
    month = excluded.month, options = excluded.options, mapping = excluded.mapping, messages = excluded.messages,
    form = excluded.form, loaded_row = 0, year = excluded.year, loaded_by = excluded.loaded_by,
    loaded_at = excluded.loaded_at
WHERE intake_list.state = 'loading'
RETURNING id, code, year
"""


def find_list(connection: psycopg.Connection, file: LoadedFile, sheet: str) -> FoundList | None:
    """Return the list that this organisation made of this sheet of this file, or None."""
    row = connection.execute(FIND, [file.organisation_id, file.digest, sheet]).fetchone()
    return FoundList(*row) if row else None


def options_json(options: LoadOptions) -> dict[str, object]:
    """Return options as they are stored."""
    return {key: str(value) for key, value in asdict(options).items() if value is not None}


def keep_day(options: LoadOptions, found: FoundList | None) -> LoadOptions:
    """Take the day on which an interrupted load began: months without a year are counted from it."""
    if found is None or not found.is_interrupted or "today" not in found.options:
        return options
    return replace(options, today=date.fromisoformat(str(found.options["today"])))


def begin_list(
    connection: psycopg.Connection,
    file: LoadedFile,
    recognition: Recognition,
    options: LoadOptions,
    *,
    found: FoundList | None,
    form: dict[str, object],
    replaces_id: int | None,
) -> tuple[ListKey, str, int]:
    """
    Begin the list, or go on with one that was interrupted; return its key, its code and the rows it has.

    An interrupted list that was begun with other options or another reading starts over. One that was
    loaded before stays as it is: this is its next edition.
    """
    stated, mapping = options_json(options), whole_mapping(recognition)
    going_on = found if found is not None and found.is_interrupted else None
    if going_on is not None and (going_on.options, going_on.mapping) == (stated, mapping):
        connection.execute(
            "UPDATE intake_list SET replaces_id = coalesce(%s, replaces_id) WHERE id = %s",
            [replaces_id, going_on.list_id],
        )
        return (
            ListKey(going_on.list_id, going_on.year, file.organisation_id),
            going_on.code,
            going_on.loaded_row,
        )
    with connection.transaction():
        if going_on is not None:
            _clear_lines(connection, ListKey(going_on.list_id, going_on.year, file.organisation_id))
        row = connection.execute(
            BEGIN,
            {
                "organisation": file.organisation_id, "file": file.name, "digest": file.digest,
                "sheet": recognition.sheet, "edition": _edition_after(found), "year": file.at.year, "kind": recognition.kind,
                "replaces": replaces_id, "month": recognition.proposals.month or month_of(options.today),
                "options": Jsonb(stated), "mapping": Jsonb(mapping), "form": _json(form),
                "messages": _messages(recognition),
                "by": file.by.username, "at": file.at,
            },
        ).fetchone()  # fmt: skip
    assert row is not None
    return ListKey(row[0], row[2], file.organisation_id), row[1], 0


def _clear_lines(connection: psycopg.Connection, key: ListKey) -> None:
    for table in ("intake_mention", "intake_line"):
        connection.execute(
            f"DELETE FROM {table} WHERE list_id = %(list)s AND year = %(year)s".encode(), key.params
        )


def _edition_after(found: FoundList | None) -> int:
    if found is None:
        return 1
    return found.last_edition if found.is_interrupted else found.last_edition + 1


def _of_rows(options: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in options.items() if key not in ("today", "note")}


def whole_mapping(recognition: Recognition) -> dict[str, object]:
    """Return all that decides how rows are read, so that an interrupted load goes on as it began."""
    whole = replace(
        recognition.accepted_mapping(),
        header_row=max(recognition.header_rows, default=None),
        kind=recognition.kind,
        need=recognition.proposals.need,
        month=str(recognition.proposals.month or ""),
    )
    return dict(json.loads(whole.to_json()))


def _messages(recognition: Recognition) -> Jsonb:
    """Keep what was said of the sheet, without whatever may be an id."""
    said = [{"code": message.code, "params": dict(message.params)} for message in recognition.messages]
    return Jsonb(json.loads(hide_long_numbers(json.dumps(said, ensure_ascii=False, default=str))))


def _json(value: object) -> Jsonb:
    return Jsonb(value, dumps=lambda whole: json.dumps(whole, ensure_ascii=False, default=str))
