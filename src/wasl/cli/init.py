"""`wasl init`: everything a new installation needs, or what a new release adds; `wasl stop`: end the embedded database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, set_up_django
from wasl.kernel.errors import Conflict
from wasl.store.addresses import (
    embedded_folder,
    find_addresses,
    is_embedded,
    make_embedded_server,
)
from wasl.store.backup import check_backup, check_key_of_backup, restore_backup
from wasl.store.founding import check_database, make_roles_and_database
from wasl.store.home import get_home, make_home
from wasl.store.postgres import find_server, stop_server
from wasl.store.roles import print_sql
from wasl.store.sealing import has_key, key_file, make_key


def register(app: typer.Typer) -> None:
    """Add `init` and `stop`."""
    declare_json(
        "init",
        home="Wasl's folder",
        embedded="whether Wasl runs its own PostgreSQL",
        database_made="whether the database is new",
        migrations="how many changes of tables were applied",
        key_made="whether a new key was made",
        key_awaited="whether the backup held no key and the original must be put back first",
        restored="the backup it was restored from, or null",
    )
    declare_json("stop", stopped="whether a server was running")
    app.command(
        "init", help=both("جهّز وصل، أو حدّثه لهذا الإصدار", "Set Wasl up, or bring it to this release")
    )(init)
    app.command("stop", help=both("أوقف قاعدة البيانات المضمّنة", "Stop the embedded database"))(stop)


def init(
    show_sql: Annotated[
        bool,
        typer.Option(
            "--print-sql", help=both("اطبع ما يلزم من مدير قاعدة البيانات", "print what a DBA must run")
        ),
    ] = False,
    backup: Annotated[
        Path | None, typer.Option("--from", help=both("استعِد من نسخة احتياطية", "restore from a backup"))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Set up folder, database, key, tables, catalogues, the secretariat and its user `console`."""
    if show_sql:
        typer.echo(print_sql(), nl=False)
        return
    if backup is not None:
        check_key_of_backup(check_backup(backup))
    make_home()
    database_made = make_roles_and_database(make_embedded_server()) if is_embedded() else False
    addresses = find_addresses()
    assert addresses is not None
    check_database(addresses.owner)
    if backup is not None:
        if _holds_tables(addresses.owner):
            raise Conflict("init.not_empty")
        restore_backup(backup, owner=addresses.owner)
    # A new key would not open what comes back: a backup without its key waits for it.
    key_awaited = backup is not None and not has_key()
    key_made = not key_awaited and make_key()
    migrations, founded = _bring_up(with_key=not key_awaited)
    changed = database_made or key_made or migrations or founded or backup is not None
    result = {
        "home": str(get_home()),
        "embedded": is_embedded(),
        "database_made": database_made,
        "migrations": migrations,
        "key_made": key_made,
        "key_awaited": key_awaited,
        "restored": None if backup is None else str(backup),
    }
    lines = [
        *([say("init.database_made")] if database_made else []),
        *([say("init.restored", folder=backup)] if backup else []),
        *([say("init.migrated", count=migrations)] if migrations else []),
        *([say("init.key_made", file=key_file())] if key_made else []),
        *([] if changed else [say("init.done_already")]),
        *([] if key_awaited else [say("init.ready", home=get_home())]),
    ]
    if key_awaited:
        typer.echo(say("init.key_awaited", file=key_file()), err=True)
    print_result(result, as_json, lines)


def stop(as_json: JsonOption = False) -> None:
    """Stop the embedded database; the next command that needs it starts it again."""
    server = find_server(embedded_folder()) if is_embedded() else None
    stopped = server is not None and stop_server(server)
    line = say("stop.stopped" if stopped else "stop.was_stopped" if is_embedded() else "stop.not_embedded")
    print_result({"stopped": stopped}, as_json, [line])


def _bring_up(*, with_key: bool) -> tuple[int, bool]:
    set_up_django()
    from wasl.organisations.actions import found_alliance
    from wasl.store.connections import engine_connection
    from wasl.store.facts import check_key_fits
    from wasl.store.migrating import migrate

    migrations = migrate()
    if not with_key:
        return migrations, False
    with engine_connection() as connection:
        check_key_fits(connection)
    return migrations, found_alliance(at=now())


def _holds_tables(owner: str) -> bool:
    import psycopg

    with psycopg.connect(owner) as connection:
        found = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public' LIMIT 1").fetchone()
    return found is not None
