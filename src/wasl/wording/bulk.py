"""Words of what is done to many families at once: answers, errors, stages."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "stage.bulk.read": ("قراءة الأسطر", "Reading the rows"),
    "stage.bulk.reserve": ("حجز الاستحقاقات", "Reserving"),
    "stage.bulk.approve": ("اعتماد الاستحقاقات", "Approving"),
    "stage.bulk.deliver": ("تسجيل التسليم", "Recording deliveries"),
    "stage.bulk.reverse": ("إلغاء التسليم", "Reversing deliveries"),
    "stage.bulk.cancel": ("إلغاء الاستحقاقات", "Cancelling"),
    "bulk.unknown": ("لا توجد عملية جماعية بالرقم {code}.", "There is no bulk action {code}."),
    "bulk.desk_never_gives": (
        "مكتب الهوية لا يحجز ولا يصرف: هذا عمل موظف الجهة. نفّذ الأمر باسمه: ‎--as USER‎ (الآن: {username}).",
        "The desk never gives: an officer of the organisation does. Name one with --as USER (now: {username}).",
    ),
    "bulk.only_officers_give": (
        "دورك للاطلاع فقط؛ الحجز والصرف لموظف من الجهة.",
        "Your role only reads; reserving and delivering are for an officer of the organisation.",
    ),
    "bulk.not_ready": (
        "العملية {bulk} ليست جاهزة للتنفيذ، أو انتهت. افتح صفحتها لترى حالتها.",
        "Bulk action {bulk} is not ready to be done, or is over. Its page says how it stands.",
    ),
    "bulk.has_begun": (
        "بدأ تنفيذ العملية {bulk}، فلا تُحذف. تراجع عنها من صفحتها، فيُلغى ما تم كله.",
        "Bulk action {bulk} has begun and is not dropped. Take it back on its page: all it did is cancelled.",
    ),
    "bulk.still_going_on": (
        "العملية {bulk} ما زالت تعمل. انتظر حتى تنتهي، أو أوقفها أولًا.",
        "Bulk action {bulk} is still going on. Wait for its end, or stop it first.",
    ),
    "bulk.does_not_follow": (
        "لا تصلح هذه الخطوة بعد العملية {bulk}: الاعتماد بعد الحجز، والتسليم بعد الاعتماد، وإلغاء التسليم بعد التسليم.",
        "This does not follow on bulk action {bulk}: approve what was reserved, deliver what was approved, reverse"
        " what was delivered.",
    ),
    "bulk.nothing_to_follow": (
        "لم يتم شيء في العملية {bulk}، فليس فيها ما يُتابع.",
        "Nothing of bulk action {bulk} went through, so there is nothing to go on with.",
    ),
    "bulk.nothing_chosen": (
        "لم تُختر أسطر توقف عندها النظام ليسأل أو ينبّه. اختر سطرًا واحدًا على الأقل.",
        "No row was chosen that was warned of or asked about. Choose at least one.",
    ),
    "bulk.too_many_chosen": (
        "اخترت أسطرًا كثيرة. الحد {most}؛ أو امضِ فيها كلها.",
        "Too many rows were chosen: {most} at most, or go on with all.",
    ),
    "bulk.nothing_there": (
        "لا يوجد ما يُنفَّذ: لم نجد أسرة واحدة ولا استحقاقًا واحدًا بهذا الاختيار.",
        "There is nothing to do: not one family or grant was found.",
    ),
    "bulk.reason_needed": ("اكتب السبب.", "Say why."),
    "bulk.reason_too_long": (
        "السبب أطول من {most} حرف. اختصره.",
        "The reason is longer than {most} letters.",
    ),
    "bulk.rows_unanswered": (
        "لم تصل إجابة عن {rows} من أسطر العملية {bulk}، فلم يُحفظ منها شيء. أعد التنفيذ، فإن تكرر فأخبر مكتب الهوية.",
        "{rows} rows of bulk action {bulk} got no answer, so nothing of them was kept. Go on again; if it happens"
        " again, tell the identity desk.",
    ),
    "bulk.no_codes": (
        "الملف {file}: لم نجد عمودًا لأكواد الأسر أو الاستحقاقات. عناوين الأعمدة: {headings}. سمِّ العمود «كود الأسرة»"
        " (أو «كود الاستحقاق») وارفع الملف من جديد.",
        "{file}: no column of families' or grants' codes was found. Its headings: {headings}. Call the column"
        " 'family code' (or 'grant code') and send the file again.",
    ),
    "bulk.several_sheets": (
        "الملف {file}: الأكواد في أكثر من ورقة: {sheets}. اترك في الملف ورقة واحدة منها وارفعه من جديد.",
        "{file}: several sheets hold codes: {sheets}. Leave one of them and send the file again.",
    ),
    "bulk.need_and_month": (
        "قل أي احتياج ولأي شهر: ‎--need‎ و‎--month‎.",
        "Say which need and which month: --need and --month.",
    ),
    "bulk.one_source": (
        "قل من أين: ملف واحد، أو كشف واحد ‎--list‎، أو عملية واحدة ‎--bulk‎.",
        "Say one source: a file, or --list, or --bulk.",
    ),
    "bulk.day_unreadable": (
        "اليوم «{text}» غير مقروء. اكتبه هكذا: 2026-03-15.",
        "The day {text} cannot be read. Write it as 2026-03-15.",
    ),
    "bulk.day_ahead": (
        "يوم التسليم {day} لم يأتِ بعد. اكتب يومًا مضى أو اليوم.",
        "The day of delivery, {day}, has not come yet.",
    ),
    "bulk.quantity_unreadable": (
        "الكمية «{text}» غير مقروءة. اكتب رقمًا أكبر من صفر، بثلاثة كسور على الأكثر.",
        "The quantity {text} cannot be read: a number above nothing, three decimals at most.",
    ),
    "bulk.receiver_unknown": (
        "المستلم «{given}» غير معروف في العمليات الجماعية: self أو member.",
        "No such receiver for many at once: {given}. self or member.",
    ),
    "bulk.list_not_planned": (
        "الكشف {list} ليس كشفًا مخططًا يُحسب الآن، فلا يُحجز منه.",
        "List {list} is not a planned list that counts now, so nothing is reserved from it.",
    ),
    "bulk.made": ("العملية {bulk}", "Bulk action {bulk}"),
    "bulk.goes_on": (
        "العملية {bulk} بدأت من قبل؛ نكمل من حيث توقفت",
        "Bulk action {bulk} had begun; it goes on from there",
    ),
    "bulk.line": ("{outcome}: {rows}", "{outcome}: {rows}"),
    "bulk.head.row": ("السطر", "Row"),
    "bulk.head.family": ("كود الأسرة", "Family code"),
    "bulk.head.head": ("الاسم", "Name"),
    "bulk.head.need": ("الاحتياج", "Need"),
    "bulk.head.month": ("الشهر", "Month"),
    "bulk.head.quantity": ("الكمية", "Quantity"),
    "bulk.head.value": ("القيمة بالجنيه", "Value, EGP"),
    "bulk.head.outcome": ("النتيجة", "Outcome"),
    "bulk.head.why": ("السبب وما العمل", "Why, and what to do"),
    "bulk.head.covered_by": ("مغطاة من", "Covered by"),
    "bulk.head.free_from": ("يمكن التقديم ابتداءً من", "Free from"),
    "bulk.head.grant": ("كود الاستحقاق", "Grant code"),
    "bulk.covered_by.own": ("جهتنا", "our organisation"),
    "bulk.covered_by.other": ("جهة أخرى", "another organisation"),
    "bulk.covered_by.state": ("الدولة", "the state"),
    "bulk.covered_by.stopped": ("توقفت جهتنا باتفاق", "our organisation has stopped, by agreement"),
    "bulk.outcome.to_do": ("لم يُنفَّذ بعد", "Still to be done"),
    "bulk.outcome.reserved": ("حُجز", "Reserved"),
    "bulk.outcome.approved": ("اعتُمد", "Approved"),
    "bulk.outcome.delivered": ("سُلِّم", "Delivered"),
    "bulk.outcome.reversed": ("عُكس التسليم", "Reversed"),
    "bulk.outcome.cancelled": ("أُلغي", "Cancelled"),
    "bulk.outcome.refused": ("مرفوض: مغطاة", "Refused: covered"),
    "bulk.outcome.warned": ("تنبيه: مغطاة", "Warned: covered"),
    "bulk.outcome.asked": ("سؤال: قد تكون مغطاة", "Asked: may be covered"),
    "bulk.outcome.exists": ("محجوز لدينا من قبل", "Ours already"),
    "bulk.outcome.not_own": ("ليست من أسرنا", "Not ours"),
    "bulk.outcome.same_maker": ("يحتاج موظفًا آخر", "Somebody else must"),
    "bulk.outcome.lapsed": ("انتهت مدة الحجز", "Lapsed"),
    "bulk.outcome.state": ("حالته لا تسمح", "Not in its state"),
    "bulk.outcome.not_approved": ("لم يُعتمد بعد", "Not approved yet"),
    "bulk.outcome.all_given": ("سُلِّم كله من قبل", "All given already"),
    "bulk.outcome.of_list": ("التسليم من كشف", "Delivered by a list"),
    "bulk.outcome.shares": ("حصص الممولين لم تكتمل", "Shares not agreed"),
    "bulk.outcome.bad_code": ("كود غير صحيح", "Wrong code"),
    "bulk.outcome.no_code": ("بلا كود", "No code"),
    "bulk.outcome.bad_person": ("كود الفرد لأسرة", "No person's code"),
    "bulk.outcome.bad_quantity": ("كمية غير مقروءة", "Quantity unreadable"),
    "bulk.outcome.bad_value": ("قيمة غير مقروءة", "Value unreadable"),
    "bulk.outcome.not_found": ("كود لا نعرفه", "Unknown code"),
    "bulk.outcome.not_of_family": ("الفرد من أسرة أخرى", "Of another family"),
    "bulk.outcome.no_grant": ("لا استحقاق لها", "No such grant"),
    "bulk.outcome.repeated": ("مكرر في الملف", "Repeated"),
    "bulk.why.to_do": ("أكمل التنفيذ من صفحة العملية.", "Go on with the bulk action."),
    "bulk.why.refused": (
        "هذه الأسرة مغطاة في هذا الباب لهذا الشهر، فلا يُصرف مرتين.",
        "The family is covered for this slot in this month; nothing is given twice.",
    ),
    "bulk.why.warned": (
        "الأسرة مغطاة في هذا الباب لهذا الشهر. يجوز الصرف مع ذلك إذا ذكرت السبب.",
        "The family is covered for this slot in this month. It may be given all the same, with a reason.",
    ),
    "bulk.why.asked": (
        "قد تكون هي نفسها أسرة مغطاة هذا الشهر، أو لم تُطابق بعد. راجعها، ويجوز الصرف مع ذكر السبب.",
        "It may be a family that is covered already, or was not matched yet. Look at it; it may be given with a reason.",
    ),
    "bulk.why.exists": (
        "لها عندنا استحقاق قائم بالاحتياج نفسه والشهر نفسه، وكوده أمامه.",
        "We have a grant for it already, of the same need and month; its code stands beside.",
    ),
    "bulk.why.not_own": ("ليست في كشوف جهتنا.", "It stands in no list of ours."),
    "bulk.why.same_maker": (
        "من حجز لا يعتمد ما حجزه: يعتمده موظف آخر من الجهة.",
        "Whoever reserved does not approve it: another officer does.",
    ),
    "bulk.why.lapsed": ("مضت مدة الحجز. احجز من جديد.", "The reservation is over. Reserve again."),
    "bulk.why.state": (
        "حالة الاستحقاق لا تسمح بهذه الخطوة: قد تكون تمت من قبل أو أُلغي. افتحه لترى حاله.",
        "The grant's state does not allow this: it may be done already, or cancelled. Open it to see.",
    ),
    "bulk.why.not_approved": (
        "لا يُسلَّم استحقاق قبل أن يعتمده موظف آخر.",
        "A grant is delivered once somebody else has approved it.",
    ),
    "bulk.why.all_given": ("سُلِّمت دفعاته كلها من قبل.", "All its tranches were delivered before."),
    "bulk.why.of_list": (
        "سجّل هذا التسليم كشف محمَّل: صحّح الكشف أو اسحبه.",
        "A loaded list says that it was delivered: correct or withdraw the list.",
    ),
    "bulk.why.shares": (
        "لهذا الاستحقاق ممولون لم يوافقوا بعد، أو لا تكتمل حصصهم. أكملها من صفحته.",
        "It has funders who have not agreed, or whose shares do not add up. See to them on its page.",
    ),
    "bulk.why.bad_code": (
        "أرقام المراجعة لا تطابق الكود: راجعه على البطاقة، واجعل العمود نصًا حتى لا تضيع أرقامه.",
        "The code's check digits do not fit. Compare it with the card; format the column as text so that no digit is lost.",
    ),
    "bulk.why.no_code": ("اكتب كود الأسرة في هذا السطر.", "Write the family's code in this row."),
    "bulk.why.bad_person": (
        "في عمود الفرد كود أسرة. اكتب كود الفرد، أو اتركه فارغًا.",
        "The person's column holds a family's code. Write the person's, or leave it empty.",
    ),
    "bulk.why.bad_quantity": (
        "اكتب الكمية رقمًا أكبر من صفر، بثلاثة كسور على الأكثر.",
        "Write the quantity as a number above nothing, three decimals at most.",
    ),
    "bulk.why.bad_value": (
        "اكتب القيمة رقمًا بالجنيه.",
        "Write the value as an amount of pounds.",
    ),
    "bulk.why.not_found": (
        "لا توجد عندنا أسرة ولا استحقاق بهذا الكود. راجع الكود، أو حمّل الكشف الذي فيه الأسرة أولًا.",
        "We have no family or grant of this code. Check it, or load the list with the family first.",
    ),
    "bulk.why.not_of_family": (
        "الفرد المذكور ليس من هذه الأسرة. صحّح أحد الكودين.",
        "That person is not of that family. Correct one of the codes.",
    ),
    "bulk.why.no_grant": (
        "لا يوجد للأسرة استحقاق بهذا الاحتياج والشهر في حالة تسمح بهذه الخطوة.",
        "The family has no grant of this need and month in a state for this.",
    ),
    "bulk.why.repeated": (
        "السطر {row} من الملف نفسه يذكرها، فتُنفَّذ مرة واحدة.",
        "Row {row} of the same file names it; it is done once.",
    ),
}
