"""Cells that hold a person's name: taking off titles, notes, numbers and marks, and what they say."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl

from wasl.country.egypt.absence import is_absent
from wasl.country.egypt.name_tokens import known_names, standardise_token
from wasl.kernel.folding import fold


@dataclass(frozen=True, slots=True)
class CleanName:
    """
    A name without its trimmings, and what the trimmings said.

    `text` is empty where the cell names nobody. `deceased`: a word says that the person has died.
    `proxy`: somebody else collects. `husband_named`: the cell names a woman only by her husband
    (أرملة فلان): the text is his name, the person is she.
    """

    text: str
    deceased: bool = False
    proxy: bool = False
    husband_named: bool = False


_DEAD = (
    r"(?:ال)?(?:متوف[ىيا][ةه]?|متوفاة|متوفاه|متوفية|متوفيه|مرحوم[ةه]?|مغفور ل[هه]ا?)"
    r"|توف[ىي]ت?|رحم[هة] ?ا ?لله|رحمها ?الله|الله يرحم[هة]ا?|deceased|dead"
)
_DEAD_WORD = re.compile(rf"(?<![ء-ي])(?:{_DEAD})(?![ء-ي])", re.IGNORECASE)
_FOR_ANOTHER = re.compile(
    r"^.*?(?<![ء-ي])(?:مستلم[ةه]? )?(?:بالتوكيل|توكيل|بالوكال[ةه]|وكيلا?|نياب[ةه]"
    r"|بالنياب[ةه])\s+عن\s*[:/\-]*\s*"
    r"(?!ها(?![ء-ي])|ه(?![ء-ي]))(?=[ء-ي])"
)
_PROXY_TAIL = re.compile(
    r"(?<![ء-ي])(?:(?:ال)?مستلم[ةه]?|يستلم|تستلم|استلام|استلم|استلمت|بالتوكيل|توكيل|بتوكيل"
    r"|بالوكال[ةه]|وكيل(?:ها|ه)?"
    r"|نياب[ةه] عن|بالنياب[ةه]|ينوب عن|بتفويض|تفويض|بموجب)(?![ء-ي]).*$"
)
_MAY_NOTE = re.compile(
    "متوف|توف|مرحوم|مغفور|رحم|ستلم|ستلام|توكيل|وكيل|وكال|نياب|ينوب|تفويض|بموجب|dead|deceased", re.IGNORECASE
)
_HUSBAND = re.compile(r"^(?:أرمل[ةه]|ارمل[ةه]|زوج[ةه]|حرم|مطلق[ةه])(?:\s*[/\\:.\-]+\s*|\s+)(?=[ء-ي])")
_FAMILY_OF = re.compile(
    r"^(?:ورث[ةه]|أسر[ةه]|اسر[ةه]|عائل[ةه]|أبناء|ابناء|أولاد|اولاد|أيتام"
    r"|ايتام)(?:\s*[/\\:.\-]+\s*|\s+)(?=[ء-ي])"
)
_TITLE_WITH_MARK = re.compile(
    r"^(?:[أاإمدحكشقل]|أ\.?د|ا\.?د|السيد[ةه]?|سيد[ةه]|الست|ست|الأستاذ[ةه]?|الاستاذ[ةه]?"
    r"|أستاذ[ةه]?|استاذ[ةه]?|المهندس[ةه]?"
    r"|مهندس[ةه]?|الدكتور[ةه]?|دكتور[ةه]?|الحاج[ةه]?|حاج[ةه]?|الشيخ[ةه]?|شيخ|الطفل[ةه]?|طفل[ةه]?"
    r"|المواطن[ةه]?|مواطن[ةه]?"
    r"|[اآ]لآ?نس[ةه]|الانس[ةه]|[آا]نس[ةه]|مدام|المدعو[ةه]?|الاسم|اسم|المعلم|الأسط[ىي]|الاسط[ىي]"
    r"|الأخ|الاخ|الأخت|الاخت|الأب|القس|القمص"
    r"|اللواء|العميد|العقيد|المستشار|المحاسب|الأم|الام|اليتيم[ةه]?|يتيم[ةه]?|المستفيد[ةه]?"
    r"|الزوج[ةه]?|الابن[ةه]?|mr|mrs|ms|miss|dr|eng|prof)"
    r"\s*[/\\:.]+\s*",
    re.IGNORECASE,
)
_TITLE_WORD = re.compile(
    r"^(?:الحاج[ةه]?|حاج[ةه]|الأستاذ[ةه]?|الاستاذ[ةه]?|أستاذ[ةه]?|استاذ[ةه]?|المهندس[ةه]?"
    r"|مهندس[ةه]?|الدكتور[ةه]?|دكتور[ةه]?"
    r"|المواطن[ةه]?|الطفل[ةه]?|طفل[ةه]|الآنس[ةه]|الانس[ةه]|آنس[ةه]|مدام|المدعو[ةه]?|الشيخ|المعلم"
    r"|الأسط[ىي]|الاسط[ىي]|اليتيم[ةه]?"
    r"|المستفيد[ةه]?|اللواء|العميد|العقيد|المستشار|القس|القمص|mr|mrs|ms|miss|dr|eng)\s+(?=[ء-يa-z])",
    re.IGNORECASE,
)
_LONE_TITLE_LETTER = re.compile(r"^([أادمح])\s+([ء-ي]+)(?=\s|$)")
_NUMBER_TAIL = re.compile(
    r"(?:^|[^ء-ي])(?:ت|تليفون|تلفون|موبايل|محمول|هاتف|رقم|رقم قومي|ق|سن|السن|بطاقة|ب|id|tel|mob)"
    r"\s*[:/.\-]*\s*[0-9٠-٩۰-۹]{2}.*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[{﴾«][^)\]}﴿»]*(?:[)\]}﴿»]|$)")
_DIGITS = re.compile(r"[0-9٠-٩۰-۹]+")
_MARKS = re.compile(r"[^ء-يٱ-ۓًٌٍَُِّْٰa-zà-ɏ]+", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean_person_name(text: str | None) -> CleanName:
    """
    Take a name out of its cell, in the spelling it was written in.

    Titles (also several), leading numbers, notes in brackets, marks between the parts, digits
    stuck on and words about death or a proxy go; what they say is kept as flags. A proxy's own
    name is dropped: the one entitled is the one the line is about.
    """
    if text is None or is_absent(text):
        return CleanName("")
    bare = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    kept, deceased, proxy = _without_notes(bare) if _MAY_NOTE.search(bare) else (bare, False, False)
    kept = _DIGITS.sub(" ", _NUMBER_TAIL.sub(" ", _BRACKETS.sub(" ", kept))).strip(
        " \t\n-–—_.,،:؛;/\\*+=|'\""
    )
    untitled, husband_named = _without_titles(kept)
    name = " ".join(_MARKS.sub(" ", untitled).split())
    return CleanName(
        "" if _names_nobody(name) else name, deceased and not husband_named, proxy, husband_named
    )


def _without_notes(text: str) -> tuple[str, bool, bool]:
    """Take off words about a death and about somebody else who collects, and say which there were."""
    living = _DEAD_WORD.sub(" ", text)
    entitled = _PROXY_TAIL.sub("", _FOR_ANOTHER.sub("", living))
    return entitled, _DEAD_WORD.search(text) is not None, entitled != living


def _names_nobody(name: str) -> bool:
    return len(fold(name).replace(" ", "")) < 2 or is_absent(name)


def _without_titles(text: str) -> tuple[str, bool]:
    """Take off titles from the front until none is left; a title alone is a name (السيد, الشيخ)."""
    husband_named = False
    while True:
        before = text
        shorter = _HUSBAND.sub("", text)
        husband_named = husband_named or shorter != text
        shorter = _FAMILY_OF.sub("", shorter)
        text = _without_title_letter(_TITLE_WORD.sub("", _TITLE_WITH_MARK.sub("", shorter)))
        text = text.strip(" -–—_.,،:؛/\\")
        if text == before:
            return text, husband_named
        if not text:
            return before, husband_named


def _without_title_letter(text: str) -> str:
    """Take off a lone title letter (د محمد), unless it is the first letter of a name (ا حمد)."""
    found = _LONE_TITLE_LETTER.match(text)
    if found is None:
        return text
    if standardise_token(found[1] + found[2]) in known_names():
        return text
    return text[found.end(1) :].strip() if standardise_token(found[2]) in known_names() else text


_PLAIN = r"^[ء-غف-ي]{2,}(?: [ء-غف-ي]{2,})+$"
_ANYWHERE = (
    r"(?:^| )(?:(?:ال)?(?:متوف|توف|مرحوم|مغفور|مستلم)|رحم[هة]ا? ?ا|الله ير|يستلم|تستلم|استلام|استلم|بالتو|بتو|توكيل"
    r"|بالوك|وكيل|نياب|بالنياب|ينوب|بتفو|تفويض|بموجب)"
)
_AT_START = (
    r"^(?:أرمل|ارمل|زوج|حرم|مطلق|ورث|أسر|اسر|عائل|أبنا|ابنا|أول|اول|أيت|ايت|الحاج|حاج[ةه]|الأست|الاست|أست|است|المهن|مهن"
    r"|الدكت|دكت|المواط|الطفل|طفل|الآنس|الانس|آنس|مدام|المدعو|الشيخ|المعلم|الأسط|الاسط|اليتيم|المستف|اللواء|العميد"
    r"|العقيد|المستش|القس|القمص|لا|غير|بدون|تحت|جار|لم|ساقط|ليس|نفس|ينطبق)"
)
_TRIGGERS = f"{_ANYWHERE}|{_AT_START}"
"""What may need looking at in a plainly written name: beginnings of words, wider than the rules above."""


def clean_person_names(column: pl.Series) -> pl.DataFrame:
    """
    Clean a column of names as `clean_person_name` cleans one.

    Columns: `name` (null where nobody is named), `deceased`, `proxy`, `husband_named`. Names
    written plainly, the most of them, pass without being looked at one by one.
    """
    texts = column.cast(pl.String)
    plain = texts.str.contains(_PLAIN) & ~texts.str.contains(_TRIGGERS)
    rest = texts.filter(~plain.fill_null(True)).unique().to_list()
    cleaned = [clean_person_name(text) for text in rest]
    table = pl.DataFrame(
        {
            "text": rest,
            "cleaned": [one.text or None for one in cleaned],
            "deceased": [one.deceased for one in cleaned],
            "proxy": [one.proxy for one in cleaned],
            "husband_named": [one.husband_named for one in cleaned],
        },
        schema={"text": pl.String, "cleaned": pl.String}
        | dict.fromkeys(("deceased", "proxy", "husband_named"), pl.Boolean),
    )
    frame = pl.DataFrame({"text": texts, "plain": plain})
    return frame.join(table, on="text", how="left", maintain_order="left").select(
        name=pl.when(pl.col("plain")).then("text").otherwise("cleaned"),
        deceased=pl.col("deceased").fill_null(False),
        proxy=pl.col("proxy").fill_null(False),
        husband_named=pl.col("husband_named").fill_null(False),
    )
