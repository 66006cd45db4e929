"""Jobs that only tests offer; `python -m tests.integration.jobs.offered_here CODE` does one as a worker would."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from wasl.jobs.offered import Task, job
from wasl.kernel.errors import RuleRefused


@job("test_count")
def count(task: Task) -> dict[str, object]:
    """Write a line into a file for each step, slowly, and say how far it is."""
    steps = int(task.params.get("steps", 1))
    written = task.params.get("file")
    for step in range(steps):
        task.check_cancelled()
        task.tell("stage.test", step / steps)
        if written:
            with open(str(written), "a", encoding="utf-8") as file:
                print(task.params.get("name", ""), step, os.getpid(), file=file, flush=True)
        time.sleep(float(task.params.get("pause", 0)))
    return {"steps": steps, "by": task.username}


@job("test_refuse")
def refuse(task: Task) -> dict[str, object]:
    """Be refused by a rule."""
    raise RuleRefused("run.unknown", run=Path("x.csv"))


@job("test_break")
def break_down(task: Task) -> dict[str, object]:
    """Break in a way that nobody expected."""
    return {"never": 1 // 0}


@job("test_die")
def die(task: Task) -> dict[str, object]:
    """End its process as a machine without memory would."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


if __name__ == "__main__":
    import runpy

    import django

    django.setup()
    runpy.run_module("wasl.jobs.performing", run_name="__main__")
