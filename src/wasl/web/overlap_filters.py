"""The question that an address asks of overlaps and repeats; nonsense is refused in words, never ignored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.http import HttpRequest

from wasl.benefits.queries.choices import Choices
from wasl.benefits.queries.pages import Question
from wasl.kernel.errors import InvalidInput
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import access_family
from wasl.web.tables import read_choice, read_cursor, read_month, read_text

CERTAINTIES = ("certain", "likely")
STATES = ("open", "closed")
WORK = ("mine", "talking", "passed", "settled")
"""Where an overlap stands; `mine` waits for the viewer's organisation, and is none of the desk's."""
WAYS = ("down", "up")


def read_question(
    request: HttpRequest, viewer: Viewer, choices: Choices, *, repeats: bool = False
) -> Question:
    """
    Read what is asked for.

    :raises InvalidInput: what cannot be meant. :raises NotFound: a family that is not the viewer's.
    """
    sorts = ("month",) if repeats else ("month", "opened", "cost") if viewer.is_desk else ("month", "opened")
    organisation = read_choice(request, "organisation", choices.organisations)
    family = read_text(request, "family", 30)
    question = Question(
        slot=read_choice(request, "slot", choices.slots),
        need=read_choice(request, "need", choices.needs),
        from_month=read_month(request, "from"),
        to_month=read_month(request, "to"),
        organisation_id=choices.organisations[organisation].id if organisation else None,
        governorate=read_choice(request, "governorate", choices.governorates),
        certainty=read_choice(request, "certainty", CERTAINTIES),
        state="open" if repeats else read_choice(request, "state", STATES) or "open",
        work=None if repeats else read_choice(request, "work", list_work(viewer)),
        family_id=access_family(viewer, family) if family else None,
        sort=read_choice(request, "sort", sorts) or "month",  # type: ignore[arg-type]
        way=read_choice(request, "way", WAYS) or "down",  # type: ignore[arg-type]
    )
    if question.from_month and question.to_month and question.from_month > question.to_month:
        raise InvalidInput("overlaps.months_crossed")
    return replace(question, after=_read_after(request, question))


def list_work(viewer: Viewer) -> tuple[str, ...]:
    """Return what the viewer may filter overlaps by, of where they stand."""
    return WORK[1:] if viewer.is_desk else WORK


def _read_after(request: HttpRequest, question: Question) -> tuple[str, int] | None:
    """Return where the page before ended; a cursor of another order is none of this table."""
    cursor = read_cursor(request, 2)
    if cursor is None:
        return None
    key, tie = cursor
    if isinstance(key, str) and isinstance(tie, int) and 0 <= tie < 2**63 and _is_key(question.sort, key):
        return key, tie
    raise InvalidInput("filter.unknown", name="after", value=request.GET["after"][:40])


def _is_key(sort: str, key: str) -> bool:
    try:
        # Only what `cursor_of` writes: Python reads more forms of a number and a day than the database does.
        if sort == "cost":
            return key == str(int(key)) and 0 <= int(key) < 2**63
        if sort == "opened":
            opened = datetime.fromisoformat(key)
            return opened.tzinfo is not None and opened.year > 1900 and key == opened.isoformat()
        month = date.fromisoformat(key)
        return month.day == 1 and key == month.isoformat()
    except ValueError:
        return False
