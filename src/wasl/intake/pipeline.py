"""Prepare the next item while the present one is being written: reading overlaps the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")
_END = object()


def prefetch(items: Iterable[T]) -> Iterator[T]:
    """
    Yield `items`, each computed by another thread while the one before it is in use.

    At most two are in memory. An error of the source comes out here, in its place. When the
    consumer stops early, the item being computed is finished and dropped.
    """
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="wasl-read-ahead") as thread:
        coming = thread.submit(next, source, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, source, _END)
            yield cast(T, item)
