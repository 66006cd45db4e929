"""Words of «who is this?» that pages and the command share: bands, how a comparison came out, what cannot be read."""

WORDS: dict[str, tuple[str, str]] = {
    "who.band.same": ("الشخص نفسه", "The same person"),
    "who.band.possible": ("قد يكون هو", "It may be they"),
    "who.band.new": ("جديد", "New"),
    # what cannot be read, each with its field
    "who.nothing": (
        "اكتب الرقم القومي، أو الاسم ومعه سنة الميلاد أو المكان.",
        "Type the national id, or the name with the year of birth or the place.",
    ),
    "who.nothing_asked": (
        "قل عمّن تسأل: --nid، أو --name ومعه --born أو --place أو --phone.",
        "Say whom you ask about: --nid, or --name with --born, --place or --phone.",
    ),
    "who.too_long": ("{field}: المكتوب أطول من اللازم.", "{field}: too long."),
    "who.nid_empty": ("{field}: ليس في هذا رقم قومي.", "{field}: there is no national id in this."),
    "who.nid_lost_scientific": (
        "{field}: الرقم مكتوب بصيغة مختصرة وضاعت أرقامه الأخيرة. اكتبه من البطاقة.",
        "{field}: written in short form, its last digits are lost. Type it from the card.",
    ),
    "who.nid_not_digits": (
        "{field}: فيه حروف، والرقم القومي 14 رقمًا.",
        "{field}: there are letters in it; a national id is 14 digits.",
    ),
    "who.nid_wrong_length": (
        "{field}: الرقم القومي 14 رقمًا، وهذا أقل أو أكثر.",
        "{field}: a national id has 14 digits; this has more or fewer.",
    ),
    "who.nid_bad_century": (
        "{field}: يبدأ الرقم القومي بالرقم 2 أو 3.",
        "{field}: a national id begins with 2 or 3.",
    ),
    "who.nid_bad_date": (
        "{field}: تاريخ الميلاد داخل الرقم غير صحيح. راجع أرقامه من الثاني إلى السابع، أو امسح الرقم واسأل بالاسم.",
        "{field}: the birth date inside it is no date. Check its second to seventh digits, or clear it and ask by name.",
    ),
    "who.nid_bad_governorate": (
        "{field}: كود المحافظة داخل الرقم غير معروف. راجع الرقمين الثامن والتاسع، أو امسح الرقم واسأل بالاسم.",
        "{field}: the governorate inside it is unknown. Check its eighth and ninth digits, or clear it and ask by name.",
    ),
    "who.nid_bad_serial": (
        "{field}: المسلسل داخل الرقم غير صحيح. راجع أرقامه الأخيرة.",
        "{field}: the serial inside it cannot be. Check its last digits.",
    ),
    "who.spouse_same": (
        "{field}: هو الرقم القومي للشخص نفسه. اكتب رقم الزوج أو الزوجة.",
        "{field}: this is the person's own id. Type the husband's or wife's.",
    ),
    "who.name_unreadable": ("{field}: لم نجد في هذا اسمًا.", "{field}: we found no name in this."),
    "who.born_unreadable": (
        "{field}: لم نفهم التاريخ. اكتبه مثل 15/3/1985، أو اكتب السنة وحدها.",
        "{field}: we could not read this. Type it as 15/3/1985, or the year alone.",
    ),
    "who.sex_unreadable": ("{field}: اكتب ذكر أو أنثى.", "{field}: say male or female."),
    "who.phone_unreadable": (
        "{field}: ليس هذا رقم محمول مصري: 11 رقمًا تبدأ بـ 010 أو 011 أو 012 أو 015.",
        "{field}: no Egyptian mobile number: 11 digits that begin with 010, 011, 012 or 015.",
    ),
    "who.place_unknown": (
        "{field}: لم نعرف هذا المكان. اكتب اسم المركز أو المحافظة.",
        "{field}: we do not know this place. Type the name of the markaz or the governorate.",
    ),
    "who.place_several": (
        "{field}: في أكثر من محافظة مكان بهذا الاسم. اكتب المحافظة معه.",
        "{field}: several governorates have a place of this name. Type the governorate with it.",
    ),
    "who.place_village_alone": (
        "{field}: لم نعرف مركزًا ولا محافظة بهذا الاسم. إن كانت قرية فاكتب مركزها معها.",
        "{field}: no markaz or governorate has this name. If it is a village, type its markaz with it.",
    ),
    # how each comparison came out, as a clerk would say it
    "who.said.nid.same": ("الرقم القومي مطابق", "national id matches"),
    "who.said.nid.one_slip": ("الرقم القومي يختلف في رقم واحد", "national id differs by one slip"),
    "who.said.nid.different": ("الرقم القومي مختلف", "national id differs"),
    "who.said.nid.doubtful": (
        "الرقم القومي مختلف، وأحد الرقمين مشكوك فيه",
        "national id differs, one of the two is doubtful",
    ),
    "who.said.given.same": ("الاسم الأول مطابق", "given name matches"),
    "who.said.given.similar": ("الاسم الأول متقارب", "given name is similar"),
    "who.said.given.different": ("الاسم الأول مختلف", "given name differs"),
    "who.said.given.swapped": (
        "الاسم الأول واسم الأب متبادلان",
        "given and father's name stand in each other's place",
    ),
    "who.said.father.same": ("اسم الأب مطابق", "father's name matches"),
    "who.said.father.similar": ("اسم الأب متقارب", "father's name is similar"),
    "who.said.father.different": ("اسم الأب مختلف", "father's name differs"),
    "who.said.father.shifted": ("اسم ساقط من وسط الاسم", "a name is dropped from the middle"),
    "who.said.father.swapped": ("اسم الأب في موضع الاسم الأول", "father's name stands first"),
    "who.said.father.turned": (
        "اسم الأب واسم الجد متبادلان",
        "father's and grandfather's name stand in each other's place",
    ),
    "who.said.third.same": ("الاسم الثالث مطابق", "third name matches"),
    "who.said.third.similar": ("الاسم الثالث متقارب", "third name is similar"),
    "who.said.third.different": ("الاسم الثالث مختلف", "third name differs"),
    "who.said.third.crossed": ("الاسم الثالث في موضع آخر", "third name stands in another place"),
    "who.said.fourth.same": ("الاسم الرابع مطابق", "fourth name matches"),
    "who.said.fourth.similar": ("الاسم الرابع متقارب", "fourth name is similar"),
    "who.said.fourth.different": ("الاسم الرابع مختلف", "fourth name differs"),
    "who.said.birth.same": ("تاريخ الميلاد مطابق", "birth date matches"),
    "who.said.birth.day_month_swapped": (
        "اليوم والشهر متبادلان في تاريخ الميلاد",
        "day and month of the birth date are swapped",
    ),
    "who.said.birth.one_part_differs": (
        "تاريخ الميلاد يختلف في جزء واحد",
        "one part of the birth date differs",
    ),
    "who.said.birth.year_differs": (
        "تاريخ الميلاد يختلف في السنة وحدها",
        "only the year of the birth date differs",
    ),
    "who.said.birth.same_year": ("سنة الميلاد مطابقة، واليوم مختلف", "birth year matches, the day differs"),
    "who.said.birth.far": ("تاريخ الميلاد بعيد", "birth dates are far apart"),
    "who.said.birth.year_agrees": ("سنة الميلاد مطابقة", "birth year matches"),
    "who.said.birth.year_near": ("سنة الميلاد قريبة", "birth year is near"),
    "who.said.birth.year_far": ("سنة الميلاد بعيدة", "birth years are far apart"),
    "who.said.sex.same": ("النوع مطابق", "sex matches"),
    "who.said.sex.different": ("النوع مختلف", "sex differs"),
    "who.said.phone.same": ("التليفون مطابق", "phone matches"),
    "who.said.phone.different": ("التليفون مختلف", "phone differs"),
    "who.said.place.same_village": ("القرية مطابقة", "village matches"),
    "who.said.place.other_village": ("المركز مطابق، والقرية مختلفة", "markaz matches, the village differs"),
    "who.said.place.other_markaz_v": (
        "المحافظة مطابقة، والمركز مختلف",
        "governorate matches, the markaz differs",
    ),
    "who.said.place.other_governorate_v": ("المحافظة مختلفة", "governorate differs"),
    "who.said.place.same_markaz": ("المركز مطابق", "markaz matches"),
    "who.said.place.other_markaz": (
        "المحافظة مطابقة، والمركز مختلف",
        "governorate matches, the markaz differs",
    ),
    "who.said.place.other_governorate_m": ("المحافظة مختلفة", "governorate differs"),
    "who.said.place.same_governorate": ("المحافظة مطابقة", "governorate matches"),
    "who.said.place.other_governorate": ("المحافظة مختلفة", "governorate differs"),
    "who.said.age.same": ("كلاهما بالغ أو كلاهما طفل", "both are adults, or both children"),
    "who.said.age.different": ("أحدهما بالغ والآخر طفل", "one is an adult, the other a child"),
    # the answer, by how much the viewer may know
    "who.answer.same": (
        "الشخص نفسه مسجَّل عندكم: {name}.",
        "This person is in your records already: {name}.",
    ),
    "who.answer.same_desk": ("الشخص نفسه مسجَّل: {name}.", "This person is registered already: {name}."),
    "who.answer.possible": (
        "قد يكون هو {name} المسجَّل عندكم. قارن قبل أن تقرر.",
        "It may be {name} of your records. Compare before you decide.",
    ),
    "who.answer.possible_desk": (
        "قد يكون هو {name}. قارن قبل أن تقرر.",
        "It may be {name}. Compare before you decide.",
    ),
    "who.answer.possible_many": (
        "قد يكون واحدًا من هؤلاء: {people}. قارن بينهم قبل أن تقرر.",
        "It may be one of these: {people}. Compare them before you decide.",
    ),
    "who.answer.contested": (
        "هذا الرقم القومي عند أكثر من شخص. اكتب الاسم لنعرف من هو.",
        "More than one person has this national id. Type the name to tell who it is.",
    ),
    "who.answer.elsewhere": (
        "ليس في سجلاتكم، وأسرة تطابقه معروفة عند جهات أخرى.",
        "Not in your records; a family that fits is known to other organisations.",
    ),
    "who.answer.new": (
        "جديد عندكم: لا أحد في سجلاتكم هو هذا الشخص.",
        "New to you: nobody in your records is this person.",
    ),
    "who.answer.new_desk": (
        "جديد: لا أحد في السجل هو هذا الشخص.",
        "New: nobody in the registry is this person.",
    ),
    # the command
    "who.line": (
        "{band} · {name} · فرد {person} · أسرة {family}",
        "{band} · {name} · person {person} · family {family}",
    ),
    "who.weight": (
        "  المجموع {bits} بت: قبل المقارنة {prior}، ولأن غيره قد يكون هو {others}",
        "  {bits} bits in all: {prior} before comparing, {others} for others it may be",
    ),
    "who.not_matched": ("لم يُطابَق بعد", "not matched yet"),
    "who.has_more_people": ("وهناك غيرهم: زد في البيانات.", "There are others: say more."),
    "who.elsewhere.known": (
        "أسرة تطابق هذه البيانات معروفة عند جهات أخرى.",
        "A family that fits is known to other organisations.",
    ),
    "who.elsewhere.unknown": (
        "لا تعرف الجهات الأخرى أسرة تطابق هذه البيانات.",
        "Other organisations know no family that fits.",
    ),
    "who.elsewhere.several": (
        "أكثر من أسرة عند جهات أخرى تطابق هذه البيانات: زد الرقم القومي.",
        "More than one family of other organisations fits: add the national id.",
    ),
    "who.elsewhere.limited": (
        "بلغت حد الأسئلة عن أسر الجهات الأخرى. اسأل من جديد {again}.",
        "The limit of questions about others' families is reached. Ask again at {again}.",
    ),
    "who.elsewhere.covered": (
        "  {slot}: مغطى حتى {month}، ويمكن التقديم من {again}",
        "  {slot}: covered until {month}; it may apply again from {again}",
    ),
}
