"""
What somebody typed of a person they stand before, read as the lists are read, field by field.

Pure but for the tables of places. Nothing is guessed: what cannot be read is named with its field. Numbers
typed among the words of the name are taken for what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from wasl.country.egypt.calendar import parse_date
from wasl.country.egypt.name_cells import clean_person_name
from wasl.country.egypt.national_id import FEMALE, MALE, NationalId, check_national_id
from wasl.country.egypt.phones import parse_phone
from wasl.country.egypt.places import NOWHERE, Place, PlaceIndex, bare_name, split_address, village_key
from wasl.kernel.folding import fold, fold_digits
from wasl.linkage.identify import Answer, Candidate, Evidence
from wasl.linkage.identify_query import Query

LONGEST = {"nid": 40, "name": 150, "born": 40, "sex": 20, "place": 100, "phone": 40, "spouse_nid": 40}
OLDEST_YEAR = 1900
SEXES = {
    "1": MALE, "m": MALE, "male": MALE, "ذكر": MALE, "رجل": MALE,
    "2": FEMALE, "f": FEMALE, "female": FEMALE, "انثي": FEMALE, "امراه": FEMALE, "سيده": FEMALE,
}  # fmt: skip

_KINDS = frozenset(["عزبه", "كفر", "نجع", "قريه", "منشاه", "نزله", "كوم", "ابو", "بني", "ام", "ميت", "شبرا"])
"""First words of a village's name, which alone name none."""
_ID_AMONG = re.compile(r"(?<![0-9])[23](?:[ -]?[0-9]){13}(?![0-9])")
_PHONE_AMONG = re.compile(r"(?<![0-9])(?:\+?20|0)?1[0125](?:[ -]?[0-9]){8}(?![0-9])")
_DATE_AMONG = re.compile(r"(?<![0-9])(?:[0-9]{1,2}[/\-.][0-9]{1,2}[/\-.])?(?:19|20)[0-9]{2}(?![0-9])")


@dataclass(frozen=True)
class Typed:
    """The fields as they were typed; blank where nothing was."""

    nid: str = ""
    name: str = ""
    born: str = ""
    sex: str = ""
    place: str = ""
    phone: str = ""
    spouse_nid: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in vars(self).values())


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, as a code of the words."""

    field: str
    code: str


@dataclass(frozen=True)
class Understood:
    """
    The fields as they were understood; None where nothing was typed.

    `precision` says what of `born` is known: `day`, `month` or `year`.
    """

    typed: Typed
    nid: NationalId | None = None
    name: str | None = None
    born: date | None = None
    precision: str | None = None
    sex: int | None = None
    place: Place = NOWHERE
    phone: int | None = None
    spouse: NationalId | None = None

    @property
    def village(self) -> str:
        """Give the village in the words it was typed in, as far as they can be told from the rest."""
        key = self.place.village_key
        pieces = [piece for piece in split_address(self.typed.place) if village_key(piece) == key]
        return "" if key is None else pieces[0] if pieces else key

    @property
    def query(self) -> Query:
        """Give what is asked."""
        return Query(
            nid=self.nid.text if self.nid else None,
            name=self.name,
            born=self.born,
            precision=self.precision,
            sex=self.sex,
            governorate=self.place.governorate,
            markaz=self.place.markaz,
            village=self.place.village_key,
            phone=self.phone,
            spouse_nid=self.spouse.text if self.spouse else None,
        )


def sentence_of(answer: Answer) -> str:
    """Return the code of the sentence that answers."""
    likely = [one for one in answer.candidates if one.band != "new"]
    if answer.contested and answer.band != "same":
        return "who.answer.contested"
    if answer.band == "possible" and len(likely) > 1:
        return "who.answer.possible_many"
    if answer.band == "new" and answer.elsewhere is not None and answer.elsewhere.outcome == "known":
        return "who.answer.elsewhere"
    return f"who.answer.{answer.band}"


def evidence_of(one: Candidate) -> tuple[Evidence, ...]:
    """Return what speaks for and against somebody; an id that says it alone is its own evidence, weighed or not."""
    return one.evidence or ((Evidence("nid", "same", 0),) if one.basis == "id" else ())


def understand(typed: Typed, *, today: date) -> tuple[Understood, tuple[Problem, ...]]:
    """Return what the fields say, and what is wrong with those that say nothing."""
    typed = _with_numbers_apart(typed)
    problems: list[Problem] = []
    if typed.is_blank:
        problems.append(Problem("name", "who.nothing"))
    problems += [
        Problem(name, "who.too_long") for name, text in vars(typed).items() if len(text) > LONGEST[name]
    ]
    if problems:
        return Understood(typed), tuple(problems)
    nid, spouse = (_read_id(text, today) for text in (typed.nid, typed.spouse_nid))
    born, precision = _read_birth(typed.born, today)
    understood = Understood(
        typed=typed,
        nid=nid if isinstance(nid, NationalId) else None,
        name=clean_person_name(typed.name).text or None,
        born=born,
        precision=precision,
        sex=SEXES.get(fold(typed.sex)),
        place=_find_place(typed.place) if typed.place else NOWHERE,
        phone=parse_phone(typed.phone),
        spouse=spouse if isinstance(spouse, NationalId) else None,
    )
    return understood, tuple(_find_problems(understood, today))


def _find_problems(read: Understood, today: date) -> Iterator[Problem]:
    typed = read.typed
    for name, text, found in (("nid", typed.nid, read.nid), ("spouse_nid", typed.spouse_nid, read.spouse)):
        state = _read_id(text, today)
        if text and found is None and isinstance(state, str):
            yield Problem(name, f"who.nid_{state}")
    if read.nid is not None and read.spouse is not None and read.nid.text == read.spouse.text:
        yield Problem("spouse_nid", "who.spouse_same")
    if typed.name and read.name is None:
        yield Problem("name", "who.name_unreadable")
    if typed.born and read.born is None:
        yield Problem("born", "who.born_unreadable")
    if typed.sex and read.sex is None:
        yield Problem("sex", "who.sex_unreadable")
    if typed.phone and read.phone is None:
        yield Problem("phone", "who.phone_unreadable")
    if typed.place:
        yield from _problems_of_place(read.place, typed.place)


def _problems_of_place(place: Place, text: str) -> Iterator[Problem]:
    if place == NOWHERE:
        yield Problem("place", "who.place_unknown")
    elif place.markaz is None and place.governorate is None:
        # A name that several governorates have a markaz of is not taken for a village.
        several = PlaceIndex.load().marakiz.get(bare_name(text), {})
        yield Problem("place", "who.place_several" if len(several) > 1 else "who.place_village_alone")


def _find_place(text: str) -> Place:
    """Find a place in words without any mark between them: ملوي شارونة as well as شارونة، ملوي، المنيا."""
    index = PlaceIndex.load()
    whole = index.find(address_text=text)
    words = text.split()
    if whole.governorate is not None or whole.markaz is not None:
        return whole
    for cut in range(1, len(words)):
        ahead, behind = " ".join(words[:cut]), " ".join(words[cut:])
        for markaz, village in ((ahead, behind), (behind, ahead)):
            if fold(village) not in _KINDS and index.find_markaz(markaz, None) is not None:
                return index.find(markaz_text=markaz, village_text=village)
    return whole


def _read_id(text: str, today: date) -> NationalId | str | None:
    return check_national_id(text, today) if text else None


def _read_birth(text: str, today: date) -> tuple[date | None, str | None]:
    read = parse_date(text, latest=today) if text else None
    if read is None or read.value is None or read.value.year < OLDEST_YEAR or read.value > today:
        return None, None
    return read.value, read.precision


def _with_numbers_apart(typed: Typed) -> Typed:
    """Move an id, a phone and a date out of the words of the name, each to its field where that is empty."""
    text = fold_digits(" ".join(typed.name.split()))
    found = {"nid": typed.nid, "phone": typed.phone, "born": typed.born}
    for field, form in (("nid", _ID_AMONG), ("phone", _PHONE_AMONG), ("born", _DATE_AMONG)):
        seen = form.search(text)
        if seen is not None and not found[field]:
            found[field] = seen[0]
            text = " ".join(text.replace(seen[0], " ", 1).split())
    rest = {name: " ".join(value.split()) for name, value in vars(typed).items()}
    return replace(Typed(**rest), name=text, **found)
