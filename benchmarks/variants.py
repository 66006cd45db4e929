"""
Measure the engine on populations it was not tuned on, and count what no evidence in the records can decide.

    python benchmarks/variants.py --families 155000 --organisations 35 --seed 71
    python benchmarks/variants.py --families 155000 --only usual,free --floor
    python benchmarks/variants.py --tables FOLDER --floor    # tables of one population kept as Parquet
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from engine import measure_tables
from floor import floor_of_families, floor_of_people, in_order, read_tables

from wasl.synth.records import population_records

VARIANTS: dict[str, dict[str, str]] = {
    "usual": {},
    "skewed": {"names": "skewed"},
    "correlated": {"clerks": "correlated"},
    "free": {"villages": "free"},
    "all": {"names": "skewed", "clerks": "correlated", "villages": "free"},
}
HEAD = (
    "| variant | records | cpu s | peak MiB | people P / R / F1 | no usable id F1 | families P / R / F1 "
    "| certain people P | certain families P |"
)


def make_tables(folder: Path, families: int, organisations: int, seed: int, variant: str) -> None:
    """Write the tables of one variant; in a process of its own, for the generator needs more than the engine."""
    for name, table in population_records(families, organisations, seed, **VARIANTS[variant]).items():
        pq.write_table(table, folder / f"{name}.parquet")


def row_of(variant: str, report: dict[str, object]) -> str:
    """Write one line of the table."""

    def three(key: str) -> str:
        rates = report[key]
        return " / ".join(f"{rates[name]:.4f}" for name in ("P", "R", "F1"))  # type: ignore[index]

    counts, hard = report["counts"], report["people/hard"]
    return (
        f"| {variant} | {counts['records']:,} | {report['cpu_s']} | {report['peak_mib']} | {three('people/all')} "  # type: ignore[index]
        f"| {hard['F1']:.4f} | {three('families')} | {report['certain_people/all']['P']:.5f} "  # type: ignore[index]
        f"| {report['certain_families']['P']:.5f} |"  # type: ignore[index]
    )


def floor(folder: Path, kept: Path) -> dict[str, object]:
    """Count the mistakes of one run by class."""
    enc = read_tables(kept / "work")
    people, families = (pl.read_parquet(kept / f"{name}.parquet") for name in ("people", "families"))
    records, entries = (pl.read_parquet(folder / f"{name}_truth.parquet") for name in ("record", "entry"))
    person = in_order(enc["record_id"], people, "record_id", "person")
    true_person = in_order(enc["record_id"], records, "record_id", "person")
    family = in_order(enc["e_id"], families, "entry_id", "family")
    true_family = in_order(enc["e_id"], entries, "entry_id", "family")
    labels = pl.Series(person).rank("dense").to_numpy().astype("int64") - 1
    return {
        "people": floor_of_people(enc, true_person, person),
        "families": floor_of_families(enc, labels, true_person, true_family, family),
    }


def measure(variant: str, folder: Path, with_floor: bool) -> None:
    """Run the engine over the tables of one folder and print its line, and the floor where wanted."""
    with tempfile.TemporaryDirectory(prefix="wasl-variant-") as kept:
        report = measure_tables(folder, Path(kept))
        print(row_of(variant, report), flush=True)
        if with_floor:
            print(json.dumps({variant: floor(folder, Path(kept))}, indent=1), flush=True)


def main() -> None:
    """Read the arguments, run each variant, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--families", type=int, default=155_000)
    parser.add_argument("--organisations", type=int, default=35)
    parser.add_argument("--seed", type=int, default=71)
    parser.add_argument("--only", default=",".join(VARIANTS), help="which of: " + ", ".join(VARIANTS))
    parser.add_argument("--floor", action="store_true", help="count what nothing in the records can decide")
    parser.add_argument("--tables", type=Path, help="a folder of Parquet tables in place of new populations")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make:
        make_tables(given.make, given.families, given.organisations, given.seed, given.only)
        return
    print(HEAD + "\n" + "|---" * (HEAD.count("|") - 1) + "|", flush=True)
    if given.tables:
        measure(given.tables.name, given.tables, given.floor)
        return
    sizes = [
        "--families",
        str(given.families),
        "--organisations",
        str(given.organisations),
        "--seed",
        str(given.seed),
    ]
    for variant in given.only.split(","):
        with tempfile.TemporaryDirectory(prefix="wasl-variant-") as folder:
            subprocess.run(
                [sys.executable, __file__, *sizes, "--only", variant, "--make", folder], check=True
            )
            measure(variant, Path(folder), given.floor)


if __name__ == "__main__":
    main()
