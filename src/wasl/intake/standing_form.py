"""
A family as an officer types it, and what the reading found to say about it.

Everything is text as typed, blank where it is not known. The content is personal: `to_text` is for
sealing, never for a column, a log or a job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from wasl.kernel.errors import InvalidInput

MOST_PEOPLE = 20
LONGEST_CELL = 200
LONGEST_NOTE = 500

# How relations stand in the sheet, as a clerk writes them; the reading knows each of these words.
RELATIONS = {
    "head": "رب الأسرة",
    "head_woman": "ربة الأسرة",
    "wife": "زوجة",
    "husband": "زوج",
    "son": "ابن",
    "daughter": "ابنة",
    "father": "والد رب الأسرة",
    "mother": "والدة رب الأسرة",
    "brother": "أخ",
    "sister": "أخت",
    "grandson": "حفيد",
    "granddaughter": "حفيدة",
    "ward": "مكفول",
    "other": "قريب",
}
SEXES = {"male": "ذكر", "female": "أنثى"}


@dataclass(frozen=True)
class HandPerson:
    """One person of the form; `relation` and `sex` are keys of `RELATIONS` and `SEXES`, or blank."""

    name: str = ""
    relation: str = ""
    nid: str = ""
    birth: str = ""
    sex: str = ""
    phone: str = ""

    @property
    def is_blank(self) -> bool:
        """Tell whether nobody was typed here: a relation alone, chosen beforehand, names nobody."""
        return not any((self.name, self.nid, self.birth, self.sex, self.phone))


@dataclass(frozen=True)
class HandFamily:
    """The whole form; places and the need by their codes."""

    people: tuple[HandPerson, ...] = ()
    governorate: str = ""
    markaz: str = ""
    village: str = ""
    need: str = ""
    note: str = ""

    def to_text(self) -> str:
        """Write it as JSON, equal for equal families."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> HandFamily:
        """Read what `to_text` wrote."""
        said = json.loads(text)
        return cls(**said | {"people": tuple(HandPerson(**person) for person in said["people"])})

    @property
    def named(self) -> tuple[HandPerson, ...]:
        """The people who were typed: blank rows of the form are nobody."""
        return tuple(person for person in self.people if not person.is_blank)


@dataclass(frozen=True)
class Finding:
    """
    What there is to say of one cell of the form: `person` is its place among the form's people, None of the family.

    `refused` is to be mended before anything is stored; the rest is shown and may be accepted.
    """

    person: int | None
    cell: str
    code: str
    refused: bool = False
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name it, so that who accepts it accepts this and no other."""
        return f"{'' if self.person is None else self.person}.{self.cell}.{self.code}"


def check_form(family: HandFamily) -> None:
    """:raises InvalidInput: more than a form holds, or a choice that was not offered: nobody typed that."""
    if len(family.people) > MOST_PEOPLE:
        raise InvalidInput("hand_form.too_many", most=MOST_PEOPLE)
    for person in family.people:
        if person.relation not in ("", *RELATIONS) or person.sex not in ("", *SEXES):
            raise InvalidInput("hand_form.malformed")
        _check_lengths(asdict(person), LONGEST_CELL)
    texts = {key: value for key, value in asdict(family).items() if key not in ("people", "note")}
    _check_lengths(texts, LONGEST_CELL)
    _check_lengths({"note": family.note}, LONGEST_NOTE)


def _check_lengths(texts: Mapping[str, str], longest: int) -> None:
    for name, text in texts.items():
        if len(text) > longest:
            raise InvalidInput("hand_form.too_long", field=name, longest=longest)
