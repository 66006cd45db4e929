"""Words of the home page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "home.title": ("من نال مرتين، ومن لم ينل؟", "What was given twice, and to whom nobody gave?"),
    "home.answer": (
        "نعرف {families} أسرة. {overlaps} مرة صُرف لأسرة الشيء نفسه من جهتين في شهر واحد.",
        "{families} families are known. {overlaps} times one family was given the same thing by two"
        " organisations in one month.",
    ),
    "home.answer_own": ("كشوف جهتكم في وصل.", "Your organisation's lists in Wasl."),
    "home.empty": ("لا توجد كشوف بعد.", "There are no lists yet."),
    "home.empty_do": ("حمّل أول كشف من سطر الأوامر:", "Load the first one from the command line:"),
    "home.slots": ("بحسب باب التغطية", "By slot"),
    "slot": ("باب التغطية", "Slot"),
    "overlaps.certain": ("ازدواج مؤكد", "Overlaps, certain"),
    "overlaps.likely": ("ازدواج مرجّح", "Overlaps, likely"),
    "cost": ("تكلفته (جنيه)", "Cost (EGP)"),
    "gaps.month": ("شهر الفجوات", "Month of gaps"),
    "gaps": ("فجوات", "Gaps"),
    "unknown": ("غير معلوم", "Unknown"),
    "oldest": ("أقدم كشف", "Oldest report"),
    "lists": ("كشف", "lists"),
    "rows": ("سطر", "rows"),
    "rows.accepted": ("مقبول", "accepted"),
    "rows.rejected": ("مرفوض", "rejected"),
    "rows.repeated": ("مكرر", "repeated"),
    "rows.not_data": ("ليس بيانات", "not data"),
    "people": ("فرد", "people"),
    "families": ("أسرة", "families"),
    "organisations": ("جهة", "organisations"),
    "overlaps": ("ازدواج", "overlaps"),
}
