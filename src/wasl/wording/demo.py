"""Words of the demonstration: code → (Arabic, English)."""

WORDS: dict[str, tuple[str, str]] = {
    "stage.demo_lists": ("كتابة كشوف تحالف خيالي", "Writing the lists of a fictional alliance"),
    "stage.demo_load": ("تحميل الكشوف", "Loading the lists"),
    "stage.gaps": ("حصر الفجوات", "Counting gaps"),
    "stage.demo_give": ("حجز وتسليم أول كراتين", "Reserving and delivering the first boxes"),
    "demo.users": ("مستخدمو التجربة:", "The demo's users:"),
    "demo.user": (
        "  {username}  كلمة المرور {password}  ({organisation}، {role})",
        "  {username}  password {password}  ({organisation}, {role})",
    ),
    "demo.folder_not_ours": (
        "في المجلد {folder} ملفات ليست لوصل ({names}). لم نمسح شيئًا؛ اختر مجلدًا آخر بـ --home.",
        "The folder {folder} holds files that are not Wasl's ({names}). Nothing was removed; choose another with --home.",
    ),
    "demo.other_size": (
        "هذه التجربة معدّة لـ {families} أسرة. ابدأ من جديد بـ --fresh أو اطلب العدد نفسه.",
        "This demo was made with {families} families. Start over with --fresh, or ask for the same number.",
    ),
}

RESULT_WORDS: dict[str, tuple[str, str]] = {
    "comma": ("، ", ", "),
    "rows": (
        "{lists} كشفًا. الأسطر: مقبول {accepted}، مرفوض {rejected}، مكرر {repeated}، ليس بيانات {not_data}.",
        "{lists} lists. Rows: accepted {accepted}, rejected {rejected}, repeated {repeated}, not data {not_data}.",
    ),
    "rejected": ("  أسباب الرفض: {told}", "  Rejected because: {told}"),
    "lost": (
        "  خلايا لم تُقرأ (والسطر مقبول): {told}",
        "  Cells that could not be read (the row was kept): {told}",
    ),
    "people": ("الأفراد {people}، الأسر {families}.", "People {people}, families {families}."),
    "slot": (
        "  {name}: ازدواج مؤكد {certain} ومرجّح {likely}، تكلفته {cost} جنيه؛ فجوات شهر {month}: {gaps}، غير معلوم {unknown}.",
        "  {name}: overlaps certain {certain}, likely {likely}, costing EGP {cost}; gaps in {month}: {gaps}, unknown {unknown}.",
    ),
    "oldest": (
        "أقدم آخر كشف وصل من جهة: شهر {month}.",
        "The oldest newest report of an organisation: month {month}.",
    ),
}
