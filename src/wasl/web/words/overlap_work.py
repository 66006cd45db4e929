"""Words of one overlap's page and of answering many."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "overlap.title": ("ازدواج في «{slot}» لشهر {month}", "Overlap in “{slot}”, {month}"),
    "overlap.title_once": ("ازدواج في «{slot}» (مرة في العمر)", "Overlap in “{slot}” (once in a life)"),
    "overlap.answer": (
        "صُرف لهذه الأسرة في الباب نفسه والشهر نفسه من {organisations}.",
        "This family was given the same slot in the same month by {organisations}.",
    ),
    "overlap.meanwhile": (
        "وحتى يُحسم الأمر يستمر الصرف كما هو.",
        "Until it is settled, giving goes on.",
    ),
    "overlap.and": (" و", " and "),
    "overlap.secretariat": ("الأمانة", "The secretariat"),
    "overlap.open_page": ("افتح الازدواج", "Open the overlap"),
    "overlap.family": ("الأسرة", "Family"),
    "overlap.rows": ("ما صُرف", "What was given"),
    "overlap.conversation": ("ما قيل", "What was said"),
    "overlap.conversation.none": ("لم يرد أحد بعد.", "Nobody has answered yet."),
    "overlap.your_answer": ("رد جهتكم", "Your organisation's answer"),
    "overlap.decide": ("قرار الأمانة", "The secretariat's decision"),
    "overlap.decide.do": ("احفظ القرار", "Keep the decision"),
    "overlap.reason": ("السبب (تقرؤه الجهات الأخرى)", "Reason (the other organisations read it)"),
    "overlap.reason_decision": (
        "سبب القرار (تقرؤه جهات الازدواج)",
        "Reason of the decision (the organisations read it)",
    ),
    "overlap.answer_missing": ("اختر ردًا.", "Choose an answer."),
    "overlap.cannot_answer": (
        "الرد لموظف الجهة؛ حسابك للاطلاع فقط.",
        "Officers answer; you may only read.",
    ),
    "overlap.we_stop": ("نتوقف نحن", "We stop"),
    "overlap.we_stop.explain": (
        "لا تصرف جهتكم في هذا الباب، ويصرف غيرها إن وافق.",
        "Your organisation no longer gives in this slot; the others do, if they agree.",
    ),
    "overlap.you_stop": ("تتوقفون أنتم", "You stop"),
    "overlap.you_stop.explain": (
        "نستمر وحدنا في هذا الباب، وتتوقف كل جهة أخرى إن وافقت.",
        "We alone give in this slot; every other organisation stops, if it agrees.",
    ),
    "overlap.both": ("نستمر معًا، لأن…", "Both go on, because …"),
    "overlap.both.explain": (
        "لا يتوقف أحد: اكتب لماذا تحتاج الأسرة إلى الصرفين.",
        "Nobody stops: write why the family needs both.",
    ),
    "overlap.keep_one": ("تستمر {organisation} وحدها", "{organisation} alone goes on"),
    "overlap.keep_all": ("يستمر الجميع، لأن…", "All go on, because …"),
    "overlap.drops": (
        "تتوقف {organisation} عن {families} ابتداءً من {month}.",
        "{organisation} stops for {families} from {month} on.",
    ),
    "overlap.drops.nobody": ("لا تتوقف المنفعة عن أي أسرة.", "No family is dropped."),
    "overlap.drops.covered": (
        "ولدى كل أسرة منها تغطية أخرى في الأشهر الثلاثة التالية.",
        "All of them are covered by somebody else in the three months that follow.",
    ),
    "overlap.drops.bare": (
        "ولا توجد حتى الآن تغطية أخرى مسجلة لـ: {months}.",
        "As yet nobody else has recorded coverage for: {months}.",
    ),
    "overlap.drops.in_month": ("{families} في {month}", "{families} in {month}"),
    "overlap.stage": ("الموقف", "Where it stands"),
    "overlap.stage.mine": ("ينتظر ردكم", "Waits for your answer"),
    "overlap.stage.others": ("ينتظر رد الطرف الآخر", "Waits for the other side"),
    "overlap.stage.asked": ("لم يُرد عليه", "Unanswered"),
    "overlap.stage.talking": ("بين الجهتين", "Between its organisations"),
    "overlap.stage.passed": ("لدى الأمانة", "With the secretariat"),
    "overlap.stage.settled": ("محسوم", "Settled"),
    "overlap.stage.closed": ("مغلق", "Closed"),
    "overlap.next.mine": (
        "اختر ردًا قبل {due}، وإلا انتقل إلى الأمانة.",
        "Answer before {due}, or it goes to the secretariat.",
    ),
    "overlap.next.others": (
        "ردكم محفوظ. إن لم يرد الطرف الآخر قبل {due} انتقل إلى الأمانة.",
        "Your answer is kept. Unless the other side answers before {due} it goes to the secretariat.",
    ),
    "overlap.next.talking": (
        "بين الجهتين حتى {due}، ثم ينتقل إلى الأمانة.",
        "Between its organisations until {due}, then the secretariat's.",
    ),
    "overlap.next.passed": (
        "مضى 14 يومًا دون اتفاق: تفصل الأمانة فيه، وما زال الاتفاق ممكنًا.",
        "14 days passed without agreement: the secretariat decides, and they may still agree.",
    ),
    "overlap.next.passed_early": (
        "اختلفت الجهات: تفصل الأمانة فيه، وما زال الاتفاق ممكنًا.",
        "The organisations disagree: the secretariat decides, and they may still agree.",
    ),
    "overlap.next.settled": (
        "تستمر {keepers}، وتوقفت {stopped} عن هذه الأسرة في هذا الباب.",
        "{keepers} goes on; {stopped} has stopped for this family in this slot.",
    ),
    "overlap.next.both": ("يستمر الجميع للأسباب المذكورة.", "All go on, for the reasons given."),
    "overlap.next.closed": (
        "لم يعد قائمًا: سُحب كشف أو انفصلت الأسرتان.",
        "It stands no longer: a list was withdrawn, or the families were separated.",
    ),
    "overlap.said.we_stop": ("نتوقف نحن", "We stop"),
    "overlap.said.you_stop": ("تتوقفون أنتم", "You stop"),
    "overlap.said.both": ("نستمر معًا", "Both go on"),
    "overlap.said.taken_back": ("تراجعت عن ردها", "Took the answer back"),
    "overlap.said.reopened": ("أعادت فتحه", "Opened it again"),
    "overlap.said.decided": ("قررت: تستمر {keepers}", "Decided: {keepers} goes on"),
    "overlap.said.decided_both": ("قررت: يستمر الجميع", "Decided: all go on"),
    "overlap.take_back": ("تراجع", "Take back"),
    "overlap.left": ("حجوزات قائمة لجهتكم بعد التوقف", "Your reservations that are still live"),
    "overlap.left.explain": (
        "لم تُلغَ تلقائيًا: افتح كل حجز وألغه إن لم تعد الأسرة تستحقه منكم.",
        "They were not cancelled: open each and cancel it if you will not give it.",
    ),
    "overlap.kept.talking": (
        "حُفظ ردكم على {overlaps}، وننتظر الطرف الآخر.",
        "Your answer to {overlaps} is kept; the other side is next.",
    ),
    "overlap.kept.passed": (
        "حُفظ ردكم. {overlaps} لم يُتفق عليه وانتقل إلى الأمانة.",
        "Your answer is kept. {overlaps} not agreed on, now with the secretariat.",
    ),
    "overlap.kept.settled": ("حُسم {overlaps}.", "{overlaps} settled."),
    "overlap.kept.left": (
        "{overlaps} لم يتغير: حُسم أو أُغلق من قبل.",
        "{overlaps} left as before: settled or closed already.",
    ),
    "overlap.taken_back": ("تراجعتم عن الرد على {overlaps}.", "The answer to {overlaps} was taken back."),
    "overlap.many.title": ("رد واحد على {overlaps}", "One answer to {overlaps}"),
    "overlap.many.answer": (
        "راجع ما سيحدث ثم أكّد. يمكن التراجع بعدها بضغطة واحدة.",
        "Look at what will happen, then confirm. It can be taken back in one click.",
    ),
    "overlap.many.confirm": ("أكّد الرد", "Confirm the answer"),
    "overlap.many.cancel": ("ارجع دون رد", "Back without answering"),
    "overlap.many.chosen": ("الرد على المحدد", "Answer the ticked ones"),
    "overlap.many.tick": ("حدد هذا الازدواج", "Tick this overlap"),
    "overlap.many.all": (
        "كل ما في هذه التصفية ({overlaps})، لا المحدد وحده",
        "All in this filter ({overlaps}), not only those ticked",
    ),
    "overlap.many.none": (
        "لم تحدد أي ازدواج. ارجع وحدد الصفوف أو اختر كل ما في التصفية.",
        "Nothing was ticked. Go back and tick rows, or choose all in the filter.",
    ),
    "overlap.work.mine": ("ينتظر ردنا", "Waits for us"),
    "overlap.work.talking": ("بدأ الرد عليه", "Being answered"),
    "overlap.work.passed": ("لدى الأمانة", "With the secretariat"),
    "overlap.work.settled": ("محسوم", "Settled"),
    "inbox.overlaps.passed": (
        "ازدواج لم تتفق عليه الجهتان أو لم يُرد عليه 14 يومًا، وينتظر قرار الأمانة: {n}.",
        "Overlaps not agreed on, or unanswered for 14 days, that wait for the secretariat's decision: {n}.",
    ),
    "inbox.overlaps.passed.label": ("ازدواج للفصل", "Overlaps to decide"),
    "inbox.overlaps.passed.do": ("افصل فيها", "Decide"),
}
