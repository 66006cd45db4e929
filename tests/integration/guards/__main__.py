"""
Write the table of guards: `python -m tests.integration.guards docs/guards.md`.

It takes every guard away in turn on a database of its own and says what went red; exit 1 where a guard is not missed.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import django
import psycopg

from tests.wasl_postgres import TestDatabase, make_test_database, remove_folder  # chooses the addresses first

HEAD = """# Guards

Every guard of the database as its own catalogue lists it, and the small breach that the tests try with it and
without it: refused, and then let through. Written by `.venv/bin/python -m tests.integration.guards docs/guards.md`;
`tests/integration/guards` fails for a guard that is added without a probe, or that no probe misses.

"""
TITLES = {
    "check": "Checks", "unique": "Keys", "foreign key": "Foreign keys", "trigger": "Triggers", "lock": "Locks",
    "policy": "Policies", "row security": "Row security", "not null": "Columns that are never empty",
    "no right": "Rights that roles do not have", "no call": "Functions that are not theirs to call",
}  # fmt: skip
APART = ("check", "unique", "foreign key", "trigger", "lock", "policy")


def main() -> int:
    """Probe everything; write the table where a path is given, print it where none is."""
    django.setup()
    database = make_test_database()
    try:
        seen = list(_see_all(database))
    finally:
        remove_folder(Path(os.environ["WASL_TEST_FOLDER"]))
    text = HEAD + "\n".join(_sections(seen))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text)
    else:
        print(text)
    missed = [one for one in seen if one.complaint]
    for one in missed:
        print(f"{one.guard.key}: {one.complaint}", file=sys.stderr)
    return 1 if missed else 0


def _see_all(database: TestDatabase) -> Iterable[Seen]:
    with psycopg.connect(database.superuser) as connection:
        guards = list_guards(connection)
        bench = Bench(connection)
        yield from (see(bench, guard, guards) for guard in guards if guard.kind != "lock")
    found_alliance(at=NOW)
    desk = get_viewer(CONSOLE)
    for code, username in (("m01", "amina"), ("m02", "camelia")):
        add_organisation(by=desk, at=NOW, code=code, kind=OrganisationKind.CHARITY, name_ar=code, name_en="")
        add_user(by=desk, at=NOW, username=username, organisation_code=code, role=Role.OFFICER)
    with engine_connection() as connection:
        watchers = stand(
            database.superuser,
            World(connection),
            desk=desk,
            amina=get_viewer("amina"),
            camelia=get_viewer("camelia"),
        )
    yield from (see_lock(watchers, guard) for guard in guards if guard.kind == "lock")


def _sections(seen: list[Seen]) -> Iterable[str]:
    counts = Counter(one.guard.kind for one in seen)
    yield f"{len(seen):,} guards: " + ", ".join(f"{counts[kind]:,} {kind}" for kind in TITLES) + ".\n"
    for kind, title in TITLES.items():
        mine = [one for one in seen if one.guard.kind == kind]
        yield f"## {title}\n"
        yield from _apart(mine) if kind in APART else _together(mine)
        yield ""


def _apart(seen: list[Seen]) -> Iterable[str]:
    yield "| table or function | guard | probe | with it | without it |\n|---|---|---|---|---|"
    for one in seen:
        words = (one.guard.table, one.guard.name, one.probe, _short(one.before), _short(one.after))
        yield "| " + " | ".join(word.replace("|", "\\|") for word in words) + " |"


def _together(seen: list[Seen]) -> Iterable[str]:
    """Yield one line for all guards of one table; years of a table are one."""
    gathered: dict[str, dict[str, None]] = {}
    for one in seen:
        table = re.sub(r"_(?:20\d\d|default|once)$", " and its parts", one.guard.table)
        gathered.setdefault(table, {})[one.guard.name] = None
    yield "| table or function | without |\n|---|---|"
    for table, names in gathered.items():
        yield f"| {table} | {', '.join(names)} |"


def _short(said: str) -> str:
    return re.sub(r"^([0-9A-Z]{5}) .*", r"refused (\1)", said, flags=re.DOTALL)


if __name__ == "__main__":
    django.setup()
    from tests.conftest import NOW
    from tests.integration.benefits.world import World
    from tests.integration.guards.catalogue import list_guards
    from tests.integration.guards.locks import stand
    from tests.integration.guards.probing import Bench, Seen
    from tests.integration.guards.seeing import see, see_lock
    from wasl.organisations.actions import add_organisation, add_user, found_alliance
    from wasl.organisations.queries import CONSOLE, get_viewer
    from wasl.organisations.rules import OrganisationKind, Role
    from wasl.store.connections import engine_connection

    sys.exit(main())
