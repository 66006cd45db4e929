"""The catalogue of needs, slots and seasons: from the country's data files into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO

import psycopg
from psycopg.types.json import Jsonb

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


# A version is written where there is none yet, or where what stands is the catalogue's own and the catalogue says
# otherwise now. What the secretariat has touched is its own: a new release leaves it alone.
SLOTS = """
INSERT INTO benefits_slot (code, name_ar, name_en, sensitive, target)
SELECT slot, name_ar, name_en, sensitive, target FROM jsonb_populate_recordset(NULL::benefits_slot_version, %s)
ON CONFLICT (code) DO NOTHING
"""
# Who sees the cells of a slot is settled when a need has occupied it: the catalogue corrects the rest.
SLOT_VERSIONS = """
INSERT INTO benefits_slot_version (slot, version, name_ar, name_en, sensitive, target, from_catalogue, made_by)
SELECT s.slot, coalesce(v.version, 0) + 1, s.name_ar, s.name_en, coalesce(v.sensitive, s.sensitive), s.target, true, 'init'
FROM jsonb_populate_recordset(NULL::benefits_slot_version, %s) s
LEFT JOIN benefits_slot c ON c.code = s.slot
LEFT JOIN benefits_slot_version v ON v.slot = c.code AND v.version = c.version
WHERE v.slot IS NULL OR (
    (v.name_ar, v.name_en, v.target) <> (s.name_ar, s.name_en, s.target)
    AND NOT EXISTS (SELECT FROM benefits_slot_version t WHERE t.slot = s.slot AND NOT t.from_catalogue))
"""
NEEDS = """
INSERT INTO benefits_need AS n (code, name_ar, name_en, axis, wordings, subject, guard, period, window_months,
    horizon_months, reservation_days, tranches, unit)
SELECT r.need, w.name_ar, w.name_en, w.axis, w.wordings, r.subject, r.guard, r.period, r.window_months,
    r.horizon_months, r.reservation_days, r.tranches, r.unit
FROM jsonb_populate_recordset(NULL::benefits_need_version, %(needs)s) r
JOIN jsonb_populate_recordset(NULL::benefits_need, %(needs)s) w ON w.code = r.need
ON CONFLICT (code) DO UPDATE SET name_ar = excluded.name_ar, name_en = excluded.name_en, axis = excluded.axis,
    wordings = excluded.wordings
WHERE n.words_version = 1
"""
NEED_VERSIONS = """
INSERT INTO benefits_need_version (need, version, subject, guard, period, window_months, horizon_months,
    reservation_days, tranches, unit, slots, from_catalogue, made_by)
SELECT r.need, coalesce(v.version, 0) + 1, r.subject, r.guard, r.period, r.window_months, r.horizon_months,
    r.reservation_days, r.tranches, r.unit, r.slots, true, 'init'
FROM jsonb_populate_recordset(NULL::benefits_need_version, %s) r
LEFT JOIN benefits_need c ON c.code = r.need
LEFT JOIN benefits_need_version v ON v.need = c.code AND v.version = c.version
WHERE v.need IS NULL OR (
    (v.subject, v.guard, v.period, v.window_months, v.horizon_months, v.reservation_days, v.tranches, v.unit, v.slots)
    <> (r.subject, r.guard, r.period, r.window_months, r.horizon_months, r.reservation_days, r.tranches, r.unit, r.slots)
    AND NOT EXISTS (SELECT FROM benefits_need_version t WHERE t.need = r.need AND NOT t.from_catalogue))
"""
SEASONS = """
INSERT INTO benefits_season (code, name_ar, name_en, months)
SELECT season, name_ar, name_en, months FROM jsonb_populate_recordset(NULL::benefits_season_version, %s)
ON CONFLICT (code) DO NOTHING
"""
SEASON_VERSIONS = """
INSERT INTO benefits_season_version (season, version, name_ar, name_en, months, from_catalogue, made_by)
SELECT s.season, coalesce(v.version, 0) + 1, s.name_ar, s.name_en, s.months, true, 'init'
FROM jsonb_populate_recordset(NULL::benefits_season_version, %s) s
LEFT JOIN benefits_season c ON c.code = s.season
LEFT JOIN benefits_season_version v ON v.season = c.code AND v.version = c.version
WHERE v.season IS NULL OR (
    (v.name_ar, v.name_en, v.months) <> (s.name_ar, s.name_en, s.months)
    AND NOT EXISTS (SELECT FROM benefits_season_version t WHERE t.season = s.season AND NOT t.from_catalogue))
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
    """
    Write needs, slots and seasons, adding what is new and correcting what nobody but the catalogue has written.

    Nothing is removed, and a correction is a version like any other: what was judged keeps its rule.
    """
    rows = list(_rows("needs.csv"))
    needs = Jsonb([_need_values(need) for need in rows])
    slots = Jsonb(
        [_slot_values(slot) for slot in sorted({one for need in rows for one in _words(need["slots"])})]
    )
    seasons = Jsonb([_season_values(season) for season in _rows("seasons.csv")])
    connection.execute(SLOTS, [slots])
    connection.execute(SLOT_VERSIONS, [slots])
    connection.execute(NEEDS, {"needs": needs})
    connection.execute(NEED_VERSIONS, [needs])
    connection.execute(SEASONS, [seasons])
    connection.execute(SEASON_VERSIONS, [seasons])


def _slot_values(code: str) -> dict[str, object]:
    name_ar, name_en = SLOT_NAMES.get(code, (code, code))
    target = "all" if code in FOR_EVERYBODY else "recorded"
    return {
        "slot": code, "name_ar": name_ar, "name_en": name_en, "sensitive": code in SENSITIVE, "target": target,
    }  # fmt: skip


def _need_values(need: dict[str, str]) -> dict[str, object]:
    """Return a need for both tables: its words and its rule."""
    period, window = read_period(need["months"])
    return {
        "code": need["code"], "need": need["code"], "name_ar": need["name_ar"], "name_en": need["name_en"],
        "axis": need["axis"], "wordings": _words(need["wordings"]), "subject": need["subject"],
        "guard": need["guard"], "period": period.value, "window_months": window,
        "horizon_months": int(need.get("horizon") or 1), "reservation_days": int(need["reservation_days"]),
        "tranches": int(need["tranches"]), "unit": need["unit"], "slots": sorted(_words(need["slots"])),
    }  # fmt: skip


def _season_values(season: dict[str, str]) -> dict[str, object]:
    months = [parse_month(month).isoformat() for month in _words(season["months"])]
    return {
        "season": season["code"], "name_ar": season["name_ar"], "name_en": season["name_en"], "months": months,
    }  # fmt: skip


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split("|") if word.strip()]


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from DictReader(StringIO(files(DATA).joinpath(name).read_text(encoding="utf-8-sig")))
