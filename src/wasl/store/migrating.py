"""Bring a database up to this release: tables by the owner, then the catalogues."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from wasl.store.catalogues import load_catalogues


def migrate() -> int:
    """Apply what migrations are missing and load the catalogues; return how many were applied."""
    connection = connections["owner"]
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    load_catalogues()
    connection.close()
    return missing
