"""Words of help about giving: reserving, delivering, many at once, agreeing on an overlap."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.reserve": ("كيف أحجز لأسرة؟", "How do I reserve for a family?"),
    "help.reserve.1": (
        "ابحث عن الأسرة وافتح ملفها. في تقويم التغطية اضغط خانة لم يغطها أحد، ثم «احجز».",
        "Find the family and open its file. In its coverage calendar press a cell that nobody covers, then “Reserve”.",
    ),
    "help.reserve.2": (
        "إن كانت مغطاة من قبل قال وصل ذلك: إما تنبيه تمضي بعده إن كتبت السبب، وإما رفض يقول متى يمكن الصرف لها.",
        "Where it is covered already you are told: a warning that you may pass with a reason, or a refusal that says"
        " from when it may be given again.",
    ),
    "help.reserve.3": (
        "إن سأل وصل «هل هي أسرة أخرى؟» فأجب بما تعرف. لا يُمنع أحد على الظن.",
        "If you are asked “is it another family?”, answer what you know. Nobody is refused on a guess.",
    ),
    "help.reserve.4": (
        "ما حجزته يعتمده زميل من جهتك: يجده في «ينتظرك». وما لم يُعتمد أو يُسلَّم في مدته يعود متاحًا لغيركم.",
        "What you reserved a colleague approves: it waits under “Waiting for you”. What is not approved or delivered in"
        " time is free for others again.",
    ),
    "help.reserve.5": (
        "عند الرفض يمكنك طلب استثناء بسبب مكتوب. ترد عليه الجهة التي تغطي الأسرة أو الأمانة، وتجد الرد في «الاستثناءات».",
        "After a refusal you may ask for an exception with a reason. Whoever covers the family answers, or the"
        " secretariat; the answer is under “Exceptions”.",
    ),
    "help.deliver": ("كيف أسلّم وأطبع الإيصال؟", "How do I deliver and print the receipt?"),
    "help.deliver.1": (
        "افتح «الصرف» ثم «شباك الصرف». امسح كارت الأسرة أو اكتب كودها أو كود الاستحقاق أو الرقم القومي.",
        "Open “Giving”, then “Delivery desk”. Scan the family's card, or type its code, the grant's code or the"
        " national id.",
    ),
    "help.deliver.2": (
        "يظهر ما اعتُمد للأسرة. اختر من يستلم: صاحبه، أو فرد من الأسرة، أو وكيل باسمه ورقمه القومي، ثم «سلّم».",
        "What is approved for the family shows. Choose who receives: whom it is for, one of the family, or a proxy with"
        " name and national id; then “Deliver”.",
    ),
    "help.deliver.3": (
        "اطبع الإيصال من الرابط بجانب كل تسليم. وكشف التوزيع تجده في «الاستحقاقات».",
        "Print the receipt by the link beside each delivery. Distribution sheets are under “Grants”.",
    ),
    "help.deliver.4": (
        "أخطأت؟ اضغط «تراجع» في اليوم نفسه، أو ألغِ التسليم من صفحة الاستحقاق بسبب مكتوب. لا يُمحى شيء.",
        "A mistake? Press “Undo” the same day, or reverse the delivery on the grant's page with a reason. Nothing is"
        " erased.",
    ),
    "help.in_bulk": ("كيف أحجز أو أسلّم لأسر كثيرة؟", "How do I reserve or deliver for many?"),
    "help.in_bulk.1": (
        "افتح «الصرف» ثم «عمليات جماعية» ثم «عملية جديدة»، وارفع ملفًا فيه عمود لأكواد الأسر.",
        "Open “Giving”, “In bulk”, “New bulk action”, and send a file with a column of family codes.",
    ),
    "help.in_bulk.2": (
        "تُعرض عليك الأسطر قبل أن يُنفَّذ شيء. راجعها ثم ابدأ.",
        "The rows are shown before anything is done. Look at them, then begin.",
    ),
    "help.in_bulk.3": (
        "ما لم يتم يبقى أمامك وسببه في سطره. نزّل الملف بنتيجته، ثم أكمل بالاعتماد فالتسليم من الصفحة نفسها.",
        "What was not done stays before you, each row with its reason. Download the outcome, then go on to approving and"
        " delivering from the same page.",
    ),
    "help.agree": ("كيف نتفق على ازدواج؟", "How is an overlap settled?"),
    "help.agree.1": (
        "افتح الازدواج من «ينتظرك» أو من «الازدواج». يُعرض مع كل رد من تتوقف عنه المنفعة، ومن يبقى بلا تغطية.",
        "Open it from “Waiting for you” or “Overlaps”. Each answer shows for whom giving stops, and who would be covered"
        " by nobody.",
    ),
    "help.agree.2": (
        "اختر: نتوقف نحن، أو تتوقفون أنتم، أو نستمر معًا لسبب. إن اتفقت الجهات حُسم الأمر.",
        "Choose: we stop, you stop, or both go on for a reason. Where the organisations agree it is settled.",
    ),
    "help.agree.3": (
        "إن لم تتفق الجهات، أو مضى 14 يومًا دون رد، فصلت فيه الأمانة.",
        "Where they do not agree, or 14 days pass without an answer, the secretariat decides.",
    ),
}
