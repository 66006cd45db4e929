"""The form of a family added by hand: what was posted, and what is shown again with what there is to say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from django.http import QueryDict

from wasl.intake.standing_form import MOST_PEOPLE, Finding, HandFamily, HandPerson
from wasl.intake.standing_queries import Choice
from wasl.kernel.errors import InvalidInput
from wasl.web.dates import day_words
from wasl.web.words import say

OF_PERSON = ("name", "relation", "nid", "birth", "sex", "phone")
OF_FAMILY = ("governorate", "markaz", "village", "need", "note")
FIRST_ROWS = 2


@dataclass(frozen=True)
class Said:
    """A finding in words, where it is said, and the family it speaks of where there is one to look at."""

    words: str
    refused: bool
    box: str
    at: str = ""
    href: str = ""


@dataclass(frozen=True)
class Box:
    """One field: its id is its name; `said` are the words beside it."""

    name: str
    value: str
    said: tuple[Said, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(one.refused for one in self.said)


@dataclass(frozen=True)
class Row:
    """One person's fields; `number` counts from 1."""

    number: int
    name: Box
    relation: Box
    nid: Box
    birth: Box
    sex: Box
    phone: Box

    @property
    def place(self) -> int:
        return self.number - 1


def empty_family() -> HandFamily:
    """Return the form as it opens."""
    head = HandPerson(relation="head")
    return HandFamily(people=(head, *[HandPerson()] * (FIRST_ROWS - 1)))


def begun_family(posted: QueryDict) -> HandFamily:
    """Return the form with what was typed on another page: who stands there, whom they are married to, where."""
    people = [
        HandPerson(**{name: _typed(posted, f"{name}-{place}") for name in OF_PERSON})
        for place in range(FIRST_ROWS)
    ]
    people[0] = replace(people[0], relation="head")
    if not people[1].is_blank:
        people[1] = replace(people[1], relation={"male": "wife", "female": "husband"}.get(people[0].sex, ""))
    return HandFamily(people=tuple(people), **{name: _typed(posted, name) for name in OF_FAMILY})


def read_posted(posted: QueryDict) -> HandFamily:
    """
    Return the family as it was posted.

    :raises InvalidInput: it is not what the form sends.
    """
    try:
        rows = int(posted.get("rows", ""))
    except ValueError as error:
        raise InvalidInput("hand_form.malformed") from error
    if not 0 < rows <= MOST_PEOPLE:
        raise InvalidInput("hand_form.too_many", most=MOST_PEOPLE)
    people = tuple(
        HandPerson(**{name: _typed(posted, f"{name}-{place}") for name in OF_PERSON}) for place in range(rows)
    )
    return HandFamily(people=people, **{name: _typed(posted, name) for name in OF_FAMILY})


def read_form_id(posted: QueryDict) -> UUID:
    """:raises InvalidInput: the form came without the number it was given."""
    try:
        return UUID(posted.get("form", ""))
    except ValueError as error:
        raise InvalidInput("hand_form.malformed") from error


def new_form_id() -> UUID:
    """Return the number by which a form sent twice is known."""
    return uuid4()


def with_rows_changed(family: HandFamily, wanted: str) -> tuple[HandFamily, str]:
    """Add an empty person or take one out, as a button says; return the field where typing goes on."""
    people = list(family.people)
    if wanted == "add" and len(people) < MOST_PEOPLE:
        people.append(HandPerson())
    place = wanted.removeprefix("remove-")
    if place.isdecimal() and int(place) < len(people) and len(people) > 1:
        del people[int(place)]
    return replace(family, people=tuple(people)), f"name-{len(people) - 1}"


def with_governorate(family: HandFamily, marakiz: Sequence[Choice]) -> tuple[HandFamily, tuple[Finding, ...]]:
    """Fill in the governorate that the markaz says; where it says another one, say so."""
    within = next((one.within for one in marakiz if one.code == family.markaz), "")
    if not family.markaz or within == family.governorate:
        return family, ()
    if not family.governorate:
        return replace(family, governorate=within), ()
    return family, (Finding(None, "markaz", "hand_form.markaz_elsewhere", refused=True),)


def name_findings(findings: Sequence[Finding]) -> str:
    """Return a short name of what there is to accept: whoever accepts it accepts this and no other."""
    keys = "\n".join(sorted(one.key for one in findings if not one.refused))
    return hashlib.sha256(keys.encode()).hexdigest()[:16] if keys else ""


def say_findings(findings: Sequence[Finding], links: Mapping[str, str]) -> list[Said]:
    """Put findings into words, those to be mended first, each with the field it is about."""
    said = []
    for one in sorted(findings, key=lambda one: (not one.refused, one.person is None, one.person or 0)):
        params = {name: _shown(value) for name, value in one.params.items()}
        words, label = say(one.code, **params), say(f"by_hand.{one.cell}")
        at = (
            say("by_hand.at_family", field=label, words=words)
            if one.person is None
            else say("by_hand.at_person", n=one.person + 1, field=label, words=words)
        )
        box = one.cell if one.person is None else f"{one.cell}-{one.person}"
        said.append(Said(words, one.refused, box, at, links.get(one.key, "")))
    return said


def _shown(value: object) -> object:
    return day_words(value) if isinstance(value, date) else value


def make_rows(family: HandFamily, said: Sequence[Said]) -> list[Row]:
    """Return the people's fields as they are shown."""
    return [
        Row(place + 1, **{name: _box(f"{name}-{place}", getattr(person, name), said) for name in OF_PERSON})
        for place, person in enumerate(family.people)
    ]


def make_boxes(family: HandFamily, said: Sequence[Said]) -> dict[str, Box]:
    """Return the family's own fields as they are shown."""
    return {name: _box(name, getattr(family, name), said) for name in OF_FAMILY}


def _box(name: str, value: str, said: Sequence[Said]) -> Box:
    return Box(name, value, tuple(one for one in said if one.box == name))


def _typed(posted: QueryDict, name: str) -> str:
    return " ".join(posted.get(name, "").replace("\x00", "").split())
