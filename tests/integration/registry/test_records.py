"""Records and entries by content, and who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import psycopg
import pytest

from wasl.organisations.viewer import Viewer
from wasl.registry.actions import (
    create_staging,
    record_appearances,
    set_list_active,
    store_entries,
    store_records,
)
from wasl.registry.queries import list_members, list_records
from wasl.store.sealing import keyed_index, seal

NID = "26001012412345"


def stage(engine: psycopg.Connection, entries: Sequence[Sequence[tuple[str, str, str | None]]]) -> None:
    """Stage entries of (name, role, relation); equal names are equal content."""
    create_staging(engine)
    engine.execute("TRUNCATE staged_record, staged_mention")
    names = {name for entry in entries for name, _, _ in entry}
    for name in sorted(names):
        engine.execute(
            "INSERT INTO staged_record (content_key, name, nid_index, nid_sealed, nid_check, deceased)"
            " VALUES (%s, %s, %s, %s, true, false)",
            [keyed_index([name])[0], name, keyed_index([NID])[0], seal([NID])[0]],
        )
    row = 1
    for number, entry in enumerate(entries, start=1):
        for name, role, relation in entry:
            engine.execute(
                "INSERT INTO staged_mention (row, role, entry_no, relation, content_key) VALUES (%s, %s, %s, %s, %s)",
                [row, role, number, relation, keyed_index([name])[0]],
            )
            row += 1


def store(engine: psycopg.Connection, organisation_id: int) -> list[int]:
    store_records(engine, organisation_id=organisation_id)
    store_entries(engine, organisation_id=organisation_id)
    rows = engine.execute("SELECT entry_id FROM staged_entry ORDER BY entry_no").fetchall()
    engine.commit()
    return [row[0] for row in rows]


def test_equal_content_is_one_entry_whatever_its_order(
    engine: psycopg.Connection, organisation_a: int
) -> None:
    family = [("سعيد", "person", "head"), ("منى", "person", "spouse"), ("كريم", "person", "child")]
    stage(engine, [family])
    first = store(engine, organisation_a)
    stage(engine, [[family[2], family[0], family[1]], family[:2]])
    second = store(engine, organisation_a)
    assert second[0] == first[0] and second[1] != first[0]
    assert engine.execute("SELECT count(*) FROM registry_record").fetchone() == (3,)
    heads = engine.execute(
        "SELECT DISTINCT name FROM registry_entry JOIN registry_record r ON r.id = head_record_id"
    )
    assert heads.fetchall() == [("سعيد",)]


def test_equal_content_of_two_organisations_is_two_records(
    engine: psycopg.Connection, organisation_a: int, organisation_b: int
) -> None:
    for organisation in (organisation_a, organisation_b):
        stage(engine, [[("سعيد", "person", None)]])
        store(engine, organisation)
    assert engine.execute("SELECT count(*) FROM registry_record").fetchone() == (2,)


def test_camelia_cannot_read_records_of_organisation_a(
    engine: psycopg.Connection, organisation_a: int, amina: Viewer, camelia: Viewer
) -> None:
    stage(engine, [[("سعيد", "person", None)]])
    entry = store(engine, organisation_a)
    member = list_members(amina, entry)[0]
    assert list_records(amina, [member.record_id])[member.record_id].nid == NID
    assert list_members(camelia, entry) == []
    assert list_records(camelia, [member.record_id]) == {}


def test_entry_whose_head_does_not_stand_is_refused(engine: psycopg.Connection, organisation_a: int) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        engine.execute(
            "INSERT INTO registry_entry (organisation_id, content_key, head_record_id) VALUES (%s, %s, 77)",
            [organisation_a, b"0" * 16],
        )


def test_engine_cannot_delete_a_record(engine: psycopg.Connection, organisation_a: int) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        engine.execute("DELETE FROM registry_record")


def test_set_list_active_lets_appearances_count_or_not(
    engine: psycopg.Connection, organisation_a: int
) -> None:
    stage(engine, [[("سعيد", "person", None)], [("منى", "person", None)]])
    for entry in store(engine, organisation_a):
        engine.execute("INSERT INTO appearance_in VALUES (%s, %s)", [entry, date(2025, 3, 1)])
    record_appearances(engine, list_id=5, organisation_id=organisation_a, active=True, corrected=False)
    assert set_list_active(engine, list_id=5, active=False) == 2
    assert set_list_active(engine, list_id=5, active=False) == 0
