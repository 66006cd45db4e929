"""`wasl demo`: a fictional alliance from nothing to its overlaps and gaps, then the pages."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wasl.cli.init import init
from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import written_whole
from wasl.cli.progress import Report, progress
from wasl.cli.serve import serve_pages
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import Conflict
from wasl.kernel.money import parse_egp
from wasl.kernel.months import parse_month
from wasl.store.addresses import embedded_folder, is_embedded
from wasl.store.home import get_home
from wasl.store.postgres import remove_server

if TYPE_CHECKING:
    from wasl.organisations.viewer import Viewer

FAMILIES = 30_000
ORGANISATIONS = 10
SEED = 7
LOADERS = 2
# Everything that Wasl itself puts into its folder; --fresh removes these and nothing else.
OWN_NAMES = ("postgres", "files", "rejected", "runs", "demo-lists", "key", "demo.json", "log")
# (username, organisation, role): one of each role, two of the charities, and who approves what another reserved.
USERS = (
    ("dalia", "secretariat", "desk"),
    ("amina", "m01", "officer"),
    ("nadia", "m01", "officer"),
    ("basim", "m01", "viewer"),
    ("camelia", "m02", "officer"),
)


def register(app: typer.Typer) -> None:
    """Add `demo`."""
    app.command("demo", help=both("جرّب وصل على تحالف خيالي", "Try Wasl on a fictional alliance"))(demo)


def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help=both("ابدأ من جديد", "start over"))] = False,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help=both("لا تشغّل الصفحات", "end after the result"))
    ] = False,
    families: Annotated[int, typer.Option(min=100, help=both("عدد الأسر", "how many families"))] = FAMILIES,
    port: Annotated[int, typer.Option(min=1, max=65535, help=both("المنفذ", "port of the pages"))] = 8000,
) -> None:
    """Make lists, load, link, show what was found, and serve. Run again, it goes on from where it was."""
    if fresh:
        _clear_home()
    init(show_sql=False, backup=None, as_json=False)
    viewer = open_viewer()
    lists = get_home() / "demo-lists"
    with progress() as report:
        manifest = _lists_made(lists, families, report)
        _organisations_added(viewer, manifest)
        load_lists(viewer, lists, manifest, report)
        _linked(viewer, report)
        users = _users_added(viewer)
        from wasl.cli.demo_giving import give_first

        give_first(report)
    from wasl.cli.demo_result import gather_result, result_lines

    result = gather_result(viewer)
    _keep({"families_asked": families, "port": port, "users": users, "result": result})
    for line in result_lines(result):
        typer.echo(line)
    typer.echo(say("demo.users"))
    for user in users:
        typer.echo(say("demo.user", **user))
    if not no_serve:
        serve_pages("127.0.0.1", port)


def _clear_home() -> None:
    home = get_home()
    if not home.exists():
        return
    strangers = sorted(
        path.name for path in home.iterdir() if path.name not in OWN_NAMES and path.name[0] != "."
    )
    if strangers:
        raise Conflict("demo.folder_not_ours", folder=str(home), names=", ".join(strangers[:5]))
    if is_embedded():
        remove_server(embedded_folder())
    shutil.rmtree(home)


def _lists_made(folder: Path, families: int, report: Report) -> dict[str, Any]:
    """Write the alliance's lists once; a folder that was not finished is written again, byte for byte the same."""
    from wasl.synth import generate

    manifest = folder / "manifest.json"
    asked = folder / "families"
    if manifest.exists():
        made = int(asked.read_text()) if asked.exists() else families
        if made != families:
            raise Conflict("demo.other_size", families=made)
    else:
        draft = folder.with_name(f".{folder.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        generate(draft, families, ORGANISATIONS, SEED, lambda stage, share: report("stage.demo_lists", share))
        (draft / "families").write_text(str(families))
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    found: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    return found


def _organisations_added(viewer: Viewer, manifest: dict[str, Any]) -> None:
    from wasl.organisations.actions import add_organisation
    from wasl.organisations.rules import OrganisationKind

    for one in manifest["organisations"]:
        add_organisation(
            by=viewer, at=now(), code=one["code"], kind=OrganisationKind(one["kind"]),
            name_ar=one["name_ar"], name_en=one["name_en"],
        )  # fmt: skip


def load_lists(viewer: Viewer, folder: Path, manifest: dict[str, Any], report: Report) -> None:
    """
    Load what a synthetic alliance's manifest names, and what its members say they did not give.

    Two organisations load at a time, each in a process of its own: reading is Python's work.
    """
    from wasl.benefits.actions import say_nothing_given

    files = manifest["files"]
    by_organisation: dict[str, list[dict[str, Any]]] = {}
    for one in files:
        by_organisation.setdefault(one["organisation"], []).append(one)
    largest_first = sorted(by_organisation.values(), key=len, reverse=True)
    done = 0
    report("stage.demo_load", 0.0)
    with ProcessPoolExecutor(LOADERS, mp_context=get_context("spawn")) as pool:
        loading = {pool.submit(load_files, folder, own): len(own) for own in largest_first}
        for finished in as_completed(loading):
            finished.result()
            done += loading[finished]
            report("stage.demo_load", done / len(files))
    for one in manifest.get("nothing", []):
        month = parse_month(one["month"])
        say_nothing_given(
            by=viewer, at=now(), organisation=one["organisation"], slot=one["slot"], month=month
        )


def load_files(folder: Path, files: list[dict[str, Any]]) -> None:
    """Load files of a manifest in their order; what a process of `load_lists` does."""
    viewer = open_viewer()
    from wasl.intake.actions import load_file
    from wasl.intake.reading import LoadOptions

    for one in files:
        at = now()
        given = dict(one["options"])
        month, value = given.pop("month", None), given.pop("value", None)
        options = LoadOptions(
            today=at.date(),
            month=None if month is None else parse_month(month),
            value_piastres=None if value is None else parse_egp(value),
            **given,
        )
        load_file(
            path=folder / one["file"], organisation=one["organisation"], by=viewer, at=at, options=options
        )


def _linked(viewer: Viewer, report: Report) -> None:
    from wasl.linkage.actions import run_linkage

    run_linkage(by=viewer, at=now(), progress=report)


def _users_added(viewer: Viewer) -> list[dict[str, str]]:
    """Add the demo's users with a password that stays the same for this folder."""
    from wasl.organisations.actions import add_user, set_password
    from wasl.organisations.rules import Role

    kept = _kept_passwords()
    users = []
    for username, organisation, role in USERS:
        made = add_user(
            by=viewer, at=now(), username=username, organisation_code=organisation, role=Role(role)
        )
        password = kept.get(username) or f"{secrets.randbelow(10**8):08d}"
        if made.token is not None or username not in kept:
            set_password(by=viewer, at=now(), username=username, password=password)
        users.append({"username": username, "organisation": organisation, "role": role, "password": password})
    return users


def _kept_passwords() -> dict[str, str]:
    file = get_home() / "demo.json"
    if not file.exists():
        return {}
    return {one["username"]: one["password"] for one in json.loads(file.read_text(encoding="utf-8"))["users"]}


def _keep(content: dict[str, object]) -> None:
    with written_whole(get_home() / "demo.json") as draft:
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(content, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
        os.chmod(draft, 0o600)
