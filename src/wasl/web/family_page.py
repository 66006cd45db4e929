"""What a family's page shows, put together in a fixed number of reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.html import format_html_join

from wasl.benefits.calendar import (
    CalendarCell,
    Catalogue,
    CellState,
    FamilyOverlap,
    list_family_overlaps,
    read_catalogue,
    read_family_calendar,
)
from wasl.benefits.queries.grant_pages import list_held_cells
from wasl.intake.family_lines import Giving, WrittenRow, list_family_givings, list_written_rows
from wasl.kernel.months import add_months, format_month, month_of, months_between
from wasl.linkage.family_history import list_family_verdicts, read_family_history
from wasl.linkage.review import OwnDoubt, list_own_doubts
from wasl.organisations.viewer import Viewer
from wasl.registry.family_file import FamilyEntry, FamilyFile, FamilyPerson, Named
from wasl.web.calendar_grid import MONTHS, Doors, make_grid, name_of, who_covers
from wasl.web.dates import ago_words, day_words, month_words
from wasl.web.digits import show_digits
from wasl.web.family_history import Labels, as_written, history_lines, verdict_lines
from wasl.web.family_words import answer_sentences
from wasl.web.grants_choices import RESERVED_BACK, say_relation
from wasl.web.grants_words import say_quantity
from wasl.web.joining import comma, join_list, join_words
from wasl.web.naming import named
from wasl.web.templatetags.wasl import say as say_marked
from wasl.web.words import say
from wasl.web.words.nouns import count_of

SILENT_MOST = 3
"""Where nobody has reported for longer, the months since then are left out of the calendar."""
AHEAD = 3
"""So many months ahead a family's page offers to reserve."""
PARTING_REASONS = ("asked", "people", "place", "papers", "other")
OTHERS = (CellState.OTHER, CellState.STATE)


@dataclass(frozen=True)
class EntryCard:
    """An entry with the rows it was written in."""

    entry: FamilyEntry
    label: str
    likely: bool
    more: str
    rows: tuple[WrittenRow, ...]


def gather_page(viewer: Viewer, opened: FamilyFile, *, month: date | None, today: date) -> dict[str, object]:
    """Return what the template wants; `month` ends the calendar, else the newest month anybody reported."""
    catalogue = read_catalogue(viewer)
    this_month = month_of(today)
    newest = min(catalogue.newest or this_month, this_month)
    end = _end(viewer, newest, this_month)
    last = end if month is None else min(month, _latest(viewer, end, this_month))
    cells = _read_cells(viewer, opened, last, newest)
    rows = list_written_rows(viewer, [(entry.entry_id, entry.list_id) for entry in opened.entries])
    cards = _cards(viewer, opened, rows)
    labels = Labels({card.entry.entry_id: card.label for card in cards})
    history = read_family_history(viewer, opened.family_id, opened.entry_ids)
    organisations = {entry.organisation: named(entry, "organisation") for entry in opened.entries}
    shown = [cell for cell in cells if add_months(last, 1 - MONTHS) <= cell.month <= last]
    doubts = [] if viewer.is_desk else list_own_doubts(viewer, opened.entry_ids)
    return {
        "family": opened,
        "title": _title(opened),
        "title_marked": as_written(_title(opened)),
        "sentences": answer_sentences(cells, catalogue.slots, organisations, newest),
        "behind": _behind(newest, this_month),
        "age": _age(history.linked_at, _oldest_list(opened, rows)),
        **_picture(shown, catalogue, organisations, last=last, newest=end, doors=_doors(viewer, opened, shown)),
        "reserve_months": _reserve_months(this_month) if viewer.role == "officer" else [],
        "slots": sorted(catalogue.slots.values(), key=named),
        "people": [_person(person) for person in opened.people],
        "givings": _givings(list_family_givings(viewer, opened.entry_ids), opened, catalogue),
        "by_others": [] if viewer.is_desk else _by_others(shown, catalogue),
        "overlaps": _overlaps(list_family_overlaps(viewer, opened.family_id), catalogue),
        "cards": cards,
        "history": history_lines(history, opened, labels),
        "verdicts": verdict_lines(list_family_verdicts(viewer, opened.entry_ids), labels),
        "doubts": _doubt_lines(viewer, doubts, labels),
        "reasons": [(reason, f"families.why.{reason}") for reason in PARTING_REASONS],
        "viewer": viewer,
    }  # fmt: skip


def _behind(newest: date, this_month: date) -> str:
    if newest >= this_month:
        return ""
    return show_digits(
        say("families.not_this_month", newest=month_words(newest), month=month_words(this_month))
    )


def _age(linked_at: datetime | None, oldest: datetime | None) -> str:
    """Say as of when the answer is: what UI calls its age."""
    if linked_at is None:
        return say("families.linked_never")
    said = [say("families.linked", day=day_words(linked_at))]
    if oldest is not None:
        said.append(say("families.oldest", ago=ago_words(oldest)))
    return show_digits(" · ".join(said))


def _picture(
    cells: Sequence[CalendarCell],
    catalogue: Catalogue,
    organisations: Mapping[str, str],
    *,
    last: date,
    newest: date,
    doors: Doors,
) -> dict[str, object]:
    grid = make_grid(cells, catalogue.slots, organisations=organisations, doors=doors)
    ends_later = last < newest
    return {
        "grid": grid,
        "apart": say("calendar.apart", slots=join_list(grid.apart)) if grid.apart else "",
        "older": format_month(add_months(last, -MONTHS)),
        "newer": format_month(min(add_months(last, MONTHS), newest)) if ends_later else "",
    }


def _end(viewer: Viewer, newest: date, this_month: date) -> date:
    """Return the month with which the calendar ends: the newest reported, for who gives also the one it is now."""
    may_give = viewer.role == "officer" and months_between(newest, this_month) <= SILENT_MOST
    return this_month if may_give else newest


def _latest(viewer: Viewer, end: date, this_month: date) -> date:
    """Return how far ahead a calendar may be turned: who gives looks at what is reserved for months to come."""
    return max(end, add_months(this_month, AHEAD)) if viewer.role == "officer" else end


def _doors(viewer: Viewer, opened: FamilyFile, cells: Sequence[CalendarCell]) -> Doors:
    """Say where the calendar's cells lead: to the grant that holds them, and for officers to reserving them."""
    held = {
        (one.slot, cell.month): one.code
        for one in list_held_cells(viewer, opened.entry_ids)
        for cell in cells
        if cell.slot == one.slot and one.covers(cell.month)
    }
    since = add_months(month_of(timezone.localdate()), -RESERVED_BACK)
    return Doors(f"/families/{opened.code}/reserve/" if viewer.role == "officer" else "", held, since)


def _reserve_months(this_month: date) -> list[date]:
    """Return the months that a form offers to reserve, this one first."""
    ahead = (add_months(this_month, months) for months in range(1, AHEAD + 1))
    return [this_month, *ahead, add_months(this_month, -1)]


def _read_cells(viewer: Viewer, opened: FamilyFile, last: date, newest: date) -> list[CalendarCell]:
    """Read the months shown, and the one that the answer speaks of, at once."""
    first = add_months(last, 1 - MONTHS)
    return read_family_calendar(viewer, opened.family_id, first=min(first, newest), last=max(last, newest))


def _cards(viewer: Viewer, opened: FamilyFile, rows: Sequence[WrittenRow]) -> list[EntryCard]:
    by_entry: dict[int, list[WrittenRow]] = defaultdict(list)
    for row in rows:
        by_entry[row.entry_id].append(row)
    main = min(entry.subject_id for entry in opened.entries)
    return [
        EntryCard(
            entry=entry,
            label=_label(viewer, entry, by_entry[entry.entry_id]),
            likely=entry.subject_id != main,
            more=say("families.entry_lists", lists=count_of(entry.lists - 1, "list"))
            if entry.lists > 1
            else "",
            rows=tuple(by_entry[entry.entry_id]),
        )
        for entry in opened.entries
    ]


def _label(viewer: Viewer, entry: FamilyEntry, rows: Sequence[WrittenRow]) -> str:
    if not rows:
        return say("families.label_bare")
    label = say("families.label", row=show_digits(str(rows[0].row)), list=rows[0].list_code)
    return (
        say("families.label_of", label=label, organisation=named(entry, "organisation"))
        if viewer.is_desk
        else label
    )


def _title(opened: FamilyFile) -> str:
    head = next((person.newest for person in opened.people if person.newest.is_head), opened.people[0].newest)
    return head.name


def _oldest_list(opened: FamilyFile, rows: Sequence[WrittenRow]) -> datetime | None:
    """Return when the organisation that has been silent longest last loaded a list with this family."""
    by_entry = {entry.entry_id: entry.organisation_id for entry in opened.entries if entry.active}
    newest: dict[int, datetime] = {}
    for row in rows:
        whose = by_entry.get(row.entry_id)
        if whose is not None and (whose not in newest or newest[whose] < row.loaded_at):
            newest[whose] = row.loaded_at
    return min(newest.values(), default=None)


def _person(person: FamilyPerson) -> dict[str, object]:
    newest = person.newest
    return {
        "person": person,
        "relation": say_relation(newest),
        "born": _born(newest),
        "also": format_html_join(comma(), "<bdi>{}</bdi>", ((name,) for name in person.other_names)),
    }


def _born(named: Named) -> str:
    if named.birth_date is None:
        return ""
    if named.birth_precision == "year":
        return say("families.year_only", year=show_digits(str(named.birth_date.year)))
    words = month_words if named.birth_precision == "month" else day_words
    return show_digits(words(named.birth_date))


def _givings(givings: Sequence[Giving], opened: FamilyFile, catalogue: Catalogue) -> list[dict[str, object]]:
    names = {entry.organisation_id: named(entry, "organisation") for entry in opened.entries}
    return [
        {
            "giving": giving,
            "need": name_of(giving.need, catalogue.needs),
            "organisation": names.get(giving.organisation_id, ""),
            "quantity": _quantity(giving, catalogue),
        }
        for giving in givings
    ]


def _quantity(giving: Giving, catalogue: Catalogue) -> str:
    if giving.quantity is None:
        return ""
    need = catalogue.needs.get(giving.need)
    return say_quantity(giving.quantity, need.unit if need is not None else "")


def _overlaps(overlaps: Sequence[FamilyOverlap], catalogue: Catalogue) -> list[dict[str, object]]:
    return [
        {
            "overlap": overlap,
            "name": join_list(
                [name_of(overlap.slot, catalogue.slots), show_digits(month_words(overlap.month))]
            ),
            "sides": [
                {
                    "side": side,
                    "needs": join_words([name_of(need, catalogue.needs) for need in side.needs]),
                }
                for side in overlap.sides
            ],
        }
        for overlap in overlaps
    ]


def _by_others(cells: Sequence[CalendarCell], catalogue: Catalogue) -> list[str]:
    """Say what others gave as the answer of coordination has it: slot and months, never what or who."""
    months: dict[tuple[str, str], list[date]] = defaultdict(list)
    for cell in cells:
        if cell.state in OTHERS and cell.certainty is not None:
            months[name_of(cell.slot, catalogue.slots), who_covers(cell, {})].append(cell.month)
    return [
        say(
            "families.by_others_line", slot=slot, by=by,
            months=show_digits(join_words([month_words(month) for month in sorted(held, reverse=True)])),
        )
        for (slot, by), held in months.items()
    ]  # fmt: skip


def _doubt_lines(viewer: Viewer, doubts: Sequence[OwnDoubt], labels: Labels) -> list[dict[str, object]]:
    return [
        {
            "words": say_marked(
                "families.doubt_line", day=show_digits(day_words(doubt.reported_at)), reason=as_written(doubt.reason),
                labels=join_words([labels.of(entry) for entry in doubt.entries]),
            ),
            "state": doubt.state,
            "state_words": f"families.doubt.{doubt.state}",
            "code": doubt.code,
            "mine": doubt.reported_by == viewer.username,
        }
        for doubt in doubts
    ]  # fmt: skip
