"""
Measure «who is this?» over many people: how often it is right, how quick, and that it weighs as the engine does.

    WASL_HOME=/tmp/bench python benchmarks/identify.py --families 110000
    WASL_HOME=/tmp/bench python benchmarks/identify.py --families 110000 --pairs 1000000

Makes an installation of its own in WASL_HOME. Records of some people are held out of the population and asked for
as their clerks wrote them: of people who have another record, the right person must come first; of people who have
none, nobody may be called the same. Then p50 and p99 with one client and with eight. `--pairs` compares that many
pairs, random ones and candidates, with the engine's own weights: they must be equal.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
Tables = dict[str, pl.DataFrame]
SUBJECTS = (
    "INSERT INTO registry_subject (id, kind, created_run) OVERRIDING SYSTEM VALUE"
    " SELECT 1000000 + person, 'person', 1 FROM (SELECT DISTINCT person FROM person_in) p",
    "INSERT INTO registry_subject (id, kind, created_run) OVERRIDING SYSTEM VALUE"
    " SELECT 500000000 + family, 'family', 1 FROM (SELECT DISTINCT family FROM family_in) f",
    "INSERT INTO registry_link (record_id, person_id, since_run) SELECT record_id, 1000000 + person, 1 FROM person_in",
    "INSERT INTO registry_entry_link (entry_id, family_id, since_run)"
    " SELECT entry_id, 500000000 + family, 1 FROM family_in",
    "INSERT INTO registry_membership (person_id, family_id, since_run)"
    " SELECT DISTINCT ON (p.person) 1000000 + p.person, 500000000 + h.family, 1"
    " FROM person_in p JOIN home_in h USING (record_id) ORDER BY p.person, h.family",
)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--families", type=int, default=110_000)
    arguments.add_argument("--organisations", type=int, default=34)
    arguments.add_argument("--seed", type=int, default=77)
    arguments.add_argument("--tables", help="a folder of Parquet tables in place of a new population")
    arguments.add_argument("--ask", type=int, default=2000, help="people of each kind to ask for")
    arguments.add_argument("--pairs", type=int, default=0)
    given = arguments.parse_args()
    wasl = str(Path(sys.executable).with_name("wasl"))
    subprocess.run([wasl, "init"], check=True, stdout=subprocess.DEVNULL)
    from wasl.cli.session import open_viewer

    by = open_viewer()
    kept = Path(os.environ["WASL_HOME"]) / "identify"
    if not (kept / "truth.parquet").exists():
        kept.mkdir(exist_ok=True)
        _build(by, given, kept)
    if given.pairs:
        compare_pairs(kept, given.pairs, given.seed)
    truth = pl.read_parquet(kept / "truth.parquet")
    asked = pl.read_parquet(kept / "asked.parquet")
    for kind, found in measure_answers(asked, truth, given.ask).items():
        print(json.dumps({"ask": kind, **found}, ensure_ascii=False), flush=True)
    for clients in (1, 8):
        print(json.dumps({"clients": clients, **measure_times(asked, clients)}), flush=True)
    print(json.dumps({"load_average": os.getloadavg()[0], **_sizes()}))


def _build(by: Any, given: argparse.Namespace, kept: Path) -> None:
    tables = _read_tables(given)
    truth = tables.pop("record_truth")
    asked, tables = hold_out(tables, truth, given.seed)
    asked.write_parquet(kept / "asked.parquet")
    for name in ("records", "entries", "members", "editions"):
        tables[name].write_parquet(kept / f"{name}.parquet")
    numbers = make_organisations(by, sorted(tables["records"]["organisation"].unique()))
    result = link(kept, numbers)
    fill(tables, result, numbers)
    truth.select("record_id", "person").write_parquet(kept / "truth.parquet")


def _read_tables(given: argparse.Namespace) -> Tables:
    names = ("records", "entries", "members", "editions", "record_truth")
    if given.tables:
        return {name: pl.read_parquet(Path(given.tables) / f"{name}.parquet") for name in names}
    from wasl.synth.records import population_records

    made = population_records(given.families, given.organisations, given.seed)
    return {name: pl.DataFrame(pl.from_arrow(made[name])) for name in names}


def hold_out(tables: Tables, truth: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, Tables]:
    """Take one record of some thousands out of the population: of people with others, and of people without."""
    counted = truth.with_columns(pl.len().over("person").alias("records"))
    several = counted.filter(pl.col("records") > 1).sample(
        min(12_000, counted.height // 20), seed=seed, shuffle=True
    )
    several = several.unique("person", keep="first", maintain_order=True)
    alone = counted.filter(pl.col("records") == 1)
    alone = alone.sample(min(6_000, alone.height // 4), seed=seed, shuffle=True)
    spouses = _spouse_ids(tables)
    # Whose id others wrote too: an exact id finds nobody where nobody else has it.
    ids = truth.join(tables["records"].select("record_id", "nid"), on="record_id").drop_nulls("nid")
    shared = ids.filter(pl.col("record_id").n_unique().over("nid", "person") > 1).select(
        "record_id", id_shared=pl.lit(True)
    )
    out = pl.concat([several.with_columns(there=True), alone.with_columns(there=False)])
    asked = out.join(tables["records"], on="record_id").join(spouses, on="record_id", how="left")
    asked = asked.join(shared, on="record_id", how="left").with_columns(pl.col("id_shared").fill_null(False))
    gone = out.select("record_id")
    members = tables["members"].join(gone, on="record_id", how="anti")
    entries = tables["entries"].join(members.select("entry_id").unique(), on="entry_id", how="semi")
    return asked, {
        "records": tables["records"].join(gone, on="record_id", how="anti"),
        "members": members,
        "entries": entries,
        "editions": tables["editions"].join(entries.select("entry_id"), on="entry_id", how="semi"),
    }


def _spouse_ids(tables: Tables) -> pl.DataFrame:
    couples = tables["members"].filter(pl.col("relation").is_in(["head", "spouse"]))
    couples = couples.join(
        tables["records"].filter(pl.col("nid_check")).select("record_id", "nid"), on="record_id", how="left"
    )
    both = couples.join(couples, on="entry_id", suffix="_other").filter(
        pl.col("relation") != pl.col("relation_other")
    )
    return (
        both.filter(pl.col("nid_other").is_not_null())
        .unique("record_id", keep="first", maintain_order=True)
        .select("record_id", spouse_nid="nid_other")
    )


def make_organisations(by: Any, numbers: list[int]) -> dict[int, int]:
    """Add an organisation for each number of the tables, and return their ids."""
    from wasl.organisations.actions import add_organisation
    from wasl.organisations.rules import OrganisationKind

    found = {}
    for number in numbers:
        code = f"m{number:03d}"
        made, _ = add_organisation(
            by=by, at=NOW, code=code, kind=OrganisationKind.CHARITY, name_ar=f"جمعية {code}", name_en=code
        )
        found[number] = int(made.pk)
    return found


def link(kept: Path, numbers: dict[int, int]) -> Any:
    """Link the population as a run does."""
    from wasl.country.egypt.names import engine_rules
    from wasl.matching import LinkOptions, NameRules, link_records

    for name in ("records", "entries"):
        frame = pl.read_parquet(kept / f"{name}.parquet")
        organisation = pl.col("organisation").replace_strict(numbers, return_dtype=pl.Int32)
        frame.with_columns(organisation).write_parquet(kept / f"{name}.parquet")
    started = time.monotonic()
    result = link_records(
        kept / "records.parquet",
        kept / "entries.parquet",
        kept / "members.parquet",
        editions=kept / "editions.parquet",
        names=NameRules(**engine_rules()),
        workdir=kept / "work",
        options=LinkOptions(),
    )
    print(json.dumps({"linked_s": round(time.monotonic() - started, 1), **result.counts}), flush=True)
    return result


def fill(tables: Tables, result: Any, numbers: dict[int, int]) -> None:
    """Put the population and what was found into the registry, and its features beside; say what those cost."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.integration.linkage.filling import fill_registry
    from wasl.linkage.feature_terms import publish_terms
    from wasl.linkage.features import describe_missing
    from wasl.registry.staging import fill_staging, make_staging
    from wasl.store.connections import engine_connection, owner_connection

    own = {number: number for number in numbers.values()}
    by_id = pl.col("organisation").replace_strict(numbers, return_dtype=pl.Int64)
    for name in ("records", "entries"):
        tables[name] = tables[name].with_columns(organisation=by_id)
    with engine_connection() as engine:
        engine.execute("SET work_mem = '256MB'")
        fill_registry(engine, {name: frame.to_arrow() for name, frame in tables.items()}, own)
        people = pl.DataFrame(pl.from_arrow(result.people)).select("record_id", "person")
        families = pl.DataFrame(pl.from_arrow(result.families)).select("entry_id", "family")
        homes = pl.DataFrame(pl.from_arrow(result.memberships)).select("record_id", "family")
        staged = {
            "person_in": ("record_id bigint, person bigint", people),
            "family_in": ("entry_id bigint, family bigint", families),
            "home_in": ("record_id bigint, family bigint", homes),
        }
        make_staging(engine, {name: columns for name, (columns, _) in staged.items()})
        for name, (_, frame) in staged.items():
            fill_staging(engine, name, frame)
        for statement in SUBJECTS:
            engine.execute(statement.encode())
        engine.commit()
        started, cpu = time.monotonic(), time.process_time()
        described = describe_missing(engine)
        engine.commit()
        wall, own_cpu = time.monotonic() - started, time.process_time() - cpu
        print(
            json.dumps({"described": described, "wall_s": round(wall, 1), "python_s": round(own_cpu, 1)}),
            flush=True,
        )
        started = time.monotonic()
        publish_terms(engine, result)
        engine.commit()
        print(json.dumps({"terms_s": round(time.monotonic() - started, 1)}), flush=True)
    with owner_connection(autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def compare_pairs(kept: Path, count: int, seed: int) -> None:
    """Weigh pairs here and in the database, half of them random and half candidates; say how many differ."""
    from wasl.matching import LinkOptions
    from wasl.matching.blocking import candidate_pairs
    from wasl.matching.stages import Stages

    enc, w = read_engine(kept)
    rng = np.random.default_rng(seed)
    n = len(enc["record_id"])
    stages = Stages(kept / "pairs", "pairs", 1, None, None)
    from wasl.matching.arrays import unpack

    found = candidate_pairs(enc, enc["status"], LinkOptions(), stages)["pairs"]
    found = found[rng.permutation(len(found))[: count // 2]]
    a, b = unpack(found)
    x, y = rng.integers(0, n, (2, count - len(found)))
    a, b = np.concatenate((a, x[x != y])), np.concatenate((b, y[x != y]))
    flip = rng.random(len(a)) < 0.5
    a, b = np.where(flip, b, a), np.where(flip, a, b)
    print(json.dumps({"pairs": len(a), "differ": count_differing(enc, w, a, b)}), flush=True)


def read_engine(kept: Path) -> tuple[Any, Any]:
    """Return what the engine encoded and weighed by, as its run left it."""
    from wasl.matching.collapse import forget_borrowed
    from wasl.matching.refine import read_model
    from wasl.matching.stages import read_stage
    from wasl.matching.weights import build_weights, classes_of

    enc = read_stage(kept / "work", "encoded")
    enc.update(read_stage(kept / "work", "collapsed"))
    forget_borrowed(enc)
    model = read_model(read_stage(kept / "work", "refined"))
    enc["quality"] = classes_of(enc["org"], model)
    return enc, build_weights(enc, model)


def count_differing(enc: Any, w: Any, a: Any, b: Any, chunk: int = 50_000) -> int:
    """Return how many pairs the database weighs otherwise than the engine."""
    from wasl.matching.score import score_pairs
    from wasl.store.connections import engine_connection

    wrong = 0
    shown = 0
    with engine_connection() as engine:
        for at in range(0, len(a), chunk):
            x, y = a[at : at + chunk], b[at : at + chunk]
            levels, weight = score_pairs(enc, w, x.astype(np.int32), y.astype(np.int32))
            ids = enc["record_id"]
            rows = engine.execute(
                "SELECT place, weight, levels FROM linkage_score(%s, %s, %s) ORDER BY place",
                [ids[x].tolist(), ids[y].tolist(), (levels["nid"] == 2).tolist()],
            ).fetchall()
            same = np.zeros(len(x), dtype=bool)
            for place, found, seen in rows:
                same[place - 1] = found == weight[place - 1]
                if not same[place - 1] and shown < 10:
                    shown += 1
                    own = [int(levels[name][place - 1]) for name in levels if name != "household"]
                    print(
                        int(ids[x[place - 1]]),
                        int(ids[y[place - 1]]),
                        found,
                        int(weight[place - 1]),
                        seen,
                        own,
                    )
            wrong += int((~same).sum())
    return wrong


Asker = Callable[[dict[str, Any]], Any]
WAYS: dict[str, tuple[str, ...]] = {
    "id": ("nid",),
    "id, one slip": ("slip", "name", "born"),
    "name, birth, place": ("name", "born", "sex", "place"),
    "name, birth, place, phone": ("name", "born", "sex", "place", "phone"),
    "name, place": ("name", "sex", "place"),
    "name, spouse's id": ("name", "sex", "spouse_nid"),
    "all": ("nid", "name", "born", "sex", "place", "phone", "spouse_nid"),
}


def query_of(row: dict[str, Any], way: tuple[str, ...]) -> Any:
    """Return the question of one way to ask for a held-out record; None where it does not hold what is asked."""
    from wasl.linkage.identify import Query

    facts: dict[str, Any] = {}
    if way[0] in ("nid", "slip") and len(way) < 7 and row["there"] and not row["id_shared"]:
        return None
    for part in way:
        if part == "slip":
            facts["nid"] = slipped(row["nid"], row["record_id"]) if row["nid"] else None
        elif part == "born":
            facts |= {"born": row["birth_date"], "precision": row["birth_precision"] or "day"}
        elif part == "place":
            facts |= {name: row[name] for name in ("governorate", "markaz", "village")}
        else:
            facts[part] = row[part] if part != "sex" else row["sex"] or None
    wanted = {"slip": "nid", "place": "markaz"}
    if len(way) < 7 and any(facts.get(wanted.get(part, part)) is None for part in way if part != "sex"):
        return None
    return replace(Query(), **facts)


def slipped(nid: str, seed: int) -> str:
    """Return an id with one wrong digit, or two swapped, that might have been issued."""
    from wasl.country.egypt.national_id import check_national_id
    from wasl.linkage.identify_query import neighbours

    others = [
        one for one in sorted(neighbours(nid)) if not isinstance(check_national_id(one, NOW.date()), str)
    ]
    return others[seed % len(others)] if others else nid


def desk() -> Any:
    """Return the eyes of the identity desk."""
    from wasl.organisations.viewer import Viewer

    return Viewer(None, "bench", None, "", "desk")


def measure_answers(asked: pl.DataFrame, truth: pl.DataFrame, count: int) -> dict[str, dict[str, Any]]:
    """Ask for held-out records in every way; say how often the right person came first, and the bands."""
    from wasl.linkage.identify import identify

    person = dict(truth.select("record_id", "person").iter_rows())
    out: dict[str, dict[str, Any]] = {}
    for kind, way in WAYS.items():
        for there in (True, False):
            rows = asked.filter(pl.col("there") == there).iter_rows(named=True)
            tally = dict.fromkeys(("asked", "first", "same", "same_wrong", "possible", "new"), 0)
            weights = []
            for row in rows:
                query = query_of(row, way)
                if query is None:
                    continue
                answer = identify(desk(), query, at=NOW)
                best = answer.candidates[0] if answer.candidates else None
                right = best is not None and person.get(best.best.record_id) == row["person"]
                tally["asked"] += 1
                tally["first"] += right
                tally[answer.band] += 1
                tally["same_wrong"] += answer.band == "same" and not right
                weights.append(best.weight if best else -9999)
                if tally["asked"] >= count:
                    break
            if tally["asked"]:
                shares = {name: round(n / tally["asked"], 4) for name, n in tally.items() if name != "asked"}
                spread = np.percentile(weights, [1, 5, 50, 95, 99]).round().astype(int).tolist()
                out[f"{kind} / {'there' if there else 'not there'}"] = {
                    "asked": tally["asked"],
                    **shares,
                    "weights": spread,
                }
    return out


def _time_some(rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    from wasl.cli.session import open_viewer
    from wasl.linkage.identify import identify

    open_viewer()
    times: dict[str, list[float]] = {}
    for number, row in enumerate(rows):
        for kind, way in WAYS.items():
            query = query_of(row, way)
            if query is not None:
                started = time.perf_counter()
                identify(desk(), query, at=NOW)
                if number >= 20:
                    times.setdefault(kind, []).append((time.perf_counter() - started) * 1000)
    return times


def measure_times(asked: pl.DataFrame, clients: int) -> dict[str, Any]:
    """Return p50 and p99 in milliseconds by kind of question, with so many clients asking at once."""
    rows = asked.sample(min(400, asked.height), seed=5).to_dicts()
    if clients == 1:
        all_times = [_time_some(rows)]
    else:
        # Spawned, not forked: a connection is nobody's but the process's that opened it.
        with ProcessPoolExecutor(clients, mp_context=get_context("spawn")) as pool:
            all_times = list(pool.map(_time_some, [rows[at::clients] * 2 for at in range(clients)]))
    out = {}
    for kind in WAYS:
        times = [ms for found in all_times for ms in found.get(kind, [])]
        if times:
            out[kind] = [round(float(np.percentile(times, at)), 1) for at in (50, 99)]
    return out


def _sizes() -> dict[str, int]:
    from wasl.store.connections import engine_connection

    names = (
        *("linkage_feature", "linkage_feature_date", "linkage_feature_place", "linkage_feature_names"),
        "linkage_token",
    )
    with engine_connection() as engine:
        sizes = {
            f"{name}_mb": engine.execute("SELECT pg_total_relation_size(%s) / 1000000", [name]).fetchall()[0][
                0
            ]
            for name in names
        }
        sizes["records"] = engine.execute("SELECT count(*) FROM linkage_feature").fetchall()[0][0]
    return sizes


if __name__ == "__main__":
    main()
