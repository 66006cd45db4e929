"""What clerks write above, beside and below their tables: headers, needs, months, titles, notes."""

from __future__ import annotations

MONTH_NAMES = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip

# Field → the wordings of its header; a member chooses one by its own number, so its files agree.
HEADERS: dict[str, tuple[str, ...]] = {
    "serial": ("م", "مسلسل", "رقم", "م."),
    "family_number": ("رقم الأسرة", "كود الأسرة", "رقم الاسرة", "رقم الملف"),
    "relation": ("صلة القرابة", "الصلة", "صلة القرابة برب الأسرة", "القرابة"),
    "name": ("الاسم", "اسم المستفيد", "الاسم رباعي", "اسم الحالة", "الإسم بالكامل", "اسم المستفيد رباعيا"),
    "name_1": ("الاسم الأول", "الاسم", "الإسم", "الاسم الاول"),
    "name_2": ("اسم الأب", "الأب", "اسم الاب", "الاسم الثاني"),
    "name_3": ("اسم الجد", "الجد", "اسم الجد", "الاسم الثالث"),
    "name_4": ("اللقب", "العائلة", "الاسم الرابع", "اللقب / العائلة"),
    "nid": (
        "الرقم القومي",
        "الرقم القومى",
        "رقم البطاقة",
        "رقم قومي",
        "الرقم القومي (14 رقم)",
        "بطاقة الرقم القومي",
    ),
    "birth": ("تاريخ الميلاد", "ت الميلاد", "تاريخ الميلاد", "الميلاد", "تاريخ ميلاد"),
    "sex": ("النوع", "الجنس", "النوع (ذكر/أنثى)", "ذكر/أنثى"),
    "phone": ("رقم التليفون", "الموبايل", "التليفون", "رقم المحمول", "رقم الهاتف", "تليفون"),
    "governorate": ("المحافظة", "محافظة", "المحافظه", "المحافظة"),
    "markaz": ("المركز", "مركز", "المركز / القسم", "المركز أو القسم"),
    "village": ("القرية", "القرية / العزبة", "اسم القرية", "القريه", "القرية أو الحي"),
    "address": ("العنوان", "محل الإقامة", "عنوان السكن", "العنوان بالتفصيل"),
    "need": ("نوع المساعدة", "نوع الخدمة", "بيان المساعدة", "الخدمة المقدمة", "نوع الدعم"),
    "month": ("الشهر", "عن شهر", "شهر الصرف", "شهر الاستحقاق"),
    "given_on": ("تاريخ الصرف", "تاريخ الاستلام", "تاريخ التسليم", "تاريخ الصرف"),
    "value": ("القيمة", "المبلغ", "قيمة المساعدة", "القيمة بالجنيه"),
    "paid_by": ("جهة الصرف", "جهة الصرف", "الجهة المانحة", "جهة الصرف"),
    "researcher": ("اسم الباحث", "الباحث الاجتماعي", "اسم الباحث الميداني", "الباحث"),
    "members": ("عدد أفراد الأسرة", "عدد الأفراد", "عدد افراد الاسرة", "الأفراد"),
    "status": ("الحالة الاجتماعية", "الحالة", "الحالة الاجتماعيه", "الحالة الإجتماعية"),
    "notes": ("ملاحظات", "ملاحظات", "بيان", "ملحوظات"),
    "signature": ("التوقيع", "توقيع المستلم", "التوقيع أو البصمة", "التوقيع"),
}
ENGLISH_HEADERS = {
    "serial": "No.", "family_number": "Family No", "relation": "Relationship", "name": "Full name", "nid": "National ID",
    "birth": "Date of birth", "sex": "Sex", "phone": "Phone", "governorate": "Governorate", "markaz": "Markaz",
    "village": "Village", "address": "Address", "need": "Assistance type", "month": "Month", "given_on": "Date given",
    "value": "Amount (EGP)", "paid_by": "Paid by", "researcher": "Researcher", "members": "Family size",
    "status": "Marital status", "notes": "Notes", "signature": "Signature", "name_1": "First name",
    "name_2": "Father name", "name_3": "Grandfather name", "name_4": "Family name",
}  # fmt: skip
REGISTRANT_NAME = ("اسم رب الأسرة", "اسم رب الاسرة", "رب الأسرة", "اسم رب الأسرة رباعي")
REGISTRANT_NID = (
    "الرقم القومي لرب الأسرة",
    "رقم بطاقة رب الأسرة",
    "الرقم القومى لرب الاسرة",
    "رقم قومي رب الأسرة",
)
WOMAN_NAME, WOMAN_NID = "اسم السيدة", "الرقم القومي للسيدة"
SPOUSE_NAME = ("اسم الزوجة", "اسم الزوج / الزوجة", "الزوج/الزوجة", "اسم الزوج أو الزوجة")
SPOUSE_NID = (
    "الرقم القومي للزوجة",
    "الرقم القومي للزوج / الزوجة",
    "رقم بطاقة الزوج/الزوجة",
    "رقم قومي الزوج أو الزوجة",
)
BANDS = ("بيانات رب الأسرة", "بيانات الزوج / الزوجة", "الأبناء")
ORDINALS = ("الأول", "الثاني", "الثالث", "الرابع")

NEEDS: dict[str, tuple[tuple[str, ...], str]] = {
    # need → what stands in a cell, and what a title says is given out
    "food_box": (
        ("كرتونة", "كرتونة مواد غذائية", "شنطة غذائية", "كرتونه", "سلة غذائية"),
        "كراتين المواد الغذائية",
    ),
    "ramadan_box": (("شنطة رمضان", "كرتونة رمضان", "شنطة رمضان"), "شنط رمضان"),
    "food_package": (("حزمة غذائية شهرية", "دعم غذائي شهري"), "الدعم الغذائي الشهري"),
    "monthly_cash": (("معاش شهري", "مساعدة شهرية", "كفالة شهرية", "دعم نقدي"), "المعاش الشهري"),
    "one_off_cash": (("مساعدة مالية", "إعانة عاجلة"), "إعانة عاجلة"),
    "state_cash": (("تكافل وكرامة", "تكافل وكرامة"), "تكافل وكرامة"),
    "cash_food_package": (("حزمة الحماية الاجتماعية", "نقد وغذاء"), "حزمة الحماية الاجتماعية"),
    "orphan_sponsorship": (("كفالة يتيم", "كفالة أيتام"), "كفالة الأيتام"),
    "blankets": (("بطاطين", "2 بطانية", "بطانية", "لحاف", "عدد 2 بطانية"), "بطاطين الشتاء"),
    "bride": (("تجهيز عروسة", "تجهيز عرائس"), "تجهيز عرائس"),
    "house_rehab": (("ترميم منزل", "تسقيف", "إعمار منزل"), "إعادة إعمار المنازل"),
    "school_bag": (("شنطة مدرسية", "حقيبة مدرسية", "أدوات مدرسية"), "الشنط المدرسية"),
    "glasses": (("نظارة", "نظارة طبية"), "النظارات الطبية"),
    "medicine": (("علاج شهري", "صرف أدوية", "علاج"), "صرف العلاج الشهري"),
    "livestock": (("رأس ماشية", "مشروع ماشية"), "رؤوس الماشية"),
    "meat": (("لحوم", "لحوم أضاحي"), "لحوم الأضاحي"),
}
ENGLISH_NEEDS = {
    "food_box": "food box", "ramadan_box": "ramadan box", "monthly_cash": "monthly cash", "blankets": "blankets",
    "school_bag": "school bag", "glasses": "glasses", "medicine": "medicine", "meat": "meat",
}  # fmt: skip
RELATIONS = {
    # relation → for a man, for a woman
    "head": ("رب الأسرة", "ربة الأسرة"), "spouse": ("الزوج", "الزوجة"), "child": ("ابن", "ابنة"),
    "parent": ("والد", "والدة"), "dependant": ("ابن أخ", "ابنة أخ"),
}  # fmt: skip
STATUS = {
    # kind of family → for the man, for the woman who is registered
    "couple": ("متزوج", "متزوجة"), "widow": ("أرمل", "أرملة"), "divorced": ("مطلق", "مطلقة"),
    "second_wife": ("متزوج", "متزوجة"), "elder": ("أرمل", "أرملة"), "married_child": ("متزوج", "متزوجة"),
    "left_husband": ("مطلق", "مطلقة"),
}  # fmt: skip
SINGLE = ("أعزب", "آنسة")
RESEARCHERS = (
    "هالة فتحي رزق", "أ. محمود السيد عيد", "منى شوقي عبد الحافظ", "كريم جابر", "أ/ سحر الديب", "وليد حسني مبروك",
    "نجوى صابر", "إيمان عبد الرؤوف", "عمرو البنا", "رباب كامل", "حسام شلبي", "فاتن خليفة",
)  # fmt: skip
NOTES = (
    "مستلم بالتوكيل",
    "حالة مستحقة",
    "لم يحضر",
    "تم الاستلام",
    "يراجع",
    "إيجار",
    "حالة مرضية",
    "بطاقة منتهية",
)
ABSENT = ("-", "لا يوجد", "", "لايوجد", "ـــ")
DECEASED = ("متوفى", "متوفي", "متوفى")


def month_words(year: int, month: int, form: int) -> str:
    """Write a month as one of the ways offices do."""
    name = MONTH_NAMES[month - 1]
    return (
        f"{name} {year}",
        f"{month}/{year}",
        f"شهر {month} لسنة {year}",
        f"{year}-{month:02d}",
        f"{name} {year}م",
    )[form]


def list_title(kind: str, need: str | None, month: str, place: str) -> str:
    """Write the line that stands above a list."""
    where = f" - {place}" if place else ""
    if kind == "known":
        return f"كشف بيانات الأسر المسجلة{where}"
    what = NEEDS[need or "food_box"][1]
    if kind == "planned":
        return f"كشف المرشحين لاستلام {what} خلال شهر {month}{where}"
    if need == "state_cash":
        return f"كشف مستفيدي {what} عن شهر {month}{where}"
    return f"كشف توزيع {what} شهر {month}{where}"
