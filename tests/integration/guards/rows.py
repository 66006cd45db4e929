"""
Rows made for a table out of nothing but its catalogue: one that breaks no rule, or exactly one.

A small search: every column has a few values worth trying, among them the literals its rules speak of, and
PostgreSQL itself says which of the rules a candidate keeps.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

Row = dict[str, Any]
MOST_TRIED = 4_000
# of one column all its values are tried, of two together the first six of each, and so on
WIDTHS = (99, 6, 2, 1)
KEPT = 8
DEPTH = 6

COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated <> '',
    pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
CHECKS = """
SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'c' ORDER BY 1
"""
VALUES: dict[str, list[Any]] = {
    "bigint": [7, 0, 1, 2, 100, -1, 5_000_000, 1_000_000_000_001],
    "integer": [7, 0, 1, 2, 3, -1, 100_000],
    "smallint": [7, 0, 1, 2, 3, -1, 400, 2026],
    "numeric": [7, 0, 1, -1],
    "real": [0, 1, -1],
    "double precision": [0, 1, -1],
    "boolean": [False, True],
    "text": ["x", "", "y", "Ü !", "0", "xy", "yx"],
    "character varying": ["xy", "", "x", "y", "yx"],
    "date": ["2026-03-01", "2026-03-02", "2026-02-01", "2026-04-01", "0001-01-01", "2099-01-01"],
    "timestamp with time zone": [
        "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z", "2099-01-01T00:00:00Z",
    ],
    "uuid": ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"],
    "bytea": ["\\x" + "5a" * 16, "\\x" + "5a" * 32, "\\x5a", "\\x" + "5b" * 16, "\\x" + "5b" * 32],
    "jsonb": [{}, [], {"a": 1}],
    "tsvector": ["x"],
    "inet": ["127.0.0.1"],
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column, and whether a row may name it."""

    name: str
    type: str
    not_null: bool
    generated: bool
    default: str | None


class Table:
    """What the catalogue says of one table, and rows that fit it."""

    def __init__(self, connection: psycopg.Connection, name: str) -> None:
        self.connection = connection
        self.name = name
        self.columns = [Column(*row) for row in connection.execute(COLUMNS, [name]).fetchall()]
        self.checks: dict[str, str] = dict(connection.execute(CHECKS, [name]).fetchall())
        self.listed = {column.name: 0 for column in self.columns}
        self.tried = {column.name: self._worth_trying(column) for column in self.columns}
        self._valid: Row | None = None

    @property
    def written(self) -> list[str]:
        """The columns that a row may name."""
        return [column.name for column in self.columns if not column.generated]

    def find_row(
        self,
        *,
        breaking: str = "",
        without: str = "",
        null: str = "",
        keeping: Sequence[str] = (),
        fixed: Row | None = None,
    ) -> Row | None:
        """
        Return a row that breaks the check named `breaking` and no other rule, or none; None where there is none.

        The check named `without` may break too, and the column `null` is null; `keeping` are conditions the row
        must fulfil besides, `fixed` values it must have.
        """
        rules = [expression for name, expression in self.checks.items() if name not in (breaking, without)]
        rules += [
            f'"{column.name}" IS NOT NULL'
            for column in self.columns
            if column.not_null and not column.generated and column.name != null
        ]
        rules += list(keeping)
        if breaking:
            rules.append(f"NOT coalesce({self.checks[breaking]}, true)")
        fixed = dict(fixed or {}) | ({null: None} if null else {})
        start = (self._begin() if self._valid is None else dict(self._valid)) | fixed
        wanted = [self._spell_out(rules[-1])] if breaking else []
        return self._search(start, [self._spell_out(rule) for rule in rules], {*fixed}, wanted)

    def sources(self, columns: Iterable[str]) -> set[str]:
        """Return the columns that these are, or are made of."""
        made = {column.name: column.default or "" for column in self.columns if column.generated}
        return {
            name
            for one in columns
            for name in self.written
            if name == one or speaks_of(made.get(one, ""), name)
        }

    def text_of(self, row: Row, columns: Sequence[str]) -> str:
        """Return what PostgreSQL makes of some columns of a row."""
        asked = self._spell_out(", ".join(f'"{column}"' for column in columns)).replace("%", "%%")
        answer = self.connection.execute(
            f"SELECT ROW({asked})::text FROM jsonb_populate_record(NULL::{self.name}, %s)".encode(),
            [json.dumps(row)],
        ).fetchone()
        assert answer is not None
        return str(answer[0])

    def fulfils(self, row: Row, condition: str) -> bool:
        """Tell whether a row fulfils a condition; none is fulfilled by all."""
        return not condition or not self._judge([row], [f"coalesce({self._spell_out(condition)}, false)"])[0]

    def valid(self) -> Row:
        """Return a row that breaks no rule of its table alone."""
        if self._valid is None:
            found = self.find_row()
            assert found is not None, f"no row for {self.name}"
            self._valid = found
        return dict(self._valid)

    def insert(self, row: Row) -> None:
        """Insert a row as it is, identities too."""
        names = ", ".join(f'"{name}"' for name in self.written)
        self.connection.execute(
            f"INSERT INTO {self.name} ({names}) OVERRIDING SYSTEM VALUE"
            f" SELECT {names} FROM jsonb_populate_record(NULL::{self.name}, %s)".encode(),
            [json.dumps(row)],
        )

    def _spell_out(self, rule: str) -> str:
        """Put what a generated column is made of in its place: a row that is not stored has none."""
        for column in self.columns:
            if column.generated and column.default:
                bare = rf'(?<![.\w])"{column.name}"|(?<![.\w"]){column.name}(?![\w("])'
                rule = re.sub(bare, f"({column.default})".replace("\\", r"\\"), rule)
        return rule

    def _begin(self) -> Row:
        begun = {
            column.name: self.tried[column.name][0] if column.not_null else None
            for column in self.columns
            if not column.generated
        }
        plain = [
            one
            for one in self.columns
            if one.default and one.not_null and not one.generated and "(" not in one.default
        ]
        if plain:
            asked = ", ".join(f"'{one.name}', {one.default}" for one in plain)
            answer = self.connection.execute(f"SELECT jsonb_build_object({asked})".encode()).fetchone()
            assert answer is not None
            begun |= answer[0]
        return begun

    def _worth_trying(self, column: Column) -> list[Any]:
        spoken = [rule for rule in self.checks.values() if speaks_of(rule, column.name)]
        literals = [
            one for rule in spoken for one in re.findall(r"'([^']*)'::(?:text|character varying)", rule)
        ]
        base = column.type.split("(")[0]
        if base.endswith("[]"):
            one, other = VALUES.get(base[:-2], ["x", "y"])[:2]
            values: list[Any] = [[], [one], [one, other], [None], [one, one]]
        else:
            values = list(VALUES.get(base, ["x"]))
        if base in ("text", "character varying"):
            listed = [one for one in dict.fromkeys(literals) if one and "^" not in one and "%" not in one]
            self.listed[column.name] = len(listed)
            values = listed + values
            for size in {
                int(one) for rule in spoken for one in re.findall(r"length\(.*?\) [<>=]+ (\d+)", rule)
            }:
                values += ["x" * size, "x" * (size + 1)]
        if base in ("bigint", "integer", "smallint"):
            for one in {
                int(one) for rule in spoken for one in re.findall(r"(?<![\w.'])(\d{1,13})(?![\w.])", rule)
            }:
                values += [each for each in (one - 1, one, one + 1) if each < 32_000 or base != "smallint"]
        longest = (
            int(column.type.split("(")[1].rstrip(")"))
            if base == "character varying" and "(" in column.type
            else 0
        )
        if longest:
            values = [one for one in values if len(one) <= longest]
        unique = [one for place, one in enumerate(values) if one not in values[:place]]
        return unique if column.not_null else [*unique, None]

    def _search(
        self, start: Row, rules: Sequence[str], frozen: Iterable[str], wanted: Sequence[str]
    ) -> Row | None:
        frozen, best = set(frozen), [start]
        seen: set[str] = set()
        for _ in range(DEPTH):
            judged = self._judge(best, rules)
            for row, broken in zip(best, judged, strict=True):
                if not broken:
                    return row
            nearest: list[tuple[int, Row]] = []
            for row, broken in zip(best, judged, strict=True):
                first = next((rule for rule in broken if rule in wanted), broken[0])
                candidates = []
                for one in self._vary(row, first, frozen):
                    mark = json.dumps(one, sort_keys=True)
                    if mark not in seen:
                        seen.add(mark)
                        candidates.append(one)
                for one, still in zip(candidates, self._judge(candidates, rules), strict=True):
                    if first not in still:
                        nearest.append((len(still), one))
            nearest.sort(key=lambda pair: pair[0])
            best = [row for _, row in nearest[:KEPT]]
            if not best:
                return None
        for row, broken in zip(best, self._judge(best, rules), strict=True):
            if not broken:
                return row
        return None

    def _vary(self, row: Row, rule: str, frozen: set[str]) -> list[Row]:
        free = [name for name in self.written if name not in frozen and speaks_of(rule, name)]
        varied = []
        for size in range(1, min(len(free), len(WIDTHS)) + 1):
            for names in itertools.combinations(free, size):
                for values in itertools.product(*(self._few(name, size) for name in names)):
                    varied.append(row | dict(zip(names, values, strict=True)))
                    if len(varied) == MOST_TRIED:
                        return varied
        return varied

    def _few(self, name: str, size: int) -> list[Any]:
        """Return fewer values of a column the more columns change together; of words in a list, all."""
        values = self.tried[name]
        kept = values[: max(WIDTHS[size - 1], self.listed[name])]
        return kept if None not in values or None in kept else [*kept, None]

    def _judge(self, rows: Sequence[Row], rules: Sequence[str]) -> list[list[str]]:
        """Return the rules each row breaks; null is kept, as a CHECK has it. A row no type can hold breaks all."""
        if not rows or not rules:
            return [[] for _ in rows]
        asked = ", ".join(f"({rule}) IS NOT FALSE" for rule in rules).replace("%", "%%")
        answers = self.connection.execute(
            f"SELECT ARRAY[{asked}] FROM jsonb_populate_recordset(NULL::{self.name}, %s) AS {self.name}".encode(),
            [json.dumps(list(rows))],
        ).fetchall()
        return [[rule for rule, kept in zip(rules, answer[0], strict=True) if not kept] for answer in answers]


def speaks_of(rule: str, column: str) -> bool:
    """Tell whether an expression of SQL names a column."""
    bare = re.sub(r"'[^']*'", "", rule)
    return re.search(rf'(?<![\w"]){re.escape(column)}(?![\w(])|"{re.escape(column)}"', bare) is not None
