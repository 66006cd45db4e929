"""
A backup: the database as pg_dump writes it, the kept files, the settings, and a list of what is in it.

The dump is one snapshot, taken by the owner's role. The key stays out unless it is asked for: who
holds a backup with its key reads every national id.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

import wasl
from wasl.kernel.errors import Conflict, InvalidInput, NotFound, Unavailable
from wasl.store.home import get_home
from wasl.store.runtime import find_runtime, server_environment
from wasl.store.sealing import has_key, key_file, key_fingerprint

MANIFEST = "manifest.json"
DUMP = "database.dump"
KEY = "key"
FILES = "files"
# Of the home folder: the server, its logs and the key are not settings.
NOT_SETTINGS = frozenset({"postgres", "log", KEY, FILES})


def write_backup(folder: Path, *, owner: str, at: datetime, with_key: bool) -> int:
    """
    Write a backup into `folder`, which must be empty or absent; return its size in bytes.

    :raises Conflict: something lies there already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("backup.not_empty", folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _postgres_program(
        "pg_dump", owner,
        "--format=custom", "--compress=6", "--enable-row-security", "--exclude-schema=staging", "--no-comments",
        f"--file={folder / DUMP}",
    )  # fmt: skip
    home = get_home()
    if (home / FILES).exists():
        shutil.copytree(home / FILES, folder / FILES)
    settings = [path for path in home.iterdir() if path.is_file() and path.name not in NOT_SETTINGS]
    if settings:
        (folder / "settings").mkdir()
    for path in settings:
        shutil.copy2(path, folder / "settings" / path.name)
    if with_key:
        _write_closed(folder / KEY, os.environ.get("WASL_KEY") or key_file().read_text())
    contents = {
        str(path.relative_to(folder)): _digest(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    manifest = {
        "format": 1,
        "version": wasl.__version__,
        "at": at.isoformat(),
        "key_fingerprint": key_fingerprint(),
        "contents": contents,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def check_backup(folder: Path) -> dict[str, object]:
    """
    Read a backup's list of contents and compare every file with it.

    :raises NotFound: no backup there, or a file is missing. :raises InvalidInput: a file was altered.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        contents = dict(manifest["contents"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotFound("backup.unreadable", folder=str(folder), missing=MANIFEST) from error
    if manifest.get("format") != 1:
        raise InvalidInput("backup.newer", version=manifest.get("version"))
    for name, digest in contents.items():
        if not (folder / name).is_file():
            raise NotFound("backup.unreadable", folder=str(folder), missing=name)
        if _digest(folder / name) != digest:
            raise InvalidInput("backup.altered", file=name)
    return dict(manifest)


def check_key_of_backup(manifest: dict[str, object]) -> None:
    """
    Compare the key that is here, if one is, with the one the backup was sealed with.

    :raises InvalidInput: another key, told before anything is restored.
    """
    if has_key() and key_fingerprint() != manifest["key_fingerprint"]:
        given = key_fingerprint()
        raise InvalidInput(
            "key.does_not_fit", kept=manifest["key_fingerprint"], given=given, file=str(key_file())
        )


def restore_backup(folder: Path, *, owner: str) -> None:
    """Fill an empty database and the home folder from a backup that `check_backup` has passed."""
    _postgres_program(
        "pg_restore", owner, "--exit-on-error", "--single-transaction", "--no-comments", str(folder / DUMP)
    )
    home = get_home()
    if (folder / FILES).exists():
        shutil.copytree(folder / FILES, home / FILES, dirs_exist_ok=True)
    for path in (folder / "settings").glob("*"):
        shutil.copy2(path, home / path.name)
    if (folder / KEY).exists() and not key_file().exists():
        _write_closed(key_file(), (folder / KEY).read_text())


def _postgres_program(program: str, address: str, *arguments: str) -> None:
    """Run a client program against `address`; its password goes by the environment, not the command line."""
    parts = conninfo_to_dict(address)
    password = parts.pop("password", None)
    target = " ".join(f"{name}='{value}'" for name, value in parts.items())
    result = subprocess.run(
        [str(find_runtime().bin / program), f"--dbname={target}", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=server_environment() | ({"PGPASSWORD": str(password)} if password else {}),
    )
    if result.returncode != 0:
        raise Unavailable("postgres.program_failed", program=program, said=result.stderr.strip()[-2000:])


def _write_closed(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
