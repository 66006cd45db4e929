"""
The main path at size: synth, load, link, overlaps, evaluate; each step's wall, processor time and memory.

    .venv/bin/python benchmarks/whole_path.py --families 225000 --folder /tmp/whole [--check-digit off]

A folder made before is used again, so that one population can be loaded into several homes.
The server's processor time is counted beside the command's own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from measuring import server_cpu_seconds

WASL = str(Path(sys.executable).parent / "wasl")


def postmaster(home: Path) -> int | None:
    for pid_file in home.rglob("postmaster.pid"):
        return int(pid_file.read_text().split()[0])
    return None


def step(name: str, home: Path, *words: str) -> str:
    """Run one command, print what it took, return what it printed."""
    pid = postmaster(home)
    server = server_cpu_seconds(pid) if pid else 0.0
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*words] if words[0] == sys.executable else [WASL, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "WASL_HOME": str(home), "LANG": "en"},
    )
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - wall
    pid = postmaster(home)
    server = (server_cpu_seconds(pid) if pid else 0.0) - server
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{name:24} wall {wall:7.1f} s  cpu {own:7.1f} s  server cpu {server:7.1f} s  "
        f"peak so far {after.ru_maxrss / 1024:6.0f} MiB  exit {done.returncode}",
        flush=True,
    )
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        sys.exit(done.returncode)
    return done.stdout


def load_all(lists: Path) -> None:
    """Load every file of the manifest in this process, as the demonstration does."""
    from wasl.cli.demo import load_lists
    from wasl.cli.progress import progress
    from wasl.cli.session import open_viewer

    viewer = open_viewer()
    with progress() as report:
        load_lists(viewer, lists, json.loads((lists / "manifest.json").read_text()), report)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--families", type=int, default=20_000)
    options.add_argument("--organisations", type=int, default=10)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument(
        "--lists", type=Path, help="lists made elsewhere, with manifest.json and truth.parquet"
    )
    options.add_argument("--only-load", action="store_true", help="used by itself: load in one process")
    chosen = options.parse_args()
    home, lists = chosen.folder / "home", chosen.lists or chosen.folder / "lists"
    if chosen.only_load:
        load_all(lists)
        return
    step("init", home, "init")
    if not (lists / "manifest.json").exists():
        step(
            "synth", home, "synth", "--families", str(chosen.families),
            "--organisations", str(chosen.organisations), "--seed", str(chosen.seed), "--out", str(lists),
        )  # fmt: skip
    manifest = json.loads((lists / "manifest.json").read_text())
    for one in manifest["organisations"]:
        words = ["organisations", "add", one["code"], "--kind", one["kind"], "--name-ar", one["name_ar"]]
        step(f"organisation {one['code']}", home, *words)
    own = [sys.executable, str(Path(__file__)), "--folder", str(chosen.folder), "--only-load"]
    step("load all lists", home, *(own if chosen.lists is None else [*own, "--lists", str(lists)]))
    print(step("link", home, "link"))
    print(step("link again", home, "link"))
    step("overlaps", home, "overlaps", "--out", str(chosen.folder / "overlaps.csv"))
    step("export links", home, "export", "links", "--out", str(chosen.folder / "links.csv"))
    print(
        step(
            "evaluate", home, "evaluate", "--links", str(chosen.folder / "links.csv"),
            "--overlaps", str(chosen.folder / "overlaps.csv"), "--truth", str(lists),
        )
    )  # fmt: skip
    step("verify", home, "verify")


if __name__ == "__main__":
    main()
