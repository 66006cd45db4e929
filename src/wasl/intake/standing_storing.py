"""
Store a family that was added by hand, take it out, bring it back: by the engine's role, in a worker.

A standing list is one list an organisation and year. Its rows are read and stored by the code of every
list (`standing_reading`, `lines`, `loading`): only where they go is decided here. Each function is one
transaction that holds the list, so that two clerks never get one row and a killed worker leaves nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from wasl.audit.actions import record_audit
from wasl.benefits.catalogue import list_catalogue
from wasl.benefits.recorded_needs import remove_recorded_needs
from wasl.intake.lines import ListKey, prepare_session, store_chunk
from wasl.intake.loading import COUNTS, write_appearances, write_claims
from wasl.intake.mending import GONE, REJUDGE
from wasl.intake.permissions import check_can_change_lists
from wasl.intake.queries import access_list
from wasl.intake.reading import set_catalogue
from wasl.intake.rejected import SheetForm
from wasl.intake.rules import Fate, ListState
from wasl.intake.staging import stage_chunk
from wasl.intake.standing_form import HandFamily
from wasl.intake.standing_reading import MAPPING, ReadFamily, find_out, load_names, moved, read_family
from wasl.kernel.errors import InvalidInput, NotFound, RuleRefused
from wasl.kernel.months import month_of
from wasl.organisations.queries import access_organisation
from wasl.organisations.viewer import Viewer
from wasl.registry.actions import remove_appearances
from wasl.store.connections import engine_connection, retry_serialisation
from wasl.store.sealing import unseal

FILE_NAME = "أسر مضافة باليد {year}"
# What was typed and could not be stored is kept this long, to be mended; then it goes.
KEPT_DAYS = 30
REASON = "withdrawn_{reason}"

T = TypeVar("T")


@dataclass(frozen=True)
class StoredFamily:
    """Where a family stands: its list and its first row there. `changed` is False where it stood so already."""

    list_code: str
    row: int
    changed: bool

    def to_json(self) -> dict[str, object]:
        """Return what a job tells."""
        return {"list": self.list_code, "row": self.row, "changed": self.changed}


@dataclass(frozen=True)
class _Standing:
    """The list as it is while it is held."""

    key: ListKey
    code: str
    organisation: str


FORM = """
SELECT form.sealed, form.submitted_at, form.stored_at IS NOT NULL, list.code, form.entry_no
FROM intake_hand_form AS form LEFT JOIN intake_list AS list ON list.id = form.list_id
WHERE form.organisation_id = %s AND form.id = %s FOR UPDATE OF form
"""

FIND = """
SELECT id, code, state FROM intake_list WHERE organisation_id = %s AND year = %s AND is_standing FOR UPDATE
"""

OPEN = """
INSERT INTO intake_list (organisation_id, file_name, file_digest, sheet, year, kind, state, is_standing, month, options,
    mapping, form, loaded_by, loaded_at)
VALUES (%(organisation)s, %(file)s, %(digest)s, '', %(year)s, 'known', 'active', true, %(month)s, %(options)s,
    %(mapping)s, %(form)s, %(by)s, %(at)s)
RETURNING id, code
"""

ENDS = """
SELECT coalesce(max(row), 0), count(DISTINCT entry_no) FROM intake_line WHERE list_id = %(list)s AND year = %(year)s
"""

# `loaded_at` is when a list was last added to or taken from: what a run that began before it has not seen.
CHANGED = """
UPDATE intake_list SET loaded_at = greatest(loaded_at, %(at)s, now()), loaded_row = rows_total WHERE id = %(list)s
"""

LINES = """
SELECT row, entry_no, entry_id, fate FROM intake_line
WHERE list_id = %(list)s AND year = %(year)s AND entry_id IS NOT NULL AND entry_no = (
    SELECT entry_no FROM intake_line WHERE list_id = %(list)s AND year = %(year)s AND row = %(row)s)
ORDER BY row
"""

SET_FATE = """
UPDATE intake_line SET fate = %(fate)s, reason = %(reason)s
WHERE list_id = %(list)s AND year = %(year)s AND row = ANY(%(rows)s)
"""


def store_family(*, organisation: str, form_id: UUID, by: Viewer, at: datetime) -> StoredFamily:
    """
    Store the family of a form as lines of the standing list of the year it was typed in; forget its content.

    Doing it again changes nothing. The content is read anew: nothing that a list would refuse is stored.

    :raises NotFound: no such form of this organisation. :raises InvalidInput: it does not read as a family.
    :raises RuleRefused: the standing list is withdrawn.
    """
    owner = access_organisation(by, organisation)
    check_can_change_lists(by, owner.pk, owner.code)

    def work(connection: psycopg.Connection) -> StoredFamily:
        _hold(connection, owner.pk)
        form = connection.execute(FORM, [owner.pk, form_id]).fetchone()
        if form is None:
            raise NotFound("hand_form.unknown")
        if form[2]:
            return StoredFamily(str(form[3]), form[4], changed=False)
        text = unseal([form[0]])[0]
        if text is None:
            raise NotFound("hand_form.unknown")
        typed_at: datetime = form[1]
        family = HandFamily.from_text(text)
        first = _read(connection, family, typed_at.date(), 1)
        standing = _find_or_open(connection, owner.pk, owner.code, first, by, typed_at)
        row = _append(connection, standing, family, typed_at.date())
        _settle_counts(connection, standing, at)
        connection.execute(
            "UPDATE intake_hand_form SET sealed = NULL, list_id = %s, entry_no = %s, stored_at = %s"
            " WHERE organisation_id = %s AND id = %s",
            [standing.key.list_id, row, at, owner.pk, form_id],
        )
        connection.execute(
            "UPDATE intake_hand_form SET sealed = NULL WHERE sealed IS NOT NULL AND submitted_at < %s",
            [at - timedelta(days=KEPT_DAYS)],
        )
        _audit(connection, standing, "add_family", row, by, at, people=len(family.named))
        return StoredFamily(standing.code, row, changed=True)

    return _in_transaction(work)


def withdraw_family(*, code: str, row: int, reason: str, by: Viewer, at: datetime) -> StoredFamily:
    """
    Take the family at `row` out: its lines stay, withdrawn, and count nowhere.

    Its entry goes on standing in other lists that hold it. `reason` is one of `standing_queries.REASONS`.

    :raises NotFound: no such list of `by`, or no family at that row. :raises RuleRefused: no list kept by hand.
    """
    return _change(code, row, REASON.format(reason=reason), by, at)


def restore_family(*, code: str, row: int, by: Viewer, at: datetime) -> StoredFamily:
    """
    Let a family that was taken out count again.

    Where the same family was added again in the meantime, the later of the two is repeated.

    :raises NotFound: no such list of `by`, or no family at that row. :raises RuleRefused: no list kept by hand.
    """
    return _change(code, row, None, by, at)


def _change(code: str, row: int, reason: str | None, by: Viewer, at: datetime) -> StoredFamily:
    view = access_list(by, code)
    check_can_change_lists(by, view.organisation_id, view.organisation)
    key = ListKey(view.list_id, view.year, view.organisation_id)

    def work(connection: psycopg.Connection) -> StoredFamily:
        _hold(connection, view.organisation_id)
        found = connection.execute(
            "SELECT is_standing FROM intake_list WHERE id = %s FOR UPDATE", [view.list_id]
        ).fetchone()
        if found is None or not found[0]:
            raise RuleRefused("hand_form.not_standing", list=view.code)
        lines = connection.execute(LINES, key.params | {"row": row}).fetchall()
        if not lines:
            raise NotFound("hand_form.unknown_row", list=view.code, row=row)
        first = int(lines[0][1])
        if (lines[0][3] == Fate.WITHDRAWN) == (reason is not None):
            return StoredFamily(view.code, first, changed=False)
        rows = [line[0] for line in lines]
        fate = Fate.ACCEPTED if reason is None else Fate.WITHDRAWN
        connection.execute(SET_FATE, key.params | {"fate": fate, "reason": reason, "rows": rows})
        entries = sorted({line[2] for line in lines})
        connection.execute(REJUDGE, key.params | {"entries": entries})
        if reason is not None:
            remove_recorded_needs(connection, list_id=key.list_id, rows=rows)
            gone = [line[0] for line in connection.execute(GONE, key.params | {"old": entries})]
            remove_appearances(connection, list_id=key.list_id, entry_ids=gone)
        standing = _Standing(key, view.code, view.organisation)
        _settle_counts(connection, standing, at)
        _audit(connection, standing, _ACTIONS[fate], first, by, at, **({"reason": reason} if reason else {}))
        return StoredFamily(view.code, first, changed=True)

    return _in_transaction(work)


_ACTIONS = {Fate.ACCEPTED: "restore_family", Fate.WITHDRAWN: "withdraw_family"}


def _in_transaction(work: Callable[[psycopg.Connection], T]) -> T:
    def whole() -> T:
        with engine_connection() as connection:
            prepare_session(connection)
            return work(connection)

    return retry_serialisation(whole)


def _hold(connection: psycopg.Connection, organisation_id: int) -> None:
    """Wait for whoever else changes this organisation's standing lists."""
    connection.execute(
        "SELECT pg_advisory_xact_lock(hashtext('wasl standing'), %s::integer)", [organisation_id]
    )


def _read(connection: psycopg.Connection, family: HandFamily, on: date, number: int) -> ReadFamily:
    set_catalogue(list_catalogue(connection))
    read = read_family(family, load_names(connection), on=on, number=number)
    if any(finding.refused for finding in find_out(family, read)):
        raise InvalidInput("hand_form.refused")
    return read


def _find_or_open(
    connection: psycopg.Connection,
    organisation_id: int,
    organisation: str,
    read: ReadFamily,
    by: Viewer,
    at: datetime,
) -> _Standing:
    found = connection.execute(FIND, [organisation_id, at.year]).fetchone()
    if found is None:
        form = SheetForm.of_sheet(read.source, read.recognition, read.options).to_json()
        found = connection.execute(
            OPEN,
            {
                "organisation": organisation_id, "file": FILE_NAME.format(year=at.year),
                "digest": hashlib.sha256(f"wasl standing list {organisation_id} {at.year}".encode()).digest(),
                "year": at.year, "month": month_of(at.date()), "options": Jsonb({"kind": "known"}),
                "mapping": Jsonb(json.loads(MAPPING.to_json())),
                "form": Jsonb(form, dumps=lambda whole: json.dumps(whole, ensure_ascii=False, default=str)),
                "by": by.username, "at": at,
            },
        ).fetchone()  # fmt: skip
        assert found is not None
    elif found[2] != ListState.ACTIVE:
        raise RuleRefused("hand_form.list_withdrawn", list=found[1])
    return _Standing(ListKey(found[0], at.year, organisation_id), found[1], organisation)


def _append(connection: psycopg.Connection, standing: _Standing, family: HandFamily, on: date) -> int:
    """Write the family's lines below those that are there, and the header above the first; return its row."""
    ends = connection.execute(ENDS, standing.key.params).fetchone()
    assert ends is not None
    last, families = ends
    read = _read(connection, family, on, families + 1)
    chunk = moved(read.chunk, max(0, last - 1), with_header=last == 0)
    store_chunk(connection, standing.key, stage_chunk(chunk), {}, analyse=False)
    return int(chunk.mentions["entry"].min())  # type: ignore[arg-type]


def _settle_counts(connection: psycopg.Connection, standing: _Standing, at: datetime) -> None:
    key = standing.key
    connection.execute(COUNTS, key.params | {"own": standing.organisation})
    connection.execute(CHANGED, key.params | {"at": at})
    write_appearances(connection, key, corrected=True)
    write_claims(connection, key, standing.organisation)


def _audit(
    connection: psycopg.Connection,
    standing: _Standing,
    action: str,
    row: int,
    by: Viewer,
    at: datetime,
    **detail: object,
) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="list", object_code=standing.code,
        detail={"organisation": standing.organisation, "row": row} | detail, connection=connection,
    )  # fmt: skip
