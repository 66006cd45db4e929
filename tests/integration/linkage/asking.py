"""A small registry in which there is something to ask a person."""

from __future__ import annotations

import psycopg

from tests.integration.linkage.fakes import fill_small
from wasl.benefits.settlement import settle_families
from wasl.linkage.consequences import fill_review
from wasl.registry.staging import make_staging

FAMILIES = {entry: 100 + entry for entry in range(1, 13)}
PEOPLE = {record: 200 + record for record in range(2, 26)}


def fill_asking(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> None:
    """
    Twelve entries, each a family of its own, every record a person: entries 2, 4, … are A's, 1, 3, … B's.

    Entries 1 and 2 are likely one family (group 101), and both got a box in March. 3 and 4 are possibly one
    and got a box each; 5 and 6 possibly, and got nothing; 7 and 8 possibly, with boxes of different months.
    """
    fill_small(engine, organisation_a, organisation_b)
    run = engine.execute(
        "INSERT INTO linkage_run (state, started_by) VALUES ('done', 'x') RETURNING id"
    ).fetchone()[0]
    for kind, subjects in (("family", FAMILIES), ("person", PEOPLE)):
        for subject in subjects.values():
            engine.execute(
                "INSERT INTO registry_subject (id, kind, created_run) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s)",
                [subject, kind, run],
            )
    for entry, family in FAMILIES.items():
        engine.execute("INSERT INTO registry_entry_link VALUES (%s, %s, %s)", [entry, family, run])
    for record, person in PEOPLE.items():
        engine.execute("INSERT INTO registry_link VALUES (%s, %s, %s)", [record, person, run])
        engine.execute(
            "INSERT INTO registry_membership (person_id, family_id, since_run) VALUES (%s, %s, %s)",
            [person, FAMILIES[record // 2], run],
        )
    engine.execute("INSERT INTO registry_group_member VALUES (101, 101), (102, 101)")
    given = {1: (3, 30_000), 2: (3, 20_000), 3: (4, 50_000), 4: (4, 40_000), 7: (1, 5_000), 8: (2, 5_000)}
    for entry, (month, value) in given.items():
        claim(engine, organisation_b if entry % 2 else organisation_a, entry, month, value)
    settle(engine, list(FAMILIES.values()))
    pairs = [
        ("family", 1, 2, 260, "likely"), ("family", 3, 4, 120, "possible"), ("family", 5, 6, 190, "possible"),
        ("family", 7, 8, 100, "possible"), ("person", 3, 5, 90, "possible"), ("person", 10, 12, 60, "possible"),
        ("person", 8, 9, 140, "possible"),
    ]  # fmt: skip
    for kind, a, b, weight, grade in pairs:
        engine.execute(
            "INSERT INTO linkage_pair (kind, a_id, b_id, weight, grade, rule) VALUES (%s, %s, %s, %s, %s, 'pair')",
            [kind, a, b, weight, grade],
        )
    fill_review(engine)
    engine.commit()


def claim(engine, organisation: int, entry: int, month: int, value: int) -> None:
    day = f"2026-{month:02}-01"
    record = engine.execute("SELECT head_record_id FROM registry_entry WHERE id = %s", [entry]).fetchone()[0]
    engine.execute(
        "INSERT INTO benefits_claim (year, list_id, row, organisation_id, kind, need, entry_id, given_to_record, month,"
        " first_month, last_month, value_piastres, active)"
        " VALUES (2026, %s, %s, %s, 'given', 'food_box', %s, %s, %s, %s, %s, %s, true)",
        [organisation, entry, organisation, entry, record, day, day, day, value],
    )


def settle(engine, families: list[int]) -> None:
    make_staging(engine, {"touched_family": "family_id bigint"})
    engine.execute("INSERT INTO touched_family SELECT unnest(%s::bigint[])", [families])
    settle_families(engine)
