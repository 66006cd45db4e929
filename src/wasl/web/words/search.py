"""Words of search."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "search.title": ("بحث", "Search"),
    "search.label": ("من تبحث عنه؟", "Whom are you looking for?"),
    "search.hint": (
        "رقم قومي أو تليفون أو كود أسرة أو فرد أو كشف، أو كلمات من الاسم بأي ترتيب ومعها المركز أو سنة الميلاد.",
        "A national id, a phone, the code of a family, a person or a list; or words of the name in any order, with the"
        " markaz or the year of birth.",
    ),
    "search.do": ("ابحث", "Search"),
    "search.nothing": ("اكتب رقمًا أو كلمات من الاسم.", "Type a number or words of a name."),
    "search.too_long": (
        "المكتوب طويل جدًا، والحد {longest}: يكفي الاسم والمركز.",
        "That is too long: the name and the markaz are enough, up to {longest} characters.",
    ),
    "search.too_short": (
        "المكتوب قصير: اكتب كلمة واحدة من الاسم على الأقل، من حرفين أو أكثر.",
        "That is too short: type at least one word of a name, of two letters or more.",
    ),
    "search.number": (
        "ليس هذا رقمًا قوميًا ولا رقم تليفون محمول ولا كودًا صحيحًا. راجع أرقامه.",
        "This is no national id, no mobile phone number and no valid code. Check its digits.",
    ),
    "search.nid_wrong": (
        "هذا الرقم من 14 خانة لكنه ليس رقمًا قوميًا صحيحًا: راجع تاريخ الميلاد والمحافظة فيه.",
        "This number has 14 digits but is no valid national id: check the date of birth and the governorate"
        " in it.",
    ),
    "search.code": (
        "لا توجد أسرة ولا فرد ولا كشف بهذا الكود، أو ليست لكم.",
        "There is no family, person or list with this code, or it is not yours to see.",
    ),
    "search.none": (
        "لا يوجد من يطابق هذا في سجلاتكم.",
        "Nobody in your records fits this.",
    ),
    "search.none_desk": ("لا يوجد من يطابق هذا.", "Nobody fits this."),
    "search.none_do": (
        "اكتب كلمات أقل، أو الاسم الأول واسم الجد، أو الرقم القومي إن كان معك.",
        "Try fewer words, or the first name with the grandfather's, or the national id if you have it.",
    ),
    "search.found": ("وُجد {people} ({families}).", "{people} found ({families})."),
    "search.found_more": (
        "هذه أقرب النتائج، وهناك غيرها: {people}. أضف كلمة من الاسم أو المركز أو سنة الميلاد.",
        "These are the nearest, and there are others: {people}. Add a word of the name, the markaz or the"
        " year of birth.",
    ),
    "search.place_dropped": (
        "لا أحد منهم في المكان المكتوب، فهؤلاء من أماكن أخرى.",
        "None of them is in the place that was typed: these are from elsewhere.",
    ),
    "search.misspelt": (
        "لم نجد الاسم كما كُتب، فهذه أسماء تختلف عنه بحرف.",
        "The name was not found as typed: these differ from it by a letter.",
    ),
    "search.results": ("من وجدناهم", "Who was found"),
    "search.family_open": ("صفحة الأسرة", "The family's page"),
    "search.no_family": ("لم تُعرف الأسرة بعد", "Not matched with a family yet"),
    "search.not_matched": ("لم يُطابَق بعد", "Not matched yet"),
    "search.born_in": ("مواليد {year}", "born {year}"),
    "search.lists_of": ("{lists}، {organisations}", "{lists}, {organisations}"),
    "search.also": ("وكُتب أيضًا: {names}", "Also written: {names}"),
    "search.deceased": ("متوفى", "deceased"),
    "search.fit.number": ("الرقم نفسه", "The number itself"),
    "search.fit.exact": ("كما كُتب", "As typed"),
    "search.fit.folded": ("كما كُتب، بهمزات أخرى", "As typed, but for hamzas"),
    "search.fit.spelling": ("بكتابة أخرى", "In another spelling"),
    "search.fit.misspelt": ("يختلف بحرف", "A letter differs"),
    "search.covered": ("{slot} حتى {month} {by}", "{slot} until {month} {by}"),
    "search.covered_once": ("{slot}: مرة في العمر {by}", "{slot}: once in a life {by}"),
    "search.coverage_now": ("مغطاة", "Covered"),
    "search.coverage_last": ("آخر تغطية", "Last covered"),
    "search.coverage_none": ("لا تُعرف لها تغطية", "No coverage known"),
    "search.by_own": ("من جهتكم", "by you"),
    "search.by_other": ("من جهة أخرى", "by another organisation"),
    "search.by_state": ("من الدولة", "by the state"),
    "search.elsewhere": ("عند الجهات الأخرى", "At other organisations"),
    "search.elsewhere_known": (
        "أسرة تطابق ما كتبت معروفة عند جهات أخرى، وليست في سجلاتكم.",
        "A family that fits what you typed is known to other organisations, and not in your records.",
    ),
    "search.elsewhere_covered": (
        "مغطاة في باب «{slot}» حتى {month} {by}. يمكن التقديم من جديد ابتداءً من {again}.",
        "It is covered for {slot} until {month} {by}. It may apply again from {again}.",
    ),
    "search.elsewhere_once": (
        "أخذت في باب «{slot}» ما يُعطى مرة في العمر، {by}.",
        "It was given for {slot} what is given once in a life, {by}.",
    ),
    "search.elsewhere_uncovered": (
        "ولا نعرف لها تغطية في أي باب.",
        "No coverage of it is known, in any slot.",
    ),
    "search.elsewhere_oldest": (
        "أقدم ما وصل عنها من كشوف: {month}.",
        "Of the newest lists that name it, the oldest is for {month}.",
    ),
    "search.elsewhere_unknown": (
        "لا تعرف الجهات الأخرى أسرة تطابق ما كتبت غير أسركم.",
        "Other organisations know no family that fits what you typed besides yours.",
    ),
    "search.elsewhere_several": (
        "أكثر من أسرة عند جهات أخرى تطابق ما كتبت: اكتب الرقم القومي لنجيب عن واحدة.",
        "More than one family of other organisations fits what you typed: type the national id for an answer about one.",
    ),
    "search.elsewhere_limited": (
        "سألت عن أسر الجهات الأخرى 120 مرة خلال ساعة، وهذا هو الحد. يمكنك السؤال من جديد {again}، أو اسأل"
        " مكتب الهوية.",
        "You asked about families of other organisations 120 times within an hour, which is the limit. Ask"
        " again at {again}, or ask the identity desk.",
    ),
    "search.elsewhere_needs": (
        "لنسأل عن أسر الجهات الأخرى اكتب الرقم القومي كاملًا، أو ثلاث كلمات من الاسم ومعها المركز أو سنة الميلاد.",
        "To ask about families of other organisations type the whole national id, or three words of the name with the"
        " markaz or the year of birth.",
    ),
    "search.add": ("أضف أسرة باليد", "Add a family by hand"),
    "search.logged": (
        "يُسجَّل كل بحث باسم صاحبه، دون كلماته.",
        "Each search is recorded under the name of whoever made it, without its words.",
    ),
}
