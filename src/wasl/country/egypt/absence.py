"""The many ways of writing that there is nothing to write."""

from __future__ import annotations

from wasl.kernel.folding import fold, fold_cached

_ABSENT_WORDS = (
    "لا يوجد|لايوجد|لا توجد|لاتوجد|لا يوجد رقم|لا يوجد تليفون|لا يوجد هاتف|لا يوجد موبايل"
    "|لا يوجد رقم قومي"
    "|لا يوجد بطاقة|لا يوجد زوج|لا يوجد زوجة|لا يوجد أبناء|لا يوجد اسم|لا يوجد بيانات|لا يوجد عنوان"
    "|بدون|بدون رقم|بدون اسم|بدون بطاقة|بدون رقم قومي|بدون تليفون|غير موجود|غير موجوده|غير معروف"
    "|غير معلوم"
    "|غير محدد|غير متوفر|غير متاح|غير مسجل|غير مدون|غير مبين|غير واضح|غير مقروء|لا شيء|لا شئ|لاشئ"
    "|لاشيء|مجهول|لم يذكر"
    "|لم يسجل|لم يحدد|لم يدون|لا ينطبق|ينطبق لا|فارغ|خالي|خال|لا|ليس له|ليس لها|ليس لديه|ليس لديها|لا أحد"
    "|تحت الاستخراج|جاري الاستخراج|جارى استخراج البطاقة|جاري الاستخراج|لم يستخرج|لم يستخرج بطاقة"
    "|ساقط قيد|ساقطة قيد"
    "|لا يعرف|لا أعرف|لا رقم|صفر|نفسه رقم"
    "|none|null|nan|nat|na|n a|n|nil|nill|no|unknown|not available|not known|not applicable"
    "|missing|empty|blank"
    "|ref|value|name|div 0|no data|no id|no phone|undefined|tbd|x|xx|xxx|xxxx|س|ا|ى|ه"
)
ABSENT = frozenset(fold(word) for word in _ABSENT_WORDS.split("|")) | {""}


def is_absent(text: str | None) -> bool:
    """
    Say whether a cell says "nothing here": empty, only marks (- — . * ؟), zeros, or words such as لا يوجد.

    A wrong spreadsheet formula (#N/A, #REF!) is nothing too. It is about whole cells: a name
    that merely contains such a word is not absent.
    """
    if text is None:
        return True
    folded = fold_cached(text)
    return folded in ABSENT or not folded.replace(" ", "").strip("0")
