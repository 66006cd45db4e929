"""
Search over people, by one box: own people for an organisation, everybody for the desk.

The database writes who searched, with a keyed digest of what, before it reads the index, which nobody but its
functions may read. What only others know of is asked of `benefits.elsewhere`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from rapidfuzz.distance import OSA

from wasl.country.egypt.names import known_names, name_parts, standardise_token
from wasl.kernel.folding import fold
from wasl.organisations.viewer import Viewer
from wasl.registry.codes import find_family, find_person
from wasl.registry.search_words import Asked, Reading
from wasl.store.reading import read_rows
from wasl.store.sealing import keyed_index

PEOPLE_MAX = 20
CANDIDATES_MAX = 300
# How the words fit, best first.
FITS = ("number", "exact", "folded", "spelling", "misspelt")


@dataclass(frozen=True)
class Candidate:
    """One record that fits, as it was written."""

    reading: int
    record_id: int
    organisation_id: int
    person_id: int | None
    name: str
    birth_date: date | None
    birth_precision: str | None
    governorate: str | None
    markaz: str | None
    village: str | None
    deceased: bool


@dataclass(frozen=True)
class PersonCard:
    """How a person and their family are called, and in how many lists, of how many organisations, they stand."""

    code: str | None = None
    family_id: int | None = None
    family_code: str | None = None
    lists: int = 0
    organisations: int = 0


NO_CARD = PersonCard()


@dataclass(frozen=True)
class PersonFound:
    """
    One person (best estimate) as the records that fit name them; the record that fits best stands first.

    The card is empty for a record that came after the last matching: nobody knows yet whose it is.
    """

    candidates: tuple[Candidate, ...]
    fit: str
    in_place: bool
    card: PersonCard = NO_CARD

    @property
    def best(self) -> Candidate:
        """The record that fits best."""
        return self.candidates[0]

    @property
    def other_names(self) -> tuple[str, ...]:
        """How else the person is written, among the records that fit."""
        names = dict.fromkeys(one.name for one in self.candidates if one.name and one.name != self.best.name)
        return tuple(names)


@dataclass(frozen=True)
class FamilyFound:
    """People who were found in one family; alone where theirs is not known."""

    family_id: int | None
    code: str | None
    people: tuple[PersonFound, ...]


@dataclass(frozen=True)
class Found:
    """What a search found; `has_more` where a word more would find others."""

    families: tuple[FamilyFound, ...]
    people: int
    has_more: bool
    place_dropped: bool


@dataclass(frozen=True)
class CodeFound:
    """What a code names."""

    family: int | None = None
    person: int | None = None


def digest_of(asked: Asked) -> str:
    """Give what an access entry keeps of the words: the same words again give the same, and nobody reads them."""
    digest = keyed_index([f"search\x1f{asked.nid or asked.phone or fold(asked.text)}"])[0]
    return digest.hex() if digest else ""


def find_code(viewer: Viewer, code: str) -> CodeFound:
    """Return the family and the person that a code names, as far as they are the viewer's."""
    return CodeFound(find_family(viewer, code), find_person(viewer, code))


def search_people(viewer: Viewer, asked: Asked) -> Found:
    """
    Find the viewer's people who fit, the best first, at most twenty; leaves an access entry.

    Ranks: an id or a phone, then all words as written, as folded, in another spelling, with one misspelt; those in
    the place that was typed before others. An organisation's answer depends on its own records alone.
    """
    candidates = _candidates(viewer, asked)
    people = _rank(asked, candidates)
    shown = people[:PEOPLE_MAX]
    cards = list_people_cards(viewer, [one.best.person_id for one in shown if one.best.person_id is not None])
    named = [_with_card(one, cards.get(one.best.person_id or 0)) for one in shown]
    return Found(
        families=tuple(_by_family(named)),
        people=len(named),
        has_more=len(people) > PEOPLE_MAX or len(candidates) >= CANDIDATES_MAX,
        place_dropped=any(one.place for one in asked.readings) and not any(one.in_place for one in named),
    )


def _candidates(viewer: Viewer, asked: Asked) -> list[Candidate]:
    readings = [reading.wanted() for reading in asked.readings]
    values = [
        asked.kind, digest_of(asked), keyed_index([asked.nid])[0], asked.phone, Jsonb(readings), CANDIDATES_MAX,
    ]  # fmt: skip
    rows = read_rows(viewer, "SELECT * FROM registry_search_people(%s, %s, %s, %s, %s, %s)", values)
    return [Candidate(*row) for row in rows]


def _rank(asked: Asked, candidates: Iterable[Candidate]) -> list[PersonFound]:
    people: dict[tuple[str, int], list[tuple[tuple[Any, ...], Candidate]]] = {}
    for one in candidates:
        key = ("person", one.person_id) if one.person_id is not None else ("record", one.record_id)
        rank = _rank_one(asked, one)
        if rank is not None:
            people.setdefault(key, []).append((rank, one))
    ranked = []
    for found in people.values():
        found.sort(key=lambda pair: (pair[0], pair[1].record_id))
        best, _ = found[0]
        ranked.append((best, PersonFound(tuple(one for _, one in found), FITS[best[0]], best[1] == 0)))
    ranked.sort(key=lambda pair: (pair[0], pair[1].best.record_id))
    return [person for _, person in ranked]


def _rank_one(asked: Asked, one: Candidate) -> tuple[Any, ...] | None:
    """Give how well a record fits, smaller is better; None where only the numbers of its words did."""
    if one.reading == 0:
        return (0, 0, 0, 0, 0)
    mended = one.reading > 100
    reading = asked.readings[0 if mended else one.reading - 1]
    standard = [standardise_token(part) for part in name_parts(one.name)]
    missing = set(reading.words) - set(standard)
    if len(missing) > (1 if mended else 0) or not all(_may_be_slip(word, standard) for word in missing):
        return None
    fit = FITS.index("misspelt") if mended else _fit_of_spelling(asked, reading, one.name)
    away = int((reading.place is not None or reading.place_dropped) and not _is_in(reading, one))
    away += int(asked.readings[0].birth_year != reading.birth_year)
    return (fit, away, *_order(reading.words, standard), len(standard))


def _may_be_slip(word: str, standard: Sequence[str]) -> bool:
    """Tell whether a name holds the word misspelt: of two common names, حسن and حسني, neither is the other's slip."""
    near = [one for one in standard if OSA.distance(one, word, score_cutoff=1) <= 1]
    return word not in known_names() or any(one not in known_names() for one in near)


def _fit_of_spelling(asked: Asked, reading: Reading, name: str) -> int:
    typed = [word for word in asked.written if standardise_token(fold(word)) in reading.words]
    words = set(name.split())
    if typed and all(word in words for word in typed):
        return FITS.index("exact")
    folded = set(fold(name).split())
    if typed and all(set(fold(word).split()) <= folded for word in typed):
        return FITS.index("folded")
    return FITS.index("spelling")


def _is_in(reading: Reading, one: Candidate) -> bool:
    return reading.place is not None and reading.place in (one.governorate, one.markaz)


def _order(words: Sequence[str], standard: Sequence[str]) -> tuple[int, int]:
    """Prefer a name that begins with the words as typed, then one that has them in that order."""
    begins = list(standard[: len(words)]) == list(words)
    places = [standard.index(word) for word in words if word in standard]
    return int(not begins), int(places != sorted(places))


def _with_card(person: PersonFound, card: PersonCard | None) -> PersonFound:
    if card is None:
        return person
    return PersonFound(person.candidates, person.fit, person.in_place, card)


def list_people_cards(viewer: Viewer, people: Sequence[int]) -> dict[int, PersonCard]:
    """Return how the viewer's people and their families are called; nothing for who is not theirs."""
    if not people:
        return {}
    rows = read_rows(viewer, "SELECT * FROM registry_people_cards(%s)", [list(people)])
    return {row[0]: PersonCard(*row[1:]) for row in rows}


def _by_family(people: Iterable[PersonFound]) -> Iterable[FamilyFound]:
    """Bring people of one family together, where the best of them stands."""
    families: dict[tuple[str, int], list[PersonFound]] = {}
    for one in people:
        key = (
            ("family", one.card.family_id)
            if one.card.family_id is not None
            else ("record", one.best.record_id)
        )
        families.setdefault(key, []).append(one)
    for members in families.values():
        yield FamilyFound(members[0].card.family_id, members[0].card.family_code, tuple(members))
