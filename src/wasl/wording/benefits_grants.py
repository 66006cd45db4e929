"""Words of grants and deliveries that pages and commands share: what is refused, and why."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "operation.other_body": (
        "رقم هذه العملية استُخدم من قبل لطلب آخر؛ افتح النموذج من جديد وأعد المحاولة.",
        "This operation's id was used for another request; open the form again and retry.",
    ),
    "operation.at_once": (
        "وصلت هذه العملية مرتين في وقت واحد؛ أعد المحاولة لترى نتيجتها.",
        "This operation came twice at once; try again to see its result.",
    ),
    "grant.only_officers": (
        "الحجز والاعتماد والصرف لموظف الجهة وحده، عن جهته.",
        "Only an officer of an organisation reserves, approves and delivers, for that organisation.",
    ),
    "grant.no_rows": ("لم تُحدَّد أي أسرة.", "No family was named."),
    "grant.quantity_not_positive": ("الكمية يجب أن تكون أكبر من صفر.", "The quantity must be above zero."),
    "grant.value_negative": ("القيمة لا تقل عن صفر.", "The value must not be below zero."),
    "grant.number_too_large": (
        "الكمية أو القيمة أكبر من المسموح.",
        "The quantity or the value is too large.",
    ),
    "grant.reason_missing": ("اكتب السبب.", "Write the reason."),
    "grant.need_or_month_unknown": ("لا يوجد هذا الاحتياج أو هذا الشهر.", "There is no such need or month."),
    "grant.refers_to_nothing": (
        "ما يشير إليه الطلب غير موجود.",
        "The request refers to what does not exist.",
    ),
    "grant.same_maker": (
        "من حجز الاستحقاق لا يعتمده؛ يعتمده زميل آخر.",
        "Whoever reserved a grant does not approve it; a colleague does.",
    ),
    "grant.needs_approval": (
        "هذا الاحتياج يُحجز أولًا ثم يعتمده زميل آخر قبل صرفه.",
        "This need is reserved first and approved by a colleague before it is given.",
    ),
    "grant.at_once": (
        "سبقك غيرك إلى هذا الاستحقاق في اللحظة نفسها؛ أعد فتحه.",
        "Somebody else changed this grant at the same moment; open it again.",
    ),
    "grant.not_possible": (
        "حالة الاستحقاق لا تسمح بهذا.",
        "The grant's state does not allow this.",
    ),
    "grant.unknown": ("لا يوجد استحقاق بالرقم «{code}».", "There is no grant {code}."),
    "delivery.already": ("صُرفت هذه الدفعة من قبل.", "This tranche was delivered already."),
    "delivery.receiver_unknown": (
        "المستلم إما صاحب الاستحقاق أو فرد من أسرته أو وكيل.",
        "The receiver is the person, a family member or a proxy.",
    ),
    "delivery.proxy_unknown": (
        "للوكيل يُكتب اسمه وصلته بالأسرة ورقمه القومي.",
        "For a proxy, write the name, the relation to the family and the national id.",
    ),
    "delivery.day_to_come": ("تاريخ الصرف {day} لم يأت بعد.", "The day of delivery, {day}, is yet to come."),
    "delivery.receipts_and_grants": (
        "لكل استحقاق إيصال واحد.",
        "Each grant has one receipt.",
    ),
}
