"""Something given in the alliance: grants reserved, approved, handed over and taken back, by its officers' pages."""

from __future__ import annotations

import re
from unittest.mock import patch
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from tests.journeys.alliance import PASSWORD, Alliance
from wasl.jobs.worker import run_waiting
from wasl.kernel.months import format_month, month_of
from wasl.organisations.actions import add_user, set_password
from wasl.organisations.rules import Role

SLOTS = ("blankets", "cash", "furniture")
WANTED = 4
"""
Grants: one that waits to be approved, one that was handed over and taken back, one that was handed over, one that
is approved and waits to be.
"""


def give_something(alliance: Alliance) -> list[str]:
    """
    Reserve for one family, approve all but one, hand over two and take one back; return the grants' codes.

    A lunch is counted too, a sheet printed, and an exception about to be asked for.
    """
    add_user(by=alliance.desk, at=timezone.now(), username="hoda", organisation_code="m01", role=Role.OFFICER)
    set_password(by=alliance.desk, at=timezone.now(), username="hoda", password=PASSWORD)
    amina, hoda = alliance.client("amina"), alliance.client("hoda")
    codes = _reserve_some(amina)
    for code in codes[1:]:
        _act(hoda, code, do="approve")
    for code in codes[1:3]:
        page = amina.post("/desk/", {"scan": code}).content.decode()
        form = {
            name: re.findall(f'name="{name}" value="([^"]*)"', page)[0] for name in ("operation", "family")
        }
        assert amina.post("/desk/", {**form, "scan": "", "grant": code}).status_code == 302
    _act(amina, codes[1], do="reverse", tranche="1", reason="سُلّم لغير صاحبه")
    _serve_lunch(amina)
    alliance.examples["/grants/sheet/printed/<str:code>/"] = _print_sheet(amina)
    alliance.examples["/exceptions/new/"] = _about_to_ask(amina)
    return codes


def _serve_lunch(client: Client) -> None:
    form = {
        "kind": "kitchen", "need": "meal", "day": timezone.localdate().isoformat(), "came": "320", "quantity": "",
        "value": "9600", "governorate": "EG23", "place": "مطبخ سنورس", "operation": str(uuid4()),
    }  # fmt: skip
    assert client.post("/headcounts/new/", form).status_code == 302


def _print_sheet(client: Client) -> str:
    """Print what is approved as a job would; return where it is fetched."""
    with patch("wasl.web.receipts.DIRECT_ROWS", -1):
        job = client.get("/grants/sheet/?form=sheet")["Location"].split("/")[2]
    run_waiting()
    return f"/grants/sheet/printed/{job}/"


def _about_to_ask(client: Client) -> str:
    """Return the form that the door leads to where it refuses: an exception for a family, in a slot and month."""
    found = client.get("/search/", {"q": "محمود"}).content.decode()
    family = re.findall(r'href="/families/(\d+)/"', found)[0]
    return f"/exceptions/new/?family={family}&slot=food&month={format_month(month_of(timezone.localdate()))}"


def _reserve_some(client: Client) -> list[str]:
    """Ask for this month in a few slots, family by family, until the door has let enough through."""
    found = client.get("/search/", {"q": "محمود"}).content.decode()
    for where in dict.fromkeys(re.findall(r'href="(/families/\d+/)"', found)):
        for slot in SLOTS:
            _reserve(client, f"{where}reserve/?slot={slot}")
        codes = list(
            dict.fromkeys(re.findall(r'href="/grants/(\d+)/"', client.get("/grants/").content.decode()))
        )
        if len(codes) >= WANTED:
            return codes[:WANTED]
    raise AssertionError("the door lets nothing through")


def _reserve(client: Client, link: str) -> None:
    page = client.get(link).content.decode()
    form = {
        name: re.findall(f'name="{name}" value="([^"]*)"', page)[0] for name in ("operation", "slot", "month")
    }
    need = re.findall(r'<option value="(\w+)" selected', page[page.index('id="reserve-need"') :])[0]
    client.post(link.split("?")[0], {**form, "need": need, "quantity": "1"})


def _act(client: Client, code: str, **form: str) -> None:
    assert client.post(f"/grants/{code}/act/", {"operation": str(uuid4()), **form}).status_code == 302
