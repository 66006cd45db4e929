"""A load killed at any point and run again ends as one uninterrupted run (L1); two at once are one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.integration.intake.conftest import AT, HEADER, options, people
from tests.integration.intake.content import digest_content
from tests.integration.intake.killed_load import make_chunks_small
from wasl.intake.actions import load_file
from wasl.intake.kept_files import digest_file
from wasl.intake.loading import LoadedFile
from wasl.intake.locking import hold_file
from wasl.kernel.errors import Unavailable
from wasl.organisations.viewer import Viewer
from wasl.store.connections import engine_connection

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of several small chunks, with rejected and repeated rows and a repeat across chunks."""
    lines = [*people(1, 130), people(3, 1)[0], ",-,-,ملوي,0101", *people(200, 40), people(120, 1)[0]]
    file = tmp_path / "list.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["wasl.intake.reading.parse"]
    monkeypatch.setattr(module, "CHUNK_ROWS", module.CHUNK_ROWS)  # type: ignore[attr-defined]
    make_chunks_small()


def start(path: Path, kill_at: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.intake.killed_load", str(path), "m01", str(kill_at)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.usefixtures("small_chunks")
def test_killed_load_run_again_ends_as_an_uninterrupted_one(
    path: Path, desk: Viewer, organisation_a: int, engine: psycopg.Connection, database: object
) -> None:
    whole = load_file(path=path, organisation="m01", options=options(), by=desk, at=AT)
    assert whole.sheets[0].counts.repeated == 2
    wanted = digest_content(engine)
    engine.rollback()
    choose = random.Random(11)
    for kill_at in sorted(choose.sample(range(12, 112), 4)):
        _empty(engine)
        killed = start(path, kill_at)
        killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL, kill_at
        again = load_file(path=path, organisation="m01", options=options(), by=desk, at=AT)
        assert again.sheets[0].outcome in ("loaded", "resumed", "already")
        assert digest_content(engine) == wanted, kill_at
        engine.rollback()


@pytest.mark.usefixtures("small_chunks")
def test_interrupted_load_with_other_options_starts_over(
    path: Path, desk: Viewer, organisation_a: int, engine: psycopg.Connection
) -> None:
    killed = start(path, 60)
    killed.communicate(timeout=60)
    assert engine.execute("SELECT state, loaded_row > 0 FROM intake_list").fetchone() == ("loading", True)
    engine.rollback()
    other = options(need="meat")
    result = load_file(path=path, organisation="m01", options=other, by=desk, at=AT)
    assert result.sheets[0].outcome == "loaded"
    assert engine.execute("SELECT DISTINCT need FROM intake_line WHERE fate = 'accepted'").fetchall() == [
        ("meat",)
    ]


def test_two_loads_of_one_file_at_once_are_one(
    path: Path, desk: Viewer, organisation_a: int, engine: psycopg.Connection
) -> None:
    both = [start(path, 0), start(path, 0)]
    for process in both:
        _, said = process.communicate(timeout=90)
        assert process.returncode == 0 or b"list.being_loaded" in said, said.decode()
    assert engine.execute("SELECT state, rows_total FROM intake_list").fetchall() == [("active", 174)]


def test_load_of_a_file_that_is_being_loaded_is_refused_and_a_dead_one_does_not_block(
    path: Path, desk: Viewer, organisation_a: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = LoadedFile(path.name, digest_file(path), organisation_a, "m01", desk, AT)
    with monkeypatch.context() as patch, engine_connection(autocommit=True) as other, hold_file(other, file):
        patch.setattr("wasl.intake.locking.WAIT_S", 0.3)
        with pytest.raises(Unavailable):
            load_file(path=path, organisation="m01", options=options(), by=desk, at=AT)
    holder = start(path, 40)
    holder.communicate(timeout=60)
    assert (
        load_file(path=path, organisation="m01", options=options(), by=desk, at=AT).sheets[0].state
        == "active"
    )


def _empty(engine: psycopg.Connection) -> None:
    for table in (
        "benefits_claim", "registry_appearance", "intake_mention", "intake_line", "intake_list", "intake_mapping",
    ):  # fmt: skip
        engine.execute(f"DELETE FROM {table}".encode())
    engine.commit()
