"""Words of lists: loading, what became of rows, withdrawing and restoring."""

from wasl.intake.reading_words import WORDS as READING

WORDS: dict[str, tuple[str, str]] = {
    **{code: (said["ar"], said["en"]) for code, said in READING.items()},
    # errors
    "list.unknown": ("لا يوجد كشف رقم {list}.", "There is no list {list}."),
    "list.being_loaded": (
        "يُحمَّل الملف {file} الآن في مكان آخر. لم يتغير شيء: انتظر حتى ينتهي.",
        "{file} is being loaded somewhere else at the moment. Nothing was changed: wait until that has"
        " finished.",
    ),
    "list.only_officers_change": (
        "دورك للاطلاع فقط: لا يحمّل الكشوف ولا يسحبها.",
        "Your role reads lists; it may not load or withdraw them.",
    ),
    "list.still_loading": (
        "لم يكتمل تحميل الكشف {list}. حمّل ملفه مرة أخرى ليكمل من حيث توقف.",
        "List {list} is not loaded to its end. Load its file again: it goes on from where it stopped.",
    ),
    "list.is_replaced": (
        "حلّ محل الكشف {list} كشف آخر، فلا يُحسب. لاسترجاعه: wasl restore {list}",
        "List {list} was replaced by another and counts nowhere. To bring it back: wasl restore {list}",
    ),
    "list.edition_counts": (
        "الورقة نفسها محمَّلة في الكشف {list} وهو محسوب. اسحبه أولًا، أو حمّل الملف على أنه يحل محله. لم يضع"
        " شيء.",
        "The very same sheet is list {list}, which counts. Withdraw it first, or load the file in its place."
        " Nothing is lost.",
    ),
    "list.reason_too_long": (
        "السبب أطول من الحد المسموح به، وهو {most}. اختصره.",
        "The reason has more than {most} characters.",
    ),
    "list.nothing_to_correct": (
        "لم تغيّر شيئًا في الكشف {list}: اختر شهرًا أو احتياجًا أو نوعًا آخر.",
        "Nothing of list {list} is said to be otherwise: choose another month, need or kind.",
    ),
    "upload.unknown": ("لا يوجد ملف مرفوع برقم {code}.", "There is no upload {code}."),
    "upload.too_large": (
        "الملف {file} أكبر من {most_mb} ميجابايت. لم نحفظ منه شيئًا. احفظه بصيغة CSV أو قسّمه وارفع كل جزء وحده.",
        "{file} has more than {most_mb} MB. Nothing of it is kept. Save it as CSV, or split it and bring each part.",
    ),
    "upload.not_ready": (
        "الملف المرفوع {code} ليس جاهزًا الآن: افتح صفحته لترى أين وصل.",
        "Upload {code} is not ready now: open its page to see how far it is.",
    ),
    "upload.loaded_already": (
        "الملف المرفوع {code} يُحمَّل الآن أو حُمِّل. لإلغاء أثره اسحب كشفه.",
        "Upload {code} is being loaded or is loaded. To undo that, withdraw its list.",
    ),
    "upload.nothing_chosen": (
        "لم تُختر أي ورقة من الملف {file}. اختر ورقة واحدة على الأقل.",
        "No sheet of {file} is chosen. Choose at least one.",
    ),
    "stage.look": ("قراءة الملف", "Looking at the file"),
    "stage.withdraw": ("سحب الكشف", "Withdrawing the list"),
    "stage.restore": ("استرجاع الكشف", "Bringing the list back"),
    "list.reason_needed": ("اكتب سبب السحب.", "Say why the list is withdrawn."),
    "list.replaces_another_organisation": (
        "الكشف {list} لجهة أخرى: لا يحل محل كشفٍ إلا كشفٌ من جهته.",
        "List {list} belongs to another organisation: a list is replaced only by one of its own.",
    ),
    "list.replaces_which_sheet": (
        "في الملف أكثر من ورقة بيانات، وليس فيها ورقة باسم «{sheet}» كالكشف {list}. اجعل الملف ورقة واحدة.",
        "The file has several sheets with data and none called “{sheet}” as in list {list}. Leave one sheet in it.",
    ),
    "list.file_not_kept": ("الملف {file} غير محفوظ هنا.", "The file {file} is not kept here."),
    "list.kept_file_altered": (
        "الملف المحفوظ {file} تغيّر أو نقص.",
        "The kept file {file} was altered or cut short.",
    ),
    "list.mended_unknown": (
        "الملف {file} يذكر الكشف {list} سطر {row}، ولا يوجد سطر كهذا لهذه الجهة. لم يتغير شيء.",
        "{file} names list {list} row {row}, and this organisation has no such row. Nothing was changed.",
    ),
    "list.mended_without_origin": (
        "السطر {row} من {file} لا يذكر الكشف والسطر اللذين جاء منهما. لم يتغير شيء.",
        "Row {row} of {file} does not say from which list and row it came. Nothing was changed.",
    ),
    "list.no_rejected_rows": ("لا توجد أسطر مرفوضة في الكشف {list}.", "List {list} has no rejected rows."),
    "list.mapping_malformed": (
        "ملف الأعمدة {file} غير مفهوم: {said}",
        "The mapping file {file} is not understood: {said}",
    ),
    "record.malformed": (
        "«{record}» ليس سجلًا. اكتب: كشف:سطر أو كشف:سطر:دور",
        "“{record}” is no record. Write LIST:ROW or LIST:ROW:ROLE",
    ),
    "record.unknown": ("لا يوجد هذا السجل.", "There is no such record."),
    "need.unknown": ("لا يوجد احتياج بالكود «{need}».", "There is no need “{need}”."),
    "kind.unknown": (
        "لا يوجد نوع كشف «{kind}»: known أو given أو planned.",
        "There is no kind “{kind}”: known, given or planned.",
    ),
    "place.unknown": (
        "لا يوجد مكان بالكود «{place}». أكواد المحافظات مثل EG24 والمراكز مثل EG2403.",
        "There is no place “{place}”. Codes of governorates are like EG24, of marakiz like EG2403.",
    ),
    "load.declined": (
        "لم يُحمَّل {file}. لتغيير قراءة الأعمدة: --mapping M.yaml",
        "{file} was not loaded. To have its columns read otherwise: --mapping M.yaml",
    ),
    # a sheet
    "stage.load": ("تحميل", "Loading"),
    "load.file": ("الملف {file}", "File {file}"),
    "load.sheet": ("ورقة «{sheet}»", "Sheet “{sheet}”"),
    "load.loaded": (
        "الكشف {list} ({kind}): الأسطر {total}؛ مقبول {accepted}، مرفوض {rejected}، مكرر {repeated}، ليس"
        " بيانات {not_data}",
        "List {list} ({kind}): {total} rows; {accepted} accepted, {rejected} rejected, {repeated} repeated,"
        " {not_data} not data",
    ),
    "load.resumed": (
        "أُكمل تحميل سابق من حيث توقف.",
        "A load that had been interrupted went on from where it stopped.",
    ),
    "load.already": (
        "هذا الملف محمَّل من قبل: الكشف {list} ({state}). لم يتغير شيء.",
        "This file is loaded already: list {list} ({state}). Nothing was changed.",
    ),
    "load.already_otherwise": (
        "لقراءته من جديد بشهر أو احتياج آخر: اسحب الكشف {list}، أو أضف --replaces {list}",
        "To have it read with another month or need: withdraw list {list}, or add --replaces {list}",
    ),
    "load.skipped": (
        "ورقة «{sheet}» ليست كشفًا ولم تُحمَّل: {why}",
        "Sheet “{sheet}” is no list and was not loaded: {why}",
    ),
    "empty": ("فارغة", "it is empty"),
    "not_chosen": ("لم تُختر", "it was not chosen"),
    "no_name_or_id": (
        "لا عمود فيها لاسم أو رقم قومي (ملخص)",
        "it has no column of names or ids (a summary)",
    ),
    "load.mended": (
        "أسطر عادت إلى كشوفها ({lists}): {rows}",
        "{rows} rows went back to their lists: {lists}",
    ),
    "load.mended_nothing": (
        "لا جديد: أسطر هذا الملف عادت إلى كشوفها من قبل.",
        "Nothing new: the rows of this file are back in their lists already.",
    ),
    "load.replaced": ("حلّ محل الكشف {list}.", "It takes the place of list {list}."),
    "load.also_by": (
        "تنبيه: حمّلت هذا الملف نفسه أيضًا: {organisations}",
        "Note: the very same file was also loaded by: {organisations}",
    ),
    "load.also_by_another": (
        "تنبيه: حمّلت جهة أخرى هذا الملف نفسه.",
        "Note: another organisation has loaded the very same file.",
    ),
    "load.rejected": (
        "  مرفوض: {reason} – الأسطر {rows}، أولها السطر {row}",
        "  rejected: {reason} – {rows} rows, the first is row {row}",
    ),
    "load.lost": (
        "  خلايا لم تُقرأ: {kind}، عمود «{column}» – {rows}، أولها السطر {row}{example}",
        "  cells not read: {kind}, column “{column}” – {rows}, the first in row {row}{example}",
    ),
    "load.lost_digits": (
        "  السطر {row}: الرقم القومي مكتوب {text} وضاعت أرقامه الأخيرة. قبلنا السطر بدون الرقم."
        " اضبط العمود كنص ثم ارفع الكشف المصحَّح (--replaces).",
        "  Row {row}: the national id is written {text}, its last digits are lost. The row was accepted without the id."
        " Format the column as text and load the corrected list (--replaces).",
    ),
    "load.example": (" ومكتوب فيها «{text}»", ", written “{text}”"),
    "load.without_claim": (
        "  أسطر بلا احتياج أو شهر مقروء، مقبولة ولا تُحسب صرفًا: {rows}",
        "  {rows} rows without a readable need or month: accepted, and no claim",
    ),
    "load.paid_elsewhere": (
        "  أسطر صرفتها جهة أخرى، تُعَدّ أسرًا معروفة ولا تُحسب صرفًا من هذه الجهة: {rows}",
        "  {rows} rows paid by another organisation: families known, no claim of this one",
    ),
    "load.columns": ("  الأعمدة: {columns}", "  columns: {columns}"),
    "load.column": ("«{header}» ← {field}", "“{header}” → {field}"),
    "load.unused_columns": (
        "  أعمدة لم نعرفها (محفوظة كما كُتبت): {columns}",
        "  columns not recognised (kept as written): {columns}",
    ),
    "load.rejected_file": (
        "  الأسطر المرفوضة في: {file}\n  صحّحها وحمّل الملف كما هو، تعُد إلى أماكنها.",
        "  rejected rows are in: {file}\n  mend them and load that file as it is: they go back to their places.",
    ),
    "load.interrupted": (
        "توقف تحميل {file}. لم يضع شيء: أعد المحاولة وسيكمل من حيث توقف.",
        "Loading {file} stopped. Nothing is lost: try again and it goes on from there.",
    ),
    "load.ask": ("هل القراءة صحيحة؟", "Is it read rightly?"),
    # lists
    "lists.none": ("لا توجد كشوف بعد.", "There are no lists yet."),
    "lists.withdrawn": (
        "سُحب الكشف {list}: لا يُحسب في شيء.",
        "List {list} is withdrawn: it counts nowhere.",
    ),
    "lists.withdrawn_already": ("الكشف {list} مسحوب من قبل.", "List {list} was withdrawn already."),
    "lists.restored": ("استُرجع الكشف {list} وصار محسوبًا.", "List {list} is back and counts."),
    "lists.restored_already": ("الكشف {list} محسوب أصلًا.", "List {list} counts already."),
    "lists.stepped_back": (
        "وتوقف حساب ما حلّ محله أو حلّ هو محله: {lists}",
        "What counted in its place steps back: {lists}",
    ),
    "lists.rejected_written": (
        "أسطر مرفوضة كُتبت في {file}: {rows}",
        "Wrote {rows} rejected rows to {file}",
    ),
    "lists.reason": ("السبب: {reason}", "Reason: {reason}"),
    "reason.predecessor_restored": (
        "استُرجع الكشف الذي حلّ هذا محله",
        "the list it replaced was brought back",
    ),
    "lists.head.code": ("كشف", "list"),
    "lists.head.organisation": ("جهة", "organisation"),
    "lists.head.file": ("ملف", "file"),
    "lists.head.kind": ("نوع", "kind"),
    "lists.head.state": ("حالة", "state"),
    "lists.head.month": ("شهر", "month"),
    "lists.head.accepted": ("مقبول", "accepted"),
    "lists.head.rejected": ("مرفوض", "rejected"),
    "lists.head.repeated": ("مكرر", "repeated"),
    "lists.head.not_data": ("ليس بيانات", "not data"),
    "lists.head.lost": ("خلايا ضائعة", "lost cells"),
    "lists.head.without_claim": ("بلا صرف", "no claim"),
    "lists.head.loaded": ("حُمّل", "loaded"),
    "kind.known": ("أسر معروفة", "families known"),
    "kind.given": ("صرف تم", "help given"),
    "kind.planned": ("صرف مخطط", "help planned"),
    "state.loading": ("لم يكتمل", "not complete"),
    "state.active": ("محسوب", "counts"),
    "state.withdrawn": ("مسحوب", "withdrawn"),
    "state.replaced": ("حلّ محله غيره", "replaced"),
}
