"""Words of the inbox: what waits for the viewer."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "inbox.title": ("ينتظرك", "Waiting for you"),
    "inbox.answer": ("ينتظرك {items}.", "Waiting for you: {items}."),
    "inbox.list": ("ما ينتظرك", "What waits for you"),
    "inbox.age": ("ينتظر {since}", "It came {since}"),
    "inbox.more_than": ("أكثر من {n}", "more than {n}"),
    "inbox.look": ("اعرض", "Look"),
    "inbox.empty": ("لا شيء ينتظرك الآن.", "Nothing waits for you now."),
    "inbox.empty.explain": (
        "كل شيء في مكانه. حين يحتاج إليك شيء تجده هنا أولًا.",
        "All is in its place. When something needs you, you find it here first.",
    ),
    "inbox.load": ("ارفع كشفًا", "Bring a list"),
    "inbox.add_family": ("أضف أسرة", "Add a family"),
    "inbox.empty.search": ("ابحث عن أسرة", "Find a family"),
    "inbox.empty.home": ("انظر الصورة العامة", "See the whole picture"),
    "inbox.jobs.failed": (
        "لم يكتمل العمل: {kind}. لم يضع شيء.",
        "This work did not finish: {kind}. Nothing is lost.",
    ),
    "inbox.jobs.failed.label": ("توقف", "Stopped"),
    "inbox.jobs.failed.do": ("اعرف السبب", "See why"),
    "inbox.jobs.running": ("يعمل الآن: {kind}.", "Going on now: {kind}."),
    "inbox.jobs.running.label": ("يعمل", "Going on"),
    "inbox.jobs.running.do": ("تابعه", "Follow it"),
    "inbox.uploads.ready": (
        "قرأنا الملف {file}. راجع أعمدته ثم حمّله.",
        "The file {file} has been read. Check its columns, then load it.",
    ),
    "inbox.uploads.ready.label": ("ملف للمراجعة", "File to check"),
    "inbox.uploads.ready.do": ("راجع الملف", "Check the file"),
    "inbox.uploads.refused": ("لم نتمكن من قراءة الملف {file}.", "The file {file} could not be read."),
    "inbox.uploads.refused.label": ("ملف لم يُقبل", "File refused"),
    "inbox.uploads.refused.do": ("اعرف السبب", "See why"),
    "inbox.uploads.failed": (
        "توقف تحميل الملف {file}. لم يضع شيء: يكمل من حيث توقف.",
        "Loading the file {file} stopped. Nothing is lost: it goes on from there.",
    ),
    "inbox.uploads.failed.label": ("تحميل توقف", "Loading stopped"),
    "inbox.uploads.failed.do": ("أعد المحاولة", "Try again"),
    "inbox.lists.rejected": (
        "أسطر من كشوفكم لم تُقبل وتنتظر الإصلاح: {rows}.",
        "Rows of your lists were not accepted and wait to be mended: {rows}.",
    ),
    "inbox.lists.rejected.label": ("أسطر مرفوضة", "Rejected rows"),
    "inbox.lists.rejected.do": ("أصلح الأسطر", "Mend the rows"),
    "inbox.lists.lost": (
        "كشوف قُبلت وفيها خلايا ضاعت أرقامها: {n}. إن كان الأصل عندك فصحّح الخلايا وارفعه من جديد.",
        "Lists accepted with cells whose digits were lost: {n}. If you have the original, correct the cells"
        " and bring it again.",
    ),
    "inbox.lists.lost.label": ("أرقام ضاعت", "Lost digits"),
    "inbox.lists.lost.do": ("انظر الخلايا", "See the cells"),
    "inbox.runs.prepared": (
        "نتيجة مطابقة تنتظر النشر. انظر ما يتغيّر قبل نشرها.",
        "A result of matching waits to be published. See first what would change.",
    ),
    "inbox.runs.prepared.label": ("مطابقة جاهزة", "Matching ready"),
    "inbox.runs.prepared.do": ("انظر وانشر", "Look and publish"),
    "inbox.review.pairs": (
        "أزواج تنتظر حكمك: {n}. أولها أكبرها أثرًا.",
        "Pairs that wait for your verdict: {n}. The weightiest come first.",
    ),
    "inbox.review.pairs.label": ("مراجعة", "Review"),
    "inbox.review.pairs.do": ("ابدأ المراجعة", "Start reviewing"),
    "inbox.review.doubts": (
        "شكوك من الجهات في أسر ضُمّت إلى غيرها: {n}.",
        "Doubts of organisations about families that were joined: {n}.",
    ),
    "inbox.review.doubts.label": ("شكوك", "Doubts"),
    "inbox.review.doubts.do": ("اقرأها", "Read them"),
    "inbox.overlaps.certain": (
        "مرات صُرف فيها لأسرة واحدة الشيء نفسه منكم ومن جهة أخرى: {n}.",
        "Times that one family was given the same thing by you and by another organisation: {n}.",
    ),
    "inbox.overlaps.certain.label": ("ازدواج مؤكد", "Overlap, certain"),
    "inbox.overlaps.certain.do": ("انظر الازدواج", "See the overlaps"),
    "inbox.overlaps.likely": (
        "مرات قد تكون فيها الأسرة واحدة، وصُرف لها منكم ومن جهة أخرى: {n}.",
        "Times that it may be one family, given to by you and by another organisation: {n}.",
    ),
    "inbox.overlaps.likely.label": ("ازدواج مرجّح", "Overlap, likely"),
    "inbox.overlaps.likely.do": ("انظر الازدواج", "See the overlaps"),
    "inbox.months.unreported": (
        "باب «{slot}»: لم يصل كشفكم عن {month}.",
        "Slot “{slot}”: your list for {month} has not come.",
    ),
    "inbox.months.unreported.label": ("كشف ناقص", "List missing"),
    "inbox.months.unreported.do": ("ارفع الكشف", "Bring the list"),
    "inbox.nothing": ("لم نصرف شيئًا", "We gave nothing"),
}
