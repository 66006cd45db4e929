"""Load a file, withdraw a list, bring one back. Each writes its audit entry in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingView
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import connections

from wasl.audit.actions import record_audit
from wasl.benefits.catalogue import list_catalogue
from wasl.intake.kept_files import digest_file, keep_file
from wasl.intake.lines import prepare_session
from wasl.intake.loading import LoadedFile, Progress, set_list_state
from wasl.intake.locking import hold_file
from wasl.intake.permissions import check_can_change_lists
from wasl.intake.queries import ListView, access_list
from wasl.intake.reading import LoadOptions, Mapping, open_workbook, set_catalogue
from wasl.intake.results import LoadResult
from wasl.intake.rules import (
    ListState,
    check_can_be_replaced,
    check_can_restore,
    check_can_withdraw,
    check_one_organisation,
)
from wasl.intake.sheets import Ask, SheetLoader, SheetPlan
from wasl.intake.succession import step_back
from wasl.kernel.errors import InvalidInput
from wasl.organisations.models import Organisation
from wasl.organisations.queries import access_organisation, get_organisation, list_organisations
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection, owner_connection, retry_serialisation, scope

# Above this many new rows the planner's statistics are made afresh.
ANALYSE_FROM_ROWS = 20_000


@dataclass(frozen=True)
class StateChange:
    """What withdrawing or restoring did: nothing where the list was so already."""

    code: str
    state: str
    changed: bool
    stepped_back: tuple[str, ...] = ()


def load_file(
    *,
    path: Path,
    organisation: str,
    options: LoadOptions,
    by: Viewer,
    at: datetime,
    mapping: Mapping | None = None,
    replaces: str | None = None,
    progress: Progress | None = None,
    name: str | None = None,
    ask: Ask | None = None,
    plans: MappingView[str, SheetPlan] | None = None,
) -> LoadResult:
    """
    Load every sheet of a file as a list of `organisation` (its code), or go on where a load was interrupted.

    Memory does not grow with the file. The same file again changes nothing and says so. A file of
    mended rejected rows gives them back to the lists they came from. Read otherwise, a file is loaded
    again once its list is withdrawn, or in the place of its list where `replaces` names it. `name` is the
    file's own name where `path` is a copy; `plans` say by name of sheet what differs from `options`.

    :raises NotFound: the organisation, or the list to replace, is not within the rights of `by`.
    :raises NotAllowed: `by` only reads. :raises InvalidInput: the file cannot be read; nothing is kept.
    :raises Unavailable: another process is loading this file at the moment.
    """
    check_options(by=by, organisation=organisation, options=options)
    owner = access_organisation(by, organisation)
    replaced = _access_replaced(by, replaces, owner)
    try:
        digest = digest_file(path)
    except OSError as problem:
        raise InvalidInput("list.unreadable", file=name or path.name) from problem
    file = LoadedFile(name or path.name, digest, owner.pk, owner.code, by, at)
    with engine_connection(autocommit=True) as connection, hold_file(connection, file):
        sheets = open_workbook(path)
        keep_file(path, digest)
        prepare_session(connection)
        set_catalogue(list_catalogue(connection))
        loader = SheetLoader(
            connection=connection, file=file, options=options, mapping=mapping, ask=ask, plans=plans,
            organisations=list_organisations(by), progress=progress or (lambda stage, fraction: None),
        )  # fmt: skip
        results = loader.load_all(sheets, replaced)
        also = _also_loaded_by(connection, file)
    if loader.rows_written >= ANALYSE_FROM_ROWS:
        _analyse()
    return LoadResult(file.name, digest.hex(), owner.code, results, also)


def withdraw_list(*, code: str, reason: str, by: Viewer, at: datetime) -> StateChange:
    """
    Let a list count nowhere; nothing is deleted and `restore_list` brings it back.

    :raises InvalidInput: no reason. :raises RuleRefused: it is still loading, or replaced.
    """
    if not reason.strip():
        raise InvalidInput("list.reason_needed")
    return retry_serialisation(lambda: _withdraw(code, reason.strip(), by, at))


def _withdraw(code: str, reason: str, by: Viewer, at: datetime) -> StateChange:
    with _locked(by, code) as (connection, view):
        if not check_can_withdraw(view.state, view.code):
            return StateChange(view.code, view.state, changed=False)
        set_list_state(connection, view.list_id, ListState.WITHDRAWN, reason)
        record_audit(
            by=by, at=at, action="withdraw_list", object_kind="list", object_code=view.code,
            detail={"organisation": view.organisation, "reason": reason}, connection=connection,
        )  # fmt: skip
    return StateChange(view.code, ListState.WITHDRAWN, changed=True)


def restore_list(*, code: str, by: Viewer, at: datetime) -> StateChange:
    """
    Let a withdrawn or replaced list count again.

    Of a list and those that replaced it one counts: what counted in its place steps back, a
    predecessor as replaced, a successor as withdrawn.

    :raises RuleRefused: it is still loading.
    """
    return retry_serialisation(lambda: _restore(code, by, at))


def _restore(code: str, by: Viewer, at: datetime) -> StateChange:
    with _locked(by, code) as (connection, view):
        if not check_can_restore(view.state, view.code):
            return StateChange(view.code, view.state, changed=False)
        stepped_back = step_back(connection, view.list_id)
        set_list_state(connection, view.list_id, ListState.ACTIVE, None)
        record_audit(
            by=by, at=at, action="restore_list", object_kind="list", object_code=view.code,
            detail={"organisation": view.organisation, "stepped_back": list(stepped_back)}, connection=connection,
        )  # fmt: skip
    return StateChange(view.code, ListState.ACTIVE, changed=True, stepped_back=stepped_back)


@contextmanager
def _locked(by: Viewer, code: str) -> Iterator[tuple[psycopg.Connection, ListView]]:
    """Give the list as it stands once every other change of this organisation's lists has ended."""
    view = access_list(by, code)
    check_can_change_lists(by, view.organisation_id, view.organisation)
    with engine_connection() as connection:
        connection.execute(
            "SELECT id FROM intake_list WHERE organisation_id = %s ORDER BY id FOR UPDATE",
            [view.organisation_id],
        )
        yield connection, access_list(by, code)


def _access_replaced(by: Viewer, code: str | None, owner: Organisation) -> ListView | None:
    if code is None:
        return None
    view = access_list(by, code)
    check_one_organisation(view.organisation, owner.code, view.code)
    check_can_be_replaced(view.state, view.code)
    return view


def _also_loaded_by(connection: psycopg.Connection, file: LoadedFile) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT DISTINCT organisation.code FROM intake_list AS list"
        " JOIN organisations_organisation AS organisation ON organisation.id = list.organisation_id"
        " WHERE list.file_digest = %s AND list.organisation_id <> %s ORDER BY 1",
        [file.digest, file.organisation_id],
    ).fetchall()
    if not rows:
        return ()
    return tuple(str(row[0]) for row in rows) if file.by.is_desk else ("",)


def _analyse() -> None:
    tables = (
        "registry_record", "registry_entry", "registry_entry_member", "registry_appearance", "intake_line",
        "intake_mention", "benefits_claim",
    )  # fmt: skip
    with owner_connection(autocommit=True) as connection:
        for table in tables:
            connection.execute(f"ANALYZE {table}".encode())


def check_options(*, by: Viewer, organisation: str, options: LoadOptions) -> None:
    """
    Refuse, before any file is opened, what no file could make right.

    :raises NotFound: no such organisation for `by`, or nobody of the code of `paid_by`.
    :raises NotAllowed: `by` only reads. :raises InvalidInput: no such need or place.
    """
    check_can_change_lists(by, access_organisation(by, organisation).pk, organisation)
    if options.paid_by is not None:
        get_organisation(by, options.paid_by)
    if options.need is not None and not _exists(
        by, "SELECT FROM benefits_need WHERE code = %s", options.need
    ):
        raise InvalidInput("need.unknown", need=options.need)
    if options.place is not None and not _exists(by, PLACE, options.place, options.place):
        raise InvalidInput("place.unknown", place=options.place)


PLACE = "SELECT FROM places_governorate WHERE code = %s UNION ALL SELECT FROM places_markaz WHERE code = %s"


def _exists(by: Viewer, sql: str, *params: str) -> bool:
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone() is not None
