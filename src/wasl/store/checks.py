"""What Django's `check --deploy` should say of the database."""

from __future__ import annotations

from django.core.checks import Error, register

from wasl.store.addresses import is_embedded


@register("wasl", deploy=True)
def check_database_is_given(**_: object) -> list[Error]:
    """Refuse the embedded server in production: nobody backs it up, watches it or gives it TLS."""
    if not is_embedded():
        return []
    hint = "Set DATABASE_URL and WASL_OWNER_URL; `wasl init --print-sql` says what they need."
    return [
        Error("The embedded PostgreSQL is for demonstrations and a first office.", hint=hint, id="wasl.E001")
    ]
