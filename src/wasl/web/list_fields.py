"""What a column of a list may be, in the words of its select: by whom it speaks of, then by what it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language

from wasl.web.words import say

PERSON = (
    "name",
    "nid",
    "birth",
    "age",
    "sex",
    "phone",
    "phone2",
    "marital",
    "relation",
    "status",
    "deceased",
)
PARTS = ("name_part1", "name_part2", "name_part3", "name_part4", "name_last")
OTHERS = ("name", "nid", "birth", "age", "sex", "phone", "status")
CHILD = ("name", "nid", "birth", "age", "sex", "status")
CHILDREN = 8
LINE_GROUPS = {
    "benefit": ("need", "month", "year", "given_on", "quantity", "value", "unit_value", "paid_by"),
    "place": ("governorate", "markaz", "local_unit", "village", "address"),
    "row": ("serial", "family_no", "file_no", "family_size", "notes"),
}
ORIGIN = ("origin_list", "origin_row")


@dataclass(frozen=True)
class FieldGroup:
    """One group of a select: its words, and (field, words) in order."""

    words: str
    options: tuple[tuple[str, str], ...]


def field_groups() -> tuple[FieldGroup, ...]:
    """Return what a column may be, in the language of the page."""
    return _field_groups(get_language() or "ar")


@cache
def _field_groups(language: str) -> tuple[FieldGroup, ...]:
    owners = [("self", PERSON + PARTS), ("spouse", OTHERS), ("head", OTHERS), ("spouse2", OTHERS)]
    owners += [(f"child{number}", CHILD) for number in range(1, CHILDREN + 1)]
    groups = [
        FieldGroup(
            _owner(owner), tuple((f"{owner}.{what}", say_field(f"{owner}.{what}")) for what in attributes)
        )
        for owner, attributes in owners
    ]
    groups[1:1] = [
        FieldGroup(say(f"lists.fields.{name}"), tuple((field, say_field(field)) for field in fields))
        for name, fields in LINE_GROUPS.items()
    ]
    return tuple(groups)


def is_field(field: str) -> bool:
    """Tell whether a select offers this."""
    return field == "ignore" or any(field == one for group in field_groups() for one, _ in group.options)


def say_field(field: str | None) -> str:
    """Return the words for a field: الاسم، or الاسم (الزوجة) where it is not whom the row is about."""
    if field is None or field == "ignore":
        return say("lists.field.ignore")
    owner, _, attribute = field.rpartition(".")
    words = say(f"lists.field.{attribute}")
    return words if owner in ("", "self") else f"{words} ({_owner(owner)})"


def _owner(owner: str) -> str:
    if owner.startswith("child"):
        return say("lists.owner.child", number=owner.removeprefix("child"))
    return say(f"lists.owner.{owner}")
