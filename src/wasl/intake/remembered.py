"""The reading of a header that an organisation accepted once, so that it is asked once."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import psycopg
from psycopg.types.json import Jsonb

from wasl.intake.reading import Mapping, Recognition


def find_remembered(connection: psycopg.Connection, organisation_id: int, signature: str) -> Mapping | None:
    """Return the mapping this organisation accepted for headers of this signature, or None."""
    row = connection.execute(
        "SELECT mapping FROM intake_mapping WHERE organisation_id = %s AND header_key = %s",
        [organisation_id, _key(signature)],
    ).fetchone()
    if row is None:
        return None
    # Django hands JSON over as text.
    return Mapping(**(json.loads(row[0]) if isinstance(row[0], str) else row[0]))


def remember_mapping(
    connection: psycopg.Connection, organisation_id: int, recognition: Recognition, *, by: str, at: datetime
) -> None:
    """Keep the columns and form of a sheet as accepted; a later acceptance of the same header replaces it."""
    if not recognition.signature:
        return
    connection.execute(
        "INSERT INTO intake_mapping (organisation_id, header_key, mapping, accepted_by, accepted_at)"
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (organisation_id, header_key) DO UPDATE"
        " SET mapping = excluded.mapping, accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at"
        " WHERE intake_mapping.mapping <> excluded.mapping",
        [
            organisation_id,
            _key(recognition.signature),
            Jsonb(json.loads(recognition.accepted_mapping().to_json())),
            by,
            at,
        ],
    )


def _key(signature: str) -> bytes:
    return hashlib.sha256(signature.encode()).digest()
