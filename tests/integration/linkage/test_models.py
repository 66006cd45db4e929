"""Models in the registry: learnt, measured, kept, and current with the publishing of a run alone."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.filling import fill_registry
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.linkage.actions import prepare_linkage, publish_prepared, run_linkage
from wasl.linkage.engine import runs_folder
from wasl.linkage.kept_models import (
    add_model,
    current_model,
    find_model,
    keep_model,
    list_models,
    model_for_full_run,
    model_of_run,
    read_model_text,
)
from wasl.linkage.model_work import evaluate_model, learn_model
from wasl.linkage.run_queries import list_runs
from wasl.matching import ModelFile
from wasl.organisations.viewer import Viewer
from wasl.synth.records import population_records


@pytest.fixture(scope="module")
def tables() -> dict[str, object]:
    return population_records(250, 5, seed=31)


@pytest.fixture
def registry(
    engine: psycopg.Connection, desk: Viewer, tables, organisation_a: int, organisation_b: int
) -> psycopg.Connection:
    numbers = sorted(set(tables["records"]["organisation"].to_pylist()))
    fill_registry(engine, tables, {n: (organisation_a, organisation_b)[n % 2] for n in numbers})
    engine.commit()
    return engine


@pytest.fixture(scope="module")
def model(tables, tmp_path_factory) -> ModelFile:
    from wasl.country.egypt.names import engine_rules
    from wasl.matching import NameRules, link_records

    return link_records(
        tables["records"],
        tables["entries"],
        tables["members"],
        names=NameRules(**engine_rules()),
        workdir=tmp_path_factory.mktemp("learning"),
    ).model_file


def with_likely(model: ModelFile, likely: int) -> ModelFile:
    changed = replace(model, thresholds={**model.thresholds, "likely": likely})
    return replace(changed, version=changed.digest[:8])


def a_run(connection: psycopg.Connection) -> int:
    row = connection.execute(
        "INSERT INTO linkage_run (state, lists, started_by, started_at) VALUES ('running', '{}', 'x', %s) RETURNING id",
        [NOW],
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_draft_comes_back_as_it_was_and_once(desk, engine, model):
    kept = add_model(by=desk, at=NOW, model=model, note="أول")
    assert kept == model
    assert find_model(desk, model.version) == model
    again = add_model(by=desk, at=NOW, model=replace(model, version="other"))
    assert again.version == model.version
    [one] = list_models(desk)
    assert (one.version, one.state, one.note, one.run_id) == (model.version, "draft", "أول", None)
    assert one.records == model.made_from["records"]


def test_another_model_of_the_same_name_is_kept_under_another(desk, engine, model):
    add_model(by=desk, at=NOW, model=model)
    other = replace(with_likely(model, 700), version=model.version)
    kept = add_model(by=desk, at=NOW, model=other)
    assert kept.version != model.version
    assert find_model(desk, kept.version).digest == other.digest


def test_models_are_the_desks(desk, amina, engine, model):
    for forbidden in (
        lambda: list_models(amina),
        lambda: find_model(amina),
        lambda: add_model(by=amina, at=NOW, model=model),
        lambda: learn_model(by=amina, at=NOW),
        lambda: evaluate_model(by=amina, at=NOW, model=model),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    with pytest.raises(NotFound) as none:
        find_model(desk)
    assert none.value.code == "model.none_current"
    with pytest.raises(NotFound) as unknown:
        find_model(desk, "nothing")
    assert unknown.value.code == "model.unknown"


def test_what_is_no_model_is_refused_by_its_part(model):
    broken = json.loads(model.to_json())
    broken["comparisons"]["given"]["same"]["agree"] = "much"
    with pytest.raises(InvalidInput) as refused:
        read_model_text(json.dumps(broken))
    assert refused.value.params["where"] == "comparisons.given.same.agree"
    assert read_model_text(model.to_json()) == model


def test_the_model_of_a_published_run_is_current_and_the_one_before_is_past(engine, desk, model):
    other = with_likely(model, 400)
    for one in (model, other, model):
        with engine.transaction():
            keep_model(engine, a_run(engine), one, by="x", at=NOW)
        assert current_model(engine) == one
        engine.commit()
    states = {row.version: row.state for row in list_models(desk)}
    assert states == {model.version: "current", other.version: "past"}
    named = engine.execute("SELECT model_version FROM linkage_run ORDER BY id").fetchall()
    assert [row[0] for row in named] == [model.version, other.version, model.version]


def test_a_model_that_was_learnt_is_outgrown_and_one_that_was_chosen_is_not(engine, desk, model):
    assert model_for_full_run(engine, records=10) is None
    keep_model(engine, a_run(engine), model, by="x", at=NOW)
    engine.commit()
    size = model.made_from["records"]
    assert model_for_full_run(engine, records=2 * size - 1) == model
    assert model_for_full_run(engine, records=2 * size) is None
    add_model(by=desk, at=NOW, model=model)
    assert model_for_full_run(engine, records=2 * size) == model


def test_what_a_model_says_cannot_be_changed(engine, desk, model):
    add_model(by=desk, at=NOW, model=model)
    for changed in ("content = '{}'", "digest = 'x'", "version = 'x'", "made_by = 'x'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            engine.execute(f"UPDATE linkage_model SET {changed}")
        engine.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        engine.execute("DELETE FROM linkage_model")
    engine.rollback()


def test_one_model_is_current_and_only_a_run_makes_it_so(engine, desk, model):
    add_model(by=desk, at=NOW, model=model)
    with pytest.raises(psycopg.errors.CheckViolation):
        engine.execute("UPDATE linkage_model SET state = 'current'")
    engine.rollback()
    add_model(by=desk, at=NOW, model=with_likely(model, 500))
    run = a_run(engine)
    with pytest.raises(psycopg.errors.UniqueViolation):
        engine.execute("UPDATE linkage_model SET state = 'current', run_id = %s, used_from = %s", [run, NOW])
    engine.rollback()


def test_learning_measures_and_keeps_a_draft_and_leaves_the_registry_alone(registry, desk):
    model = learn_model(by=desk, at=NOW, note="تجربة")
    assert [(one.state, one.is_chosen) for one in list_models(desk)] == [("draft", True)]
    hidden = model.evaluation["ids_hidden"]
    assert hidden["hidden"] > 10
    for share in (hidden["precision"], hidden["recall"]):
        assert 0 <= share["low"] <= share["value"] <= share["high"] <= 1
    assert hidden["recall"]["value"] > 0.5
    assert registry.execute("SELECT count(*) FROM registry_subject").fetchone() == (0,)
    assert registry.execute("SELECT count(*) FROM linkage_run").fetchone() == (0,)
    assert not list(runs_folder().glob("model-*"))
    assert find_model(desk, model.version).evaluation == model.evaluation


def test_a_precision_that_few_pairs_cannot_promise_is_refused(registry, desk):
    with pytest.raises(RuleRefused) as refused:
        learn_model(by=desk, at=NOW, precision=0.9999)
    assert refused.value.code == "model.too_few_known"
    assert list_models(desk) == []
    with pytest.raises(InvalidInput):
        learn_model(by=desk, at=NOW, precision=1.5)


def test_a_model_is_measured_by_ids_it_does_not_see_and_by_the_truth(registry, desk, model, tables):
    truth = pl.DataFrame(pl.from_arrow(tables["record_truth"])).select("record_id", "person")
    usual = evaluate_model(by=desk, at=NOW, model=model, truth=truth)
    again = evaluate_model(by=desk, at=NOW, model=model, truth=truth)
    assert usual == again
    strict = evaluate_model(by=desk, at=NOW, model=with_likely(model, 3000), truth=truth)
    assert strict["ids_hidden"]["recall"]["value"] < usual["ids_hidden"]["recall"]["value"]
    assert strict["truth"]["recall"] < usual["truth"]["recall"]
    assert usual["truth"]["records"] == truth.height
    assert sum(row["pairs"] for row in usual["calibration"]) > 0
    assert usual["sample"]["pairs"] == 0


def test_the_first_run_learns_a_model_and_the_next_ones_judge_by_it(registry, desk):
    first = run_linkage(by=desk, at=NOW)
    [one] = list_models(desk)
    assert (one.state, one.run_id, one.is_chosen) == ("current", first.run, False)
    assert list_runs(desk)[0].model_version == one.version
    assert run_linkage(by=desk, at=NOW).nothing_new
    run_linkage(by=desk, at=NOW, full=True)
    assert [row.version for row in list_models(desk)] == [one.version]


def test_another_model_waits_to_be_looked_at_and_is_current_once_published(registry, desk):
    run_linkage(by=desk, at=NOW)
    before = find_model(desk)
    strict = add_model(by=desk, at=NOW, model=with_likely(before, 2500))
    prepared = prepare_linkage(by=desk, at=NOW, full=True, model=strict)
    run = list_runs(desk)[0]
    assert (run.id, run.state, run.model_version) == (prepared.run, "prepared", strict.version)
    assert run.difference["after_people"] > run.difference["before_people"]
    assert model_of_run(registry, run.id) == strict
    assert find_model(desk) == before
    assert publish_prepared(by=desk, at=NOW, run_id=run.id).published
    assert find_model(desk) == strict
    assert {row.version: row.state for row in list_models(desk)} == {
        strict.version: "current",
        before.version: "past",
    }
