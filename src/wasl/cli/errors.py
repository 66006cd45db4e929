"""Turn what went wrong into words on stderr and an exit code."""

from __future__ import annotations

import os
import sys
import traceback

import psycopg
import typer

from wasl.cli.messages import say, say_error
from wasl.kernel.errors import InvariantBroken, Unavailable, WaslError
from wasl.store.traces import keep_trace

UNDEFINED = frozenset({"42P01", "42703", "42883"})
BUSY = frozenset({"40001", "40P01", "55P03", "53300"})


def exit_code_for(error: Exception) -> int:
    """Say what happened on stderr and return the exit code of its kind; unexpected errors leave a trace in a file."""
    known = _as_known(error)
    if os.environ.get("WASL_DEBUG"):
        traceback.print_exception(error)
    if known is not None:
        typer.echo(say_error(known), err=True)
        return known.exit_code
    log = keep_trace(error, " ".join(sys.argv))
    typer.echo(say("unexpected", kind=type(error).__name__, log=log), err=True)
    return InvariantBroken.exit_code


def _as_known(error: Exception) -> WaslError | None:
    if isinstance(error, WaslError):
        return error
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    if cause.sqlstate in UNDEFINED:
        return Unavailable("database.not_migrated")
    if cause.sqlstate in BUSY:
        return Unavailable("database.busy")
    if cause.sqlstate is None or cause.sqlstate.startswith(("08", "57P")):
        return Unavailable("database.unreachable")
    return None
