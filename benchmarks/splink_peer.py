"""
Splink 5 on the same standardised records as the engine's benchmark, as a competent user would set it up.

    uv run --group bench python benchmarks/splink_peer.py --families 155000 --organisations 35 --seed 71
    uv run --group bench python benchmarks/splink_peer.py --tables FOLDER    # the tables engine.py --tables reads

Judged between lines, as `wasl evaluate` does, and between distinct records, as engine.py does.

Names are split, standardised and written one byte a letter first (DuckDB's string distances count
bytes), so that Splink gets the same help as our engine. Splink knows neither entries nor families.
"""

import argparse
import logging
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from engine import judge
from measuring import measured
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink import comparison_level_library as cll
from splink import comparison_library as cl

from wasl.country.egypt.names import name_parts, standardise_token
from wasl.synth import population_records
from wasl.synth.judge import score_people

LETTERS = str.maketrans(
    dict(zip("ابتثجحخدذرزسشصضطظعغفقكلمنهويء", "AbtvjHxd*rzs$SDTZEgfqklmnhwyQ", strict=True))
)


def standardised(records: pa.Table) -> pl.DataFrame:
    """Four name parts in one-byte letters, ids, dates as text, phone, places: one row a record."""
    frame = pl.from_arrow(records)
    names = frame.select(pl.col("name").unique())
    parts = [
        [standardise_token(part).translate(LETTERS) for part in name_parts(name or "")]
        for name in names["name"].to_list()
    ]
    columns = {f"n{i + 1}": [part[i] if len(part) > i else None for part in parts] for i in range(4)}
    return frame.join(
        names.with_columns(**{k: pl.Series(k, v, dtype=pl.Utf8) for k, v in columns.items()}), on="name"
    ).select(
        pl.col("record_id").alias("unique_id"),
        "n1",
        "n2",
        "n3",
        "n4",
        pl.concat_str("n1", "n2", "n3", separator=" ", ignore_nulls=True).alias("chain"),
        "nid",
        "sex",
        "governorate",
        "markaz",
        "village",
        pl.when(pl.col("birth_precision") == "day").then(pl.col("birth_date").cast(pl.Utf8)).alias("dob"),
        pl.col("birth_date").dt.year().alias("birth_year"),
        pl.col("phone").cast(pl.Utf8),
    )


def part(name: str) -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            cll.NullLevel(name),
            cll.ExactMatchLevel(name, term_frequency_adjustments=True),
            cll.JaroWinklerLevel(name, 0.92),
            cll.ElseLevel(),
        ],
    )


SETTINGS = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.CustomComparison(
            output_column_name="nid",
            comparison_levels=[
                cll.NullLevel("nid"),
                cll.ExactMatchLevel("nid"),
                cll.DamerauLevenshteinLevel("nid", 1),
                cll.ElseLevel(),
            ],
        ),
        *[part(name) for name in ("n1", "n2", "n3", "n4")],
        cl.CustomComparison(
            output_column_name="dob",
            comparison_levels=[
                cll.NullLevel("birth_year"),
                cll.ExactMatchLevel("dob"),
                cll.DamerauLevenshteinLevel("dob", 1),
                cll.ExactMatchLevel("birth_year"),
                cll.ElseLevel(),
            ],
        ),
        cl.ExactMatch("sex"),
        cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        cl.CustomComparison(
            output_column_name="place",
            comparison_levels=[
                cll.NullLevel("governorate"),
                cll.And(cll.ExactMatchLevel("markaz"), cll.ExactMatchLevel("village")),
                cll.ExactMatchLevel("markaz"),
                cll.ExactMatchLevel("governorate"),
                cll.ElseLevel(),
            ],
        ),
    ],
    blocking_rules_to_generate_predictions=[
        block_on("nid"),
        block_on("phone", "n1"),
        block_on("dob", "n1", "n2"),
        block_on("dob", "n1", "governorate"),
        block_on("n1", "n2", "n3", "markaz", "village"),
        block_on("n1", "n2", "n4", "markaz", "village"),
        block_on("n1", "n2", "n3", "n4", "governorate"),
    ],
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
)


def mentions_with(labels: pl.DataFrame, data: dict[str, pa.Table]) -> pl.DataFrame:
    """Every mention of every list with its true person and the label found for its record."""
    lines = pl.DataFrame(data["lines"]).with_columns(line=pl.struct("list_id", "row").rank("dense"))
    truth = pl.DataFrame(data["record_truth"]).select("record_id", "nid_ok", true_person="person")
    return lines.select("record_id", "line").join(truth, on="record_id").join(labels, on="record_id")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--families", type=int, default=26_000)
    options.add_argument("--organisations", type=int, default=10)
    options.add_argument("--seed", type=int, default=99)
    options.add_argument("--threshold", type=float, default=0.95)
    options.add_argument(
        "--tables", type=Path, help="a folder of Parquet tables in place of a new population"
    )
    chosen = options.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    if chosen.tables:
        data = {
            name: pq.read_table(chosen.tables / f"{name}.parquet")
            for name in ("records", "lines", "record_truth")
        }
    else:
        data = population_records(chosen.families, chosen.organisations, chosen.seed)
    frame = standardised(data["records"])
    print(f"{frame.height:,} records")
    with measured() as took:
        connection = duckdb.connect()
        connection.execute("SET threads = 2")
        linker = Linker(DuckDBAPI(connection).register(frame.to_arrow()), SETTINGS, log_level=logging.ERROR)
        linker.training.estimate_probability_two_random_records_match([block_on("nid")], recall=0.6)
        linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("nid"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("n1", "n2", "dob"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("phone", "n1"))
        predictions = linker.inference.predict(threshold_match_probability=0.5)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predictions, threshold_match_probability=chosen.threshold
        )
        found = pl.from_arrow(clusters.as_duckdbpyrelation().to_arrow_table())
    print(took.line("Splink 5"))
    labels = found.select(record_id="unique_id", found="cluster_id")
    every, hard = score_people(mentions_with(labels, data), "found")
    for name, score in (("people", every), ("no usable id", hard)):
        print(f"lines    {name:14} P {score.precision:.4f}  R {score.recall:.4f}  F1 {score.f1:.4f}")
    records = labels.join(pl.DataFrame(data["record_truth"]), on="record_id")
    for name, rates in judge(records, "found", "person").items():
        word = {"all": "people", "hard": "no usable id"}[name]
        print(f"records  {word:14} P {rates['P']:.4f}  R {rates['R']:.4f}  F1 {rates['F1']:.4f}")


if __name__ == "__main__":
    main()
