"""Words of long work: how far it is, and stopping it."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "jobs.kind": ("عمل مطلوب", "A job"),
    "jobs.kind.look_at_list": ("قراءة الملف", "Looking at a file"),
    "jobs.kind.load_list": ("تحميل كشف", "Loading a list"),
    "jobs.kind.withdraw_list": ("سحب كشف", "Withdrawing a list"),
    "jobs.kind.restore_list": ("استرجاع كشف مسحوب", "Bringing a list back"),
    "jobs.kind.correct_list": ("تصحيح كشف", "Correcting a list"),
    "jobs.kind.forget_file": ("حذف ملف لم يُحمَّل", "Deleting a file that was not loaded"),
    "jobs.kind.add_family": ("إضافة أسرة", "Adding a family"),
    "jobs.kind.withdraw_family": ("سحب أسرة من الكشف", "Withdrawing a family from the list"),
    "jobs.kind.restore_family": ("استرجاع أسرة مسحوبة", "Bringing a family back to the list"),
    "jobs.kind.refresh_figures": ("حصر الفجوات بعد المطابقة", "Counting gaps after matching"),
    "jobs.kind.count_gaps": ("حصر الفجوات", "Counting gaps"),
    "jobs.kind.export_benefits": ("كتابة ملف للتنزيل", "Writing a file to download"),
    "jobs.kind.prepare_link": ("مطابقة الكشوف", "Matching the lists"),
    "jobs.kind.publish_link": ("نشر نتيجة المطابقة", "Publishing the result of matching"),
    "jobs.kind.discard_link": ("ترك نتيجة المطابقة", "Dropping the result of matching"),
    "jobs.state.waiting": ("ينتظر دوره", "Waiting for its turn"),
    "jobs.state.running": ("يعمل الآن", "Going on"),
    "jobs.state.done": ("تم", "Done"),
    "jobs.state.failed": ("لم يتم", "Failed"),
    "jobs.state.cancelled": ("أُوقف", "Stopped"),
    "jobs.starting": ("يبدأ", "Starting"),
    "jobs.stopping": (
        "طُلب إيقافه، ويتوقف بعد خطوته الحالية",
        "Asked to stop, and does after its present step",
    ),
    "jobs.nobody_works": (
        "الخادم لا ينفّذ أعمالًا الآن. طلبك محفوظ ويبدأ وحده حين يعود الخادم إلى العمل. إن طال الانتظار"
        " فأخبر مكتب الهوية.",
        "The server is not doing such work at the moment. Your request is kept and begins by itself when it"
        " does. Tell the identity desk if it takes long.",
    ),
    "jobs.may_leave": (
        "يمكنك ترك هذه الصفحة: يستمر العمل، وتجده عند عودتك.",
        "You may leave this page: the work goes on, and is here when you come back.",
    ),
    "jobs.answer.done": ("تم العمل.", "It is done."),
    "jobs.answer.failed": (
        "لم يتم العمل، ولم يضع شيء مما حُفظ.",
        "It was not done. Nothing that was kept is lost.",
    ),
    "jobs.answer.cancelled": ("أُوقف العمل قبل أن يكتمل.", "It was stopped before its end."),
    "jobs.cancel": ("أوقف العمل", "Stop it"),
    "jobs.asked_to_stop": ("طُلب إيقاف العمل.", "It was asked to stop."),
    "jobs.over_already": (
        "انتهى العمل قبل أن يُطلب إيقافه.",
        "It was over before it was asked to stop.",
    ),
    "jobs.look_again": ("انظر إلى أين وصل", "See how far it is"),
    "jobs.back": ("إلى ما يخص هذا العمل", "To what this was about"),
    "jobs.number": ("رقم العمل", "Number"),
    "jobs.by": ("طلبه", "Asked by"),
    "jobs.asked_at": ("وقت الطلب", "Asked"),
    "jobs.started_at": ("بدأ", "Began"),
    "jobs.finished_at": ("انتهى", "Ended"),
}
