"""Words of shares of a grant, and of what is given to whoever comes."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "share.no_sum": ("اكتب حصة بالجنيه أكبر من صفر.", "Write a share in pounds above zero."),
    "share.reason_missing": ("اكتب سبب الاعتذار.", "Say why you decline."),
    "share.unknown": ("لا توجد حصة بهذا الرمز.", "There is no such share."),
    "share.too_late": (
        "الحصص تُتفق عليها قبل اعتماد الاستحقاق، ثم لا تتغير.",
        "Shares are agreed before a grant is approved, and do not change afterwards.",
    ),
    "share.changed": (
        "تغيّرت قيمة الحصة بعد أن فتحت الصفحة. راجع القيمة الجديدة ثم أجب.",
        "The sum changed after you opened the page. Look at the new sum, then answer.",
    ),
    "share.funder_unknown": ("لا توجد جهة بهذا الكود.", "There is no such organisation."),
    "grant.shares_open": (
        "لا يُعتمد هذا الاستحقاق ولا يُسلَّم قبل أن توافق كل جهة على حصتها ويساوي مجموع الحصص القيمة.",
        "This grant is not approved or delivered before every funder agreed to its share and they sum to its value.",
    ),
    "headcount.unknown": ("لا يوجد تسجيل بهذا الرمز «{code}».", "There is no record of {code}."),
    "headcount.reason_missing": ("اكتب سبب الإلغاء.", "Say why it is taken back."),
    "headcount.kind_unknown": (
        "النوع «{kind}» غير معروف: kitchen أو fair أو convoy أو other.",
        "No such kind: {kind}. kitchen, fair, convoy or other.",
    ),
    "headcount.how_many": ("عدد الحضور بين 1 و{most}.", "Who came: from 1 to {most}."),
    "headcount.how_much": ("اكتب كمية أكبر من صفر.", "Write a quantity above zero."),
    "headcount.place_too_long": (
        "اسم المكان أطول من {longest} حرف.",
        "The place is longer than {longest} letters.",
    ),
    "headcount.need_of_families": (
        "هذا الاحتياج يُصرف لأسرة أو فرد باسمه، ولا يُسجَّل بالعدد.",
        "This need is given to a family or person by name, and not by headcount.",
    ),
    "headcount.need_unknown": ("اختر ما قُدِّم من القائمة.", "Choose what was given from the list."),
    "headcount.markaz_elsewhere": (
        "هذا المركز ليس في المحافظة المختارة.",
        "This markaz is not in that governorate.",
    ),
    "headcount.governorate_unknown": ("اختر المحافظة.", "Choose the governorate."),
    "headcount.not_yet": (
        "التاريخ لم يأتِ بعد. سجّل ما قُدِّم فعلًا.",
        "That day has not come. Record what was given.",
    ),
    "headcount.reversed_already": ("أُلغي هذا التسجيل من قبل.", "This record was taken back before."),
    "headcount.day_unreadable": (
        "التاريخ «{text}» لا يُقرأ: YYYY-MM-DD.",
        "The day {text} cannot be read: YYYY-MM-DD.",
    ),
    "headcount.operation_unreadable": (
        "معرّف العملية «{text}» لا يُقرأ: يُكتب كمعرّف UUID.",
        "The operation's id {text} cannot be read: it is a UUID.",
    ),
    "headcount.recorded": ("سُجّل برقم {code}.", "Recorded as {code}."),
    "headcount.reversed": ("أُلغي التسجيل {code}.", "The record {code} was taken back."),
}
