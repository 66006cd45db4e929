"""
The engine's state at rest: `WASL_HOME/state`, readable by nobody without the key, and dispensable.

A state belongs to the run that left it: a list of its parts, sealed, names the run, what it read and which
files hold what. Parts that an increment left as they were are not written again. Whatever is damaged, missing
or of another database is not an error to mend but a reason to read everything again.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wasl.store.home import get_home
from wasl.store.sealing import secret_for

Arrays = dict[str, npt.NDArray[np.generic]]
Parts = dict[str, Arrays]

FORMAT = 1
PURPOSE = b"linkage state"
_CHUNK = 8 << 20
_NAME_BYTES = 16
_TAG_BYTES = 16


class StateUnusable(Exception):
    """The state cannot be gone on from; `reason` is a word that the run keeps (`damaged`, `missing`, …)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Facts:
    """What a state was made from; where one of them differs today, everything is read again."""

    run: int
    digest: str
    engine: str
    organisations: str
    model: str = ""
    verdicts: str = ""


@dataclass(frozen=True)
class KeptState:
    """The list of a state's files; `loaded` are the parts read so far, by which unchanged ones are known."""

    facts: Facts
    files: dict[str, str]
    loaded: Parts = field(default_factory=dict, compare=False)

    def read(self, part: str) -> Arrays:
        """
        Return a part's arrays, once read from disk.

        :raises StateUnusable: its file is missing or damaged, or another key sealed it.
        """
        if part not in self.loaded:
            if part not in self.files:
                raise StateUnusable("damaged")
            self.loaded[part] = _read_arrays(self.files[part], part)
        return self.loaded[part]


def state_folder() -> Path:
    """Return where the state lies: no part of any backup."""
    return get_home() / "state"


def find_state(run: int, digest: bytes) -> KeptState:
    """
    Return the state that a published run left.

    :raises StateUnusable: `missing`, or `damaged`; `foreign` where it is of another run or another input.
    """
    if not state_folder().is_dir() or not any(state_folder().iterdir()):
        raise StateUnusable("missing")
    name = f"run-{run}"
    if not (state_folder() / name).exists():
        raise StateUnusable("foreign")
    written = b"".join(_open(name, b"list"))
    try:
        held = json.loads(written)
        if held.pop("format") != FORMAT:
            raise StateUnusable("foreign")
        kept = KeptState(Facts(**held["facts"]), dict(held["files"]))
    except (ValueError, KeyError, TypeError) as error:
        raise StateUnusable("damaged") from error
    if (kept.facts.run, kept.facts.digest) != (run, digest.hex()):
        raise StateUnusable("foreign")
    return kept


def write_state(facts: Facts, parts: Parts, *, base: KeptState | None = None) -> None:
    """
    Write the state of a run beside the one that stands; it is gone on from once that run is published.

    Parts whose arrays are the very ones that `base` read stay in their files.
    """
    state_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    files: dict[str, str] = {}
    for part, arrays in parts.items():
        if base is not None and part in base.files and _is_as_read(base, part, arrays):
            files[part] = base.files[part]
        else:
            files[part] = _write_arrays(part, arrays)
    listed = json.dumps({"format": FORMAT, "facts": asdict(facts), "files": files}).encode()
    _write(f"run-{facts.run}", b"list", [listed])


def keep_only(run: int) -> None:
    """Remove whatever the state of `run` does not need."""
    try:
        held = json.loads(b"".join(_open(f"run-{run}", b"list")))
    except (StateUnusable, ValueError):
        return
    wanted = {f"run-{run}", *held["files"].values()}
    for path in state_folder().iterdir():
        if path.name not in wanted:
            path.unlink(missing_ok=True)


def remove_state() -> None:
    """Remove every file: the next run reads everything."""
    shutil.rmtree(state_folder(), ignore_errors=True)


def _is_as_read(base: KeptState, part: str, arrays: Mapping[str, npt.NDArray[np.generic]]) -> bool:
    read = base.loaded.get(part)
    return read is not None and read.keys() == arrays.keys() and all(arrays[n] is read[n] for n in read)


def _write_arrays(part: str, arrays: Arrays) -> str:
    """Write a part under a name that nobody had before, so that no state shares it by mistake."""
    name = secrets.token_hex(_NAME_BYTES)
    columns = {key: np.ascontiguousarray(column) for key, column in arrays.items()}
    for key, column in columns.items():
        if column.dtype.hasobject:
            raise TypeError(f"{part}.{key} holds objects")
    head = [[key, column.dtype.str, list(column.shape)] for key, column in columns.items()]

    def blocks() -> Iterator[bytes | memoryview]:
        yield json.dumps(head).encode()
        for column in columns.values():
            if column.size:
                view = memoryview(column.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
                yield from (view[at : at + _CHUNK] for at in range(0, len(view), _CHUNK))

    _write(name, part.encode(), blocks())
    return name


def _read_arrays(name: str, part: str) -> Arrays:
    blocks = _open(name, part.encode())
    try:
        head = json.loads(next(blocks))
        arrays: Arrays = {}
        for key, kind, shape in head:
            column = np.empty(shape, dtype=np.dtype(kind))
            _fill(column, blocks)
            arrays[key] = column
    except (ValueError, TypeError, StopIteration) as error:
        raise StateUnusable("damaged") from error
    if next(blocks, None) is not None:
        raise StateUnusable("damaged")
    return arrays


def _fill(column: npt.NDArray[np.generic], blocks: Iterator[bytes]) -> None:
    if not column.size:
        return
    flat = column.reshape(-1).view(np.uint8)
    at = 0
    while at < len(flat):
        block = next(blocks)
        flat[at : at + len(block)] = np.frombuffer(block, np.uint8)
        at += len(block)


def _cipher(name: str) -> AESGCM:
    """Each file has a key of its own, so that the blocks may simply be counted."""
    return AESGCM(hmac.digest(secret_for(PURPOSE), name.encode(), "sha256"))


def _write(name: str, purpose: bytes, blocks: Iterator[bytes | memoryview] | list[bytes]) -> None:
    """Seal block by block; a list of parts may be written again, under a new key of its file."""
    token = secrets.token_hex(_NAME_BYTES)
    encrypt = _cipher(token).encrypt
    draft = state_folder() / f".{token}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(token.encode())
        place = 0
        for block in blocks:
            sealed = encrypt(place.to_bytes(12), block, purpose)
            file.write(len(sealed).to_bytes(4))
            file.write(sealed)
            place += 1
        # Its length is sealed too: whoever cuts it short is found out.
        file.write((0).to_bytes(4))
        file.write(encrypt(place.to_bytes(12), b"", purpose + b" end"))
    draft.replace(state_folder() / name)


def _open(name: str, purpose: bytes) -> Iterator[bytes]:
    try:
        with (state_folder() / name).open("rb") as file:
            decrypt = _cipher(file.read(2 * _NAME_BYTES).decode()).decrypt
            place = 0
            while size := int.from_bytes(_exactly(file.read(4), 4)):
                yield decrypt(place.to_bytes(12), _exactly(file.read(size), size), purpose)
                place += 1
            decrypt(place.to_bytes(12), file.read(_TAG_BYTES + 1), purpose + b" end")
    except FileNotFoundError as error:
        raise StateUnusable("missing") from error
    except (OSError, InvalidTag, ValueError) as error:
        raise StateUnusable("damaged") from error


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise StateUnusable("damaged")
    return data
