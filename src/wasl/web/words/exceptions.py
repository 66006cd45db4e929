"""Words of the pages of exceptions."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "exceptions.title": ("الاستثناءات", "Exceptions"),
    "exceptions.answer": (
        "صرفٌ لأسرة مغطاة بالفعل، بسبب مكتوب وموافقة من جهة أخرى، وحتى يوم محدد.",
        "Giving to a family that is covered already: with a reason, approved by another organisation, until a day.",
    ),
    "exceptions.waiting": ("ينتظر ردكم: {n}.", "Waiting for your answer: {n}."),
    "exceptions.none": (
        "لا توجد استثناءات. يُطلب الاستثناء من صفحة الأسرة بعد رفض الحجز.",
        "There are no exceptions. One is asked for on a family's page after a refusal.",
    ),
    "exceptions.none_such": ("لا شيء بهذه الحالة.", "Nothing is in this state."),
    "exceptions.state": ("الحالة", "State"),
    "exceptions.state.asked": ("ينتظر الموافقة", "Asked for"),
    "exceptions.state.approved": ("سارٍ", "In force"),
    "exceptions.state.refused": ("مرفوض", "Refused"),
    "exceptions.state.withdrawn": ("سُحب الطلب", "Withdrawn"),
    "exceptions.state.ended": ("أُنهي", "Ended"),
    "exceptions.state.over": ("انتهت مدته", "Its time is over"),
    "exceptions.asked_by": ("الطالب", "Asked by"),
    "exceptions.answered_by": ("الرد", "Answered by"),
    "exceptions.months": ("الأشهر", "Months"),
    "exceptions.reason": ("السبب", "Reason"),
    "exceptions.expires": ("آخر يوم", "Last day"),
    "exceptions.approve": ("أوافق", "Approve"),
    "exceptions.refuse": ("لا أوافق", "Refuse"),
    "exceptions.refuse_why": ("سبب الرفض", "Why not"),
    "exceptions.withdraw": ("اسحب الطلب", "Withdraw"),
    "exceptions.end": ("أنهِ الاستثناء", "End it"),
    "exceptions.done.ask": (
        "أُرسل الطلب. ترد عليه الجهة التي تغطي الأسرة أو الأمانة.",
        "Asked. Whoever covers the family answers, or the secretariat.",
    ),
    "exceptions.done.approve": ("وافقتم على الاستثناء.", "The exception is approved."),
    "exceptions.done.refuse": ("رفضتم الاستثناء.", "The exception is refused."),
    "exceptions.done.withdraw": ("سُحب الطلب.", "Withdrawn."),
    "exceptions.done.end": ("أُنهي الاستثناء، وما صُرف به باقٍ.", "Ended; what was given by it stays."),
    "exception.answer_missing": ("اختر ردًا.", "Choose an answer."),
    "exception.need_missing": ("اختر الاحتياج.", "Choose the need."),
    "exceptions.ask.title": ("طلب استثناء", "Ask for an exception"),
    "exceptions.ask.answer": (
        "الأسرة مغطاة في «{slot}» لشهر {month}. يوافق على الاستثناء موظف من الجهة التي تغطيها أو الأمانة، لا زميل"
        " من جهتكم.",
        "The family is covered for “{slot}” in {month}. An officer of whoever covers it approves, or the secretariat;"
        " never a colleague of yours.",
    ),
    "exceptions.ask.do": ("أرسل الطلب", "Send"),
    "exceptions.ask.link": ("اطلب استثناء", "Ask for an exception"),
    "exceptions.ask.first": ("من شهر", "From month"),
    "exceptions.ask.last": ("إلى شهر", "To month"),
    "exceptions.ask.same": ("الشهر نفسه", "The same month"),
    "exceptions.ask.why": ("لماذا تحتاج الأسرة إلى هذا الصرف؟", "Why does the family need it?"),
    "exceptions.ask.expires_hint": (
        "بعده لا يسمح الاستثناء بأي حجز. بحد أقصى {days} يومًا من اليوم.",
        "After it nothing can be reserved by it. At most {days} days from today.",
    ),
    "inbox.exceptions.asked": (
        "طلبات استثناء تنتظر ردكم: {n}.",
        "Exceptions asked for that wait for your answer: {n}.",
    ),
    "inbox.exceptions.asked.label": ("استثناء", "Exception"),
    "inbox.exceptions.asked.do": ("اقرأ الطلب", "Read it"),
}
