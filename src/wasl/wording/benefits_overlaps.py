"""Words of worked overlaps, exceptions and separations at a door: what is refused, and why."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "overlap.unknown": ("لا يوجد هذا الازدواج ضمن ما يخص جهتكم.", "There is no such overlap of yours."),
    "overlap.only_officers_answer": (
        "الرد على الازدواج لموظف إحدى الجهتين، وحسابك للاطلاع فقط.",
        "Officers of its organisations answer an overlap; you may only read it.",
    ),
    "overlap.only_secretariat_decides": (
        "الفصل في الازدواج للأمانة وحدها.",
        "Only the secretariat decides an overlap.",
    ),
    "overlap.reason_missing": (
        "اكتب السبب: سيقرؤه الطرف الآخر.",
        "Write the reason: the other side reads it.",
    ),
    "overlap.reason_long": ("السبب أطول من {most} حرفًا.", "The reason is longer than {most} letters."),
    "overlap.too_many": (
        "أكثر من {most} ازدواج في مرة واحدة: ضيّق التصفية وأعد المحاولة.",
        "More than {most} overlaps at once: narrow the filter and try again.",
    ),
    "overlap.preview_changed": (
        "تغيّر ما كان معروضًا أمامك عمّن ستتوقف عنهم المنفعة. لم يُحفظ شيء: راجع الأرقام ثم أكّد.",
        "Whom this would drop has changed since it was shown. Nothing was kept: look again, then confirm.",
    ),
    "overlap.nobody_goes_on": (
        "اختر جهة واحدة على الأقل تستمر في الصرف.",
        "Choose at least one organisation that goes on giving.",
    ),
    "overlap.still_theirs": (
        "هذا الازدواج ما زال بين الجهتين: يصل إلى الأمانة إذا اختلفتا أو مضى 14 يومًا دون رد.",
        "It is still its organisations' to answer: it comes to the secretariat when they disagree, or after 14 days.",
    ),
    "overlap.nothing_to_take_back": (
        "لا يمكن التراجع: رد الطرف الآخر بعدكم، أو لم يعد هناك ما يُتراجع عنه.",
        "It cannot be taken back: the other side has answered since, or nothing is left to take back.",
    ),
    "exception.unknown": ("لا يوجد هذا الاستثناء ضمن ما يخصكم.", "There is no such exception of yours."),
    "exception.only_officers": (
        "طلب الاستثناء والرد عليه لموظفي الجهات، وحسابك للاطلاع فقط.",
        "Officers ask for exceptions and answer them; you may only read.",
    ),
    "exception.reason_missing": ("اكتب السبب.", "Write the reason."),
    "exception.months": (
        "الشهر الأول قبل الأخير أو يساويه، ولا يزيد الاستثناء على 12 شهرًا.",
        "The first month is not after the last, and an exception covers at most 12 months.",
    ),
    "exception.expiry": (
        "آخر يوم للاستثناء يقع بين اليوم و{days} يومًا من الآن، وليس قبل أول شهر فيه.",
        "The last day lies between today and {days} days from now, and not before its first month.",
    ),
    "exception.asked_already": (
        "هذا الاستثناء مطلوب بالفعل وينتظر الرد.",
        "This exception has been asked for already and waits for an answer.",
    ),
    "exception.answered": (
        "سبقك غيرك: لم يعد هذا الاستثناء في الحالة التي رأيتها.",
        "Somebody was quicker: this exception is no longer as you saw it.",
    ),
    "separation.only_officers": (
        "الفصل المؤقت لموظف الجهة وحده، عن أسر جهته.",
        "Only an officer separates a family, one of its own organisation.",
    ),
    "separation.alone": (
        "لا يوجد ما تُفصل عنه هذه الأسرة.",
        "There is nothing that this family could be told from.",
    ),
    "separation.too_many": (
        "فصلت {most} أسرة خلال ساعة. راجع مكتب الهوية قبل المتابعة.",
        "You have separated {most} families within an hour. Ask the identity desk before you go on.",
    ),
    "separation.maker_checks": (
        "من فصل الأسرة لا يراجع فصلها: يراجعه زميل آخر.",
        "Whoever separated a family does not review it: somebody else does.",
    ),
    "separation.reviewed": (
        "راجع زميل آخر هذا الفصل قبلك.",
        "Somebody else has reviewed this separation before you.",
    ),
}
