"""Words for a person's place in the family, marital status and sex, in Arabic and English."""

from __future__ import annotations

import re
from typing import Literal

from wasl.country.egypt.national_id import FEMALE, MALE
from wasl.kernel.folding import fold_cached

Relation = Literal["head", "spouse", "child", "parent", "sibling", "grandchild", "dependant", "other"]
Marital = Literal["single", "married", "widowed", "divorced", "separated"]

_RELATION_WORDS: dict[Relation, str] = {
    "head": "رب الأسرة|ربة الأسرة|رب أسرة|ربة أسرة|رب اسره|عائل|العائل|عائل الأسرة|رئيس الأسرة"
    "|رئيس|المعيل"
    "|معيل|المعيلة|معيلة|صاحب الحالة|صاحبة الحالة|صاحب البطاقة|صاحب الطلب|مقدم الطلب|المستفيد|المستفيدة"
    "|المستفيد الرئيسي|المستفيد الأساسي|نفسه|نفسها|هو نفسه|هي نفسها|الشخص نفسه|بنفسه"
    "|الأب رب الأسرة|كبير الأسرة"
    "|head|head of household|head of family|hoh|hh|self|registrant|principal|applicant|householder",
    "spouse": "زوج|زوجة|الزوج|الزوجة|زوجه|حرم|حرمه|قرين|قرينة|زوجته|زوجها|زوجة ثانية"
    "|الزوجة الثانية|زوجة أولى"
    "|زوجة 1|زوجة 2|الزوجة الأولى|زوجة أخرى|زوجة رب الأسرة|زوج ربة الأسرة|أرملة رب الأسرة|أرملة|الأرملة|مطلقة|المطلقة"
    "|spouse|wife|husband|partner|second wife|first wife",
    "child": "ابن|ابنة|إبن|إبنة|الابن|الابنة|بنت|البنت|ولد|الولد|نجل|النجل|نجله|نجلها"
    "|كريمة|الكريمة|كريمته|كريمتها|كريمة رب الأسرة|ابنه|ابنته"
    "|ابنها|ابنتها"
    "|طفل|طفلة|الطفل|الطفلة|أبناء|الأبناء|أولاد|الأولاد|بنات|ابن أول|ابن ثان|ابن رب الأسرة|ابنة رب الأسرة"
    "|بنت رب الأسرة|ابن الزوج|ابن الزوجة|ابنة الزوج|ابنة الزوجة|رضيع|رضيعة|تلميذ|طالب|طالبة"
    "|child|son|daughter|kid|children|stepson|stepdaughter|infant|baby",
    "parent": "أب|أم|الأب|الأم|والد|والدة|الوالد|الوالدة|والده|والدته|والدتها|أمه|أبوه"
    "|أبو رب الأسرة|أم رب الأسرة"
    "|والد رب الأسرة|والدة رب الأسرة|حما|حماة|حماه|والد الزوج|والدة الزوج|والدة الزوجة"
    "|والد الزوجة|أم الزوج|أم الزوجة"
    "|parent|father|mother|father in law|mother in law|dad|mum|mom",
    "sibling": "أخ|أخت|الأخ|الأخت|شقيق|شقيقة|أخوه|أخيه|أخته|أختها|أخو|شقيقته|أخ رب الأسرة"
    "|أخت رب الأسرة|أخت الزوجة"
    "|أخ الزوجة|أخت الزوج|أخو الزوج|brother|sister|sibling|brother in law|sister in law",
    "grandchild": "حفيد|حفيدة|الحفيد|الحفيدة|أحفاد|حفيده|حفيدته|ابن الابن|ابن الابنة|بنت الابن"
    "|بنت البنت|ابن البنت"
    "|grandchild|grandson|granddaughter",
    "dependant": "معال|معالة|مكفول|مكفولة|يتيم|يتيمة|اليتيم|اليتيمة|ابن أخ|ابن أخت|ابنة أخ"
    "|ابنة أخت|بنت أخ|بنت أخت"
    "|ابن الأخ|ابن الأخت|ابنة الأخ|بنت الأخ|بنت الأخت|تحت الوصاية|قاصر|متبنى|تابع|تابعة"
    "|dependant|dependent|orphan|ward|nephew|niece|foster child",
    "other": "جد|جدة|الجد|الجدة|عم|عمة|خال|خالة|العم|العمة|الخال|الخالة|زوجة الابن|زوجة ابن"
    "|زوج الابنة|زوج البنت"
    "|زوجة الأخ|كنة|صهر|نسيب|قريب|قريبة|أخرى|آخر|غير ذلك|وصي|وصية|الوصي|ولي أمر|ولي الأمر|مربي"
    "|ضيف|جار|وكيل"
    "|other|relative|grandfather|grandmother|uncle|aunt|guardian|son in law|daughter in law|none",
}
_MARITAL_WORDS: dict[Marital, str] = {
    "single": "أعزب|عزباء|عازب|عازبة|آنسة|انسه|لم يتزوج|لم تتزوج|غير متزوج|غير متزوجة|لم يسبق له الزواج"
    "|لم يسبق لها الزواج|دون السن|دون السن القانونية|طفل|single|unmarried|never married|bachelor",
    "married": "متزوج|متزوجة|متزوجه|متجوز|متجوزة|متزوج ويعول|متزوجة وتعول|زوجة|زوجة ثانية|عاقد"
    "|مكتوب كتابها"
    "|married",
    "widowed": "أرمل|أرملة|ارمله|أرامل|أرملة وتعول|أرمل ويعول|متوفى زوجها|متوفي الزوج|توفي زوجها"
    "|زوجها متوفى"
    "|widow|widower|widowed",
    "divorced": "مطلق|مطلقة|مطلقه|مطلقات|مطلقة وتعول|خالعة|مختلعة|خلع|طلاق|divorced|divorcee",
    "separated": "منفصل|منفصلة|مهجورة|مهجوره|هاجر|هجر|زوجها هاجرها|زوجها مسجون|زوج مسجون|زوجة سجين|غائب"
    "|separated|abandoned",
}
_SEX_WORDS: dict[int, str] = {
    MALE: "ذكر|ذكور|الذكر|ذ|رجل|ولد|m|male|man|boy",
    FEMALE: "أنثى|انثي|أنثي|إناث|اناث|أنثا|الأنثى|ث|إمرأة|امرأة|سيدة|بنت|f|female|woman|girl",
}
_DECEASED = re.compile(
    r"(^| )(ال|و)?(متوف[ياه]{1,2}|متوفين|مرحوم|مرحومه|توفي|توفيت|توفاه|متوفه|dead|deceased)( |$)"
)


def _fold_words(listed: str) -> frozenset[str]:
    return frozenset(fold_cached(word) for word in listed.split("|"))


_RELATIONS: dict[str, Relation] = {w: code for code, ws in _RELATION_WORDS.items() for w in _fold_words(ws)}
_MARITAL: dict[str, Marital] = {w: code for code, ws in _MARITAL_WORDS.items() for w in _fold_words(ws)}
_SEXES: dict[str, int] = {w: code for code, ws in _SEX_WORDS.items() for w in _fold_words(ws)}
_SPACED_DIGIT = re.compile(r"(?<=[a-zا-ي])(?=[0-9])|(?<=[0-9])(?=[a-zا-ي])")


def _folded(text: str) -> str:
    """Fold, without the marks of a death and without a number that only counts (ابن 2, child1)."""
    folded = _DECEASED.sub(" ", fold_cached(text)).strip()
    return re.sub(r"^[0-9]+ | [0-9]+$", "", _SPACED_DIGIT.sub(" ", folded)).strip()


def find_relation(text: str | None) -> Relation | None:
    """Say what a relation word means, seen from the head of the family; None where it is no such word."""
    if text is None:
        return None
    folded = _folded(text)
    if folded in _RELATIONS:
        return _RELATIONS[folded]
    for part in (folded.split(" ")[0], folded.removeprefix("ال")):
        if part in _RELATIONS and len(folded.split(" ")) <= 3:
            return _RELATIONS[part]
    return None


def find_elder(text: str | None) -> int | None:
    """
    Tell the family's own father (1) and mother (2) from the parents of its head, who are no such.

    Lists that name no head say الأب and الأم for him and his wife; والدته and حماة are his elders.
    """
    return None if text is None else _ELDERS.get(_folded(text))


def find_marital(text: str | None) -> Marital | None:
    """Say what a word of marital status means."""
    if text is None:
        return None
    folded = _folded(text)
    return _MARITAL.get(folded) or _MARITAL.get(folded.split(" ")[0])


def find_sex(text: str | None) -> int | None:
    """Read a word for sex: 1 male, 2 female. A relation or a marital word of one sex counts too."""
    if text is None:
        return None
    folded = _folded(text)
    return _SEXES.get(folded) or _SEX_IN_OTHER_WORDS.get(folded)


def is_deceased(text: str | None) -> bool:
    """Say whether a cell (of status, of a relation, of a name) tells that the person has died."""
    return text is not None and _DECEASED.search(fold_cached(text)) is not None


_MALE_WORDS = (
    "زوج|الزوج|ابن|الابن|أب|الأب|والد|الوالد|والده|أخ|الأخ|شقيق|حفيد|أعزب|متزوج|أرمل|مطلق|عائل|رب الأسرة|رب أسرة|نجل"
    "|النجل|نجله|عم|خال|جد|حما"
)
_FEMALE_WORDS = (
    "زوجة|الزوجة|ابنة|الابنة|أم|الأم|والدة|الوالدة|والدته|أخت|الأخت|شقيقة|حفيدة|عزباء|آنسة|متزوجة|أرملة|مطلقة"
    "|ربة الأسرة|ربة أسرة|حرم|حرمه|كريمة|كريمته|زوجته|زوجة ثانية|الزوجة الثانية|عمة|خالة|جدة|حماة"
)
_SEX_IN_OTHER_WORDS: dict[str, int] = {
    **dict.fromkeys(_fold_words(_MALE_WORDS + "|son|husband|father|brother|grandson"), MALE),
    **dict.fromkeys(_fold_words(_FEMALE_WORDS + "|daughter|wife|mother|sister|granddaughter"), FEMALE),
}
_ELDERS: dict[str, int] = {
    **dict.fromkeys(_fold_words("أب|الأب|والد|الوالد|father|dad"), MALE),
    **dict.fromkeys(_fold_words("أم|الأم|والدة|الوالدة|أرملة|الأرملة|مطلقة|المطلقة|mother|mum|mom"), FEMALE),
}
