"""Loading files into lists."""

from __future__ import annotations

import random
from pathlib import Path

import psycopg
import pytest

from tests.integration.intake.conftest import AT, HEADER, Load, options, people
from tests.integration.intake.content import count_claims, digest_content
from wasl.benefits.needs.actions import add_need
from wasl.benefits.needs.rules import NeedRule, NeedWords
from wasl.intake.actions import load_file
from wasl.intake.queries import access_list, find_record, list_lists
from wasl.intake.reading import Mapping
from wasl.intake.results import LoadResult
from wasl.kernel.errors import InvalidInput, NotAllowed, NotFound
from wasl.organisations.viewer import Viewer

IDENTITY = frozenset({"lists", "lines", "mentions", "claims", "appearances"})


def counts(result: LoadResult) -> tuple[int, ...]:
    rows = result.sheets[0].counts
    return rows.total, rows.accepted, rows.rejected, rows.repeated, rows.not_data


def test_load_file_counts_every_row_once(load: Load, amina: Viewer) -> None:
    lines = [
        *people(1, 5),
        people(2, 1)[0].replace("2,", "9,", 1),
        "7,,,ملوي,",
        "",
        "8,منى سعد,2.85E+13,ملوي,",
    ]
    result = load(lines, amina)
    assert counts(result) == (10, 6, 1, 1, 2)
    sheet = result.sheets[0]
    assert sheet.outcome == "loaded" and sheet.state == "active" and sheet.kind == "given"
    assert [(loss.code, loss.first_row, loss.example) for loss in sheet.losses] == [
        ("nid_scientific", 10, "2.85E+13")
    ]


def test_load_file_again_says_so_and_changes_nothing(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    lines = people(1, 8)
    load(lines, amina)
    before = digest_content(engine)
    again = load(lines, amina, name="another name.csv")
    assert again.sheets[0].outcome == "already"
    assert digest_content(engine) == before


def test_load_file_shuffled_gives_the_same_people_families_and_claims(
    load: Load, amina: Viewer, engine: psycopg.Connection, database: object
) -> None:
    lines = [*people(1, 30), *people(5, 4)]
    first = load(lines, amina)
    before = digest_content(engine, without=IDENTITY)
    random.Random(7).shuffle(lines)
    second = load(lines, amina, name="shuffled.csv")
    assert digest_content(engine, without=IDENTITY) == before
    assert counts(second) == counts(first)


def test_load_file_split_in_two_gives_the_same_records(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    lines = people(1, 20)
    load(lines, amina)
    before = digest_content(engine, without=IDENTITY)
    load(lines[:9], amina, name="one.csv")
    load(lines[9:], amina, name="two.csv")
    assert digest_content(engine, without=IDENTITY) == before


def test_load_file_groups_rows_of_one_family_number_and_sees_a_repeated_family(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    header = "رقم الأسرة,صلة القرابة,الاسم,الرقم القومي"
    family = ["رب الأسرة,سعيد محمود علي,26001012412345", "زوجة,منى حسن ابراهيم,", "ابن,كريم سعيد محمود,"]
    other = ["رب الأسرة,خالد محمود علي,26001012412361", "زوجة,هدى حسن ابراهيم,"]
    lines = [f"1,{line}" for line in family] + [f"2,{line}" for line in other]
    lines += [f"3,{line}" for line in (family[0], family[2], family[1])]
    result = load(lines, amina, header=header)
    assert counts(result) == (9, 5, 0, 3, 1)
    assert engine.execute("SELECT count(*) FROM registry_entry").fetchone() == (2,)
    assert engine.execute("SELECT count(*) FROM registry_entry_member").fetchone() == (5,)
    repeated = engine.execute(
        "SELECT row, repeated FROM benefits_claim WHERE repeated ORDER BY row"
    ).fetchall()
    assert [row for row, _ in repeated] == [7, 8, 9]


def test_load_file_without_month_makes_no_claim_and_counts_the_rows(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    result = load(people(1, 4), amina, options=options(month=None))
    assert result.sheets[0].counts.without_claim == 4
    assert count_claims(engine) == 0


def test_load_file_paid_by_another_organisation_is_a_family_known(
    load: Load, amina: Viewer, organisation_b: int, engine: psycopg.Connection
) -> None:
    header = "م,الاسم,الرقم القومي,المركز,الموبايل,جهة الصرف"
    payers = ["جمعية الأمل", "جمعية النور", "النور", "بنك الطعام المصري", ""]
    lines = [f"{line},{payer}" for line, payer in zip(people(1, 5), payers, strict=True)]
    result = load(lines, amina, header=header)
    assert result.sheets[0].counts.paid_elsewhere == 3
    assert count_claims(engine) == 2
    written = engine.execute("SELECT row, paid_by FROM intake_line WHERE row > 1 ORDER BY row").fetchall()
    assert written[:4] == [(2, "m01"), (3, "m02"), (4, "m02"), (5, "بنك الطعام المصري")]


def test_load_file_said_to_be_paid_by_another_makes_no_claim(
    load: Load, amina: Viewer, organisation_b: int, engine: psycopg.Connection
) -> None:
    result = load(people(1, 3), amina, options=options(paid_by="m02"))
    assert result.sheets[0].counts.paid_elsewhere == 3
    assert count_claims(engine) == 0


def test_mapping_given_once_is_remembered_for_the_same_header(
    load: Load, tmp_path: Path, amina: Viewer, camelia: Viewer
) -> None:
    path = tmp_path / "mapped.csv"
    path.write_text("\n".join([HEADER, *people(1, 3)]) + "\n")
    mapping = Mapping(columns={"الموبايل": "ignore"})
    load_file(path=path, organisation="m01", options=options(), by=amina, at=AT, mapping=mapping)

    def used(result: LoadResult) -> set[str | None]:
        return {column.field for column in result.sheets[0].columns if column.field}

    assert used(load(people(4, 3), amina, name="next.csv")).isdisjoint({"self.phone"})
    assert "self.phone" in used(load(people(4, 3), camelia, name="next.csv"))


def test_load_file_that_is_no_list_leaves_nothing(
    tmp_path: Path, amina: Viewer, engine: psycopg.Connection
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"%PDF-1.7 and so on")
    with pytest.raises(InvalidInput):
        load_file(path=path, organisation="m01", options=options(), by=amina, at=AT)
    assert engine.execute("SELECT count(*) FROM intake_list").fetchone() == (0,)


def test_camelia_cannot_load_for_organisation_a_and_basim_cannot_load(
    load: Load, tmp_path: Path, amina: Viewer, basim: Viewer, camelia: Viewer
) -> None:
    code = load(people(1, 3), amina).lists[0]
    path = tmp_path / "other.csv"
    path.write_text("الاسم\nسعيد محمود\n")
    with pytest.raises(NotFound):
        load_file(path=path, organisation="m01", options=options(), by=camelia, at=AT)
    with pytest.raises(NotAllowed):
        load_file(path=path, organisation="m01", options=options(), by=basim, at=AT)
    with pytest.raises(NotFound):
        access_list(camelia, code)
    with pytest.raises(NotFound):
        find_record(camelia, f"{code}:2")
    assert list_lists(camelia) == ()
    assert find_record(basim, f"{code}:2").row == 2


def test_load_file_of_another_organisation_names_it_to_the_desk_alone(
    load: Load, amina: Viewer, camelia: Viewer, desk: Viewer
) -> None:
    lines = people(1, 3)
    load(lines, camelia)
    assert load(lines, amina).also_loaded_by == ("",)
    assert load(lines, desk).also_loaded_by == ("m02",)


def test_no_table_holds_a_national_id_in_plain(load: Load, amina: Viewer, database: object) -> None:
    number = "28501012412345"
    eastern = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    lines = [
        f"1,سعيد محمود {number},{number},ملوي,",
        f"2,منى حسن,'{number},ملوي,{number}",
        f"3,هدى علي {eastern},{number[:7]} {number[7:]},ملوي,",
        f",,,ملوي {number},",
    ]
    load(lines, amina, name=f"كشف {number}.csv")
    with psycopg.connect(database.superuser) as connection:  # type: ignore[attr-defined]
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (data_type IN ('text', 'jsonb', 'character varying', 'ARRAY'))"
        ).fetchall():
            if column == "file_name":
                continue
            text = f"regexp_replace({column}::text, '[^0-9٠-٩]', '', 'g')"
            found = connection.execute(
                f"SELECT count(*) FROM {table} WHERE {text} LIKE %s OR {text} LIKE %s".encode(),
                [f"%{number}%", f"%{eastern}%"],
            ).fetchone()
            assert found == (0,), f"{table}.{column}"


def test_load_file_knows_the_needs_of_the_database(
    load: Load, amina: Viewer, desk: Viewer, engine: psycopg.Connection
) -> None:
    words = NeedWords("خزان مياه", "Water tank", "social", ("خزان ارضي",))
    rule = NeedRule("family", "warn", "months", 12, 1, 30, 1, "piece", ("water",))
    add_need(by=desk, at=AT, need="water_tank", words=words, rule=rule)
    header = "الاسم,الرقم القومي,نوع المساعدة,الشهر"
    load(
        [f"{line.split(',')[1]},{line.split(',')[2]},خزان أرضي,2025-03" for line in people(1, 3)],
        amina,
        header=header,
    )
    found = engine.execute("SELECT DISTINCT need FROM intake_line WHERE fate = 'accepted'").fetchall()
    assert found == [("water_tank",)]
