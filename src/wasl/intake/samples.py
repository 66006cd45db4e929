"""
The first rows of each sheet of an upload: enough to show it and to recognise it again.

Packed and sealed as one, for there are ids in them; whoever answers a page opens this, never the file.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from wasl.store.sealing import seal, unseal


@dataclass(frozen=True)
class SampledForm:
    """What recognising asks of how a text file is written."""

    encoding: str
    quoting: bool
    broken_bytes: bool


@dataclass(frozen=True)
class SheetSample:
    """The first rows of one sheet; to recognition it is the sheet. `rows_filled` counts all that are not blank."""

    file: str
    name: str
    rows: list[list[str | None]]
    merged: list[tuple[int, int, int, int]]
    hidden: bool
    hidden_rows: int
    rows_filled: int
    csv_form: SampledForm | None = None

    def head(self, count: int) -> list[list[str | None]]:
        """Give the first rows, as `SheetSource.head`."""
        return [list(row) for row in self.rows[:count]]

    def merged_ranges(self) -> list[tuple[int, int, int, int]]:
        """List merged cells, as `SheetSource.merged_ranges`."""
        return self.merged

    def release(self) -> None:
        """Hold on: a sample is small."""


def pack_samples(samples: Sequence[SheetSample]) -> bytes:
    """Seal samples as one."""
    text = json.dumps([asdict(sample) for sample in samples], ensure_ascii=False, separators=(",", ":"))
    packed = base64.b85encode(zlib.compress(text.encode())).decode()
    (sealed,) = seal([packed])
    assert sealed is not None
    return sealed


def unpack_samples(sealed: bytes | memoryview) -> list[SheetSample]:
    """Open what `pack_samples` made."""
    (packed,) = unseal([sealed])
    assert packed is not None
    return [_sample(said) for said in json.loads(zlib.decompress(base64.b85decode(packed)))]


def _sample(said: dict[str, object]) -> SheetSample:
    form = said.pop("csv_form")
    merged = [tuple(one) for one in said.pop("merged")]  # type: ignore[attr-defined]
    return SheetSample(**said, merged=merged, csv_form=SampledForm(**form) if form else None)  # type: ignore[arg-type]
