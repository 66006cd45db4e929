"""Governorates and marakiz, from the country's data into tables that queries can join."""

from __future__ import annotations

import csv
from importlib.resources import files

import psycopg


def load_catalogue(connection: psycopg.Connection) -> None:
    """Add and correct governorates and marakiz; a markaz stands under its governorate of today."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO places_governorate (code, name_ar, name_en) VALUES (%s, %s, %s)"
            " ON CONFLICT (code) DO UPDATE SET name_ar = excluded.name_ar, name_en = excluded.name_en",
            [(row["adm1_pcode"], row["name_ar"], row["name_en"]) for row in _rows("governorates.csv")],
        )
        cursor.executemany(
            "INSERT INTO places_markaz (code, governorate_code, name_ar, name_en, kind) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (code) DO UPDATE SET governorate_code = excluded.governorate_code,"
            " name_ar = excluded.name_ar, name_en = excluded.name_en, kind = excluded.kind",
            [
                (row["adm2_pcode"], row["adm1_pcode_current"], row["name_ar"], row["name_en"], row["kind"])
                for row in _rows("marakiz.csv")
            ],
        )


def _rows(name: str) -> list[dict[str, str]]:
    text = files("wasl.country.egypt").joinpath("data", name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))
