"""Wall time, processor time and peak memory of a piece of work, for the benchmarks beside this file."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Measure:
    """What one piece of work took; seconds, and MiB of the process's own peak since it began."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    extra: dict[str, object] = field(default_factory=dict)

    def line(self, name: str) -> str:
        more = "  ".join(f"{key} {value}" for key, value in self.extra.items())
        return f"{name:34} wall {self.wall_s:8.1f} s  cpu {self.cpu_s:8.1f} s  peak {self.peak_mib:7.0f} MiB  {more}"


def _cpu_seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _peak_mib() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def measured() -> Iterator[Measure]:
    """Measure the block. The peak is reset first where the kernel allows it (Linux, own process)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    result, cpu, wall = Measure(), _cpu_seconds(), time.perf_counter()
    yield result
    result.wall_s = time.perf_counter() - wall
    result.cpu_s = _cpu_seconds() - cpu
    result.peak_mib = _peak_mib()


def server_cpu_seconds(postmaster_pid: int) -> float:
    """Processor seconds of a PostgreSQL server: its own, its living children's and its dead children's."""
    import os

    tick = os.sysconf("SC_CLK_TCK")
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        fields = text[text.rindex(")") + 2 :].split()
        pid, parent = int(stat.parent.name), int(fields[1])
        if pid == postmaster_pid:
            total += sum(int(value) for value in fields[11:15])
        elif parent == postmaster_pid:
            total += sum(int(value) for value in fields[11:13])
    return total / tick
