"""
Where the database is, for each of the three roles.

`DATABASE_URL` is the application's role, `WASL_OWNER_URL` the owner's, `WASL_ENGINE_URL` the
engine's (without it the engine connects as the owner and gives the owner's rights away at once).
With none of them, Wasl runs a PostgreSQL of its own in its home folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from wasl.kernel.errors import InvalidInput, NotFound
from wasl.store.home import get_home, make_home
from wasl.store.postgres import BOOTSTRAP_ROLE, Server, find_server, start_server

APP_ROLE, OWNER_ROLE, ENGINE_ROLE = "wasl_app", "wasl_owner", "wasl_engine"
DATABASE_NAME = "wasl"


@dataclass(frozen=True)
class Addresses:
    """Connection URLs by role; `engine_by_owner` says that the engine borrows the owner's connection."""

    app: str
    owner: str
    engine: str
    engine_by_owner: bool = False


def is_embedded() -> bool:
    """Tell whether Wasl runs its own PostgreSQL."""
    return not os.environ.get("DATABASE_URL")


def embedded_folder() -> Path:
    """Return the folder in which the embedded server lives."""
    return get_home() / "postgres"


def find_addresses() -> Addresses | None:
    """Return where the database is, or None where no embedded server was ever made; start nothing."""
    if not is_embedded():
        return _given_addresses()
    server = find_server(embedded_folder())
    return None if server is None else embedded_addresses(server)


def embedded_addresses(server: Server, database: str = DATABASE_NAME) -> Addresses:
    """Return the three roles' addresses in an embedded server."""
    return Addresses(
        app=server.url(role=APP_ROLE, database=database),
        owner=server.url(role=OWNER_ROLE, database=database),
        engine=server.url(role=ENGINE_ROLE, database=database),
    )


def ensure_server() -> None:
    """
    Start the embedded server if there is one and it sleeps.

    :raises NotFound: nothing was ever set up here.
    """
    if not is_embedded():
        return
    if find_server(embedded_folder()) is None:
        raise NotFound("home.not_initialised", home=str(get_home()))
    start_server(embedded_folder())


def make_embedded_server() -> Server:
    """Make and start the embedded server, the home folder with it."""
    make_home()
    return start_server(embedded_folder())


def bootstrap_address(server: Server, database: str = "postgres") -> str:
    """Return the address of the embedded server's superuser, who makes roles and databases only."""
    return server.url(role=BOOTSTRAP_ROLE, database=database)


def django_database(address: str | None, *, options: str = "", **more: object) -> dict[str, object]:
    """Return Django's settings for one address; one that leads nowhere where nothing is set up yet."""
    parts = conninfo_to_dict(address or "postgresql://nobody@/none?host=/nonexistent")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", DATABASE_NAME),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {**parts, **({"options": options} if options else {})},
        **more,
    }


def _given_addresses() -> Addresses:
    owner = os.environ.get("WASL_OWNER_URL")
    if not owner:
        raise InvalidInput("database.owner_url_missing")
    engine = os.environ.get("WASL_ENGINE_URL")
    return Addresses(os.environ["DATABASE_URL"], owner, engine or owner, engine_by_owner=not engine)
