"""The database weighs a question as the engine weighs a pair: the same integer, for pairs of every kind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.integration.linkage.filling import fill_registry
from wasl.country.egypt.names import engine_rules
from wasl.linkage.feature_terms import publish_terms
from wasl.linkage.feature_tokens import add_tokens
from wasl.linkage.features import describe_missing, rebuild_features
from wasl.linkage.identify_query import Query, wanted_of
from wasl.linkage.weight_layout import SIZES
from wasl.matching import LinkOptions, LinkResult, NameRules, link_records
from wasl.matching.arrays import unpack
from wasl.matching.blocking import candidate_pairs
from wasl.matching.collapse import forget_borrowed
from wasl.matching.compare import LEVELS
from wasl.matching.dictionary import grow_dictionary
from wasl.matching.inside import inside_weight
from wasl.matching.refine import read_model
from wasl.matching.score import score_pairs
from wasl.matching.stages import Stages, read_stage
from wasl.matching.weights import build_weights, classes_of
from wasl.synth.records import population_records

# A million are compared by benchmarks/identify.py --pairs 1000000.
PAIRS = 20_000


@pytest.fixture
def linked(engine: psycopg.Connection, organisation_a: int, tmp_path: Path) -> LinkResult:
    """A small population in the registry, linked, and its terms published."""
    # What other tests left would teach names that this population does not bear; undone with the transaction.
    engine.execute(
        "TRUNCATE linkage_token, linkage_token_form, linkage_rarity, linkage_weight, linkage_feature"
    )
    tables = population_records(150, 6, 5)
    numbers = pl.DataFrame(pl.from_arrow(tables["records"]))["organisation"].unique().to_list()
    fill_registry(engine, tables, dict.fromkeys(numbers, organisation_a))  # type: ignore[arg-type]
    result = link_records(
        tables["records"], tables["entries"], tables["members"], editions=tables["editions"],
        names=NameRules(**engine_rules()), workdir=tmp_path / "work", options=LinkOptions(),
    )  # fmt: skip
    describe_missing(engine)
    publish_terms(engine, result)
    return result


def engine_tables(workdir: Path, organisation: int) -> tuple[Any, Any]:
    enc = read_stage(workdir, "encoded")
    enc.update(read_stage(workdir, "collapsed"))
    forget_borrowed(enc)
    model = read_model(read_stage(workdir, "refined"))
    enc["quality"] = classes_of(np.full(len(enc["record_id"]), organisation), model)
    return enc, build_weights(enc, model)


def test_the_layout_is_that_of_the_levels() -> None:
    assert {name: len(words) for name, words in LEVELS.items() if name != "household"} == SIZES


def test_the_database_weighs_as_the_engine(
    linked: LinkResult, engine: psycopg.Connection, organisation_a: int, tmp_path: Path
) -> None:
    enc, w = engine_tables(tmp_path / "work", organisation_a)
    rng = np.random.default_rng(3)
    stages = Stages(tmp_path / "pairs", "pairs", 1, None, None)
    found = candidate_pairs(enc, enc["status"], LinkOptions(), stages)["pairs"]
    a, b = unpack(found[rng.permutation(len(found))[: PAIRS // 2]])
    x, y = rng.integers(0, len(enc["record_id"]), (2, PAIRS // 2)).astype(np.int32)
    a, b = np.concatenate((a, x[x != y])), np.concatenate((b, y[x != y]))
    flip = rng.random(len(a)) < 0.5
    a, b = np.where(flip, b, a), np.where(flip, a, b)
    levels, weight = score_pairs(enc, w, a, b)
    ids = enc["record_id"]
    rows = engine.execute(
        "SELECT place, weight, inside, levels FROM linkage_score(%s, %s, %s) ORDER BY place",
        [ids[a].tolist(), ids[b].tolist(), (levels["nid"] == 2).tolist()],
    ).fetchall()
    assert len(rows) == len(a)
    seen = np.array([row[3] for row in rows])
    for at, name in enumerate(SIZES):
        assert (seen[:, at] == levels[name]).all(), name
    assert [row[1] for row in rows] == weight.tolist()
    assert [row[2] for row in rows] == inside_weight(enc, w, a, b).tolist()


def test_a_name_nobody_bears_is_described_as_the_dictionary_would(
    linked: LinkResult, engine: psycopg.Connection
) -> None:
    rules = NameRules(**engine_rules())
    unseen = ["محممد", "عبدالرحمم", "زقزوقه", "ابراهيمم", "فاطممه", "شمروخي", "عشموي", "مصطففي", "سلامنه"]
    grown = pl.DataFrame(pl.from_arrow(grow_dictionary(linked.dictionary, unseen, rules)))
    text = dict(grown.select("code", "token").iter_rows())
    columns = ("token", "canon", "sex", "w_given", "w_father", "w_later", "s_given", "s_fourth")
    told = {row[0]: row[1:] for row in grown.select(columns).iter_rows()}
    for token in unseen:
        asked = wanted_of(Query(name=token), date(2026, 3, 1))
        assert [one["token"] for one in asked["tokens"]] == [token]
        found = engine.execute(
            "SELECT (SELECT token FROM linkage_token WHERE code = t.canon), sex, rarity, misspelt"
            " FROM linkage_asked_tokens(%s::jsonb) t",
            [Jsonb(asked["tokens"])],
        ).fetchone()
        assert found is not None
        canon, sex, given, father, later, s_given, s_fourth = told[token]
        assert (found[0] or token, found[1]) == (text[canon], sex), token
        assert found[2] == [given, father, later], token
        assert (found[3][0], found[3][3]) == (s_given, s_fourth), token


def test_names_that_come_with_a_load_are_described_by_the_last_run(
    linked: LinkResult, engine: psycopg.Connection
) -> None:
    rules = NameRules(**engine_rules())
    new = ["محممد", "زقزوقه", "زقزوقا", "ابراهيمم"]
    add_tokens(engine, new)
    grown = pl.DataFrame(pl.from_arrow(grow_dictionary(linked.dictionary, new, rules)))
    text = dict(grown.select("code", "token").iter_rows())
    kept = engine.execute(
        "SELECT t.token, c.token, t.known, t.rarity FROM linkage_token t JOIN linkage_token c ON c.code = t.canon"
        " WHERE t.token = ANY(%s)",
        [new],
    ).fetchall()
    assert len(kept) == len(new)
    for token, canon, known, rarity in kept:
        row = grown.filter(pl.col("token") == token).to_dicts()[0]
        assert (canon, known) == (text[row["canon"]], row["known"])
        assert rarity == [row["w_given"], row["w_father"], row["w_later"]]


def test_features_are_the_same_made_again(linked: LinkResult, engine: psycopg.Connection) -> None:
    asked = "SELECT * FROM linkage_feature ORDER BY record_id"
    before = engine.execute(asked).fetchall()
    rebuild_features(engine)
    publish_terms(engine, linked)
    assert engine.execute(asked).fetchall() == before
