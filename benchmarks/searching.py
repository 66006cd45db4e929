"""
Measure search over many people: what a page asks of the database, as an officer and as the desk.

    WASL_HOME=/tmp/bench python benchmarks/searching.py --people 1000000

Makes an installation of its own in WASL_HOME, people of thirty organisations straight into the registry (names by
the frequencies of the country, ids of serials 9000-9999), each with a link, a family and a place, and their index;
says how long the index took and p50, p99 and the longest of each kind of search, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import psycopg

ORGANISATIONS = 30
PART = 200_000
# Everything that a record needs around it to be found: an entry in a list that counts, a person, a family.
AROUND = (
    "INSERT INTO registry_entry (organisation_id, own_no, content_key, head_record_id)"
    " SELECT organisation_id, own_no + 1, content_key, id FROM registry_record ORDER BY id",
    "INSERT INTO registry_entry_member (entry_id, record_id, organisation_id, role)"
    " SELECT id, head_record_id, organisation_id, 'person' FROM registry_entry",
    "INSERT INTO registry_appearance (entry_id, list_id, organisation_id, month, active)"
    " SELECT id, organisation_id, organisation_id, '2025-03-01', true FROM registry_entry",
    "INSERT INTO registry_subject (kind, created_run) SELECT 'person', 1 FROM registry_record",
    "INSERT INTO registry_link (record_id, person_id, since_run)"
    " SELECT id, 100000 + row_number() OVER (ORDER BY id), 1 FROM registry_record",
    "INSERT INTO registry_subject (kind, created_run) SELECT 'family', 1 FROM registry_record",
    "INSERT INTO registry_entry_link (entry_id, family_id, since_run)"
    " SELECT id, (SELECT min(id) FROM registry_subject WHERE kind = 'family') - 1 + row_number() OVER (ORDER BY id), 1"
    " FROM registry_entry",
    "INSERT INTO registry_membership (person_id, family_id, since_run)"
    " SELECT l.person_id, f.family_id, 1 FROM registry_link l JOIN registry_entry_member m USING (record_id)"
    " JOIN registry_entry_link f USING (entry_id)",
)
STAGED = """
CREATE TEMP TABLE person_in (
    organisation_id bigint, own_no integer, content_key text, name text, nid_index text, birth_date date, phone bigint,
    governorate text, markaz text)
"""
RECORDS = """
INSERT INTO registry_record (organisation_id, own_no, content_key, name, nid_index, nid_sealed, birth_date,
    birth_precision, phone, governorate, markaz)
SELECT organisation_id, own_no, decode(content_key, 'hex'), name, decode(nid_index, 'hex'), '\\x00', birth_date, 'day',
    phone, governorate, markaz
FROM person_in
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--searches", type=int, default=200)
    given = arguments.parse_args()
    wasl = str(Path(sys.executable).with_name("wasl"))
    subprocess.run([wasl, "init"], check=True, stdout=subprocess.DEVNULL)
    from wasl.cli.session import open_viewer

    open_viewer()
    if not _count():
        _make_organisations(wasl)
        _fill(given.people)
    for role in ("officer", "desk"):
        for kind, times in _measure(role, given.searches).items():
            spread = {"p50": np.percentile(times, 50), "p99": np.percentile(times, 99), "longest": max(times)}
            print(
                json.dumps({"role": role, "search": kind} | {key: round(ms, 1) for key, ms in spread.items()})
            )
    print(json.dumps({"people": _count(), "load_average": os.getloadavg()[0], **_sizes()}))


def _count() -> int:
    from wasl.store.connections import engine_connection

    with engine_connection() as engine:
        row = engine.execute("SELECT count(*) FROM registry_search").fetchone()
    return int(row[0]) if row else 0


def _make_organisations(wasl: str) -> None:
    for number in range(1, ORGANISATIONS + 1):
        code = f"m{number:02d}"
        command = [wasl, "organisations", "add", code, "--kind", "charity", "--name-ar", f"جمعية {code}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _names(count: int, choose: np.random.Generator) -> pl.Series:
    """Write names by the counted frequencies: given, father's, grandfather's, family name."""
    from wasl.country.egypt.names import lexicon_table

    table = pl.DataFrame(pl.from_arrow(lexicon_table()))
    parts = []
    for column in ("freq_given_m", "freq_father", "freq_later", "freq_later"):
        share = table[column].to_numpy() / table[column].sum()
        parts.append(table["token"].gather(choose.choice(table.height, size=count, p=share)))
    return (
        pl.DataFrame([part.alias(f"n{place}") for place, part in enumerate(parts)])
        .select(pl.concat_str(pl.all(), separator=" "))
        .to_series()
    )


def _fill(people: int) -> None:
    from wasl.registry.search_index import index_missing
    from wasl.store.connections import engine_connection, owner_connection

    choose = np.random.default_rng(7)
    with engine_connection() as engine:
        engine.execute("SET work_mem = '256MB'")
        found = engine.execute("SELECT id FROM organisations_organisation WHERE kind = 'charity' ORDER BY id")
        ids = [row[0] for row in found.fetchall()]
        places = engine.execute("SELECT governorate_code, code FROM places_markaz ORDER BY code").fetchall()
        engine.execute(STAGED)
        for start in range(0, people, PART):
            _fill_part(engine, min(PART, people - start), start, choose, ids, places)
        for statement in AROUND:
            engine.execute(statement.encode())
        engine.commit()
        started, cpu = time.monotonic(), time.process_time()
        index_missing(engine)
        engine.commit()
        print(json.dumps({"index_wall_s": round(time.monotonic() - started, 1),
                          "index_python_s": round(time.process_time() - cpu, 1)}))  # fmt: skip
    with owner_connection(autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def _fill_part(
    engine: psycopg.Connection,
    count: int,
    start: int,
    choose: np.random.Generator,
    organisations: list[int],
    places: list[tuple[str, str]],
) -> None:
    from wasl.store.sealing import keyed_index

    number = np.arange(start, start + count)
    place = choose.integers(len(places), size=count)
    frame = pl.DataFrame(
        {
            "organisation_id": np.array(organisations)[number % len(organisations)],
            "own_no": 2 * (number // len(organisations)) + 1,
            "content_key": [f"{one:032x}" for one in number],
            "name": _names(count, choose),
            "nid_index": [index.hex() for index in keyed_index([_nid(one) for one in number]) if index],
            "birth_date": [date(1940 + one % 70, 1 + one % 12, 1 + one % 28) for one in number],
            "phone": 1_000_000_000 + choose.integers(10**8, size=count),
            "governorate": [places[one][0] for one in place],
            "markaz": [places[one][1] for one in place],
        }
    )
    engine.execute("TRUNCATE person_in")
    with engine.cursor() as cursor, cursor.copy("COPY person_in FROM STDIN (FORMAT csv)") as copy:
        copy.write(frame.write_csv(include_header=False))
    engine.execute(RECORDS)


def _nid(number: int) -> str:
    """Give each person an id of its own, whose serial is none that was ever issued."""
    day = number % 28 + 1
    return f"2{number // 336_000 % 100:02d}{number // 28_000 % 12 + 1:02d}{day:02d}24{9000 + number // 28 % 1000}1"


def _measure(role: str, searches: int) -> dict[str, list[float]]:
    from wasl.organisations.viewer import Viewer
    from wasl.registry.search import search_people
    from wasl.registry.search_words import read_asked
    from wasl.store.connections import engine_connection

    with engine_connection() as engine:
        organisation = engine.execute(
            "SELECT min(id) FROM organisations_organisation WHERE kind = 'charity'"
        ).fetchone()
        assert organisation is not None
        own = int(organisation[0])
        kept = "WHERE r.organisation_id = %(own)s" if role == "officer" else ""
        people = engine.execute(
            "SELECT r.name, r.phone, m.name_ar, (r.organisation_id, r.own_no)::text FROM registry_record r"
            f" JOIN places_markaz m ON m.code = r.markaz {kept} ORDER BY r.content_key LIMIT 5000".encode(),
            {"own": own},
        ).fetchall()
    viewer = Viewer(
        None, "bench", own if role == "officer" else None, "m01" if role == "officer" else "", role
    )
    choose = random.Random(3)
    times: dict[str, list[float]] = {}
    for number in range(searches + 10):
        for kind, text in _texts(choose, people).items():
            started = time.perf_counter()
            search_people(viewer, read_asked(text, today=date(2026, 3, 1)))
            if number >= 10:
                times.setdefault(kind, []).append((time.perf_counter() - started) * 1000)
    return times


def _texts(choose: random.Random, people: list[tuple[str, int, str, str]]) -> dict[str, str]:
    name, phone, markaz, _ = choose.choice(people)
    words = name.split()
    rare = sorted(words, key=len)[-2:]
    word = choose.choice([one for one in words if len(one) > 3] or words)
    at = choose.randrange(1, len(word))
    slipped = [
        word[:at] + choose.choice("بتجدرسعفكلمن") + word[at + 1 :] if one == word else one for one in words
    ]
    return {
        "id": _nid(choose.randrange(1_000_000)),
        "phone": f"0{phone}",
        "whole name": name,
        "two rare words": " ".join(rare),
        "three common words": " ".join(choose.sample(["محمد", "احمد", "محمود", "علي", "حسن", "ابراهيم"], 3)),
        "two common words": " ".join(choose.sample(["محمد", "احمد", "محمود", "علي", "حسن", "ابراهيم"], 2)),
        "one common word": choose.choice(["محمد", "احمد", "محمود"]),
        "misspelt": " ".join(slipped[:3]),
        "with place": f"{words[0]} {words[1]} {markaz}",
    }


def _sizes() -> dict[str, int]:
    from wasl.store.connections import engine_connection

    relations = ("registry_search", "registry_search_keys", "registry_token", "registry_record_phone")
    with engine_connection() as engine:
        return {
            f"{name}_mb": engine.execute("SELECT pg_total_relation_size(%s) / 1000000", [name]).fetchall()[0][
                0
            ]
            for name in relations
        }


if __name__ == "__main__":
    main()
