"""Words of a person's page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "people.code": ("كود الفرد", "Person code"),
    "people.answer": ("{count} تكتب هذا الفرد.", "{count} name this person."),
    "people.one_for_certain": ("فرد واحد، مؤكد", "One person, certain"),
    "people.one_likely": ("فرد واحد على الأرجح", "One person, likely"),
    "people.family": ("أسرته", "Family"),
    "people.family_open": ("صفحة الأسرة", "The family's page"),
    "people.no_family": ("لم تُعرف أسرته بعد.", "The family is not known yet."),
    "people.coverage": ("تغطية الأسرة: {coverage}", "The family is covered: {coverage}"),
    "people.coverage_none": ("لا تغطية معروفة لهذه الأسرة.", "No coverage of this family is known."),
    "people.records": ("كما كُتب في الكشوف", "As the lists write them"),
    "people.records_own": (
        "هذه سجلات جهتكم وحدها.",
        "These are your organisation's records alone.",
    ),
    "people.differs": (
        "المظلَّل يختلف عن السجل الأول.",
        "What is marked differs from the first record.",
    ),
    "people.record": ("سجل {number}", "Record {number}"),
    "people.other_record": ("سجل آخر", "another record"),
    "people.name": ("الاسم", "Name"),
    "people.nid": ("الرقم القومي", "National id"),
    "people.born": ("تاريخ الميلاد", "Born"),
    "people.sex": ("النوع", "Sex"),
    "people.sex.1": ("ذكر", "Male"),
    "people.sex.2": ("أنثى", "Female"),
    "people.phone": ("التليفون", "Phone"),
    "people.place": ("المكان", "Place"),
    "people.standing": ("في الكشوف", "In lists"),
    "people.organisation": ("الجهة", "Organisation"),
    "people.in_none": ("ليس في كشف قائم", "In no list that counts"),
    "people.history": ("لماذا هي سجلات فرد واحد", "Why these are records of one person"),
    "people.history_one": ("سجل واحد: لا شيء ليُربط.", "One record: there is nothing to join."),
    "people.tie": ("{label} مع {other}: {rule}، {grade}.", "{label} with {other}: {rule}, {grade}."),
    "people.tie_elsewhere": (
        "{label}: يربطه بالباقي ما عند جهات أخرى، أو حكم سابق.",
        "{label}: tied to the others by what other organisations hold, or by an earlier decision.",
    ),
    "people.verdicts": ("ما قرره المراجعون", "What reviewers decided"),
    "people.verdict": (
        "{user}، {day}: {a} و{b} {verdict}. {reason} {undone}",
        "{user}, {day}: {a} and {b} {verdict}. {reason} {undone}",
    ),
    "people.verdict.same": ("فرد واحد", "are one person"),
    "people.verdict.different": ("فردان مختلفان", "are two people"),
    "people.verdict.unsure": ("لم يُحسم أمرهما", "are left open"),
    "people.verdict_undone": ("(أُلغي)", "(undone)"),
    "people.opened_note": (
        "سُجّل أنك فتحت هذه الصفحة.",
        "That you opened this page has been written down.",
    ),
}
