"""Small lists in Arabic names, and a population of some hundred families."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from wasl.country.egypt.names import engine_rules
from wasl.matching import LinkOptions, LinkResult, NameRules, link_records
from wasl.matching.encode import ENTRY_TYPES, MEMBER_TYPES, RECORD_TYPES, VERDICT_TYPES
from wasl.synth.records import population_records

Tables = dict[str, pa.Table]


@pytest.fixture(scope="session")
def rules() -> NameRules:
    return NameRules(**engine_rules())


@pytest.fixture(scope="session")
def population() -> Tables:
    return population_records(120, 5, 11)


class Lists:
    """Build the engine's input family by family; ids count from 1 in the order of writing."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.verdicts: list[dict[str, Any]] = []

    def family(self, organisation: int, *people: dict[str, Any], ministry: bool = False) -> list[int]:
        entry = len(self.entries) + 1
        month = dt.date(2025, 3, 1)
        self.entries.append(
            {"entry_id": entry, "organisation": organisation, "ministry": ministry, "last_month": month}
        )
        ids = []
        for person in people:
            record = len(self.records) + 1
            known = {"organisation": organisation, "ministry": ministry, "record_id": record}
            facts = {"governorate": "EG24", "markaz": "EG2403", **person, **known}
            relation = facts.pop("relation", None)
            if facts.get("birth_date"):
                facts.setdefault("birth_precision", "day")
            if facts.get("nid"):
                facts.setdefault("nid_check", True)
            self.records.append(facts)
            self.members.append(
                {"entry_id": entry, "record_id": record, "relation": relation, "role": "person"}
            )
            ids.append(record)
        return ids

    def row(self, organisation: int, name: str, **facts: Any) -> int:
        return self.family(organisation, {"name": name, **facts})[0]

    def verdict(self, a: int, b: int, verdict: str, kind: str = "person") -> None:
        self.verdicts.append({"record_a": a, "record_b": b, "kind": kind, "verdict": verdict})

    def tables(self) -> Tables:
        def table(rows: list[dict[str, Any]], types: dict[str, pl.DataType]) -> pa.Table:
            return pl.DataFrame(rows, schema=types).to_arrow()

        return {
            "records": table(self.records, RECORD_TYPES),
            "entries": table(self.entries, ENTRY_TYPES),
            "members": table(self.members, MEMBER_TYPES),
            "verdicts": table(self.verdicts, VERDICT_TYPES),
        }


@pytest.fixture
def lists() -> Lists:
    return Lists()


@pytest.fixture
def link(rules: NameRules, tmp_path: Path) -> Callable[..., LinkResult]:
    """Link tables in a fresh folder, or in `workdir` where it is given."""
    runs = iter(range(1000))

    def run(tables: Tables, workdir: Path | None = None, **options: Any) -> LinkResult:
        hooks = {key: options.pop(key) for key in ("progress", "cancelled") if key in options}
        return link_records(
            tables["records"],
            tables["entries"],
            tables["members"],
            editions=tables.get("editions"),
            verdicts=tables.get("verdicts"),
            names=rules,
            workdir=workdir or tmp_path / str(next(runs)),
            options=LinkOptions(**options),
            **hooks,
        )

    return run


def together(table: pa.Table, key: str, label: str) -> set[frozenset[int]]:
    """Return the clusters of a result as sets of ids."""
    frame = pl.DataFrame(pl.from_arrow(table)).group_by(label).agg(pl.col(key))
    return {frozenset(ids) for ids in frame[key].to_list()}


def same(result: LinkResult, a: int, b: int, label: str = "person") -> bool:
    """Tell whether two records are one person in a result."""
    return any({a, b} <= cluster for cluster in together(result.people, "record_id", label))
