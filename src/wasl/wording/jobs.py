"""Words of long work, as pages and commands say them."""

WORDS: dict[str, tuple[str, str]] = {
    "work.on": ("المنفّذ يعمل  (للإيقاف: Ctrl+C)", "The worker is on  (to stop: Ctrl+C)"),
    "job.unknown": ("لا يوجد عمل بالرقم {code}.", "There is no job {code}."),
    "job.not_yours": (
        "لا يوقف هذا العمل إلا من طلبه أو موظف من جهته. لم يتغير شيء.",
        "Only whoever asked for this job, or an officer of the organisation, may stop it.",
    ),
    "job.held": (
        "عملية أخرى ما زالت تعمل فيه؛ يُعاد تلقائيًا.",
        "Another process is still at it; it is tried again by itself.",
    ),
    "job.broken": (
        "حدث خطأ لم نتوقعه. لم يضع شيء مما حُفظ. أعد المحاولة؛ فإن تكرر فأخبر مكتب الهوية برقم هذا العمل.",
        "Something went wrong that nobody expected. Nothing that was kept is lost. Try again; if it happens"
        " again, tell the identity desk the number of this job.",
    ),
    "job.died": (
        "توقف العمل عدة مرات قبل أن يكتمل، وغالبًا لأن الذاكرة لا تكفي. أخبر مكتب الهوية برقمه.",
        "This job was cut off several times before its end, most likely for want of memory. Tell the"
        " identity desk its number.",
    ),
}
