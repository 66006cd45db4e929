"""The one box: an id, a phone, a code or words of a name; what it found, and what may be said of others' families."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from wasl.benefits.calendar import Catalogue, read_catalogue
from wasl.benefits.elsewhere import Coverage, Elsewhere, ask_elsewhere, list_latest_coverage
from wasl.intake.queries import access_list
from wasl.kernel.errors import NotFound
from wasl.kernel.months import ONCE, month_of
from wasl.organisations.viewer import Viewer
from wasl.registry.queries import PlaceName, name_places
from wasl.registry.search import FamilyFound, Found, PersonFound, find_code, search_people
from wasl.registry.search_words import TEXT_MAX, Asked, read_asked
from wasl.web.access import page
from wasl.web.calendar_grid import name_of
from wasl.web.dates import month_words, time_words
from wasl.web.digits import show_digits
from wasl.web.joining import join_list, join_places
from wasl.web.naming import named
from wasl.web.viewing import get_viewer_of
from wasl.web.words import say
from wasl.web.words.nouns import count_of

GOVERNORATE_LETTERS = len("EG24")
"""A markaz's code begins with its governorate's and is longer."""
NOTHING = Found((), 0, has_more=False, place_dropped=False)


@dataclass(frozen=True)
class PersonLine:
    """One person as the page prints them."""

    found: PersonFound
    facts: str
    also: str


@dataclass(frozen=True)
class FamilyCard:
    """A family that was found, with those of its people who fit, and what covers it last."""

    found: FamilyFound
    people: tuple[PersonLine, ...]
    coverage: str
    is_covered: bool


@page(desk=True, officer=True, viewer=True)
def search(request: HttpRequest) -> HttpResponse:
    """
    Show who fits what was typed; a code that names one thing leads straight there.

    Every search leaves an access entry, and so does every question about others' families.
    """
    viewer = get_viewer_of(request)
    today = timezone.localdate()
    asked = read_asked(request.GET.get("q", "")[: TEXT_MAX + 1], today=today)
    if asked.code is not None and asked.nid is None:
        straight = _find_straight(viewer, asked.code)
        if straight is not None:
            return redirect(straight)
    may_find = asked.nid is not None or asked.phone is not None or bool(asked.readings)
    found = search_people(viewer, asked) if may_find else NOTHING
    catalogue = read_catalogue(viewer)
    content = {
        "asked": asked,
        "found": found,
        "families": _cards(viewer, found, catalogue),
        "answer": _answer(viewer, asked, found, may_find=may_find),
        "elsewhere": _elsewhere(viewer, asked, found, catalogue),
        "typed": _typed(asked),
        "begun": _begun(asked),
        "may_add": _may_add(viewer, asked),
        "text_max": TEXT_MAX,
        "viewer": viewer,
    }
    return render(request, "web/search.html", content)


def _find_straight(viewer: Viewer, code: str) -> str | None:
    """Return the page of what a code names where it names one thing; the family's before the person's."""
    found = find_code(viewer, code)
    if found.family is not None:
        return f"/families/{code}/"
    if found.person is not None:
        return f"/people/{code}/"
    try:
        return f"/lists/{access_list(viewer, code).code}/"
    except NotFound:
        return None


def _may_add(viewer: Viewer, asked: Asked) -> bool:
    return viewer.role != "viewer" and (asked.nid is not None or len(asked.words) > 1)


def _typed(asked: Asked) -> dict[str, str]:
    """Return what was typed, field by field: it goes on in a form, never in an address."""
    year = asked.readings[0].birth_year if asked.readings else None
    typed = {
        "nid": asked.nid or "", "phone": "" if asked.phone is None else f"0{asked.phone}",
        "name": " ".join(asked.name_written), "born": str(year or ""), "place": " ".join(asked.place_written),
    }  # fmt: skip
    return {name: value for name, value in typed.items() if value}


def _begun(asked: Asked) -> dict[str, str]:
    """Return the fields of a new family's form that were typed here."""
    fields = {"nid": "nid-0", "phone": "phone-0", "name": "name-0", "born": "birth-0"}
    begun = {fields[name]: value for name, value in _typed(asked).items() if name in fields}
    place = asked.readings[0].place if asked.readings else None
    return begun | (
        {("governorate" if len(place) == GOVERNORATE_LETTERS else "markaz"): place} if place else {}
    )


def _answer(viewer: Viewer, asked: Asked, found: Found, *, may_find: bool) -> str:
    """Say in a sentence what was found, or why nothing could be looked for."""
    if not may_find:
        if asked.nid_problem is not None:
            return show_digits(say("search.nid_wrong"))
        return show_digits(say(f"search.{asked.kind}", longest=TEXT_MAX))
    if not found.people:
        return say("search.none_desk" if viewer.is_desk else "search.none")
    people = count_of(found.people, "person")
    code = "search.found_more" if found.has_more else "search.found"
    sentences = [say(code, people=people, families=count_of(len(found.families), "family"))]
    if found.place_dropped:
        sentences.append(say("search.place_dropped"))
    if all(one.fit == "misspelt" for family in found.families for one in family.people):
        sentences.append(say("search.misspelt"))
    return show_digits(" ".join(sentences))


def _cards(viewer: Viewer, found: Found, catalogue: Catalogue) -> list[FamilyCard]:
    people = [person for family in found.families for person in family.people]
    codes = [code for one in people for code in (one.best.governorate, one.best.markaz)]
    places = name_places(viewer, codes)
    families = [family.family_id for family in found.families if family.family_id is not None]
    covered = list_latest_coverage(viewer, families)
    return [
        FamilyCard(
            found=family,
            people=tuple(_line(viewer, one, places) for one in family.people),
            coverage=coverage_words(covered.get(family.family_id or 0, ()), catalogue),
            is_covered=is_covered_now(covered.get(family.family_id or 0, ()), catalogue),
        )
        for family in found.families
    ]


def _line(viewer: Viewer, one: PersonFound, places: Mapping[str, PlaceName]) -> PersonLine:
    lists = count_of(one.card.lists, "list") if one.card.lists else say("search.not_matched")
    if viewer.is_desk and one.card.organisations > 1:
        lists = say(
            "search.lists_of", lists=lists, organisations=count_of(one.card.organisations, "organisation")
        )
    born = "" if one.best.birth_date is None else say("search.born_in", year=str(one.best.birth_date.year))
    place = place_words(one.best.governorate, one.best.markaz, one.best.village, places)
    facts = [born, place, lists, say(f"search.fit.{one.fit}")]
    return PersonLine(
        found=one,
        facts=show_digits(" · ".join(fact for fact in facts if fact)),
        also=join_list(one.other_names[:3]),
    )


def place_words(
    governorate: str | None, markaz: str | None, village: str | None, places: Mapping[str, PlaceName]
) -> str:
    """Write a place from the smallest to the largest."""
    names = [village or ""]
    for code in (markaz, governorate):
        place = places.get(code or "")
        if place is not None:
            names.append(named(place))
    return join_places([name for name in dict.fromkeys(names) if name])


def is_covered_now(covered: tuple[Coverage, ...], catalogue: Catalogue) -> bool:
    """Tell whether anything covers a family in the newest month that anybody reported, or later."""
    this_month = month_of(timezone.localdate())
    now = min(catalogue.newest or this_month, this_month)
    return any(one.month == ONCE or one.month >= now for one in covered)


def coverage_words(covered: tuple[Coverage, ...], catalogue: Catalogue) -> str:
    """Say what covers a family last: the two newest slots, by whom."""
    said = [
        say(
            "search.covered_once" if one.month == ONCE else "search.covered",
            slot=name_of(one.slot, catalogue.slots),
            month=month_words(one.month),
            by=say(f"search.by_{one.covered_by}"),
        )
        for one in covered[:2]
    ]
    return show_digits(join_list(said))


def _elsewhere(viewer: Viewer, asked: Asked, found: Found, catalogue: Catalogue) -> list[str]:
    """Return the sentences of the coordination answer; none where the viewer may not ask or typed too little."""
    if asked.nid is not None and found.people:
        return []
    answer = ask_elsewhere(viewer, asked)
    if answer is None:
        officer = viewer.role == "officer" and bool(asked.readings) and not found.people
        return [say("search.elsewhere_needs")] if officer else []
    return elsewhere_sentences(answer, catalogue)


def elsewhere_sentences(answer: Elsewhere, catalogue: Catalogue) -> list[str]:
    """Say what may be said of a family that only others know."""
    if answer.outcome == "limited":
        again = "" if answer.again_at is None else time_words(answer.again_at)
        return [show_digits(say("search.elsewhere_limited", again=again))]
    if answer.outcome != "known":
        return [say(f"search.elsewhere_{answer.outcome}")]
    lines = [say("search.elsewhere_known")]
    for one in answer.coverage:
        slot = name_of(one.slot, catalogue.slots)
        by = say(f"search.by_{one.covered_by}")
        if one.free_from is None:
            lines.append(say("search.elsewhere_once", slot=slot, by=by))
        else:
            lines.append(
                say(
                    "search.elsewhere_covered", slot=slot, by=by, month=month_words(one.month),
                    again=month_words(one.free_from),
                )
            )  # fmt: skip
    if not answer.coverage:
        lines.append(say("search.elsewhere_uncovered"))
    if answer.oldest_report is not None:
        lines.append(say("search.elsewhere_oldest", month=month_words(answer.oldest_report)))
    return [show_digits(line) for line in lines]


ROUTES = [path("search/", search, name="search")]
