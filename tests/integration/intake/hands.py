"""Families as tests type them, and the way from a form to its lines."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from wasl.country.egypt.national_id import CHECK_WEIGHTS
from wasl.intake.standing import submit_family
from wasl.intake.standing_form import HandFamily, HandPerson
from wasl.intake.standing_queries import access_form
from wasl.jobs.worker import run_waiting
from wasl.organisations.viewer import Viewer

AT = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)


def nid(number: int, *, fits: bool = True) -> str:
    """Return a synthetic id, its last digit fitting or not."""
    digits = f"2{60 + number % 39:02d}{1 + number % 12:02d}{1 + number % 28:02d}24{number % 1000:03d}1"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, CHECK_WEIGHTS, strict=True)) % 11
    last = (11 - rest) % 10
    return digits + str(last if fits else (last + 1) % 10)


def family(number: int, *, need: str = "") -> HandFamily:
    """Return a head with an id and a wife with a year of birth, another couple for each number."""
    return HandFamily(
        people=(
            HandPerson("محمود عبد الرحيم سيد", "head", nid(number), "", "male", f"010{10000000 + number}"),
            HandPerson("نعمات شحاتة فهمي", "wife", "", str(1960 + number % 40)),
        ),
        governorate="EG24",
        markaz="EG2412",
        village="دير البرشا",
        need=need,
        note="بجوار المدرسة",
    )


def add(by: Viewer, typed: HandFamily, *, form_id: UUID | None = None, at: datetime = AT) -> tuple[str, int]:
    """Send a form and let a worker store it; return the list's code and the family's row."""
    form_id = form_id or uuid4()
    organisation = "m01" if by.is_desk else by.organisation_code
    submit_family(organisation=organisation, form_id=form_id, family=typed, by=by, at=at)
    run_waiting()
    form = access_form(by, form_id)
    assert form.list_code is not None, form
    assert form.row is not None
    return form.list_code, form.row
