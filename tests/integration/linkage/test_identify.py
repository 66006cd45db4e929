"""Who is this? Asked as an officer and as the desk, of the two organisations of the search tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_search import IDS, KARIM, RAHMAN, SAEED
from wasl.country.egypt.places import PlaceIndex
from wasl.intake.actions import load_file
from wasl.intake.reading.model import LoadOptions
from wasl.linkage.actions import run_linkage
from wasl.linkage.identify import Answer, Query, identify
from wasl.organisations.viewer import Viewer

TODAY = date(2025, 4, 1)
Load = Callable[..., str]


@pytest.fixture
def load(desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> Load:
    def run(organisation: str, *rows: list[str], **options: Any) -> str:
        chosen = LoadOptions(**{"today": TODAY, "kind": "known", **options})
        path = write(tmp_path / f"{organisation}-{len(rows)}-{rows[0][0][:4]}.csv", list(rows))
        return load_file(path=path, organisation=organisation, options=chosen, by=desk, at=NOW).lists[0]

    return run


def ask(viewer: Viewer, **facts: Any) -> Answer:
    return identify(viewer, Query(**facts), at=NOW)


def names(answer: Answer) -> list[str]:
    return [candidate.best.name for candidate in answer.candidates]


def place(row: list[str]) -> dict[str, str | None]:
    found = PlaceIndex.load().find(row[6], row[7], row[8])
    return {"governorate": found.governorate, "markaz": found.markaz, "village": found.village_key}


SAEED_FACTS: dict[str, Any] = {"name": SAEED[0], "born": date(1965, 3, 15), **place(SAEED)}
KARIM_FACTS: dict[str, Any] = {"name": KARIM[0], "born": date(1980, 5, 5), **place(KARIM)}


def test_an_id_alone_says_who_it_is(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    load("m02", KARIM)
    run_linkage(by=desk, at=NOW)
    answer = ask(desk, nid=IDS["saeed"])
    assert (answer.band, names(answer)) == ("same", [SAEED[0]])
    best = answer.candidates[0]
    assert best.basis == "id" and best.person and best.family and best.family_id
    assert ask(amina, nid=IDS["saeed"]).band == "same"


def test_an_id_is_told_before_anything_was_ever_linked(load: Load, desk: Viewer) -> None:
    load("m01", SAEED)
    answer = ask(desk, nid=IDS["saeed"], name=SAEED[0])
    assert (answer.band, names(answer), answer.candidates[0].person) == ("same", [SAEED[0]], None)


def test_an_officer_is_told_nothing_of_others_people(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED)
    load("m02", KARIM)
    run_linkage(by=desk, at=NOW)
    for facts in ({"nid": IDS["karim"]}, KARIM_FACTS):
        answer = ask(amina, **facts)
        assert (answer.band, answer.candidates) == ("new", ())
        assert answer.elsewhere is not None and answer.elsewhere.outcome == "known"
        assert ask(desk, **facts).band == "same"
    assert ask(amina, name="كريم سعيد", born=date(1980, 5, 5)).elsewhere is None


def test_what_others_hold_changes_nothing_an_officer_is_told(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    asked: list[dict[str, Any]] = [
        {"nid": IDS["saeed"]},
        {"nid": IDS["karim"]},
        SAEED_FACTS,
        {**SAEED_FACTS, "name": "سعيد ابراهيم محمود العشماري"},
        {"name": SAEED[0], **place(SAEED)},
        {"phone": 1012345678},
        {"name": SAEED[2], "spouse_nid": IDS["saeed"]},
    ]
    before = [repr(ask(amina, **facts).candidates) for facts in asked]
    twin = ["سعيد إبراهيم محمود العشماوي", "", "منى عبد الحميد سالم", "", *SAEED[4:]]
    load("m02", KARIM, twin, [*SAEED[:4], "15/3/1966", *SAEED[5:]])
    assert [repr(ask(amina, **facts).candidates) for facts in asked] == before


@pytest.mark.parametrize(
    ("facts", "basis"),
    [
        (SAEED_FACTS, "pair"),
        ({**SAEED_FACTS, "name": "سعيد ابراهيم محمود العشماري"}, "pair"),
        ({"nid": "26503151201293", "name": SAEED[0], "born": date(1965, 3, 15)}, "pair"),
        ({"name": SAEED[0], "phone": 1012345678, "born": date(1965, 3, 15)}, "pair"),
    ],
)
def test_facts_say_who_it_is(load: Load, desk: Viewer, facts: dict[str, Any], basis: str) -> None:
    load("m01", SAEED, RAHMAN)
    load("m02", KARIM, SAEED)
    run_linkage(by=desk, at=NOW)
    answer = ask(desk, **facts)
    best = answer.candidates[0]
    assert (answer.band, best.best.name, best.basis) == ("same", SAEED[0], basis)
    assert best.weight == best.prior + best.others + sum(one.weight for one in best.evidence)
    assert {"given", "father"} <= {one.comparison for one in best.evidence}


def test_the_id_of_somebody_s_husband_brings_their_family(load: Load, desk: Viewer) -> None:
    load("m01", SAEED, RAHMAN, KARIM)
    run_linkage(by=desk, at=NOW)
    answer = ask(desk, name=SAEED[2], spouse_nid=IDS["saeed"])
    assert answer.candidates[0].best.name == SAEED[2]
    assert SAEED[0] not in names(answer)


def test_an_id_nobody_holds_may_be_a_slip(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    load("m02", KARIM)
    slip = IDS["saeed"][:-2] + IDS["saeed"][-1] + IDS["saeed"][-2]
    answer = ask(desk, nid=slip)
    assert (answer.band, names(answer)) == ("possible", [SAEED[0]])
    assert ask(amina, nid=IDS["karim"][:-2] + "44").candidates == ()


def test_a_record_no_run_has_read_stands_with_its_person(load: Load, desk: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    load("m02", SAEED)
    for facts in ({"nid": IDS["saeed"]}, SAEED_FACTS):
        answer = ask(desk, **facts)
        assert (answer.band, len(answer.candidates), len(answer.candidates[0].records)) == ("same", 1, 2)
        assert answer.candidates[0].person is not None


def test_nobody_is_anybody(load: Load, desk: Viewer) -> None:
    load("m01", SAEED, RAHMAN, KARIM)
    run_linkage(by=desk, at=NOW)
    answer = ask(desk, name="زقزوق شمروخ بهلوان", born=date(1990, 1, 2), **place(KARIM))
    assert (answer.band, answer.candidates) == ("new", ())


def test_an_id_under_another_name_is_contested(load: Load, desk: Viewer) -> None:
    load("m01", SAEED, RAHMAN, KARIM)
    run_linkage(by=desk, at=NOW)
    answer = ask(desk, nid=IDS["saeed"], name="فاطمة حسن علي عثمان")
    assert answer.band != "same" and answer.contested
    assert names(answer) == [SAEED[0]]


def test_a_withdrawn_list_names_nobody(load: Load, desk: Viewer, engine: psycopg.Connection) -> None:
    load("m01", SAEED)
    run_linkage(by=desk, at=NOW)
    engine.execute("UPDATE registry_appearance SET active = false")
    engine.commit()
    assert ask(desk, nid=IDS["saeed"]).band == "new"
    assert ask(desk, **SAEED_FACTS).band == "new"


def test_every_question_is_written_down_before_it_is_answered(
    load: Load, desk: Viewer, amina: Viewer, engine: psycopg.Connection
) -> None:
    load("m01", SAEED)
    ask(amina, nid=IDS["saeed"], name=SAEED[0])
    ask(amina, nid=IDS["karim"])
    found = engine.execute(
        "SELECT action, username, detail::text FROM audit_entry WHERE action IN"
        " ('people.identified', 'coverage.asked') ORDER BY id"
    ).fetchall()
    assert [row[0] for row in found] == ["people.identified", "people.identified", "coverage.asked"]
    assert all(IDS["saeed"] not in row[2] and SAEED[0] not in row[2] for row in found)
