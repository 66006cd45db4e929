"""A pair weighs the same whichever of its records stands first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from wasl.matching.arrays import unpack
from wasl.matching.collapse import forget_borrowed
from wasl.matching.compare import LEVELS, compare_households, list_households
from wasl.matching.inside import inside_weight
from wasl.matching.refine import read_model
from wasl.matching.score import RIVALS, rival_terms, score_contradiction, score_pairs
from wasl.matching.stages import Table, read_stage
from wasl.matching.weights import Weights, build_weights


@pytest.fixture(scope="module")
def judged(rules, tmp_path_factory) -> tuple[Table, Weights, np.ndarray, np.ndarray]:
    """Return encoded records of six hundred families, weights, and pairs: candidates and random ones."""
    from wasl.matching import link_records
    from wasl.synth.records import population_records

    data = population_records(600, 9, 23)
    workdir: Path = tmp_path_factory.mktemp("judged")
    link_records(data["records"], data["entries"], data["members"], names=rules, workdir=workdir)
    enc = read_stage(workdir, "encoded") | read_stage(workdir, "collapsed")
    forget_borrowed(enc)
    random = np.random.default_rng(4)
    n = len(enc["record_id"])
    enc["quality"] = random.integers(0, 3, n).astype(np.int8)
    a, b = unpack(read_stage(workdir, "candidates")["pairs"])
    x, y = random.integers(0, n, (2, 60_000)).astype(np.int32)
    # A chain turned about in a few thousand rows, so that every rule about moved names is met.
    some = random.choice(n, 4_000)
    enc["chain"][some[:1500], :2] = enc["chain"][some[:1500], 1::-1]
    enc["chain"][some[1500:3000], 1:3] = enc["chain"][some[1500:3000], 2:0:-1]
    enc["chain"][some[3000:], 1:4] = enc["chain"][some[3000:], 2:5]
    return (
        enc,
        build_weights(enc, read_model(read_stage(workdir, "refined"))),
        *map(np.concatenate, ((a, x), (b, y))),
    )


def test_every_term_against_every_rival_is_symmetric(judged):
    enc, w, a, b = judged
    household = compare_households(enc, list_households(enc), a, b)
    levels, weight = score_pairs(enc, w, a, b, household)
    back_levels, back_weight = score_pairs(enc, w, b, a, household)
    assert (weight == back_weight).all()
    there, back = rival_terms(enc, w, levels, a, b), rival_terms(enc, w, back_levels, b, a)
    for name in LEVELS:
        assert (levels[name] == back_levels[name]).all()
        for rival in RIVALS:
            assert (there[rival][name] == back[rival][name]).all(), (rival, name)
    for name in ("swapped", "turned", "shifted"):
        assert (levels["father"] == LEVELS["father"].index(name)).sum() > 20, name
    assert (levels["third"] == LEVELS["third"].index("crossed")).sum() > 20


def test_weights_inside_families_and_contradictions_are_symmetric(judged):
    enc, w, a, b = judged
    assert (inside_weight(enc, w, a, b) == inside_weight(enc, w, b, a)).all()
    assert (score_contradiction(enc, w, a, b)[1] == score_contradiction(enc, w, b, a)[1]).all()
    household = compare_households(enc, list_households(enc), a, b)
    assert (household == compare_households(enc, list_households(enc), b, a)).all()
