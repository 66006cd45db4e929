"""Progress on stderr: a bar in a terminal, one line per stage elsewhere, nothing on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from wasl.cli.messages import say
from wasl.wording import all_words

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Report(Protocol):
    """Says how far a stage is: its name (a code with words, `stage.…`, or plain words) and 0 to 1."""

    def __call__(self, stage: str, fraction: float) -> None: ...


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Report]:
    """Give a function to report with. Stages follow one another; a new name begins a new bar."""
    if quiet:
        yield _silence
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
        with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=False) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


def _silence(stage: str, fraction: float) -> None:
    """Say nothing."""


def _name(stage: str) -> str:
    return say(stage) if stage in all_words() else stage


class _Lines:
    def __init__(self) -> None:
        self.stage = ""

    def __call__(self, stage: str, fraction: float) -> None:
        if stage != self.stage:
            self.stage = stage
            print(_name(stage), file=sys.stderr, flush=True)


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.stage = ""
        self.task: TaskID | None = None

    def __call__(self, stage: str, fraction: float) -> None:
        if stage != self.stage or self.task is None:
            if self.task is not None:
                self.bars.update(self.task, completed=1.0)
            self.stage = stage
            self.task = self.bars.add_task(_name(stage), total=1.0)
        self.bars.update(self.task, completed=min(1.0, fraction))
