"""Where the pure engine and the country meet: what is handed over, and where its stages rest."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import polars as pl

from wasl.country.egypt.names import engine_rules
from wasl.linkage.export import RunInput
from wasl.matching import (
    ChangeResult,
    Changes,
    LinkOptions,
    LinkResult,
    LinkState,
    ModelFile,
    NameRules,
    link_changes,
    link_records,
)
from wasl.store.home import get_home

Progress = Callable[[str, float], None]
Cancelled = Callable[[], bool]


def run_engine(
    read: RunInput, *, model: ModelFile | None = None, progress: Progress, cancelled: Cancelled
) -> LinkResult:
    """
    Link what was read; finished stages of the same input are taken from disk.

    :raises LinkCancelled: `cancelled()` said so; what is finished stays on disk.
    """
    return link_records(
        read.engine_records(),
        _arrow(read.entries.drop("first_month")),
        _arrow(read.members),
        editions=_arrow(read.editions),
        verdicts=_arrow(read.verdicts.drop("verdict_id")),
        names=NameRules(**engine_rules()),
        workdir=make_workdir(read.digest),
        options=LinkOptions(model=model),
        want_state=True,
        progress=progress,
        cancelled=cancelled,
    )


def run_changes(
    state: LinkState,
    read: RunInput,
    gone: Sequence[int],
    again: Sequence[int],
    *,
    model: ModelFile | None,
    progress: Progress,
    cancelled: Cancelled,
) -> ChangeResult:
    """
    Link what changed since `state`; it is left as it is.

    :raises LinkCancelled: `cancelled()` said so.
    """
    changes = Changes(
        records=read.engine_records(),
        entries=_arrow(read.entries.drop("first_month")),
        members=_arrow(read.members),
        editions=_arrow(read.editions),
        verdicts=_arrow(read.verdicts.drop("verdict_id")),
        gone_entries=list(gone),
        again=list(again),
    )
    return link_changes(
        state,
        changes,
        names=NameRules(**engine_rules()),
        options=LinkOptions(model=model),
        workdir=make_workdir(read.digest),
        progress=progress,
        cancelled=cancelled,
    )


@lru_cache(maxsize=1)
def engine_version() -> bytes:
    """Return a digest of the engine's code and the country's tables: what an equal input may differ by."""
    digest = hashlib.sha256()
    for package in ("wasl.matching", "wasl.country.egypt"):
        for path, data in sorted(_walk(files(package), "")):
            digest.update(path.encode())
            digest.update(data)
    return digest.digest()


def runs_folder() -> Path:
    """Return where runs keep their unfinished work: it holds national ids in plain."""
    return get_home() / "runs"


def make_workdir(digest: bytes) -> Path:
    """Make this input's folder, closed to everybody else, and remove those of other inputs."""
    folder = runs_folder() / digest.hex()[:24]
    runs_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    for other in runs_folder().iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def remove_workdir(digest: bytes) -> None:
    """Remove what a run left on disk."""
    shutil.rmtree(runs_folder() / digest.hex()[:24], ignore_errors=True)


def _arrow(frame: pl.DataFrame):  # type: ignore[no-untyped-def]
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        name = f"{prefix}/{item.name}"
        if item.is_dir():
            if item.name != "__pycache__":
                found.extend(_walk(item, name))
        else:
            found.append((name, item.read_bytes()))
    return found
