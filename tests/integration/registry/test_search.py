"""Search over people: who finds whom, in what order, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.linkage.test_same_whatever_the_files import write
from tests.integration.registry.test_own_codes import another_world
from tests.wasl_postgres import TestDatabase
from wasl.benefits.elsewhere import Elsewhere, ask_elsewhere, list_latest_coverage
from wasl.intake.actions import load_file, withdraw_list
from wasl.intake.reading.model import LoadOptions
from wasl.linkage.actions import run_linkage
from wasl.organisations.viewer import Viewer
from wasl.registry.search import Found, digest_of, find_code, search_people
from wasl.registry.search_index import rebuild_index
from wasl.registry.search_words import Asked, read_asked
from wasl.registry.verification import CHECKS
from wasl.store.connections import app_connection, engine_connection, owner_connection, scope
from wasl.store.verification import run_check

TODAY = date(2026, 3, 1)
Load = Callable[..., str]

IDS = {
    "saeed": "26503151201239",
    "mona": "27001011203421",
    "karim": "28005051204531",
    "rahman": "27502021205641",
    "hanaa": "28203031206762",
}
SAEED = ["سعيد إبراهيم محمود العشماوي", IDS["saeed"], "منى عبد الحميد سالم الجندي", IDS["mona"],
         "15/3/1965", "01012345678", "الدقهلية", "ميت غمر", "كفر الشيخ علي"]  # fmt: skip
RAHMAN = ["عبد الرحمن أحمد السيد فؤاد", IDS["rahman"], "هناء مصطفى كامل حسن", IDS["hanaa"],
          "2/2/1975", "01098765432", "الدقهلية", "المنصورة", "ميت حمد"]  # fmt: skip
KARIM = [
    "كريم سعيد إبراهيم فاروق",
    IDS["karim"],
    "",
    "",
    "5/5/1980",
    "01155554444",
    "المنيا",
    "ملوي",
    "عزبة البرج",
]


@pytest.fixture
def load(desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path) -> Load:
    def run(organisation: str, *rows: list[str], **options: Any) -> str:
        chosen = LoadOptions(**{"today": TODAY, "kind": "known", **options})
        path = write(tmp_path / f"{organisation}-{len(rows)}-{len(options)}.csv", list(rows))
        return load_file(path=path, organisation=organisation, options=chosen, by=desk, at=NOW).lists[0]

    return run


def asked(text: str) -> Asked:
    return read_asked(text, today=TODAY)


def find(viewer: Viewer, text: str) -> Found:
    return search_people(viewer, asked(text))


def names(found: Found) -> list[str]:
    return [person.best.name for family in found.families for person in family.people]


def entries(connection: psycopg.Connection, action: str) -> list[tuple[Any, ...]]:
    found = connection.execute(
        "SELECT username, organisation_code, role, detail FROM audit_entry WHERE action = %s ORDER BY id",
        [action],
    ).fetchall()
    connection.rollback()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "سعيد ابراهيم محمود العشماوى",
        "العشماوي سعيد",
        "محمود إبراهيم سعيد",
        "سعيد عشماوي ميت غمر",
        "سعيد ابراهيم مركز ميت غمر الدقهليه",
        "سعيد إبراهيم محمود 1965",
        IDS["saeed"],
        "٢٦٥٠٣١٥١٢٠١٢٣٩",
        "265 0315 12 01239",
    ],
)
def test_amina_finds_her_man_however_he_is_typed(load: Load, desk: Viewer, amina: Viewer, text: str) -> None:
    load("m01", SAEED, RAHMAN, KARIM)
    run_linkage(by=desk, at=NOW)
    found = find(amina, text)
    assert names(found)[0] == SAEED[0]
    family = found.families[0]
    assert family.code is not None and family.people[0].card.code is not None
    assert (family.people[0].card.lists, family.people[0].best.markaz is not None) == (1, True)
    assert find_code(amina, family.code).family == family.family_id
    assert find_code(amina, family.people[0].card.code).person == family.people[0].best.person_id


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("عبدالرحمن فؤاد", RAHMAN[0]),
        ("عبد الرحمان احمد سيد", RAHMAN[0]),
        ("هناء مصطفي", RAHMAN[2]),
        ("مني عبدالحميد", SAEED[2]),
    ],
)
def test_search_folds_what_a_clerk_would_call_the_same(
    load: Load, desk: Viewer, amina: Viewer, text: str, name: str
) -> None:
    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    assert names(find(amina, text)) == [name]


@pytest.mark.parametrize(
    "text", ["سعيد ابراهيم العشماري", "سعيد العشمواي", "سعبد العشماوي محمود", "العشاوي سعيد"]
)
def test_search_bears_one_misspelt_word(load: Load, desk: Viewer, amina: Viewer, text: str) -> None:
    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    found = find(amina, text)
    assert names(found) == [SAEED[0]]
    assert found.families[0].people[0].fit == "misspelt"


def test_search_takes_no_common_name_for_another_misspelt(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", ["حسن محمد الشيمي", *KARIM[1:]])
    assert names(find(amina, "حسني الشيمي")) == []
    assert names(find(amina, "حسنن الشيمي")) == ["حسن محمد الشيمي"]


def test_search_does_not_bear_two_misspelt_words(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    assert names(find(amina, "سعبد العشماري")) == []


def test_search_ranks_as_written_before_folded_before_other_spellings_and_the_place_before_others(
    load: Load, desk: Viewer, amina: Viewer
) -> None:
    rows = [
        ["السيد احمد حسن", *KARIM[1:]],
        ["سيد أحمد حسن", "", *KARIM[2:6], "الدقهلية", "ميت غمر", ""],
        ["سيد احمد حسن", "", *KARIM[2:]],
    ]
    load("m01", *rows)
    assert names(find(amina, "سيد أحمد حسن")) == ["سيد أحمد حسن", "سيد احمد حسن", "السيد احمد حسن"]
    fits = [one.people[0].fit for one in find(amina, "سيد أحمد حسن").families]
    assert fits == ["exact", "folded", "spelling"]
    assert names(find(amina, "سيد حسن ميت غمر"))[0] == "سيد أحمد حسن"
    away = find(amina, "سيد حسن أسوان")
    assert away.place_dropped and len(names(away)) == 3


def test_search_by_phone_finds_all_of_it(load: Load, desk: Viewer, amina: Viewer) -> None:
    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    assert SAEED[0] in names(find(amina, "٠١٠١٢٣٤٥٦٧٨"))
    assert RAHMAN[0] not in names(find(amina, "01012345678"))


def test_search_finds_records_that_were_not_matched_yet_and_none_of_a_withdrawn_list(
    load: Load, desk: Viewer, amina: Viewer
) -> None:
    code = load("m01", SAEED)
    found = find(amina, "سعيد العشماوي")
    assert names(found) == [SAEED[0]]
    assert found.families[0].people[0].card.code is None
    withdraw_list(code=code, reason="خطأ", by=desk, at=NOW)
    assert names(find(amina, "سعيد العشماوي")) == []
    assert names(find(amina, IDS["saeed"])) == []


def test_search_groups_one_person_of_many_lists_and_their_family(
    load: Load, desk: Viewer, amina: Viewer
) -> None:
    load("m01", SAEED)
    load("m01", [SAEED[0].replace("إ", "ا"), *SAEED[1:]], RAHMAN)
    load("m02", SAEED)
    run_linkage(by=desk, at=NOW)
    found = find(amina, "ابراهيم العشماوي")
    assert found.people == 1 and found.families[0].people[0].card.lists == 2
    assert find(desk, "ابراهيم العشماوي").families[0].people[0].card.organisations == 2
    both = find(amina, "01012345678")
    assert len(both.families) == 1


def test_camelia_cannot_find_people_of_amina_and_the_desk_can(
    load: Load, desk: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    load("m01", SAEED)
    load("m02", KARIM)
    run_linkage(by=desk, at=NOW)
    for text in ("سعيد العشماوي", IDS["saeed"], "01012345678", "سعيد العشماري"):
        assert names(find(camelia, text)) == []
        assert names(find(desk, text))[:1] == [SAEED[0]]
        assert names(find(amina, text))[:1] == [SAEED[0]]


def test_what_amina_finds_does_not_change_with_what_camelia_loads(
    database: TestDatabase, load: Load, desk: Viewer, amina: Viewer
) -> None:
    texts = ("سعيد", "سعيد العشماري", "احمد السيد", "01012345678", IDS["rahman"], "كريم ملوي", "سيد")

    def everything() -> list[str]:
        found = [find(amina, text) for text in texts]
        return [
            repr(
                [
                    (p.card.code, p.fit, p.card.lists, p.other_names, p.best.name)
                    for f in one.families
                    for p in f.people
                ]
            )
            + repr([f.code for f in one.families])
            for one in found
        ]

    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    alone = everything()
    another_world(database)
    many = [["سعيد العشمارى " + end, "", *KARIM[2:]] for end in ("حسن", "علي", "عمر", "سيد", "خالد", "طارق")]
    load("m02", KARIM, *many)
    run_linkage(by=desk, at=NOW)
    load("m01", SAEED, RAHMAN)
    run_linkage(by=desk, at=NOW)
    assert everything() == alone


NOT_FOR_PAGES = (
    "registry_search", "registry_token", "registry_link", "registry_entry_link", "registry_subject",
    "registry_membership", "registry_group_member",
)  # fmt: skip


@pytest.mark.parametrize("table", NOT_FOR_PAGES)
def test_no_page_can_read_the_index_or_links(table: str, amina: Viewer, dalia: Viewer) -> None:
    for viewer in (amina, dalia):
        with app_connection(viewer) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"SELECT * FROM {table}".encode())


@pytest.mark.parametrize(
    "call",
    [
        "registry_tokens_alike('سعيد', NULL)",
        "registry_matching_records(ARRAY['سعيد'], NULL)",
        "registry_log_access('x', 'x', 'x', '{}')",
        "registry_subjects_of(1)",
        "registry_group_of(1)",
    ],
)
def test_no_page_can_call_what_search_is_made_of(call: str, dalia: Viewer) -> None:
    with app_connection(dalia) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT {call}".encode())


def test_without_a_scope_nothing_is_found_nor_written(
    load: Load, desk: Viewer, engine: psycopg.Connection
) -> None:
    load("m01", SAEED)

    class Nobody:
        user_id = None
        organisation_id = None
        role = ""

    with app_connection(Nobody()) as connection:
        assert (
            connection.execute(
                "SELECT * FROM registry_search_people('nid', '', NULL, 1012345678, '[]', 10)"
            ).fetchall()
            == []
        )
    assert entries(engine, "people.searched") == []


def test_every_search_leaves_one_entry_without_its_words(
    load: Load, desk: Viewer, amina: Viewer, basim: Viewer, engine: psycopg.Connection
) -> None:
    load("m01", SAEED)
    texts = ("سعيد العشماوي", IDS["saeed"], "01012345678", "لا أحد بهذا الاسم")
    for viewer in (amina, basim):
        for text in texts:
            find(viewer, text)
    found = entries(engine, "people.searched")
    assert [(row[0], row[1], row[2]) for row in found] == [("amina", "m01", "officer")] * 4 + [
        ("basim", "m01", "viewer")
    ] * 4
    assert [row[3]["kind"] for row in found[:4]] == ["words", "nid", "phone", "words"]
    assert [row[3]["digest"] for row in found[:4]] == [digest_of(asked(text)) for text in texts]
    for secret in ("سعيد", IDS["saeed"], "1012345678"):
        assert not any(secret in repr(row) for row in found)


def elsewhere(viewer: Viewer, text: str) -> Elsewhere | None:
    return ask_elsewhere(viewer, asked(text))


@pytest.fixture
def others(load: Load, desk: Viewer, camelia: Viewer) -> str:
    """Camelia's organisation gave Saeed's family a food box in March 2025."""
    code = load(
        "m02", SAEED, KARIM, kind="given", need="food_box", month=date(2025, 3, 1), value_piastres=25_000
    )
    run_linkage(by=desk, at=NOW)
    return code


@pytest.mark.parametrize(
    "text", [IDS["saeed"], "سعيد إبراهيم محمود العشماوي ميت غمر", "سعيد محمود العشماوي 1965"]
)
def test_amina_gets_the_coordination_answer_alone_about_a_family_of_others(
    others: str, amina: Viewer, text: str
) -> None:
    assert names(find(amina, text)) == []
    answer = elsewhere(amina, text)
    assert answer is not None
    assert (answer.outcome, answer.oldest_report) == ("known", date(2025, 3, 1))
    [covered] = answer.coverage
    assert (covered.slot, covered.month, covered.covered_by) == ("food", date(2025, 3, 1), "other")
    assert covered.free_from == date(2025, 4, 1)
    for secret in (SAEED[0], "العشماوي", "m02", IDS["saeed"], "ميت غمر"):
        assert secret not in repr(answer)


@pytest.mark.parametrize(
    "text",
    [
        "سعيد العشماوي",
        "سعيد العشماوي ميت غمر",
        "سعيد إبراهيم محمود العشماوي",
        "01012345678",
        "سعيد سعيد سعيد ميت غمر",
    ],
)
def test_amina_cannot_ask_about_others_with_too_little(
    others: str, amina: Viewer, text: str, engine: psycopg.Connection
) -> None:
    assert elsewhere(amina, text) is None
    assert entries(engine, "coverage.asked") == []


def test_amina_cannot_ask_about_others_with_a_misspelt_word(others: str, amina: Viewer) -> None:
    answer = elsewhere(amina, "سعيد محمود العشماري ميت غمر")
    assert answer is not None and answer.outcome == "unknown"


def test_basim_cannot_ask_about_others_at_all(others: str, basim: Viewer, dalia: Viewer) -> None:
    assert elsewhere(basim, IDS["saeed"]) is None
    assert elsewhere(dalia, IDS["saeed"]) is None


def test_amina_s_own_family_is_not_known_elsewhere(
    others: str, load: Load, desk: Viewer, amina: Viewer
) -> None:
    load("m01", SAEED)
    run_linkage(by=desk, at=NOW)
    answer = elsewhere(amina, IDS["saeed"])
    assert answer is not None and answer.outcome == "unknown"
    family = find(amina, IDS["saeed"]).families[0]
    assert family.family_id is not None
    [covered] = list_latest_coverage(amina, [family.family_id])[family.family_id]
    assert (covered.slot, covered.covered_by) == ("food", "other")


def test_camelia_cannot_read_coverage_of_a_family_of_amina(
    load: Load, desk: Viewer, amina: Viewer, camelia: Viewer
) -> None:
    load("m01", SAEED, kind="given", need="food_box", month=date(2025, 3, 1), value_piastres=25_000)
    run_linkage(by=desk, at=NOW)
    family = find(amina, IDS["saeed"]).families[0].family_id
    assert family is not None
    assert list_latest_coverage(amina, [family])[family][0].covered_by == "own"
    assert list_latest_coverage(camelia, [family]) == {}


def test_asking_about_others_leaves_an_entry_each_and_ends_after_so_many(
    others: str, amina: Viewer, engine: psycopg.Connection
) -> None:
    for _ in range(3):
        elsewhere(amina, IDS["saeed"])
    assert [row[3]["kind"] for row in entries(engine, "coverage.asked")] == ["nid"] * 3
    for _ in range(117):
        elsewhere(amina, IDS["karim"])
    limited = elsewhere(amina, IDS["saeed"])
    assert limited is not None and limited.outcome == "limited" and limited.again_at is not None
    assert limited.coverage == ()
    assert len(entries(engine, "coverage.asked")) == 120


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "سعيد%",
        "'; DROP TABLE registry_search; --",
        '"{}',
        "\\",
        "@EG12",
        "#1965 سعيد",
        "%2",
        "م",
        "\x00\x01",
    ],
)
def test_search_of_marks_and_quotes_finds_nothing_by_them(
    load: Load, desk: Viewer, amina: Viewer, camelia: Viewer, text: str
) -> None:
    load("m02", SAEED)
    load("m01", KARIM)
    assert SAEED[0] not in names(find(amina, text))
    assert ask_elsewhere(amina, asked(text)) is None


def test_index_is_kept_in_step_and_can_be_made_again(
    load: Load, desk: Viewer, amina: Viewer, engine: psycopg.Connection
) -> None:
    load("m01", SAEED, RAHMAN)
    load("m02", SAEED)
    before = engine.execute("SELECT * FROM registry_search ORDER BY 1").fetchall()
    engine.rollback()
    checks = [check for check in CHECKS if "search" in check.guard]
    with owner_connection() as owner:
        assert checks and all(run_check(owner, check).is_kept for check in checks)
    with engine_connection() as other:
        assert rebuild_index(other) == len(before)
    engine.rollback()
    assert engine.execute("SELECT * FROM registry_search ORDER BY 1").fetchall() == before
    engine.execute(
        "DELETE FROM registry_search WHERE record_id = (SELECT min(record_id) FROM registry_search)"
    )
    engine.commit()
    with owner_connection() as owner:
        assert not all(run_check(owner, check).is_kept for check in checks)


def test_keys_in_sql_and_in_python_are_equal(engine: psycopg.Connection) -> None:
    from itertools import combinations

    from wasl.registry.search_keys import pair_key, search_key

    words = ["محمد", "عبدالرحمن", "x", "سيد", "@EG24", "#1970"]
    for word in words:
        assert engine.execute("SELECT registry_search_key(%s)", [word]).fetchone() == (search_key(word),)
    for a, b in combinations(map(search_key, words), 2):
        assert engine.execute("SELECT registry_pair_key(%s, %s)", [b, a]).fetchone() == (pair_key(a, b),)
    wanted = engine.execute("SELECT registry_wanted_keys(%s)", [words[:2] + words[4:]]).fetchone()
    assert wanted is not None
    assert set(wanted[0]) == {
        pair_key(*map(search_key, words[:2])), search_key("@EG24"), search_key("#1970"),
    }  # fmt: skip
    assert engine.execute("SELECT registry_wanted_keys('{محمد}')").fetchone() == ([search_key("محمد")],)


@pytest.mark.parametrize(
    ("a", "b", "slip"),
    [
        ("سعيد", "سعبد", True), ("سعيد", "سعد", True), ("سعيد", "سععيد", True), ("سعيد", "سيعد", True),
        ("سعيد", "سعيد", False), ("سعيد", "سد", False), ("سعيد", "سعبذ", False), ("ابجد", "جدبا", False),
        ("aab", "aba", True), ("aaa", "aaaa", True), ("ab", "ba", True),
    ],
)  # fmt: skip
def test_one_slip(engine: psycopg.Connection, a: str, b: str, slip: bool) -> None:
    assert engine.execute(
        "SELECT registry_is_one_slip(%s, %s), registry_is_one_slip(%s, %s)", [a, b, b, a]
    ).fetchone() == (
        slip,
        slip,
    )


def test_reading_within_a_shared_scope_costs_few_queries(
    load: Load, desk: Viewer, amina: Viewer, django_assert_max_num_queries: Any
) -> None:
    load("m01", SAEED)
    with scope(amina), django_assert_max_num_queries(12):
        find(amina, "سعيد العشماوي")
