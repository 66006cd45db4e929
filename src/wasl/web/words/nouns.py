"""
Counted nouns: what stands behind a number.

Arabic counts in five ways: one (سطر واحد), two (سطران), 3–10 (أسطر), 11–99 (سطرًا) and whole hundreds (سطر);
the last two digits decide. English has two.
"""

from __future__ import annotations

from django.utils.translation import get_language

WORDS: dict[str, tuple[str, str]] = {}

NOUNS: dict[str, tuple[tuple[str, str, str, str, str], tuple[str, str]]] = {
    "row": (("سطر واحد", "سطران", "أسطر", "سطرًا", "سطر"), ("row", "rows")),
    "column": (("عمود واحد", "عمودان", "أعمدة", "عمودًا", "عمود"), ("column", "columns")),
    "cell": (("خلية واحدة", "خليتان", "خلايا", "خلية", "خلية"), ("cell", "cells")),
    "list": (("كشف واحد", "كشفان", "كشوف", "كشفًا", "كشف"), ("list", "lists")),
    "file": (("ملف واحد", "ملفان", "ملفات", "ملفًا", "ملف"), ("file", "files")),
    "sheet": (("ورقة واحدة", "ورقتان", "أوراق", "ورقة", "ورقة"), ("sheet", "sheets")),
    "family": (("أسرة واحدة", "أسرتان", "أسر", "أسرة", "أسرة"), ("family", "families")),
    "person": (("فرد واحد", "فردان", "أفراد", "فردًا", "فرد"), ("person", "people")),
    "organisation": (("جهة واحدة", "جهتان", "جهات", "جهة", "جهة"), ("organisation", "organisations")),
    "overlap": (("ازدواج واحد", "ازدواجان", "ازدواجات", "ازدواجًا", "ازدواج"), ("overlap", "overlaps")),
    "repeat": (("تكرار واحد", "تكراران", "تكرارات", "تكرارًا", "تكرار"), ("repeat", "repeats")),
    "gap": (("فجوة واحدة", "فجوتان", "فجوات", "فجوة", "فجوة"), ("gap", "gaps")),
    "giving": (("صرف واحد", "صرفان", "مرات صرف", "مرة صرف", "مرة صرف"), ("giving", "givings")),
    "record": (("سجل واحد", "سجلان", "سجلات", "سجلًا", "سجل"), ("record", "records")),
    "entry": (("قيد واحد", "قيدان", "قيود", "قيدًا", "قيد"), ("entry", "entries")),
    "pair": (("زوج واحد", "زوجان", "أزواج", "زوجًا", "زوج"), ("pair", "pairs")),
    "verdict": (("حكم واحد", "حكمان", "أحكام", "حكمًا", "حكم"), ("verdict", "verdicts")),
    "report": (("كشف واحد", "كشفان", "كشوف", "كشفًا", "كشف"), ("report", "reports")),
    "user": (("مستخدم واحد", "مستخدمان", "مستخدمين", "مستخدمًا", "مستخدم"), ("user", "users")),
    "need": (("احتياج واحد", "احتياجان", "احتياجات", "احتياجًا", "احتياج"), ("need", "needs")),
    "slot": (("باب واحد", "بابان", "أبواب", "بابًا", "باب"), ("slot", "slots")),
    "tranche": (("دفعة واحدة", "دفعتان", "دفعات", "دفعة", "دفعة"), ("tranche", "tranches")),
    "month": (("شهر واحد", "شهران", "أشهر", "شهرًا", "شهر"), ("month", "months")),
    "day": (("يوم واحد", "يومان", "أيام", "يومًا", "يوم"), ("day", "days")),
    "hour": (("ساعة واحدة", "ساعتان", "ساعات", "ساعة", "ساعة"), ("hour", "hours")),
    "minute": (("دقيقة واحدة", "دقيقتان", "دقائق", "دقيقة", "دقيقة"), ("minute", "minutes")),
    "change": (("تغيير واحد", "تغييران", "تغييرات", "تغييرًا", "تغيير"), ("change", "changes")),
    "time": (("مرة واحدة", "مرتان", "مرات", "مرة", "مرة"), ("time", "times")),
    "item": (("بند واحد", "بندان", "بنود", "بندًا", "بند"), ("item", "items")),
    "grant": (("استحقاق واحد", "استحقاقان", "استحقاقات", "استحقاقًا", "استحقاق"), ("grant", "grants")),
    "share": (("حصة واحدة", "حصتان", "حصص", "حصة", "حصة"), ("share", "shares")),
    "pound": (("جنيه واحد", "جنيهان", "جنيهات", "جنيهًا", "جنيه"), ("pound", "pounds")),
}


def count_of(number: int, noun: str, *, oblique: bool = False) -> str:
    """
    Return `number` with its noun as the language counts: 3 أسر، 11 أسرة; 1 family, 2 families.

    `oblique` is how Arabic says two after a preposition or as an object: منذ يومين.

    :raises KeyError: no such noun.
    """
    arabic, english = NOUNS[noun]
    if get_language() == "en":
        return f"{number:,} {english[0] if number == 1 else english[1]}"
    if number in (1, 2):
        said = arabic[number - 1]
        return f"{said[:-2]}ين" if oblique and number == 2 else said
    return f"{number:,} {arabic[_arabic_form(number)]}"


def _arabic_form(number: int) -> int:
    last = abs(number) % 100
    if 3 <= last <= 10:
        return 2
    return 3 if 11 <= last <= 99 else 4
