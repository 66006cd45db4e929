"""Words of the pages that print: receipts, distribution sheets, cards."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "sheet.answer": (
        "معتمدة وتنتظر التسليم. اطبع الكشف للتوقيع، أو البطاقات لتوزَّع قبله.",
        "approved and waiting to be delivered. Print the sheet to sign, or cards to hand out before.",
    ),
    "sheet.none": (
        "لا شيء ينتظر التسليم بهذه الشروط.",
        "Nothing waits to be delivered under these conditions.",
    ),
    "sheet.need": ("الاحتياج", "Need"),
    "sheet.month": ("الشهر", "Month"),
    "sheet.governorate": ("المحافظة", "Governorate"),
    "sheet.markaz": ("المركز", "Markaz"),
    "sheet.village": ("القرية كما كُتبت", "Village as written"),
    "sheet.to_grants": ("افتح الاستحقاقات", "Open the grants"),
    "sheet.explain": (
        "سطر لكل استحقاق: رب الأسرة كما كتبته جهتكم، ورمز يقرأه القارئ، ومكان للتوقيع أو البصمة، ثم المجموع حسب المكان.",
        "A row for each grant: the head of the family as your organisation wrote it, a code to scan, room for a signature"
        " or fingerprint, then sums by place.",
    ),
    "sheet.print": ("اطبع الكشف", "Print the sheet"),
    "sheet.cards": ("بطاقات", "Cards"),
    "sheet.cards.explain": (
        "ثماني بطاقات في الصفحة تُقَص وتُسلَّم للأسر، ويُقرأ رمزها عند الباب.",
        "Eight cards to a page, to cut out and hand to families; their code is scanned at the desk.",
    ),
    "sheet.cards.print": ("اطبع البطاقات", "Print the cards"),
    "sheet.by_job": (
        "الكشف طويل: يُكتب في الخلفية على أجزاء، وتنزّله أنت وحدك.",
        "The sheet is long: it is written in the background, in parts, for you alone to fetch.",
    ),
    "sheet.written_down": (
        "يُسجَّل من طبع الأسماء ومتى.",
        "Who printed the names, and when, is written down.",
    ),
    "jobs.kind.print_sheet": ("طبع كشف توزيع", "Printing a distribution sheet"),
}
