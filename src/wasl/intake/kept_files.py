"""
Files kept as received: sealed, named by the digest of what they hold, under WASL_HOME/files.

A kept file is read again when an interrupted load goes on without its original, when rejected rows
are written in the file's own form, and by whoever must show what a clerk really sent. Layout: the
length and the sealed form of a key made for this file alone, then blocks of AES-256-GCM, each with
its number; the last is marked, so that a file cut short is noticed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wasl.kernel.errors import InvariantBroken, NotFound
from wasl.store.home import kept_files
from wasl.store.sealing import seal, unseal

BLOCK_BYTES = 1 << 20
DRAFT_IS_STALE_S = 3600.0
_TAG_BYTES = 16
_MAGIC = b"WASLFILE1"


def digest_file(path: Path) -> bytes:
    """Return the SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def find_kept(digest: bytes) -> Path | None:
    """Return where the file of this digest is kept, or None."""
    path = kept_files() / digest.hex()
    return path if path.exists() else None


def keep_file(path: Path, digest: bytes) -> Path:
    """
    Keep a sealed copy; harmless when it is kept already.

    It appears whole or not at all: written beside, synced, renamed.
    """
    with path.open("rb") as source:
        return keep_stream(source, digest)


def keep_stream(source: BinaryIO, digest: bytes) -> Path:
    """Keep a sealed copy of what `source` reads, whose digest is `digest`, as `keep_file` does."""
    target = kept_files() / digest.hex()
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=_private) as sealed:
            sealed.write(_MAGIC)
            for piece in _seal_blocks(source):
                sealed.write(piece)
            sealed.flush()
            os.fsync(sealed.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def forget_kept(digest: bytes) -> None:
    """Remove a kept file; harmless where there is none."""
    (kept_files() / digest.hex()).unlink(missing_ok=True)


def sweep_drafts() -> int:
    """Remove what a killed process left half written an hour ago or longer; return how many."""
    stale = [
        draft
        for draft in kept_files().glob(".*.*.*")
        if draft.stat().st_mtime < time.time() - DRAFT_IS_STALE_S
    ]
    for draft in stale:
        draft.unlink(missing_ok=True)
    return len(stale)


@contextmanager
def open_kept(digest: bytes, name: str) -> Iterator[Path]:
    """
    Give the kept file in plain under its own name, in a private folder that is removed afterwards.

    :raises NotFound: it is not kept here. :raises InvariantBroken: it was altered or cut short.
    """
    kept = find_kept(digest)
    if kept is None:
        raise NotFound("list.file_not_kept", file=name)
    with tempfile.TemporaryDirectory(prefix="wasl-") as folder:
        plain = Path(folder) / (Path(name).name or "list")
        with open(plain, "xb", opener=_private) as target:
            for block in _open_blocks(kept):
                target.write(block)
        yield plain


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _seal_blocks(source: BinaryIO) -> Iterator[bytes]:
    key = AESGCM.generate_key(256)
    wrapped = seal([key.hex()])[0]
    assert wrapped is not None
    yield struct.pack(">H", len(wrapped)) + wrapped
    cipher = AESGCM(key)
    block = source.read(BLOCK_BYTES)
    number = 0
    while True:
        following = source.read(BLOCK_BYTES)
        last = b"\x01" if not following else b"\x00"
        yield cipher.encrypt(struct.pack(">IQ", 0, number), block, last)
        if not following:
            return
        block, number = following, number + 1


def _open_blocks(kept: Path) -> Iterator[bytes]:
    with kept.open("rb") as sealed:
        if sealed.read(len(_MAGIC)) != _MAGIC:
            raise InvariantBroken("list.kept_file_altered", file=kept.name)
        (length,) = struct.unpack(">H", sealed.read(2))
        key = unseal([sealed.read(length)])[0]
        assert key is not None
        cipher = AESGCM(bytes.fromhex(key))
        piece = sealed.read(BLOCK_BYTES + _TAG_BYTES)
        number = 0
        while piece:
            following = sealed.read(BLOCK_BYTES + _TAG_BYTES)
            last = b"\x01" if not following else b"\x00"
            try:
                yield cipher.decrypt(struct.pack(">IQ", 0, number), piece, last)
            except InvalidTag as error:
                raise InvariantBroken("list.kept_file_altered", file=kept.name) from error
            piece, number = following, number + 1
