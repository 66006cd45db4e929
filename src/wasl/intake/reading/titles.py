"""What the lines above a header, the sheet's name and the file's name say of the whole list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from wasl.country.egypt.calendar import MONTHS, find_month
from wasl.intake.reading.country import find_need, find_place, is_governorate, is_markaz
from wasl.intake.reading.model import Kind, Message
from wasl.kernel.folding import fold
from wasl.kernel.money import find_egp
from wasl.kernel.months import add_months, month_of

_SEGMENT = re.compile(r"\s[-–—|]\s|[،;؛|\n\r()\[\]]|\s{3,}|(?<!\d)[/](?!\d)|:(?!\d)")
_OWNERS = re.compile(
    r"^(?:جمعيه|الجمعيه|موسسه|الموسسه|مديريه|وزاره|اداره|بنك|اتحاد|التحالف|ngo|association|foundation)\b"
)
_WRITTEN_ON = re.compile(r"تحرير|طباعه|طبع|اعداد|printed|created|تاريخ الكشف")
_ORPHANS = re.compile(r"(?:^| )(?:ال|لل|بال)?(?:ايتام|يتيم)(?: |$)|orphans? (?:list|month)|sponsored orphan")
_ORPHANS_ONLY_KNOWN = re.compile(
    r"غير |انتظار|حصر|قاعده|مسجل|مرشح|مقترح|بحث|حاله|حالات|رحله|حفل|يوم اليتيم|افطار"
)
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_GENERIC_SHEET = re.compile(r"^(?:sheet|ورقه|table|الورقه|feuil|data|بيانات|صفحه)? ?[0-9]*$")
_VALUE = re.compile(r"(?:قيمه|بقيمه|مبلغ|بمبلغ|سعر|بواقع|value|amount)[^0-9]{0,30}?([0-9]+(?: [0-9]{3})*)")
_PLACE = re.compile(
    r"(?:^| )(?:[بلو]|بال|لل|ال)?(?P<kind>محافظه|مركز|قسم|مدينه|حي|قريه|عزبه|نجع|كفر|governorate|markaz|village)"
    r" (?P<words>.+?)(?= محافظه | مركز | قسم | مدينه | قريه | عزبه | شهر | لشهر | عن | لعام | سنه |$)"
)
_PLANNED = (
    "مقترح|مقترحه|خطه|مخطط|مستهدف|مستهدفه|مستهدفين|مرشح|مرشحين|مرشحه|ترشيح|المزمع|سيتم|planned"
    "|مرشحي|plan|target|targeted|proposed|nominees"
)
_GIVEN = (
    "صرف|توزيع|تسليم|استلام|استلموا|منصرف|منصرفه|صرفت|تم|توزيعات|مستلمين|مستلمي|مستلم|تسليمات|distribution"
    "|distributed|given|delivered"
    "|disbursement|paid|delivery|received"
)
_KNOWN = (
    "مستحقين|مسجلين|مستحقه|حصر|مسجله|قاعده|بحوث|بحث|انتظار|سجل|ابحاث|registry|registered|database"
    "|مستحقي|مسجلي|census|register|known|survey"
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(word) for word in listed.split("|"))


_KIND_WORDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("planned", _words(_PLANNED)),
    ("given", _words(_GIVEN)),
    ("known", _words(_KNOWN)),
)


@dataclass(frozen=True)
class TitleFacts:
    """What was found, null where nothing was said or different things were."""

    kind: Kind | None = None
    need: str | None = None
    month: date | None = None
    value_piastres: int | None = None
    governorate: str | None = None
    markaz: str | None = None
    village: str | None = None
    year: int | None = None


def read_titles(
    titles: Sequence[str],
    sheet: str,
    file: str,
    today: date,
    note: Callable[[Message], None],
    organisation_words: Iterable[str] = (),
) -> TitleFacts:
    """Read title lines first, then the sheet's name, then the file's; the nearer source wins."""
    sources = [_segments(titles, organisation_words)]
    if not _GENERIC_SHEET.match(fold(sheet)):
        sources.append(_segments([sheet], organisation_words))
    sources.append(_segments([PurePath(file).stem.replace("_", " ").replace("-", " ")], organisation_words))
    place = next((where for source in sources if any(where := _place(source))), (None, None, None))
    return TitleFacts(
        kind=next((found for source in sources if (found := _kind(source))), None),
        need=_first_agreed(sources, _need, "title_needs_differ", note),
        month=_month(sources, today, note),
        value_piastres=next((amount for source in sources[:1] if (amount := _value(source))), None),
        governorate=place[0],
        markaz=place[1],
        village=place[2],
        year=_year(sources[0]),
    )  # fmt: skip


def _segments(lines: Iterable[str], organisation_words: Iterable[str]) -> list[str]:
    """Split titles at dashes and colons, folded; the owner's own name says nothing of the list."""
    own = [folded for word in organisation_words if len(folded := fold(word)) > 3]
    segments = []
    for line in lines:
        for segment in _SEGMENT.split(line):
            folded = fold(segment)
            for name in own:
                folded = folded.replace(name, " ")
            folded = " ".join(folded.split())
            if folded and not _OWNERS.match(folded):
                segments.append(folded)
    return segments


def _first_agreed(
    sources: Sequence[list[str]],
    find: Callable[[str], str | None],
    code: str,
    note: Callable[[Message], None],
) -> str | None:
    for segments in sources:
        found = [one for segment in segments if (one := find(segment))]
        if len(set(found)) == 1:
            return found[0]
        if found:
            giving = {one for segment in segments if (one := find(segment)) and _speaks_of_list(segment)}
            if len(giving) == 1:
                return giving.pop()
            note(Message(code, {"found": sorted(set(found))}))
            return None
    return None


def _speaks_of_list(segment: str) -> bool:
    return (
        _kind([segment]) is not None
        or re.search(r"(?:^| )(?:كشف|كشوف|بيان|قائمه|list)(?: |$)", segment) is not None
    )


def _need(segment: str) -> str | None:
    """The need of a title; a list of orphans that says nothing else is about their sponsorship."""
    need = find_need(segment)[0]
    if need is None and _ORPHANS.search(segment) and not _ORPHANS_ONLY_KNOWN.search(segment):
        return find_need("كفالة يتيم")[0]
    return need


def _month(sources: Sequence[list[str]], today: date, note: Callable[[Message], None]) -> date | None:
    for segments in sources:
        said = [segment for segment in segments if not _WRITTEN_ON.search(segment)]
        found = {month for segment in said if (month := find_month(segment))}
        if not found:
            whole = find_month(" ".join(said))
            found = {whole} if whole else set()
        if len(found) == 1 and (other := _other_month(said, next(iter(found)))):
            found.add(other)
        if len(found) == 1:
            return found.pop()
        if len(found) > 1:
            note(Message("title_months_differ", {"found": sorted(str(month)[:7] for month in found)}))
            return None
    for segments in sources:
        found = {month for segment in segments if (month := latest_month(segment, today))}
        if len(found) == 1:
            month = found.pop()
            note(Message("month_year_assumed", {"month": str(month)[:7]}))
            return month
    return None


def _other_month(segments: Sequence[str], month: date) -> date | None:
    """The first of two months in one title (يناير - فبراير 2025), written without the year of the second."""
    for segment in segments:
        if find_month(segment) is None and any(word in MONTHS for word in segment.split()):
            other = find_month(segment, month.year)
            if other is not None and other != month:
                return other
    return None


def _year(segments: Sequence[str]) -> int | None:
    """The one year titles name, for months that columns name without theirs."""
    said = [segment for segment in segments if not _WRITTEN_ON.search(segment)]
    years = {int(year) for segment in said for year in _YEAR.findall(segment)}
    return years.pop() if len(years) == 1 else None


def latest_month(text: str, today: date) -> date | None:
    """Read a month written without its year as the latest such month that has begun by `today`."""
    month = find_month(text, today.year)
    if month is None or month <= add_months(month_of(today), 0):
        return month
    return find_month(text, today.year - 1)


def _value(segments: Sequence[str]) -> int | None:
    for segment in segments:
        found = _VALUE.search(segment)
        if found and not re.search(r"اجمالي|جمله|total", segment):
            amount = find_egp(found[1].replace(" ", ""))
            if amount and 500 <= amount <= 10_000_000_00:
                return amount
    return None


def _kind(segments: Sequence[str]) -> Kind | None:
    tokens = {_bare(token) for segment in segments for token in segment.split()}
    return next((kind for kind, words in _KIND_WORDS if tokens & words), None)


def _bare(token: str) -> str:
    for prefix in ("وال", "بال", "لل", "ال", "ل", "ب"):
        if token.startswith(prefix) and len(token) - len(prefix) >= 3:
            return token.removeprefix(prefix)
    return token


def _place(segments: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    said: dict[str, str] = {}
    for segment in segments:
        for match in _PLACE.finditer(segment):
            kind = _PLACE_KINDS.get(match["kind"], "village")
            words = match["words"] if kind != "village" else f"{match['kind']} {match['words']}"
            said.setdefault(kind, " ".join(words.split()[:4]))
        if len(segment.split()) <= 3 and not re.search(r"[0-9]", segment):
            if is_governorate(segment):
                said.setdefault("governorate", segment)
            elif is_markaz(segment):
                said.setdefault("markaz", segment)
    if not said:
        return None, None, None
    return _resolved(said)


_PLACE_KINDS = {
    "محافظه": "governorate", "governorate": "governorate", "مركز": "markaz", "قسم": "markaz", "مدينه": "markaz",
    "حي": "markaz", "markaz": "markaz",
}  # fmt: skip


def _resolved(said: dict[str, str]) -> tuple[str | None, str | None, str | None]:
    """Look the words up, dropping words from the end until a governorate or markaz is found."""
    governorate = _shortened(said.get("governorate"), is_governorate)
    markaz = _shortened(said.get("markaz"), is_markaz)
    place = find_place(governorate, markaz, said.get("village"), None)
    return place.governorate, place.markaz, place.village_key


def _shortened(words: str | None, known: Callable[[str], bool]) -> str | None:
    parts = (words or "").split()
    while parts and not known(" ".join(parts)):
        parts.pop()
    return " ".join(parts) or None
