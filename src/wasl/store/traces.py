"""Traces of what nobody expected: a file beside the data, since they may name values."""

from __future__ import annotations

import traceback

from wasl.store.home import get_home


def keep_trace(error: BaseException, title: str) -> str:
    """Write the trace of `error` into WASL_HOME/log and return the file; on stderr where that cannot be."""
    try:
        folder = get_home() / "log"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "errors.log"
        with open(file, "a", encoding="utf-8") as log:
            print(title, file=log)
            traceback.print_exception(error, file=log)
    except OSError:
        traceback.print_exception(error)
        return "stderr"
    return str(file)
