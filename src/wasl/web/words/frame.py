"""Words of the frame around every page, of the door, and of what went wrong."""

from __future__ import annotations

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
    "page.not_for_role": ("لا يسمح دورك بفتح هذه الصفحة.", "Your role does not allow this page."),
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
