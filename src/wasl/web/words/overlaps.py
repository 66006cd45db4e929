"""Words of overlaps and repeats."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "overlaps.title": ("الازدواج", "Overlaps"),
    "overlaps.tabs": ("الازدواج والتكرار", "Overlaps and repeats"),
    "overlaps.answer": (
        "أسر صُرف لها الشيء نفسه من جهتين في شهر واحد.",
        "Families that two organisations gave the same thing in one month.",
    ),
    "overlaps.answer_own": (
        "أسر صرفت لها جهتكم وصرفت لها جهة أخرى الشيء نفسه في شهر واحد. لا يظهر من الجهة الأخرى إلا اسمها"
        " والاحتياج والشهر.",
        "Families that your organisation and another gave the same thing in one month. Of the other you see"
        " only its name, the need and the month.",
    ),
    "overlaps.repeats.title": ("التكرار داخل الجهة", "Repeats within one organisation"),
    "overlaps.repeats.answer": (
        "أسر صُرف لها الشيء نفسه مرتين في شهر واحد في كشوف الجهة نفسها.",
        "Families that one organisation's own lists gave the same thing twice in one month.",
    ),
    "overlaps.none_such": ("لا شيء بهذه التصفية.", "Nothing fits this filter."),
    "overlaps.none_yet": (
        "لا يوجد ازدواج الآن. يظهر هنا بعد رفع كشوف الصرف ومطابقتها.",
        "There are no overlaps now. They appear here once lists of givings are loaded and matched.",
    ),
    "overlaps.repeats.none": (
        "لا يوجد تكرار في آخر حساب. يُحسب التكرار بعد كل مطابقة للكشوف.",
        "No repeats at the last count. They are counted after each matching of the lists.",
    ),
    "overlaps.more_than": ("أكثر من", "More than"),
    "overlaps.egp": ("جنيه", "EGP"),
    "overlaps.counted": ("حُسب", "counted"),
    "overlaps.from": ("من شهر", "From month"),
    "overlaps.to": ("إلى شهر", "To month"),
    "overlaps.other": ("مع جهة", "With organisation"),
    "overlaps.between": ("بين", "Between"),
    "overlaps.lines": ("الاحتياج والأسطر", "Needs and rows"),
    "overlaps.row": ("سطر", "row"),
    "overlaps.closed_on": ("أُغلق", "closed"),
    "overlaps.state.open": ("قائم", "Open"),
    "overlaps.state.closed": ("مغلق", "Closed"),
    "overlaps.head.family": ("الأسرة", "Family"),
    "overlaps.head.head": ("رب الأسرة", "Head"),
    "overlaps.head.slot": ("باب التغطية", "Slot"),
    "overlaps.head.need": ("الاحتياج", "Need"),
    "overlaps.head.month": ("الشهر", "Month"),
    "overlaps.head.organisation": ("الجهة", "Organisation"),
    "overlaps.head.certainty": ("درجة اليقين", "How sure"),
    "overlaps.head.state": ("الحالة", "State"),
    "overlaps.head.governorate": ("المحافظة", "Governorate"),
    "overlaps.head.opened": ("ظهر في", "Found on"),
    "overlaps.head.cost": ("التكلفة (جنيه)", "Cost (EGP)"),
    "overlaps.head.list": ("كود الكشف", "List"),
    "overlaps.head.file": ("الملف", "File"),
    "overlaps.head.row": ("السطر", "Row"),
    "overlaps.head.value": ("القيمة (جنيه)", "Value (EGP)"),
    "overlaps.months_crossed": (
        "الشهر الأول بعد الأخير: اكتب الأقدم في «من شهر».",
        "The first month is after the last: put the older one in “From month”.",
    ),
    "stage.export": ("كتابة الملف", "Writing the file"),
    "export.gone": (
        "لم يعد الملف موجودًا: نحتفظ به {days} أيام. نزّله من جديد.",
        "The file is no longer there: it is kept for {days} days. Download it again.",
    ),
}
