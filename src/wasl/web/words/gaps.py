"""Words of gaps, and of saying that nothing was given."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "gaps.title": ("الفجوات", "Gaps"),
    "gaps.answer": (
        "أسر لم يغطها أحد في باب «{slot}» لشهر {month}",
        "Families that nobody covered for {slot} in {month}",
    ),
    "gaps.answer_own": (
        "أسر من كشوفكم لم يغطها أحد في باب «{slot}» لشهر {month}، لا جهتكم ولا غيرها",
        "Families of your lists that nobody covered for {slot} in {month}, neither you nor anybody else",
    ),
    "gaps.counted": ("حُسبت", "counted"),
    "gaps.open_label": ("أسر لم يغطها أحد", "families covered by nobody"),
    "gaps.unknown_label": (
        "أسر لا نعرف عنها بعد: تنقص كشوف",
        "families not known yet: lists are missing",
    ),
    "gaps.state.open": ("لم تُغطَّ", "Not covered"),
    "gaps.state.unknown": ("غير معلوم", "Unknown"),
    "gaps.month_field": ("الشهر", "Month"),
    "gaps.since_field": ("لم تُغطَّ منذ", "Not covered since"),
    "gaps.head.family": ("الأسرة", "Family"),
    "gaps.head.head": ("رب الأسرة", "Head"),
    "gaps.head.state": ("الحالة", "State"),
    "gaps.head.governorate": ("المحافظة", "Governorate"),
    "gaps.head.markaz": ("المركز", "Markaz"),
    "gaps.head.village": ("القرية", "Village"),
    "gaps.head.people": ("الأفراد", "People"),
    "gaps.head.since": ("آخر تغطية", "Last covered"),
    "gaps.head.missing": ("كشوف ناقصة", "Lists missing"),
    "gaps.head.sources": ("تعرفها", "Known to"),
    "gaps.never": ("لم تُغطَّ قط", "never"),
    "gaps.not_counted": (
        "لم تُحسب فجوات باب «{slot}» لشهر {month} بعد.",
        "The gaps of {slot} in {month} are not counted yet.",
    ),
    "gaps.none_counted": (
        "لم تُحسب الفجوات بعد: تُحسب بعد أول مطابقة للكشوف.",
        "Gaps are not counted yet: they are after the first matching of the lists.",
    ),
    "gaps.count_it": ("احسب هذا الشهر", "Count this month"),
    "gaps.count_again": ("احسب من جديد", "Count again"),
    "gaps.count_who": (
        "يطلب الحساب موظف من الجهة أو مكتب الهوية.",
        "An officer or the identity desk may ask for the count.",
    ),
    "gaps.none": (
        "لا توجد فجوات هنا: كل الأسر المعروفة مغطاة.",
        "No gaps here: every known family is covered.",
    ),
    "gaps.none_such": ("لا توجد أسر بهذه التصفية.", "No families fit this filter."),
    "gaps.nothing.link": ("لم نصرف شيئًا في شهر؟ سجّل ذلك", "Gave nothing in a month? Say so"),
    "gaps.nothing.title": ("لم نصرف شيئًا", "We gave nothing"),
    "gaps.nothing.answer": (
        "إن لم تصرف جهتكم شيئًا في باب ما طوال شهر، فسجّل ذلك هنا: يُعَدّ الشهر مكتمل الكشوف، ويُعرف من لم"
        " يغطه أحد.",
        "If your organisation gave nothing of a slot in a month, say so here: the month then counts as"
        " reported, and it is known who was left out.",
    ),
    "gaps.nothing.submit": ("سجّل: لم نصرف شيئًا", "Say: we gave nothing"),
    "gaps.nothing.kept": (
        "سُجّل: لم يُصرف شيء في باب «{slot}» لشهر {month}.",
        "Written down: nothing was given of {slot} in {month}.",
    ),
    "gaps.nothing.stood": (
        "هذا مسجّل من قبل: لم يُصرف شيء في باب «{slot}» لشهر {month}.",
        "This was written down before: nothing was given of {slot} in {month}.",
    ),
    "gaps.nothing.undone": (
        "أُلغي التسجيل: باب «{slot}» لشهر {month} ينتظر كشفًا.",
        "Taken back: {slot} in {month} waits for a list.",
    ),
    "gaps.nothing.said": ("ما سُجّل", "What was said"),
    "gaps.nothing.none": ("لم يُسجَّل شيء بعد.", "Nothing has been said yet."),
    "gaps.nothing.by": ("سجّله", "Said by"),
    "gaps.nothing.on": ("في", "On"),
    "gaps.nothing.undo": ("ألغِ", "Take back"),
}
