"""Who a family that was just added turned out to be: ours already, known elsewhere, or new."""

from __future__ import annotations

from dataclasses import dataclass

from wasl.benefits.calendar import read_catalogue
from wasl.benefits.elsewhere import list_latest_coverage
from wasl.intake.queries import ListView
from wasl.intake.standing_queries import AddedFamily
from wasl.jobs.queries import JobView
from wasl.organisations.viewer import Viewer
from wasl.registry.family_file import FamilyEntry, FamilyFile, MovedFamily, open_family
from wasl.registry.search import list_people_cards
from wasl.web.search import coverage_words
from wasl.web.words import say

REASONS = ("busy", "waits")


@dataclass(frozen=True)
class Person:
    """One line of the form: `code` is the person's, `known` tells whether the organisation had them before."""

    name: str
    code: str | None
    known: bool


@dataclass(frozen=True)
class TurnedOut:
    """
    Who the family is: `existing` (ours already), `people` (some of its people are, in another family of ours),
    `elsewhere`, `new` to everybody or `own_new` (new to us, others were not asked); `linking` while it goes on,
    `later` where it could not be linked at once.
    """

    outcome: str
    sentence: str
    family: str = ""
    coverage: str = ""
    people: tuple[Person, ...] = ()


def find_who(viewer: Viewer, family: AddedFamily, of: ListView, job: JobView | None) -> TurnedOut:
    """Say who a family is, by what its lines were linked to and by what others answered before."""
    result = (job.result or {}) if job is not None else {}
    if job is not None and job.is_open:
        return _told("linking")
    if family.family_code is None:
        reason = str(result.get("reason", ""))
        return _told("later", f"later_{reason}" if reason in REASONS else "later")
    opened = _open(viewer, family.family_code)
    own = [one for one in opened.entries if one.organisation_id == of.organisation_id]
    added = next((one for one in own if one.list_id == of.list_id), own[0])
    people = _people(viewer, added, own)
    outcome = _judge(viewer, opened, own, result.get("elsewhere"))
    if outcome != "existing" and any(one.known for one in people):
        outcome = "people"
    covered = list_latest_coverage(viewer, [opened.family_id]).get(opened.family_id, ())
    if outcome == "own_new" and any(one.covered_by != "own" for one in covered):
        outcome = "elsewhere"
    return TurnedOut(
        outcome,
        say(f"by_hand.who.{outcome}"),
        opened.code,
        coverage_words(covered, read_catalogue(viewer)),
        tuple(people),
    )


def _told(outcome: str, words: str = "") -> TurnedOut:
    return TurnedOut(outcome, say(f"by_hand.who.{words or outcome}"))


def _open(viewer: Viewer, code: str) -> FamilyFile:
    try:
        return open_family(viewer, code, why="list")
    except MovedFamily as moved:
        return open_family(viewer, moved.code, why="list")


def _judge(viewer: Viewer, opened: FamilyFile, own: list[FamilyEntry], elsewhere: object) -> str:
    if len(own) > 1 or any(one.lists > 1 for one in own):
        return "existing"
    if elsewhere == "known" or len(opened.entries) > len(own):
        return "elsewhere"
    return "new" if viewer.is_desk or elsewhere == "unknown" else "own_new"


def _people(viewer: Viewer, added: FamilyEntry, own: list[FamilyEntry]) -> list[Person]:
    before = {named.person_id for one in own if one is not added for named in one.named}
    if not viewer.is_desk:
        # For an organisation a card counts its own lists alone: the one of this form, and others.
        cards = list_people_cards(viewer, [named.person_id for named in added.named if named.person_id])
        before |= {person for person, card in cards.items() if card.lists > 1}
    return [
        Person(named.name, named.person_code, added.lists > 1 or named.person_id in before)
        for named in added.named
    ]
