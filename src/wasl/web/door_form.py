"""The delivery desk's form: what is handed over, how much of it, and who receives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.http import QueryDict
from django.utils import timezone

from wasl.benefits.grants.rules import Receipt
from wasl.country.egypt.national_id import check_national_id
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import InvalidInput
from wasl.web.door_family import Counter
from wasl.web.grants_choices import Member
from wasl.web.grants_reserve import read_quantity

RECEIVERS = ("self", "member", "proxy")
LONGEST = 150
GRANTS_MOST = 30


@dataclass(frozen=True)
class DoorForm:
    """The form as it was sent."""

    operation: str
    family: str = ""
    grants: tuple[str, ...] = ()
    quantities: Mapping[str, str] = field(default_factory=dict)
    who: str = "self"
    member: str = ""
    proxy_name: str = ""
    proxy_relation: str = ""
    proxy_nid: str = ""


def read_form(sent: QueryDict) -> DoorForm:
    """Read what was sent; codes that cannot be any are left out, and nobody can have ticked them."""
    grants = tuple(
        make_code(number_of(code)) for code in sent.getlist("grant")[:GRANTS_MOST] if is_code(code)
    )
    said = {
        name: sent.get(name, "").strip()[:LONGEST]
        for name in ("member", "proxy_name", "proxy_relation", "proxy_nid")
    }
    return DoorForm(
        operation=sent.get("operation", "")[:40],
        family=sent.get("family", "")[:40],
        grants=tuple(dict.fromkeys(grants)),
        quantities={code: sent.get(f"quantity-{code}", "").strip()[:20] for code in grants},
        who=sent.get("who", "self") if sent.get("who", "self") in RECEIVERS else "self",
        **said,
    )


def read_handing(form: DoorForm, counter: Counter) -> dict[int, Receipt]:
    """
    Return what is handed over, by the grant's number, with who receives it.

    :raises InvalidInput: nothing is ticked, or who receives is not said as it must be.
    """
    known = {one.code: one.id for one in counter.grants}
    chosen = [code for code in form.grants if code in known]
    if not chosen:
        raise InvalidInput("door.choose_grants")
    name, relation, nid = _receiver(form, counter)
    return {
        known[code]: Receipt(
            received_by=form.who, receiver_name=name, receiver_relation=relation, receiver_nid=nid or None,
            quantity=_quantity(form.quantities.get(code, "")),
        )
        for code in chosen
    }  # fmt: skip


def _quantity(text: str) -> Decimal | None:
    return read_quantity(text) if text else None


def _receiver(form: DoorForm, counter: Counter) -> tuple[str, str, str]:
    """Return name, relation and national id of whoever receives."""
    if form.who == "self":
        return "", "", ""
    if form.who == "member":
        member: Member | None = next((one for one in counter.members if one.value == form.member), None)
        if member is None:
            raise InvalidInput("door.member_needed")
        return member.name, member.relation, ""
    if not (form.proxy_name and form.proxy_relation and form.proxy_nid):
        raise InvalidInput("door.proxy_needed")
    checked = check_national_id(form.proxy_nid, timezone.localdate())
    if isinstance(checked, str):
        raise InvalidInput("door.nid_wrong")
    return form.proxy_name, form.proxy_relation, checked.text
