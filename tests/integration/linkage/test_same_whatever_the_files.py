"""L2: the same rows twice, shuffled, or in two files give the same people, families, claims and overlaps."""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

import psycopg
import pytest

from tests.conftest import NOW
from tests.wasl_postgres import TestDatabase
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import add_organisation, found_alliance
from wasl.organisations.queries import CONSOLE, get_viewer
from wasl.organisations.rules import OrganisationKind
from wasl.store.connections import engine_connection, owner_connection
from wasl.store.verification import list_checks, run_check

MEN = ["محمد", "أحمد", "محمود", "علي", "حسن", "إبراهيم", "سيد", "خالد", "عمر", "ياسر", "طارق", "سامي"]
WOMEN = ["فاطمة", "زينب", "عائشة", "مريم", "هدى", "سعاد", "نادية", "أمل", "منى", "هبة", "ليلى", "سناء"]
VILLAGES = ["كفر الشيخ علي", "ميت حمد", "عزبة البرج"]
HEADER = [
    "الاسم",
    "الرقم القومي",
    "اسم الزوجة",
    "رقم قومي الزوجة",
    "تاريخ الميلاد",
    "التليفون",
    "المحافظة",
    "المركز",
    "القرية",
]


def national_id(choose: random.Random, *, man: bool) -> str:
    """Make an id whose check digit fits."""
    from wasl.country.egypt.national_id import check_digit

    day = date(1955 + choose.randrange(40), 1 + choose.randrange(12), 1 + choose.randrange(28))
    serial = choose.randrange(1, 999)
    first = f"2{day:%y%m%d}12{serial:03}{choose.choice('13579' if man else '2468')}"
    return first + str(check_digit(first))


def families(choose: random.Random, count: int) -> list[list[str]]:
    rows = []
    for _ in range(count):
        line = [choose.choice(MEN) for _ in range(4)]
        man, woman = national_id(choose, man=True), national_id(choose, man=False)
        wife = " ".join([choose.choice(WOMEN), *(choose.choice(MEN) for _ in range(3))])
        born = f"{man[5:7]}/{man[3:5]}/19{man[1:3]}"
        rows.append([" ".join(line), man, wife, woman, born, f"010{choose.randrange(10**7, 10**8)}",
                     "الدقهلية", "ميت غمر", choose.choice(VILLAGES)])  # fmt: skip
    return rows


def retyped(choose: random.Random, row: list[str]) -> list[str]:
    """Another clerk's row of the same family: ids left out, names spelt otherwise, no birth date."""
    name, man, wife, woman, born, phone, *place = row
    form = choose.randrange(4)
    return [
        name.replace("أ", "ا").replace("إ", "ا") if form else name,
        man if form != 1 else "",
        wife if form != 2 else "",
        woman if form not in (1, 2) else "",
        born if form != 3 else "",
        phone,
        *place,
    ]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def outcome(database: TestDatabase, files: list[tuple[str, Path]]) -> dict[str, object]:
    """Load the files into an empty alliance, link, and return what was found, free of numbers and places."""
    database.reset()
    found_alliance(at=NOW)
    desk = get_viewer(CONSOLE)
    for code in ("m01", "m02"):
        add_organisation(by=desk, at=NOW, code=code, kind=OrganisationKind.CHARITY, name_ar=code, name_en="")
    options = LoadOptions(
        today=date(2025, 4, 2), kind="given", need="food_box", month=date(2025, 3, 1), value_piastres=25_000
    )
    for organisation, path in files:
        load_file(path=path, organisation=organisation, options=options, by=desk, at=NOW)
    run_linkage(by=desk, at=NOW)
    with owner_connection() as owner:
        assert [
            f for check in list_checks() if check.id[0] in "BL" and not (f := run_check(owner, check)).is_kept
        ] == []
    with engine_connection() as connection:
        return {
            "people": partition(connection, PEOPLE),
            "likely_people": partition(connection, LIKELY_PEOPLE),
            "families": partition(connection, FAMILIES),
            "claims": partition(connection, CLAIMS),
            "overlaps": sorted(connection.execute(OVERLAPS).fetchall()),
        }


CONTENT = "organisation_id - (SELECT min(id) FROM organisations_organisation), name, birth_date, phone"
PEOPLE = f"SELECT person_id, {CONTENT} FROM registry_link JOIN registry_record ON id = record_id WHERE until_run IS NULL"
LIKELY_PEOPLE = (
    f"SELECT coalesce(group_id, person_id), {CONTENT} FROM registry_link JOIN registry_record ON id = record_id"
    " LEFT JOIN registry_group_member ON subject_id = person_id WHERE until_run IS NULL"
)
FAMILIES = (
    f"SELECT family_id, r.{CONTENT} FROM registry_entry_link JOIN registry_entry_member AS m USING (entry_id)"
    " JOIN registry_record AS r ON r.id = m.record_id WHERE until_run IS NULL"
)
CLAIMS = (
    f"SELECT family_id, r.{CONTENT}, need, month, value_piastres FROM benefits_claim"
    " JOIN registry_entry_link USING (entry_id)"
    " JOIN registry_record AS r ON r.id = given_to_record WHERE active AND NOT repeated AND until_run IS NULL"
)
OVERLAPS = (
    "SELECT certainty, slot, month, organisations, cost_piastres, unvalued, count(*) FROM benefits_overlap"
    " WHERE state = 'open' GROUP BY 1, 2, 3, 4, 5, 6"
)


def partition(connection: psycopg.Connection, query: str) -> list[list[tuple]]:
    parts: dict[int, list[tuple]] = {}
    for label, *content in connection.execute(query.encode()).fetchall():
        parts.setdefault(label, []).append(tuple(map(str, content)))
    return sorted(sorted(part) for part in parts.values())


@pytest.mark.parametrize("seed", [1])
def test_shuffled_split_and_repeated_files_give_the_same(database: TestDatabase, tmp_path: Path, seed: int):
    choose = random.Random(seed)
    first = families(choose, 40)
    second = [retyped(choose, row) for row in first[:25]] + families(choose, 15)
    plain = [("m01", write(tmp_path / "a.csv", first)), ("m02", write(tmp_path / "b.csv", second))]
    expected = outcome(database, plain)
    assert expected["overlaps"]

    mixed = [choose.sample(rows, len(rows)) for rows in (first, second)]
    shuffled = [("m02", write(tmp_path / "b2.csv", mixed[1])), ("m01", write(tmp_path / "a2.csv", mixed[0]))]
    assert outcome(database, shuffled) == expected

    halves = [("m01", write(tmp_path / "a3.csv", mixed[0][:13])), ("m02", plain[1][1]),
              ("m01", write(tmp_path / "a4.csv", mixed[0][13:]))]  # fmt: skip
    assert outcome(database, halves) == expected

    assert outcome(database, [*plain, *plain]) == expected
