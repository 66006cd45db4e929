"""Words of the delivery desk, where people stand in a queue."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "nav.door": ("شباك الصرف", "Delivery desk"),
    "door.title": ("شباك الصرف", "Delivery desk"),
    "door.no_card": ("بلا كارت ولا كود؟ اسأل: من هذا؟", "No card and no code? Ask: who is this?"),
    "door.scan": ("امسح الكارت أو اكتب الكود", "Scan the card or type the code"),
    "door.scan_hint": (
        "كود الأسرة أو كود الاستحقاق أو الرقم القومي، ثم مفتاح الإدخال.",
        "Family code, grant code or national id, then Enter.",
    ),
    "door.find": ("ابحث", "Find"),
    "door.empty": (
        "امسح كارت الأسرة أو إيصالها لتظهر هنا وما اعتُمد لها.",
        "Scan the family's card or receipt: the family and what is approved for it show here.",
    ),
    "door.nothing_typed": ("لم يُكتب شيء.", "Nothing was typed."),
    "door.code_wrong": (
        "هذا الكود مكتوب خطأ: رقما التحقق لا يطابقان. راجعه رقمًا رقمًا.",
        "This code is mistyped: its check digits do not fit. Read it again, digit by digit.",
    ),
    "door.letters": (
        "الأكواد أرقام فقط. امسح الكارت أو اكتب الأرقام.",
        "Codes are digits only. Scan the card or type the digits.",
    ),
    "door.nid_wrong": (
        "هذا ليس رقمًا قوميًا صحيحًا. راجعه رقمًا رقمًا.",
        "This is no valid national id. Read it again, digit by digit.",
    ),
    "door.unknown": (
        "لا تعرف جهتكم أسرة أو استحقاقًا بهذا الرقم.",
        "Your organisation knows no family and no grant by this number.",
    ),
    "door.several": (
        "هذا الرقم في أكثر من أسرة عندكم. اختر الأسرة التي أمامك.",
        "This number stands in more than one of your families. Choose the one before you.",
    ),
    "door.family_of": ("أسرة {name}", "Family of {name}"),
    "door.people": ("أفرادها", "Its people"),
    "door.approved": ("معتمد لها الآن", "Approved for it now"),
    "door.none_approved": (
        "لا يوجد ما يُسلَّم لهذه الأسرة الآن.",
        "There is nothing to hand over to this family now.",
    ),
    "door.not_now": ("ما لا يُسلَّم الآن، ولماذا", "What is not handed over now, and why"),
    "door.why.reserved": ("محجوز ولم يُعتمد بعد.", "Reserved, not yet approved."),
    "door.why.expired": (
        "انتهت مدته في {until}. يُسلَّم إن لم يذهب مكانه لغيره.",
        "Expired on {until}. It is handed over if nobody took its place.",
    ),
    "door.why.delivered": ("سُلّم كاملًا من قبل.", "Delivered in full already."),
    "door.why.returned": ("ردّته الأسرة.", "The family gave it back."),
    "door.why.lapsed": ("انتهت مدته.", "It has lapsed."),
    "door.why.cancelled": ("أُلغي.", "It was cancelled."),
    "door.why.reported": ("ذكر كشف أنه سُلّم.", "A list says it was delivered."),
    "door.why.later": ("لشهر {month}.", "It is for {month}."),
    "door.again": ("أُلغي تسليمه، ويُسلَّم من جديد.", "Its delivery was reversed; it may be handed over again."),
    "door.tranche": ("الدفعة {tranche} من {tranches}", "tranche {tranche} of {tranches}"),
    "door.quantity": ("الكمية", "Quantity"),
    "door.hand_over": ("يُسلَّم", "Hand over"),
    "door.who": ("من يستلم؟", "Who receives?"),
    "door.who.self": ("صاحب الاستحقاق نفسه", "whom it is for"),
    "door.who.member": ("فرد من الأسرة", "somebody of the family"),
    "door.who.proxy": ("وكيل عنها", "a proxy"),
    "door.member": ("الفرد", "Who"),
    "door.member_choose": ("اختر الفرد", "Choose the person"),
    "door.member_needed": ("اختر من استلم من أفراد الأسرة.", "Choose who of the family received it."),
    "door.proxy_name": ("اسم الوكيل", "Proxy's name"),
    "door.proxy_relation": ("صلته بالأسرة", "Relation to the family"),
    "door.proxy_nid": ("رقمه القومي", "Proxy's national id"),
    "door.proxy_needed": (
        "اكتب اسم الوكيل وصلته ورقمه القومي.",
        "Write the proxy's name, relation and national id.",
    ),
    "door.deliver": ("سلّم", "Deliver"),
    "door.deliver_hint": (
        "مفتاح الإدخال يسلّم ما هو معروض. امسح الكارت التالي لتتركه.",
        "Enter hands over what is shown. Scan the next card to leave it.",
    ),
    "door.choose_grants": ("اختر ما تسلّمه.", "Choose what you hand over."),
    "door.delivered": ("سُلّم: {what}.", "Delivered: {what}."),
    "door.done": ("{need} لأسرة {name}", "{need} to the family of {name}"),
    "door.out.state": (
        "لم يتم تسليم {need}: حالة الاستحقاق لا تسمح.",
        "Not delivered: {need}; its state does not allow it.",
    ),
    "door.out.not_approved": (
        "لم يتم تسليم {need}: لم يُعتمد بعد.",
        "Not delivered: {need}; it is not approved yet.",
    ),
    "door.out.lapsed": (
        "لم يتم تسليم {need}: انتهت مدته وذهب مكانه لغيره.",
        "Not delivered: {need}; it expired and its place was taken.",
    ),
    "door.out.all_given": (
        "لم يتم تسليم {need}: سُلّم كاملًا من قبل.",
        "Not delivered: {need}; all of it was delivered before.",
    ),
    "door.out.refused": (
        "لم يتم تسليم {need}: الأسرة مغطاة هذا الشهر {by}. {again}",
        "Not delivered: {need}; the family is covered this month {by}. {again}",
    ),
    "door.out.shares": (
        "لم يتم تسليم {need}: حصص الممولين لم تكتمل.",
        "Not delivered: {need}; its funders' shares are not complete.",
    ),
    "door.out.not_own": (
        "لم يتم تسليم {need}: ليس لجهتكم.",
        "Not delivered: {need}; it is not your organisation's.",
    ),
    "door.today": ("ما سلّمته اليوم", "What you delivered today"),
    "door.today_none": ("لم تسلّم شيئًا اليوم.", "You have delivered nothing today."),
    "door.time": ("الساعة", "Time"),
    "door.undo": ("تراجع", "Undo"),
    "door.undo_reason": ("تراجع عنه الشباك في يومه", "taken back at the desk the same day"),
    "door.undone": (
        "أُلغي التسليم. يمكن تسليمه من جديد.",
        "The delivery is reversed. It may be delivered again.",
    ),
    "door.reversed": ("أُلغي", "reversed"),
    "door.nobody_gives": ("يصرف موظف الجهة من هنا.", "An officer of the organisation gives from here."),
    "door.opened_note": (
        "سُجّل أنك فتحت ملف هذه الأسرة للصرف.",
        "It is on record that you opened this family's file to deliver.",
    ),
}
