"""`wasl serve`: the pages, and a worker beside them."""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from typing import Annotated, Any

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.session import open_viewer
from wasl.cli.work import worker_beside
from wasl.kernel.errors import Unavailable

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def register(app: typer.Typer) -> None:
    """Add `serve`."""
    app.command("serve", help=both("شغّل الصفحات", "Serve the pages"))(serve)


def serve(
    port: Annotated[int, typer.Option(help=both("المنفذ", "port"), min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help=both("العنوان", "address to listen on"))] = "127.0.0.1",
    no_worker: Annotated[
        bool,
        typer.Option(
            "--no-worker",
            help=both("بلا منفّذ؛ شغّل wasl work في مكان آخر", "no worker beside; `wasl work` runs elsewhere"),
        ),
    ] = False,
) -> None:
    """Serve until stopped, with a worker beside. A killed server leaves neither process nor port behind."""
    open_viewer()
    serve_pages(host, port, worker=not no_worker)


def serve_pages(host: str, port: int, *, worker: bool = True) -> None:
    """Serve on `host` and `port` until a signal ends it; the database must be awake."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    _check_port(host, port)
    _allow_host(host)
    typer.echo(
        say("serve.address", address=f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"),
        err=True,
    )
    # A fork would have the locks and none of the threads of what is imported here: the readers' hang for ever.
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "wasl.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        process_name=None,
    )
    with worker_beside() if worker else nullcontext():
        server.serve(target_loader=_load)


def _load(target: str) -> Callable[..., Any]:
    """Load the application in the worker, which from now on ends with its parent, however that one ends."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.3)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)  # type: ignore[no-any-return]


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable("serve.port_taken", port=port) from error


def _allow_host(host: str) -> None:
    """Let pages be asked for by the address they are served on."""
    if "WASL_ALLOWED_HOSTS" in os.environ:
        return
    everywhere = host in ("0.0.0.0", "::")
    hosts = ("*",) if everywhere else (*LOCAL_HOSTS, host)
    os.environ["WASL_ALLOWED_HOSTS"] = ",".join(dict.fromkeys(hosts))
