"""
The embedded PostgreSQL: a server of Wasl's own, in its home folder, reached by a Unix socket alone.

It is for demonstrations, tests and a first office. Any command that needs it starts it; it keeps
running so that the next command finds it in a tenth of a second, and `wasl stop` ends it. Its
socket lives in a folder of its own under the temporary directory, because a socket's path may
not pass 107 bytes; who may enter that folder may connect, so it is closed to everybody else.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wasl.kernel.errors import Unavailable
from wasl.store.runtime import ROOT_STATE, Runtime, find_runtime

BOOTSTRAP_ROLE = "wasl_bootstrap"
START_TIMEOUT_S = 60


@dataclass(frozen=True)
class Server:
    """One embedded server: where its files are and where it listens."""

    folder: Path
    data: Path
    socket: Path

    def url(self, *, role: str, database: str) -> str:
        """Return a connection URL for `role`: the socket's folder is the lock, so there is no password."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.data.parent / "server.log"


def find_server(folder: Path) -> Server | None:
    """Return the server that lives in `folder` if one was ever made there; start nothing."""
    token_file = folder / "instance"
    if not token_file.exists():
        return None
    token = token_file.read_text().strip()
    location = folder / "location"
    parent = Path(location.read_text().strip()) if location.exists() else folder / "server"
    return Server(folder, parent / "data", _socket_root() / f"wasl-{token}")


def reserve_server(folder: Path) -> Server:
    """Fix the address of a server that `start_server` will make later: settings may need it before."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "instance").write_text(secrets.token_hex(6))
    server = find_server(folder)
    assert server is not None
    return server


def start_server(folder: Path, *, settings: Mapping[str, str] | None = None) -> Server:
    """
    Make the server if it is not there, start it if it does not run, and return it.

    Two commands that come at once wait for one another. The server outlives the caller.
    """
    found = find_server(folder)
    if found is not None and is_running(found):
        return found
    folder.mkdir(parents=True, exist_ok=True)
    runtime = find_runtime()
    with _one_at_a_time(folder):
        server = find_server(folder)
        if server is None or not (server.data / "PG_VERSION").exists():
            server = _make_server(folder, runtime)
        if not is_running(server):
            _start(server, runtime, settings or {})
    return server


def stop_server(server: Server, *, mode: str = "fast") -> bool:
    """Stop the server; return False where it was not running."""
    if not is_running(server):
        return False
    runtime = find_runtime()
    runtime.run("pg_ctl", "stop", "-D", str(server.data), "-m", mode, "-w", "-t", str(START_TIMEOUT_S))
    shutil.rmtree(server.socket, ignore_errors=True)
    return True


def remove_server(folder: Path) -> None:
    """Stop the server that lives in `folder` and delete all it holds."""
    server = find_server(folder)
    if server is not None:
        stop_server(server, mode="immediate")
        shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(server.data.parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def is_running(server: Server) -> bool:
    """Tell whether the server's process lives and has its socket open for connections."""
    try:
        lines = (server.data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return False
    if len(lines) < 8 or lines[7].strip() != "ready" or not _is_alive(int(lines[0])):
        return False
    return (server.socket / ".s.PGSQL.5432").exists()


def _make_server(folder: Path, runtime: Runtime) -> Server:
    reserved = find_server(folder)
    # A socket that is there belongs to a server whose data were deleted under it: leave it to die.
    keep = reserved is not None and not reserved.socket.exists()
    token = (folder / "instance").read_text().strip() if keep else secrets.token_hex(6)
    parent = _data_parent(folder, token, runtime)
    data = parent / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700, parents=True)
    if runtime.user is not None:
        os.chown(parent, runtime.user.uid, runtime.user.gid)
        os.chown(data, runtime.user.uid, runtime.user.gid)
    runtime.run(
        "initdb", "-D", str(data), "-U", BOOTSTRAP_ROLE, "-A", "trust", "-k", *_locale_options(runtime)
    )
    with open(data / "postgresql.conf", "a") as configuration:
        configuration.write(_configuration())
    if parent != folder / "server":
        (folder / "location").write_text(str(parent))
    (folder / "instance").write_text(token)
    server = find_server(folder)
    assert server is not None
    return server


def _data_parent(folder: Path, token: str, runtime: Runtime) -> Path:
    """
    Return where the data can lie: in `folder`, or apart from it where the server's user cannot pass.

    Only root meets the second case: a home under /root is closed to the user the server drops to.
    """
    own = folder / "server"
    own.mkdir(exist_ok=True)
    if runtime.user is None or all(path.stat().st_mode & 0o001 for path in own.parents):
        (folder / "location").unlink(missing_ok=True)
        return own
    own.rmdir()
    apart = ROOT_STATE / "data" / token
    apart.mkdir(parents=True)
    for path in (ROOT_STATE, ROOT_STATE / "data"):
        path.chmod(0o755)
    return apart


def _locale_options(runtime: Runtime) -> list[str]:
    if runtime.major >= 17:
        return ["-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
    return ["-E", "UTF8", "--locale=C.UTF-8"]


def _configuration() -> str:
    """Return settings for bulk loads on a small machine; durability is untouched."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    shared_mib = max(64, min(512, memory // (1 << 20) // 8))
    settings = {
        "listen_addresses": "''",
        "max_connections": "80",
        "shared_buffers": f"'{shared_mib}MB'",
        "work_mem": "'32MB'",
        "maintenance_work_mem": f"'{shared_mib}MB'",
        "max_wal_size": "'4GB'",
        "checkpoint_timeout": "'15min'",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_min_duration_statement": "-1",
        "dynamic_shared_memory_type": _shared_memory_type(),
    }
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


def _shared_memory_type() -> str:
    """Return `mmap` where /dev/shm is too small for parallel queries (containers give it 64 MiB)."""
    try:
        shared = os.statvfs("/dev/shm")
    except OSError:
        return "mmap"
    return "posix" if shared.f_frsize * shared.f_blocks >= 256 << 20 else "mmap"


def _start(server: Server, runtime: Runtime, settings: Mapping[str, str]) -> None:
    server.socket.mkdir(mode=0o700, exist_ok=True)
    if server.socket.stat().st_uid not in {os.geteuid(), runtime.user.uid if runtime.user else os.geteuid()}:
        raise Unavailable("postgres.socket_taken", folder=str(server.socket))
    if runtime.user is not None:
        os.chown(server.socket, runtime.user.uid, runtime.user.gid)
    options = [f"-c unix_socket_directories={server.socket}", "-c unix_socket_permissions=0700"]
    options += [f"-c {name}={value}" for name, value in settings.items()]
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            runtime.run(
                "pg_ctl", "start", "-D", str(server.data), "-w", "-t", str(START_TIMEOUT_S),
                "-l", str(server.log), "-o", " ".join(options),
            )  # fmt: skip
            break
        except Unavailable as failure:
            said = server.log.read_text(errors="replace")[-2000:] if server.log.exists() else ""
            # Killed a moment ago, a last child of the server before still dies.
            if "shared memory block" not in said or time.monotonic() > deadline:
                raise Unavailable("postgres.not_started", log=str(server.log), said=said) from failure
            time.sleep(0.2)
    while not is_running(server) and time.monotonic() < deadline:
        time.sleep(0.02)


def _socket_root() -> Path:
    """Return a short temporary folder: with the rest, a socket's path stays far below 107 bytes."""
    return Path("/tmp")


def _is_alive(pid: int) -> bool:
    """Tell whether the process runs; one that ended and that nobody has asked after still answers a signal."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def kill_server(server: Server) -> None:
    """End a throw-away server at once, without a last checkpoint."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
