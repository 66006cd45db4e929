"""Officers give while their processes and the server are killed: nothing answered is lost, nothing is done twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_giving_under_twenty_kills_loses_nothing_and_doubles_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.crashing", "--kills", "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["complaints"] == []
    assert told["kills"] == {"client": 15, "server": 5}
    assert min(told["reserved"], told["delivered"], told["reversed"]) > 0
    assert done.returncode == 0
