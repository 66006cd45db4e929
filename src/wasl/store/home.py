"""Where Wasl keeps what is not in the database: one folder, WASL_HOME (default ./.wasl)."""

from __future__ import annotations

import os
from pathlib import Path


def get_home() -> Path:
    """Return WASL_HOME as an absolute path; it need not exist yet."""
    return Path(os.environ.get("WASL_HOME") or ".wasl").expanduser().absolute()


def make_home() -> Path:
    """Make the folder readable by its owner alone, but open to passing through for a dropped-to server user."""
    home = get_home()
    home.mkdir(parents=True, exist_ok=True)
    (home / "files").mkdir(exist_ok=True, mode=0o700)
    return home


def kept_files() -> Path:
    """Return the folder of files kept as received; part of every backup."""
    return get_home() / "files"
