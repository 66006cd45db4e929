"""Words of how right matching is, by the month's sample."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "accuracy.title": ("دقة المطابقة", "How right matching is"),
    "accuracy.answer": (
        "من كل 100 زوج ضممناه إلى فرد واحد {value} صحيح (بين {low} و{high})، بحكم المراجعين في {pairs}"
        " من عينة {month}.",
        "Of 100 pairs that we joined into one person {value} are right (between {low} and {high}), as"
        " reviewers judged {pairs} of the sample of {month}.",
    ),
    "accuracy.answer_missed": (
        "ومن كل 100 زوج هما فرد واحد بقي {value} دون ضم (بين {low} و{high}).",
        "Of 100 pairs that are one person {value} were left apart (between {low} and {high}).",
    ),
    "accuracy.answer_drawn": (
        "سُحبت عينة {month} ولم يُحكم في شيء منها بعد.",
        "The sample of {month} is drawn, and nothing of it has been judged yet.",
    ),
    "accuracy.answer_none": (
        "لم تُسحب عينة بعد: لا نعرف كم من الضم صحيح.",
        "No sample has been drawn yet: we do not know how much of what is joined is right.",
    ),
    "accuracy.explain": (
        "كل شهر نسحب بالقرعة 200 زوج ضممناه و200 زوج لم نضمه، ونسأل عنها المراجعين دون أن يروا أدلتنا"
        " ولا ما نعدّه. أجوبتهم هي المقياس الصادق الوحيد.",
        "Each month 200 pairs that are joined and 200 that are not are drawn by lot, and reviewers are asked"
        " without seeing our evidence or what we hold. Their answers are the only true measure.",
    ),
    "accuracy.frame": (
        "تُقاس أزواج السجلات، لا الأسر. ولا تدخل أزواج حكم فيها أحد. ويُقدَّر ما فات من الأزواج التي قورنت،"
        " ومن التي يلتقي فيها اسمان والمركز؛ وما لا يلتقي فيه ذلك لا يُقدَّر. و«لا يمكن الجزم» لا تُحسب.",
        "Pairs of records are measured, not families; what somebody has decided is left out. What was missed is"
        " estimated over pairs that were compared, and over those that share two names and the markaz; others"
        " are not estimated. “Cannot tell” does not count.",
    ),
    "accuracy.judge": ("احكم في العينة", "Judge the sample"),
    "accuracy.draw": ("اسحب عينة هذا الشهر", "Draw this month's sample"),
    "accuracy.drawing": (
        "عينة هذا الشهر مسحوبة أو تُسحب الآن.",
        "This month's sample is drawn, or being drawn.",
    ),
    "accuracy.waits": ("ينتظر حكمك من العينة {pairs}.", "{pairs} of the sample wait for your judgement."),
    "accuracy.waits_blind": (
        "تنتظر حكمك أزواج لقياس الدقة، نعرضها بلا أدلة.",
        "Pairs wait for your judgement that measure how right matching is; they are shown without evidence.",
    ),
    "accuracy.waits_none": ("لا ينتظر حكمك شيء من العينة.", "Nothing of the sample waits for you."),
    "accuracy.blind": (
        "هذا الزوج لقياس الدقة: لا نعرض أدلتنا ولا ما نعدّه الآن، ليكون الحكم حكمك وحدك.",
        "This pair measures how right we are: our evidence and what we hold are not shown, so that the judgement"
        " is yours alone.",
    ),
    "accuracy.was_judged": (
        "حكم غيرك في هذا الزوج قبل قليل: حكمك لم يُحسب.",
        "Somebody else has judged this pair meanwhile: yours was not counted.",
    ),
    "accuracy.contradicts": (
        "حُسب حكمك في القياس. ولأنه يناقض أحكامًا سابقة لم يصبح حكمًا نافذًا.",
        "Your answer is counted. As it contradicts earlier verdicts it did not become one.",
    ),
    "accuracy.months": ("شهرًا شهرًا", "Month by month"),
    "accuracy.month": ("الشهر", "Month"),
    "accuracy.drawn_at": ("سُحبت", "Drawn"),
    "accuracy.judged": ("حُكم فيه", "Judged"),
    "accuracy.of": ("{said} من {drawn}", "{said} of {drawn}"),
    "accuracy.precision": ("صحيح مما ضُم", "Right, of what is joined"),
    "accuracy.certain": ("المؤكد منه", "Of the certain"),
    "accuracy.likely": ("المرجّح منه", "Of the likely"),
    "accuracy.missed": ("فات ضمّه", "Left apart"),
    "accuracy.agreement": ("اتفاق مراجعَين", "Two reviewers agree"),
    "accuracy.verdicts": ("أصبح أحكامًا", "Became verdicts"),
    "accuracy.share": ("{value}٪", "{value}%"),
    "accuracy.between": ("بين {low} و{high}٪، من {n}", "between {low} and {high}%, of {n}"),
    "accuracy.low": ("الحد الأدنى ٪", "Lower bound %"),
    "accuracy.high": ("الحد الأعلى ٪", "Upper bound %"),
    "accuracy.value": ("القيمة ٪", "Value %"),
    "accuracy.measure": ("المقياس", "Measure"),
    "accuracy.n": ("من كم حُكم فيه", "Of how many judged"),
    "accuracy.parts": ("من أين سُحبت", "Where it was drawn from"),
    "accuracy.part": ("القسم", "Part"),
    "accuracy.frame_size": ("أزواجه كلها (تقديرًا)", "All its pairs (about)"),
    "accuracy.drawn": ("سُحب", "Drawn"),
    "accuracy.same": ("واحد", "The same"),
    "accuracy.different": ("ليسا واحدًا", "Not the same"),
    "accuracy.unsure": ("لا يمكن الجزم", "Cannot tell"),
    "accuracy.part.certain": ("ضُم، مؤكد", "Joined, certain"),
    "accuracy.part.likely": ("ضُم على الأرجح", "Joined, likely"),
    "accuracy.part.possible": ("للمراجعة", "To be reviewed"),
    "accuracy.part.cut": ("قورن وفُصل لتناقض", "Compared, separated by a contradiction"),
    "accuracy.part.near": (
        "لم يُضم: اسمان والمركز وسنة الميلاد",
        "Apart: two names, the markaz, the birth year",
    ),
    "accuracy.part.far": ("لم يُضم: اسمان والمركز", "Apart: two names and the markaz"),
    "accuracy.seed": ("رقم القرعة {seed}، بعد المطابقة رقم {run}", "Seed {seed}, after matching no. {run}"),
    "accuracy.home": ("صحيح مما ضُم", "Right, of what is joined"),
    "accuracy.home_note": (
        "بين {low} و{high}٪ · حُكم في {pairs} · {ago}",
        "between {low} and {high}% · {pairs} judged · {ago}",
    ),
    "accuracy.home_none": ("لم تُقَس بعد", "Not measured yet"),
    "jobs.kind.draw_sample": ("سحب عينة الشهر", "Drawing the month's sample"),
    "stage.draw_sample": ("سحب العينة", "Drawing the sample"),
    "review.source.sample": ("لقياس الدقة", "To measure"),
}
