"""What a model learns: from ids, from patterns of agreement, from what people decided, of each organisation."""

from __future__ import annotations

import numpy as np
import pytest

from wasl.matching.arrays import pack, unpack
from wasl.matching.collapse import forget_borrowed
from wasl.matching.compare import LEVELS, list_households
from wasl.matching.model import Model, compare_all, m_by_class
from wasl.matching.model_file import CAREFUL, CARELESS, USUAL
from wasl.matching.options import LinkOptions
from wasl.matching.quality import class_of, grade_organisations
from wasl.matching.refine import count_patterns, read_model, refine_model
from wasl.matching.stages import read_stage
from wasl.matching.weights import build_weights, classes_of


def levels_of(wrong: np.ndarray) -> dict[str, np.ndarray]:
    """Return levels of pairs whose given names differ where `wrong`, all else agreeing."""
    same = np.ones(len(wrong), dtype=np.int8)
    return {"given": np.where(wrong, 2, 1).astype(np.int8), "father": same, "third": same, "fourth": same}


def test_organisations_are_graded_by_what_their_pairs_differ_in():
    random = np.random.default_rng(8)
    organisation = np.repeat(np.arange(1, 7), 400)
    rate = np.array([0.04, 0.2, 0.2, 0.2, 0.2, 0.9])[organisation - 1]
    a, b = random.integers(0, len(organisation), (2, 30_000))
    wrong = (random.random(len(a)) < rate[a] / 2) | (random.random(len(a)) < rate[b] / 2)
    graded = grade_organisations(organisation, levels_of(wrong), a, b)
    assert graded == {1: CAREFUL, 2: USUAL, 3: USUAL, 4: USUAL, 5: USUAL, 6: CARELESS}


def test_pairs_within_one_organisation_and_few_pairs_grade_nobody():
    organisation = np.array([1, 1, 2, 2])
    a, b = np.array([0, 2]), np.array([1, 3])
    assert grade_organisations(organisation, levels_of(np.array([True, False])), a, b) == {}
    few = grade_organisations(organisation, levels_of(np.array([True])), a[:1], b[1:])
    assert set(few.values()) == {USUAL}


def test_an_organisation_that_nobody_graded_is_usual():
    assert class_of(np.array([7, 3, 9]), {3: CARELESS}).tolist() == [USUAL, CARELESS, USUAL]
    assert class_of(np.array([7]), {}).tolist() == [USUAL]


@pytest.fixture(scope="module")
def learnt(rules, tmp_path_factory):
    """Return a finished run's encoded records, households, first model and candidates."""
    from wasl.matching import link_records
    from wasl.synth.records import population_records

    data = population_records(500, 7, 29)
    workdir = tmp_path_factory.mktemp("learnt")
    link_records(data["records"], data["entries"], data["members"], names=rules, workdir=workdir)
    enc = read_stage(workdir, "encoded") | read_stage(workdir, "collapsed")
    forget_borrowed(enc)
    candidates = read_stage(workdir, "candidates")["pairs"]
    return enc, list_households(enc), Model.from_table(read_stage(workdir, "learnt")), candidates, workdir


def test_patterns_stand_for_every_pair_once_and_keep_its_levels(learnt):
    enc, houses, model, candidates, workdir = learnt
    enc = {**enc, "quality": class_of(enc["org"], model.organisations)}
    w = build_weights(enc, read_model(read_stage(workdir, "refined")))
    seen = count_patterns(enc, houses, w, candidates, np.zeros(len(candidates), dtype=np.int8))
    assert seen["count"].sum() == len(candidates)
    assert len(seen["pairs"]) < len(candidates)
    levels = compare_all(enc, houses, *unpack(candidates))
    for name, words in LEVELS.items():
        every = np.bincount(levels[name], minlength=len(words))
        counted = np.bincount(seen[f"l_{name}"], seen["count"], minlength=len(words))
        assert (every == counted).all()


def test_patterns_of_different_labels_stay_apart(learnt):
    enc, houses, model, candidates, workdir = learnt
    enc = {**enc, "quality": class_of(enc["org"], model.organisations)}
    w = build_weights(enc, read_model(read_stage(workdir, "refined")))
    label = (np.arange(len(candidates)) % 3).astype(np.int8)
    seen = count_patterns(enc, houses, w, candidates, label)
    assert (np.bincount(seen["label"], seen["count"]) == np.bincount(label)).all()


def test_verdicts_teach(learnt):
    enc, houses, model, candidates, _ = learnt
    options = LinkOptions()
    levels = compare_all(enc, houses, *unpack(candidates))
    doubtful = candidates[(levels["given"] == 1) & (levels["third"] == 3)]
    assert len(doubtful) > 50
    none = np.zeros(0, dtype=np.int64)
    free = refine_model(enc, houses, model, candidates, options)
    same = refine_model(enc, houses, model, candidates, options, {"same": doubtful, "different": none})
    apart = refine_model(enc, houses, model, candidates, options, {"same": none, "different": doubtful})
    differs = [file.comparisons["third"]["different"]["agree"][USUAL] for file in (apart, free, same)]
    assert differs[0] < differs[1] < differs[2]
    assert same.made_from["decided_pairs"] == len(doubtful)


def test_verdicts_on_pairs_that_no_key_brought_together_count_too(learnt):
    enc, houses, model, _, _ = learnt
    none = np.zeros(0, dtype=np.int64)
    x = np.arange(0, 200, dtype=np.int32)
    far = np.sort(pack(x, len(enc["record_id"]) - 1 - x))
    file = refine_model(enc, houses, model, none, LinkOptions(), {"same": far, "different": none})
    assert file.made_from["judged_pairs"] == file.made_from["decided_pairs"] == 200


def test_each_class_learns_from_its_own_pairs_and_keeps_the_prior_where_it_has_few():
    prior = {"given": np.tile([1.0, 0.94, 0.03, 0.02, 0.01], (3, 1))}
    level = np.repeat([1, 2, 1, 3], [9_000, 1_000, 4_000, 1]).astype(np.int8)
    quality = np.repeat([CARELESS, CARELESS, CAREFUL, CAREFUL], [9_000, 1_000, 4_000, 1])
    m = m_by_class(prior, {"given": level}, quality)["given"]
    assert m[CAREFUL, 2] < m[USUAL, 2] < m[CARELESS, 2]
    assert m[USUAL] == pytest.approx(prior["given"][USUAL])
    assert m[:, 1:].sum(axis=1) == pytest.approx(1)


def test_a_run_grades_organisations_only_where_it_is_asked_to(learnt, lists, link):
    enc, _, _, _, workdir = learnt
    file = read_model(read_stage(workdir, "refined"))
    assert set(file.organisations) == set(enc["org"].tolist())
    assert (classes_of(enc["org"], file) == class_of(enc["org"], file.organisations)).all()
    lists.row(1, "بهجت رمضان خليل", nid="28507142490015")
    lists.row(2, "بهجت رمضان خليل", nid="28507142490015")
    assert link(lists.tables()).model_file.organisations == {1: USUAL, 2: USUAL}
    assert link(lists.tables(), grade_organisations=False).model_file.organisations == {}
