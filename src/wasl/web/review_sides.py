"""Two records, or two entries with their members, field by field with the letters that differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language

from wasl.intake.written import WrittenEntry, WrittenRecord
from wasl.kernel.folding import fold
from wasl.linkage.queries import PairView
from wasl.web.joining import join_places
from wasl.web.letters import Part, mark_differences
from wasl.web.words import has_words, say

_PRECISION = {"year": 4, "month": 7, "day": 10}


@dataclass(frozen=True)
class Field:
    """One line of the comparison; `is_code` where digits are read left to right."""

    words: str
    a: list[Part]
    b: list[Part]
    is_code: bool = False


@dataclass(frozen=True)
class Sides:
    """Who wrote each side, and every field that one of them has."""

    a: WrittenRecord
    b: WrittenRecord
    fields: list[Field]
    members: list[Field]


def compare_people(a: WrittenRecord, b: WrittenRecord) -> Sides:
    """Compare two records of people."""
    fields = [
        _field(code, a, b) for code in ("name", "nid", "birth", "sex", "phone", "where", "relation", "beside")
    ]
    return Sides(a, b, _known(fields), [])


def compare_entries(a: WrittenEntry, b: WrittenEntry, pairs: list[PairView]) -> Sides:
    """Compare two entries: where and how they are reached, then their members, each beside who it may be."""
    fields = [_field(code, a.head, b.head) for code in ("where", "phone")]
    members: list[Field] = []
    for number, (one, other) in enumerate(_aligned(a, b, pairs), start=1):
        words = say("review.member", number=number)
        members.append(Field(words, *_marked(_name(one), _name(other))))
        for code, read in (("nid", _nid), ("birth", _birth)):
            left, right = read(one), read(other)
            if left or right:
                members.append(Field(say(f"review.{code}"), *_marked(left, right), is_code=True))
    return Sides(a.head, b.head, _known(fields), members)


def _aligned(
    a: WrittenEntry, b: WrittenEntry, pairs: list[PairView]
) -> list[tuple[WrittenRecord | None, WrittenRecord | None]]:
    """Put members side by side: whom the evidence joins, then who is called the same, then the rest."""
    right = {member.record_id: member for member in b.members}
    left = {member.record_id: member for member in a.members}
    found: dict[int, WrittenRecord] = {}
    for pair in sorted(pairs, key=lambda one: -one.weight):
        for x, y in ((pair.a, pair.b), (pair.b, pair.a)):
            if x in left and x not in found and y in right:
                found[x] = right.pop(y)
                break
    for member in a.members:
        same = next((one for one in right.values() if fold(one.name) == fold(member.name)), None)
        if member.record_id not in found and same is not None and member.name:
            found[member.record_id] = right.pop(same.record_id)
    rows: list[tuple[WrittenRecord | None, WrittenRecord | None]]
    rows = [(member, found.get(member.record_id)) for member in a.members]
    rows.sort(key=lambda row: row[1] is None)
    return [*rows, *((None, member) for member in right.values())]


def _field(code: str, a: WrittenRecord, b: WrittenRecord) -> Field:
    read = READ[code]
    left, right = read(a), read(b)
    if code in ("sex", "relation", "beside"):
        parts = ([Part(left)] if left else [], [Part(right)] if right else [])
    else:
        parts = _marked(left, right)
    return Field(say(f"review.{code}"), *parts, is_code=code in ("nid", "birth", "phone"))


def _known(fields: list[Field]) -> list[Field]:
    return [field for field in fields if field.a or field.b]


def _marked(left: str, right: str) -> tuple[list[Part], list[Part]]:
    return mark_differences(left, right)


def _name(record: WrittenRecord | None) -> str:
    return record.name if record else ""


def _nid(record: WrittenRecord | None) -> str:
    return record.nid if record else ""


def _birth(record: WrittenRecord | None) -> str:
    if record is None or record.birth_date is None:
        return ""
    return record.birth_date.isoformat()[: _PRECISION.get(record.birth_precision or "day", 10)]


def _sex(record: WrittenRecord) -> str:
    return say(f"review.sex.{record.sex}") if record.sex else ""


def _phone(record: WrittenRecord) -> str:
    from wasl.country.egypt.phones import format_phone

    return format_phone(record.phone) if record.phone else ""


def _where(record: WrittenRecord) -> str:
    english = get_language() == "en"
    markaz = record.markaz_en if english and record.markaz_en else record.markaz_ar
    governorate = record.governorate_en if english and record.governorate_en else record.governorate_ar
    return join_places([part for part in (record.village, markaz, governorate) if part])


def _relation(record: WrittenRecord) -> str:
    code = f"review.relation.{record.relation}"
    known = say(code) if record.relation and has_words(code) else record.relation
    dead = [say("review.deceased")] if record.deceased else []
    return say("review.list_comma").join([part for part in (known,) if part] + dead)


def _beside(record: WrittenRecord) -> str:
    return say("review.list_comma").join(record.beside)


READ: dict[str, Callable[[WrittenRecord], str]] = {
    "name": _name, "nid": _nid, "birth": _birth, "sex": _sex, "phone": _phone, "where": _where,
    "relation": _relation, "beside": _beside,
}  # fmt: skip
