"""Words of overlaps, repeats and gaps."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "overlaps.slot": (
        "{slot}: الازدواج {certainty}: {overlaps}، تكلفته {cost} جنيه، وبلا قيمة {unvalued}",
        "{slot}: {overlaps} overlaps, {certainty}, cost EGP {cost}, givings without a value: {unvalued}",
    ),
    "overlaps.own_slot": (
        "{slot}: الازدواج {certainty}: {overlaps}",
        "{slot}: {overlaps} overlaps, {certainty}",
    ),
    "overlaps.none": ("لا يوجد ازدواج.", "There are no overlaps."),
    "repeats.slot": ("{slot}: التكرار {certainty}: {repeats}", "{slot}: {repeats} repeats, {certainty}"),
    "repeats.none": ("لا يوجد تكرار.", "There are no repeats."),
    "certainty.certain": ("مؤكد", "certain"),
    "certainty.likely": ("مرجّح", "likely"),
    "gaps.open": (
        "أسر لم يغطها أحد في باب «{slot}» لشهر {month}: {families}.",
        "{families} families were covered by nobody for {slot} in {month}.",
    ),
    "gaps.unknown": (
        "أسر لا نعرف عنها بعد في باب «{slot}» لشهر {month}، فكشوف الجهات ناقصة: {families}.",
        "{families} families are not known yet for {slot} in {month}: reports are missing.",
    ),
    "gaps.state_unknown": (
        "الحالة «{state}» غير معروفة: open أو unknown.",
        "No such state: {state}. open or unknown.",
    ),
    "slot.unknown": ("لا يوجد باب تغطية «{slot}».", "There is no slot {slot}."),
    "nothing.kept": (
        "سُجّل أن {organisation} لم تصرف شيئًا في باب «{slot}» لشهر {month}.",
        "Kept: {organisation} gave nothing of {slot} in {month}.",
    ),
    "nothing.stood": (
        "هذا مسجّل من قبل: {organisation}، باب «{slot}»، شهر {month}.",
        "It stood already: {organisation}, {slot}, {month}.",
    ),
    "nothing.only_officers_report": (
        "دورك للاطلاع فقط؛ يسجلها موظف من الجهة.",
        "Your role only reads; an officer of the organisation may say so.",
    ),
    "table.written": ("أسطر كُتبت في {file}: {rows}", "{rows} lines written to {file}"),
}
