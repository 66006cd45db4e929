"""An office: a home folder of its own with the real command line in it, and its embedded server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wasl.store.postgres import Server, find_server, remove_server

NAMES = ("DATABASE_URL", "WASL_OWNER_URL", "WASL_ENGINE_URL", "WASL_KEY", "WASL_TEST_FOLDER", "LC_ALL")
SLOW = "PYTHONDONTWRITEBYTECODE"  # every command would compile Wasl anew: half of its time


class Office:
    """A home folder and the command line in it."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if name not in (*NAMES, SLOW)}
        self.environment = kept | {"WASL_HOME": str(home), "LANG": "en_GB.UTF-8"} | more

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run `wasl` and expect an exit code."""
        result = subprocess.run(
            [sys.executable, "-m", "wasl.cli.main", *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        assert result.returncode == code, result.stdout + result.stderr
        return result

    def json(self, *arguments: str) -> object:
        """Run `wasl … --json` and return what it printed."""
        return json.loads(self.run(*arguments, "--json").stdout)

    @property
    def server(self) -> Server:
        """The embedded server of this home."""
        found = find_server(self.home / "postgres")
        assert found is not None
        return found


@contextmanager
def opened_office(home: Path, **more: str) -> Iterator[Office]:
    """Give an office and take its server away afterwards."""
    try:
        yield Office(home, **more)
    finally:
        remove_server(home / "postgres")
