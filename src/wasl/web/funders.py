"""Pages of shares: who pays a grant beside its owner, what waits for one's yes, what one funded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.funders import (
    Funded,
    Share,
    answer_share,
    list_funded,
    list_shares,
    propose_share,
    withdraw_share,
)
from wasl.benefits.queries.choices import Choices, Named, get_choices
from wasl.benefits.queries.printed import name_needs
from wasl.kernel.codes import is_code, make_code, number_of
from wasl.kernel.errors import InvalidInput, WaslError
from wasl.kernel.money import parse_egp
from wasl.organisations.viewer import Viewer
from wasl.web.access import page
from wasl.web.digits import show_digits
from wasl.web.grants import read_operation
from wasl.web.tables import LARGEST, ROWS_A_PAGE, read_cursor, read_month, write_cursor
from wasl.web.viewing import get_viewer_of
from wasl.web.words import has_words, say, say_error

BADGES = {"proposed": "asked", "agreed": "done", "declined": "refused", "withdrawn": "ended"}
REASON_LONGEST = 500


@dataclass(frozen=True)
class Row:
    """A share with the names of its codes, and the number of the form that would answer or withdraw it."""

    share: Share
    owner: Named | None
    funder: Named | None
    need: Named | None
    badge: str
    quantity: str
    may_answer: bool
    may_withdraw: bool
    operation: UUID


@dataclass(frozen=True)
class FundersOfGrant:
    """What stands on a grant's page: its shares, whether they make up the value, and whom one may ask."""

    grant: str
    rows: Sequence[Row]
    live_piastres: int
    value_piastres: int | None
    missing_piastres: int
    may_propose: bool
    organisations: Sequence[Named]
    operation: UUID

    @property
    def waiting(self) -> int:
        """Return how many have not answered."""
        return sum(1 for row in self.rows if row.share.state == "proposed")


def funders_of(viewer: Viewer, grant: str, state: str, value_piastres: int | None) -> FundersOfGrant:
    """Return what stands of shares on the page of a grant that the viewer may open."""
    choices = get_choices(viewer)
    shares = list_shares(viewer, grant=grant)
    live = sum(one.share_piastres for one in shares if one.state in ("proposed", "agreed"))
    rows = _rows(viewer, shares, choices, may_change=state == "reserved")
    return FundersOfGrant(
        grant=grant, rows=rows, live_piastres=live, value_piastres=value_piastres,
        missing_piastres=0 if value_piastres is None or not live else value_piastres - live,
        may_propose=viewer.role == "officer" and state == "reserved",
        organisations=list(choices.organisations.values()), operation=uuid4(),
    )  # fmt: skip


@page(desk=True, officer=True, viewer=True)
def funding(request: HttpRequest) -> HttpResponse:
    """Show the shares that wait for a yes, those asked of others, and what one's organisation funded."""
    viewer = get_viewer_of(request)
    choices = get_choices(viewer)
    cursor = read_cursor(request, 1)
    after = cursor[0] if cursor else None
    if after is not None and not (isinstance(after, int) and 0 < after <= LARGEST):
        raise InvalidInput("filter.unknown", name="after", value=str(after)[:40])
    first, last = read_month(request, "from"), read_month(request, "to")
    found = list_shares(viewer, after=after, limit=ROWS_A_PAGE + 1)
    rows = _rows(viewer, found[:ROWS_A_PAGE], choices, may_change=True)
    funded = list_funded(viewer, first, last)
    needs = name_needs(viewer)
    content = {
        "viewer": viewer, "rows": rows, "waiting": sum(1 for row in rows if row.may_answer),
        "older": write_cursor([found[ROWS_A_PAGE - 1].grant_id]) if len(found) > ROWS_A_PAGE else "",
        "funded": [(one, needs.get(one.need)) for one in funded], "given": _given(funded), "first": first, "last": last,
    }  # fmt: skip
    return render(request, "web/funding.html", content)


def _given(funded: Sequence[Funded]) -> int:
    return sum(one.given_piastres for one in funded)


def _rows(viewer: Viewer, shares: Sequence[Share], choices: Choices, *, may_change: bool) -> list[Row]:
    names, needs = choices.organisation_by_id(), name_needs(viewer) if shares else {}
    officer = viewer.role == "officer" and may_change
    return [
        Row(
            one, names.get(one.organisation_id), names.get(one.funder_id), needs.get(one.need), BADGES[one.state],
            _quantity(one.quantity, one.unit),
            may_answer=officer and one.state == "proposed" and one.funder_id == viewer.organisation_id
            and one.grant_state == "reserved",
            may_withdraw=officer and one.state in ("proposed", "agreed")
            and one.organisation_id == viewer.organisation_id and one.grant_state == "reserved",
            operation=uuid4(),
        )
        for one in shares
    ]  # fmt: skip


def _quantity(quantity: Decimal | None, unit: str) -> str:
    if quantity is None:
        return ""
    code = f"families.unit.{unit}"
    return f"{show_digits(f'{quantity.normalize():f}')} {say(code) if has_words(code) else unit}"


@page(desk=False, officer=True, viewer=False, methods=("POST",))
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Propose or withdraw a share of one's own grant, or answer for one's own organisation."""
    viewer, do = get_viewer_of(request), request.POST.get("do", "")
    back = reverse("funding")
    try:
        if do in ("propose", "withdraw"):
            back = f"/grants/{make_code(number_of(code))}/#funders" if is_code(code) else back
            _change(request, viewer, code, do)
        elif do in ("agree", "decline"):
            _answer(request, viewer, code, agreed=do == "agree")
        else:
            raise InvalidInput("error.400")
    except WaslError as error:
        messages.error(request, say_error(error), extra_tags="refused")
    else:
        messages.success(request, say(f"funders.done.{do}"), extra_tags="done")
    return HttpResponseRedirect(back)


def _change(request: HttpRequest, viewer: Viewer, code: str, do: str) -> None:
    organisations = get_choices(viewer).organisations
    funder = organisations.get(request.POST.get("funder", ""))
    if funder is None or funder.id is None:
        raise InvalidInput("share.funder_unknown")
    operation = read_operation(request)
    if do == "withdraw":
        withdraw_share(by=viewer, at=timezone.now(), grant=code, funder_id=funder.id, operation=operation)
        return
    piastres = parse_egp(request.POST.get("pounds", "")[:40])
    propose_share(
        by=viewer,
        at=timezone.now(),
        grant=code,
        funder_id=funder.id,
        share_piastres=piastres,
        operation=operation,
    )


def _answer(request: HttpRequest, viewer: Viewer, code: str, *, agreed: bool) -> None:
    seen = request.POST.get("seen", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) <= 18):
        raise InvalidInput("error.400")
    answer_share(
        by=viewer, at=timezone.now(), grant=code, share_piastres=int(seen), agreed=agreed,
        reason=request.POST.get("reason", "").replace("\x00", "")[:REASON_LONGEST], operation=read_operation(request),
    )  # fmt: skip


ROUTES = [
    path("funding/", funding, name="funding"),
    path("funding/<str:code>/", act, name="funding_act"),
]
