"""Words of the pages: code → (Arabic, English)."""

from __future__ import annotations

from django.utils.translation import get_language

WORDS: dict[str, tuple[str, str]] = {
    "wasl": ("وصل", "Wasl"),
    "skip": ("إلى المحتوى", "Skip to content"),
    "language.other": ("English", "العربية"),
    "sign_in.title": ("الدخول", "Sign in"),
    "sign_in.username": ("اسم المستخدم", "User name"),
    "sign_in.password": ("كلمة المرور", "Password"),
    "sign_in.submit": ("دخول", "Sign in"),
    "sign_in.wrong": (
        "الاسم أو كلمة المرور غير صحيحين.",
        "The name or the password is not right.",
    ),
    "sign_in.locked": (
        "محاولات كثيرة بهذا الاسم. انتظر ربع ساعة ثم أعد المحاولة.",
        "Too many attempts under this name. Wait a quarter of an hour and try again.",
    ),
    "sign_in.forgotten": (
        "نسيت كلمة المرور؟ يعطيك مكتب الهوية رابطًا جديدًا.",
        "Forgotten your password? The identity desk gives you a new link.",
    ),
    "sign_out": ("خروج", "Sign out"),
    "link.title": ("أهلًا {name}", "Welcome, {name}"),
    "link.explain": (
        "اختر كلمة مرور من 10 حروف على الأقل. يعمل هذا الرابط مرة واحدة.",
        "Choose a password of at least 10 characters. This link works once.",
    ),
    "link.again": ("كلمة المرور مرة أخرى", "The password again"),
    "link.submit": ("احفظ وادخل", "Save and sign in"),
    "link.differ": ("الكلمتان مختلفتان.", "The two are different."),
    "link.unknown": (
        "هذا الرابط استُعمل أو انتهت مدته. اطلب رابطًا جديدًا من مكتب الهوية.",
        "This link was used or has expired. Ask the identity desk for a new one.",
    ),
    "home.title": ("من نال مرتين، ومن لم ينل؟", "What was given twice, and to whom nobody gave?"),
    "home.answer": (
        "نعرف {families} أسرة. {overlaps} مرة صُرف لأسرة الشيء نفسه من جهتين في شهر واحد.",
        "{families} families are known. {overlaps} times one family was given the same thing by two"
        " organisations in one month.",
    ),
    "home.answer_own": ("كشوف جهتكم في وصل.", "Your organisation's lists in Wasl."),
    "home.empty": ("لا توجد كشوف بعد.", "There are no lists yet."),
    "home.empty_do": ("حمّل أول كشف من سطر الأوامر:", "Load the first one from the command line:"),
    "home.slots": ("بحسب باب التغطية", "By slot"),
    "slot": ("باب التغطية", "Slot"),
    "overlaps.certain": ("ازدواج مؤكد", "Overlaps, certain"),
    "overlaps.likely": ("ازدواج مرجّح", "Overlaps, likely"),
    "cost": ("تكلفته (جنيه)", "Cost (EGP)"),
    "gaps.month": ("شهر الفجوات", "Month of gaps"),
    "gaps": ("فجوات", "Gaps"),
    "unknown": ("غير معلوم", "Unknown"),
    "oldest": ("أقدم كشف", "Oldest report"),
    "lists": ("كشف", "lists"),
    "rows": ("سطر", "rows"),
    "rows.accepted": ("مقبول", "accepted"),
    "rows.rejected": ("مرفوض", "rejected"),
    "rows.repeated": ("مكرر", "repeated"),
    "rows.not_data": ("ليس بيانات", "not data"),
    "people": ("فرد", "people"),
    "families": ("أسرة", "families"),
    "organisations": ("جهة", "organisations"),
    "overlaps": ("ازدواج", "overlaps"),
    "error.404": ("لا توجد هذه الصفحة، أو ليست لك.", "This page does not exist, or not for you."),
    "error.403": ("لا يسمح دورك بهذا.", "Your role does not allow this."),
    "error.400": ("الطلب غير مفهوم.", "The request was not understood."),
    "error.500": (
        "حدث خطأ عندنا. لم يضع شيء؛ أعد المحاولة.",
        "Something went wrong on our side. Nothing is lost; try again.",
    ),
    "error.csrf": (
        "انتهت صلاحية الصفحة. أعد فتحها ثم حاول.",
        "The page has expired. Open it again and retry.",
    ),
    "error.home": ("إلى الصفحة الأولى", "To the first page"),
}


def say(code: str, **params: object) -> str:
    """Return the words for `code` in the request's language; the bare code where there are none."""
    arabic, english = WORDS.get(code, (code, code))
    return (english if get_language() == "en" else arabic).format(**params)
