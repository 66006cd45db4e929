"""Words of «who is this?»."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "nav.who": ("من هذا؟", "Who is this?"),
    "who.title": ("من هذا؟", "Who is this?"),
    "who.empty_answer": (
        "اكتب ما يقوله الشخص عن نفسه، ولو قليلًا: نقارنه بكل السجلات ونقول لك من هو.",
        "Type what the person says of themselves, however little: it is compared with all records, and you are told"
        " who it is.",
    ),
    "who.nid": ("الرقم القومي", "National id"),
    "who.nid_hint": ("14 رقمًا، وإن وقع فيه خطأ في رقم واحد", "14 digits; one of them may be wrong"),
    "who.name": ("الاسم", "Name"),
    "who.name_hint": ("كلمتان أو أكثر من أول الاسم", "Two words or more, from the first"),
    "who.born": ("تاريخ الميلاد أو سنته", "Birth date or year"),
    "who.born_hint": ("مثل 15/3/1985 أو 1985", "Such as 15/3/1985 or 1985"),
    "who.sex": ("النوع", "Sex"),
    "who.place": ("المكان", "Place"),
    "who.place_hint": (
        "المركز أو المحافظة، ومعه القرية إن عُرفت",
        "The markaz or governorate, with the village if known",
    ),
    "who.phone": ("التليفون", "Phone"),
    "who.phone_hint": ("المحمول، بالصفر أو بدونه", "Mobile, with its 0 or without"),
    "who.spouse_nid": ("الرقم القومي للزوج أو الزوجة", "National id of husband or wife"),
    "who.spouse_nid_hint": ("إن لم يكن معه رقمه", "Where their own is not at hand"),
    "who.do": ("من هذا؟", "Who is this?"),
    "who.again": ("اسأل من جديد", "Ask again"),
    "who.mend": ("لم نسأل بعد. صحّح ما يلي:", "Nothing was asked yet. Please correct:"),
    "who.gone": (
        "لم يعد السؤال محفوظًا: لا تبقى إلا آخر الأسئلة. اكتبه من جديد.",
        "This question is no longer kept: only the last ones are. Type it again.",
    ),
    "who.read": ("هكذا قرأنا ما كتبته: {read}", "This is how we read it: {read}"),
    "who.birth_differs": (
        "سنة الميلاد المكتوبة غير التي في الرقم القومي ({year}). راجع البطاقة.",
        "The birth year typed is not that in the national id ({year}). Check the card.",
    ),
    "who.another": ("شخص آخر", "Somebody else"),
    "who.compare": ("ما كتبته وما في السجلات", "What you typed and what the records say"),
    "who.typed": ("ما كتبته", "As you typed"),
    "who.kept": ("في السجل", "On record"),
    "who.field": ("البيان", "Field"),
    "who.evidence": ("لماذا", "Why"),
    "who.basis.id": (
        "الرقم القومي وحده يكفي: لا يحمله إلا هذا الشخص.",
        "The national id alone says so: nobody else has it.",
    ),
    "who.basis.family": ("وُجد في أسرة صاحب رقم الزوج أو الزوجة.", "Found in the family of the spouse's id."),
    "who.weights": ("وزن كل دليل", "What each piece of evidence weighs"),
    "who.standing": ("في {lists}", "In {lists}"),
    "who.next": ("الخطوة التالية", "What next"),
    "who.open_family": ("افتح صفحة الأسرة", "Open the family's page"),
    "who.open_person": ("صفحة الشخص", "The person's page"),
    "who.deliver": ("إلى شباك الصرف", "To the delivery desk"),
    "who.rest": ("وقد يكون أيضًا", "It may also be"),
    "who.has_more": (
        "وهناك غيرهم. أضف كلمة من الاسم أو تاريخ الميلاد أو المكان.",
        "There are others. Add a word of the name, the birth date or the place.",
    ),
    "who.not_them": ("ليس أحدًا منهم؟", "Is it none of them?"),
    "who.not_this": ("ليس هو؟", "Is it not this person?"),
    "who.new": ("أضف أسرته بهذه البيانات", "Add their family with these details"),
    "who.new_do": (
        "أضف أسرته: تُطابَق فور حفظها.",
        "Add the family: it is matched as soon as it is saved.",
    ),
    "who.to_search": ("ابحث بالكلمات", "Search by words"),
    "who.from_search": ("قارنه بكل السجلات: من هذا؟", "Compare with all records: who is this?"),
    "who.logged": (
        "يُسجَّل كل سؤال باسم صاحبه، دون ما كُتب فيه.",
        "Each question is recorded under the name of whoever asked, without what was typed.",
    ),
}
