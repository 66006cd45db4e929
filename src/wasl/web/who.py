"""
«Who is this?»: what somebody before the desk says of themselves, weighed against everybody at once.

The form is posted and its answer is at an address of its own, which holds neither id nor name (`who_asked`): it may
be refreshed and gone back to. What cannot be read is said at its field, and nobody is asked about then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from wasl.benefits.calendar import read_catalogue
from wasl.benefits.elsewhere import list_latest_coverage
from wasl.country.egypt.national_id import FEMALE, MALE
from wasl.linkage.identify import Candidate, identify
from wasl.linkage.typed_query import LONGEST, Problem, Typed, Understood, understand
from wasl.organisations.viewer import Viewer
from wasl.registry.queries import list_records, name_places
from wasl.registry.search import list_people_cards
from wasl.web.access import page
from wasl.web.search import elsewhere_sentences
from wasl.web.viewing import get_viewer_of
from wasl.web.who_asked import find_asked, keep_asked
from wasl.web.who_said import Known, answer_sentence, compare, make_cards, say_understood
from wasl.web.words import say

SHOWN_MOST = 4
"""So many candidates stand side by side; those after them are only named."""
DIGITS = ("nid", "born", "phone", "spouse_nid")
FORM_SEXES = {MALE: "male", FEMALE: "female"}


@dataclass(frozen=True)
class Field:
    """One field of the form with what was typed and what is wrong with it."""

    name: str
    label: str
    hint: str
    value: str
    wrong: str
    longest: int
    is_digits: bool


@page(desk=True, officer=True, viewer=True, methods=("GET", "POST"))
def who(request: HttpRequest) -> HttpResponse:
    """Show the form; POST keeps what was typed and leads to its answer."""
    if request.method == "POST":
        return _ask(request)
    number = request.GET.get("asked", "")
    if not number:
        return _show(request, Typed())
    typed = find_asked(request, number)
    if typed is None:
        return _show(request, Typed(), gone=True)
    asked, problems = understand(typed, today=timezone.localdate())
    if problems:
        return _show(request, asked.typed, problems)
    return _show(request, asked.typed, content=_answer(get_viewer_of(request), asked))


def _ask(request: HttpRequest) -> HttpResponse:
    typed = _read(request.POST)
    asked, problems = understand(typed, today=timezone.localdate())
    if problems:
        return _show(request, asked.typed, problems, status=422)
    return HttpResponseRedirect(f"{reverse('who')}?asked={keep_asked(request, asked.typed)}")


def _read(posted: QueryDict) -> Typed:
    return Typed(
        **{one.name: posted.get(one.name, "").strip()[: LONGEST[one.name] + 1] for one in fields(Typed)}
    )


def _show(
    request: HttpRequest,
    typed: Typed,
    problems: Sequence[Problem] = (),
    *,
    content: Mapping[str, object] | None = None,
    gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    shown = {one.name: one for one in _fields(typed, problems)}
    return render(
        request,
        "web/who.html",
        {
            "fields": shown,
            "wrong": [one for one in shown.values() if one.wrong],
            "gone": gone,
            **(content or {}),
        },
        status=status,
    )


def _fields(typed: Typed, problems: Sequence[Problem]) -> list[Field]:
    wrong = {one.field: one.code for one in problems}
    found = []
    for name, value in asdict(typed).items():
        label = say(f"who.{name}")
        said = say(wrong[name], field=label) if name in wrong else ""
        hint = say(f"who.{name}_hint") if name != "sex" else ""
        found.append(Field(name, label, hint, value, said, LONGEST[name], name in DIGITS))
    return found


def _answer(viewer: Viewer, asked: Understood) -> dict[str, object]:
    """Ask, and return what the template wants of the answer."""
    answer = identify(viewer, asked.query, at=timezone.now())
    likely = [one for one in answer.candidates if one.band != "new"]
    shown, rest = likely[:SHOWN_MOST], likely[SHOWN_MOST:]
    known = _read_beside(viewer, asked, shown)
    elsewhere = [] if answer.elsewhere is None else elsewhere_sentences(answer.elsewhere, known.catalogue)
    return {
        "answer": answer,
        "sentence": answer_sentence(viewer, answer),
        "understood": say_understood(asked, known),
        "cards": make_cards(viewer, shown, known),
        "rows": compare(asked, shown, known),
        "rest": rest,
        "elsewhere": elsewhere,
        "notes": _notes(asked),
        "begun": _begun(asked) if viewer.role != "viewer" else {},
        "may_deliver": viewer.role == "officer",
    }


def _read_beside(viewer: Viewer, asked: Understood, shown: Sequence[Candidate]) -> Known:
    """Read what the candidates are shown with, in a fixed number of reads."""
    records = [seen for one in shown for seen in one.records]
    people = [one.person_id for one in shown if one.person_id is not None]
    families = [one.family_id for one in shown if one.family_id is not None]
    places = [asked.place.governorate, asked.place.markaz]
    places += [code for one in shown for code in (one.best.governorate, one.best.markaz)]
    return Known(
        records=list_records(viewer, [one.record_id for one in records]) if records else {},
        cards=list_people_cards(viewer, people),
        coverage=list_latest_coverage(viewer, families),
        places=name_places(viewer, places),
        catalogue=read_catalogue(viewer),
    )


def _notes(asked: Understood) -> list[str]:
    """Say what looks wrong and may be right: it was asked all the same."""
    notes = []
    if asked.nid is not None and not asked.nid.check_fits:
        notes.append(say("hand_form.check_digit"))
    if asked.nid is not None and asked.born is not None and asked.nid.birth_date.year != asked.born.year:
        notes.append(say("who.birth_differs", year=str(asked.nid.birth_date.year)))
    return notes


def _begun(asked: Understood) -> dict[str, str]:
    """Return the fields that a new family's form begins with; they travel in a form, never in an address."""
    begun = {
        "name-0": asked.name or "", "nid-0": asked.typed.nid, "birth-0": asked.typed.born,
        "sex-0": FORM_SEXES.get(asked.sex or 0, ""), "phone-0": asked.typed.phone,
        "governorate": asked.place.governorate or "", "markaz": asked.place.markaz or "",
        "village": asked.village, "nid-1": asked.typed.spouse_nid,
    }  # fmt: skip
    return {name: value for name, value in begun.items() if value}


ROUTES = [path("who/", who, name="who")]
