"""A run as a whole: same content, same result; kills, damage and cancelling; odd and empty inputs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wasl.matching import LinkCancelled, LinkOptions, explain_pair
from wasl.matching.encode import RECORD_TYPES

from .conftest import Lists, Tables, same, together


def clusters(result, renamed=None):
    """Return people and families, certain and likely, with record ids translated back."""
    out = []
    for table, key, label in (
        (result.people, "record_id", "person"),
        (result.people, "record_id", "certain_person"),
        (result.families, "entry_id", "family"),
        (result.families, "entry_id", "certain_family"),
    ):
        found = together(table, key, label)
        if renamed and key == "record_id":
            found = {frozenset(renamed[i] for i in cluster) for cluster in found}
        out.append(found)
    return out


def shuffled(tables: Tables, seed: int) -> Tables:
    rng = np.random.default_rng(seed)
    return {name: table.take(pa.array(rng.permutation(len(table)))) for name, table in tables.items()}


def test_link_shuffled_rows_give_equal_clusters(population, link):
    assert clusters(link(population)) == clusters(link(shuffled(population, 5)))


def test_link_files_read_some_rows_at_a_time_give_equal_tables(population, link, tmp_path, monkeypatch):
    for name in ("records", "entries", "members", "editions"):
        pq.write_table(population[name], tmp_path / f"{name}.parquet", row_group_size=700)
    files = {name: tmp_path / f"{name}.parquet" for name in ("records", "entries", "members", "editions")}
    whole = link(population)
    monkeypatch.setattr("wasl.matching.columns.ROWS", 500)
    monkeypatch.setattr("wasl.matching.arrays._BLOCK", 1000)
    parts = link(files, pair_chunk=2_000)
    for name in ("people", "families", "memberships", "pairs", "family_pairs"):
        assert getattr(whole, name).equals(getattr(parts, name))


def test_link_renumbered_records_give_equal_clusters(population, link):
    ids = population["records"].column("record_id").to_pylist()
    new = np.random.default_rng(3).permutation(len(ids)) * 7 + 1_000_000
    forth = dict(zip(ids, new.tolist(), strict=True))
    back = {b: a for a, b in forth.items()}
    tables = dict(population)
    for name in ("records", "members"):
        frame = pl.DataFrame(pl.from_arrow(population[name]))
        frame = frame.with_columns(pl.col("record_id").replace_strict(forth))
        tables[name] = frame.to_arrow()
    assert clusters(link(population)) == clusters(link(tables), back)


def test_link_labels_are_members_and_certain_nests_in_likely(population, link):
    result = link(population)
    for table, key, fine, coarse in (
        (result.people, "record_id", "certain_person", "person"),
        (result.families, "entry_id", "certain_family", "family"),
    ):
        frame = pl.DataFrame(pl.from_arrow(table))
        assert set(frame[fine]) <= set(frame[key])
        assert frame.group_by(fine).agg(pl.col(coarse).n_unique())[coarse].max() == 1
        labels = dict(zip(frame[key], frame[coarse], strict=True))
        assert all(labels[label] == label for label in frame[coarse])
    assert result.people.num_rows == population["records"].num_rows
    assert result.families.num_rows == population["entries"].num_rows
    assert result.memberships.num_rows == population["records"].num_rows


def test_link_is_accurate_on_a_small_population(population, link):
    people = pl.DataFrame(pl.from_arrow(link(population).people)).join(
        pl.DataFrame(pl.from_arrow(population["record_truth"])), on="record_id", suffix="_true"
    )

    def pairs(*keys: str) -> int:
        return int(
            people.group_by(keys).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item()
        )

    both = pairs("person", "person_true")
    assert both / pairs("person") > 0.98
    assert both / pairs("person_true") > 0.95
    assert pairs("certain_person", "person_true") == pairs("certain_person")


@pytest.mark.parametrize(
    ("stage", "damage"), [("encoded", "removed"), ("scored", "cut short"), ("families", "half written")]
)
def test_link_damaged_stage_is_made_again(population, link, tmp_path, stage, damage):
    whole = clusters(link(population, tmp_path))
    data = tmp_path / f"{stage}.npz"
    if damage == "removed":
        data.unlink()
    elif damage == "cut short":
        data.write_bytes(data.read_bytes()[:-100])
    else:
        (tmp_path / f"{stage}.json").write_text('{"digest": ')
    again = link(population, tmp_path)
    assert clusters(again) == whole
    resumed = {row["stage"]: row["resumed"] for row in again.log.to_pylist() if not row["note"]}
    assert not resumed[stage]
    assert sum(resumed.values()) == len(resumed) - 1


def test_link_cancelled_run_goes_on_from_its_last_stage(population, link, tmp_path):
    seen: list[str] = []
    with pytest.raises(LinkCancelled):
        link(
            population,
            tmp_path,
            progress=lambda stage, share: seen.append(stage),
            cancelled=lambda: "scored" in seen,
        )
    result = link(population, tmp_path)
    resumed = {row["stage"]: row["resumed"] for row in result.log.to_pylist() if not row["note"]}
    assert resumed["candidates"]
    assert not resumed["people"]
    assert clusters(result) == clusters(link(population))


def test_link_other_options_or_input_do_not_resume(population, link, tmp_path):
    link(population, tmp_path)
    other = link(population, tmp_path, use_check_digit=False)
    assert not any(row["resumed"] for row in other.log.to_pylist())
    fewer = dict(population, members=population["members"].slice(1))
    assert not any(row["resumed"] for row in link(fewer, tmp_path, use_check_digit=False).log.to_pylist())


def test_link_empty_input_gives_empty_tables(lists: Lists, link):
    result = link(lists.tables())
    assert result.people.num_rows == result.families.num_rows == result.pairs.num_rows == 0


def test_link_single_record_is_alone(lists: Lists, link):
    lists.row(1, "محمد أحمد علي")
    result = link(lists.tables())
    assert result.people.drop_columns(["trusted", "borrowed"]).to_pylist() == [
        {"record_id": 1, "certain_person": 1, "person": 1}
    ]


def test_link_all_null_columns_do_not_fail(lists: Lists, link):
    for i in range(10):
        lists.family(i % 3, {"name": "محمد أحمد علي" if i % 2 else "", "governorate": None, "markaz": None})
    tables = lists.tables()
    records = pl.DataFrame(pl.from_arrow(tables["records"]))
    empty = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in RECORD_TYPES.items()
        if name not in ("record_id", "name")
    ]
    tables["records"] = records.with_columns(empty).to_arrow()
    assert len(together(link(tables).people, "record_id", "person")) == 10


def test_link_records_without_entries_are_kept(lists: Lists, link):
    a = lists.row(1, "بهجت رمضان خليل", nid="28507142490015")
    b = lists.row(2, "بهجت رمضان خليل", nid="28507142490015")
    tables = lists.tables()
    tables["members"] = tables["members"].slice(0, 0)
    result = link(tables)
    assert same(result, a, b)
    assert result.memberships.num_rows == 0


def test_link_weights_from_outside_are_used(population, link):
    result = link(population, weights={"given": {"different": (0.25, None)}})
    rows = {(row["comparison"], row["level"]): row["m"] for row in result.model.to_pylist()}
    assert rows["given", "different"] == 0.25
    assert LinkOptions().weights is None


def test_explain_pair_adds_up_and_shows_the_path(population, link, tmp_path):
    result = link(population, tmp_path)
    pair = next(row for row in result.pairs.to_pylist() if row["rule"] == "pair" and row["grade"] == "likely")
    found = explain_pair(tmp_path, pair["record_a"], pair["record_b"])
    assert found.prior + sum(step.weight for step in found.steps) == found.weight
    assert found.one_person
    assert found.rule == "pair"
    large = max(together(result.people, "record_id", "person"), key=len)
    ends = sorted(large)[:2]
    path = explain_pair(tmp_path, *ends).path
    assert (path[0], path[-1]) == tuple(ends)
    assert set(path) <= large
    with pytest.raises(KeyError):
        explain_pair(tmp_path, -1, ends[0])
