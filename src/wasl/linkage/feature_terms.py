"""What a published run leaves for single questions: dictionary, rarities, model, and whose ids were lent."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import psycopg

from wasl.country.egypt.names import engine_rules
from wasl.linkage.feature_rows import place_number
from wasl.linkage.feature_tokens import SEED, insert_forms, insert_tokens
from wasl.linkage.features import describe_again, describe_missing
from wasl.linkage.weight_layout import RIVALS, flatten_model
from wasl.matching import LinkResult, NameRules
from wasl.matching.arrays import bits
from wasl.matching.dictionary import grow_dictionary
from wasl.matching.model_file import ModelFile
from wasl.registry.staging import fill_staging, make_staging

TOKEN_IN = (
    "code integer, token text, known boolean, sex smallint, canon integer, g integer, f integer, l integer,"
    " s1 integer, s2 integer, s3 integer, s4 integer, occurrences bigint"
)
TOKEN_COLUMNS = (
    *("code", "token", "known", "sex", "canon", "w_given", "w_father", "w_later"),
    *("s_given", "s_father", "s_third", "s_fourth", "occurrences"),
)
# Whose canon changed, under the old one.
MOVED = """
SELECT old.code, old.canon FROM linkage_token AS old JOIN token_in AS new ON new.code = old.code
WHERE old.canon <> new.canon
"""
TOKENS = """
UPDATE linkage_token AS kept SET known = new.known, sex = new.sex, canon = new.canon,
    rarity = ARRAY[new.g, new.f, new.l], misspelt = ARRAY[new.s1, new.s2, new.s3, new.s4],
    occurrences = new.occurrences
FROM token_in AS new
WHERE new.code = kept.code AND (kept.known, kept.sex, kept.canon, kept.rarity, kept.misspelt, kept.occurrences)
    IS DISTINCT FROM (new.known, new.sex, new.canon, ARRAY[new.g, new.f, new.l],
        ARRAY[new.s1, new.s2, new.s3, new.s4], new.occurrences)
"""
# Every name of a record follows its own code, so what moved is found by the codes that moved.
CANONS = """
UPDATE linkage_feature AS f SET {sets}
FROM (SELECT record_id FROM linkage_feature
    WHERE t1 = ANY(%(codes)s) OR t2 = ANY(%(codes)s) OR t3 = ANY(%(codes)s) OR t4 = ANY(%(codes)s)
        OR t5 = ANY(%(codes)s)) AS moved
WHERE f.record_id = moved.record_id
""".format(
    sets=", ".join(
        f"c{at} = coalesce((SELECT canon FROM linkage_token WHERE code = f.t{at}), 0)" for at in range(1, 6)
    )
)
WEIGHTS = """
INSERT INTO linkage_weight (model, weights, priors, rarities, classes, same, maybe, age_day)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (single) DO UPDATE SET model = excluded.model, weights = excluded.weights, priors = excluded.priors,
    rarities = excluded.rarities, classes = excluded.classes, same = excluded.same, maybe = excluded.maybe,
    age_day = excluded.age_day
"""
KINDS = ("phone", "village", "markaz", "year")


def publish_terms(
    connection: psycopg.Connection, result: LinkResult, *, full: bool = True, age_day: date | None = None
) -> None:
    """
    Make what a run judged by what questions are judged by, in the caller's transaction.

    `full`: the result speaks of everything, and what it weighed by replaces what stood. Of an increment, only
    new names and lent ids are taken: model, terms and priors are those of the full run before it.
    `age_day`: the newest month of the lists the run read; looked up where it is not told.
    """
    if full:
        _publish_tokens(connection, result)
        _publish_rarities(connection, pl.DataFrame(pl.from_arrow(result.rarity)))
        _publish_weights(connection, result, age_day or _find_age_day(connection))
        describe_missing(connection)
    _publish_lent(connection, pl.DataFrame(pl.from_arrow(result.people)))


def _publish_tokens(connection: psycopg.Connection, result: LinkResult) -> None:
    """Take the run's dictionary under the codes that stand; what was met since is described by it anew."""
    connection.execute(SEED)
    rows = connection.execute("SELECT token, code FROM linkage_token").fetchall()
    kept: dict[str, int] = dict(rows)
    rules = NameRules(**engine_rules())
    grown = pl.DataFrame(pl.from_arrow(grow_dictionary(result.dictionary, sorted(kept), rules)))
    new = [token for token in grown["token"].to_list() if token not in kept]
    free = connection.execute(
        "SELECT nextval('linkage_token_code')::integer FROM generate_series(1, %s)", [len(new)]
    )
    kept |= dict(zip(new, (row[0] for row in free), strict=True))
    code_of = np.array([kept[token] for token in grown["token"].to_list()], dtype=np.int32)
    frame = grown.with_columns(code=code_of, canon=code_of[grown["canon"].to_numpy()]).select(TOKEN_COLUMNS)
    make_staging(connection, {"token_in": TOKEN_IN})
    fill_staging(connection, "token_in", frame)
    moved = [row[0] for row in connection.execute(MOVED)]
    connection.execute(TOKENS)
    insert_tokens(connection, frame.filter(pl.col("token").is_in(new)))
    connection.execute(
        "DELETE FROM linkage_token_form AS f USING linkage_token AS t WHERE t.code = f.code AND t.known"
    )
    insert_forms(connection, frame.filter(~pl.col("known")))
    if moved:
        connection.execute(CANONS.encode(), {"codes": moved})


def _publish_rarities(connection: psycopg.Connection, rarity: pl.DataFrame) -> None:
    values = [
        (kind, _number_of(kind, value), weight)
        for kind, value, weight in rarity.select("kind", "value", "weight").iter_rows()
        if value is not None
    ]
    frame = pl.DataFrame(
        values, schema={"kind": pl.String, "value": pl.Int64, "weight": pl.Int32}, orient="row"
    )
    make_staging(connection, {"rarity_in": "kind text, value bigint, weight integer"})
    fill_staging(connection, "rarity_in", frame.unique(["kind", "value"]))
    connection.execute("DELETE FROM linkage_rarity")
    connection.execute("INSERT INTO linkage_rarity SELECT kind, value, weight FROM rarity_in")


def _number_of(kind: str, value: str) -> int:
    if kind in ("phone", "year"):
        return int(value)
    return place_number(value, 64 if kind == "village" else 32)


def _publish_weights(connection: psycopg.Connection, result: LinkResult, age_day: date) -> None:
    model = result.model_file
    rarity = pl.DataFrame(pl.from_arrow(result.rarity)).filter(pl.col("value").is_null())
    usual = dict(rarity.select("kind", "weight").iter_rows())
    priors = {
        **model.priors,
        "stranger": model.priors["others"] - int(bits(max(2, int(result.counts["records"])))),
    }
    values = [
        model.version,
        flatten_model(model),
        [priors[rival] for rival in RIVALS],
        [int(usual.get(kind, 0)) for kind in KINDS],
        _classes(model),
        model.thresholds["same"],
        model.thresholds["maybe"],
        age_day,
    ]
    connection.execute(WEIGHTS, values)


def _classes(model: ModelFile) -> list[int]:
    """Return the quality class by organisation number, from 1; unknown ones are usual."""
    return [
        model.organisations.get(number, 1) for number in range(1, max(model.organisations, default=0) + 1)
    ]


def _find_age_day(connection: psycopg.Connection) -> date:
    row = connection.execute(
        "SELECT coalesce(max(month), current_date) FROM registry_appearance WHERE active"
    ).fetchone()
    assert row is not None
    found: date = row[0]
    return found


def _publish_lent(connection: psycopg.Connection, people: pl.DataFrame) -> None:
    """Mark the records whose id is somebody else's, and those whose id no longer is."""
    if "borrowed" not in people.columns:
        return
    lent = set(people.filter("borrowed")["record_id"].to_list())
    was = {
        row[0] for row in connection.execute("SELECT record_id FROM linkage_feature WHERE borrowed")
    }.intersection(people["record_id"].to_list())
    describe_again(connection, sorted(lent - was), borrowed=True)
    describe_again(connection, sorted(was - lent), borrowed=False)
