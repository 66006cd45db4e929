"""The weight of every kept pair is its prior and its terms, to the hundredth of a bit."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from wasl.matching import LinkResult, explain_pair
from wasl.matching.families import FAMILY_TERMS
from wasl.matching.score import RIVALS
from wasl.matching.waterfall import TERMS

from .conftest import Lists, Tables

UNWEIGHED = ("verdict", "lent_id")


@pytest.fixture(scope="module")
def alliance() -> Tables:
    """Five hundred families in eight organisations: dense enough for every rule and every rival."""
    from wasl.synth.records import population_records

    return population_records(500, 8, 5)


def summed(table: object, terms: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.DataFrame(pl.from_arrow(table))  # type: ignore[arg-type]
    total = pl.sum_horizontal(pl.col(f"w_{name}").cast(pl.Int64) for name in terms) + pl.col("prior")
    return frame.with_columns(total=total)


def test_prior_and_terms_add_up_to_the_weight_of_every_kept_pair(alliance, link, tmp_path: Path):
    pairs = summed(link(alliance, tmp_path).pairs, TERMS)
    compared = pairs.filter(~pl.col("rule").is_in(UNWEIGHED))
    assert compared.filter(pl.col("total") != pl.col("weight")).is_empty()
    assert set(compared["rule"]) == {"same_id", "pair", "inside_family"}
    assert {"certain", "likely", "possible"} <= set(compared["grade"])
    assert set(compared["rival"]) <= set(RIVALS)
    assert len(set(compared["rival"])) >= 3
    assert compared["w_others"].max() == 0
    assert compared.filter(pl.col("rule") != "pair")["w_others"].min() == 0
    assert compared["w_others"].min() < 0


def test_terms_of_compared_pairs_are_those_of_explain_pair(alliance, link, tmp_path: Path):
    pairs = summed(link(alliance, tmp_path).pairs, TERMS).filter(pl.col("rule") == "pair")
    for grade in ("certain", "likely", "possible"):
        for row in pairs.filter(pl.col("grade") == grade).head(6).iter_rows(named=True):
            found = explain_pair(tmp_path, row["record_a"], row["record_b"])
            assert (found.rival, found.prior) == (row["rival"], row["prior"])
            assert {step.comparison: step.weight for step in found.steps} == {
                name: row[f"w_{name}"] for name in TERMS if name != "others"
            }
            assert found.weight + row["w_others"] == row["weight"]


def test_pairs_inside_a_family_weigh_as_the_second_pass_did(alliance, link, tmp_path: Path):
    pairs = summed(link(alliance, tmp_path).pairs, TERMS).filter(pl.col("rule") == "inside_family")
    assert set(pairs["rival"]) <= {"sibling", "parent"}
    assert set(pairs["prior"]) == {-200}
    assert set(pairs["w_household"]) == {0}
    for row in pairs.head(5).iter_rows(named=True):
        found = explain_pair(tmp_path, row["record_a"], row["record_b"])
        assert found.weight_inside_family == row["weight"]


def test_prior_and_evidence_add_up_to_the_weight_of_every_family_pair(alliance, link, tmp_path: Path):
    pairs = summed(link(alliance, tmp_path).family_pairs, FAMILY_TERMS)
    assert pairs.height > 500
    assert pairs.filter((pl.col("total") != pl.col("weight")) & (pl.col("rule") != "verdict")).is_empty()
    assert pairs["w_bound"].min() < 0
    assert pairs["w_others"].max() == 0


def test_a_verdict_has_no_terms_because_nothing_was_compared(lists: Lists, link):
    a, b = lists.row(1, "بهجت رمضان خليل"), lists.row(2, "سعيد فوزي جاد")
    lists.verdict(a, b, "same")
    lists.verdict(1, 2, "same", "family")
    result: LinkResult = link(lists.tables())
    pairs = summed(result.pairs, TERMS).filter(pl.col("rule") == "verdict")
    assert pairs.select("record_a", "record_b").row(0) in {(a, b), (b, a)}
    assert pairs.select("rival", "prior", "total").row(0) == ("", 0, 0)
    families = summed(result.family_pairs, FAMILY_TERMS).filter(pl.col("rule") == "verdict")
    assert families["total"].to_list() == [0]
