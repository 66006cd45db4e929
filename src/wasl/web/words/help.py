"""Words of help, written for a clerk who has never used Wasl."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.title": ("مساعدة", "Help"),
    "help.answer": (
        "كيف تعمل بوصل، خطوة خطوة، وماذا تعني كلماته.",
        "How to work with Wasl, step by step, and what its words mean.",
    ),
    "help.contents": ("في هذه الصفحة", "On this page"),
    # ----------------------------------------------------------------------------------------------
    "help.what": ("ما هو وصل؟", "What is Wasl?"),
    "help.what.1": (
        "كل جهة تحتفظ بكشوفها، فلا ترى أن الأسرة نفسها في كشف جهة أخرى. وصل يقرأ كشوف كل الجهات ويتعرّف على"
        " الأسرة الواحدة فيها، فيجيب عن سؤال واحد: هل هذه الأسرة مغطاة في هذا الباب هذا الشهر؟",
        "Each organisation keeps its own lists, and cannot see that the same family stands in another's. Wasl"
        " reads the lists of all and recognises the one family in them. So it answers one question: is this"
        " family covered, for this need, in this month?",
    ),
    "help.what.2": (
        "ومن الكشوف نفسها يجيب عن سؤال آخر: أي الأسر لم تصل إليها أي جهة؟",
        "And from the same lists it answers another: which families has nobody reached?",
    ),
    "help.what.3": (
        "وصل لا يمنع أحدًا من العطاء ولا يحذف من كشوفكم شيئًا. هو يقول ما يعرف، ويقول أيضًا ما لا يعرف.",
        "Wasl stops nobody from giving and deletes nothing from your lists. It says what it knows, and also"
        " what it does not know.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.role": ("ماذا تستطيع أن تفعل؟", "What may you do?"),
    "help.role.desk.1": (
        "أنت من مكتب الهوية: ترى كشوف كل الجهات، وتطابق الكشوف وتنشر النتيجة، وتحكم في الأزواج المشكوك فيها.",
        "You are of the identity desk: you see every organisation's lists, start and publish matching, and"
        " judge the pairs that are in doubt.",
    ),
    "help.role.desk.2": (
        "وأنت من يضيف الجهات والمستخدمين ويعطيهم روابط الدخول. كل ما تفتحه وتغيّره يُسجَّل باسمك.",
        "You also add organisations and users and hand out sign-in links. All that you open and change is"
        " written down under your name.",
    ),
    "help.role.officer.1": (
        "أنت موظف جهتك: ترفع كشوفها وتصلح أسطرها وتضيف أسرها، وتنظر في الازدواج الذي هي طرف فيه.",
        "You are an officer of your organisation: you bring its lists, mend their rows, add its families,"
        " and look at the overlaps it takes part in.",
    ),
    "help.role.officer.2": (
        "ترى بيانات جهتك كاملة. ومن الجهات الأخرى لا ترى إلا إجابة التنسيق: مغطاة أو غير مغطاة، في أي باب وأي شهر.",
        "You see your own organisation's data in full. Of others you see only the coordination answer: covered"
        " or not, for which slot and month.",
    ),
    "help.role.viewer.1": (
        "أنت مطّلع: ترى ما تراه جهتك ولا تغيّر شيئًا. إن وجدت خطأ فأخبر موظف جهتك.",
        "You are a viewer: you see what your organisation sees and change nothing. If you find a mistake,"
        " tell your organisation's officer.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.bring": ("كيف أرفع كشفًا؟", "How do I bring a list?"),
    "help.bring.1": (
        "افتح «الكشوف» ثم «ارفع كشفًا»، واسحب الملف كما هو: إكسل أو ملف نصي مفصول بفواصل. لا تغيّر أعمدته"
        " ولا ترتيبها.",
        "Open “Lists”, then “Bring a list”, and drop the file as it is: Excel, or text with separators."
        " Change neither its columns nor their order.",
    ),
    "help.bring.2": (
        "يقرأ وصل الأعمدة ويقول ما فهمه من كل عمود. راجعه، وصحّح العمود الذي أخطأ فيه: يتذكره في المرة"
        " القادمة.",
        "Wasl reads the columns and says what it took each for. Look it over and correct a column it got"
        " wrong: it remembers for the next time.",
    ),
    "help.bring.3": (
        "قل ماذا في الكشف: أسر معروفة، أو صرف تم، أو صرف مخطط. وإن لم يكن فيه شهر أو احتياج فاكتبهما.",
        "Say what the list tells: families known, help given, or help planned. Where it has no month or"
        " need, give them.",
    ),
    "help.bring.4": (
        "اضغط «حمّل الكشف». يمكنك أن تترك الصفحة: يستمر العمل وحده، وتجد نتيجته في «ينتظرك».",
        "Press “Load the list”. You may leave the page: the work goes on, and its result is under “Waiting"
        " for you”.",
    ),
    "help.bring.5": (
        "إن انقطعت الكهرباء أو الشبكة فلا يضيع شيء: يكمل من حيث توقف، ولا يُحسب سطر مرتين.",
        "If the power or the network fails, nothing is lost: it goes on from where it stopped and counts no"
        " row twice.",
    ),
    "help.bring.6": (
        "عندك نسخة أحدث من كشف حمّلته؟ ارفعها واختر الكشف الذي تحل محله. القديم لا يُحذف ولا يُحسب، ويمكن"
        " استرجاعه.",
        "Have you a newer edition of a list you loaded? Bring it and choose the list whose place it takes."
        " The old one is not deleted, no longer counts, and can be brought back.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.mend": ("كيف أصلح سطرًا مرفوضًا؟", "How do I mend a rejected row?"),
    "help.mend.1": (
        "افتح الكشف من «الكشوف» أو من «ينتظرك». تجد أسباب الرفض، وكل سطر مرفوض كما كتبتموه.",
        "Open the list from “Lists” or from “Waiting for you”. You find the reasons, and every rejected row"
        " as you wrote it.",
    ),
    "help.mend.2": (
        "نزّل الأسطر المرفوضة في ملف، وصحّحها فيه، ثم ارفعه كما هو في صفحة الكشف: يعود كل سطر إلى مكانه.",
        "Download the rejected rows as a file, correct them there, and bring it as it is on the list's page:"
        " each row goes back to its place.",
    ),
    "help.mend.3": (
        "رقم قومي كتبه إكسل مختصرًا مثل {example} ضاعت أرقامه الأخيرة ولا يُعرف. اضبط العمود في إكسل كنص،"
        " واكتب الأرقام من الأصل، ثم استبدل الكشف بالملف المصحَّح.",
        "A national id that Excel shortened, like {example}, has lost its last digits and cannot be known."
        " Format the column as text in Excel, write the ids from the originals, and replace the list with"
        " the corrected file.",
    ),
    "help.mend.4": (
        "السطر الذي ليس فيه رقم قومي مقبول: يُتعرّف على صاحبه بالاسم والمكان والتليفون، وقد تكون النتيجة"
        " مرجّحة لا مؤكدة.",
        "A row without a national id is accepted: it is recognised by name, place and phone, and the result"
        " may be likely, not certain.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.who": ("كيف أعرف من يقف أمامي؟", "How do I know who stands before me?"),
    "help.who.1": (
        "افتح «من هذا؟» واكتب ما معك: الرقم القومي، أو الاسم ومعه سنة الميلاد أو المكان أو التليفون. الأرقام العربية"
        " والغربية سواء، والتاريخ مثل 3/5/1985 أو السنة وحدها.",
        "Open “Who is this?” and type what you have: the national id, or the name with the year of birth, the place or"
        " the phone. Arabic and Western digits are alike; a date is 3/5/1985, or the year alone.",
    ),
    "help.who.2": (
        "الإجابة في جملة واحدة: الشخص نفسه، أو قد يكون واحدًا من هؤلاء، أو جديد. وتحتها ما طابق وما اختلف، وما يغطي الأسرة.",
        "The answer is one sentence: the same person, perhaps one of these, or new. Below it stands what matches, what"
        " differs, and what covers the family.",
    ),
    "help.who.3": (
        "قارن بين المحتملين بالبطاقة قبل أن تقرر، ثم افتح صفحة الأسرة أو اذهب إلى شباك الصرف. إن لم يكن أحدًا منهم فأضف"
        " أسرته بالبيانات نفسها.",
        "Compare those it may be with the card before you decide; then open the family's page or go to the delivery desk."
        " If it is none of them, add the family with the same details.",
    ),
    "help.who.4": (
        "لا يُحفظ ما كتبته في عنوان الصفحة ولا في السجل؛ يُسجَّل أنك سألت فقط.",
        "What you typed is kept neither in the page's address nor in the log; only that you asked.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.by_hand": ("كيف أضيف أسرة واحدة؟", "How do I add one family?"),
    "help.by_hand.1": (
        "اسأل عنها أولًا في «من هذا؟» بالرقم القومي أو الاسم أو التليفون: ربما كانت في كشوفكم.",
        "Ask first in “Who is this?”: by national id, name or phone. You may have it already.",
    ),
    "help.by_hand.2": (
        "إن لم تجدها فأضفها من هناك، أو اضغط «أضف أسرة» في «ينتظرك». تُحفظ في كشف دائم لجهتكم، وتُقارَن فور حفظها بكل"
        " السجلات، وتقول لك الصفحة: عندكم من قبل، أو معروفة عند غيركم، أو جديدة.",
        "If it is not there, add it from there, or press “Add a family” under “Waiting for you”. It is kept in a standing"
        " list of your organisation and compared with all records at once; the page says whether it is yours already,"
        " known elsewhere, or new.",
    ),
    "help.by_hand.3": (
        "إن أخطأت فاسحب الأسرة وأضفها من جديد: لا يُحذف شيء مما كان، ويمكن استرجاعها.",
        "If you made a mistake, withdraw the family and add it again: nothing of what stood is deleted, and"
        " it can be brought back.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.certainty": ("مؤكد، مرجّح، غير معلوم", "Certain, likely, unknown"),
    "help.certainty.1": (
        "ثلاث كلمات لا تختلط في وصل أبدًا:",
        "Three words that Wasl never mixes:",
    ),
    "help.grade.certain": ("مؤكد", "Certain"),
    "help.grade.certain.means": (
        "الأسرة هي نفسها: اتفق الرقم القومي والاسم، أو شهد عليها أكثر من دليل مستقل، أو حكم بها إنسان.",
        "It is the same family: national id and name agree, or several independent signs do, or a person"
        " judged so.",
    ),
    "help.grade.likely": ("مرجّح", "Likely"),
    "help.grade.likely.means": (
        "قد تكون هي نفسها. لا يُمنع أحد بسببه: اسأل الأسرة، وأعط إن اطمأننت، وقل لنا إن كانت أسرة أخرى.",
        "It may be the same. Nobody is refused for it: ask the family, give if you are content, and tell us if"
        " it is another one.",
    ),
    "help.grade.unknown": ("غير معلوم", "Unknown"),
    "help.grade.unknown.means": (
        "لم تصل بعد كشوف جهات تعمل هناك. ليس معناه أن الأسرة لم تأخذ، ولا أنها أخذت.",
        "Lists of organisations that work there have not come yet. It means neither that the family has"
        " received nor that it has not.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.calendar": ("كيف أقرأ تقويم الأسرة؟", "How do I read a family's calendar?"),
    "help.calendar.1": (
        "كل صف باب تغطية وكل عمود شهر، والأحدث أولًا. وهذه علامات الخانات:",
        "Each row is a slot and each column a month, the newest first. The signs of its cells:",
    ),
    "help.cell.own": ("من جهتكم", "By you"),
    "help.cell.own.means": ("جهتكم صرفت.", "Your organisation gave."),
    "help.cell.other": ("من جهة أخرى", "By another organisation"),
    "help.cell.other.means": ("صرفت جهة أخرى من أعضاء التحالف.", "Another member of the alliance gave."),
    "help.cell.state": ("من الدولة", "By the state"),
    "help.cell.state.means": (
        "الأسرة في كشف الوزارة لهذا الشهر.",
        "The family is on the ministry's list of that month.",
    ),
    "help.cell.reserved": ("محجوز", "Reserved"),
    "help.cell.reserved.means": (
        "حجزتها جهة حتى تاريخ مكتوب، ثم تعود بلا تغطية.",
        "An organisation has reserved it until a date that is shown; then it is open again.",
    ),
    "help.cell.open": ("لم يغطها أحد", "Nobody covers it"),
    "help.cell.open.means": (
        "وصلت كل الكشوف ولم يصرف أحد: هذه فجوة.",
        "All lists have come and nobody gave: this is a gap.",
    ),
    "help.cell.unknown": ("لا نعرف بعد", "Not known yet"),
    "help.cell.unknown.means": (
        "ما زالت كشوف ناقصة، فالأمر غير معلوم.",
        "Lists are still missing, so it is unknown.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.overlaps": ("ما هو الازدواج؟", "What is an overlap?"),
    "help.overlaps.1": (
        "أسرة واحدة صُرف لها الشيء نفسه في شهر واحد من جهتين. قد يكون خطأ، وقد يكون مقصودًا: وصل يعرضه ولا يحكم فيه.",
        "One family was given the same thing in one month by two organisations. It may be a mistake or meant"
        " so: Wasl shows it and does not judge.",
    ),
    "help.overlaps.2": (
        "في الازدواج القائم تعرف كل جهة اسم الجهة الأخرى والباب والشهر، لا أكثر، لكي تتفقا.",
        "In an open overlap each organisation learns the other's name, the slot and the month, no more, so"
        " that they can settle it.",
    ),
    "help.overlaps.3": (
        "إن كانتا أسرتين مختلفتين فقل ذلك من صفحة الأسرة: ينظر فيه مكتب الهوية، ويُغلق الازدواج وحده إن صح.",
        "If they are two different families, say so on the family's page: the identity desk looks at it, and"
        " if it is so the overlap closes by itself.",
    ),
    "help.gaps": ("ما هي الفجوة؟", "What is a gap?"),
    "help.gaps.1": (
        "شهر كان ينبغي أن تُغطى فيه الأسرة ولم يصرف لها أحد، بعد أن وصلت كشوف كل من يعمل هناك.",
        "A month in which the family should have been covered and nobody gave, after the lists of all who work"
        " there have come.",
    ),
    "help.gaps.2": (
        "لم تصرف جهتكم شيئًا في شهر؟ سجّل ذلك بزر «لم نصرف شيئًا» في «ينتظرك» أو «الفجوات»، لئلا ينتظركم"
        " غيركم ليعرف.",
        "Did your organisation give nothing in a month? Say “We gave nothing” under “Waiting for you” or"
        " “Gaps”, so that others need not wait for you to know.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.review": ("كيف أراجع الأزواج؟", "How do I review pairs?"),
    "help.review.1": (
        "افتح «المراجعة»: أول زوج هو الأكبر أثرًا. ترى السجلين جنبًا إلى جنب، وما اتفق منهما وما اختلف من"
        " حروفهما.",
        "Open “Review”: the first pair is the weightiest. You see the two records side by side, what agrees"
        " and which letters differ.",
    ),
    "help.review.2": (
        "تحت الزوج ترى لماذا ظنهما وصل واحدًا: ما يشهد لذلك وما يشهد عليه، والمجموع.",
        "Beneath stands why Wasl thought them one: each sign for and against, and the sum.",
    ),
    "help.review.3": (
        "احكم: واحد، أو ليسا واحدًا، أو لا يمكن الجزم. حكمك يغلب كل مطابقة بعده، ويمكنك التراجع عنه.",
        "Judge: the same, not the same, or cannot tell. Your verdict wins over any later matching, and you"
        " may take it back.",
    ),
    "help.review.4": (
        "لا تحكم بما تتمنى: «لا يمكن الجزم» إجابة صحيحة.",
        "Do not judge by what you wish: “Cannot tell” is a right answer.",
    ),
    "help.matching": ("كيف أطابق الكشوف؟", "How do I match the lists?"),
    "help.matching.1": (
        "بعد وصول كشوف جديدة افتح «المطابقة» واضغط «ابدأ المطابقة». يمكنك أن تترك الصفحة حتى تنتهي.",
        "After new lists have come, open “Matching” and press “Start matching”. You may leave the page until"
        " it is done.",
    ),
    "help.matching.2": (
        "قبل النشر ترى ما يتغيّر: كم أسرة تُضم وكم تُفصل، مع أمثلة. انشر إن كان معقولًا.",
        "Before publishing you see what would change: how many families are joined or separated, with"
        " examples. Publish if it is reasonable.",
    ),
    "help.matching.3": (
        "لا يُدمج شيء ولا يُحذف: كل ضم يُفك، والأكواد المطبوعة تبقى صالحة.",
        "Nothing is merged or deleted: whatever was joined can be separated, and printed codes stay good.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.others": ("ماذا يرى غيرنا منا، وماذا نرى منهم؟", "What do others see of us, and we of them?"),
    "help.others.1": (
        "كشوفكم وأسماء أسركم وأرقامها وتليفوناتها لا تراها أي جهة أخرى.",
        "Your lists, and your families' names, ids and phones, are seen by no other organisation.",
    ),
    "help.others.2": (
        "من أسرة مشتركة تعرف الجهة الأخرى: مغطاة، في أي باب وأي شهر، ومتى يمكن التقديم من جديد. لا اسم جهتكم ولا المبلغ.",
        "Of a family in common the other learns: covered, for which slot and month, and when it may apply"
        " again. Neither your name nor the amount.",
    ),
    "help.others.3": (
        "في الازدواج القائم وحده تعرف الجهتان اسميهما، مع الباب والشهر.",
        "Only in an open overlap do the two learn each other's names, with slot and month.",
    ),
    "help.others.4": (
        "الأبواب الحساسة، مثل الحماية وعلاج الإدمان، لا تُذكر لأحد خارج الجهة.",
        "Sensitive slots, such as protection or treatment of addiction, are told to nobody outside the"
        " organisation.",
    ),
    "help.others.5": (
        "مكتب الهوية في الأمانة يرى كل الكشوف ليحكم في الأزواج. ويُسجَّل كل فتح لملف أسرة: مَن فتحه، ومتى،"
        " ولماذا.",
        "The secretariat's identity desk sees all lists in order to judge pairs. Each opening of a family's"
        " file is written down: who, when and why.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.keys": ("مفاتيح سريعة", "Shortcuts"),
    "help.key": ("المفتاح", "Key"),
    "help.key.where": ("أين", "Where"),
    "help.key.does": ("ماذا يفعل", "What it does"),
    "help.key.everywhere": ("كل الصفحات", "Everywhere"),
    "help.key.tables": ("الجداول", "Tables"),
    "help.key.review": ("المراجعة", "Review"),
    "help.key.search": ("إلى خانة البحث", "To the search box"),
    "help.key.next": ("إلى الخانة أو الزر التالي", "To the next field or button"),
    "help.key.same": ("واحد", "The same"),
    "help.key.different": ("ليسا واحدًا", "Not the same"),
    "help.key.unsure": ("لا يمكن الجزم", "Cannot tell"),
    "help.key.reason": ("إلى خانة السبب", "To the reason"),
    "help.key.skip": ("التالي بلا حكم", "Next, without judging"),
    "help.key.undo": ("تراجع عن آخر حكم", "Take the last verdict back"),
    "help.key.rows": ("من سطر إلى سطر", "From row to row"),
    # ----------------------------------------------------------------------------------------------
    "help.words": ("كلمات وصل", "The words of Wasl"),
    "help.word.list": ("كشف", "List"),
    "help.word.list.means": (
        "ملف تحتفظ به جهة: أسر معروفة، أو صرف تم، أو صرف مخطط.",
        "A file an organisation keeps: families known, help given, or help planned.",
    ),
    "help.word.row": ("سطر", "Row"),
    "help.word.row.means": (
        "سطر واحد من الكشف، بخلاياه كما كُتبت.",
        "One row of a list, its cells as written.",
    ),
    "help.word.fate": ("مصير السطر", "Fate of a row"),
    "help.word.fate.means": (
        "مقبول، أو مرفوض ومعه سبب، أو مكرر في الكشف نفسه، أو ليس بيانات (عنوان أو مجموع).",
        "Accepted, rejected with a reason, repeated within the list, or not data (a title, a total).",
    ),
    "help.word.family": ("أسرة", "Family"),
    "help.word.family.means": (
        "زوجان، أو بالغ واحد، مع الأبناء غير المتزوجين ومن يعولونهم.",
        "A couple or one adult, with unmarried children and declared dependants.",
    ),
    "help.word.person": ("فرد", "Person"),
    "help.word.person.means": (
        "إنسان واحد، مهما تعددت الأسطر التي تذكره.",
        "One human being, however many rows speak of them.",
    ),
    "help.word.organisation": ("جهة", "Organisation"),
    "help.word.organisation.means": (
        "جمعية أو مؤسسة أو الوزارة أو الأمانة.",
        "A charity, the ministry, or the secretariat.",
    ),
    "help.word.desk": ("مكتب الهوية", "Identity desk"),
    "help.word.desk.means": (
        "من يدير وصل في الأمانة ويحكم في الأزواج المشكوك فيها.",
        "Who runs Wasl at the secretariat and judges pairs in doubt.",
    ),
    "help.word.need": ("احتياج", "Need"),
    "help.word.need.means": (
        "ما يُعطى: كرتونة، معاش شهري، نظارة.",
        "What is given: a food box, monthly cash, spectacles.",
    ),
    "help.word.slot": ("باب تغطية", "Slot"),
    "help.word.slot.means": (
        "ما لا ينبغي أن يُصرف مرتين في شهره. كرتونة الشهر وشنطة رمضان من باب واحد: غذاء.",
        "What should not be given twice in its month. The monthly box and the Ramadan bag are of one slot: food.",
    ),
    "help.word.giving": ("صرف", "Giving"),
    "help.word.giving.means": (
        "ما أعطته جهة لأسرة من احتياج واحد في شهر واحد.",
        "What one organisation gave one family for one need in one month.",
    ),
    "help.word.grant": ("استحقاق", "Grant"),
    "help.word.grant.means": (
        "ما حجزته جهة لأسرة أو لفرد: يُحجز، ثم يعتمده زميل، ثم يُسلَّم بإيصال.",
        "What an organisation reserved for a family or a person: reserved, approved by a colleague, delivered.",
    ),
    "help.word.exception": ("استثناء", "Exception"),
    "help.word.exception.means": (
        "صرف لأسرة مغطاة بالفعل، بسبب مكتوب وموافقة من جهة أخرى، وحتى يوم محدد.",
        "Giving to a family that is covered already: with a reason, approved by another organisation, until a day.",
    ),
    "help.word.coverage": ("تغطية", "Coverage"),
    "help.word.coverage.means": (
        "خانة في تقويم الأسرة: باب وشهر، ومن صرف فيها.",
        "A cell of a family's calendar: a slot and a month, and who gave.",
    ),
    "help.word.overlap": ("ازدواج", "Overlap"),
    "help.word.overlap.means": (
        "صرفت جهتان أو أكثر لأسرة واحدة من باب واحد في شهر واحد.",
        "Two or more organisations gave one family of one slot in one month.",
    ),
    "help.word.repeat": ("تكرار", "Repeat"),
    "help.word.repeat.means": (
        "صرفت جهة واحدة للأسرة مرتين من باب واحد في شهر واحد.",
        "One organisation gave the family twice of one slot in one month.",
    ),
    "help.word.gap": ("فجوة", "Gap"),
    "help.word.gap.means": (
        "شهر كان ينبغي أن تُغطى فيه الأسرة ولم تُغطَّ، وقد وصلت الكشوف كلها.",
        "A month in which the family should have been covered and was not, all lists being in.",
    ),
    "help.word.unknown": ("غير معلوم", "Unknown"),
    "help.word.unknown.means": (
        "ما زالت كشوف ناقصة، فلا نعرف.",
        "Lists are still missing, so we do not know.",
    ),
    "help.word.certain": ("مؤكد", "Certain"),
    "help.word.certain.means": ("الأسرة هي نفسها بلا شك معقول.", "The same family beyond reasonable doubt."),
    "help.word.likely": ("مرجّح", "Likely"),
    "help.word.likely.means": (
        "قد تكون هي نفسها: يُسأل عنها ولا يُمنع بها.",
        "It may be the same: to be asked, never to refuse.",
    ),
    "help.word.link": ("ضمّ وفصل", "Join and separate"),
    "help.word.link.means": (
        "أن نقول إن سجلين لفرد واحد، أو نرجع عن ذلك. لا يُدمج شيء ولا يُحذف.",
        "To say that two records are one person, or to take it back. Nothing is merged or deleted.",
    ),
    "help.word.verdict": ("حكم", "Verdict"),
    "help.word.verdict.means": (
        "ما قرره إنسان: واحد، أو ليسا واحدًا. لا تنقضه أي مطابقة.",
        "What a person decided: the same, or not the same. No matching overturns it.",
    ),
    "help.word.standing": ("كشف دائم", "Standing list"),
    "help.word.standing.means": (
        "الأسر التي أضافتها الجهة باليد، واحدة واحدة.",
        "The families an organisation added by hand, one by one.",
    ),
    "help.word.season": ("موسم", "Season"),
    "help.word.season.means": ("أشهر لها اسم: رمضان 1447.", "Months with a name: Ramadan 1447."),
    "help.word.code": ("كود", "Code"),
    "help.word.code.means": (
        "رقم يُقرأ بصوت عالٍ، آخره رقمان يكشفان خطأ الكتابة.",
        "A number to read aloud; its last two digits show a slip in typing.",
    ),
    # ----------------------------------------------------------------------------------------------
    "help.ask": ("من أسأل؟", "Whom do I ask?"),
    "help.ask.1": (
        "عن كشف أو أسرة: موظف جهتك أولًا. وعن ضم الأسر وفصلها، أو عن حسابك وكلمة مرورك: مكتب الهوية في"
        " الأمانة.",
        "About a list or a family: your organisation's officer first. About families joined or separated, or"
        " your account and password: the identity desk at the secretariat.",
    ),
    "help.ask.2": (
        "إن قالت صفحة إن خطأ حدث عندنا فلم يضع شيء. أعد المحاولة، وإن تكرر فأخبر مكتب الهوية باسم الصفحة ووقت الخطأ.",
        "If a page says that something went wrong on our side, nothing is lost. Try again; if it happens"
        " again, tell the identity desk which page it was and when.",
    ),
    "help.ask.3": (
        "لا ترسل لأحد أسماء ولا أرقامًا قومية في رسالة: اذكر كود الأسرة.",
        "Send nobody names or national ids in a message: give the family's code.",
    ),
}
