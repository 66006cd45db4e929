"""Mapping files: a clerk's own reading of a header, by header text or column letter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields as dataclass_fields
from pathlib import Path

import yaml

from wasl.intake.reading.model import KINDS, Mapping, Message, column_letter
from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold

PERSON_ATTRIBUTES = frozenset(
    [
        "name",
        "name_part1",
        "name_part2",
        "name_part3",
        "name_part4",
        "name_last",
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
    ]
)
LINE_FIELDS = frozenset(
    [
        "serial",
        "family_no",
        "file_no",
        "family_size",
        "need",
        "month",
        "year",
        "given_on",
        "quantity",
        "value",
        "unit_value",
        "paid_by",
        "governorate",
        "markaz",
        "local_unit",
        "village",
        "address",
        "notes",
        "origin_list",
        "origin_row",
    ]
)
_OWNER = re.compile(r"self|spouse2?|head|child[1-9][0-9]?")
_ALIASES = {"person": "self", "registrant": "self", "husband": "spouse", "wife": "spouse"}
_IGNORE = {"ignore", "none", "-", ""}


def read_mapping(path: Path) -> Mapping:
    """
    Read a mapping file (YAML).

    :raises InvalidInput: it is no YAML, or says something a mapping does not know.
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        raise InvalidInput("mapping.unreadable", file=path.name) from problem
    if not isinstance(said, dict):
        raise InvalidInput("mapping.unreadable", file=path.name)
    known = {field.name for field in dataclass_fields(Mapping)} - {"signature"}
    unknown = sorted(str(key) for key in said if key not in known)
    if unknown:
        raise InvalidInput("mapping.unknown_key", file=path.name, keys=unknown)
    columns = said.get("columns") or {}
    if not isinstance(columns, dict):
        raise InvalidInput("mapping.unreadable", file=path.name)
    values = {key: value for key, value in said.items() if value is not None}
    for key in ("need", "month", "value", "place", "paid_by", "sheet"):
        if key in values:
            values[key] = str(values[key])[:7] if key == "month" else str(values[key])
    values["columns"] = {
        str(header): normal_field(str(wanted or "ignore")) for header, wanted in columns.items()
    }
    _check_values(path, values)
    return Mapping(**values)


def _check_values(path: Path, values: dict[str, object]) -> None:
    allowed: dict[str, tuple[object, ...]] = {
        "kind": KINDS,
        "layout": ("person", "family"),
        "grouping": ("row", "number", "head", "head_column", "continuation"),
        "date_order": ("dmy", "mdy"),
    }
    for key, options in allowed.items():
        if key in values and values[key] not in options:
            raise InvalidInput("mapping.unknown_value", file=path.name, key=key, value=str(values[key]))
    row = values.get("header_row")
    if row is not None and (not isinstance(row, int) or isinstance(row, bool) or not 1 <= row <= 1000):
        raise InvalidInput("mapping.unknown_value", file=path.name, key="header_row", value=str(row))


def normal_field(text: str) -> str:
    """
    Bring a field as people write it to its own form: `name` is `self.name`, `wife.nid` `spouse.nid`.

    :raises InvalidInput: there is no such field.
    """
    bare = text.strip().lower()
    if bare in _IGNORE:
        return "ignore"
    if bare in LINE_FIELDS:
        return bare
    owner, _, attribute = bare.rpartition(".")
    owner = _ALIASES.get(owner, owner) or "self"
    if attribute not in PERSON_ATTRIBUTES or not _OWNER.fullmatch(owner):
        raise InvalidInput("mapping.unknown_field", field=text)
    return f"{owner}.{attribute}"


def fields_from_mapping(
    mapping: Mapping, texts: Sequence[str], note: Callable[[Message], None]
) -> tuple[dict[int, str], set[int]]:
    """Place a mapping's columns: by header first (folded), else by letter; what fits nowhere is said."""
    fields: dict[int, str] = {}
    ignored: set[int] = set()
    letters = {column_letter(index): index for index in range(len(texts))}
    headers = {fold(text): index for index, text in reversed(list(enumerate(texts))) if text}
    for key, wanted in mapping.columns.items():
        index = (
            letters.get(key)
            if mapping.signature
            else headers.get(fold(key), letters.get(key.strip().upper()))
        )
        if index is None:
            note(Message("mapping_column_missing", {"column": key}))
        elif wanted == "ignore":
            ignored.add(index)
        elif wanted in fields.values():
            note(Message("mapping_field_twice", {"column": key, "field": wanted}))
        else:
            fields[index] = wanted
    return fields, ignored
