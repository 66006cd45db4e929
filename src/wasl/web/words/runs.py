"""Words of runs of recognising people and families."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "runs.title": ("مطابقة الكشوف", "Matching the lists"),
    "runs.answer": (
        "المعروف بعد آخر مطابقة منشورة: {families} و{people}.",
        "Known since the last published matching: {families} and {people}.",
    ),
    "runs.answer_all_in": ("لم تصل كشوف بعدها.", "No lists have come since."),
    "runs.answer_since": ("وصل بعدها ولم يدخل فيها {lists}.", "{lists} came since and are not in it."),
    "runs.answer_many_since": (
        "وصل بعدها ولم يدخل فيها أكثر من {lists}.",
        "More than {lists} came since and are not in it.",
    ),
    "runs.answer_none": (
        "لم تُنشر مطابقة بعد. المطابقة تعرف الأسرة الواحدة في كشوف الجهات كلها.",
        "No matching has been published yet. Matching finds the same family in the lists of all organisations.",
    ),
    "runs.now": ("الآن", "Now"),
    "runs.elsewhere": (
        "تعمل الآن المطابقة رقم {run}، وقد بدأها {by} من خارج الصفحات.",
        "Matching no. {run} is going on; {by} began it outside these pages.",
    ),
    "runs.explain": (
        "تُحسب النتيجة أولًا ولا يتغير شيء. بعد ذلك تنظر في الفرق، ثم تنشره أو تتركه.",
        "The result is computed first and nothing changes. You look at the difference, then publish or drop"
        " it.",
    ),
    "runs.start": ("ابدأ المطابقة", "Start matching"),
    "runs.start_full": (
        "اقرأ كل شيء من البداية، ولو لم يكن هناك جديد",
        "Read everything from the beginning, even if nothing is new",
    ),
    "runs.steps": ("مراحل المطابقة", "Stages of matching"),
    "runs.seconds": ("{seconds} ث", "{seconds} s"),
    "runs.prepared": ("نتيجة تنتظر النشر", "A result waits to be published"),
    "runs.prepared_by": ("حضّرها {by}", "Prepared by {by}"),
    "runs.would.known": (
        "بعد نشرها يكون المعروف: {families} بدل {were_families}، و{people} بدل {were_people}.",
        "If it is published: {families} are known instead of {were_families}, and {people} instead of"
        " {were_people}.",
    ),
    "runs.would.joined": (
        "تُضم {families} و{people} إلى من تبيّن أنهم هم أنفسهم.",
        "{families} and {people} are joined with those they turned out to be.",
    ),
    "runs.would.separated": (
        "تُفصل {families} و{people} ضُمّت خطأً.",
        "{families} and {people} that were wrongly joined are separated.",
    ),
    "runs.would.organisations": (
        "عدد الجهات التي يمس ذلك أسطرها: {organisations}.",
        "This concerns rows of {organisations}.",
    ),
    "runs.would.nothing": ("لا يغيّر نشرها شيئًا.", "Publishing it changes nothing."),
    "runs.changes": ("ما يتغير", "What changes"),
    "runs.people": ("أفراد", "People"),
    "runs.families": ("أسر", "Families"),
    "runs.change.before": ("المعروف الآن", "Known now"),
    "runs.change.after": ("المعروف بعد النشر", "Known once published"),
    "runs.change.joined": ("يُضم إلى غيره", "Joined with another"),
    "runs.change.separated": ("يُفصل عن غيره", "Separated from another"),
    "runs.change.first": ("أسطر تُعرف لأول مرة", "Rows recognised for the first time"),
    "runs.change.moved": (
        "أسطر تنتقل إلى فرد أو أسرة أخرى",
        "Rows that move to another person or family",
    ),
    "runs.examples": ("أمثلة", "Examples"),
    "runs.example.joined.family": ("تصبح أسرة واحدة", "become one family"),
    "runs.example.joined.person": ("تصبح فردًا واحدًا", "become one person"),
    "runs.example.separated.family": (
        "ينفصل عنها إلى أسرة أخرى: {rows}",
        "{rows} leave it for another family",
    ),
    "runs.example.separated.person": (
        "ينفصل عنه إلى فرد آخر: {rows}",
        "{rows} leave this person for another",
    ),
    "runs.publish": ("انشر", "Publish"),
    "runs.publish_hint": (
        "يُحدَّث بعد النشر ازدواج كل الجهات وفجواتها. إن تغيّرت كشوف أو أحكام بعد التحضير، حُضّرت نتيجة"
        " جديدة ولم يُنشر شيء.",
        "Overlaps and gaps of all organisations follow. If lists or verdicts have changed since, a new"
        " result is prepared and nothing is published.",
    ),
    "runs.discard": ("اتركها", "Drop it"),
    "runs.gone": (
        "لم تعد المطابقة رقم {run} تنتظر النشر. لم يتغير شيء.",
        "Matching no. {run} no longer waits to be published. Nothing was changed.",
    ),
    "runs.already": (
        "تعمل مطابقة أخرى الآن. انتظر انتهاءها أو أوقفها.",
        "Matching is going on already: wait for its end or stop it.",
    ),
    "runs.news.published": ("نُشرت نتيجة المطابقة.", "The result is published."),
    "runs.news.nothing_new": (
        "لا جديد منذ آخر مطابقة منشورة: لم يتغير شيء.",
        "Nothing is new since the last matching that was published: nothing changed.",
    ),
    "runs.news.discarded": ("تُركت النتيجة ولم يتغير شيء.", "The result was dropped; nothing changed."),
    "runs.news.cancelled": (
        "أُوقفت المطابقة قبل النشر، ولم يتغير شيء. المرة القادمة تكمل من حيث توقفت.",
        "Matching was stopped before it published; nothing changed. The next one goes on from there.",
    ),
    "runs.news.changed": (
        "تغيّرت كشوف أو أحكام بعد التحضير. حُضّرت نتيجة جديدة ولم يُنشر شيء: انظر فيها.",
        "Lists or verdicts changed after it was prepared. A new result is prepared and nothing was published:"
        " look at it.",
    ),
    "runs.history": ("المطابقات السابقة", "Earlier matchings"),
    "runs.none": ("لم تعمل مطابقة بعد.", "Nothing has been matched yet."),
    "runs.number": ("رقم", "No."),
    "runs.when": ("بدأت", "Began"),
    "runs.who": ("مَن بدأها", "Begun by"),
    "runs.who_published": ("مَن نشرها", "Published by"),
    "runs.lists": ("كشوف", "Lists"),
    "runs.took": ("مدة العمل", "Time at work"),
    "runs.state": ("الحالة", "State"),
    "runs.changed": ("ما تغيّر", "What changed"),
    "runs.did.known": ("{families} معروفة", "{families} known"),
    "runs.did.joined": ("ضُمّت {families}", "{families} joined"),
    "runs.did.separated": ("فُصلت {families}", "{families} separated"),
    "runs.did.and": ("، ", ", "),
    "runs.how": ("ما قُرئ", "What was read"),
    "runs.how.increment": ("ما تغيّر وحده: {records}", "What changed alone: {records}"),
    "runs.how.full": ("كل السجلات", "All records"),
    "runs.state.running": ("تعمل", "Going on"),
    "runs.state.prepared": ("تنتظر النشر", "Waits to be published"),
    "runs.state.publishing": ("تُنشر", "Being published"),
    "runs.state.done": ("منشورة", "Published"),
    "runs.state.cancelled": ("أُوقفت", "Stopped"),
    "runs.state.failed": ("انقطعت", "Cut off"),
    "runs.state.outdated": ("حلّ غيرها محلها", "Replaced by another"),
    "runs.state.discarded": ("تُركت", "Dropped"),
    "runs.state.unpublished": ("حُسبت ولم تُنشر", "Computed, not published"),
}
