"""The wordings offices head their columns with, as rules over folded words without article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wasl.kernel.folding import fold

PREFIXES = ("وال", "بال", "لل", "ال", "ل", "ب", "و", "ف")
ALWAYS_BARE = frozenset(
    {"الف", "واتس", "واتساب", "ولي", "والد", "والده", "بلد", "بيان", "بنت", "بند", "بطاقه"}
)


@dataclass(frozen=True)
class Rule:
    """
    A wording: fits where every word of one of `any_of` is in the header and none of `unless`.

    With `exact`, the header must hold nothing else (numbers apart).
    """

    attributes: tuple[str, ...]
    any_of: tuple[frozenset[str], ...]
    unless: frozenset[str] = frozenset()
    score: float = 1.0
    unused: str | None = None
    exact: bool = False

    @property
    def words(self) -> frozenset[str]:
        return frozenset().union(*self.any_of)

    def fits(self, tokens: tuple[str, ...]) -> bool:
        here = frozenset(tokens)
        if here & self.unless:
            return False
        if self.exact:
            said = frozenset(token for token in tokens if not token.isdecimal())
            return any(said == words for words in self.any_of)
        return any(words <= here for words in self.any_of)


def _words(text: str) -> frozenset[str]:
    return frozenset(
        word[2:] if word.startswith("ال") and len(word) >= 4 and word not in ALWAYS_BARE else word
        for word in fold(text).split()
    )


def _rule(
    attributes: str,
    wordings: str,
    unless: str = "",
    score: float = 1.0,
    unused: str | None = None,
    exact: bool = False,
) -> Rule:
    """`wordings` separates alternatives by `|`; `attributes` what contents choose between."""
    return Rule(
        tuple(attributes.split()),
        tuple(_words(wording) for wording in wordings.split("|")),
        _words(unless),
        score,
        unused,
        exact,
    )  # fmt: skip


STAFF = (
    "باحث|باحثة|باحثين|مندوب|مندوبة|مسئول|مسؤول|مسئولة|موظف|مشرف|مشرفة|مراجع|مراجعة|مدخل|منسق|منسقة|متطوع"
    "|متطوعة|مدير|محرر|معاين|قائم|رائدة|رائد|مصور|محاسب|اخصائي|اخصائية|طبيب|دكتور|معلم|researcher|surveyor"
    "|officer|volunteer"
    "|coordinator|enumerator|interviewer|staff|supervisor|reviewer|entered by|doctor|teacher|user"
    "|created by|updated by|data entry|entry by|enter by"
)
_GIVING = "صرف تسليم استلام توزيع تنفيذ تسلم منح دفع اجراء قافلة عملية مساعدة خدمة سداد حصول"
_GIVING_EN = (
    "distribution delivery given payment received receipt service paid disbursement distributed delivered"
)
_DATES_OF = "بحث تسجيل طلب تقديم زواج طلاق معاينة ادخال اصدار انتهاء صلاحية زيارة قيد وفاة تحديث كتب"
_AID = "مساعدة|مساعدات|خدمة|خدمات|دعم|اعانة|اعانات|منحة|احتياج|احتياجات|استفادة|تدخل|منصرف|معونة|معونات"
_AID_EN = "benefit|aid|assistance|service|support|item|need|package|relief"


def _each(head: str, tails: str) -> str:
    """`تاريخ` with each of the words: wordings of two words."""
    return "|".join(f"{head} {tail}" for tail in tails.split())


ATTRIBUTES: tuple[Rule, ...] = (
    _rule("origin_list", "كود الكشف في وصل|wasl list"),
    _rule("origin_row", "رقم السطر في وصل|wasl row"),
    _rule("reason", "سبب الرفض", unused="own_output"),
    _rule("reason", "reason", unused="own_output", exact=True),
    _rule(
        "signature",
        "توقيع|توقيعات|بصمة|ختم|امضاء|signature|thumb|fingerprint|صورة|مرفقات|تأشيرة",
        unused="signature",
    ),
    _rule("staff", STAFF, unless="اسرة عائلة family household", unused="staff"),
    _rule("proxy", "اسم وكيل|وكيل|توكيل|مفوض|proxy|اسم موكل|بالتوكيل", unused="proxy"),
    _rule(
        "paid_by",
        "جهة صرف|جهة ممولة|جهة مانحة|جهة تمويل|جهة دفع|جهة متبرعة|جهة متكفلة|جهة مقدمة|جهة داعمة"
        "|جهة كافلة|مصدر تمويل"
        "|مصدر صرف|مصدر دعم|مصدر مساعدة|ممول|ممولة|مانح|مانحة|داعم|على نفقة|جمعية مقدمة"
        "|جمعية صارفة|جهة صارفة"
        "|جهة مساعدة|جهة خدمة|جهة داعمه|مؤسسة مانحة|مؤسسة ممولة"
        "|paid by|donor|funder|funded by|payer|funding source|paying organisation"
        "|paying organization|funding",
        unless="تاريخ قيمة مبلغ تليفون رقم",
    ),
    _rule("sponsor", "كافل|كافلة|كفيل|متبرع|متبرعة|فاعل خير|sponsor", unused="other"),
    _rule("paid_by", "provider|organisation|organization|جهة|جهات|ngo|agency|partner", exact=True, score=0.4),
    _rule(
        "site",
        "محل ميلاد|جهة ميلاد|مكان ميلاد|محافظة ميلاد|place birth|birthplace|birth place|جنسية|nationality"
        "|ديانة",
        unused="other",
    ),
    _rule("other", "شهادة ميلاد|birth certificate|رقم شهادة", unused="other"),
    _rule(
        "other_number",
        "بطاقة تموين|بطاقة تموينية|تموين|تموينية|كارت|حساب|فيزا|عداد|تأميني|تأمينات|جواز|باسبور|محفظة"
        "|ايصال|شيك|اذن|سند|سيريال"
        "|passport|account|ration|card number|meter|voucher|receipt no|رقم كوبون|كوبون|رقم صرف|رقم اذن",
        unless="قومي شخصية",
        unused="other",
    ),
    _rule(
        "other",
        "مدرسة|كلية|جامعة|معهد|school|university",
        unless="طالب طالبة تلميذ يتيم student pupil",
        unused="other",
    ),
    _rule(
        "other",
        "انتهاء بطاقة|صلاحية بطاقة|تاريخ اصدار|حالة بطاقة|مهنة|وظيفة|مؤهل|عمل|دراسة|صف|مرحلة"
        "|occupation|job|education|school|grade|class|profession|expiry",
        unless="ورشة اسم name",
        unused="other",
    ),
    _rule(
        "nid",
        "قومي|قوميه|القومى|رقم بطاقة|بطاقة شخصية|رقم شخصي|رقم هوية|هوية|اثبات شخصية|تحقيق شخصية|رقم مدني"
        "|بطاقة رقم"
        "|رق|ر ق|ق رقم|national id|national no|national number|national|nid|nin|n id|id number|id card"
        "|identity|ssn|id no|identification",
        unless="نوع تاريخ",
    ),
    _rule("nid serial", "id", exact=True, score=0.6),
    _rule("nid", "بطاقة", unless="نوع تاريخ حالة", score=0.8),
    _rule(
        "nid",
        "spouse id|husband id|wife id|head id|beneficiary id|member id|child id|person id|mother id|father id"
        "|individual id|registrant id",
        score=0.6,
        unless="family hh household",
    ),
    _rule("phone_home", "ارضي|landline|هاتف منزل|تليفون منزل|home phone", unused="other"),
    _rule(
        "phone",
        "تليفون|تلفون|تليفونات|تيليفون|هاتف|موبايل|موبيل|موبايلات|محمول|جوال|اتصال|تواصل|واتس|واتساب|نقال"
        "|phone|mobile|tel|telephone|cell|whatsapp|contact|msisdn|gsm",
    ),
    _rule(
        "other",
        "صلة مستلم|قرابة مستلم|صفة مستلم|علاقة مستلم|صلته مستفيد|صلة مستلمة|relation recipient|recipient relationship",
        unused="other",
    ),
    _rule(
        "relation",
        "صلة|صلته|صلتها|قرابة|قرابته|قرابه|درجة قرابة|صلة قرابة|علاقة اسرة|علاقة|صفة|relation"
        "|relationship|kinship|role",
    ),
    _rule("other", "سن تقاعد|عمر منزل", unused="other"),
    _rule("age", "سن|عمر|اعمار|age", unless="شهر"),
    _rule("birth", "ميلاد|مواليد|ولادة|birth|dob|d o b|birthdate|born|ميلاده|ميلادها|birthday"),
    _rule(
        "marital",
        "حالة اجتماعية|وضع اجتماعي|حالة زوجية|حالة زواجية|موقف اجتماعي|marital|social status|civil status",
    ),
    _rule(
        "dated",
        "|".join(_each("تاريخ", _DATES_OF).split("|"))
        + "|registration date|date registration|visit date|survey date",
        unused="other",
    ),
    _rule("deceased", "متوفي|متوفاة|وفاة|deceased|death|على قيد الحياة", unless="اسم رقم قومي", score=0.6),
    _rule("sex", "جنس|gender|sex|ذكر انثى|ذكر انثي|نوع جنس|m f", unless="جنسية"),
    _rule("sex need", "نوع|type|kind|category|فئة|تصنيف", exact=True, score=0.7),
    _rule(
        "sex",
        "نوع مستفيد|نوع فرد|نوع طفل|نوع شخص|نوع زوج|نوع ابن|نوع رب اسرة|نوع بشري|نوع اجتماعي",
        score=0.8,
    ),
    _rule(
        "family_no",
        "رقم اسرة|كود اسرة|مسلسل اسرة|م اسرة|رقم عائلة|كود عائلة|رقم مسلسل اسرة|معرف اسرة|ترقيم اسرة|ت اسرة"
        "|family number|family no|family id|family code|household number|household no|household id"
        "|household code|hh id|hh no|hhid"
        "|hh number|hh code|family serial|hhno|familyid",
    ),
    _rule("family_no", "اسرة|family|household|hh", exact=True, score=0.5),
    _rule(
        "file_no",
        "رقم ملف|رقم استمارة|رقم بحث|كود حالة|رقم حالة|كود ملف|رقم طلب|كود بحث|رقم استماره|كود مستفيد"
        "|رقم كود|كود"
        "|case no|case number|case id|file no|file number|form no|form number|registration number"
        "|registration no|beneficiary code"
        "|code|رقم قيد|رقم تسجيل|رقم عضوية|رقم كودي|case code|ref|reference",
        score=0.6,
    ),
    _rule(
        "family_size",
        "عدد افراد|عدد فرد|عدد اسرة|حجم اسرة|عدد نفر|عدد ابناء|عدد اولاد|عدد اطفال|عدد انفار|اجمالي افراد"
        "|افراد معالين"
        "|عدد معالين|عدد ذكور|عدد اناث|افراد اسرة|عدد عائلة|عدد ايتام|عدد معول|family size|household size"
        "|hh size|members|number members"
        "|size family|no members|number children|no children|persons|no persons|dependents|dependants",
        unless="اسم اسماء name names قومي صلة",
    ),
    _rule(
        "other",
        "دخل|ايجار|ديون|مرتب|مصروفات اسرة|قيمة معاش|income|rent|salary|debt|score|درجة|نقاط|نسبة|قيمة دين",
        unused="other",
    ),
    _rule("other", "عدد مرات|عدد شهور|عدد زيارات|عدد غرف|مساحة|visits|rooms|عدد ايام", unused="other"),
    _rule(
        "other",
        "مكان صرف|مكان توزيع|منفذ|مقر|موقع صرف|طريقة صرف|وسيلة صرف|حالة صرف|مكان استلام|مكان تسليم"
        "|نقطة توزيع|موقف صرف"
        "|مركز توزيع|مركز شباب|مركز صحي|مركز طبي|distribution point|distribution site|payment method"
        "|delivery method|طريقة استلام|channel"
        "|رقم دفعة|دفعة|مرحلة|موقف استلام|حالة استلام|تم استلام|delivered",
        unused="other",
        unless="تاريخ",
    ),
    _rule(
        "unit_value",
        "سعر|ثمن|قيمة وحدة|سعر وحدة|تكلفة وحدة|قيمة قطعة|سعر قطعة|سعر كرتونة|قيمة كرتونة|price|unit price"
        "|unit cost|unit value"
        "|سعر شنطة|ثمن كرتونة|ثمن وحدة|فئة كرتونة",
        unless="اجمالي total تاريخ",
    ),
    _rule(
        "given_on",
        _each("تاريخ", _GIVING)
        + "|"
        + _each("يوم", _GIVING)
        + "|"
        + _each("date", _GIVING_EN)
        + "|تم صرف في تاريخ",
    ),
    _rule("given_on birth", "تاريخ|date|يوم|day|التاريخ", exact=True, score=0.7),
    _rule(
        "value",
        "قيمة|مبلغ|مبالغ|amount|value|cost|تكلفة|جنيه|نقدية|egp|مبلغ منصرف|اجمالي قيمة|total value"
        "|total amount|price total|قيمه|قيمتها|قيمته|مبلغها|تكلفتها|جملة مبلغ",
        unless="عدد تاريخ",
    ),
    _rule("value", "اجمالي|total|جملة|صافي|net", exact=True, score=0.6),
    _rule("month", "شهر|شهور|month|months|موسم|season", unless="عدد تاريخ دخل", score=0.95),
    _rule("month", "فترة|period|دورة|cycle|round", exact=True, score=0.6),
    _rule("year", "سنة|عام|year", unless="اسم", score=0.8),
    _rule(
        "need",
        "|".join(
            f"{head} {tail}"
            for head in ("نوع", "بيان", "وصف", "اسم", "type", "kind", "name")
            for tail in f"{_AID}|صرف|صنف|مشروع|مبادرة|برنامج|{_AID_EN}|program|programme|project"
            "|initiative".split("|")
        ),
        unless="عدد تاريخ مستفيد",
    ),
    _rule(
        "need",
        f"{_AID}|{_AID_EN}|بند|بنود|صنف|اصناف|needs|items|ما تم صرفه|تم صرف|عينية|assistance type|نوع دعم"
        "|منتج|product",
        unless="عدد كمية كمية quantity qty كود رقم تاريخ no number",
        score=0.9,
    ),
    _rule(
        "need",
        "مشروع|مبادرة|برنامج|project|initiative|programme|program|حملة|campaign",
        unless="رقم كود عدد مستفيد",
        score=0.5,
    ),
    _rule("need name", "بيان|بيانات|وصف|description|details|تفاصيل", exact=True, score=0.4),
    _rule(
        "quantity",
        "كمية|كميات|quantity|qty|عدد كراتين|عدد كرتونة|عدد شنط|عدد شنطة|عدد بطاطين|عدد بطانية|عدد وحدات"
        "|عدد وحدة|عدد قطع|عدد علب"
        "|عدد وجبات|عدد كيلو|وزن|كجم|كيلو|kg|عدد منصرف|عدد نظارات|عدد اصناف|units|number units|no units"
        "|number boxes|boxes|عدد مستلم|عدد صناديق|عدد حصص|حصة"
        "|عدد مساعدات|عدد خدمات|pieces|pcs|count",
    ),
    _rule("quantity serial", "عدد|number", exact=True, score=0.7),
    _rule("village", "قرية حي|قرية مدينة|village city|village town", unless="مركز قسم محافظة"),
    _rule("governorate", "محافظة|محافظه|governorate|province|gov"),
    _rule("local_unit", "وحدة محلية|وحدة محليه|local unit|مجلس قروي"),
    _rule("markaz", "مركز|قسم|حي|مدينة|markaz|district|center|centre|city|town|qism|مركز مدينة|قسم شرطة"),
    _rule(
        "village",
        "قرية|قرى|عزبة|نجع|شياخة|منطقة|كفر|تابع|توابع|village|area|shiakha|hamlet|بلد|بلدة|neighbourhood"
        "|neighborhood|حارة",
    ),
    _rule("address", "عنوان|سكن|اقامة|محل اقامة|محل سكن|عناوين|address|شارع|location|residence|street|مسكن"),
    _rule(
        "notes",
        "ملاحظات|ملحوظة|ملاحظة|ملحوظات|notes|note|remarks|remark|comment|comments|تعليق|بيانات اخرى|سبب|اسباب",
        score=0.9,
    ),
    _rule(
        "status",
        "موقف|status|حالة مستفيد|حالة ملف|حالة طلب|حالة زوج|حالة اب|حالة والد|حالة ام|حالة فرد",
        score=0.5,
    ),
    _rule("name marital status need", "حالة|حالات|case|cases", exact=True, score=0.5),
    _rule("family_size name", "افراد|members|persons", exact=True, score=0.6),
    _rule("name", "جد|عائلة|لقب|surname|شهرة", exact=True, score=0.6),
    _rule("name", "اسم|اسماء|اسامي|name|names|fullname|full name|لقب|الاسم|اسمه|أسم"),
    _rule(
        "serial",
        "م|مسلسل|تسلسل|ت|no|sn|s n|serial|sr|seq|sequence|رقم مسلسل|رقم تسلسلي|م س|مسلسل رقم"
        "|number serial|row|line|idx|index|s no|ر م"
        "|sr no|serial no|serial number|row no|م م",
        exact=True,
    ),
    _rule("serial", "مسلسل|تسلسل|تسلسلي|serial", score=0.9),
    _rule("serial nid phone file_no", "رقم|ارقام|num|رقم كشف", exact=True, score=0.4),
)

NAME_PARTS: tuple[tuple[str, Rule], ...] = tuple(
    (part, _rule("name", wordings, unless="الاب المتوفي شركة"))
    for part, wordings in (
        ("name_part3", "جد|third name|grandfather|grandfather name|grand father"),
        ("name_part2", "middle name|second name|father name first|اسم ثاني"),
        ("name_part3", "اسم ثالث"),
        ("name_last", "عائلة|لقب|last name|surname|family name|اسم لقب|اسم اخير|اسم اخير"),
        ("name_part4", "اسم رابع|fourth name"),
        ("name_part1", "اسم اول|first name|given name|forename|اسم شخصي|اسم اول"),
    )
)

SUBJECTS: tuple[tuple[str, Rule], ...] = (
    ("proxy", _rule("", "وكيل|توكيل|proxy|مفوض")),
    ("gone", _rule("", "متوفي|متوفى|مرحوم|deceased")),
    (
        "pupil",
        _rule("", "طالب|طالبة|تلميذ|تلميذة|يتيم|يتيمة|ايتام|طلاب|طلبة|تلاميذ|student|orphan|pupil|orphans"),
    ),
    (
        "guardian",
        _rule("", "وصي|ولي امر|حاضن|حاضنة|guardian|caregiver|caretaker|عائل|عايل", unless="اسرة household"),
    ),
    (
        "head",
        _rule(
            "",
            "رب اسرة|ربة اسرة|رب عائلة|صاحب اسرة|عائل اسرة|مسئول اسرة|مسؤول اسرة|مسئول عن اسرة|رب منزل"
            "|رب بيت|كبير عائلة|رب"
            "|head|hoh|householder|head household|head family|اسم اسرة|رئيس اسرة|hhh",
        ),
    ),
    ("either_spouse", _rule("", "زوج ه|زوج ة|زوج زوجة|spouse|partner|شريك|قرين|زوج او زوجة")),
    ("wife", _rule("", "زوجة|زوجه|زوجات|wife|حرم|زوجته")),
    ("husband", _rule("", "زوج|husband|زوجها")),
    (
        "child",
        _rule(
            "",
            "ابن|ابنة|ابناء|طفل|طفلة|اطفال|اولاد|بنت|بنات|نجل|انجال|ولد|child|children|son|daughter|kid"
            "|ابنه|الابن|نجله",
        ),
    ),
    ("father", _rule("", "اب|والد|father|dad")),
    ("mother", _rule("", "ام|والدة|mother|mom|والده")),
    ("recipient", _rule("", "مستلم|مستلمة|recipient|receiver|collector|قائم بالاستلام")),
    (
        "person",
        _rule(
            "",
            "مستفيد|مستفيدة|مستفيدين|مستفيدات|مواطن|مواطنين|عضو|فرد|افراد|عميل|مستحق|مستحقة|مستحقين|منتفع"
            "|منتفعين|مريض|مريضة"
            "|عروسة|عروس|مقدم طلب|مقدم|متقدم|صاحب|صاحبة|ارملة|ارامل|اسرة فقيرة|beneficiary|beneficiaries"
            "|member|person|client|applicant"
            "|patient|individual|registrant|حالة|case|مسن|مزارع|صياد|متدرب|متدربة|مواطنة|معاق",
        ),
    ),
)

ORDINALS: dict[str, int] = {
    fold(word): number
    for number, words in enumerate(
        (
            "اول الاول اولى اولي first",
            "ثاني الثاني ثانية second اخر اخرى بديل alternative other",
            "ثالث الثالث ثالثة third",
            "رابع الرابع رابعة fourth",
            "خامس خامسة fifth",
            "سادس سادسة sixth",
            "سابع سابعة seventh",
            "ثامن ثامنة eighth",
            "تاسع تاسعة ninth",
            "عاشر عاشرة tenth",
        ),
        start=1,
    )
    for word in words.split()
}


def _all_words(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset().union(*(rule.words for rule in rules))


VOCABULARY: frozenset[str] = (
    _all_words(ATTRIBUTES)
    | _all_words(rule for _, rule in NAME_PARTS)
    | _all_words(rule for _, rule in SUBJECTS)
    | frozenset(ORDINALS)
)
