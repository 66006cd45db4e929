"""A file on its way from a browser to lists: kept sealed, looked at and loaded by jobs, with the asker's rights."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import psycopg
import pytest

from tests.conftest import NOW
from tests.integration.intake.conftest import AT, HEADER, Load, people
from tests.integration.intake.content import count_claims
from wasl.intake.asking import ask_correct, ask_load, ask_restore, ask_withdraw
from wasl.intake.kept_files import find_kept, sweep_drafts
from wasl.intake.queries import access_list, list_lists
from wasl.intake.readings import recognise_samples
from wasl.intake.samples import unpack_samples
from wasl.intake.upload_queries import UploadState, UploadView, access_upload, list_uploads, read_sample
from wasl.intake.uploads import MOST_BYTES, clean_name, discard_upload, receive_upload, save_reading
from wasl.jobs.queries import access_job
from wasl.jobs.worker import run_waiting
from wasl.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleRefused
from wasl.organisations.actions import change_role
from wasl.organisations.rules import Role
from wasl.organisations.viewer import Viewer
from wasl.store.home import kept_files

LINES = people(1, 12)
TITLE = "كشف صرف كراتين غذاء عن مارس 2026"


def content(lines: list[str] = LINES, title: str = TITLE) -> bytes:
    return "\n".join([title, HEADER, *lines, ""]).encode("utf-8-sig")


def receive(by: Viewer, data: bytes, name: str = "كشف.csv", **more: str | None) -> UploadView:
    organisation = "m01" if by.is_desk else by.organisation_code
    return receive_upload(
        source=io.BytesIO(data),
        size_bytes=len(data),
        name=name,
        organisation=organisation,
        by=by,
        at=AT,
        **more,
    )


def looked_at(by: Viewer, data: bytes, name: str = "كشف.csv", **more: str | None) -> UploadView:
    upload = receive(by, data, name, **more)
    run_waiting()
    return access_upload(by, upload.code)


def loaded(by: Viewer, upload: UploadView) -> list[str]:
    ask_load(code=upload.code, by=by, at=AT)
    run_waiting()
    result = access_upload(by, upload.code).result
    assert result is not None
    return list(result["lists"])


def test_upload_is_looked_at_and_loaded_as_its_page_says(amina: Viewer, engine: psycopg.Connection) -> None:
    upload = looked_at(amina, content())
    (sheet,) = upload.recognised
    assert upload.state == UploadState.READY
    assert (sheet["kind"], sheet["need"], sheet["month"], sheet["rows"]) == (
        "given",
        "food_box",
        "2026-03",
        12,
    )
    assert [column["field"] for column in sheet["columns"]] == [
        "serial", "self.name", "self.nid", "markaz", "self.phone",
    ]  # fmt: skip
    (code,) = loaded(amina, upload)
    view = access_list(amina, code)
    assert (view.state, view.month, view.counts.accepted) == ("active", date(2026, 3, 1), 12)
    assert count_claims(engine) == 12
    after = access_upload(amina, upload.code)
    assert after.state == UploadState.LOADED and read_sample(amina, after) is None


def test_upload_keeps_no_id_in_plain(amina: Viewer, engine: psycopg.Connection) -> None:
    upload = looked_at(amina, content())
    nid = LINES[0].split(",")[2]
    row = engine.execute("SELECT row_to_json(u)::text, u.sample FROM intake_upload u").fetchone()
    assert row is not None and nid not in row[0] and nid.encode() not in row[1]
    kept = find_kept(upload.digest)
    assert kept is not None and nid.encode() not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0
    sample = read_sample(amina, upload)
    assert sample is not None and nid in str(unpack_samples(sample)[0].rows)


def test_upload_without_a_header_says_no_id_of_its_first_row(
    amina: Viewer, engine: psycopg.Connection
) -> None:
    looked_at(amina, "\n".join([*LINES, ""]).encode())
    row = engine.execute("SELECT row_to_json(u)::text FROM intake_upload u").fetchone()
    assert row is not None and LINES[0].split(",")[2] not in row[0]


def test_the_same_file_on_its_way_is_one_upload(amina: Viewer) -> None:
    assert receive(amina, content()).code == receive(amina, content(), "اسم آخر.csv").code
    assert len(list_uploads(amina, set(UploadState))) == 1


def test_columns_and_month_said_on_the_page_are_how_it_is_loaded(
    amina: Viewer, engine: psycopg.Connection
) -> None:
    upload = looked_at(amina, content(title="كشف"))
    columns = {column["letter"]: column["field"] or "ignore" for column in upload.recognised[0]["columns"]}
    said = {"sheets": {"0": {
        "kind": "given", "need": "blankets", "month": "2026-01", "note": "بروتوكول 7", "columns": columns | {"E": "ignore"},
    }}}  # fmt: skip
    sample = read_sample(amina, upload)
    assert sample is not None
    read = recognise_samples(amina, upload, unpack_samples(sample), said)
    assert (read[0]["columns"][4]["field"], read[0]["need"], read[0]["month"]) == (
        None,
        "blankets",
        "2026-01",
    )
    save_reading(amina, upload, read, said)
    loaded(amina, access_upload(amina, upload.code))
    row = engine.execute("SELECT options ->> 'note', month, kind FROM intake_list").fetchone()
    assert row == ("بروتوكول 7", date(2026, 1, 1), "given")
    assert engine.execute("SELECT count(*) FROM registry_record WHERE phone IS NOT NULL").fetchone() == (0,)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("بحث.pdf", b"%PDF-1.7 ...", "list.not_a_list"),
        (
            "كشف.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "list.encrypted",
        ),
        ("كشف.xlsx", b"PK\x03\x04" + b"\0" * 60, "list.damaged"),
    ],
)
def test_file_that_is_no_list_is_refused_in_words_and_forgotten(
    amina: Viewer, name: str, data: bytes, code: str
) -> None:
    upload = looked_at(amina, data, name)
    assert upload.state == UploadState.REFUSED
    assert upload.problem is not None and upload.problem["code"] == code
    assert find_kept(upload.digest) is None
    with pytest.raises(Conflict):
        ask_load(code=upload.code, by=amina, at=AT)


def test_empty_and_too_large_files_are_refused_and_nothing_is_kept(amina: Viewer) -> None:
    before = set(kept_files().iterdir())
    with pytest.raises(InvalidInput, match="empty_file"):
        receive(amina, b"")
    with pytest.raises(InvalidInput, match="too_large"):
        receive_upload(
            source=io.BytesIO(b"x"),
            size_bytes=MOST_BYTES + 1,
            name="a.csv",
            organisation="m01",
            by=amina,
            at=AT,
        )
    assert set(kept_files().iterdir()) == before


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\كشوف\\مارس.xlsx", "مارس.xlsx"),
        ("كشف\u202excod.\x00csv", "كشفxcod.csv"),
        ("...", "list"),
        ("ا" * 400 + ".xlsx", "ا" * 145 + ".xlsx"),
    ],
)
def test_name_of_a_file_is_its_own_alone(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_camelia_cannot_see_change_or_load_aminas_upload(amina: Viewer, camelia: Viewer) -> None:
    upload = looked_at(amina, content())
    assert list_uploads(camelia, set(UploadState)) == []
    for attempt in (access_upload, lambda by, code: ask_load(code=code, by=by, at=AT),
                    lambda by, code: discard_upload(code=code, by=by, at=AT)):  # fmt: skip
        with pytest.raises(NotFound):
            attempt(camelia, upload.code)
    with pytest.raises(NotFound):
        receive_upload(
            source=io.BytesIO(b"x"), size_bytes=1, name="a.csv", organisation="m01", by=camelia, at=AT
        )


def test_basim_cannot_bring_or_load_or_drop(amina: Viewer, basim: Viewer) -> None:
    upload = looked_at(amina, content())
    assert access_upload(basim, upload.code).code == upload.code
    with pytest.raises(NotAllowed):
        receive(basim, b"x")
    with pytest.raises(NotAllowed):
        ask_load(code=upload.code, by=basim, at=AT)
    with pytest.raises(NotAllowed):
        discard_upload(code=upload.code, by=basim, at=AT)


def test_rights_are_asked_again_when_the_job_is_done(
    amina: Viewer, desk: Viewer, engine: psycopg.Connection
) -> None:
    upload = looked_at(amina, content())
    job = ask_load(code=upload.code, by=amina, at=AT)
    change_role(by=desk, at=NOW, username="amina", role=Role.VIEWER)
    run_waiting()
    assert access_job(desk, job).error_code == "list.only_officers_change"
    assert count_claims(engine) == 0


def test_withdraw_restore_and_correct_are_jobs(
    load: Load, amina: Viewer, basim: Viewer, camelia: Viewer, engine: psycopg.Connection
) -> None:
    code = load(LINES, amina).lists[0]
    for other, refusal in ((camelia, NotFound), (basim, NotAllowed)):
        with pytest.raises(refusal):
            ask_withdraw(code=code, reason="سبب", by=other, at=AT)
        with pytest.raises(refusal):
            ask_restore(code=code, by=other, at=AT)
        with pytest.raises(refusal):
            ask_correct(code=code, changes={"month": "2025-04"}, by=other, at=AT)
    with pytest.raises(InvalidInput):
        ask_withdraw(code=code, reason="  ", by=amina, at=AT)
    ask_withdraw(code=code, reason="خطأ في ملف 28801012101231", by=amina, at=AT)
    assert access_list(amina, code).state == "active"
    run_waiting()
    view = access_list(amina, code)
    assert view.state == "withdrawn" and "28801012101231" not in str(view.state_reason)
    assert count_claims(engine) == 0
    engine.rollback()
    ask_restore(code=code, by=amina, at=AT)
    run_waiting()
    assert (access_list(amina, code).state, count_claims(engine)) == ("active", 12)
    engine.rollback()
    job = ask_correct(code=code, changes={"month": "2025-04", "need": "blankets"}, by=amina, at=AT)
    run_waiting()
    done = access_job(amina, job)
    assert done.state == "done" and done.result is not None, (done.error_code, done.error_params)
    new = access_list(amina, done.result["lists"][0])
    assert (new.replaces, new.month) == (code, date(2025, 4, 1))
    assert engine.execute("SELECT DISTINCT need, month FROM benefits_claim WHERE active").fetchall() == [
        ("blankets", date(2025, 4, 1))
    ]
    with pytest.raises(RuleRefused):
        ask_withdraw(code=code, reason="سبب", by=amina, at=AT)


def test_upload_may_replace_a_list(load: Load, amina: Viewer, engine: psycopg.Connection) -> None:
    old = load(LINES, amina).lists[0]
    (new,) = loaded(amina, looked_at(amina, content(people(1, 10)), replaces=old))
    assert (access_list(amina, old).replaced_by, count_claims(engine)) == (new, 10)


def test_two_officers_load_the_same_upload_at_once_into_one_list(amina: Viewer) -> None:
    upload = looked_at(amina, content())
    jobs: list[str] = []

    def ask() -> None:
        from django.db import connections

        jobs.append(ask_load(code=upload.code, by=amina, at=AT))
        connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_waiting()
    assert len(set(jobs)) == 1
    assert [view.state for view in list_lists(amina)] == ["active"]


def test_discarded_upload_is_gone_with_its_file_unless_a_list_needs_it(
    load: Load, amina: Viewer, tmp_path: Path
) -> None:
    upload = looked_at(amina, content())
    assert discard_upload(code=upload.code, by=amina, at=AT)
    run_waiting()
    assert find_kept(upload.digest) is None and read_sample(amina, upload) is None
    load(LINES, amina, name="again.csv")
    again = looked_at(amina, (tmp_path / "again.csv").read_bytes())
    discard_upload(code=again.code, by=amina, at=AT)
    run_waiting()
    assert find_kept(again.digest) is not None


def test_kill_while_a_file_is_kept_leaves_nothing_half(amina: Viewer, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(content() * 3_000)
    script = (
        "import django, sys, os, signal; django.setup();"
        "from pathlib import Path; from wasl.intake import kept_files as k;"
        "seal = k._seal_blocks\n"
        "def dies(source):\n"
        "    for number, piece in enumerate(seal(source)):\n"
        "        yield piece\n"
        "        if number == 1: os.kill(os.getpid(), signal.SIGKILL)\n"
        "k._seal_blocks = dies\n"
        "k.keep_file(Path(sys.argv[1]), k.digest_file(Path(sys.argv[1])))\n"
    )
    before = set(kept_files().iterdir())
    died = subprocess.run([sys.executable, "-c", script, str(path)], env=os.environ, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    half = list(set(kept_files().iterdir()) - before)
    assert len(half) == 1 and half[0].name.startswith(".")
    os.utime(half[0], (0, 0))
    assert sweep_drafts() == 1
    assert set(kept_files().iterdir()) == before
    assert looked_at(amina, path.read_bytes()).state == UploadState.READY
