"""
Measure the matching engine on a synthetic population: sizes, time, memory, accuracy by class.

    python benchmarks/engine.py --families 110000 --organisations 35 --check-digit both
    python benchmarks/engine.py --tables FOLDER     # tables of a population kept as Parquet

With `--tables` the engine runs in a process of its own that reads the Parquet files, so that time and memory
are the engine's alone; this process judges what it leaves.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from wasl.country.egypt.names import engine_rules
from wasl.matching import LinkOptions, NameRules, link_records
from wasl.matching.compare import LEVELS, compare_households, compare_records, kinds, list_households
from wasl.matching.stages import read_stage
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


def accuracy(people: pl.DataFrame, families: pl.DataFrame, data: dict[str, pa.Table]) -> dict[str, object]:
    """Return precision, recall and F1 of people and families, best estimate and certain."""
    people = people.join(pl.DataFrame(data["record_truth"]), on="record_id", suffix="_true")
    families = families.join(pl.DataFrame(data["entry_truth"]), on="entry_id", suffix="_true")
    out: dict[str, object] = {}
    for grade, key in (("people", "person"), ("certain_people", "certain_person")):
        for kind, row in judge(people, key, "person_true").items():
            out[f"{grade}/{kind}"] = row
    for grade, key in (("families", "family"), ("certain_families", "certain_family")):
        out[grade] = judge(families, key, "family_true")["all"]
    return out


def true_rates(
    workdir: Path, data: dict[str, pa.Table]
) -> dict[str, dict[str, tuple[float | None, float | None]]]:
    """
    Count the levels of pairs that are one person in truth, from the stage files of a finished run.

    Given back to the engine they make the ceiling: its result when it need not learn how clerks err. One
    pair a record, with the next of its person; what random pairs show (u) the engine already counts.
    """
    enc = read_stage(workdir, "encoded") | read_stage(workdir, "collapsed")
    truth = pl.DataFrame(data["record_truth"])
    at = pl.DataFrame({"record_id": enc["record_id"], "at": np.arange(len(enc["record_id"]))})
    ordered = at.join(truth, on="record_id").sort("person", pl.col("at").hash(seed=1))
    here, person = ordered["at"].to_numpy(), ordered["person"].to_numpy()
    same = person[:-1] == person[1:]
    a, b = here[:-1][same], here[1:][same]
    levels = compare_records(enc, a, b)
    levels["household"] = compare_households(enc, list_households(enc), a, b)
    found: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    for comparison, words in LEVELS.items():
        counts = np.bincount(levels[comparison], minlength=len(words)).astype(float)
        for kind in kinds(comparison):
            total = counts[list(kind)].sum() + len(kind)
            for level in kind:
                found.setdefault(comparison, {})[words[level]] = (float((counts[level] + 1) / total), None)
    return found


def measure(
    data: dict[str, pa.Table], use_check_digit: bool, ceiling: bool = False
) -> Iterator[dict[str, object]]:
    """Run the engine and report; with `ceiling`, once more with the generator's own true rates."""
    workdir = Path(tempfile.mkdtemp(prefix="wasl-engine-"))
    yield run_once(data, LinkOptions(use_check_digit=use_check_digit), workdir)
    if ceiling:
        weights = true_rates(workdir, data)
        shutil.rmtree(workdir)
        options = LinkOptions(use_check_digit=use_check_digit, weights=weights)
        yield {"ceiling": True} | run_once(data, options, workdir)
    shutil.rmtree(workdir)


def run_once(data: dict[str, pa.Table], options: LinkOptions, workdir: Path) -> dict[str, object]:
    """Run the engine once and report."""
    names = NameRules(**engine_rules())
    started, cpu = time.perf_counter(), time.process_time()
    result = link_records(
        data["records"], data["entries"], data["members"], editions=data["editions"],
        names=names, workdir=workdir, options=options,
    )  # fmt: skip
    report: dict[str, object] = {
        "check_digit": options.use_check_digit,
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
    report.update(accuracy(pl.DataFrame(result.people), pl.DataFrame(result.families), data))
    return report


class Peaks:
    """The most memory the process held in each stage, told by the engine's own progress."""

    def __init__(self) -> None:
        self.mib: dict[str, int] = {}
        self._stage = "reading"

    def __call__(self, stage: str, share: float = 1.0) -> None:
        if stage == self._stage:
            return
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                self.mib[self._stage] = int(line.split()[1]) // 1024
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        self._stage = stage


def run_alone(folder: Path, out: Path) -> None:
    """Run the engine on Parquet files, nothing else in this process, and leave people, families and figures."""
    names, peaks = NameRules(**engine_rules()), Peaks()
    started, cpu = time.perf_counter(), time.process_time()
    result = link_records(
        folder / "records.parquet", folder / "entries.parquet", folder / "members.parquet",
        editions=folder / "editions.parquet", names=names, workdir=out / "work",
        options=LinkOptions(), progress=peaks,
    )  # fmt: skip
    report = {
        "wall_s": round(time.perf_counter() - started, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
    }
    peaks("end")
    report["peak_mib"] = max(
        [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, *peaks.mib.values()]
    )
    report["counts"] = result.counts
    report["stages"] = {
        row[
            "stage"
        ]: f"{row['cpu_seconds']:.1f} cpu-s, {peaks.mib.get(row['stage'], 0)} MiB, {row['rows']} rows"
        for row in result.log.to_pylist()
        if not row["note"]
    } | {"result": f"{peaks.mib.get('result', 0)} MiB"}
    for name in ("people", "families", "pairs", "family_pairs"):
        pq.write_table(getattr(result, name), out / f"{name}.parquet")
    (out / "report.json").write_text(json.dumps(report))


def judge_alone(folder: Path, out: Path) -> dict[str, object]:
    """Judge what `run_alone` left; `partition` tells two results apart, whatever their labels."""
    people, families = pl.read_parquet(out / "people.parquet"), pl.read_parquet(out / "families.parquet")
    report: dict[str, object] = json.loads((out / "report.json").read_text())
    for frame, item, labels in (
        (people, "record_id", ("person", "certain_person")),
        (families, "entry_id", ("family", "certain_family")),
    ):
        for label in labels:
            least = frame.select(item, pl.col(item).min().over(label).alias("least")).sort(item)
            report[f"partition of {label}"] = f"{least.hash_rows(7).sum():016x}"
    truth = {
        name: pl.read_parquet(folder / f"{name}.parquet").to_arrow()
        for name in ("record_truth", "entry_truth")
    }
    return report | accuracy(people, families, truth)


def measure_tables(folder: Path, keep: Path | None) -> dict[str, object]:
    """Run the engine in a process of its own over the tables of a folder, then judge it here."""
    out = keep or Path(tempfile.mkdtemp(prefix="wasl-engine-"))
    out.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        __file__,
        "--tables",
        str(folder),
        "--alone",
        str(out),
    ]
    subprocess.run(command, check=True)
    report = judge_alone(folder, out)
    if keep is None:
        shutil.rmtree(out)
    return report


def main() -> None:
    """Read the arguments, make the population, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=12_000)
    parser.add_argument("--organisations", type=int, default=12)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--check-digit", choices=("on", "off", "both"), default="on")
    parser.add_argument("--ceiling", action="store_true", help="also with the generator's own true rates")
    parser.add_argument("--names", default="egypt")
    parser.add_argument("--clerks", default="usual")
    parser.add_argument("--tables", type=Path, help="a folder of Parquet tables in place of a new population")
    parser.add_argument("--keep", type=Path, help="with --tables: where results and stages are to stay")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        run_alone(given.tables, given.alone)
        return
    if given.tables:
        report = measure_tables(given.tables, given.keep)
        print(json.dumps(report, indent=1, ensure_ascii=False))
        return
    data = population_records(
        given.families, given.organisations, given.seed, names=given.names, clerks=given.clerks
    )
    print({key: table.num_rows for key, table in data.items()}, flush=True)
    for check in {"on": [True], "off": [False], "both": [True, False]}[given.check_digit]:
        for report in measure(data, check, given.ceiling):
            print(json.dumps(report, indent=1, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
