"""Words of a family added by hand."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # the page and its form
    "by_hand.title": ("إضافة أسرة باليد", "Add a family by hand"),
    "by_hand.answer": (
        "اكتب ما تعرفه واترك ما لا تعرفه فارغًا. تُضاف الأسرة إلى كشف «{list}» ولا تُعَدّ صرفًا.",
        "Type what you know and leave the rest empty. The family is added to the list “{list}”; this does"
        " not count as help given.",
    ),
    "by_hand.list_name": ("أسر مضافة باليد {year}", "أسر مضافة باليد {year}"),
    "by_hand.search_first": (
        "اسأل أولًا: ربما كانت الأسرة معروفة من قبل.",
        "Ask first: the family may be known already.",
    ),
    "by_hand.to_who": ("من هذا؟", "Who is this?"),
    "by_hand.to_search": ("البحث عن أسرة", "Search for a family"),
    "by_hand.organisation": ("الجهة", "Organisation"),
    "by_hand.choose": ("اختر", "Choose"),
    "by_hand.people": ("أفراد الأسرة", "Members of the family"),
    "by_hand.person": ("الفرد {n}", "Person {n}"),
    "by_hand.head": ("رب الأسرة", "Head of the family"),
    "by_hand.name": ("الاسم", "Name"),
    "by_hand.name_hint": ("رباعيًا إن أمكن، كما في البطاقة", "As many names as you know, as on the card"),
    "by_hand.relation": ("صلة القرابة برب الأسرة", "Relation to the head"),
    "by_hand.nid": ("الرقم القومي", "National id"),
    "by_hand.nid_hint": ("14 رقمًا", "14 digits"),
    "by_hand.birth": ("تاريخ الميلاد أو سنة الميلاد", "Date or year of birth"),
    "by_hand.birth_hint": ("مثل 15/3/1988 أو 1988", "Such as 15/3/1988 or 1988"),
    "by_hand.sex": ("النوع", "Sex"),
    "by_hand.phone": ("التليفون", "Phone"),
    "by_hand.not_known": ("غير معروف", "Not known"),
    "by_hand.add_person": ("أضف فردًا", "Add a person"),
    "by_hand.remove_person": ("احذف الفرد {n}", "Remove person {n}"),
    "by_hand.remove_head": ("احذف رب الأسرة", "Remove the head"),
    "by_hand.family": ("عن الأسرة", "About the family"),
    "by_hand.governorate": ("المحافظة", "Governorate"),
    "by_hand.markaz": ("المركز أو القسم", "Markaz"),
    "by_hand.village": ("القرية أو الحي", "Village or quarter"),
    "by_hand.need": ("احتياج مسجل", "Recorded need"),
    "by_hand.need_hint": (
        "ما تحتاج إليه الأسرة، لا ما صُرف لها: ما صُرف يُرفع في كشف صرف.",
        "What the family needs, not what it was given: that comes in a list of help given.",
    ),
    "by_hand.no_need": ("بدون احتياج مسجل", "No recorded need"),
    "by_hand.note": ("ملاحظات", "Notes"),
    "by_hand.note_hint": (
        "تبقى في كشفكم كما كتبتها، ولا تدخل في المطابقة.",
        "They stay in your list as typed; matching does not use them.",
    ),
    "by_hand.save": ("أضف الأسرة", "Add the family"),
    "by_hand.save_anyway": ("أضف الأسرة كما كُتبت", "Add the family as typed"),
    "by_hand.check_again": ("راجع من جديد بعد التصحيح", "Check again after correcting"),
    "by_hand.look_here": ("راجع", "Look"),
    "by_hand.cancel": ("إلغاء", "Cancel"),
    "by_hand.relation.head": ("رب الأسرة", "Head (man)"),
    "by_hand.relation.head_woman": ("ربة الأسرة", "Head (woman)"),
    "by_hand.relation.wife": ("زوجة", "Wife"),
    "by_hand.relation.husband": ("زوج", "Husband"),
    "by_hand.relation.son": ("ابن", "Son"),
    "by_hand.relation.daughter": ("ابنة", "Daughter"),
    "by_hand.relation.father": ("والد رب الأسرة", "Father of the head"),
    "by_hand.relation.mother": ("والدة رب الأسرة", "Mother of the head"),
    "by_hand.relation.brother": ("أخ", "Brother"),
    "by_hand.relation.sister": ("أخت", "Sister"),
    "by_hand.relation.grandson": ("حفيد", "Grandson"),
    "by_hand.relation.granddaughter": ("حفيدة", "Granddaughter"),
    "by_hand.relation.ward": ("مكفول أو مكفولة", "Ward"),
    "by_hand.relation.other": ("قريب آخر", "Other relative"),
    "by_hand.sex.male": ("ذكر", "Male"),
    "by_hand.sex.female": ("أنثى", "Female"),
    # what there is to mend or to look at
    "by_hand.mend": (
        "لم تُضف الأسرة بعد، ولم يُحفظ شيء. صحّح ما يلي:",
        "The family is not added yet, and nothing is saved. Please correct:",
    ),
    "by_hand.look": (
        "لم تُضف الأسرة بعد. راجع ما يلي، ثم أضفها كما كُتبت إن كان صحيحًا:",
        "The family is not added yet, and nothing is saved. Please look at this, then add it as typed if it"
        " is right:",
    ),
    "by_hand.at_person": ("الفرد {n}، {field}: {words}", "Person {n}, {field}: {words}"),
    "by_hand.at_family": ("{field}: {words}", "{field}: {words}"),
    "hand_form.nobody": (
        "اكتب اسم فرد واحد على الأقل أو رقمه القومي.",
        "Type at least one name or national id.",
    ),
    "hand_form.no_name_no_id": (
        "هذا الفرد بلا اسم ولا رقم قومي. اكتب أحدهما أو امسح بيانات الفرد.",
        "This person has neither a name nor a national id. Type one, or clear the person.",
    ),
    "hand_form.not_a_name": (
        "هذا لا يُقرأ اسمًا: يشبه عنوانًا أو إجماليًا في كشف.",
        "This does not read as a name: it looks like a title or a total of a list.",
    ),
    "hand_form.name_unreadable": ("لم نجد في هذا اسمًا.", "We found no name in this."),
    "hand_form.nid_scientific": (
        "الرقم مكتوب بصيغة مختصرة وضاعت أرقامه الأخيرة. اكتبه من البطاقة.",
        "The id is written in short form and its last digits are lost. Type it from the card.",
    ),
    "hand_form.nid_wrong_length": (
        "الرقم القومي 14 رقمًا، وهذا أقل أو أكثر. إن بقي فسيُحفظ كما كُتب ولن يُستخدم رقمًا قوميًا.",
        "A national id has 14 digits; this has more or fewer. Left so, it is kept as typed and not used as an id.",
    ),
    "hand_form.nid_not_digits": (
        "في الرقم القومي حروف. إن بقيت فسيُحفظ كما كُتب ولن يُستخدم رقمًا قوميًا.",
        "The national id has letters in it. Left so, it is kept as typed and not used as an id.",
    ),
    "hand_form.nid_bad_century": (
        "الرقم القومي يبدأ بالرقم 2 أو 3. إن بقي فسيُحفظ كما كُتب ولن يُستخدم رقمًا قوميًا.",
        "A national id begins with 2 or 3. Left so, it is kept as typed and not used as an id.",
    ),
    "hand_form.nid_bad_date": (
        "تاريخ الميلاد داخل الرقم القومي غير صحيح. إن بقي فسيُحفظ كما كُتب ولن يُستخدم رقمًا قوميًا.",
        "The birth date inside the id is no date. Left so, it is kept as typed and not used as an id.",
    ),
    "hand_form.nid_bad_governorate": (
        "كود المحافظة داخل الرقم القومي غير معروف. إن بقي فسيُحفظ كما كُتب ولن يُستخدم رقمًا قوميًا.",
        "The governorate inside the id is unknown. Left so, it is kept as typed and not used as an id.",
    ),
    "hand_form.nid_bad_serial": (
        "المسلسل داخل الرقم القومي غير صحيح. إن بقي فسيُحفظ كما كُتب ولن يُستخدم رقمًا قوميًا.",
        "The serial inside the id cannot be. Left so, it is kept as typed and not used as an id.",
    ),
    "hand_form.check_digit": (
        "الرقم الأخير لا يوافق بقية الرقم القومي. راجعه على البطاقة: ربما تبدل رقمان.",
        "The last digit does not fit the rest of the id. Check it with the card: two digits may be swapped.",
    ),
    "hand_form.birth_differs": (
        "المكتوب غير تاريخ الميلاد في الرقم القومي ({born}).",
        "This is not the birth date in the national id ({born}).",
    ),
    "hand_form.sex_differs": (
        "النوع المختار غير النوع في الرقم القومي.",
        "This is not the sex in the national id.",
    ),
    "hand_form.too_old": ("العمر {years} سنة: هل هذا صحيح؟", "{years} years old: is this right?"),
    "hand_form.too_young": (
        "العمر {years} سنة لرب أسرة أو زوج: هل هذا صحيح؟",
        "{years} years old for the head of a family or a spouse: is this right?",
    ),
    "hand_form.date_unreadable": (
        "لم نقرأ هذا تاريخًا. اكتب مثل 15/3/1988 أو 1988، أو اتركه فارغًا.",
        "We could not read this as a date. Type such as 15/3/1988 or 1988, or leave it empty.",
    ),
    "hand_form.phone_unreadable": (
        "هذا ليس رقم تليفون مصريًا كاملًا. إن بقي فسيُحفظ كما كُتب ولن يُستخدم.",
        "This is not a whole Egyptian phone number. Left so, it is kept as typed and not used.",
    ),
    "hand_form.sex_unknown": ("لم نفهم النوع.", "We did not understand the sex."),
    "hand_form.relation_unknown": ("لم نفهم صلة القرابة.", "We did not understand the relation."),
    "hand_form.place_unknown": ("لم نتعرف على المكان.", "We did not recognise the place."),
    "hand_form.markaz_elsewhere": (
        "هذا المركز ليس في المحافظة المختارة.",
        "This markaz is not in the chosen governorate.",
    ),
    "hand_form.need_unknown": ("لم نتعرف على الاحتياج.", "We did not recognise the need."),
    "hand_form.month_unreadable": ("لم نقرأ الشهر.", "We could not read the month."),
    "hand_form.own_nid": (
        "هذا الرقم القومي في كشوفكم بالفعل (كشف {list}، سطر {row}).",
        "This national id is in your lists already (list {list}, row {row}).",
    ),
    "hand_form.own_content": (
        "في كشوفكم فرد بهذه البيانات نفسها (كشف {list}، سطر {row}).",
        "Your lists hold a person with exactly these details (list {list}, row {row}).",
    ),
    "by_hand.see_known": ("انظر الأسرة الموجودة", "See the family you have"),
    "hand_form.organisation_needed": ("اختر الجهة صاحبة الكشف.", "Choose whose list it is."),
    # what is refused
    "hand_form.too_many": (
        "لا تتسع الاستمارة لأكثر من {most} من الأفراد.",
        "The form holds at most {most} people.",
    ),
    "hand_form.malformed": (
        "وصلت الاستمارة ناقصة، فلم يُحفظ شيء. افتحها من جديد.",
        "The form arrived damaged, so nothing was saved. Open it again.",
    ),
    "hand_form.too_long": (
        "المكتوب أطول من الحد المسموح به، وهو {longest}.",
        "What is written is longer than {longest} characters.",
    ),
    "hand_form.sent_otherwise": (
        "أُرسلت هذه الاستمارة من قبل ببيانات أخرى، وهي المحفوظة. لإضافة أسرة أخرى افتح استمارة جديدة.",
        "This form was sent before with other data, and that is what is kept. To add another family open a"
        " new form.",
    ),
    "hand_form.unknown": ("لا توجد استمارة بهذا الرقم.", "There is no such form."),
    "hand_form.refused": (
        "بيانات الأسرة لا تُقبل كما هي. صحّحها ثم أضفها.",
        "The family cannot be taken as it is. Correct it, then add it.",
    ),
    "hand_form.list_withdrawn": (
        "كشف هذه السنة للأسر المضافة باليد ({list}) مسحوب. استرجعه أولًا ثم أضف الأسرة.",
        "This year's list of families added by hand ({list}) is withdrawn. Bring it back first, then add the"
        " family.",
    ),
    "hand_form.not_standing": (
        "الكشف {list} ليس كشف أسر مضافة باليد: يُسحب كله أو يُستبدل كله.",
        "List {list} is not one of families added by hand: it is withdrawn or corrected as a whole.",
    ),
    "hand_form.unknown_row": (
        "لا توجد أسرة في السطر {row} من الكشف {list}.",
        "There is no family at row {row} of list {list}.",
    ),
    "hand_form.reason_needed": ("اختر سبب السحب.", "Choose why it is withdrawn."),
    # after it was sent
    "by_hand.sent": ("تُضاف الأسرة الآن", "The family is being added"),
    "by_hand.sent_answer": (
        "وصلت بيانات الأسرة وهي محفوظة مشفرة. تظهر هنا بعد لحظات ومعها من هم، ويمكنك ترك الصفحة.",
        "The family has arrived and is kept sealed. It appears here in a moment, with who they are; you may leave this"
        " page.",
    ),
    "by_hand.refresh": ("حدّث الصفحة", "Refresh"),
    "by_hand.failed": ("لم تُضف الأسرة", "The family was not added"),
    "by_hand.mend_form": ("ارجع إلى الاستمارة", "Back to the form"),
    "by_hand.added": ("أُضيفت الأسرة", "The family is added"),
    "by_hand.added_answer": (
        "أسرة «{head}»: {people} في السطر {row} من كشف {list}.",
        "The family of “{head}”: {people}, at row {row} of list {list}.",
    ),
    "by_hand.no_name": ("بلا اسم", "no name"),
    "by_hand.repeated": (
        "هذه الأسرة موجودة في الكشف نفسه بالبيانات نفسها، فعُدّت أسطرها مكررة ولم تزد شيئًا.",
        "This list already has the same family with the same details, so its rows count as repeated and add"
        " nothing.",
    ),
    "by_hand.not_linked": ("لم تُطابَق بعد", "Not matched yet"),
    "by_hand.not_linked_answer": (
        "لم تُقارَن بأسر الجهات الأخرى بعد: تُقارَن في المطابقة القادمة.",
        "It has not been compared with other organisations' families yet: the next matching does that.",
    ),
    "by_hand.is_linked": ("طُوبقت مع الكشوف", "Matched with the lists"),
    "by_hand.who": ("من هم؟", "Who they are"),
    "by_hand.who.linking": (
        "حُفظت الأسرة، وتُقارَن الآن بكل السجلات.",
        "The family is saved, and is being compared with all records.",
    ),
    "by_hand.who.existing": (
        "هذه الأسرة عندكم من قبل، وجُمع ما أضفته مع سجلاتها.",
        "You have this family already; what you added stands with its records.",
    ),
    "by_hand.who.people": (
        "أسرة جديدة عندكم، وفيها من هو مسجَّل عندكم من قبل في أسرة أخرى: راجع صفحته.",
        "The family is new to you, and somebody in it is of another family of yours: look at their page.",
    ),
    "by_hand.who.elsewhere": (
        "أسرة جديدة عندكم، ومعروفة عند جهات أخرى.",
        "The family is new to you, and known to other organisations.",
    ),
    "by_hand.who.new": (
        "أسرة جديدة: لا نعرفها عندكم ولا عند غيركم.",
        "A new family: neither you nor others know it.",
    ),
    "by_hand.who.own_new": (
        "أسرة جديدة عندكم، ولم نصل إلى إجابة عنها من الجهات الأخرى.",
        "The family is new to you; there is no answer about it from other organisations.",
    ),
    "by_hand.who.later": (
        "حُفظت الأسرة، وتُقارَن بأسر الجهات كلها في المطابقة القادمة.",
        "The family is saved; the next matching compares it with everybody's families.",
    ),
    "by_hand.who.later_busy": (
        "حُفظت الأسرة. مطابقة أخرى تعمل الآن، فتُقارَن هذه الأسرة في المطابقة القادمة.",
        "The family is saved. Another matching is going on, so the next one compares this family.",
    ),
    "by_hand.who.later_waits": (
        "حُفظت الأسرة. نتيجة مطابقة تنتظر النشر، فتُقارَن هذه الأسرة بعدها.",
        "The family is saved. The result of a matching waits to be published; this family is compared after it.",
    ),
    "by_hand.who.person_known": ("عندكم من قبل", "yours already"),
    "by_hand.who.person_new": ("جديد عندكم", "new to you"),
    "by_hand.list_off": ("الكشف لا يُحسب", "The list does not count"),
    "by_hand.list_off_answer": (
        "كشف هذه الأسرة ({list}) مسحوب، فلا تُحسب حتى يُسترجع.",
        "This family's list ({list}) is withdrawn; the family does not count until it is brought back.",
    ),
    "by_hand.one": ("أسرة مضافة باليد", "A family added by hand"),
    "by_hand.linked": ("افتح صفحة الأسرة", "Open the family's page"),
    "by_hand.withdrawn": ("الأسرة مسحوبة", "The family is withdrawn"),
    "by_hand.withdrawn_answer": (
        "أسطرها باقية في الكشف ولا تُحسب في شيء. يمكن استرجاعها في أي وقت.",
        "Its rows stay in the list and count nowhere. It can be brought back at any time.",
    ),
    "by_hand.undo": ("تراجع عن الإضافة", "Undo adding it"),
    "by_hand.add_another": ("أضف أسرة أخرى", "Add another family"),
    "by_hand.see_list": ("افتح الكشف", "Open the list"),
    "by_hand.withdraw": ("اسحب الأسرة", "Withdraw the family"),
    "by_hand.restore": ("استرجع الأسرة", "Bring the family back"),
    "by_hand.why": ("سبب السحب", "Why"),
    "by_hand.changing": ("وصل طلبك ويُنفذ الآن.", "Your request has arrived and is being done."),
    "by_hand.why.mistake": ("أُدخلت خطأً", "Entered by mistake"),
    "by_hand.why.twice": ("مكررة", "Entered twice"),
    "by_hand.why.left": ("لم تعد معنا", "No longer with us"),
    "by_hand.why.asked": ("بطلب الأسرة", "The family asked"),
    # a line's fate and why it is withdrawn
    "withdrawn_mistake": ("سُحبت: أُدخلت خطأً", "Withdrawn: entered by mistake"),
    "withdrawn_twice": ("سُحبت: مكررة", "Withdrawn: entered twice"),
    "withdrawn_left": ("سُحبت: لم تعد معنا", "Withdrawn: no longer with us"),
    "withdrawn_asked": ("سُحبت بطلب الأسرة", "Withdrawn: the family asked"),
    # the families of the list
    "by_hand.families": ("أسر مضافة باليد", "Families added by hand"),
    "by_hand.families_answer": (
        "أسر كشف «{list}». تُسحب كل أسرة وتُسترجع وحدها.",
        "The families of the list “{list}”. Each is withdrawn and brought back on its own.",
    ),
    "by_hand.none": ("لم تُضف أسر باليد بعد.", "No families have been added by hand yet."),
    "by_hand.row": ("السطر", "Row"),
    "by_hand.count": ("الأفراد", "People"),
    "by_hand.month": ("شهر الإضافة", "Added in"),
    "by_hand.state": ("الحالة", "State"),
    "by_hand.fate.accepted": ("محسوبة", "Counts"),
    "by_hand.fate.repeated": ("مكررة", "Repeated"),
    "by_hand.fate.withdrawn": ("مسحوبة", "Withdrawn"),
    # jobs and audit
    "job.add_family": ("إضافة أسرة باليد", "Add a family by hand"),
    "job.withdraw_family": ("سحب أسرة من كشف", "Withdraw a family"),
    "job.restore_family": ("استرجاع أسرة في كشف", "Bring a family back"),
}
