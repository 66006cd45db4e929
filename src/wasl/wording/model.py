"""Words of the model: what pairs are weighed by, and how right it is."""

WORDS: dict[str, tuple[str, str]] = {
    # errors
    "model.unknown": ("لا يوجد نموذج باسم {version}.", "There is no model {version}."),
    "model.none_current": (
        "لا يوجد نموذج بعد: أول مطابقة تتعلمه (wasl link).",
        "There is no model yet: the first matching learns one (wasl link).",
    ),
    "model.invalid": (
        "الملف ليس نموذجًا سليمًا. الخطأ عند: {where}",
        "The file is not a model; it fails at: {where}",
    ),
    "model.precision_out_of_range": (
        "اكتب الصواب المطلوب بين 0.5 و1، مثل 0.99.",
        "Give the share that is to be right between 0.5 and 1, as 0.99.",
    ),
    "model.too_few_known": (
        "ما نعرف حقيقته من الأزواج ({pairs}) لا يكفي لضمان هذا الصواب. اطلب أقل منه، أو انتظر قوائم أكثر.",
        "The {pairs} pairs whose truth is known are too few, or too often wrong, for this share. Ask for less, or"
        " wait for more lists.",
    ),
    # progress
    "stage.model_learn": ("تعلّم الأوزان", "Learning weights"),
    # listing and drawing
    "model.none": ("لا نماذج بعد.", "No models yet."),
    "model.line": (
        "{version}  {state}  {on}  {by}  من {records} سجل  {note}",
        "{version}  {state}  {on}  {by}  from {records} records  {note}",
    ),
    "model.current": ("يُعمل به", "current"),
    "model.draft": ("مسودة", "draft"),
    "model.past": ("سابق", "past"),
    "model.heading": ("النموذج {version}", "Model {version}"),
    "model.made_from": (
        "تعلّم من {records} سجل: {id_pairs} زوج جمعه رقم قومي واحد، و{judged_pairs} زوج قورن، و{decided_pairs} زوج"
        " حكم فيه الناس.",
        "Learnt from {records} records: {id_pairs} pairs that one national ID joins, {judged_pairs} pairs that were"
        " compared, {decided_pairs} that people decided.",
    ),
    "model.threshold": ("  {name}: {weight}", "  {name}: {weight}"),
    "model.threshold.likely": ("حد المرجح", "likely from"),
    "model.threshold.possible": ("حد ما يُراجَع", "to be reviewed from"),
    "model.threshold.certain": ("حد المؤكد", "certain from"),
    "model.threshold.family_likely": ("حد الأسرة المرجحة", "a likely family from"),
    "model.threshold.same": ("«نفس الشخص» عند السؤال", "“the same” when asked, from"),
    "model.threshold.maybe": ("«قد يكون» عند السؤال", "“may be” when asked, from"),
    "model.legend": (
        "لكل حالة: نسبتها بين سجلات الشخص الواحد، ثم وزنها بالبت: ما يزيد يرجّح أنهما واحد.",
        "For each level: its share among records of one person, then its weight in bits: what is above 0 speaks for"
        " one person.",
    ),
    "model.comparison": ("{comparison}", "{comparison}"),
    "model.level": ("  {seen}٪  {weight}  {bar} {level}", "  {seen} %  {weight}  {bar} {level}"),
    "model.spread": ("(متأنية {careful}، متعجلة {careless})", "(careful {careful}, careless {careless})"),
    "model.class.careful": (
        "جهات تكتب بعناية (بأرقامها): {organisations}",
        "Organisations that write carefully (by number): {organisations}",
    ),
    "model.class.careless": (
        "جهات يكثر في كتابتها الخطأ (بأرقامها): {organisations}",
        "Organisations that often err in writing (by number): {organisations}",
    ),
    # learning and measuring
    "model.learnt": (
        "حُفظ النموذج {version} مسودة. لم يتغير شيء.",
        "Model {version} is kept as a draft. Nothing changed.",
    ),
    "model.how_to_use": (
        "لترى ما يتغير به: wasl model use {version}",
        "To see what it would change: wasl model use {version}",
    ),
    "model.hidden": (
        "أُخفيت أرقام {hidden} سجل، وطوبق كل شيء من دونها:",
        "The IDs of {hidden} records were hidden, and everything was matched without them:",
    ),
    "model.sample": ("من عينة الشهر ({pairs} زوج):", "Of the monthly sample ({pairs} pairs):"),
    "model.precision": ("الصواب فيما جُمع", "right of what is joined"),
    "model.recall": ("ما وُجد مما هو واحد", "found of what is one"),
    "model.decided_same": ("ما حكم الناس بأنه واحد، وجُمع", "decided to be one, and joined"),
    "model.decided_different": ("ما حكم الناس بأنه مختلف، وفُصل", "decided to differ, and apart"),
    "model.share": (
        "  {name}: {value}٪ (بين {low} و{high})، العدد {n}",
        "  {name}: {value} % ({low} to {high}), of {n}",
    ),
    "model.unknown_share": ("  {name}: لا يُعرف بعد", "  {name}: not known yet"),
    "model.calibration": (
        "بحسب الوزن: الأزواج، ونسبة ما ينتظر أن يكون واحدًا منها، وما هو واحد فعلًا",
        "By weight: pairs, how many are expected to be one, how many are",
    ),
    "model.calibrated": (
        "  {low} إلى {high}: {pairs}، المنتظر {expected}٪، الواقع {seen}٪",
        "  {low} to {high}: {pairs}, expected {expected} %, seen {seen} %",
    ),
    "model.truth": (
        "على الحقيقة: الصواب {precision}، الوجود {recall}",
        "By the truth: precision {precision}, recall {recall}",
    ),
    # using
    "model.difference.people": (
        "الأفراد: {before_people} الآن، {after_people} بعده",
        "People: {before_people} now, {after_people} after",
    ),
    "model.difference.families": (
        "الأسر: {before_families} الآن، {after_families} بعده",
        "Families: {before_families} now, {after_families} after",
    ),
    "model.difference.changes": (
        "تُجمع {joined_people} فردًا و{joined_families} أسرة، وتُفصل {separated_people} فردًا و{separated_families} أسرة",
        "{joined_people} people and {joined_families} families are joined, {separated_people} people and"
        " {separated_families} families separated",
    ),
    "model.difference.moved": (
        "تنتقل سجلات {moved_people} وأسطر أسر {moved_families}، عند {organisations} جهة، وتتغير {touched_families} أسرة",
        "{moved_people} records and {moved_families} family rows move, of {organisations} organisations;"
        " {touched_families} families are touched",
    ),
    "model.waits": (
        "جُهزت المطابقة رقم {run} بالنموذج {version} وتنتظر: انشرها من صفحة المطابقات، أو أعد الأمر مع ‎--publish.",
        "Run no. {run} by model {version} is prepared and waits: publish it on the page of runs, or say --publish.",
    ),
    "model.published": (
        "نُشرت المطابقة رقم {run}، والنموذج {version} هو المعمول به.",
        "Run no. {run} is published, and model {version} is current.",
    ),
}
