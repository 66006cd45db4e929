"""The catalogue of needs, slots and seasons: from the country's data files into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from io import StringIO

import psycopg

from wasl.benefits.rules import read_period
from wasl.kernel.months import parse_month

DATA = "wasl.country.egypt.data"
# Slots in which every known family is to be covered; in the others only those with a recorded need.
FOR_EVERYBODY = frozenset({"food", "cash"})
# Slots whose cells are kept apart by organisation, so that no refusal can tell (scope).
SENSITIVE: frozenset[str] = frozenset()
SLOT_NAMES = {
    "food": ("غذاء", "Food"),
    "cash": ("دعم نقدي", "Cash"),
    "orphan": ("كفالة يتيم", "Orphan sponsorship"),
    "blankets": ("بطاطين", "Blankets"),
    "appliances": ("أجهزة كهربائية", "Home appliances"),
    "furniture": ("أثاث", "Furniture"),
    "bride": ("تجهيز عروسة", "Bride's equipment"),
    "house": ("إعمار منزل", "Home rehabilitation"),
    "water": ("وصلة مياه", "Water connection"),
    "school_bag": ("شنطة مدرسية", "School bag"),
    "school_fees": ("مصروفات دراسية", "School fees"),
    "glasses": ("نظارة طبية", "Spectacles"),
    "medicine": ("علاج شهري", "Medicine"),
    "prosthetic": ("جهاز تعويضي", "Prosthetic device"),
    "project": ("مشروع", "Project"),
    "farming": ("دعم مزارع", "Farming support"),
}


# A need that has just come stands by its first rule.
FIRST_VERSIONS = """
INSERT INTO benefits_need_version (need, version, subject, guard, period, window_months, horizon_months,
    reservation_days, tranches, unit, made_by)
SELECT code, version, subject, guard, period, window_months, horizon_months, reservation_days, tranches, unit, 'init'
FROM benefits_need WHERE version = 1 ON CONFLICT DO NOTHING
"""
FIRST_VERSION_SLOTS = """
INSERT INTO benefits_need_version_slot (need, version, slot)
SELECT need, 1, slot FROM benefits_need_slot ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class CatalogueNeed:
    """A need as reading looks for it in a clerk's words."""

    code: str
    name_ar: str
    name_en: str
    slots: tuple[str, ...]
    unit: str
    wordings: tuple[str, ...]


def list_catalogue(connection: psycopg.Connection) -> tuple[CatalogueNeed, ...]:
    """Return every need with its slots and wordings, by code."""
    rows = connection.execute(
        "SELECT n.code, n.name_ar, n.name_en,"
        " coalesce(array_agg(s.slot ORDER BY s.slot) FILTER (WHERE s.slot IS NOT NULL), '{}'), n.unit, n.wordings"
        " FROM benefits_need n LEFT JOIN benefits_need_slot s ON s.need = n.code GROUP BY n.code ORDER BY n.code"
    ).fetchall()
    return tuple(
        CatalogueNeed(code, name_ar, name_en, tuple(slots), unit, tuple(wordings))
        for code, name_ar, name_en, slots, unit, wordings in rows
    )


def load_catalogue(connection: psycopg.Connection) -> None:
    """Write needs, slots and seasons, adding and correcting; nothing that claims may refer to is removed."""
    needs = list(_rows("needs.csv"))
    slots = sorted({slot for need in needs for slot in _words(need["slots"])})
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO benefits_slot (code, name_ar, name_en, sensitive, target)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (code) DO UPDATE SET name_ar = excluded.name_ar,"
            " name_en = excluded.name_en, sensitive = excluded.sensitive, target = excluded.target",
            [_slot_values(slot) for slot in slots],
        )
        cursor.executemany(
            "INSERT INTO benefits_need (code, name_ar, name_en, axis, subject, guard, period,"
            " window_months, horizon_months, unit, wordings)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (code) DO UPDATE SET name_ar = excluded.name_ar, name_en = excluded.name_en,"
            " axis = excluded.axis, subject = excluded.subject, guard = excluded.guard,"
            " period = excluded.period, window_months = excluded.window_months,"
            " horizon_months = excluded.horizon_months, unit = excluded.unit, wordings = excluded.wordings",
            [_need_values(need) for need in needs],
        )
        cursor.executemany(
            "INSERT INTO benefits_need_slot (need, slot) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [(need["code"], slot) for need in needs for slot in _words(need["slots"])],
        )
        cursor.execute(FIRST_VERSIONS)
        cursor.execute(FIRST_VERSION_SLOTS)
        cursor.executemany(
            "INSERT INTO benefits_season (code, name_ar, name_en, months) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (code) DO UPDATE SET name_ar = excluded.name_ar, name_en = excluded.name_en,"
            " months = excluded.months",
            [
                (season["code"], season["name_ar"], season["name_en"], _months(season["months"]))
                for season in _rows("seasons.csv")
            ],
        )


def _slot_values(code: str) -> tuple[object, ...]:
    name_ar, name_en = SLOT_NAMES.get(code, (code, code))
    return code, name_ar, name_en, code in SENSITIVE, "all" if code in FOR_EVERYBODY else "recorded"


def _need_values(need: dict[str, str]) -> tuple[object, ...]:
    period, window = read_period(need["months"])
    return (
        need["code"], need["name_ar"], need["name_en"], need["axis"], need["subject"], need["guard"],
        period.value, window, int(need.get("horizon") or 1), need["unit"], _words(need["wordings"]),
    )  # fmt: skip


def _months(text: str) -> list[date]:
    return [parse_month(month) for month in _words(text)]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split("|") if word.strip()]


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from DictReader(StringIO(files(DATA).joinpath(name).read_text(encoding="utf-8-sig")))
