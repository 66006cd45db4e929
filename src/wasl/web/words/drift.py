"""Words of what a matching changed, link by link."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "drift.title": ("ما غيّرته المطابقة رقم {run}", "What matching no. {run} changed"),
    "drift.title_between": (
        "ما تغيّر بعد المطابقة رقم {since} وحتى رقم {run}",
        "What changed after matching no. {since}, up to no. {run}",
    ),
    "drift.answer": (
        "ضُم مما كان معروفًا: {appeared}. فُصل منه: {vanished}. دخل لأول مرة: {arrived}.",
        "Joined, of what was known: {appeared}. Came apart: {vanished}. Came for the first time: {arrived}.",
    ),
    "drift.none": ("لا شيء", "nothing"),
    "drift.answer_none": ("لم تغيّر هذه المطابقة شيئًا.", "This matching changed nothing."),
    "drift.explain": (
        "يُعدّ كل سجل انتقل بين فرد وفرد، وكل قيد انتقل بين أسرة وأسرة. ما يفصله موظف عند الصرف ليس هنا.",
        "Every record that went from one person to another counts, and every entry that went from one family to"
        " another. What an officer separates at a door is not here.",
    ),
    "drift.back": ("المطابقات", "Matchings"),
    "drift.since": ("منذ المطابقة", "Since matching"),
    "drift.since_before": ("التي قبلها", "The one before"),
    "drift.since_one": ("رقم {run}، {day}", "no. {run}, {day}"),
    "drift.appeared": ("ما نشأ", "What appeared"),
    "drift.vanished": ("ما سقط", "What vanished"),
    "drift.arrived": ("ما دخل لأول مرة", "What came for the first time"),
    "drift.nothing": ("لا شيء.", "Nothing."),
    "drift.organisation": ("الجهة", "Organisation"),
    "drift.reason": ("السبب", "Reason"),
    "drift.change": ("التغيير", "Change"),
    "drift.kind": ("النوع", "Kind"),
    "drift.items": ("العدد", "How many"),
    "drift.people": ("سجلات أفراد", "Records of people"),
    "drift.families": ("قيود أسر", "Entries of families"),
    "drift.examples": ("أمثلة", "Examples"),
    "drift.examples_gone": (
        "مضى على هذه المطابقة أكثر من سنة: بقيت أعدادها ولم تبقَ أمثلتها.",
        "This matching is more than a year ago: its counts are kept, its examples are not.",
    ),
    "drift.example": ("{what}: {rows}", "{what}: {rows}"),
    "drift.look": ("ما تغيّر", "What changed"),
}
