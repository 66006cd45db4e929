"""
The models that runs weigh by, kept in the registry: one is current, drafts wait, past ones stay to be looked at.

A model becomes current with the publishing of a run that used it, and in no other way: nobody weighs by one whose
difference was not looked at. One that a run learnt by itself is learnt anew when the registry has outgrown it; one
that a person chose stays until a person chooses another.

Not called models.py: Django reads a file of that name in every process, and this one brings the whole engine.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg
from psycopg.types.json import Jsonb

from wasl.audit.actions import record_audit
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.linkage.permissions import check_can_link
from wasl.matching import InvalidModel, ModelFile
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection
from wasl.store.reading import read_rows

OUTGROWN = 2
"""A model that a run learnt holds until there are so many times as many records."""


@dataclass(frozen=True)
class ModelView:
    """A model as the desk sees it; `records` is how many it was learnt from, `run_id` the first run that used it."""

    version: str
    state: str
    made_at: datetime
    made_by: str
    is_chosen: bool
    note: str
    run_id: int | None
    used_from: datetime | None
    records: int | None


def list_models(viewer: Viewer) -> list[ModelView]:
    """
    Return every model, the current one first.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(viewer)
    return [ModelView(*row) for row in read_rows(viewer, "SELECT * FROM linkage_models()", [])]


def find_model(viewer: Viewer, version: str | None = None) -> ModelFile:
    """
    Return the model of a version, the current one where none is named.

    :raises NotAllowed: only the desk may. :raises NotFound: none has this version, or none is current.
    """
    check_can_link(viewer)
    found = read_rows(viewer, "SELECT linkage_model_content(%s)", [version])[0][0]
    if found is None:
        raise (
            NotFound("model.none_current") if version is None else NotFound("model.unknown", version=version)
        )
    return ModelFile.from_content(json.loads(found) if isinstance(found, str) else found)


def read_model_text(text: str) -> ModelFile:
    """:raises InvalidInput: the text is no model; `where` says what part of it."""
    try:
        return ModelFile.from_json(text)
    except InvalidModel as error:
        raise InvalidInput("model.invalid", where=str(error)) from error


def add_model(*, by: Viewer, at: datetime, model: ModelFile, note: str = "") -> ModelFile:
    """
    Keep a model as a draft and return it as it is kept; one that weighs just like a kept one is that one.

    A person asks for it: no run puts another in its place of its own accord.

    :raises NotAllowed: only the desk may.
    """
    check_can_link(by)
    with engine_connection() as connection:
        kept = _insert(connection, model, by=by.username, at=at, note=note, is_chosen=True)
        connection.execute(
            "UPDATE linkage_model SET is_chosen = true WHERE version = %s AND NOT is_chosen", [kept.version]
        )
        record_audit(
            by=by,
            at=at,
            action="add_model",
            object_kind="model",
            object_code=kept.version,
            detail={"note": note} if note else {},
            connection=connection,
        )
    return kept


def current_model(connection: psycopg.Connection) -> ModelFile | None:
    """Return the model that the last published run was made with, or None before the first."""
    return _one(connection, "state = 'current'", [])


def model_for_full_run(connection: psycopg.Connection, *, records: int) -> ModelFile | None:
    """Return the model that a full run over so many records is to use; None where it is to learn one."""
    row = connection.execute(
        "SELECT content, is_chosen FROM linkage_model WHERE state = 'current'"
    ).fetchone()
    if row is None:
        return None
    model = ModelFile.from_content(row[0])
    outgrown = records >= OUTGROWN * max(1, int(model.made_from.get("records", 0)))
    return None if outgrown and not row[1] else model


def model_of_run(connection: psycopg.Connection, run_id: int) -> ModelFile | None:
    """Return the model that a prepared run was made with, or None where it learnt its own."""
    return _one(connection, "version = (SELECT model_version FROM linkage_run WHERE id = %s)", [run_id])


def keep_model(
    connection: psycopg.Connection, run_id: int, model: ModelFile, *, by: str, at: datetime
) -> None:
    """Make the model of a run current, in the transaction of the run's last word, and name it in the run's row."""
    kept = _insert(connection, model, by=by, at=at, note="", is_chosen=False)
    connection.execute(
        "UPDATE linkage_model SET state = 'past' WHERE state = 'current' AND version <> %s", [kept.version]
    )
    connection.execute(
        "UPDATE linkage_model SET state = 'current', run_id = coalesce(run_id, %s),"
        " used_from = coalesce(used_from, %s) WHERE version = %s AND state <> 'current'",
        [run_id, at, kept.version],
    )
    connection.execute(
        "UPDATE linkage_run SET model_version = %s WHERE id = %s AND model_version <> %s",
        [kept.version, run_id, kept.version],
    )


def _one(connection: psycopg.Connection, where: str, values: list[object]) -> ModelFile | None:
    row = connection.execute(f"SELECT content FROM linkage_model WHERE {where}", values).fetchone()  # type: ignore[arg-type]
    return None if row is None else ModelFile.from_content(row[0])


def _insert(
    connection: psycopg.Connection, model: ModelFile, *, by: str, at: datetime, note: str, is_chosen: bool
) -> ModelFile:
    """Keep a model under a version of its own, unless one that weighs alike is kept; return what is kept."""
    row = connection.execute("SELECT content FROM linkage_model WHERE digest = %s", [model.digest]).fetchone()
    if row is not None:
        return ModelFile.from_content(row[0])
    version = model.version or model.digest[:8]
    taken = connection.execute("SELECT FROM linkage_model WHERE version = %s", [version]).fetchone()
    model = replace(model, version=version if taken is None else model.digest[:12])
    connection.execute(
        "INSERT INTO linkage_model (version, content, digest, state, made_at, made_by, is_chosen, note)"
        " VALUES (%s, %s, %s, 'draft', %s, %s, %s, %s)",
        [model.version, Jsonb(model.to_content()), model.digest, at, by, is_chosen, note],
    )
    return model
