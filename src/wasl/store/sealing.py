"""
Seal what must not be readable in the database: national ids and the cells that hold them.

A sealed text is one version byte, 12 random bytes, then AES-256-GCM. Equal texts differ when
sealed; they are found by a keyed index instead (HMAC-SHA256, first 16 bytes), because a plain
hash of a national id is the id: ten thousand million candidates are hours of one core. Both keys
derive from one of 32 bytes that lies beside the database, never in it: the file `key` in
WASL_HOME, or WASL_KEY as 64 hexadecimal digits. Whoever loses the key loses the ids.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wasl.kernel.errors import InvalidInput, InvariantBroken, NotFound
from wasl.store.home import get_home

VERSION = b"\x01"
NONCE_BYTES = 12
INDEX_BYTES = 16


def key_file() -> Path:
    """Return where the key lies when WASL_KEY does not give it."""
    return get_home() / "key"


def has_key() -> bool:
    """Tell whether there is a key, in WASL_KEY or in its file."""
    return bool(os.environ.get("WASL_KEY")) or key_file().exists()


def make_key() -> bool:
    """Write a new key where there is none; return False where one stands already."""
    if has_key():
        return False
    descriptor = os.open(key_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return True


def key_fingerprint() -> str:
    """Return a short name of the key, which the database keeps so that a wrong key is noticed at once."""
    return hmac.digest(_master(), b"wasl fingerprint", "sha256").hex()[:16]


def seal(texts: Iterable[str | None]) -> list[bytes | None]:
    """Encrypt each text, None as None; about a million in three seconds."""
    wanted = list(texts)
    encrypt = _cipher(_master()).encrypt
    noise = os.urandom(NONCE_BYTES * len(wanted))
    sealed: list[bytes | None] = []
    for place, text in enumerate(wanted):
        if text is None:
            sealed.append(None)
            continue
        nonce = noise[place * NONCE_BYTES : (place + 1) * NONCE_BYTES]
        sealed.append(VERSION + nonce + encrypt(nonce, text.encode(), VERSION))
    return sealed


def unseal(sealed: Sequence[bytes | memoryview | None]) -> list[str | None]:
    """
    Decrypt what `seal` made.

    :raises InvariantBroken: another key sealed it, or it was altered.
    """
    decrypt = _cipher(_master()).decrypt
    texts: list[str | None] = []
    try:
        for item in sealed:
            if item is None:
                texts.append(None)
                continue
            data = bytes(item)
            texts.append(decrypt(data[1 : 1 + NONCE_BYTES], data[1 + NONCE_BYTES :], data[:1]).decode())
    except InvalidTag as error:
        raise InvariantBroken("key.does_not_open") from error
    return texts


def keyed_index(texts: Iterable[str | bytes | None]) -> list[bytes | None]:
    """Return 16 bytes by which an equal text is found again with the same key; None as None."""
    key = _derived(_master(), b"wasl index")
    digest = hmac.digest
    return [
        None
        if text is None
        else digest(key, text.encode() if isinstance(text, str) else text, "sha256")[:INDEX_BYTES]
        for text in texts
    ]


def _master() -> bytes:
    given = os.environ.get("WASL_KEY")
    try:
        return _read_master(given or key_file().read_text())
    except FileNotFoundError as error:
        raise NotFound("key.absent", file=str(key_file())) from error


@lru_cache(maxsize=4)
def _read_master(text: str) -> bytes:
    try:
        master = bytes.fromhex(text.strip())
    except ValueError as error:
        raise InvalidInput("key.malformed") from error
    if len(master) != 32:
        raise InvalidInput("key.malformed")
    return master


@lru_cache(maxsize=4)
def _cipher(master: bytes) -> AESGCM:
    return AESGCM(_derived(master, b"wasl seal"))


@lru_cache(maxsize=8)
def _derived(master: bytes, purpose: bytes) -> bytes:
    """Derive a key for one purpose, so that what one leaks says nothing of the other."""
    return hmac.digest(master, purpose, "sha256")


def secret_for(purpose: bytes) -> bytes:
    """Return 32 bytes derived from the key for `purpose`, such as signing sessions."""
    return _derived(_master(), b"wasl secret " + purpose)
