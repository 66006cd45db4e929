"""The dictionary in the database: codes of names for records, and new names as they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
import psycopg
import pyarrow as pa

from wasl.country.egypt.names import engine_rules
from wasl.matching import NameRules
from wasl.matching.dictionary import TOKEN_WEIGHTS, grow_dictionary
from wasl.matching.online import forms_of
from wasl.matching.options import Array

SEED = (
    "INSERT INTO linkage_token (code, token, known, sex, canon, rarity, misspelt, occurrences)"
    " VALUES (0, '', false, 0, 0, '{1661, 1661, 1661}', '{1661, 1661, 1661, 1661}', 0) ON CONFLICT DO NOTHING"
)
ROWS = "SELECT token, code, canon, sex FROM linkage_token WHERE token = ANY(%s)"
# What a new name may be a spelling of: the lexicon's known names, and what shares a form with it.
AROUND = """
SELECT code, token, known, sex, canon, rarity, misspelt, occurrences FROM linkage_token
WHERE code = 0 OR token = ANY(%s) OR code IN (SELECT code FROM linkage_token_form WHERE form = ANY(%s))
ORDER BY code
"""
INSERT = """
INSERT INTO linkage_token (code, token, known, sex, canon, rarity, misspelt, occurrences)
SELECT code, token, known, sex, canon, ARRAY[g, f, l], ARRAY[s1, s2, s3, s4], occurrences
FROM unnest(%s::integer[], %s::text[], %s::boolean[], %s::smallint[], %s::integer[], %s::integer[], %s::integer[],
    %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::bigint[])
    AS new (code, token, known, sex, canon, g, f, l, s1, s2, s3, s4, occurrences)
ORDER BY token
ON CONFLICT (token) DO NOTHING
"""
FORMS = """
INSERT INTO linkage_token_form (form, code)
SELECT form, code FROM unnest(%s::text[], %s::integer[]) AS new (form, code) ORDER BY form, code
ON CONFLICT DO NOTHING
"""


def code_tokens(connection: psycopg.Connection, tokens: Sequence[str]) -> tuple[Array, Array, Array]:
    """Return code, canon and sex of each token, in order; those that are new are added. `tokens[0]` is none."""
    wanted = list(tokens[1:])
    found = {row[0]: row[1:] for row in connection.execute(ROWS, [wanted])}
    missing = [token for token in wanted if token not in found]
    if missing:
        add_tokens(connection, missing)
        found |= {row[0]: row[1:] for row in connection.execute(ROWS, [missing])}
    rows = np.array([(0, 0, 0), *(found[token] for token in wanted)], dtype=np.int32)
    return rows[:, 0], rows[:, 1], rows[:, 2]


def add_tokens(connection: psycopg.Connection, tokens: Iterable[str]) -> None:
    """
    Add names that the dictionary lacks, as `grow_dictionary` describes them.

    It is handed what can touch them alone: the known names and what shares a form. Sorted, so that two loads
    that bring the same names never wait for each other in a ring.
    """
    new = sorted(set(tokens))
    rules = NameRules(**engine_rules())
    forms = sorted({form for token in new for form in forms_of(token)})
    connection.execute(SEED)
    around = connection.execute(AROUND, [_known_names(rules), forms]).fetchall()
    codes = [row[0] for row in around]
    grown = pl.DataFrame(pl.from_arrow(grow_dictionary(_small_dictionary(around), new, rules)))[len(codes) :]
    free = connection.execute(
        "SELECT nextval('linkage_token_code')::integer FROM generate_series(1, %s)", [grown.height]
    )
    code_of = np.array([*codes, *(row[0] for row in free)], dtype=np.int32)
    frame = grown.with_columns(
        code=code_of[grown["code"].to_numpy()], canon=code_of[grown["canon"].to_numpy()]
    )
    insert_tokens(connection, frame)


def insert_tokens(connection: psycopg.Connection, frame: pl.DataFrame) -> None:
    """Insert rows of a dictionary under the codes and canons they name, with the forms of unknown ones."""
    names = (
        *("code", "token", "known", "sex", "canon", "w_given", "w_father", "w_later"),
        *("s_given", "s_father", "s_third", "s_fourth", "occurrences"),
    )
    connection.execute(INSERT, [frame[name].to_list() for name in names])
    insert_forms(connection, frame.filter(~pl.col("known")))


def insert_forms(connection: psycopg.Connection, frame: pl.DataFrame) -> None:
    """Keep unknown names under what is left of them without one letter."""
    unknown = frame.select("code", "token").rows()
    forms = [(form, code) for code, token in unknown for form in forms_of(token)]
    if forms:
        connection.execute(FORMS, [list(column) for column in zip(*forms, strict=True)])


def _known_names(rules: NameRules) -> list[str]:
    lexicon = pl.DataFrame(pl.from_arrow(rules.lexicon))
    return lexicon.filter(pl.col("known"))["token"].to_list()


def _small_dictionary(rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """Bring rows of the database into the shape of a run's dictionary, under codes from 0."""
    place = {row[0]: at for at, row in enumerate(rows)}
    rarity, misspelt = [row[5] for row in rows], [row[6] for row in rows]
    weights = {
        **{name: [one[at] for one in rarity] for at, name in enumerate(TOKEN_WEIGHTS[:3])},  # type: ignore[index]
        **{name: [one[at] for one in rarity] for at, name in enumerate(TOKEN_WEIGHTS[3:6])},  # type: ignore[index]
        **{name: [one[at] for one in misspelt] for at, name in enumerate(TOKEN_WEIGHTS[6:])},  # type: ignore[index]
    }
    return pa.table(
        {
            "code": pa.array(range(len(rows)), pa.int32()),
            "token": pa.array([row[1] for row in rows], pa.string()),
            "known": pa.array([row[2] for row in rows], pa.bool_()),
            "sex": pa.array([row[3] for row in rows], pa.int8()),
            "canon": pa.array([place.get(row[4], at) for at, row in enumerate(rows)], pa.int32()),
            **{name: pa.array(weights[name], pa.int32()) for name in TOKEN_WEIGHTS},
            "occurrences": pa.array([row[7] for row in rows], pa.int64()),
            "similar": pa.array([[] for _ in rows], pa.list_(pa.int32())),
        }
    )
