"""Reading the data files that are shipped with the package."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files


def read_bytes(name: str) -> bytes:
    """Give a data file of this country as shipped."""
    return (files("wasl.country.egypt") / "data" / name).read_bytes()


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Read a shipped CSV file as rows by column; every value is text."""
    text = read_bytes(name).decode("utf-8-sig")
    return tuple(csv.DictReader(io.StringIO(text)))
