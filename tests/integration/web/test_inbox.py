"""What waits for whom: counted, with its age, and where it leads."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from tests.integration.web.test_door import _signed_in
from wasl.intake.actions import load_file
from wasl.intake.reading import LoadOptions
from wasl.kernel.months import add_months, format_month
from wasl.linkage.actions import prepare_linkage, publish_prepared, run_linkage
from wasl.organisations.viewer import Viewer
from wasl.store.awaited import COUNT_MOST, Waiting
from wasl.web.inbox import WAYS
from wasl.web.words import WORDS, has_words

HEADER = "الاسم,الرقم القومي,المحافظة,المركز,نوع المساعدة,الشهر\n"


def _last_month() -> date:
    return add_months(timezone.localdate().replace(day=1), -1)


def _load(folder: Path, by: Viewer, organisation: str, month: date, *more: str) -> str:
    rows = f"محمود عبد الرحيم سيد جاد الرب,28003052410119,المنيا,ملوي,كرتونة,{format_month(month)}\n"
    path = folder / f"{organisation}_{format_month(month)}.csv"
    path.write_text(HEADER + rows + "".join(more), encoding="utf-8-sig")
    result = load_file(
        path=path, organisation=organisation, by=by, at=timezone.now(),
        options=LoadOptions(today=timezone.localdate(), kind="given"),
    )  # fmt: skip
    return result.lists[0]


@pytest.fixture
def client(dalia: Viewer, amina: Viewer) -> Client:
    return _signed_in(dalia, "amina")


def test_nothing_waits_and_the_page_says_what_to_do(client: Client) -> None:
    page = client.get("/inbox/").content.decode()
    assert WORDS["inbox.empty"][0] in page
    assert 'href="/search/"' in page


def test_rejected_rows_wait_for_their_own_organisation_alone(
    dalia: Viewer, amina: Viewer, basim: Viewer, camelia: Viewer, tmp_path: Path
) -> None:
    code = _load(tmp_path, amina, "m01", _last_month(), ",,المنيا,ملوي,كرتونة,2026-10\n")
    page = _signed_in(dalia, "amina").get("/inbox/").content.decode()
    assert WORDS["inbox.lists.rejected.label"][0] in page
    assert f'href="/lists/{code}/"' in page
    assert WORDS["inbox.lists.rejected.do"][0] in page
    page = _signed_in(dalia, "basim").get("/inbox/").content.decode()
    assert WORDS["inbox.lists.rejected.label"][0] in page
    assert WORDS["inbox.lists.rejected.do"][0] not in page
    for other in ("camelia", "dalia"):
        page = _signed_in(dalia, other).get("/inbox/").content.decode()
        assert WORDS["inbox.lists.rejected.label"][0] not in page, other


def test_month_not_reported_waits_until_a_list_or_a_word_comes(
    dalia: Viewer, desk: Viewer, amina: Viewer, camelia: Viewer, tmp_path: Path
) -> None:
    client, label = _signed_in(dalia, "amina"), WORDS["inbox.months.unreported.label"][0]
    _load(tmp_path, amina, "m01", add_months(_last_month(), -1))
    run_linkage(by=desk, at=timezone.now())
    page = client.get("/inbox/").content.decode()
    assert label in page
    assert label not in _signed_in(dalia, "camelia").get("/inbox/").content.decode()
    form = {"slot": "food", "month": format_month(_last_month()), "from": "inbox"}
    assert client.post("/gaps/nothing/", form)["Location"] == "/inbox/"
    page = client.get("/inbox/").content.decode()
    assert label not in page
    assert 'action="/gaps/nothing/undo/"' in page and 'name="from" value="inbox"' in page
    assert client.post("/gaps/nothing/undo/", form)["Location"] == "/inbox/"
    assert label in client.get("/inbox/").content.decode()


def test_month_that_was_reported_by_a_list_does_not_wait(
    dalia: Viewer, desk: Viewer, amina: Viewer, tmp_path: Path
) -> None:
    _load(tmp_path, amina, "m01", add_months(_last_month(), -1))
    _load(tmp_path, amina, "m01", _last_month())
    run_linkage(by=desk, at=timezone.now())
    page = _signed_in(dalia, "amina").get("/inbox/").content.decode()
    assert WORDS["inbox.months.unreported.label"][0] not in page


def test_basim_cannot_say_that_nothing_was_given(dalia: Viewer, basim: Viewer) -> None:
    form = {"slot": "food", "month": "2026-03"}
    assert _signed_in(dalia, "basim").post("/gaps/nothing/", form).status_code == 403


@pytest.mark.parametrize("form", [{"slot": "food", "month": "soon"}, {"slot": "gold", "month": "2026-03"}])
def test_nothing_given_of_nonsense_is_refused(client: Client, form: dict[str, str]) -> None:
    assert client.post("/gaps/nothing/", form).status_code in (400, 404)


def test_work_that_failed_waits_until_it_is_done_again(
    client: Client, amina: Viewer, camelia: Viewer, dalia: Viewer, engine: psycopg.Connection
) -> None:
    def add(code: str, state: str, days: int) -> None:
        at = timezone.now() - timedelta(days=days)
        engine.execute(
            "INSERT INTO jobs_job (code, kind, state, params, error_code, object_code, user_id, username,"
            " organisation_id, organisation_code, queue_id, created_at, finished_at)"
            " VALUES (%s, 'load_list', %s, '{}', %s, '1234', %s, 'amina', %s, 'm01', 1, %s, %s)",
            [code, state, "job.broken" if state == "failed" else "", amina.user_id, amina.organisation_id, at,
             None if state in ("waiting", "running") else at],
        )  # fmt: skip
        engine.commit()

    add("100", "failed", 9)
    assert "/jobs/100/" not in client.get("/inbox/").content.decode()
    add("101", "failed", 1)
    assert "/jobs/101/" in client.get("/inbox/").content.decode()
    assert "/jobs/101/" not in _signed_in(dalia, "camelia").get("/inbox/").content.decode()
    add("102", "running", 0)
    page = client.get("/inbox/").content.decode()
    assert "/jobs/101/" not in page and "/jobs/102/" in page


def test_what_people_wrote_is_escaped_and_counts_are_capped(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = [
        Waiting("uploads.ready", 1, timezone.now(), {"upload": "12", "file": "<script>.xlsx"}),
        Waiting("lists.rejected", COUNT_MOST + 1, timezone.now(), {"list": "1", "lists": "2"}),
    ]
    monkeypatch.setattr("wasl.web.inbox.list_waiting", lambda viewer: waiting)
    page = client.get("/inbox/").content.decode()
    assert "<bdi>&lt;script&gt;.xlsx</bdi>" in page
    assert WORDS["inbox.more_than"][0].format(n="1,000 سطر") in page
    assert 'href="/lists/?mend=1"' in page


def test_everything_that_may_wait_has_words() -> None:
    said = [f"inbox.{code}{part}" for code in WAYS for part in ("", ".label", ".do")]
    assert [code for code in said if not has_words(code)] == []


def test_run_that_was_prepared_waits_for_the_desk_alone(
    dalia: Viewer, desk: Viewer, amina: Viewer, tmp_path: Path
) -> None:
    _load(tmp_path, amina, "m01", _last_month())
    prepared = prepare_linkage(by=desk, at=timezone.now())
    label = WORDS["inbox.runs.prepared.label"][0]
    assert label in _signed_in(dalia, "dalia").get("/inbox/").content.decode()
    assert label not in _signed_in(dalia, "amina").get("/inbox/").content.decode()
    publish_prepared(by=desk, at=timezone.now(), run_id=prepared.run)
    assert label not in _signed_in(dalia, "dalia").get("/inbox/").content.decode()
