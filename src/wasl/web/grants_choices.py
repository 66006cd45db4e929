"""Whom of a family something is given to: its entries and people, named in forms by own numbers alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wasl.registry.family_file import FamilyEntry, FamilyFile, Named
from wasl.web.words import has_words, say

RESERVED_BACK = 12
"""So many months back, and ahead, something may be reserved on a page."""


@dataclass(frozen=True)
class Member:
    """Somebody of the family as one of its own entries names them; `value` stands in forms."""

    value: str
    entry_id: int
    record_id: int
    name: str
    relation: str


@dataclass(frozen=True)
class EntryChoice:
    """An entry that a family's benefit may be given to; `value` stands in forms."""

    value: str
    entry_id: int
    name: str


def list_members(opened: FamilyFile, organisation_id: int | None) -> list[Member]:
    """
    Return the people whom the organisation's own entries name, each once, as the newest of them does.

    Whoever is said to have died is left out. An entry's people never change, so their place in it names them.
    """
    found: dict[int, Member] = {}
    for entry in own_entries(opened, organisation_id):
        for place, named in enumerate(entry.named):
            if not named.deceased:
                person = named.person_id or -named.record_id
                found.setdefault(
                    person,
                    Member(
                        f"{entry.reference}-{place}",
                        entry.entry_id,
                        named.record_id,
                        named.name,
                        say_relation(named),
                    ),
                )
    return list(found.values())


def list_entry_choices(opened: FamilyFile, organisation_id: int | None) -> list[EntryChoice]:
    """Return the newest entry of each family that this is for certain: one, unless it is only likely one family."""
    found: dict[int, EntryChoice] = {}
    for entry in own_entries(opened, organisation_id):
        found.setdefault(entry.subject_id, EntryChoice(entry.reference, entry.entry_id, entry.head.name))
    return list(found.values())


def own_entries(opened: FamilyFile, organisation_id: int | None) -> Sequence[FamilyEntry]:
    """Return the entries of one organisation, the newest of those that count first."""
    return [entry for entry in opened.entries if entry.organisation_id == organisation_id]


def say_relation(named: Named) -> str:
    """Return what somebody is in the family, in words."""
    relation = "head" if named.is_head else named.relation or "other"
    if not has_words(f"families.relation.{relation}"):
        relation = "other"
    return say(f"families.relation.{relation}.2" if named.sex == 2 else f"families.relation.{relation}")
