"""
How often a door is wrong: families refused who are not covered, and covered ones whom it lets through.

    .venv/bin/python -m benchmarks.door_mistakes --families 400000 --folder /tmp/mistakes [--askers 3]

A fictional alliance is loaded and linked whole (a folder made before is used again). Then one organisation after the
other is taken for one that only now gives: what its own lists gave counts no longer, and for every family, need and
month of those lists it asks the door, as if it gave then. Nothing is kept. Whether somebody else covers that family is
known from the truth about the rows of the others' lists, as far as they were read.

By need: how many were asked about and how many are truly covered; of what was refused, warned of and asked how much in
vain; and how many covered ones were let through. Goals: wrong refusals at most 1 in 1,000 refusals, overlaps let
through at most 10 in 100.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import psycopg

CHUNK = 5_000
# Needs of one month each, whose guard refuses.
REFUSING = ("monthly_cash", "food_package")
# Rows that state a benefit, with where they stand: the truth knows rows by file, sheet and number.
CLAIMS = """
SELECT i.file_name AS file, i.sheet, c.row, c.organisation_id, c.list_id, c.entry_id,
    CASE WHEN c.to_person THEN c.given_to_record END AS record_id, c.to_person, c.need, c.month, c.first_month, c.last_month,
    ns.slot, n.subject
FROM benefits_claim c
JOIN intake_list i ON i.id = c.list_id
JOIN benefits_need n ON n.code = c.need AND n.guard <> 'none'
JOIN benefits_need_version_slot ns ON ns.need = c.need AND ns.version = c.need_version
WHERE c.active AND c.kind = 'given' AND NOT c.repeated
"""
SCHEMA = {
    "file": pl.Utf8, "sheet": pl.Utf8, "row": pl.Int64, "organisation": pl.Int64, "list_id": pl.Int64, "entry": pl.Int64,
    "record": pl.Int64, "to_person": pl.Boolean, "need": pl.Utf8, "month": pl.Date, "first": pl.Date, "last": pl.Date,
    "slot": pl.Utf8, "subject": pl.Utf8,
}  # fmt: skip
ASK = """
SELECT ord, outcome FROM benefits_reserve(%(organisation)s, %(need)s, %(month)s, %(entries)s, %(records)s,
    %(none)s::numeric[], %(none)s::bigint[], %(answers)s, '', 'bulk', 'benchmark', now(), '{}')
"""
SET_ASIDE = (
    "CREATE TEMP TABLE touched_family (family_id bigint PRIMARY KEY) ON COMMIT DROP",
    "INSERT INTO touched_family SELECT DISTINCT l.family_id FROM benefits_claim c"
    " JOIN registry_entry_link l ON l.entry_id = c.entry_id AND l.until_run IS NULL WHERE c.list_id = ANY(%(lists)s)",
    "UPDATE benefits_claim SET active = false WHERE list_id = ANY(%(lists)s)",
    "SELECT benefits_settle_touched()",
)
ANSWERS = ("refused", "warned", "asked", "reserved")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--families", type=int, default=20_000)
    options.add_argument("--organisations", type=int, default=12)
    options.add_argument("--seed", type=int, default=41)
    options.add_argument(
        "--askers", type=int, default=3, help="how many organisations ask, the largest first"
    )
    options.add_argument(
        "--any-month",
        action="store_true",
        help="ask for refusing needs in every month that others gave in, too",
    )
    options.add_argument("--folder", type=Path, required=True)
    chosen = options.parse_args()
    os.environ["WASL_HOME"] = str(chosen.folder / "home")
    make_alliance(chosen.folder, chosen.families, chosen.organisations, chosen.seed)
    truth = read_truth(chosen.folder / "lists" / "truth.parquet")
    from wasl.store.connections import engine_connection

    with engine_connection() as connection:
        claims = read_claims(connection, truth)
        people = connection.execute(
            "SELECT count(*) FROM registry_subject WHERE kind = 'person' AND state = 'current'"
        )
        print(
            f"{people.fetchone()[0]:,} people, {claims.height:,} givings in slots, {claims['list_id'].n_unique():,} lists"
        )
        found = [
            ask_as(connection, claims, one, any_month=chosen.any_month)
            for one in largest(claims, chosen.askers)
        ]
    show(pl.concat(found))


def make_alliance(folder: Path, families: int, organisations: int, seed: int) -> None:
    """Write, load and link the alliance, unless this folder holds it already."""
    from wasl.cli.demo import load_lists
    from wasl.cli.init import init
    from wasl.cli.progress import progress
    from wasl.cli.session import now, open_viewer

    done = folder / "linked"
    if done.exists():
        open_viewer()
        return
    started = time.perf_counter()
    init(show_sql=False, backup=None, as_json=False)
    viewer = open_viewer()
    from wasl.linkage.actions import run_linkage
    from wasl.organisations.actions import add_organisation
    from wasl.organisations.rules import OrganisationKind
    from wasl.synth import generate

    lists = folder / "lists"
    if not (lists / "manifest.json").exists():
        generate(lists, families, organisations, seed)
    manifest = json.loads((lists / "manifest.json").read_text(encoding="utf-8"))
    for one in manifest["organisations"]:
        add_organisation(
            by=viewer, at=now(), code=one["code"], kind=OrganisationKind(one["kind"]), name_ar=one["name_ar"],
            name_en=one["name_en"],
        )  # fmt: skip
    with progress() as report:
        load_lists(viewer, lists, manifest, report)
        print(f"loaded after {time.perf_counter() - started:.0f} s", flush=True)
        run_linkage(by=viewer, at=now(), progress=report)
    print(f"linked after {time.perf_counter() - started:.0f} s", flush=True)
    done.touch()


def read_truth(path: Path) -> pl.DataFrame:
    """Return for each row of a list its true family, and the person it is about, as far as it is about one."""
    mentions = pl.read_parquet(path)
    rank = pl.col("role").replace_strict({"person": 0, "registrant": 1, "spouse": 2}, default=3)
    heads = mentions.sort(rank, maintain_order=True).unique(
        ["file", "sheet", "row"], keep="first", maintain_order=True
    )
    child = mentions.filter(pl.col("role") == "child1").select("file", "sheet", "row", child=pl.col("person"))
    return heads.select("file", "sheet", "row", "family", "person").join(
        child, on=["file", "sheet", "row"], how="left"
    )


def read_claims(connection: psycopg.Connection, truth: pl.DataFrame) -> pl.DataFrame:
    """Return what lists say was given, a row for each slot, with the true family and person of its row."""
    with connection.cursor(name="claims") as cursor:
        cursor.itersize = 200_000
        cursor.execute(CLAIMS)
        parts = []
        while rows := cursor.fetchmany(200_000):
            parts.append(pl.DataFrame(rows, schema=SCHEMA, orient="row"))
    claims = pl.concat(parts).join(truth, on=["file", "sheet", "row"], how="inner")
    # Of a list of pupils the child is given to, of others whoever the line is about.
    per_person = pl.col("to_person") & (pl.col("subject") == "person")
    return claims.with_columns(
        person=pl.when(per_person).then(pl.coalesce("child", "person")),
        per_person=pl.col("subject") == "person",
    ).drop("child", "subject")


def largest(claims: pl.DataFrame, askers: int) -> list[int]:
    """Return the organisations that gave most, but for the one with the largest lists: the state gives otherwise."""
    return claims["organisation"].value_counts(sort=True)["organisation"].to_list()[1 : askers + 1]


def ask_as(
    connection: psycopg.Connection, claims: pl.DataFrame, organisation: int, *, any_month: bool
) -> pl.DataFrame:
    """Let an organisation's own givings count no longer, ask the door about each of them, and take all of it back."""
    own = claims.filter(pl.col("organisation") == organisation)
    asked = own.unique(["need", "month", "family", "person"], keep="first", maintain_order=True)
    if any_month:
        asked = pl.concat([asked, *(in_any_month(own, claims, need) for need in REFUSING)]).unique(
            ["need", "month", "family", "person"], keep="first", maintain_order=True
        )
    asked = asked.with_row_index("question").with_columns(is_covered=pl.lit(False))
    covered = find_covered(asked, claims.filter(pl.col("organisation") != organisation))
    started = time.perf_counter()
    lists = {"lists": own["list_id"].unique().to_list()}
    for statement in SET_ASIDE:
        connection.execute(statement.encode(), lists if "%(lists)s" in statement else None)
    print(f"organisation {organisation}: {asked.height:,} questions; its givings set aside in"
          f" {time.perf_counter() - started:.0f} s", flush=True)  # fmt: skip
    started = time.perf_counter()
    answers = pl.concat([ask(connection, organisation, chunk) for chunk in chunks(asked)])
    print(f"  asked in {time.perf_counter() - started:.0f} s", flush=True)
    connection.rollback()
    return asked.select("question", "need").join(answers, on="question").with_columns(
        is_covered=pl.col("question").is_in(covered.implode())
    )  # fmt: skip


def in_any_month(own: pl.DataFrame, claims: pl.DataFrame, need: str) -> pl.DataFrame:
    """Return a question for each family that an organisation gives this need to, in each month that anybody gave it."""
    families = own.filter(pl.col("need") == need).unique("family", keep="first", maintain_order=True)
    months = (
        claims.filter(pl.col("need") == need).select(asked_for=pl.col("month")).unique().sort("asked_for")
    )
    asked = families.join(months, how="cross")
    return asked.with_columns(*(pl.col("asked_for").alias(name) for name in ("month", "first", "last"))).drop(
        "asked_for"
    )


def find_covered(asked: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """Return the questions whose family (or person, where both say to whom) somebody else truly covers."""
    pairs = asked.join(others, on=["slot", "family"], suffix="_other").filter(
        (pl.col("first") <= pl.col("last_other")) & (pl.col("first_other") <= pl.col("last"))
    )
    same_person = (
        pl.col("person").is_null()
        | pl.col("person_other").is_null()
        | (pl.col("person") == pl.col("person_other"))
    )
    by_family = pairs.filter(~pl.col("per_person") | same_person)["question"]
    by_person = asked.filter(pl.col("person").is_not_null()).join(others, on=["slot", "person"], suffix="_other").filter(
        (pl.col("first") <= pl.col("last_other")) & (pl.col("first_other") <= pl.col("last")))["question"]  # fmt: skip
    return pl.concat([by_family, by_person]).unique()


def chunks(asked: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for part in asked.partition_by("need", "month"):
        yield from part.iter_slices(CHUNK)


def ask(connection: psycopg.Connection, organisation: int, part: pl.DataFrame) -> pl.DataFrame:
    """Ask the door about families of one need and month, and undo what it reserved."""
    values: dict[str, Any] = {
        "organisation": organisation, "need": part["need"][0], "month": part["month"][0], "none": [None] * part.height,
        "entries": part["entry"].to_list(), "records": part["record"].to_list(), "answers": [""] * part.height,
    }  # fmt: skip
    connection.execute("SAVEPOINT asking")
    rows = connection.execute(ASK, values).fetchall()
    connection.execute("ROLLBACK TO SAVEPOINT asking")
    questions = part["question"].to_list()
    found = [(questions[place - 1], outcome) for place, outcome in rows]
    return pl.DataFrame(found, schema={"question": asked_type(part), "outcome": pl.Utf8}, orient="row")


def asked_type(part: pl.DataFrame) -> Any:
    return part.schema["question"]


def show(found: pl.DataFrame) -> None:
    """Print the answers by need and in all, and the two figures that have a goal."""
    print(found["outcome"].value_counts(sort=True))
    print(f"{'need':22}{'asked of':>10}{'covered':>10}" + "".join(f"{name:>10}{'in vain':>9}" for name in ANSWERS[:3])
          + f"{'let through':>13}{'of covered':>12}")  # fmt: skip
    for need in [*sorted(found["need"].unique().to_list()), "all"]:
        part = found if need == "all" else found.filter(pl.col("need") == need)
        counts = {
            name: (
                part.filter(outcome := pl.col("outcome") == name).height,
                part.filter(outcome & ~pl.col("is_covered")).height,
            )
            for name in ANSWERS
        }
        covered = int(part["is_covered"].sum())
        through = counts["reserved"][0] - counts["reserved"][1]
        print(f"{need:22}{part.height:>10,}{covered:>10,}"
              + "".join(f"{counts[name][0]:>10,}{counts[name][1]:>9,}" for name in ANSWERS[:3])
              + f"{through:>13,}{through / covered if covered else 0:>12.4f}")  # fmt: skip
    refused = found.filter(pl.col("outcome") == "refused")
    wrong = refused.filter(~pl.col("is_covered")).height
    low, high = interval(wrong, refused.height)
    print(f"wrong refusals: {wrong:,} of {refused.height:,}"
          f" = {1000 * wrong / max(1, refused.height):.2f} in 1,000 (95 %: {1000 * low:.2f}-{1000 * high:.2f})")  # fmt: skip


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return Wilson's interval of a share at 95 %."""
    if not of:
        return 0.0, 1.0
    z = 1.96
    share, spread = hits / of, z * z / of
    middle = share + spread / 2
    reach = z * ((share * (1 - share) + spread / 4) / of) ** 0.5
    return max(0.0, (middle - reach) / (1 + spread)), (middle + reach) / (1 + spread)


if __name__ == "__main__":
    main()
