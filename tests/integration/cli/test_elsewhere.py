"""A backup brought back elsewhere, and a database that somebody else runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.office import Office, opened_office
from wasl.store.addresses import bootstrap_address, embedded_addresses


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that has run `wasl init`."""
    with opened_office(tmp_path_factory.mktemp("office")) as made:
        made.run("init")
        yield made


def test_backup_comes_back_whole_elsewhere(office: Office, tmp_path: Path) -> None:
    (office.home / "files").mkdir(exist_ok=True)
    (office.home / "files" / "kept.csv").write_text("كشف")
    folder = tmp_path / "backup"
    said = office.run("backup", str(folder), "--with-key").stderr
    assert "CAUTION" in said
    office.run("backup", str(folder), code=5)
    with opened_office(tmp_path / "elsewhere") as other:
        other.run("init", "--from", str(folder))
        assert other.json("organisations", "list") == office.json("organisations", "list")
        assert (other.home / "files" / "kept.csv").read_text() == "كشف"
        other.run("verify")
        other.run("init", "--from", str(folder), code=5)


def test_backup_without_key_does_not_hold_it_and_altered_is_refused(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    office.run("backup", str(folder))
    key = (office.home / "key").read_text().strip()
    assert all(key.encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with open(folder / "database.dump", "ab") as dump:
        dump.write(b"x")
    assert "changed" in Office(tmp_path / "new").run("init", "--from", str(folder), code=2).stderr
    assert not (tmp_path / "new").exists()


def test_backup_without_key_waits_for_the_original(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    office.run("backup", str(folder))
    with opened_office(tmp_path / "elsewhere") as other:
        assert "original key" in other.run("init", "--from", str(folder)).stderr
        assert not (other.home / "key").exists()
        other.run("organisations", "list", code=3)
        (other.home / "key").write_text((office.home / "key").read_text())
        other.run("init")
        assert other.json("organisations", "list") == office.json("organisations", "list")
    wrong = Office(tmp_path / "wrong", WASL_KEY="ab" * 32)
    assert "another key" in wrong.run("init", "--from", str(folder), code=2).stderr
    assert not wrong.home.exists()


def test_sql_for_an_administrator_serves_a_server_of_ones_own(office: Office, tmp_path: Path) -> None:
    """What --print-sql says, run by a superuser in a second database, is enough for init by URL."""
    sql = office.run("init", "--print-sql").stdout
    assert "NOBYPASSRLS" in sql
    server = office.server
    with psycopg.connect(bootstrap_address(server), autocommit=True) as connection:
        connection.execute("CREATE DATABASE given OWNER wasl_owner ENCODING 'UTF8' TEMPLATE template0")
    with psycopg.connect(bootstrap_address(server, "given")) as connection:
        connection.execute("ALTER SCHEMA public OWNER TO wasl_owner")
        connection.execute("GRANT USAGE ON SCHEMA public TO wasl_app, wasl_engine")
        connection.execute("CREATE SCHEMA staging AUTHORIZATION wasl_engine")
    addresses = embedded_addresses(server, "given")
    # Without WASL_ENGINE_URL the engine borrows the owner's connection.
    given = Office(tmp_path / "given", DATABASE_URL=addresses.app, WASL_OWNER_URL=addresses.owner)
    assert given.json("init")["embedded"] is False  # type: ignore[index]
    given.run("organisations", "list")
    given.run("verify")


def test_c_locale_database_is_refused(office: Office, tmp_path: Path) -> None:
    server = office.server
    with psycopg.connect(bootstrap_address(server), autocommit=True) as connection:
        connection.execute(
            "CREATE DATABASE deaf OWNER wasl_owner ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            " LOCALE_PROVIDER libc TEMPLATE template0"
        )
    addresses = embedded_addresses(server, "deaf")
    given = Office(tmp_path, DATABASE_URL=addresses.app, WASL_OWNER_URL=addresses.owner)
    assert "no Arabic" in given.run("init", code=2).stderr
