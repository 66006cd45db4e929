"""Words of needs, slots and seasons."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "nav.needs": ("الاحتياجات والقواعد", "Needs and rules"),
    "needs.title": ("الاحتياجات", "Needs"),
    "needs.need": ("الاحتياج", "Need"),
    "needs.code": ("الكود", "Code"),
    "needs.version": ("رقم القاعدة", "Rule no."),
    "needs.rule_no": ("القاعدة رقم {version}", "Rule {version}"),
    "needs.answer": (
        "{needs}: منها {refuse} يمنع التكرار، و{warn} ينبّه إليه، و{none} بلا تغطية.",
        "{needs}: {refuse} refuse a second giving, {warn} warn of it, {none} have no guard.",
    ),
    "needs.kept": (
        "القواعد تحفظها الأمانة، ولكل تغيير رقم وسبب. ما حُجز أو صُرف يبقى على القاعدة التي كانت وقته.",
        "The secretariat keeps the rules; each change has a number and a reason. What was reserved or given keeps the"
        " rule of its time.",
    ),
    "needs.desk_only": (
        "القواعد تغيّرها الأمانة. إن رأيت قاعدة لا تناسب الميدان فاكتب إلى مكتب الهوية.",
        "The secretariat changes the rules. If one does not fit the field, write to the identity desk.",
    ),
    "needs.add": ("أضف احتياجًا", "Add a need"),
    "needs.add.explain": (
        "احتياج جديد تتعرف عليه الكشوف من صيغه، ويُحكم عليه بهذه القاعدة من الآن.",
        "A new need that lists are recognised by, and that this rule decides about from now on.",
    ),
    "needs.added": ("أُضيف الاحتياج، وقاعدته سارية من الآن.", "The need was added; its rule is in force."),
    "needs.same": (
        "لم يتغير شيء: هذا هو القائم بالفعل.",
        "Nothing was changed: it stands like this already.",
    ),
    "needs.changed": (
        "صارت القاعدة رقم {version} لاحتياج «{name}» سارية من الآن.",
        "Rule {version} of “{name}” is in force from now on.",
    ),
    "needs.undo_reason": ("تراجع عن القاعدة رقم {version}", "Rule {version} taken back"),
    "needs.worded": ("تغيّرت أسماء الاحتياج وصيغه.", "The names and wordings were changed."),
    "needs.history": ("سجل القواعد", "History"),
    "needs.by_catalogue": ("من قائمة النظام", "from the catalogue"),
    "needs.because": ("السبب:", "Why:"),
    "needs.first_rule": ("نص القاعدة", "What it said"),
    "needs.change": ("غيّر القاعدة", "Change the rule"),
    "needs.change.explain": (
        "لا يُحفظ شيء بعد: نعرض عليك أولًا أثر القاعدة الجديدة في الأسر.",
        "Nothing is kept yet: first you see what the new rule would do to families.",
    ),
    "needs.show_effect": ("اعرض الأثر", "Show the effect"),
    "needs.words": ("الأسماء والصيغ", "Names and wordings"),
    "needs.words.explain": (
        "الأسماء والصيغ ليست من القاعدة: لا تغيّر حكمًا، وتُعرف بها الكشوف.",
        "Names and wordings are no part of the rule: they decide nothing, and lists are recognised by them.",
    ),
    "needs.words.save": ("احفظ الأسماء", "Save the names"),
    "needs.reason": ("سبب التغيير", "Why"),
    "needs.reason.hint": (
        "يبقى في السجل ويقرؤه أعضاء التحالف. مثال: قرار لجنة التنسيق.",
        "It stays in the history, and every member reads it. For example: decided by the coordination committee.",
    ),
    "needs.number_unreadable": (
        "اكتب رقمًا صحيحًا. المكتوب: «{text}».",
        "Write a whole number. Written: “{text}”.",
    ),
    "needs.axis.food": ("الغذاء", "Food"),
    "needs.axis.cash": ("الدعم النقدي", "Cash"),
    "needs.axis.social": ("الدعم الاجتماعي", "Social"),
    "needs.axis.education": ("التعليم", "Education"),
    "needs.axis.health": ("الصحة", "Health"),
    "needs.axis.economic": ("التمكين الاقتصادي", "Economic"),
    "needs.field.axis": ("المحور", "Axis"),
    "needs.field.guard": ("إن كان الباب مغطى من قبل", "Where it is covered already"),
    "needs.head.guard": ("إن غُطّي من قبل", "If covered"),
    "needs.field.slots": ("أبواب التغطية", "Slots"),
    "needs.field.slots.hint": (
        "ما يشغله الاحتياج ولا يُعطى مرتين. الاحتياجان اللذان يشغلان بابًا واحدًا يتقابلان فيه.",
        "What the need occupies and must not be given twice. Two needs of one slot meet in it.",
    ),
    "needs.field.period": ("مدة التغطية", "How long it covers"),
    "needs.field.window_months": ("عدد الأشهر", "Months"),
    "needs.field.window_months.hint": (
        "إن كانت المدة بالأشهر، ابتداءً من شهر الصرف.",
        "Where it covers months, beginning with that of the giving.",
    ),
    "needs.field.subject": ("لمن يُعطى", "Given to"),
    "needs.field.unit": ("وحدة العد", "Counted in"),
    "needs.field.reservation_days": ("أيام الحجز", "Reservation days"),
    "needs.field.reservation_days.hint": (
        "يبقى الحجز هذه الأيام ثم يسقط، ويبدأ عدها من جديد عند الاعتماد.",
        "A reservation lapses after so many days; approval starts them again.",
    ),
    "needs.field.tranches": ("الدفعات", "Tranches"),
    "needs.field.tranches.hint": ("على كم مرة يُسلَّم الاستحقاق.", "In how many parts a grant is handed over."),
    "needs.field.horizon_months": ("سريان كشف الدولة", "How long the state's list counts"),
    "needs.field.horizon_months.hint": (
        "عدد الأشهر التي يُعد فيها كشف الوزارة ساريًا بعد شهره، في الألوان والفجوات فقط.",
        "For how many months the ministry's list colours the calendar and gaps after its own.",
    ),
    "needs.field.wordings": ("الصيغ", "Wordings"),
    "needs.field.wordings.hint": (
        "كما تكتبها الجهات في كشوفها، كل صيغة في سطر.",
        "As offices write it in their lists, one to a line.",
    ),
    "needs.subject.family": ("الأسرة", "Family"),
    "needs.subject.person": ("الفرد", "Person"),
    "needs.period.months": ("عدد من الأشهر", "A number of months"),
    "needs.period.season": ("أشهر الموسم", "The months of a season"),
    "needs.period.once": ("مرة في العمر", "Once in a life"),
    "needs.guard.refuse.means": (
        "يُرفض الصرف إن كان الباب مغطى باحتياج يمنع مثله؛ وإن كان مغطى باحتياج ينبّه فهو تنبيه.",
        "Refuses where the slot is covered by a need that refuses too; where by one that warns, it warns.",
    ),
    "needs.guard.warn.means": (
        "يُنبَّه الموظف، وله أن يكمل بعد ذكر السبب، فينشأ ازدواج يُراجع.",
        "The officer is warned and may go on with a reason; an open overlap results.",
    ),
    "needs.guard.none.means": (
        "يُسجل ما صُرف، ولا يشغل بابًا ولا يُسأل عنه أحد: وجبة، كيلو لحم.",
        "What is given is recorded; it occupies nothing and nobody is asked: a meal, a kilo of meat.",
    ),
    "needs.say.family": ("يُعطى للأسرة.", "Given to a family."),
    "needs.say.person": ("يُعطى للفرد.", "Given to a person."),
    "needs.say.refuse": (
        "يشغل {slots} {span}. إن كانت جهة أخرى تغطي الباب باحتياج يمنع مثله، يُرفض الصرف؛ وإن كانت تغطيه باحتياج ينبّه،"
        " يُنبَّه الموظف.",
        "It occupies {slots} {span}. Where another organisation covers that by a need that refuses too, it is refused;"
        " where by one that warns, the officer is warned.",
    ),
    "needs.say.warn": (
        "يشغل {slots} {span}. إن كان الباب مغطى من قبل، يُنبَّه الموظف، وله أن يكمل بعد ذكر السبب.",
        "It occupies {slots} {span}. Where that is covered already, the officer is warned and may go on with a reason.",
    ),
    "needs.say.none": (
        "لا يشغل بابًا: يُسجل ما صُرف، ولا يُرفض ولا يُنبَّه إليه.",
        "It occupies no slot: what is given is recorded, never refused or warned of.",
    ),
    "needs.say.reserved": (
        "يبقى الحجز {days} ثم يسقط إن لم يُعتمد ويُسلَّم.",
        "A reservation stands {days} and lapses unless it is approved and delivered.",
    ),
    "needs.say.tranches": (
        "يُسلَّم على {tranches}، ووحدة عده: {unit}.",
        "Handed over in {tranches}, counted in: {unit}.",
    ),
    "needs.quoted": ("«{name}»", "“{name}”"),
    "needs.and": (" و", " and "),
    "needs.comma": ("، ", ", "),
    "needs.slots.none": ("بلا باب", "no slot"),
    "needs.slots.one": ("باب {names}", "the slot {names}"),
    "needs.slots.two": ("بابَي {names}", "the slots {names}"),
    "needs.slots.many": ("أبواب {names}", "the slots {names}"),
    "needs.span.months": ("لمدة {months} من شهر الصرف", "for {months} from that of the giving"),
    "needs.span.season": ("طوال أشهر الموسم", "for the months of the season"),
    "needs.span.once": ("مرة في العمر", "once in a life"),
    "needs.effect.title": ("أثر القاعدة الجديدة", "What the new rule would do"),
    "needs.effect.not_yet": (
        "لم يُحفظ شيء بعد. اقرأ الأثر ثم قرر.",
        "Nothing is kept yet. Read what it would do, then decide.",
    ),
    "needs.effect.refuses": (
        "لو كانت سارية لرُفض الصرف لـ{families} في شهر واحد، وهو اليوم غير مرفوض.",
        "Had it been in force, {families} would have been refused in one month who are not refused today.",
    ),
    "needs.effect.warns": (
        "لا ترفض أحدًا جديدًا، وكانت ستنبّه الموظف إلى {families} في شهر واحد.",
        "It refuses nobody new; it would have warned of {families} in one month.",
    ),
    "needs.effect.opens": (
        "لا ترفض أحدًا جديدًا، لكن أسرًا يغطيها هذا الاحتياج وحده لن تظهر مغطاة في ما يأتي.",
        "It refuses nobody new, but families that only this need covers will not show as covered from now on.",
    ),
    "needs.effect.quiet": (
        "لم تكن لتغيّر شيئًا لأي أسرة نظرنا فيها.",
        "It would have changed nothing for any family that was looked at.",
    ),
    "needs.effect.blind": (
        "لم يُصرف هذا الاحتياج ولم يُحجز بعد، فلا توجد أسر نقيس عليها الأثر.",
        "This need has never been given or reserved, so there is no family to measure by.",
    ),
    "needs.effect.month": ("الشهر", "Month"),
    "needs.effect.changes": ("ما الذي يتغير", "What changes"),
    "needs.effect.what": ("البند", "What"),
    "needs.effect.now": ("الآن", "Now"),
    "needs.effect.then": ("يصير", "Then"),
    "needs.effect.families": ("الأسر", "Families"),
    "needs.effect.families.explain": (
        "أسر صُرف لها هذا الاحتياج أو حُجز، وكيف كان الحكم عليها لو كانت القاعدة الجديدة سارية.",
        "Families that were given this need, or have it reserved, and how the new rule would have treated them.",
    ),
    "needs.effect.looked": ("أسر نظرنا فيها", "Families looked at"),
    "needs.effect.part": ("(أول ما سُجل منها)", "(the first recorded)"),
    "needs.effect.refused": ("كان سيُرفض الصرف لها", "Would have been refused"),
    "needs.effect.left_without": ("منها: لن يغطيها أحد", "Of these: then covered by nobody"),
    "needs.effect.warned": ("كان الموظف سيُنبَّه إليها", "Would have been warned of"),
    "needs.effect.alone": ("لا يغطيها إلا هذا الاحتياج", "Covered by this need alone"),
    "needs.effect.covered": (
        "من يُرفض الصرف له مغطى من جهة أخرى في الباب الذي رُفض فيه. «لن يغطيها أحد»: أسر لا يغطيها غير هذا الاحتياج في باب آخر"
        " أو في شهر الصرف، فتبقى بلا أحد.",
        "Whoever is refused is covered by another organisation where it is refused. “Covered by nobody”: only this need"
        " covers them in another slot, or in the month of the giving.",
    ),
    "needs.effect.leaves": (
        "منها {families} لن يغطيها أحد.",
        "Of these, {families} would then be covered by nobody.",
    ),
    "needs.effect.alone.explain": (
        "«لا يغطيها إلا هذا الاحتياج»: أسر تظهر بلا تغطية بعد انتهاء ما صُرف لها، في باب أو شهر لم تعد القاعدة تغطيه.",
        "“Covered by this need alone”: families that nobody will cover, in a slot or month that the rule no longer covers,"
        " once what they were given ends.",
    ),
    "needs.effect.sensitive": (
        "الباب الحساس لا تتقابل فيه الجهات: ما يُصرف فيه من الآن لا يراه غير صاحبه، وما صُرف من قبل يبقى في بابه القديم.",
        "In a sensitive slot organisations do not meet: what is given there from now on only its giver sees, and what was"
        " given stays in its old slot.",
    ),
    "needs.effect.grants": ("الاستحقاقات القائمة", "Grants that live"),
    "needs.effect.more_than": ("أكثر من", "More than"),
    "needs.effect.grants.keep": (
        "يبقى على القاعدة التي حُجز بها حتى ينتهي: {grants}.",
        "These keep the rule they were reserved by until they end: {grants}.",
    ),
    "needs.effect.grants.none": (
        "لا يوجد استحقاق قائم لهذا الاحتياج.",
        "No grant of this need is alive.",
    ),
    "needs.effect.do": ("نفّذ القاعدة الجديدة", "Put the new rule in force"),
    "needs.effect.leave": ("اتركها كما هي", "Leave it as it is"),
    "needs.written.what": ("البند", "What"),
    "needs.written.version": ("النسخة", "Version"),
    "needs.written.when": ("متى", "When"),
    "needs.written.who": ("من", "Who"),
    "slots.title": ("أبواب التغطية", "Slots"),
    "slots.answer": (
        "{slots}: في كل باب لا تُعطى الأسرة مرتين في الشهر نفسه دون أن يُعرف ذلك.",
        "{slots}: in each, no family is given to twice in a month without its being known.",
    ),
    "slots.needs": ("احتياجاته", "Its needs"),
    "slots.target": ("المستهدفون", "Who should be covered"),
    "slots.target.all": ("كل الأسر المعروفة", "Every known family"),
    "slots.target.recorded": ("من سُجّل له احتياج", "Those with a recorded need"),
    "slots.target.explain": (
        "المستهدفون يحددون الفجوات وحدها: لا يُرفض صرف بسببهم ولا يُقبل.",
        "This decides about gaps alone: nothing is refused or allowed by it.",
    ),
    "slots.gaps": (
        "في آخر عد، شهر {month}: {families} بلا تغطية في هذا الباب. إن قصرته على من سُجّل له احتياج، خرج من العد من لم يُسجَّل"
        " له، ولن تظهر فجوته.",
        "As counted for {month}: {families} covered by nobody in this slot. If it is narrowed to recorded needs, those"
        " without one leave the count, and their gap will not show.",
    ),
    "slots.secrecy": ("من يرى التغطية", "Who sees its cover"),
    "slots.shared": ("تنسيق بين الجهات", "Coordinated by all"),
    "slots.shared.means": (
        "تتقابل فيه الجهات كلها: ما تغطيه جهة يُحسب عند غيرها.",
        "All organisations meet in it: what one covers counts for the others.",
    ),
    "slots.sensitive": ("حساس", "Sensitive"),
    "slots.sensitive.means": (
        "لا يرى التغطية فيه إلا الجهة التي أعطت، فلا يكشف رفضٌ سرًّا: حماية، علاج إدمان.",
        "Only the giver sees its cover, so that no refusal can tell: protection, treatment of addiction.",
    ),
    "slots.settled": (
        "شغله احتياج، فلا تتغير سريته: ما فيه من تغطية يبقى كما هو. إن لزم الأمر أضف بابًا حساسًا جديدًا، وانقل إليه"
        " الاحتياج بقاعدة جديدة.",
        "A need has occupied it, so this is settled: the cover in it stays as it is. If you must, add a new sensitive"
        " slot and move the need to it by a new rule.",
    ),
    "slots.not_settled": (
        "لم يشغله احتياج بعد. بعد أن يشغله لا تتغير سريته.",
        "No need occupies it yet. Once one does, this is settled.",
    ),
    "slots.add": ("أضف بابًا", "Add a slot"),
    "slots.add.explain": (
        "الباب الجديد فارغ حتى يشغله احتياج بقاعدة جديدة.",
        "A new slot is empty until a need occupies it by a new rule.",
    ),
    "slots.added": ("أُضيف باب «{name}».", "The slot “{name}” was added."),
    "slots.changed": ("تغيّر باب «{name}».", "The slot “{name}” was changed."),
    "slots.save": ("احفظ الباب", "Save the slot"),
    "seasons.title": ("المواسم", "Seasons"),
    "seasons.season": ("الموسم", "Season"),
    "seasons.months": ("أشهره", "Its months"),
    "seasons.answer": ("الموسم القادم المسجّل: {name}.", "The next season on record: {name}."),
    "seasons.none_coming": (
        "لا يوجد موسم قادم مسجّل: أضفه قبل أن تبدأ الجهات الحجز له.",
        "No coming season is on record: add it before organisations begin to reserve for it.",
    ),
    "seasons.explain": (
        "احتياج الموسم، مثل شنطة رمضان، يغطي أشهر أقرب موسم في حدود شهرين، وإلا فشهره وحده.",
        "A need of a season, such as a Ramadan box, covers the months of the nearest one within two months, else its own.",
    ),
    "seasons.kept": (
        "يسري على ما يُحجز ويُصرف من الآن؛ وما سُجّل من قبل تبقى له أشهره.",
        "It counts for what is reserved and given from now on; what was recorded keeps its months.",
    ),
    "seasons.empty": ("لا توجد مواسم بعد.", "There are no seasons yet."),
    "seasons.first": ("أول شهر", "First month"),
    "seasons.last": ("آخر شهر", "Last month"),
    "seasons.add": ("أضف موسمًا", "Add a season"),
    "seasons.added": ("أُضيف «{name}».", "“{name}” was added."),
    "seasons.changed": ("صُحّح «{name}».", "“{name}” was corrected."),
    "seasons.save": ("احفظ الموسم", "Save the season"),
}
