"""A small world of organisations, entries, families and claims, written straight into the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import psycopg

from wasl.benefits.claims import record_claims
from wasl.benefits.rules import Claim
from wasl.benefits.settlement import settle_families

MARCH = date(2025, 3, 1)
APRIL = date(2025, 4, 1)
RUN = 1

CLAIM_IN = """
CREATE TEMP TABLE IF NOT EXISTS claim_in (
    year smallint, list_id bigint, row integer, organisation_id bigint, kind text, need text, entry_id bigint,
    given_to_record bigint, month date, given_on date, quantity numeric(14, 3), value_piastres bigint,
    repeated boolean, active boolean, to_person boolean)
"""


@dataclass
class World:
    """Writes on one connection of the engine's; commit when other connections are to see it."""

    connection: psycopg.Connection
    number: int = 0
    run: int = RUN
    entry_family: dict[int, int] = field(default_factory=dict)
    stated: dict[tuple[int, int], Claim] = field(default_factory=dict)

    def add_organisation(self, code: str, kind: str = "charity") -> int:
        """Add an organisation as the owner would; commits."""
        from wasl.store.connections import owner_connection

        with owner_connection() as owner:
            row = owner.execute(
                "INSERT INTO organisations_organisation (code, kind, name_ar, name_en, created_at)"
                " VALUES (%s, %s, %s, '', now()) ON CONFLICT (code) DO UPDATE SET code = excluded.code RETURNING id",
                [code, kind, code],
            ).fetchone()
        assert row is not None
        return int(row[0])

    def add_family(self) -> int:
        """Make a family nobody is in yet."""
        return self._one(
            "INSERT INTO registry_subject (kind, created_run) VALUES ('family', %s) RETURNING id", self.run
        )

    def add_person(self, family: int, record: int | None = None) -> int:
        """Make a person of a family, linked to a record where one is given."""
        person = self._one(
            "INSERT INTO registry_subject (kind, created_run) VALUES ('person', %s) RETURNING id", self.run
        )
        self.connection.execute(
            "INSERT INTO registry_membership (person_id, family_id, since_run) VALUES (%s, %s, %s)",
            [person, family, self.run],
        )
        if record is not None:
            self.connection.execute(
                "INSERT INTO registry_link (record_id, person_id, since_run) VALUES (%s, %s, %s)",
                [record, person, self.run],
            )
        return person

    def add_entry(
        self, organisation: int, family: int | None = None, governorate: str | None = "EG24"
    ) -> int:
        """Make an entry of one record; link it to a family where one is given."""
        self.number += 1
        key = hashlib.blake2b(str(self.number).encode(), digest_size=16).digest()
        record = self._one(
            "INSERT INTO registry_record (organisation_id, content_key, name, governorate)"
            " VALUES (%s, %s, %s, %s) RETURNING id",
            organisation, key, f"اسم {self.number}", governorate,
        )  # fmt: skip
        entry = self._one(
            "INSERT INTO registry_entry (organisation_id, content_key, head_record_id) VALUES (%s, %s, %s) RETURNING id",
            organisation, key, record,
        )  # fmt: skip
        self.connection.execute(
            "INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role) VALUES (%s, %s, %s, 'person')",
            [entry, record, organisation],
        )
        if family is not None:
            self.link(entry, family)
        return entry

    def record_of(self, entry: int) -> int:
        """Return the entry's record."""
        return self._one("SELECT head_record_id FROM registry_entry WHERE id = %s", entry)

    def appear(self, entry: int, list_id: int, month: date = MARCH, *, active: bool = True) -> None:
        """Let an entry stand in a list."""
        self.connection.execute(
            "INSERT INTO registry_appearance (entry_id, list_id, organisation_id, month, active)"
            " SELECT id, %s, organisation_id, %s, %s FROM registry_entry WHERE id = %s",
            [list_id, month, active, entry],
        )

    def link(self, entry: int, family: int) -> None:
        """Link an entry to a family, in place of the one before."""
        self.run += 1
        self.connection.execute(
            "UPDATE registry_entry_link SET until_run = %s WHERE entry_id = %s AND until_run IS NULL",
            [self.run, entry],
        )
        self.connection.execute(
            "INSERT INTO registry_entry_link (entry_id, family_id, since_run) VALUES (%s, %s, %s)",
            [entry, family, self.run],
        )
        self.entry_family[entry] = family

    def group(self, *families: int) -> None:
        """Join families into one best estimate."""
        self.connection.execute(
            "DELETE FROM registry_group_member WHERE subject_id = ANY(%s)", [list(families)]
        )
        if len(families) > 1:
            for family in families:
                self.connection.execute(
                    "INSERT INTO registry_group_member (subject_id, group_id) VALUES (%s, %s)",
                    [family, min(families)],
                )

    def give(
        self, organisation: int, list_id: int, entry: int, *, row: int = 1, need: str = "food_box", month: date = MARCH,
        value: int | None = 30_000, repeated: bool = False, active: bool = True, kind: str = "given",
        record: int | None = None,
    ) -> None:  # fmt: skip
        """Record one claim as a list states it; of a person's need to a person, where a record is given."""
        self.connection.execute(CLAIM_IN)
        self.connection.execute("TRUNCATE claim_in")
        self.connection.execute(
            "INSERT INTO claim_in SELECT 2026, %s, %s, %s, %s, %s, id, coalesce(%s, head_record_id), %s, NULL, NULL,"
            " %s, %s, %s, %s FROM registry_entry WHERE id = %s",
            [
                list_id,
                row,
                organisation,
                kind,
                need,
                record,
                month,
                value,
                repeated,
                active,
                record is not None,
                entry,
            ],
        )
        record_claims(self.connection)

    def settle(self, *families: int) -> dict[str, int]:
        """Settle as linkage would."""
        self.connection.execute(
            "CREATE TEMP TABLE IF NOT EXISTS touched_family (family_id bigint PRIMARY KEY)"
        )
        self.connection.execute("TRUNCATE touched_family")
        self.connection.execute(
            "INSERT INTO touched_family SELECT unnest(%s::bigint[])", [list(set(families))]
        )
        return settle_families(self.connection)

    def retire(self, family: int, successor: int) -> None:
        """Retire a family that was joined into another."""
        self.connection.execute(
            "UPDATE registry_subject SET state = 'retired', successor_id = %s, retired_run = %s WHERE id = %s",
            [successor, self.run, family],
        )

    def cells(self, family: int, slot: str = "food", month: date = MARCH) -> list[tuple[int, int]]:
        """Return (seat, organisation) of one cell, by seat."""
        return self.rows(
            "SELECT seat, organisation_id FROM benefits_cell WHERE subject_id = %s AND slot = %s AND month = %s"
            " ORDER BY seat",
            family, slot, month,
        )  # fmt: skip

    def overlaps(
        self, certainty: str | None = None
    ) -> list[tuple[int, date, frozenset[tuple[int, int]], int, int]]:
        """Return family, month, lines, cost and unvalued givings of every open overlap."""
        return [
            (family, month, frozenset(zip(lists, rows, strict=True)), cost, unvalued)
            for family, month, cost, unvalued, lists, rows in self.rows(
                "SELECT o.family_id, o.month, o.cost_piastres, o.unvalued, array_agg(c.list_id), array_agg(c.row)"
                " FROM benefits_overlap o JOIN benefits_overlap_claim c ON c.overlap_id = o.id"
                " WHERE o.state = 'open' AND (%s::text IS NULL OR certainty = %s) GROUP BY o.id ORDER BY o.id",
                certainty, certainty,
            )
        ]  # fmt: skip

    def rows(self, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        """Run a query."""
        return self.connection.execute(query.encode(), values or None).fetchall()

    def _one(self, query: str, *values: object) -> int:
        row = self.connection.execute(query.encode(), values).fetchone()
        assert row is not None
        return int(row[0])


def breaches(connection: psycopg.Connection, ids: Iterable[str] | None = None) -> list[str]:
    """Return what the area's own checks find wrong."""
    from wasl.benefits.verification import CHECKS
    from wasl.store.addresses import ENGINE_ROLE
    from wasl.store.connections import owner_connection
    from wasl.store.verification import run_check

    wanted = None if ids is None else set(ids)
    asked = [check for check in CHECKS if wanted is None or check.id in wanted]
    of_users = [check for check in asked if "organisations_user" in (check.breach_sql or "")]
    if connection.info.user != ENGINE_ROLE:
        of_users = []
    found = [run_check(connection, check) for check in asked if check not in of_users]
    # The engine may not read users: of what was done by them the owner is asked, as `wasl verify` asks everything.
    if of_users:
        with owner_connection() as owner:
            found += [run_check(owner, check) for check in of_users]
    return [f"{one.check.id}: {one.check.guard}" for one in found if not one.is_kept]
