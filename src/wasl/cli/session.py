"""What one run of the command line knows: who acts. Opening it starts the database and sets Django up."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wasl.organisations.viewer import Viewer

_as_user: str | None = None
_is_set_up = False


def act_as(username: str | None) -> None:
    """Remember the user of `--as` for `open_viewer`."""
    global _as_user
    _as_user = username


def open_viewer() -> Viewer:
    """
    Return who acts: the user of `--as`, else the desk's `console`.

    Starts the embedded database where it sleeps. Every command that touches data begins here.

    :raises NotFound: nothing is set up here, or no such user. :raises InvalidInput: the key is not
    the one that sealed the database.
    """
    from wasl.store.addresses import ensure_server

    ensure_server()
    set_up_django()
    from wasl.organisations.queries import CONSOLE, get_viewer
    from wasl.store.connections import engine_connection
    from wasl.store.facts import check_key_fits

    with engine_connection() as connection:
        check_key_fits(connection)
    return get_viewer(_as_user or CONSOLE)


def set_up_django() -> None:
    """Read the settings; only once the home folder and the server are known."""
    global _is_set_up
    if _is_set_up:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wasl.config.settings")
    import django

    django.setup()
    _is_set_up = True


def now() -> datetime:
    """Return the time an action writes down."""
    from django.utils import timezone

    return timezone.now()
