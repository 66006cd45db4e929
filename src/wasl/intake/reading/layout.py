"""Whether a row is a person or a family, and which rows belong to one family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wasl.country.egypt.names import is_absent
from wasl.country.egypt.relations import find_relation, find_sex
from wasl.intake.reading.contents import Profile
from wasl.intake.reading.model import Grouping, Layout

Row = Sequence[str | None]
MOST_IN_FAMILY = 30
"""A number on more rows than that in a row is a branch's or a village's code, no family's."""


@dataclass(frozen=True)
class Shape:
    """Layout and grouping, with the field that numbers families where one does."""

    layout: Layout
    grouping: Grouping
    number_field: str | None = None
    head_said_as: str | None = None


def find_shape(fields: Mapping[str, int], rows: Sequence[Row], profiles: Sequence[Profile]) -> Shape:
    """Decide from the fields found and from a sample of the data."""
    owners = {field.split(".")[0] for field in fields if "." in field} - {"head", "self"}
    layout: Layout = "family" if owners else "person"
    number = _family_number(fields, profiles)
    if number:
        return Shape(layout, "number", number)
    if layout == "person" and ("head.name" in fields or "head.nid" in fields):
        return Shape(layout, "head_column")
    heads = _find_heads(fields, rows) if layout == "person" else None
    if heads:
        return Shape(layout, "head", head_said_as=None if heads == "head" else heads)
    if _continues(fields, rows, layout):
        return Shape(layout, "continuation")
    return Shape(layout, "row")


def _family_number(fields: Mapping[str, int], profiles: Sequence[Profile]) -> str | None:
    """A number that several rows share, next to each other or not."""
    for field, least in (("family_no", 0.0), ("file_no", 0.05), ("serial", 0.15)):
        index = fields.get(field)
        if index is None:
            continue
        profile = profiles[index]
        own = field == "family_no"
        if profile.longest_run > (MOST_IN_FAMILY if own else MOST_IN_FAMILY // 2):
            continue
        if (profile.repeats_above > least and (own or profile.distinct > 0.05)) or (
            own and profile.distinct < 0.98
        ):
            return field
    return None


def _find_heads(fields: Mapping[str, int], rows: Sequence[Row]) -> str | None:
    """
    Which relation begins a family: `head`, else the husband (`spouse`) or the father (`parent`).

    Lists without رب الأسرة say الزوج, الزوجة, ابن: a man called so comes first in his family.
    """
    index = fields.get("self.relation")
    if index is None:
        return None
    cells = [row[index] for row in rows if index < len(row) and row[index]]
    relations = [find_relation(cell) for cell in cells]
    if "head" in relations:
        return "head" if any(relation not in {None, "head"} for relation in relations) else None
    men = [find_sex(cell) == 1 for cell in cells]
    for said in ("spouse", "parent"):
        first = [relation == said and man for relation, man in zip(relations, men, strict=True)]
        if first and first[0] and sum(first) < len(first):
            return said
    return None


def _cell(row: Row, index: int | None) -> str | None:
    if index is None or index >= len(row) or is_absent(row[index]):
        return None
    return row[index]


def _continues(fields: Mapping[str, int], rows: Sequence[Row], layout: Layout) -> bool:
    """Lines whose registrant (or serial and place) is blank below a full line belong to it."""
    named = [row for row in rows if _names_somebody(fields, row, layout)]
    if len(named) < 2 or not _is_start(fields, named[0], layout):
        return False
    following = [row for row in named if not _is_start(fields, row, layout)]
    least = 1 if layout == "family" else max(2, len(named) // 12)
    return len(following) >= least


def _names_somebody(fields: Mapping[str, int], row: Row, layout: Layout) -> bool:
    wanted = (
        (".name", ".nid", ".name_part1")
        if layout == "family"
        else ("self.name", "self.nid", "self.name_part1")
    )
    return any(_cell(row, index) for field, index in fields.items() if field.endswith(wanted))


def _is_start(fields: Mapping[str, int], row: Row, layout: Layout) -> bool:
    if layout == "family":
        return any(
            _cell(row, fields.get(field)) for field in ("self.name", "self.nid", "self.name_part1", "serial")
        )
    keys = [field for field in ("serial", "family_no", "file_no") if field in fields]
    return not keys or any(_cell(row, fields[field]) for field in keys)
