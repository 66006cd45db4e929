"""
A thousand kills: officers give while their processes and the server die, and nothing is lost or doubled.

    .venv/bin/python -m benchmarks.crashing --kills 1000

The story of `tests/journeys/crashing.py` at length, on a PostgreSQL of its own with fsync on. Says the kills, the
operations and what was broken, as one line of JSON; exit 1 where something was.
"""

from __future__ import annotations

import sys

from tests.journeys.crashing import main

if __name__ == "__main__":
    sys.argv[1:] = sys.argv[1:] or ["--kills", "1000"]
    sys.exit(main())
