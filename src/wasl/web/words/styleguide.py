"""Words of the styleguide: every component with an example."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "styleguide.title": ("دليل المكونات", "Components"),
    "styleguide.answer": (
        "كل مكوّن تُبنى منه الصفحات، بحالاته. أسرة أحمد في الأمثلة خيالية.",
        "Every component the pages are made of, with its states. The families in the examples are fictional.",
    ),
    "styleguide.head": ("رأس الصفحة وشريط الحالة", "Page head and state strip"),
    "styleguide.example_state": ("الكشف محسوب منذ 12 مارس 2026.", "The list counts since 12 March 2026."),
    "styleguide.example_next": ("اسحب الكشف", "Withdraw the list"),
    "styleguide.not_allowed": (
        "دورك يقرأ فقط، فلا يمكنك السحب.",
        "Your role only reads, so you cannot withdraw it.",
    ),
    "styleguide.buttons": ("الأزرار", "Buttons"),
    "styleguide.first": ("أساسي", "First"),
    "styleguide.second": ("ثانوي", "Second"),
    "styleguide.danger": ("لا يُتراجع عنه", "Cannot be undone"),
    "styleguide.disabled": ("غير مسموح", "Not allowed"),
    "styleguide.fields": ("الحقول", "Fields"),
    "styleguide.field": ("اسم رب الأسرة", "Name of the head"),
    "styleguide.hint": ("كما هو في البطاقة", "As on the card"),
    "styleguide.wrong": ("الرقم القومي 14 رقمًا.", "A national id has 14 digits."),
    "styleguide.notices": ("ما حدث", "What happened"),
    "styleguide.notice_done": ("حُمّل الكشف: 312 سطرًا مقبولًا.", "The list is loaded: 312 rows accepted."),
    "styleguide.notice_asked": (
        "قد تكون هذه الأسرة هي نفسها أسرة مغطاة هذا الشهر. هل هي أسرة أخرى؟",
        "This may be a family that is already covered this month. Is it another family?",
    ),
    "styleguide.notice_refused": (
        "الملف مقفول بكلمة مرور. لم يُحمّل منه شيء. افتحه واحفظه بلا كلمة مرور ثم أعد رفعه.",
        "The file is locked by a password. Nothing was loaded. Save it without one and bring it again.",
    ),
    "styleguide.badges": ("درجة اليقين والحالة", "How sure, and which state"),
    "styleguide.open": ("لا يغطيها أحد", "open"),
    "styleguide.unknown": ("غير معلوم", "unknown"),
    "styleguide.badge_done": ("تم", "done"),
    "styleguide.badge_asked": ("يحتاج سؤالًا", "to be asked"),
    "styleguide.badge_refused": ("مرفوض", "refused"),
    "styleguide.figures": ("الأرقام", "Figures"),
    "styleguide.table": ("جدول بتصفية", "Table with a filter"),
    "styleguide.family": ("أسرة", "Family"),
    "styleguide.steps": ("خطوات وتقدم", "Steps and progress"),
    "styleguide.step1": ("الملف", "File"),
    "styleguide.step2": ("الأعمدة", "Columns"),
    "styleguide.step3": ("التحميل", "Loading"),
    "styleguide.loading": ("تحميل السطر 51,200 من 84,000", "Loading row 51,200 of 84,000"),
    "styleguide.dropzone": ("اسحب ملفًا إلى هنا أو اختره", "Drag a file here or choose one"),
    "styleguide.facts": ("حقائق", "Facts"),
    "styleguide.map": ("خريطة المحافظات", "Map of governorates"),
    "styleguide.nothing": ("حين لا يوجد شيء", "Where there is nothing"),
    "styleguide.empty": (
        "لا توجد كشوف بعد. ابدأ برفع أول كشف.",
        "There are no lists yet. Bring the first one.",
    ),
}
