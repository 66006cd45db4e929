"""Words of lists: bringing one, its own page, what may be done with it."""

from __future__ import annotations

PAGE: dict[str, tuple[str, str]] = {
    "lists.title": ("الكشوف", "Lists"),
    "lists.answer_none": ("لا توجد كشوف بعد. ارفع أول كشف.", "There are no lists yet. Bring the first."),
    "lists.answer_mend": (
        "في بعض الكشوف أسطر لم تُقبل أو خلايا لم تُقرأ. ابدأ بها: أصلحها هنا دون أن تعيد العمل كله.",
        "Some lists have rows that were not accepted or cells that were not read. Begin with them: mend them"
        " here without doing the whole list again.",
    ),
    "lists.answer_clean": ("كل الكشوف المحسوبة سليمة.", "Every list that counts is in order."),
    "lists.answer_filtered": ("الكشوف بهذه التصفية.", "The lists that fit this filter."),
    "lists.bring": ("ارفع كشفًا", "Bring a list"),
    "lists.only_officers": (
        "دورك للاطلاع فقط، ولا يغيّر الكشوف.",
        "Your role only reads lists; it does not change them.",
    ),
    "lists.to_mend": ("تحتاج إلى إصلاح أولًا", "To be mended first"),
    "lists.more_to_mend": ("كل ما يحتاج إلى إصلاح", "All that need mending"),
    "lists.not_loaded": ("ملفات رُفعت ولم تُحمَّل بعد", "Files that were brought but not loaded yet"),
    "lists.all": ("كل الكشوف", "All lists"),
    "lists.none_filtered": ("لا توجد كشوف بهذه التصفية.", "No lists fit this filter."),
    "lists.code": ("الكشف", "List"),
    "lists.organisation": ("الجهة", "Organisation"),
    "lists.file": ("الملف", "File"),
    "lists.sheet": ("الورقة", "Sheet"),
    "lists.kind": ("النوع", "Kind"),
    "lists.month": ("الشهر", "Month"),
    "lists.state": ("الحالة", "State"),
    "lists.by": ("حمّله", "Loaded by"),
    "lists.at": ("متى", "When"),
    "lists.when": ("وقت التحميل", "Loaded"),
    "lists.mend_only": ("ما يحتاج إلى إصلاح", "Needs mending"),
    "lists.size": ("الحجم", "Size"),
    # bringing
    "lists.new": ("ارفع كشفًا", "Bring a list"),
    "lists.new_answer": (
        "ارفع ملف إكسل أو أي جدول كما هو عندك، ولا تغيّر أعمدته. نعرض عليك كيف سيُقرأ قبل أن يُحسب شيء.",
        "Bring any workbook or table as you keep it: do not change its columns. You see how it will be read"
        " before anything counts.",
    ),
    "lists.drop": ("اسحب الملف إلى هنا أو اضغط لاختياره", "Drop the file here, or press to choose it"),
    "lists.drop_hint": (
        "يمكن اختيار أكثر من ملف. الحد {most_mb} ميجابايت لكل ملف.",
        "Several files at once are fine. At most {most_mb} MB each.",
    ),
    "lists.for_organisation": ("لأي جهة هذا الكشف؟", "Whose list is it?"),
    "lists.choose": ("اختر", "Choose"),
    "lists.send": ("ارفع الملف", "Send the file"),
    "lists.sending": ("يُرفع الملف…", "Sending…"),
    "lists.received": (
        "وصل {files}. افتح كل ملف لترى كيف سيُقرأ.",
        "{files} arrived. Open each to see how it will be read.",
    ),
    "lists.discarded": (
        "حذفنا الملف {file}. لم يُحسب منه شيء.",
        "{file} was deleted. Nothing of it counts.",
    ),
    "lists.step.bring": ("ارفع الملف", "Bring the file"),
    "lists.step.check": ("راجع القراءة", "Check how it is read"),
    "lists.step.load": ("حمّل الكشف", "Load the list"),
    "lists.upload": ("مراجعة الملف", "Checking the file"),
    "lists.uploaded.waiting": (
        "نقرأ الملف الآن. يمكنك ترك الصفحة والعودة إليها: القراءة مستمرة.",
        "The file is being read. You may leave this page and come back: it goes on.",
    ),
    "lists.uploaded.loading": (
        "يُحمَّل الكشف الآن. يمكنك ترك الصفحة والعودة إليها: لا يضيع شيء.",
        "The list is being loaded. You may leave this page and come back: nothing is lost.",
    ),
    "lists.uploaded.ready": (
        "راجع: هل هذه القراءة صحيحة؟ لم يُحسب شيء بعد.",
        "Check: has the file been read rightly? Nothing counts yet.",
    ),
    "lists.uploaded.refused": (
        "لم نستطع قراءة الملف. لم يُحفظ منه شيء.",
        "The file cannot be read. Nothing of it is kept.",
    ),
    "lists.uploaded.failed": (
        "لم يُحمَّل الملف. لم يضع شيء: صحّح ما يلي ثم حمّله من جديد.",
        "The file was not loaded. Nothing is lost: put right what follows and load it again.",
    ),
    "lists.uploaded.loaded": (
        "حُمّل الملف، وهذا ما صار إليه:",
        "The file is loaded. This is what became of it:",
    ),
    "lists.uploaded.nothing_new": (
        "هذا الملف محمَّل من قبل. لم يتغير شيء ولم يُحسب مرتين.",
        "This file is loaded already. Nothing was changed, and nothing counts twice.",
    ),
    "lists.begun": ("بدأ العمل", "Begun"),
    "lists.in_turn": ("ينتظر دوره", "Waiting for its turn"),
    "lists.dismiss": ("أزله من القائمة", "Take it off the page"),
    "lists.upload.waiting": ("يُقرأ", "being looked at"),
    "lists.upload.ready": ("ينتظر مراجعتك", "waits for your check"),
    "lists.upload.refused": ("لا يُقرأ", "cannot be read"),
    "lists.upload.loading": ("يُحمَّل", "being loaded"),
    "lists.upload.failed": ("لم يُحمَّل", "was not loaded"),
    "lists.upload.loaded": ("حُمّل", "loaded"),
    "lists.try_again": ("أعد المحاولة", "Try again"),
    "lists.stopped": (
        "توقف العمل على هذا الملف. لم يضع شيء: أعد المحاولة وسيكمل من حيث توقف.",
        "Work on this file stopped. Nothing is lost: try again and it goes on from there.",
    ),
    "lists.bring_another": ("ارفع ملفًا آخر", "Bring another file"),
    "lists.discard": ("احذف الملف", "Delete the file"),
    # the preview
    "lists.whole_file": ("الملف", "The file"),
    "lists.use_sheet": ("حمّل هذه الورقة", "Load this sheet"),
    "lists.sheet_name": ("ورقة «{sheet}»", "Sheet “{sheet}”"),
    "lists.sheet_skipped": ("لن تُحمَّل هذه الورقة: {why}", "This sheet will not be loaded: {why}"),
    "lists.first_rows": ("أول الأسطر كما كُتبت", "The first rows as written"),
    "lists.column_is": ("العمود {letter} هو", "Column {letter} is"),
    "lists.row": ("السطر", "Row"),
    "lists.questions": ("ما لا يقوله الملف", "What the file does not say"),
    "lists.questions_hint": (
        "ملأناها من العنوان واسم الملف حيث أمكن. صحّح ما يلزم.",
        "Filled from the title and the file's name where they say it. Correct what is wrong.",
    ),
    "lists.ask.kind": ("ما هذا الكشف؟", "What is this list?"),
    "lists.ask.need": ("ما الاحتياج؟", "Which need is it for?"),
    "lists.ask.need_none": ("غير محدد", "not said"),
    "lists.ask.month": ("عن أي شهر؟", "For which month?"),
    "lists.ask.month_hint": ("مثال: 2026-03", "As in 2026-03"),
    "lists.ask.value": ("قيمة السطر بالجنيه", "Value of a row, in pounds"),
    "lists.ask.place": ("أين تسكن أسر الكشف؟", "Where do its families live?"),
    "lists.ask.place_none": ("كما في الأعمدة", "as the columns say"),
    "lists.ask.paid_by": ("من دفع؟", "Who paid?"),
    "lists.ask.paid_by_own": ("الجهة صاحبة الكشف", "the list's own organisation"),
    "lists.ask.note": ("سند الكشف ومصدره", "By what right you hold it, and from where"),
    "lists.ask.note_hint": (
        "مثال: بروتوكول مع المديرية، أو إقرار المستفيدين. لا تكتب اسم شخص.",
        "Such as: protocol with the directorate, or consent of the beneficiaries. No person's name.",
    ),
    "lists.ask.replaces": ("هل يحل محل كشف سابق؟", "Does it take the place of an earlier list?"),
    "lists.ask.replaces_none": ("لا، كشف جديد", "No, it is new"),
    "lists.ask.replaces_hint": (
        "إن كان تصحيحًا لكشف حُمّل من قبل فاختره: لا يُحسب القديم بعد ذلك، ويمكن استرجاعه.",
        "Where it corrects a list loaded before, choose that one: it then no longer counts, and can be"
        " brought back.",
    ),
    "lists.read_again": ("أعد القراءة", "Read it again"),
    "lists.load": ("حمّل الكشف", "Load the list"),
    "lists.load_mended": ("أعد الأسطر إلى كشوفها", "Put the rows back into their lists"),
    "lists.load_nothing": ("اختر ورقة واحدة على الأقل لتحميلها.", "Choose at least one sheet to load."),
    "lists.to_know": ("ملاحظات على القراءة", "Notes on how it is read"),
    "lists.kind.known": ("أسر معروفة (لم يُصرف لها هنا)", "Families known (nothing given here)"),
    "lists.kind.given": ("صرف تم", "Help given"),
    "lists.kind.planned": ("صرف مخطط لم يتم بعد", "Help planned, not given yet"),
    "lists.will.given": (
        "سيُقرأ الكشف على أنه كشف صرف {need} عن {month}: {grain}، {rows}.",
        "It will be read as a list of {need} given for {month}: {grain}, {rows}.",
    ),
    "lists.will.given_no_need": (
        "سيُقرأ الكشف على أنه كشف صرف عن {month}: {grain}، {rows}. لم نعرف ما الاحتياج: اختره، وإلا فلن"
        " يُحسب أي صرف.",
        "It will be read as help given for {month}: {grain}, {rows}. What was given is not said: choose it,"
        " or no help counts.",
    ),
    "lists.will.given_no_month": (
        "سيُقرأ الكشف على أنه كشف صرف {need}: {grain}، {rows}. لم نعرف عن أي شهر: اكتبه، وإلا فلن يُحسب أي"
        " صرف.",
        "It will be read as a list of {need} given: {grain}, {rows}. Its month is not said: write it, or no"
        " help counts.",
    ),
    "lists.will.given_nothing": (
        "سيُقرأ الكشف على أنه كشف صرف: {grain}، {rows}. لم نعرف الاحتياج ولا الشهر: حدّدهما، وإلا فلن يُحسب"
        " أي صرف.",
        "It will be read as help given: {grain}, {rows}. Neither what was given nor its month is said:"
        " choose both, or no help counts.",
    ),
    "lists.will.planned": (
        "سيُقرأ الكشف على أنه خطة صرف {need} عن {month}: {grain}، {rows}. لا يحجز شيئًا.",
        "It will be read as a plan to give {need} for {month}: {grain}, {rows}. It reserves nothing.",
    ),
    "lists.will.planned_no_need": (
        "سيُقرأ الكشف على أنه خطة صرف عن {month}: {grain}، {rows}. اختر الاحتياج.",
        "It will be read as a plan for {month}: {grain}, {rows}. Choose what will be given.",
    ),
    "lists.will.planned_no_month": (
        "سيُقرأ الكشف على أنه خطة صرف {need}: {grain}، {rows}. اكتب الشهر.",
        "It will be read as a plan to give {need}: {grain}, {rows}. Write the month.",
    ),
    "lists.will.planned_nothing": (
        "سيُقرأ الكشف على أنه خطة صرف: {grain}، {rows}. اختر الاحتياج واكتب الشهر.",
        "It will be read as a plan: {grain}, {rows}. Choose what will be given and write the month.",
    ),
    "lists.will.known": (
        "سيُقرأ الكشف على أنه كشف أسر معروفة: {grain}، {rows}. لا يُحسب منه صرف.",
        "It will be read as families we know: {grain}, {rows}. No help counts by it.",
    ),
    "lists.will.known_need": (
        "سيُقرأ الكشف على أنه كشف أسر تحتاج إلى {need}: {grain}، {rows}. لا يُحسب منه صرف.",
        "It will be read as families that need {need}: {grain}, {rows}. No help counts by it.",
    ),
    "lists.will.mended": (
        "هذه أسطر مصحَّحة من كشف سابق، ستعود إلى أماكنها فيه: {rows}.",
        "These are mended rows of an earlier list, and will go back to their places in it: {rows}.",
    ),
    "lists.will.family": ("سطر لكل أسرة", "one row a family"),
    "lists.will.person": ("سطر لكل فرد", "one row a person"),
    "lists.will.need_of_column": ("ما في عمود «{column}»", "what column “{column}” says"),
    "lists.will.month_of_column": ("الشهر المكتوب في عمود «{column}»", "the month in column “{column}”"),
    "lists.why.mapping": ("كما اخترت", "as you chose"),
    "lists.why.remembered": (
        "كما اخترتم لكشف سابق بالعناوين نفسها",
        "as chosen for the same header before",
    ),
    "lists.why.header": ("من العنوان", "by its header"),
    "lists.why.contents": ("من محتوى الخلايا", "by its cells"),
    "lists.why.both": ("من العنوان والمحتوى", "by header and cells"),
    "lists.why.unused": ("محفوظ كما هو", "kept as written"),
    "lists.no_header": ("بلا عنوان", "no header"),
    "lists.order.dmy": ("اليوم ثم الشهر", "day, then month"),
    "lists.order.mdy": ("الشهر ثم اليوم", "month, then day"),
    # what became of the sheets of an upload
    "lists.became.loaded": ("حُمّلت", "loaded"),
    "lists.became.resumed": ("أُكمل تحميلها", "loading went on"),
    "lists.became.already": ("محمَّلة من قبل، ولم يتغير شيء", "loaded already; nothing was changed"),
    "lists.became.mended": ("عادت أسطرها المصحَّحة إلى كشفها", "its mended rows went back to their list"),
    "lists.became.skipped": ("لم تُحمَّل", "not loaded"),
    "lists.became.mended_nothing": ("لا جديد: أسطرها عادت من قبل", "nothing new: its rows are back already"),
    "lists.became.otherwise": (
        "إن كان شهره أو احتياجه خطأ فصحّح الكشف نفسه: لا حاجة إلى ملف آخر.",
        "Where its month or need is wrong, correct the list itself: no other file is needed.",
    ),
}

ONE: dict[str, tuple[str, str]] = {
    "lists.one": ("كشف {list}", "List {list}"),
    "lists.next.active": (
        "محسوب في التغطية والازدواج والفجوات.",
        "It counts in coverage, overlaps and gaps.",
    ),
    "lists.next.withdrawn": (
        "لا يُحسب في شيء. يمكن استرجاعه كما كان.",
        "It counts nowhere. It can be brought back as it was.",
    ),
    "lists.next.replaced": (
        "حلّ محله كشف آخر، فلا يُحسب. يمكن استرجاعه.",
        "Another list took its place, so it counts nowhere. It can be brought back.",
    ),
    "lists.next.loading": (
        "لم يكتمل تحميله. ارفع الملف نفسه مرة أخرى: يكمل من حيث توقف عند السطر {row}.",
        "It is not loaded to its end. Bring the same file again: it goes on from row {row}.",
    ),
    "lists.job_failed": (
        "لم يتم آخر ما طُلب لهذا الكشف، ولم يتغير شيء: {why}",
        "The last thing asked of this list was not done, and nothing was changed: {why}",
    ),
    "lists.standing": (
        "كشف تُضاف إليه الأسر واحدة واحدة.",
        "A list to which families are added one by one.",
    ),
    "lists.standing_open": ("الأسر المضافة باليد", "Families added by hand"),
    "fate.withdrawn": ("مسحوبة", "withdrawn"),
    "lists.working": (
        "العمل جارٍ على هذا الكشف. يمكنك ترك الصفحة والعودة إليها.",
        "This list is being worked on. You may leave and come back.",
    ),
    "lists.withdraw": ("اسحب الكشف", "Withdraw the list"),
    "lists.restore": ("استرجع الكشف", "Bring it back"),
    "lists.correct": ("صحّح الشهر أو الاحتياج", "Correct the month or the need"),
    "lists.replace": ("استبدله بملف مصحَّح", "Replace it with a corrected file"),
    "lists.replace_hint": (
        "إن أصلحت الملف كله عندك فارفعه هنا: يحل محل هذا الكشف بعد أن تراجع قراءته.",
        "Where you mended the whole file: bring it here, and it takes this list's place once you have"
        " checked it.",
    ),
    "lists.lines": ("الأسطر كما كُتبت", "Rows as written"),
    "lists.lines_hint": (
        "فيها بيانات أشخاص: يُسجَّل من قرأها ومتى.",
        "They hold people's data: who reads them, and when, is written down.",
    ),
    "lists.fates": ("ما آلت إليه الأسطر", "What became of its rows"),
    "fate.accepted": ("مقبولة", "accepted"),
    "fate.rejected": ("مرفوضة", "rejected"),
    "fate.repeated": ("مكررة", "repeated"),
    "fate.not_data": ("ليست بيانات", "not data"),
    "lists.without_claim": ("مقبولة بلا صرف محسوب", "accepted, but no help counts"),
    "lists.without_claim_hint": (
        "لم يُقرأ احتياجها أو شهرها، فلا يُحسب لها صرف.",
        "Their need or month is not readable, so no help counts for them.",
    ),
    "lists.paid_elsewhere": ("دفعتها جهة أخرى", "paid by another organisation"),
    "lists.trouble": ("ما يحتاج إلى إصلاح", "What needs mending"),
    "lists.no_trouble": ("لا توجد أسطر مرفوضة ولا خلايا ضائعة.", "No rejected rows, no lost cells."),
    "lists.rejections": ("أسطر مرفوضة", "Rejected rows"),
    "lists.losses": ("خلايا لم تُقرأ", "Cells that were not read"),
    "lists.why_column": ("السبب", "Why"),
    "lists.column": ("العمود", "Column"),
    "lists.how_many": ("العدد", "How many"),
    "lists.first": ("أولها", "First"),
    "lists.example": ("كما كُتبت", "As written"),
    "lists.what_to_do": ("ماذا تفعل", "What to do"),
    "lists.in_part": ("عُدَّت أول 20,000 منها فقط.", "Only the first 20,000 were counted."),
    "lists.advice": (
        "قبلنا السطر بدون هذه الخلية. صحّحها في ملفك ثم استبدل الكشف.",
        "The row was accepted without this cell. Correct it in your file, then replace the list.",
    ),
    "lists.advice.nid_scientific": (
        "ضاعت الأرقام الأخيرة، فقبلنا السطر بدون الرقم. في إكسل: اجعل العمود «نص»، واكتب الأرقام من الأصل،"
        " ثم استبدل الكشف.",
        "The last digits are lost. The row was accepted without the id. In Excel: format the column as text,"
        " write the ids from the originals, then replace the list.",
    ),
    "lists.advice.nid_wrong_length": (
        "الرقم القومي 14 رقمًا. قبلنا السطر بدونه. راجعه على البطاقة ثم استبدل الكشف.",
        "A national id has 14 digits. The row was accepted without it. Check the card, then replace the list.",
    ),
    "lists.advice.need_unknown": (
        "لا نعرف هذا الاحتياج، فلم يُحسب صرفه. اختره من «صحّح الشهر أو الاحتياج»، أو اكتبه كما في القائمة.",
        "This need is not known, so it does not count. Choose it under “Correct the month or the need”, or"
        " write it as in the catalogue.",
    ),
    "lists.advice.month_unreadable": (
        "لم يُقرأ الشهر، فلم يُحسب صرف هذه الأسطر. اكتب الشهر هكذا 2026-03 ثم استبدل الكشف.",
        "The month is not readable, so no help counts for these rows. Write it as 2026-03, then replace the"
        " list.",
    ),
    "lists.get_rejected": ("نزّل الأسطر المرفوضة", "Download the rejected rows"),
    "lists.get_rejected_hint": (
        "ملف بشكل ملفك نفسه، وفيه سبب الرفض. صحّح الأسطر فيه وارفعه هنا كما هو: يعود كل سطر إلى مكانه.",
        "A file in the form of yours, with the reason each row was rejected. Correct the rows and bring it"
        " back as it is: each goes back to its place.",
    ),
    "lists.bring_mended": ("ارفع الملف بعد إصلاحه", "Bring the mended file back"),
    "lists.rejected_name": ("أسطر مرفوضة {list} {file}", "rejected rows {list} {file}"),
    "lists.facts": ("بيانات الكشف", "About the list"),
    "lists.fact.replaces": ("حلّ محل", "Took the place of"),
    "lists.fact.replaced_by": ("حلّ محله", "Replaced by"),
    "lists.fact.reason": ("سبب السحب", "Why withdrawn"),
    "lists.fact.note": ("السند والمصدر", "By what right, and from where"),
    "lists.undo_hint": (
        "يمكن التراجع في أي وقت: لا يُحذف شيء.",
        "It can be undone at any time: nothing is deleted.",
    ),
    "lists.filter.lost": ("خلايا لم تُقرأ", "Cells not read"),
    "lists.filter.fate": ("مصير السطر", "Fate"),
    "lists.lines_empty": ("لا توجد أسطر بهذه التصفية.", "No rows fit this filter."),
    "lists.cell_lost": ("لم تُقرأ", "not read"),
    "lists.to_list": ("إلى الكشف", "To the list"),
    # withdrawing
    "lists.withdraw_title": ("سحب الكشف {list}", "Withdraw list {list}"),
    "lists.withdraw_answer": (
        "هذا ما يتغير إن سحبته. لم يتغير شيء بعد، ولا يُحذف شيء: يمكن استرجاعه.",
        "This is what would change. Nothing has changed yet, and nothing is deleted: it can be brought back.",
    ),
    "lists.withdraw_part": (
        "الكشف كبير: حسبنا هذه الأرقام من أول {looked} فقط، والباقي مثلها تقريبًا.",
        "The list is large: these figures come from its first {looked} alone; the rest is about the same.",
    ),
    "lists.would.rows": ("أسطر لا تُحسب بعد ذلك", "rows that no longer count"),
    "lists.would.cells": ("خانات تغطية تخلو", "cells of coverage freed"),
    "lists.would.overlaps": ("ازدواجات تُغلق", "overlaps that close"),
    "lists.would.only_here": ("أسر لا ترد عندكم إلا في هذا الكشف", "families of yours in no other list"),
    "lists.would.by_slot": ("باب بباب", "Slot by slot"),
    "lists.would.slot": ("باب التغطية", "Slot"),
    "lists.would.families_alone": ("أسر لا يغطيها أحد بعد ذلك", "Families then covered by nobody"),
    "lists.would.nothing": ("لا يغيّر سحبه شيئًا في التغطية.", "Withdrawing it changes no coverage."),
    "lists.withdraw_reason": ("سبب السحب", "Why"),
    "lists.withdraw_reason_hint": (
        "مثال: أُرسل بالخطأ، أو الشهر خطأ. لا تكتب اسم شخص.",
        "Such as: sent by mistake, or the wrong month. No person's name.",
    ),
    "lists.withdraw_do": ("اسحبه", "Withdraw it"),
    "lists.withdraw_asked": ("يُسحب الكشف {list} الآن.", "List {list} is being withdrawn."),
    "lists.restore_asked": ("يُسترجع الكشف {list} الآن.", "List {list} is being brought back."),
    "lists.withdraw_not_now": (
        "هذا الكشف لا يُحسب الآن، فليس فيه ما يُسحب.",
        "This list does not count now: there is nothing to withdraw.",
    ),
    "lists.back": ("رجوع", "Back"),
    # correcting
    "lists.correct_title": ("تصحيح الكشف {list}", "Correct list {list}"),
    "lists.correct_answer": (
        "غيّر ما هو خطأ. نقرأ الملف المحفوظ نفسه من جديد، ويحل محل هذا الكشف؛ لا حاجة إلى رفعه مرة أخرى.",
        "Change what is wrong. The kept file itself is read again and takes this list's place; you need not"
        " bring it again.",
    ),
    "lists.correct_do": ("صحّح الكشف", "Correct the list"),
    "lists.correct_asked": (
        "يُقرأ ملف الكشف {list} من جديد الآن.",
        "The file of list {list} is being read again.",
    ),
}

# What reading says, without a word of commands or files by hand.
SAID: dict[str, tuple[str, str]] = {
    "lists.said.title_needs_differ": (
        "العنوان يذكر أكثر من احتياج ({found}). اختر الصحيح أدناه.",
        "The title names several needs ({found}). Choose the right one below.",
    ),
    "lists.said.title_months_differ": (
        "العنوان يذكر أكثر من شهر ({found}). اكتب الصحيح أدناه.",
        "The title names several months ({found}). Write the right one below.",
    ),
    "lists.said.need_missing": (
        "لا يوجد احتياج في الأعمدة ولا في العنوان. اختره أدناه، وإلا فلن يُحسب أي صرف.",
        "No need in the columns or the title. Choose it below, or no help counts.",
    ),
    "lists.said.month_missing": (
        "لا يوجد شهر في الأعمدة ولا في العنوان. اكتبه أدناه، وإلا فلن يُحسب أي صرف.",
        "No month in the columns or the title. Write it below, or no help counts.",
    ),
    "lists.said.value_from_title": ("القيمة مأخوذة من العنوان.", "The value is taken from the title."),
    "lists.said.header_missing": (
        "لا يوجد سطر عناوين: تعرفنا على الأعمدة من محتواها. راجع كل عمود.",
        "There is no header row: columns were recognised by their cells. Check each.",
    ),
    "lists.said.columns_unrecognised": (
        "أعمدة لم نتعرف عليها، محفوظة كما هي: {columns}. إن كان فيها ما يلزم فاختر معناها.",
        "Columns not recognised, kept as written: {columns}. Where they matter, choose what they are.",
    ),
    "lists.said.broken_characters": (
        "في الملف حروف تالفة حلّت محلها علامة �. احفظ الملف من برنامجه بصيغة إكسل وارفعه من جديد.",
        "The file has broken characters, each shown as �. Save it from its program as a workbook and bring"
        " it again.",
    ),
    "lists.said.mapping_field_twice": (
        "اختير البيان نفسه لعمودين، فتركنا العمود {column}.",
        "The same was chosen for two columns, so column {column} was left out.",
    ),
    "lists.said.mapping_column_missing": ("العمود {column} غير موجود.", "There is no column {column}."),
}

# What is wrong with a file: what happened, whether anything was lost, what to do.
PROBLEMS: dict[str, tuple[str, str]] = {
    "lists.problem.no_file": (
        "لم تختر ملفًا. اختر ملف الكشف ثم ارفعه.",
        "No file was chosen. Choose the file of the list, then send it.",
    ),
    "lists.problem.too_many": (
        "اخترت ملفات كثيرة، فلم نستلم منها شيئًا. الحد في المرة الواحدة: {most}.",
        "Too many files, so none was received. Send at most {most} at a time.",
    ),
    "lists.problem.too_large": (
        "الملف أكبر من {most_mb} ميجابايت، فلم نستلمه. احفظه بصيغة CSV أو قسّمه إلى أجزاء وارفع كل جزء.",
        "The file has more than {most_mb} MB and was not received. Save it as CSV, or split it and send each part.",
    ),
    "lists.problem.list.encrypted": (
        "الملف {file} محمي بكلمة مرور، فلم نفتحه ولم نحفظه. افتحه في إكسل، ثم: ملف ← معلومات ← حماية المصنف"
        " ← التشفير بكلمة مرور، وامسح كلمة المرور، واحفظه، ثم ارفعه من جديد.",
        "{file} has a password: it was not opened and is not kept. Open it in Excel, then File → Info →"
        " Protect Workbook → Encrypt with Password, clear the password, save, and bring it again.",
    ),
    "lists.problem.list.damaged": (
        "الملف {file} تالف أو نقص أثناء النقل، فلم نحفظه. افتحه في إكسل واحفظه باسم جديد، ثم ارفعه. إن لم"
        " يُفتح فاطلب نسخة أخرى ممن أرسله.",
        "{file} is damaged or was cut short, and is not kept. Open it in Excel, save it under a new name and"
        " bring it. Where it does not open, ask its sender for another copy.",
    ),
    "lists.problem.list.not_a_list": (
        "الملف {file} {what} وليس جدولًا، فلم نحفظه. ارفع ملف إكسل أو جدولًا.",
        "{file} is {what}, not a table, and is not kept. Bring a workbook or a table.",
    ),
    "lists.problem.list.empty_file": (
        "الملف {file} فارغ، فلم نحفظه. تأكد أنك اخترت الملف الصحيح.",
        "{file} is empty and is not kept. Make sure it is the right file.",
    ),
    "lists.what.pdf": ("ملف للقراءة أو الطباعة (PDF)", "a PDF"),
    "lists.what.image": ("صورة", "a picture"),
    "lists.what.archive": ("ملف مضغوط", "an archive"),
    "lists.what.program": ("برنامج", "a program"),
    "lists.what.document": ("مستند نصي", "a text document"),
    "lists.what.database": ("قاعدة بيانات", "a database"),
    "lists.what.parquet": ("ملف بيانات", "a data file"),
}

FIELDS: dict[str, tuple[str, str]] = {
    "lists.field.ignore": ("لا يُستخدم (يُحفظ كما هو)", "not used (kept as written)"),
    "lists.field.name": ("الاسم", "name"),
    "lists.field.name_part1": ("الاسم الأول", "first name"),
    "lists.field.name_part2": ("اسم الأب", "father's name"),
    "lists.field.name_part3": ("اسم الجد", "grandfather's name"),
    "lists.field.name_part4": ("الاسم الرابع", "fourth name"),
    "lists.field.name_last": ("اللقب", "last name"),
    "lists.field.nid": ("الرقم القومي", "national id"),
    "lists.field.birth": ("تاريخ الميلاد", "date of birth"),
    "lists.field.birth_day": ("يوم الميلاد", "day of birth"),
    "lists.field.birth_month": ("شهر الميلاد", "month of birth"),
    "lists.field.birth_year": ("سنة الميلاد", "year of birth"),
    "lists.field.age": ("السن", "age"),
    "lists.field.sex": ("النوع (ذكر/أنثى)", "sex"),
    "lists.field.phone": ("التليفون", "telephone"),
    "lists.field.phone2": ("تليفون آخر", "another telephone"),
    "lists.field.marital": ("الحالة الاجتماعية", "marital status"),
    "lists.field.relation": ("صلة القرابة", "relation"),
    "lists.field.status": ("الموقف (متوفى…)", "status (deceased …)"),
    "lists.field.deceased": ("متوفى؟", "deceased?"),
    "lists.field.serial": ("مسلسل", "serial number"),
    "lists.field.family_no": ("رقم الأسرة في الكشف", "family number in the list"),
    "lists.field.file_no": ("رقم الملف", "file number"),
    "lists.field.family_size": ("عدد أفراد الأسرة", "size of the family"),
    "lists.field.need": ("الاحتياج", "need"),
    "lists.field.month": ("الشهر", "month"),
    "lists.field.year": ("السنة", "year"),
    "lists.field.given_on": ("تاريخ الصرف", "date of giving"),
    "lists.field.quantity": ("الكمية", "quantity"),
    "lists.field.value": ("القيمة بالجنيه", "value in pounds"),
    "lists.field.unit_value": ("قيمة الوحدة", "value of one"),
    "lists.field.paid_by": ("الجهة التي دفعت", "who paid"),
    "lists.field.governorate": ("المحافظة", "governorate"),
    "lists.field.markaz": ("المركز", "markaz"),
    "lists.field.local_unit": ("الوحدة المحلية", "local unit"),
    "lists.field.village": ("القرية", "village"),
    "lists.field.address": ("العنوان", "address"),
    "lists.field.notes": ("ملاحظات", "notes"),
    "lists.field.origin_list": ("الكشف الأصلي", "original list"),
    "lists.field.origin_row": ("السطر الأصلي", "original row"),
    "lists.fields.benefit": ("الصرف", "What is given"),
    "lists.fields.place": ("السكن", "Where"),
    "lists.fields.row": ("السطر والأسرة", "Row and family"),
    "lists.owner.self": ("صاحب السطر", "whom the row is about"),
    "lists.owner.spouse": ("الزوج أو الزوجة", "husband or wife"),
    "lists.owner.spouse2": ("الزوجة الثانية", "second wife"),
    "lists.owner.head": ("رب الأسرة", "head of the family"),
    "lists.owner.child": ("الابن {number}", "child {number}"),
}

WORDS: dict[str, tuple[str, str]] = PAGE | ONE | SAID | PROBLEMS | FIELDS
