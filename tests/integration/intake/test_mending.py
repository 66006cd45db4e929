"""Rejected rows go out in their own form, are mended, and come back to their places."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.integration.intake.conftest import AT, Load, options, people
from tests.integration.intake.content import digest_content
from wasl.intake.actions import load_file, withdraw_list
from wasl.intake.queries import access_list
from wasl.intake.results import SheetResult
from wasl.kernel.errors import InvalidInput
from wasl.organisations.viewer import Viewer

Line = dict[str, str]


def mend(path: Path, change: Callable[[Line], None]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lines = list(reader)
    for line in lines:
        change(line)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(reader.fieldnames or ()))
        writer.writeheader()
        writer.writerows(lines)


def load_back(path: Path, by: Viewer) -> SheetResult:
    return load_file(
        path=path, organisation="m01", options=options(kind=None, need=None, month=None), by=by, at=AT
    ).sheets[0]


def test_mended_rows_make_what_the_right_file_would_have_made(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    right = people(1, 6)
    wrong = [*right]
    wrong[1], wrong[4] = "2,,,ملوي,01010000002", "5,-,-,ملوي,01010000005"
    result = load(wrong, amina).sheets[0]
    assert result.rejected_file is not None and result.counts.rejected == 2
    cells = {line.split(",")[0]: line.split(",") for line in right}

    def fill(line: Line) -> None:
        line["الاسم"], line["الرقم القومي"] = cells[line["م"]][1], cells[line["م"]][2]

    mend(result.rejected_file, fill)
    back = load_back(result.rejected_file, amina)
    assert (back.outcome, back.mended, back.mended_lists) == ("mended", 2, (result.list_code,))
    view = access_list(amina, str(result.list_code))
    assert (view.counts.accepted, view.counts.rejected) == (6, 0)
    mended = digest_content(engine, without=frozenset({"lists"}))
    assert load_back(result.rejected_file, amina).mended == 0
    assert digest_content(engine, without=frozenset({"lists"})) == mended
    assert engine.execute("SELECT count(*) FROM intake_list").fetchone() == (1,)
    whole = load(right, amina, name="right.csv").sheets[0]
    keys = "SELECT row, content_key, entry_id FROM intake_line WHERE list_id = %s AND fate = 'accepted' ORDER BY row"
    first, second = (
        engine.execute(keys, [int(str(code)) // 100]).fetchall() for code in (view.code, whole.list_code)
    )
    assert first == second


def test_mended_row_joins_the_family_it_stood_in(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    header = "رقم الأسرة,صلة القرابة,الاسم,الرقم القومي"
    lines = ["1,رب الأسرة,سعيد محمود علي,26001012412345", "1,زوجة,,", "1,ابن,كريم سعيد محمود,"]
    result = load(lines, amina, header=header).sheets[0]
    assert result.counts.rejected == 1 and result.rejected_file is not None
    mend(result.rejected_file, lambda line: line.update({"الاسم": "منى حسن ابراهيم"}))
    assert load_back(result.rejected_file, amina).mended == 1
    entries = engine.execute("SELECT DISTINCT entry_id FROM intake_line WHERE fate = 'accepted'").fetchall()
    assert len(entries) == 1
    assert engine.execute("SELECT entry_id FROM registry_appearance").fetchall() == entries
    members = engine.execute(
        "SELECT count(*) FROM registry_entry_member WHERE entry_id = %s", entries[0]
    ).fetchone()
    assert members == (3,)
    claims = engine.execute("SELECT DISTINCT entry_id FROM benefits_claim WHERE active").fetchall()
    assert claims == entries


def test_mended_row_of_a_withdrawn_list_does_not_count(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    result = load([*people(1, 2), "9,,,ملوي,01010000009"], amina).sheets[0]
    assert result.rejected_file is not None
    withdraw_list(code=str(result.list_code), reason="سبب", by=amina, at=AT)
    mend(result.rejected_file, lambda line: line.update({"الاسم": "منى حسن ابراهيم"}))
    assert load_back(result.rejected_file, amina).mended == 1
    assert engine.execute("SELECT count(*) FROM registry_appearance WHERE active").fetchone() == (0,)
    assert engine.execute("SELECT count(*) FROM benefits_claim WHERE active").fetchone() == (0,)


def test_mended_file_that_names_another_list_changes_nothing(
    load: Load, amina: Viewer, camelia: Viewer
) -> None:
    result = load([*people(1, 2), "9,,,ملوي,01010000009"], amina).sheets[0]
    other = load(people(1, 2), camelia).lists[0]
    assert result.rejected_file is not None
    mend(result.rejected_file, lambda line: line.update({"الاسم": "منى حسن", "كود الكشف في وصل": other}))
    with pytest.raises(InvalidInput):
        load_back(result.rejected_file, amina)
    mend(
        result.rejected_file,
        lambda line: line.update({"كود الكشف في وصل": str(result.list_code), "رقم السطر في وصل": "99"}),
    )
    with pytest.raises(InvalidInput):
        load_back(result.rejected_file, amina)
    assert access_list(amina, str(result.list_code)).counts.rejected == 1
