"""What a header says: whose, what, which: many wordings, folded, in Arabic and English."""

from __future__ import annotations

import pytest

from wasl.intake.reading.headers import read_header

WORDINGS = """
serial: م|مسلسل|م.|ر.م|#|No.|S/N|Sr. No|رقم مسلسل|الرقم المسلسل
name: الاسم|اسم المستفيد|الاسم رباعي|اسم الحالة|الإسم بالكامل|الأسم|الاسم كما في البطاقة|Full name
name: Beneficiary Name|client_name
name: FullName|المستفيد|اسم السيدة|اسم المريض|اسم العروسه رباعى|اسم الأرملة|Name of beneficiary
name/head: اسم رب الأسرة|رب الأسرة|ربة الأسرة|اسم عائل الأسرة|Head of household|HH head name
name/wife: اسم الزوجة|الزوجة|Wife
name/husband: اسم الزوج|Husband name
name/either_spouse: اسم الزوج / الزوجة|الزوج/الزوجة|اسم الزوج أو الزوجة|اسم الزوج/ة|Spouse name
nid: الرقم القومي|الرقم القومى|رقم البطاقة|الرقم القومي (14 رقم)|NationalID|National_ID_No|ر.ق|رقم تحقيق الشخصية|ID No.
nid/wife: رقم قومي الزوجة|الرقم القومي للزوجة|ر.ق. الزوجة|wife_nid|بطاقة الزوجة
nid/either_spouse: الرقم القومي للزوج / الزوجة|الرقم القومي للزوج/ة|Spouse national ID
nid/head: الرقم القومي لرب الأسرة|رقم بطاقة رب الأسرة
nid/guardian: الرقم القومي ولي الأمر|Guardian national id
name_part1: الاسم الأول|First name
name_part3: اسم الجد|الجد|الاسم الثالث|Grandfather name
name_last: اللقب|العائلة|اسم العائلة|Surname|Last name
relation: صلة القرابة|الصلة|صلة القرابة برب الأسرة|درجة القرابة|Relationship to HoH|صلته برب الاسرة
family_no: رقم الأسرة|كود الأسرة|م الأسرة|Family No|HH ID|household_id
family_size: عدد أفراد الأسرة|عدد الأفراد|Family size|HH size|عدد افراد الاسره
birth: تاريخ الميلاد|ت الميلاد|الميلاد|DOB|D.O.B|Date of birth|سنة الميلاد
age: السن|العمر|Age|السن بالسنوات
sex: الجنس|النوع (ذكر/أنثى)|ذكر/أنثى|Sex|Gender
phone: رقم التليفون|الموبايل|رقم المحمول|رقم الهاتف|Mobile No|تليفون 2|رقم الواتس
marital: الحالة الاجتماعية|الحالة الاجتماعيه|Marital status|الوضع الاجتماعي
governorate: المحافظة|محافظة|Governorate
markaz: المركز|المركز / القسم|District|المدينة
village: القرية|القرية / العزبة|القرية أو الحي|اسم القرية|الشياخة
address: العنوان|محل الإقامة|عنوان السكن|العنوان كما بالبطاقة
need: نوع المساعدة|الخدمة المقدمة|بيان المساعدة|البند|الصنف|Assistance type|ما تم صرفه|المنصرف|نوع الإعانة|Type of aid
month: الشهر|عن شهر|شهر الصرف|Month|شهر الاستحقاق
given_on: تاريخ الصرف|تاريخ الاستلام|Date given|Distribution date|تاريخ صرف المساعدة
value: القيمة|المبلغ|قيمة المساعدة|Amount (EGP)|إجمالي القيمة|المبلغ المنصرف
unit_value: سعر الوحدة|قيمة الوحدة|Unit price
quantity: الكمية|عدد الكراتين|Qty|عدد البطاطين|العدد المنصرف
paid_by: جهة الصرف|الجهة المانحة|الجهة الممولة|Paid by|Donor|مصدر التمويل|على نفقة
notes: ملاحظات|ملحوظات|Remarks
"""
CASES = [
    (wording, meaning)
    for line in WORDINGS.strip().splitlines()
    for meaning, wordings in [line.split(": ", 1)]
    for wording in wordings.split("|")
]


@pytest.mark.parametrize(("wording", "meaning"), CASES)
def test_wording(wording: str, meaning: str) -> None:
    attribute, _, subject = meaning.partition("/")
    found = read_header(wording)
    assert not found.unused
    assert found.attribute == attribute
    if attribute in {"name", "nid"}:
        assert (found.subject or "") in ({subject} if subject else {"", "person"})


@pytest.mark.parametrize(
    ("wording", "number"),
    [
        ("اسم الابن 1", 1),
        ("الطفل الأول", 1),
        ("اسم الطفل (3)", 3),
        ("child2_nid", 2),
        ("الرقم القومي للابن الثاني", 2),
    ],
)
def test_children_are_counted(wording: str, number: int) -> None:
    found = read_header(wording)
    assert (found.subject, found.ordinal) == ("child", number)


UNUSED = """
اسم الباحث|الباحث الاجتماعي|تليفون الباحث|المندوب|مسئول الصرف|Researcher|Enumerator name|التوقيع|توقيع المستلم
رقم بطاقة التموين|الدخل الشهري|قيمة الإيجار|تاريخ البحث|تاريخ التسجيل|محل الميلاد|مكان الصرف|رقم الإيصال|اسم المدرسة
اسم الوكيل|حالة الصرف|Data entry by
"""


@pytest.mark.parametrize("wording", UNUSED.strip().replace("\n", "|").split("|"))
def test_what_is_not_the_beneficiary_is_not_used(wording: str) -> None:
    assert read_header(wording).unused
