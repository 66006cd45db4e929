"""A model as a file: it comes back as it was, weighs alike, and says where it is wrong."""

from __future__ import annotations

import json

import polars as pl
import pytest

from wasl.matching import InvalidModel, LinkOptions, ModelFile

from .conftest import together


@pytest.fixture(scope="module")
def model(population, rules, tmp_path_factory) -> ModelFile:
    from wasl.matching import link_records

    return link_records(
        population["records"],
        population["entries"],
        population["members"],
        names=rules,
        workdir=tmp_path_factory.mktemp("learning"),
    ).model_file


def test_model_comes_back_from_its_json_as_it_was(model):
    again = ModelFile.from_json(model.to_json())
    assert again == model
    assert again.digest == model.digest
    assert again.to_json() == model.to_json()
    assert max(map(len, model.to_json().splitlines())) < 200


def test_model_that_was_learnt_judges_as_the_run_that_learnt_it(population, model, link):
    free, judged = link(population), link(population, model=model)
    assert judged.model_file == model
    assert free.people.equals(judged.people)
    assert free.families.equals(judged.families)
    weights = ["record_a", "record_b", "weight"]
    assert (
        pl.DataFrame(pl.from_arrow(free.pairs))
        .select(weights)
        .equals(pl.DataFrame(pl.from_arrow(judged.pairs)).select(weights))
    )


def test_model_decides_by_its_own_thresholds(population, model, link):
    strict = ModelFile.from_content(
        {**model.to_content(), "thresholds": {**model.thresholds, "likely": 5000}}
    )
    assert strict.digest != model.digest
    before = together(link(population, model=model).people, "record_id", "person")
    after = together(link(population, model=strict).people, "record_id", "person")
    assert len(after) > len(before)
    assert LinkOptions(model=strict, likely_weight=1).settled().likely_weight == 5000


def test_digest_does_not_hang_on_what_a_model_is_called(model):
    named = ModelFile.from_content({**model.to_content(), "version": "2", "evaluation": {"people": 1}})
    assert named.digest == model.digest


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": 99}, "format"),
        ({"priors": {}}, "priors"),
        ({"thresholds": {"likely": 1.5}}, "thresholds"),
        ({"organisations": {"3": 9}}, "organisations.3"),
        ({"organisations": {"three": 1}}, "organisations.three"),
        ({"evaluation": 3}, "evaluation"),
    ],
)
def test_model_with_a_wrong_part_is_refused_by_its_name(model, change, where):
    with pytest.raises(InvalidModel, match=where):
        ModelFile.from_content({**model.to_content(), **change})


def test_model_with_a_wrong_weight_is_refused_by_its_level(model):
    for wrong in ("1", True, [1, 2], [1, 2, 10**6], None):
        content = json.loads(model.to_json())
        content["comparisons"]["given"]["same"]["agree"] = wrong
        with pytest.raises(InvalidModel, match=r"comparisons.given.same.agree"):
            ModelFile.from_content(content)
    content = json.loads(model.to_json())
    content["comparisons"]["phone"]["same"]["sibling"] = 3
    with pytest.raises(InvalidModel, match=r"comparisons.phone.same"):
        ModelFile.from_content(content)
    with pytest.raises(InvalidModel):
        ModelFile.from_json("no model")
