"""Words, in Arabic and in English, for each code that reading says or refuses with."""

from __future__ import annotations


def _both(ar: str, en: str) -> dict[str, str]:
    return {"ar": ar, "en": en}


MESSAGES: dict[str, dict[str, str]] = {
    "column_contents_differ": _both(
        "عنوان العمود «{column}» ({letter}) لا يطابق محتواه: قرأناه حسب المحتوى ({field}).",
        "The header of column “{column}” ({letter}) does not fit its cells: it was read by its cells ({field}).",
    ),
    "column_duplicate": _both(
        "عمودان لنفس البيان ({field}): أخذنا «{kept}» وتركنا «{dropped}».",
        "Two columns say the same ({field}): “{kept}” was taken, “{dropped}” left.",
    ),
    "column_not_used": _both(
        "العمود «{column}» ({letter}) يخص شخصًا لا نسجله من هذا الكشف، فلم نستخدمه.",
        "Column “{column}” ({letter}) is about somebody this list does not register; it was not used.",
    ),
    "columns_of_staff": _both(
        "أعمدة تخص الباحث أو الموظف لا المستفيد، لم نأخذ منها أسماء: {columns}.",
        "Columns about staff, not beneficiaries; no names were taken from them: {columns}.",
    ),
    "columns_unrecognised": _both(
        "أعمدة لم نتعرف عليها، حفظناها كما هي دون استخدامها: {columns}.",
        "Columns not recognised; kept as written and not used: {columns}.",
    ),
    "header_missing": _both(
        "لا يوجد سطر عناوين: تعرفنا على الأعمدة من محتواها.",
        "There is no header row: columns were recognised by their cells.",
    ),
    "sheet_hidden": _both(
        "هذه الورقة مخفية في الملف، وقرأناها مثل غيرها.",
        "This sheet is hidden in the file; it was read like any other.",
    ),
    "rows_hidden": _both(
        "في الملف أسطر مخفية ({rows})، قرأناها مثل غيرها.",
        "The file has {rows} hidden rows; they were read like any other.",
    ),
    "sheet_empty": _both("الورقة فارغة.", "The sheet is empty."),
    "sheet_skipped": _both(
        "الورقة بلا عمود اسم أو رقم قومي (ملخص): تخطيناها.",
        "The sheet has neither a name nor an id column (a summary): it was skipped.",
    ),
    "broken_characters": _both(
        "في الملف حروف تالفة ({encoding}): حلّت محلها علامة �.",
        "The file has broken characters ({encoding}); each became �.",
    ),
    "quotes_open": _both(
        "في الملف علامة تنصيص غير مغلقة: قرأنا علامات التنصيص كحروف عادية.",
        "The file has a quote that is never closed: quotes were read as plain characters.",
    ),
    "need_from_title": _both(
        "الاحتياج من العنوان أو اسم الملف: {found}.",
        "The need is taken from the title or the file's name: {found}.",
    ),
    "month_from_title": _both(
        "الشهر من العنوان أو اسم الملف: {found}.",
        "The month is taken from the title or the file's name: {found}.",
    ),
    "value_from_title": _both(
        "القيمة من العنوان: {found} قرشًا لكل سطر.",
        "The value is taken from the title: {found} piastres for each row.",
    ),
    "title_needs_differ": _both(
        "العنوان يذكر أكثر من احتياج ({found}): لم نأخذ أيًا منها. حدده بالخيار need.",
        "The title names several needs ({found}): none was taken. Say it with the option need.",
    ),
    "title_months_differ": _both(
        "العنوان يذكر أكثر من شهر ({found}): لم نأخذ أيًا منها. حدد الشهر بالخيار month.",
        "The title names several months ({found}): none was taken. Say it with the option month.",
    ),
    "month_year_assumed": _both(
        "الشهر مكتوب بلا سنة: اعتبرناه {month}.", "The month is written without its year: taken as {month}."
    ),
    "kind_proposed": _both("نوع الكشف: {kind}.", "Kind of list: {kind}."),
    "need_missing": _both(
        "لا يوجد احتياج في الأعمدة ولا العنوان ولا الخيارات: الأسطر مقبولة بلا صرف محسوب. حدده بالخيار need.",
        "No need in columns, title or options: rows are accepted and claim nothing. Say it with the option need.",
    ),
    "month_missing": _both(
        "لا يوجد شهر في الأعمدة ولا العنوان ولا الخيارات: الأسطر مقبولة بلا صرف محسوب. حدده بالخيار month.",
        "No month in columns, title or options: rows are accepted and claim nothing. Say it with the option month.",
    ),
    "date_order_decided": _both(
        "ترتيب التاريخ في العمود {column}: {order}، بشهادة أسطر عددها {lines}.",
        "Order of day and month in column {column}: {order}, by the evidence of {lines} lines.",
    ),
    "date_order_assumed": _both(
        "لا دليل على ترتيب التاريخ في العمود {column}: اعتبرنا اليوم أولًا.",
        "No evidence for the order of day and month in column {column}: day first was assumed.",
    ),
    "tables_side_by_side": _both(
        "في الورقة جدولان متجاوران: لم نقرأ الأعمدة {columns}. انقلها تحت الجدول الأول وأعد التحميل.",
        "The sheet has two tables side by side: columns {columns} are not read. Move them below the first and load again.",
    ),
    "mapping_column_missing": _both(
        "العمود «{column}» في ملف الأعمدة غير موجود في الورقة.",
        "Column “{column}” of the mapping is not in the sheet.",
    ),
    "mapping_field_twice": _both(
        "ملف الأعمدة يعطي البيان {field} لعمودين: تركنا «{column}».",
        "The mapping gives {field} to two columns: “{column}” was left.",
    ),
}

ERRORS: dict[str, dict[str, str]] = {
    "list.unreadable": _both("تعذر فتح الملف {file}.", "The file {file} cannot be opened."),
    "list.empty_file": _both("الملف {file} فارغ.", "The file {file} is empty."),
    "list.not_a_list": _both(
        "الملف {file} ليس كشفًا ({what}). احفظه من برنامج الجداول بصيغة XLSX أو CSV.",
        "The file {file} is no list ({what}). Save it from a spreadsheet program as XLSX or CSV.",
    ),
    "list.web_page": _both(
        "الملف {file} صفحة ويب باسم ملف جداول. افتحه في برنامج الجداول واحفظه بصيغة XLSX.",
        "The file {file} is a web page named as a workbook. Open it in a spreadsheet program and save it as XLSX.",
    ),
    "list.not_text": _both(
        "الملف {file} ليس نصًا ولا ملف جداول. احفظه من برنامج الجداول بصيغة XLSX أو CSV.",
        "The file {file} is neither text nor a workbook. Save it from a spreadsheet program as XLSX or CSV.",
    ),
    "list.line_too_long": _both(
        "في الملف {file} سطر أو خلية أطول من {most_mb} ميجابايت: لا يحدث ذلك في كشف.",
        "The file {file} has a line or cell of more than {most_mb} MB, which no list has.",
    ),
    "list.damaged": _both(
        "الملف {file} تالف أو ناقص. افتحه في برنامج الجداول واحفظه من جديد بصيغة XLSX.",
        "The file {file} is damaged or cut short. Open it in a spreadsheet program and save it again as XLSX.",
    ),
    "list.encrypted": _both(
        "الملف {file} محمي بكلمة سر. احفظه بدونها.", "The file {file} has a password. Save it without one."
    ),
    "list.too_large": _both(
        "الملف {file} أكبر من {most_mb} ميجابايت بعد فتحه. احفظه بصيغة CSV أو قسّمه.",
        "The file {file} unpacks to more than {most_mb} MB. Save it as CSV or split it.",
    ),
    "list.too_many_cells": _both(
        "في الملف {file} نحو {cells} خلية، والحد {most}. احفظه بصيغة CSV أو قسّمه.",
        "The file {file} has about {cells} cells; at most {most} are read. Save it as CSV or split it.",
    ),
    "list.suspicious_archive": _both(
        "الملف {file} مضغوط على نحو لا يحدث في كشف، فلم نفتحه.",
        "The file {file} is packed in a way no list is; it was not opened.",
    ),
    "list.entities": _both(
        "في الملف {file} تعريفات لا توجد في كشف، فلم نفتحه. احفظه من جديد من برنامج الجداول.",
        "The file {file} declares entities, which no list does; it was not opened. Save it again as XLSX.",
    ),
    "mapping.unreadable": _both(
        "ملف الأعمدة {file} لا يُقرأ: المطلوب YAML.", "The mapping file {file} cannot be read: YAML is wanted."
    ),
    "mapping.unknown_key": _both(
        "في ملف الأعمدة {file} بنود غير معروفة: {keys}.",
        "The mapping file {file} has unknown entries: {keys}.",
    ),
    "mapping.unknown_value": _both(
        "في ملف الأعمدة {file} قيمة غير معروفة للبند {key}: {value}.",
        "The mapping file {file} has an unknown value for {key}: {value}.",
    ),
    "mapping.unknown_field": _both("لا يوجد بيان باسم {field}.", "There is no field {field}."),
}

REJECTIONS: dict[str, dict[str, str]] = {
    "no_name_no_id": _both(
        "لا اسم ولا رقم قومي في السطر. اكتب أحدهما (عمود «{column}»).",
        "The row has neither a name nor an id. Write one of them (column “{column}”).",
    ),
}

NOT_DATA: dict[str, dict[str, str]] = {
    "blank": _both("سطر فارغ", "blank"),
    "header": _both("عناوين الأعمدة", "header"),
    "title": _both("عنوان", "title"),
    "total": _both("إجمالي", "total"),
    "footer": _both("توقيعات أسفل الكشف", "signatures"),
    "only_serial": _both("رقم مسلسل فقط", "a serial number only"),
}

LOSSES: dict[str, dict[str, str]] = {
    "nid_scientific": _both("رقم قومي ضاعت أرقامه (2.85E+13)", "id whose digits are lost (2.85E+13)"),
    "nid_wrong_length": _both("رقم قومي ليس 14 رقمًا", "id without 14 digits"),
    "nid_not_digits": _both("رقم قومي فيه حروف", "id with letters"),
    "nid_bad_century": _both("رقم قومي لا يبدأ بـ 2 أو 3", "id that begins with neither 2 nor 3"),
    "nid_bad_date": _both("رقم قومي بتاريخ ميلاد غير صحيح", "id with an impossible birth date"),
    "nid_bad_governorate": _both("رقم قومي بمحافظة غير معروفة", "id of an unknown governorate"),
    "nid_bad_serial": _both("رقم قومي بمسلسل 0000", "id with serial 0000"),
    "name_unreadable": _both("اسم لا يُقرأ", "unreadable name"),
    "phone_unreadable": _both("تليفون ليس رقم محمول", "phone that is no mobile number"),
    "date_unreadable": _both("تاريخ لا يُقرأ", "unreadable date"),
    "age_unreadable": _both("سن لا تُقرأ", "unreadable age"),
    "sex_unknown": _both("نوع غير معروف", "unknown sex"),
    "relation_unknown": _both("صلة قرابة غير معروفة", "unknown relation"),
    "marital_unknown": _both("حالة اجتماعية غير معروفة", "unknown marital status"),
    "need_unknown": _both("احتياج غير معروف", "unknown need"),
    "month_unreadable": _both("شهر لا يُقرأ", "unreadable month"),
    "quantity_unreadable": _both("كمية لا تُقرأ", "unreadable quantity"),
    "value_unreadable": _both("قيمة لا تُقرأ", "unreadable value"),
    "place_unknown": _both("مكان غير معروف", "unknown place"),
}

WORDS: dict[str, dict[str, str]] = MESSAGES | ERRORS | REJECTIONS | NOT_DATA | LOSSES
"""Every code of a message, an error, a rejection, a row that is no data and a lost cell."""
