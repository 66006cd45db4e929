"""The command line on an embedded server of its own, as an office runs it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.office import Office, opened_office
from wasl.store.addresses import bootstrap_address
from wasl.store.postgres import is_running
from wasl.store.runtime import system_bins


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that has run `wasl init`."""
    with opened_office(tmp_path_factory.mktemp("office")) as made:
        made.run("init")
        yield made


def test_init_again_says_it_was_done(office: Office) -> None:
    assert "nothing changed" in office.run("init").stdout


def test_command_before_init_says_what_to_do(tmp_path: Path) -> None:
    result = Office(tmp_path / "new").run("users", "list", code=3)
    assert "wasl init" in result.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("lang", "word"), [("ar_EG.UTF-8", "خطأ"), ("C.UTF-8", "خطأ"), ("en_GB.UTF-8", "Error")]
)
def test_errors_speak_the_language_of_the_locale(tmp_path: Path, lang: str, word: str) -> None:
    assert word in Office(tmp_path, LANG=lang).run("users", "list", code=3).stderr


def test_unknown_language_is_refused(tmp_path: Path) -> None:
    assert "fr" in Office(tmp_path).run("--lang", "fr", "users", "list", code=2).stderr


def test_organisation_again_is_done_and_another_under_its_code_a_conflict(office: Office) -> None:
    line = ["organisations", "add", "c01", "--kind", "charity", "--name-ar"]
    office.run(*line, "جمعية الأمل")
    assert "already" in office.run(*line, "جمعية الأمل").stdout
    office.run(*line, "جمعية أخرى", code=5)


def test_as_user_has_that_users_role_wherever_it_stands(office: Office) -> None:
    office.run("organisations", "add", "c02", "--kind", "charity", "--name-ar", "جمعية النور")
    made = office.json("users", "add", "camelia", "--organisation", "c02", "--role", "officer")
    assert isinstance(made, dict)
    assert "/sign-in/" in made["link"]
    office.run("users", "list", "--as", "camelia", code=4)
    office.run("--as=camelia", "organisations", "list")
    office.run("organisations", "list", "--as", "nobody", code=3)


@pytest.mark.parametrize("line", [["nonsense"], ["users", "add"], []])
def test_malformed_lines_exit_2(office: Office, line: list[str]) -> None:
    office.run(*line, code=2)


def test_verify_finds_what_somebody_broke_until_it_is_mended(office: Office) -> None:
    server = office.server
    with psycopg.connect(bootstrap_address(server, "wasl")) as connection:
        connection.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")
        connection.execute("ALTER TABLE organisations_user NO FORCE ROW LEVEL SECURITY")
    broken = json.loads(office.run("verify", "--json", code=70).stdout)
    with psycopg.connect(bootstrap_address(server, "wasl")) as connection:
        connection.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only")
        connection.execute("ALTER TABLE organisations_user FORCE ROW LEVEL SECURITY")
    office.run("verify")
    by_id = {one["id"]: one for one in broken}
    assert by_id["A5"]["guard"] is False
    assert by_id["A2"]["breaches"] == 1


def test_another_key_is_refused_before_anything_is_done(office: Office) -> None:
    other = Office(office.home, WASL_KEY="6b" * 32)
    assert "another key" in other.run("organisations", "list", code=2).stderr


def test_stopped_database_is_started_by_whoever_comes_two_at_once(office: Office) -> None:
    office.run("stop")
    assert "not running" in office.run("stop").stdout
    codes: list[int] = []

    def come() -> None:
        codes.append(office.run("organisations", "list").returncode)

    threads = [threading.Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
    assert is_running(office.server)


def test_home_closed_to_others_keeps_its_data_apart(tmp_path: Path) -> None:
    """As root the server runs as another user, who cannot enter a closed folder."""
    if os.geteuid() != 0:
        pytest.skip("only root drops to another user")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with opened_office(closed / "home") as office:
        office.run("init")
        server = office.server
        assert not server.data.is_relative_to(closed)
    assert not server.data.exists()


@pytest.mark.parametrize("folder", system_bins(), ids=lambda folder: folder.parent.name)
def test_systems_own_postgresql_serves_as_well(folder: Path, tmp_path: Path) -> None:
    with opened_office(tmp_path, WASL_POSTGRES_BIN=str(folder)) as office:
        office.run("init")
        office.run("verify")
