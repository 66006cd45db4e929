"""
Measure the matching engine on a synthetic population: sizes, time, memory, accuracy by class.

    python benchmarks/engine.py --families 110000 --organisations 35 --check-digit both
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import tempfile
import time
from pathlib import Path

import polars as pl

from wasl.country.egypt.names import engine_rules
from wasl.matching import LinkOptions, NameRules, link_records
from wasl.synth.records import population_records


def pairs_in(frame: pl.DataFrame, keys: list[str]) -> int:
    """Count the pairs of rows that agree in all keys."""
    return int(
        frame.group_by(keys).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item() or 0
    )


def rates(both: int, made: int, true: int) -> dict[str, float]:
    """Return precision, recall and F1."""
    precision, recall = both / max(made, 1), both / max(true, 1)
    return {
        "pairs": true,
        "P": round(precision, 5),
        "R": round(recall, 5),
        "F1": round(2 * precision * recall / max(precision + recall, 1e-9), 5),
    }


def judge(frame: pl.DataFrame, predicted: str, true: str) -> dict[str, dict[str, float]]:
    """Score all pairs of rows, and the hard ones: at least one end without a usable id of its own."""

    def three(part: pl.DataFrame) -> tuple[int, int, int]:
        return pairs_in(part, [predicted, true]), pairs_in(part, [predicted]), pairs_in(part, [true])

    whole = three(frame)
    easy = three(frame.filter(pl.col("nid_ok"))) if "nid_ok" in frame.columns else whole
    out = {"all": rates(*whole)}
    if "nid_ok" in frame.columns:
        out["hard"] = rates(*(w - e for w, e in zip(whole, easy, strict=True)))
    return out


def accuracy(result: object, data: dict[str, object]) -> dict[str, object]:
    """Return precision, recall and F1 of people and families, best estimate and certain."""
    people = pl.DataFrame(pl.from_arrow(result.people)).join(  # type: ignore[attr-defined]
        pl.DataFrame(pl.from_arrow(data["record_truth"])),
        on="record_id",
        suffix="_true",  # type: ignore[arg-type]
    )
    families = pl.DataFrame(pl.from_arrow(result.families)).join(  # type: ignore[attr-defined]
        pl.DataFrame(pl.from_arrow(data["entry_truth"])),
        on="entry_id",
        suffix="_true",  # type: ignore[arg-type]
    )
    out: dict[str, object] = {}
    for grade, key in (("people", "person"), ("certain_people", "certain_person")):
        for kind, row in judge(people, key, "person_true").items():
            out[f"{grade}/{kind}"] = row
    for grade, key in (("families", "family"), ("certain_families", "certain_family")):
        out[grade] = judge(families, key, "family_true")["all"]
    return out


def measure(data: dict[str, object], use_check_digit: bool, threads: int) -> dict[str, object]:
    """Run the engine once and report."""
    workdir = Path(tempfile.mkdtemp(prefix="wasl-engine-"))
    names = NameRules(**engine_rules())
    started, cpu = time.perf_counter(), time.process_time()
    result = link_records(
        data["records"], data["entries"], data["members"], editions=data["editions"],  # type: ignore[arg-type]
        names=names, workdir=workdir, options=LinkOptions(use_check_digit=use_check_digit, threads=threads),
    )  # fmt: skip
    report: dict[str, object] = {
        "check_digit": use_check_digit,
        "wall_s": round(time.perf_counter() - started, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "counts": result.counts,
        "stages": [
            f"{row['stage']}: {row['cpu_seconds']:.1f} cpu-s, {row['rows']} rows"
            for row in result.log.to_pylist()
            if not row["note"]
        ],
    }
    report.update(accuracy(result, data))
    shutil.rmtree(workdir)
    return report


def main() -> None:
    """Read the arguments, make the population, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=12_000)
    parser.add_argument("--organisations", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--check-digit", choices=("on", "off", "both"), default="on")
    parser.add_argument("--names", default="egypt")
    parser.add_argument("--clerks", default="usual")
    given = parser.parse_args()
    data = population_records(
        given.families, given.organisations, given.seed, names=given.names, clerks=given.clerks
    )
    print({key: table.num_rows for key, table in data.items()}, flush=True)
    for check in {"on": [True], "off": [False], "both": [True, False]}[given.check_digit]:
        print(json.dumps(measure(data, check, given.threads), indent=1, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
