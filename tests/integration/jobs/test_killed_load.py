"""A worker killed in a load: the next one takes it up, and the list is as if nothing had happened (L1)."""

from __future__ import annotations

import io
from pathlib import Path

import psycopg

from tests.integration.intake.conftest import AT, HEADER, people
from tests.integration.intake.content import digest_content
from tests.integration.jobs.workers import a_worker, kill, until
from wasl.intake.asking import ask_load
from wasl.intake.upload_queries import access_upload
from wasl.intake.uploads import receive_upload
from wasl.jobs.queries import access_job, list_jobs
from wasl.jobs.worker import run_waiting
from wasl.organisations.viewer import Viewer

TITLE = "كشف صرف كراتين غذاء عن مارس 2026"
CONTENT = "\n".join([TITLE, HEADER, *people(1, 800), people(3, 1)[0], ""]).encode("utf-8-sig")
EMPTIED = (
    "benefits_claim", "registry_appearance", "intake_mention", "intake_line", "intake_list", "intake_mapping",
    "intake_upload",
)  # fmt: skip


def ask(amina: Viewer) -> str:
    """Bring the file, have it looked at, and ask for it to be loaded; return the job."""
    upload = receive_upload(
        source=io.BytesIO(CONTENT),
        size_bytes=len(CONTENT),
        name="كشف.csv",
        organisation="m01",
        by=amina,
        at=AT,
    )
    run_waiting()
    return ask_load(code=access_upload(amina, upload.code).code, by=amina, at=AT)


def test_worker_killed_in_a_load_ends_as_if_never_killed(
    amina: Viewer, engine: psycopg.Connection, tmp_path: Path
) -> None:
    ask(amina)
    run_waiting()
    wanted = digest_content(engine)
    engine.rollback()
    for table in EMPTIED:
        engine.execute(f"DELETE FROM {table}".encode())
    engine.commit()
    code = ask(amina)
    with a_worker() as first:
        until(lambda: access_job(amina, code).state == "running")
        until(lambda: _rows_written(engine) > 0 or not access_job(amina, code).is_open)
        kill(first)
    with a_worker():
        until(lambda: not access_job(amina, code).is_open)
    assert access_job(amina, code).state == "done"
    assert digest_content(engine) == wanted
    assert [job.state for job in list_jobs(amina, states=["waiting", "running"])] == []


def _rows_written(engine: psycopg.Connection) -> int:
    row = engine.execute("SELECT count(*) FROM intake_list").fetchone()
    engine.rollback()
    return int(row[0]) if row else 0
