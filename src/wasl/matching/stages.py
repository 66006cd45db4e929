"""Stages that resume from disk: each leaves its arrays, checked, under a digest of all it rests on."""

from __future__ import annotations

import hashlib
import json
import resource
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wasl.matching.options import Array, Cancelled, LinkCancelled, Progress

Table = dict[str, Array]


def cpu_seconds() -> float:
    """Return the processor time this process has used so far, all threads together."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@dataclass
class LogLine:
    """One line of the run's log."""

    stage: str
    seconds: float
    cpu_seconds: float
    rows: int
    resumed: bool
    note: str = ""


class Stages:
    """
    Run named stages in order and keep each one's arrays in the work folder.

    A stage found on disk whose digest (of the input, the options and all earlier stages' names) and
    checksum fit is read in place of being run; a missing, foreign or damaged file is written anew.
    Files appear by rename, so a kill leaves either nothing or a whole stage.
    """

    def __init__(
        self,
        folder: Path,
        digest: str,
        total: int,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self.folder = folder
        self.chain = digest
        self.log: list[LogLine] = []
        self.notes: list[tuple[str, str, int]] = []
        self._total = total
        self._progress = progress
        self._cancelled = cancelled
        folder.mkdir(parents=True, exist_ok=True)

    def check(self) -> None:
        """Stop the run if the caller has cancelled it."""
        if self._cancelled is not None and self._cancelled():
            raise LinkCancelled

    def tell(self, stage: str, share: float = 0.0) -> None:
        """Report progress inside a stage, `share` of it being done."""
        self.check()
        if self._progress is not None:
            self._progress(stage, min(1.0, (len(self.log) + share) / self._total))

    def note(self, stage: str, what: str, count: int) -> None:
        """Remember that something was capped, cut or left out."""
        if count:
            self.notes.append((stage, what, count))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Log a step that leaves nothing on disk."""
        self.tell(name)
        started, used = time.perf_counter(), cpu_seconds()
        yield
        self.log.append(LogLine(name, time.perf_counter() - started, cpu_seconds() - used, 0, False))

    def run(self, name: str, make: Callable[[], Table]) -> Table:
        """Return the arrays of a stage, from disk where they still hold."""
        self.tell(name)
        started, used, noted = time.perf_counter(), cpu_seconds(), len(self.notes)
        self.chain = hashlib.sha256(f"{self.chain}/{name}".encode()).hexdigest()
        table = self._load(name)
        resumed = table is not None
        if table is None:
            table = make()
            self._save(name, table, self.notes[noted:])
        rows = max((len(column) for column in table.values() if column.ndim), default=0)
        self.log.append(LogLine(name, time.perf_counter() - started, cpu_seconds() - used, rows, resumed))
        return table

    def _load(self, name: str) -> Table | None:
        try:
            head = json.loads((self.folder / f"{name}.json").read_text())
            data = self.folder / f"{name}.npz"
            if head["digest"] != self.chain or head["checksum"] != _checksum(data):
                return None
            with np.load(data, allow_pickle=False) as stored:
                table = {key: stored[key] for key in stored.files}
        except (OSError, ValueError, KeyError, TypeError):
            return None
        self.notes.extend((stage, what, count) for stage, what, count in head["notes"])
        return table

    def _save(self, name: str, table: Table, notes: list[tuple[str, str, int]]) -> None:
        data, head = self.folder / f"{name}.npz", self.folder / f"{name}.json"
        head.unlink(missing_ok=True)
        part = self.folder / f"{name}.part.npz"
        np.savez(part, **table)  # type: ignore[arg-type]
        part.replace(data)
        line = {"digest": self.chain, "checksum": _checksum(data), "notes": notes}
        written = self.folder / f"{name}.part.json"
        written.write_text(json.dumps(line))
        written.replace(head)


def read_stage(folder: Path, name: str) -> Table:
    """
    Return the arrays of a finished stage, whatever run they are from.

    :raises OSError: the stage was never finished in this folder.
    """
    with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while block := file.read(1 << 22):
            value = zlib.crc32(block, value)
    return value
