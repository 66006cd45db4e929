"""
Catalogues that ship as data files (places, needs, seasons) and stand in tables.

An area that has one names it in `catalogue.py`: `load_catalogue(connection)` writes its rows as
the owner, adding and correcting, never removing what other rows may refer to. `wasl init` runs all of them
after the migrations, so a new release brings its data with it.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from wasl.store.connections import owner_connection


def load_catalogues() -> list[str]:
    """Load every installed area's catalogue in the order of the areas; return the areas' names."""
    loaded = []
    with owner_connection() as connection:
        for app in settings.INSTALLED_APPS:
            if app.startswith("wasl.") and find_spec(f"{app}.catalogue") is not None:
                import_module(f"{app}.catalogue").load_catalogue(connection)
                loaded.append(app)
    return loaded
