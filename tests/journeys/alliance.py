"""
An alliance with something on every page: synthetic lists of four charities and the ministry, one that
was written by hand to go wrong, one withdrawn; loaded, linked, with the cast signed up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.journeys.test_desk_path import write_boxes_m01
from wasl.benefits.actions import say_nothing_given
from wasl.intake.actions import load_file, withdraw_list
from wasl.intake.queries import list_lists
from wasl.intake.reading import LoadOptions
from wasl.jobs.queries import list_jobs
from wasl.jobs.worker import run_waiting
from wasl.kernel.money import parse_egp
from wasl.kernel.months import add_months, format_month, parse_month
from wasl.linkage.actions import run_linkage
from wasl.organisations.actions import add_organisation, add_user, found_alliance, set_password
from wasl.organisations.queries import CONSOLE, get_viewer
from wasl.organisations.rules import OrganisationKind, Role
from wasl.organisations.viewer import Viewer
from wasl.synth import generate

FAMILIES, CHARITIES, SEED = 400, 4, 7
BOXES = ("فوزية عبد السميع مرسي الجمل", "زكي رمزي حنفي الضبع", "صفاء مرزوق دياب ابو الليل")
PASSWORD = "قمر-على-النيل-7"
CAST = {
    "dalia": ("secretariat", Role.DESK),
    "amina": ("m01", Role.OFFICER),
    "basim": ("m01", Role.VIEWER),
    "camelia": ("m02", Role.OFFICER),
}
BY_ROLE = {"desk": "dalia", "officer": "amina", "viewer": "basim"}


@dataclass
class Alliance:
    """What was loaded, and clients of whoever signs in."""

    desk: Viewer
    viewers: dict[str, Viewer]
    broken_list: str
    withdrawn_list: str
    examples: dict[str, str] = field(default_factory=dict)
    """Addresses of routes that no page links to, by route."""
    brought: str = ""
    """The page of a list that the tour shows before it is loaded."""
    _clients: dict[str, Client] = field(default_factory=dict)

    def client(self, username: str) -> Client:
        """Return a client that `username` is signed in with; the same each time."""
        if username not in self._clients:
            client = Client()
            answer = client.post("/sign-in/", {"username": username, "password": PASSWORD})
            assert answer.status_code == 302
            self._clients[username] = client
        return self._clients[username]


def fill_alliance(folder: Path) -> Alliance:
    """Make the lists in `folder` and load them into the empty database."""
    found_alliance(at=timezone.now())
    desk = get_viewer(CONSOLE)
    generate(folder / "lists", FAMILIES, CHARITIES, SEED, lambda stage, share: None)
    manifest = json.loads((folder / "lists" / "manifest.json").read_text(encoding="utf-8"))
    _add_members(desk, manifest)
    viewers = {name: get_viewer(name) for name in CAST}
    for one in manifest["files"]:
        _load(folder / "lists" / one["file"], one["organisation"], dict(one["options"]), desk)
    broken = _load(Path(write_boxes_m01(folder)), "m01", {}, viewers["amina"])
    _load(_write_boxes_of_two_months_ago(folder), "m01", {"kind": "given"}, viewers["amina"])
    run_linkage(by=desk, at=timezone.now())
    alliance = Alliance(desk, viewers, broken, _withdraw_one(viewers["amina"], broken))
    alliance.examples |= _leave_things_half_done(alliance.client("amina"))
    return alliance


def _add_members(desk: Viewer, manifest: dict[str, Any]) -> None:
    for one in manifest["organisations"]:
        add_organisation(
            by=desk, at=timezone.now(), code=one["code"], kind=OrganisationKind(one["kind"]),
            name_ar=one["name_ar"], name_en=one["name_en"],
        )  # fmt: skip
    for username, (organisation, role) in CAST.items():
        add_user(by=desk, at=timezone.now(), username=username, organisation_code=organisation, role=role)
        set_password(by=desk, at=timezone.now(), username=username, password=PASSWORD)
    for one in manifest["nothing"]:
        say_nothing_given(
            by=desk, at=timezone.now(), organisation=one["organisation"], slot=one["slot"],
            month=parse_month(one["month"]),
        )  # fmt: skip


def _write_boxes_of_two_months_ago(folder: Path) -> Path:
    """Last month is then missing."""
    month = format_month(add_months(timezone.localdate().replace(day=1), -2))
    path = folder / f"m01_boxes_{month}.csv"
    path.write_text(
        "الاسم,المحافظة,المركز,نوع المساعدة,الشهر\n"
        + "".join(f"{name},المنيا,ملوي,كرتونة,{month}\n" for name in BOXES),
        encoding="utf-8-sig",
    )
    return path


def _leave_things_half_done(client: Client) -> dict[str, str]:
    """A family added by hand, an export written, a file looked at and not loaded, one that still waits."""
    page = client.get("/families/new/").content.decode()
    form = re.findall(r'name="form" value="([0-9a-f-]{36})"', page)[0]
    typed = {"form": form, "rows": "1", "relation-0": "head", "name-0": BOXES[0], "do": "save"}
    sent = client.post("/families/new/", typed)["Location"]
    _bring(client, "m01 أسر جديدة.csv", BOXES[0])
    with patch("wasl.web.overlaps.DIRECT_ROWS", -1):
        export = client.get("/overlaps/?format=xlsx")["Location"].split("/")[2]
    run_waiting()
    _bring(client, "m01 أسر أخرى.csv", BOXES[1])
    waiting = list_jobs(get_viewer("amina"), limit=1)[0]
    told = {"name": "محمود عبدالرحيم السيد", "born": "1980", "place": "ملوي"}
    asked = client.post("/who/", told)["Location"]
    return {
        "/who/": asked,
        "/styleguide/": "/styleguide/",
        "/families/new/<str:form>/": sent,
        "/overlaps/exports/<str:code>/": f"/overlaps/exports/{export}/",
        "/jobs/<str:code>/": f"/jobs/{waiting.code}/",
    }


def _bring(client: Client, name: str, who: str) -> None:
    file = SimpleUploadedFile(name, f"الاسم,الرقم القومي\n{who},\n".encode("utf-8-sig"))
    assert client.post("/lists/new/", {"files": file}).status_code == 302


def _load(path: Path, organisation: str, given: dict[str, Any], by: Viewer) -> str:
    month, value = given.pop("month", None), given.pop("value", None)
    options = LoadOptions(
        today=timezone.localdate(),
        month=None if month is None else parse_month(month),
        value_piastres=None if value is None else parse_egp(value),
        **given,
    )
    result = load_file(path=path, organisation=organisation, by=by, at=timezone.now(), options=options)
    return result.lists[0] if result.lists else ""


def _withdraw_one(by: Viewer, spared: str) -> str:
    last = [one for one in list_lists(by) if one.state == "active" and one.code != spared][-1]
    withdraw_list(code=last.code, reason="كشف جُرّب به", by=by, at=timezone.now())
    return last.code


@contextmanager
def serving() -> Iterator[str]:
    """Serve the pages by threads of this process, and give their address."""
    from threading import Thread

    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    from wasl.config.wsgi import application

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
