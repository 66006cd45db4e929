"""Words of what cannot be done with needs, slots and seasons, and of the catalogue's commands."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "needs.line": (
        "{code}  {name}  [{guard}]  الأبواب: {slots}  القاعدة رقم {version}، أيام الحجز {days}، الدفعات {tranches}",
        "{code}  {name}  [{guard}]  slots: {slots}  rule {version}, reserved {days} days, tranches {tranches}",
    ),
    "needs.no_slot": ("بلا باب", "none"),
    "guard.refuse": ("يمنع", "refuses"),
    "guard.warn": ("ينبّه", "warns"),
    "guard.none": ("بلا تغطية", "no guard"),
    "rule.code_malformed": (
        "الكود حروف لاتينية صغيرة وأرقام وشرطة سفلية، من 2 إلى 40، ويبدأ بحرف. المكتوب: «{code}».",
        "A code is 2 to 40 lowercase letters, digits and _, a letter first. Written: “{code}”.",
    ),
    "rule.code_stands": (
        "الكود «{code}» مستعمل من قبل. اختر غيره.",
        "The code “{code}” is taken. Choose another.",
    ),
    "rule.stale": (
        "غيّر زميل «{code}» قبلك، فلم يُحفظ تغييرك. راجع ما صار إليه ثم أعد التعديل.",
        "A colleague changed “{code}” before you, so nothing was kept. Look at it as it is now and edit again.",
    ),
    "rule.refused": (
        "لا تقبل قاعدة البيانات هذه القيم ({rule}). لم يتغير شيء.",
        "The database does not take these values ({rule}). Nothing was changed.",
    ),
    "rule.reason_missing": (
        "اكتب سبب التغيير: يقرؤه من يراجع القواعد بعدك.",
        "Say why: whoever looks at the rules after you reads it.",
    ),
    "rule.reason_too_long": (
        "السبب أطول من {longest} حرف. اختصره.",
        "The reason is longer than {longest} characters.",
    ),
    "rule.name_missing": ("اكتب الاسم بالعربية.", "Write the Arabic name."),
    "rule.name_too_long": (
        "الاسم أطول من {longest} حرف. اختصره.",
        "The name is longer than {longest} characters.",
    ),
    "need.stale": (
        "غيّر زميل قاعدة «{need}» قبلك، وهي الآن القاعدة رقم {version}. لم يُحفظ تغييرك: راجعها ثم أعد التعديل.",
        "A colleague changed the rule of “{need}” before you: it is rule {version} now. Nothing was kept; look at it"
        " and edit again.",
    ),
    "need.words_stale": (
        "غيّر زميل أسماء «{need}» قبلك، فلم يُحفظ تغييرك. راجعها ثم أعد التعديل.",
        "A colleague changed the names of “{need}” before you. Nothing was kept; look at them and edit again.",
    ),
    "need.axis_unknown": ("اختر المحور.", "Choose the axis."),
    "need.subject_unknown": (
        "اختر لمن يُعطى: الأسرة أو الفرد.",
        "Choose to whom it is given: a family or a person.",
    ),
    "need.guard_unknown": (
        "اختر ماذا يحدث إن وُجدت تغطية من قبل.",
        "Choose what happens where it is covered already.",
    ),
    "need.period_unknown": ("اختر المدة التي يغطيها الصرف.", "Choose how long one giving covers."),
    "need.unit_missing": ("اختر وحدة العد.", "Choose what it is counted in."),
    "need.wordings_too_many": (
        "الصيغ أكثر من {most} أو فيها صيغة طويلة جدًا. اختصرها.",
        "There are more than {most} wordings, or one is too long.",
    ),
    "need.window_outside": (
        "عدد الأشهر من {lowest} إلى {highest}.",
        "The number of months is from {lowest} to {highest}.",
    ),
    "need.horizon_outside": (
        "أفق التغطية من {lowest} إلى {highest} شهرًا.",
        "The horizon is from {lowest} to {highest} months.",
    ),
    "need.days_outside": (
        "أيام الحجز من {lowest} إلى {highest}.",
        "Reservation days are from {lowest} to {highest}.",
    ),
    "need.tranches_outside": (
        "الدفعات من {lowest} إلى {highest}.",
        "Tranches are from {lowest} to {highest}.",
    ),
    "need.slots_without_guard": (
        "ما لا تُحجز له تغطية لا يشغل بابًا: أزل الأبواب، أو اختر المنع أو التنبيه.",
        "What nothing guards occupies no slot: take the slots away, or choose to refuse or warn.",
    ),
    "need.guard_without_slots": (
        "اختر بابًا واحدًا على الأقل: المنع والتنبيه يكونان في باب تغطية.",
        "Choose at least one slot: refusing and warning happen in one.",
    ),
    "slot.target_unknown": ("اختر المستهدفين.", "Choose who should be covered."),
    "slot.sensitive_is_settled": (
        "شغل احتياجٌ الباب «{slot}» من قبل، فسريته ثابتة: خاناته القائمة تبقى كما هي. أضف بابًا حساسًا جديدًا وانقل إليه"
        " الاحتياج بقاعدة جديدة.",
        "A need has occupied the slot “{slot}”, so whom its cells are kept from is settled. Add a new sensitive slot"
        " and move the need to it by a new rule.",
    ),
    "season.unknown": ("لا يوجد موسم بالكود «{season}».", "There is no season “{season}”."),
    "season.months_outside": (
        "اختر أول شهر وآخر شهر، بحد أقصى {longest} شهرًا.",
        "Choose the first and last month, {longest} at most.",
    ),
    "season.months_apart": (
        "آخر شهر قبل أوله، أو بين الأشهر فراغ.",
        "The last month is before the first, or there is a gap between.",
    ),
}
