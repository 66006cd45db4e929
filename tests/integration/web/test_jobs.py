"""The page of a job: watched, stopped, led on from; and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

import tests.integration.jobs.offered_here  # noqa: F401
from tests.conftest import NOW
from tests.integration.web.test_door import _signed_in
from wasl.jobs.actions import enqueue
from wasl.jobs.offered import Task, job
from wasl.jobs.queries import access_job
from wasl.jobs.worker import run_waiting
from wasl.organisations.viewer import Viewer
from wasl.web.job_words import name_kind
from wasl.web.words import WORDS, say

FRAGMENT = {"HX-Request": "true"}


def ask(by: Viewer, kind: str = "test_count", **params: Any) -> str:
    return enqueue(by=by, at=NOW, kind=kind, params=params)


@pytest.fixture
def client(desk: Viewer, amina: Viewer) -> Client:
    return _signed_in(desk, "amina")


def test_waiting_job_is_shown_and_says_where_nobody_works(client: Client, amina: Viewer) -> None:
    page = client.get(f"/jobs/{ask(amina)}/").content.decode()
    assert WORDS["jobs.nobody_works"][0] in page
    assert WORDS["jobs.cancel"][0] in page
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_bar_asks_again_while_it_is_on_and_then_loads_the_page_anew(client: Client, amina: Viewer) -> None:
    code = ask(amina)
    bar = client.get(f"/jobs/{code}/", headers=FRAGMENT)
    assert bar.content.decode().startswith('<div class="progress"')
    assert "HX-Refresh" not in bar
    run_waiting()
    assert client.get(f"/jobs/{code}/", headers=FRAGMENT)["HX-Refresh"] == "true"


def test_running_job_shows_its_stage_and_share(
    client: Client, amina: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wasl.jobs.offered.STATUS_EVERY_S", 0.0)
    pages: list[str] = []

    @job("test_shown")
    def midway(task: Task) -> dict[str, object]:
        task.tell("stage.load", 0.61)
        pages.append(client.get(f"/jobs/{task.code}/").content.decode())
        return {}

    ask(amina, "test_shown")
    run_waiting()
    assert "61%" in pages[0]
    assert say("stage.load") in pages[0]


def test_done_job_leads_to_the_page_of_its_kind(
    client: Client, amina: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = ask(amina)
    run_waiting()
    assert WORDS["jobs.answer.done"][0] in client.get(f"/jobs/{code}/").content.decode()
    monkeypatch.setattr(
        "wasl.web.jobs._job_pages", lambda: {"test_count": lambda found: f"/lists/?{found.code}"}
    )
    assert client.get(f"/jobs/{code}/")["Location"] == f"/lists/?{code}"
    assert client.get(f"/jobs/{code}/?alone=1", headers=FRAGMENT)["HX-Redirect"] == f"/lists/?{code}"


def test_failed_job_says_why_in_words(client: Client, amina: Viewer) -> None:
    code = ask(amina, "test_refuse")
    run_waiting()
    assert say("run.unknown", run="x.csv") in client.get(f"/jobs/{code}/").content.decode()


def test_cancel_stops_it_and_goes_back_to_where_it_was_asked(client: Client, amina: Viewer) -> None:
    code = ask(amina)
    answer = client.post(f"/jobs/{code}/cancel/", {"back": "/lists/"})
    assert (answer.status_code, answer["Location"]) == (302, "/lists/")
    assert access_job(amina, code).state == "cancelled"
    assert (
        client.post(f"/jobs/{code}/cancel/", {"back": "https://elsewhere.example/"})["Location"]
        == f"/jobs/{code}/"
    )
    assert WORDS["jobs.answer.cancelled"][0] in client.get(f"/jobs/{code}/").content.decode()


def test_camelia_cannot_open_or_stop_aminas_job(desk: Viewer, amina: Viewer, camelia: Viewer) -> None:
    code = ask(amina)
    hers = _signed_in(desk, "camelia")
    assert hers.get(f"/jobs/{code}/").status_code == 404
    assert hers.get(f"/jobs/{code}/", headers=FRAGMENT).status_code == 404
    assert hers.post(f"/jobs/{code}/cancel/").status_code == 404
    assert access_job(amina, code).state == "waiting"


def test_basim_watches_aminas_job_without_a_button_and_cannot_stop_it(
    desk: Viewer, amina: Viewer, basim: Viewer
) -> None:
    code = ask(amina)
    his = _signed_in(desk, "basim")
    page = his.get(f"/jobs/{code}/")
    assert page.status_code == 200
    assert WORDS["jobs.cancel"][0] not in page.content.decode()
    assert his.post(f"/jobs/{code}/cancel/").status_code == 403


def test_every_kind_that_is_offered_has_a_name() -> None:
    from wasl.jobs.offered import _discover, _offered

    _discover()
    nameless = {
        kind for kind in _offered if not kind.startswith("test_") and name_kind(kind) == say("jobs.kind")
    }
    assert nameless == set()
