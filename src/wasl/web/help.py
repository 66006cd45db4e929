"""Help for whoever is signed in: what Wasl is, how each thing is done, what the words mean, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from wasl.organisations.rules import Role
from wasl.web.access import page
from wasl.web.viewing import get_viewer_of
from wasl.web.words import WORDS

EVERYBODY = frozenset(Role)
WRITERS = frozenset({Role.DESK, Role.OFFICER})
GIVERS = frozenset({Role.OFFICER})
DESK = frozenset({Role.DESK})
GLOSSARY = (
    "list", "row", "fate", "family", "person", "organisation", "desk", "need", "slot", "giving",
    "grant", "exception", "coverage", "overlap", "repeat", "gap", "unknown", "certain", "likely",
    "link", "verdict", "standing", "season", "code",
)  # fmt: skip
GRADES = ("certain", "likely", "unknown")


@dataclass(frozen=True)
class Section:
    """One chapter; its words are `help.CODE`, `help.CODE.1` and so on, told as `kind` says."""

    code: str
    kind: str
    roles: frozenset[Role] = EVERYBODY


@dataclass(frozen=True)
class Chapter:
    """A section as the template gets it, with the codes of its words."""

    code: str
    kind: str
    title: str
    words: list[str]


@dataclass(frozen=True)
class Key:
    """A key and what it does; `page` is the code of the words for where."""

    keys: tuple[str, ...]
    words: str
    page: str
    roles: frozenset[Role] = EVERYBODY


SECTIONS = (
    Section("what", "text"),
    Section("role", "text"),
    Section("who", "steps"),
    Section("bring", "steps", WRITERS),
    Section("mend", "steps", WRITERS),
    Section("by_hand", "steps", WRITERS),
    Section("reserve", "steps", GIVERS),
    Section("deliver", "steps", GIVERS),
    Section("in_bulk", "steps", GIVERS),
    Section("agree", "steps", WRITERS),
    Section("certainty", "grades"),
    Section("calendar", "legend"),
    Section("overlaps", "text"),
    Section("gaps", "text"),
    Section("review", "steps", DESK),
    Section("matching", "steps", DESK),
    Section("others", "list"),
    Section("keys", "keys"),
    Section("words", "glossary"),
    Section("ask", "text"),
)
CALENDAR = ("own", "other", "state", "reserved", "open", "unknown")
KEYS = (
    Key(("/",), "help.key.search", "help.key.everywhere"),
    Key(("Tab",), "help.key.next", "help.key.everywhere"),
    Key(("↑", "↓"), "help.key.rows", "help.key.tables"),
    Key(("1",), "help.key.same", "help.key.review", DESK),
    Key(("2",), "help.key.different", "help.key.review", DESK),
    Key(("3",), "help.key.unsure", "help.key.review", DESK),
    Key(("4",), "help.key.reason", "help.key.review", DESK),
    Key(("5",), "help.key.skip", "help.key.review", DESK),
    Key(("0",), "help.key.undo", "help.key.review", DESK),
)


@page(desk=True, officer=True, viewer=True)
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the help that the viewer's role has use for."""
    role = Role(get_viewer_of(request).role)
    content = {
        # As Excel writes an id that it took for a number.
        "example": "2.85E+13",
        "chapters": [_chapter(one, role) for one in SECTIONS if role in one.roles],
        "grades": [(grade, f"help.grade.{grade}", f"help.grade.{grade}.means") for grade in GRADES],
        "calendar": [(state, f"help.cell.{state}", f"help.cell.{state}.means") for state in CALENDAR],
        "keys": [key for key in KEYS if role in key.roles],
        "glossary": [(f"help.word.{word}", f"help.word.{word}.means") for word in GLOSSARY],
    }
    return render(request, "web/help.html", content)


def _chapter(section: Section, role: Role) -> Chapter:
    # What a role may do is the role's own text.
    stem = f"help.role.{role.value}" if section.code == "role" else f"help.{section.code}"
    numbered = [f"{stem}.{number}" for number in range(1, 20)]
    return Chapter(
        section.code, section.kind, f"help.{section.code}", [code for code in numbered if code in WORDS]
    )


ROUTES = [path("help/", help_page, name="help")]
