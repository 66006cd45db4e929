"""
Measure an increment: one organisation's entries come to a registry that was linked without them; then one family.

    python benchmarks/changes.py FOLDER --records 200000 [--judge]

FOLDER holds records, entries, members and editions as Parquet. The organisation is the smallest with about that
many records. With `--judge` everything is linked anew as well, by the same frozen context and by none, and what
stands otherwise is counted.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import polars as pl

from wasl.country.egypt.names import engine_rules
from wasl.matching import ChangeResult, Changes, LinkResult, LinkState, NameRules, link_changes, link_records

TABLES = ("records", "entries", "members", "editions")
LABELS = (("people", "record_id", "person"), ("families", "entry_id", "family"))
Frames = dict[str, pl.DataFrame]


def processor() -> float:
    """Return the processor seconds used so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def part_of(data: Frames, entries: pl.DataFrame) -> Frames:
    """Return everything of some entries."""
    members = data["members"].join(entries, on="entry_id", how="semi")
    return {
        "records": data["records"].join(members.select("record_id").unique(), on="record_id", how="semi"),
        "entries": data["entries"].join(entries, on="entry_id", how="semi"),
        "members": members,
        "editions": data["editions"].join(entries, on="entry_id", how="semi"),
    }


def link_all(data: Frames, rules: NameRules, **more: object) -> LinkResult:
    """Link all of some tables, in a folder of its own."""
    tables = [data[name].to_arrow() for name in TABLES[:3]]
    with tempfile.TemporaryDirectory() as folder:
        return link_records(
            *tables,
            editions=data["editions"].to_arrow(),
            names=rules,
            workdir=Path(folder),
            **more,  # type: ignore[arg-type]
        )


def take(state: LinkState, told: Frames, rules: NameRules, what: str) -> ChangeResult:
    """Take entries in and print what that cost."""
    changes = Changes(**{name: told[name].to_arrow() for name in TABLES})
    began, used = time.perf_counter(), processor()
    with tempfile.TemporaryDirectory() as folder:
        found = link_changes(state, changes, names=rules, workdir=Path(folder))
    print(
        f"{what}: {told['records'].height:,} records; region {len(found.records):,} records, "
        f"{len(found.entries):,} entries; wall {time.perf_counter() - began:.1f} s, "
        f"cpu {processor() - used:.1f} s, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:,} MiB",
        flush=True,
    )
    for line in found.result.log.to_pylist():
        if line["seconds"] >= 0.1:
            print(f"    {line['stage']:16}{line['seconds']:8.2f}{line['cpu_seconds']:8.2f}")
    return found


def clusters(rows: pl.DataFrame, key: str, label: str) -> set[frozenset[int]]:
    """Return clusters as sets of ids."""
    return {frozenset(ids) for ids in rows.group_by(label).agg(key)[key].to_list()}


def standing(state: LinkState) -> dict[str, pl.DataFrame]:
    """Return the labels that a state holds."""
    records, entries = state.table("records"), state.table("entries")
    people = pl.DataFrame({"record_id": records["record_id"], "person": records["person"]})
    families = pl.DataFrame({"entry_id": entries["e_id"], "family": entries["family"]})
    return {"people": people.filter(records["alive"]), "families": families.filter(entries["e_alive"])}


def main() -> None:
    """Link without the organisation, take it in, and say what it cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--judge", action="store_true")
    asked = parser.parse_args()
    data = {name: pl.read_parquet(asked.folder / f"{name}.parquet") for name in TABLES}
    rules = NameRules(**engine_rules())
    sizes = data["records"].group_by("organisation").len().sort("len")
    chosen = sizes.filter(pl.col("len") >= 0.8 * asked.records).row(0)[0]
    new = data["entries"].filter(pl.col("organisation") == chosen).select("entry_id")
    old = data["entries"].filter(pl.col("organisation") != chosen).select("entry_id")
    began, used = time.perf_counter(), processor()
    first = link_all(part_of(data, old), rules, want_state=True)
    print(f"before: {first.counts['records']:,} records, full run with state: ", end="")
    print(f"wall {time.perf_counter() - began:.1f} s, cpu {processor() - used:.1f} s", flush=True)
    state = first.state
    assert state is not None
    del first
    found = take(state, part_of(data, new), rules, "one organisation")
    take(found.state, part_of(data, new.head(1)), rules, "one family")
    if asked.judge:
        mine = standing(found.state)
        for what, more in (("frozen", {"frozen": found.state.context()}), ("free", {})):
            whole = link_all(data, rules, **more)
            for table, key, label in LABELS:
                theirs = clusters(pl.DataFrame(pl.from_arrow(getattr(whole, table))), key, label)
                apart = sum(len(ids) for ids in clusters(mine[table], key, label) - theirs)
                rows = mine[table].height
                print(f"{what} run of everything: {apart:,} of {rows:,} rows stand otherwise ({table})")


if __name__ == "__main__":
    main()
