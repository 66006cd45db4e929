"""What a matching changed, by organisation and reason; the desk's alone."""

from __future__ import annotations

import io

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.integration.linkage.fakes import fill_small
from tests.integration.linkage.test_drift import linked, run
from tests.integration.web.test_door import _signed_in
from wasl.organisations.viewer import Viewer
from wasl.web.words import WORDS
from wasl.wording import all_words

QUERIES_MOST = 12


@pytest.fixture
def runs(engine: psycopg.Connection, organisation_a: int, organisation_b: int) -> list[int]:
    """Records 4 and 6 were joined by the second run and came apart by the third; families 2 and 3 became likely."""
    fill_small(engine, organisation_a, organisation_b)
    pair = (4, 6, 300, "certain", "pair")
    return [
        run(linked()),
        run(linked(people=[((4, 6), "certain")], families=[((2, 3), "likely")]), pair),
        run(linked(families=[((2, 3), "likely")]), (4, 6, 10, "cut", "pair")),
    ]


@pytest.fixture
def client(runs: list[int], dalia: Viewer) -> Client:
    return _signed_in(dalia, "dalia")


def words(code: str) -> str:
    return (WORDS.get(code) or all_words()[code])[0]


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_a_run_says_what_appeared_and_vanished_and_why(client: Client, runs: list[int]) -> None:
    page = text(client, f"/runs/{runs[1]}/drift/")
    assert "ضُم مما كان معروفًا: سجل واحد، قيد واحد. فُصل منه: لا شيء." in page
    for code in (
        "drift.change.joined",
        "drift.change.grouped",
        "drift.reason.stronger",
        "drift.reason.others",
    ):
        assert words(code) in page, code
    assert words("drift.reason.contradiction") not in page
    assert "جمعية الأمل" in page or "جمعية النور" in page
    page = text(client, f"/runs/{runs[2]}/drift/")
    assert words("drift.change.separated") in page and words("drift.reason.contradiction") in page
    assert page.count("/families/") < text(client, f"/runs/{runs[1]}/drift/").count("/families/")


def test_runs_are_added_up_since_an_earlier_one(client: Client, runs: list[int]) -> None:
    page = text(client, f"/runs/{runs[2]}/drift/?since={runs[0]}")
    assert words("drift.change.separated") in page and words("drift.change.joined") in page
    assert f'<option value="{runs[0]}" selected>' in page
    assert client.get(f"/runs/{runs[2]}/drift/?since=x").status_code == 400
    for unknown in (
        f"/runs/{runs[2] + 1}/drift/",
        f"/runs/{10**30}/drift/",
        f"/runs/{runs[2]}/drift/?since=999999",
    ):
        assert client.get(unknown).status_code == 404, unknown


def test_the_pages_of_runs_lead_to_it(client: Client, runs: list[int]) -> None:
    assert f'href="/runs/{runs[2]}/drift/"' in text(client, "/runs/")


def test_it_is_exported(client: Client, runs: list[int]) -> None:
    file = client.get(f"/runs/{runs[1]}/drift/?format=xlsx").content
    _, *rows = load_workbook(io.BytesIO(file)).active.iter_rows(values_only=True)
    assert [(row[1], row[3], row[4]) for row in rows] == [
        (words("drift.change.grouped"), words("drift.reason.others"), 1),
        (words("drift.change.joined"), words("drift.reason.stronger"), 1),
    ]


def test_it_asks_the_database_little(client: Client, runs: list[int]) -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        text(client, f"/runs/{runs[1]}/drift/")
    assert len(asked.captured_queries) <= QUERIES_MOST


def test_amina_cannot_see_it(client: Client, runs: list[int], dalia: Viewer, amina: Viewer) -> None:
    assert _signed_in(dalia, "amina").get(f"/runs/{runs[1]}/drift/").status_code == 403
