"""A person's page: how every record writes them, their family and what covers it, why the records are one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from wasl.benefits.calendar import read_catalogue
from wasl.benefits.elsewhere import list_latest_coverage
from wasl.country.egypt.phones import format_phone
from wasl.linkage.person_history import Tie, list_person_verdicts, list_ties
from wasl.organisations.queries import list_organisations
from wasl.organisations.viewer import Viewer
from wasl.registry.person_file import MovedPerson, PersonFile, PersonRecord, open_person
from wasl.registry.queries import PlaceName, RecordView, name_places
from wasl.registry.search import list_people_cards
from wasl.web.access import page
from wasl.web.came_from import DIRECT, came_from
from wasl.web.dates import day_words, month_words
from wasl.web.digits import show_digits
from wasl.web.family_history import as_written
from wasl.web.joining import join_list
from wasl.web.search import coverage_words, place_words
from wasl.web.templatetags.wasl import say as say_marked
from wasl.web.viewing import get_viewer_of
from wasl.web.words import has_words, say
from wasl.web.words.nouns import count_of

PAGES = ("search", "families", "lists", "review", "overlaps", "gaps")


@dataclass(frozen=True)
class Cell:
    """One value as a record has it; `differs` from the first record's, where both have one."""

    text: str
    differs: bool


@dataclass(frozen=True)
class RecordRow:
    """One record as the table prints it."""

    label: str
    cells: tuple[Cell, ...]
    standing: str
    organisation: str


@page(desk=True, officer=True, viewer=True)
def person(request: HttpRequest, code: str) -> HttpResponse:
    """Show a person; opening it is written down with the way by which the reader came."""
    viewer = get_viewer_of(request)
    try:
        opened = open_person(viewer, code, why=_reason(request))
    except MovedPerson as moved:
        return redirect("person", code=moved.code)
    return render(request, "web/person.html", _content(viewer, opened))


def _content(viewer: Viewer, opened: PersonFile) -> dict[str, object]:
    card = list_people_cards(viewer, [opened.person_id]).get(opened.person_id)
    family = None if card is None else card.family_id
    views = [one.record for one in opened.records]
    places = name_places(viewer, [code for view in views for code in (view.governorate, view.markaz)])
    covered = list_latest_coverage(viewer, [] if family is None else [family])
    catalogue = read_catalogue(viewer)
    labels = {
        record: say("people.record", number=show_digits(str(number)))
        for number, record in enumerate(opened.record_ids, start=1)
    }
    return {
        "person": opened,
        "name": next((view.name for view in views if view.name), ""),
        "family_code": None if card is None else card.family_code,
        "coverage": coverage_words(covered.get(family or 0, ()), catalogue),
        "records": _rows(viewer, opened, places, labels),
        "count": show_digits(count_of(len(views), "record")),
        "ties": [_tie_words(tie, labels) for tie in list_ties(viewer, opened.record_ids)],
        "verdicts": _verdict_words(viewer, opened, labels),
        "viewer": viewer,
    }


def _rows(
    viewer: Viewer, opened: PersonFile, places: Mapping[str, PlaceName], labels: Mapping[int, str]
) -> list[RecordRow]:
    names = {}
    if viewer.is_desk:
        names = {one.pk: one for one in list_organisations(viewer)}
    first = _values(opened.records[0].record, places)
    rows = []
    for one in opened.records:
        values = _values(one.record, places)
        cells = [
            Cell(value, bool(value and other and value != other))
            for value, other in zip(values, first, strict=True)
        ]
        organisation = names.get(one.record.organisation_id)
        rows.append(
            RecordRow(
                label=labels[one.record.record_id],
                cells=tuple(cells),
                standing=_standing_words(one),
                organisation="" if organisation is None else str(organisation.name_ar),
            )
        )
    return rows


def _values(view: RecordView, places: Mapping[str, PlaceName]) -> list[str]:
    born = ""
    if view.birth_date is not None:
        born = {"day": view.birth_date.isoformat(), "month": view.birth_date.isoformat()[:7]}.get(
            view.birth_precision or "", str(view.birth_date.year)
        )
    sex = "" if view.sex is None else say(f"people.sex.{view.sex}")
    return [
        view.name,
        view.nid or view.nid_written or "",
        born,
        sex,
        "" if view.phone is None else format_phone(view.phone),
        place_words(view.governorate, view.markaz, view.village, places),
    ]


def _standing_words(one: PersonRecord) -> str:
    """Say what the lists call the person, in how many they stand, and since when."""
    roles = []
    for standing in one.standings:
        code = f"families.relation.{standing.relation or 'other'}"
        if standing.relation and has_words(code):
            roles.append(say(f"{code}.2") if one.record.sex == 2 and has_words(f"{code}.2") else say(code))
    months = [standing.last_month for standing in one.standings if standing.last_month is not None]
    if not one.lists or not months:
        return say("people.in_none")
    said = [*dict.fromkeys(roles), count_of(one.lists, "list"), month_words(max(months))]
    return show_digits(join_list(said))


def _tie_words(tie: Tie, labels: Mapping[int, str]) -> str:
    if tie.other_id is None:
        return say("people.tie_elsewhere", label=labels[tie.record_id])
    return say(
        "people.tie", label=labels[tie.record_id], other=labels.get(tie.other_id, ""), rule=say(f"rule.{tie.rule}"),
        grade=say(f"grade.{tie.grade}"),
    )  # fmt: skip


def _verdict_words(viewer: Viewer, opened: PersonFile, labels: Mapping[int, str]) -> Sequence[object]:
    other = say("people.other_record")
    return [
        say_marked(
            "people.verdict", user=as_written(one.decided_by), day=show_digits(day_words(one.decided_at)),
            a=labels.get(one.a, other), b=labels.get(one.b, other), verdict=say(f"people.verdict.{one.verdict}"),
            reason=as_written(one.reason), undone=say("people.verdict_undone") if one.undone_at else "",
        )
        for one in list_person_verdicts(viewer, opened.record_ids)
    ]  # fmt: skip


def _reason(request: HttpRequest) -> str:
    first = came_from(request)
    return first if first in PAGES else DIRECT


ROUTES = [path("people/<str:code>/", person, name="person")]
