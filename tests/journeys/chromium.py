"""The Chromium that is there; installed by apt where the tests are root and it is absent."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from functools import cache

import pytest
from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@cache
def find_chromium() -> str | None:
    """Return the path of a Chromium, or None where there is none and none can be installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "-qq", *command], env=environment, capture_output=True, timeout=600)
        found = next(filter(None, map(shutil.which, NAMES)), None)
    return found


def get_chromium() -> str:
    """Return the path of a Chromium; without one, skip the test and say so loudly."""
    found = find_chromium()
    if found is None:
        warnings.warn("NO CHROMIUM: the pages were not looked at in a browser", stacklevel=2)
        pytest.skip("no Chromium, and none could be installed")
    return found


def open_browser(playwright: Playwright, path: str) -> Browser:
    """Start the Chromium at `path` without a window."""
    # Playwright's own loop runs in this thread; Django would take it for its.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
