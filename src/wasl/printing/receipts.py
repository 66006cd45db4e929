"""The receipt of a delivery: what the family takes home, and what the file keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wasl.audit.actions import record_audit
from wasl.benefits.queries.printed import Receipt, find_receipt
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import InvalidInput, NotFound
from wasl.organisations.viewer import Viewer
from wasl.printing.marks import draw_code
from wasl.printing.typesetting import typeset
from wasl.printing.voice import Voice
from wasl.store.connections import scope

PAPERS = ("a5", "a6")


def print_receipt(
    *, by: Viewer, at: datetime, code: str, voice: Voice, tranche: int | None = None, paper: str = "a5"
) -> bytes:
    """
    Return the receipt of a grant's delivery as a PDF, leaving an entry of who printed the names.

    Of the tranche named, else of the one given last; a reversed one is stamped.

    :raises NotFound: nothing was delivered under this code, or it is not the viewer's.
    """
    return typeset(
        "receipt", access_receipt(by=by, at=at, code=code, voice=voice, tranche=tranche, paper=paper)
    )


def access_receipt(
    *, by: Viewer, at: datetime, code: str, voice: Voice, tranche: int | None = None, paper: str = "a5"
) -> dict[str, Any]:
    """Return what stands on a receipt, as its layout takes it; leaves the entry."""
    if paper not in PAPERS:
        raise InvalidInput("print.paper_unknown", given=paper[:20])
    with scope(by):
        bare = make_code(number_of(code)) if is_code(code) else ""
        receipt = find_receipt(by, bare, tranche) if bare else None
        if receipt is None:
            raise NotFound("receipt.unknown", code=code[:40])
        record_audit(
            by=by, at=at, action="print_receipt", object_kind="grant", object_code=receipt.code,
            detail={"tranche": receipt.tranche, "reversed": receipt.reversed_at is not None},
        )  # fmt: skip
    return lay_out_receipt(receipt, voice, at, paper)


def lay_out_receipt(receipt: Receipt, voice: Voice, at: datetime, paper: str) -> dict[str, Any]:
    """Return what stands on a receipt, as its layout takes it."""
    return {
        "language": voice.language, "numerals": voice.numerals, "paper": paper,
        "title": f"{voice.say('print.receipt.title')} {receipt.code}",
        "organisation": voice.name(receipt.organisation_ar, receipt.organisation_en),
        "code": receipt.code, "mark": draw_code(receipt.code),
        "tranche": _tranche(receipt, voice),
        "reversed": _reversed(receipt, voice),
        "facts": [
            {"label": voice.say(f"print.receipt.{name}"), "value": value, "held": held}
            for name, value, held in _facts(receipt, voice)
            if value
        ],
        "signatures": [voice.say("print.receipt.sign.receiver"), voice.say("print.receipt.sign.officer")],
        "foot": voice.say("print.receipt.foot", day=voice.day(at)),
        "words": {
            "title": voice.say("print.receipt.title"), "code": voice.say("print.code"),
            "reversed": voice.say("print.reversed"), "page": voice.say("print.page"),
        },
    }  # fmt: skip


def _facts(receipt: Receipt, voice: Voice) -> Iterator[tuple[str, str, bool]]:
    """Yield each line: its name, what it says, and whether that reads left to right whatever the page does."""
    yield "family", receipt.family, True
    yield "head", receipt.head, False
    yield "to", receipt.to if receipt.to != receipt.head else "", False
    yield "need", voice.name(receipt.need_ar, receipt.need_en), False
    yield "quantity", voice.quantity(receipt.quantity, receipt.unit), False
    yield "value", voice.pounds(receipt.value_piastres), False
    yield "months", voice.months(receipt.first_month, receipt.last_month), False
    yield "receiver", receipt.receiver_name, False
    yield "as", _taken_as(receipt, voice), False
    yield "day", voice.day(receipt.delivered_on), False
    yield "recorded_by", receipt.recorded_by, True


def _taken_as(receipt: Receipt, voice: Voice) -> str:
    how = voice.say(f"print.receipt.by.{receipt.received_by}")
    return voice.place(how, receipt.receiver_relation)


def _tranche(receipt: Receipt, voice: Voice) -> str:
    if receipt.tranches == 1:
        return ""
    return voice.say(
        "print.receipt.tranche", n=voice.number(receipt.tranche), m=voice.number(receipt.tranches)
    )


def _reversed(receipt: Receipt, voice: Voice) -> str | None:
    if receipt.reversed_at is None:
        return None
    return voice.say("print.reversed.why", day=voice.day(receipt.reversed_at), reason=receipt.reason)
