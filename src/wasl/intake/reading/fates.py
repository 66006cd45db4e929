"""What becomes of each row: a title, a header again, a blank, a total, a rejected line or an accepted one."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from wasl.country.egypt.names import known_names, standardise_token, token_sex
from wasl.intake.reading.distinct import map_distinct, stripped
from wasl.intake.reading.model import Column, Recognition
from wasl.intake.reading.sources import BLANKS

_TOTAL = (
    r"^\W*(?:ال)?[إاأ]جمال[ىي]|^\W*(?:ال)?مجموع(?:\s|:|$)|^\W*(?:ال)?جملة?ه?(?:\s|:|$)|^\W*(?i:sub ?total"
    r"|grand total|total|sum)\b"
    r"|^\W*(?:ال)?عدد (?:ال)?(?:أسر|اسر|مستفيد|حال|أفراد|افراد|كراتين|شنط)"
    r"|^\W*(?:ال)?محصلة|^\W*ما (?:قبل|بعد)[هة]\W*$|^\W*يرحل"
)
_BEFORE = r"\b(?:و?(?:بال|لل|ال|[بل])|و)?"
_TITLE = (
    _BEFORE
    + r"(?:كشف|كشوف|محافظ[ةه]|مركز|قري[ةه]|عزب[ةه]|جمعي[ةه]|مؤسس[ةه]|صفح[ةه]|قائم[ةه]|شهر|لجن[ةه]|تابع"
    r"|مبادر[ةه]|[أا]سماء)\b|\bبيان (?:ب|[أا]سماء)"
    r"|(?i:\bpage\b|\blist of\b|\bsheet\b|\bassociation\b|\bvillage\b)|^\s*\d+\s*/\s*\d+\s*$"
)
_FOOTER = (
    r"\b(?:ال)?توقيع|\b(?:و?يعتمد|(?:ال)?[إا]?عتماد)\b|\b(?:و?ال?)?رئيس (?:مجلس|الجمعي|اللجن|المجلس|القري|الوحد)"
    r"|\b[أا]مين (?:ال)?صندوق|\b(?:ال)?مدير[ةه]?\b|\bالمراجع[ةه]?\b|\b(?:ال)?مس(?:ئ|ؤ)ول[ةه]?\b|\bتحرير(?:ا|اً|ًا)\b"
    r"|\b(?:ال)?ختم\b|\bالمحاسب[ةه]?\b|\bالقائم[ةه]? ب|\b[أا]عضاء اللجنة|\bالباحث[ةه]?\b"
    r"|(?i:\bsignature|\bapproved\b|\bprepared by\b|\bsigned\b)"
    r"|\bملحوظ[ةه]\b|\bملاحظ[ةه]\s*:|\bمع خالص|\bوتفضلوا\b"
)
# What nobody is called: a name may be أسماء, اعتماد, بيان or أمين, and then another name follows.
_LISTED = (
    r"(?:ال|[بل]ال|لل)?(?:مستفيد|[أا]سر\b|ساد[ةه]\b|حالات|مستحق|[أا]يتام|طلاب|طلب[ةه]\b|[أا]رامل|مرشح|مقبول|[أا]عضاء"
    r"|[أا]طفال|مرضى|عرائس|غارم|مواطنين|منتفع|مسجل|[أا]هالي|مستلم|فئات|من تم|من صرف)"
)
_NAMED_TITLE = (
    r"^\W*(?:تابع\W+)?(?:ال)?(?:كشف|كشوف|محافظ[ةه]|مركز|قري[ةه]|عزب[ةه]|نجع|كفر|جمعي[ةه]|مؤسس[ةه]|صفح[ةه]|قائم[ةه]"
    r"|شهر|لجن[ةه]|مبادر[ةه]|تابع)\b"
    r"|\bكشف (?:ب|[أا]سماء|توزيع|صرف)|\b(?:ب)?[أا]سماء\W+"
    + _LISTED
    + r"|\bبيان (?:ب[أا]سماء|[أا]سماء|بالحالات)"
    r"|(?i:^\W*page\b|\blist of\b|\bsheet\b|\bassociation\b)|^\s*\d+\s*/\s*\d+\s*$"
)
_NAMED_FOOTER = (
    r"^\W*(?:ال)?توقيع|\bو?يعتمد\b|[،,]{2,}\W*$"
    r"|^\W*(?:ال)?[إا]?عتماد(?:\W*$|\W+(?:(?:ال|لل)?(?:مدير|رئيس|لجن|[إا]دار|جمعي|مجلس|كشف|[أا]مين ال|مسئول|مسؤول|مختص)"
    r"|ال[سش]ي[دخ][ةه]?\s*/))"
    r"|^\W*(?:ال)?(?:مدير[ةه]?|مس(?:ئ|ؤ)ول[ةه]?|ختم)\b|^\W*(?:المراجع|المحاسب|الباحث)[ةه]?\W*(?:$|[:/])"
    r"|\b(?:ال)?رئيس (?:مجلس|الجمعي|اللجن|المجلس|القري|الوحد)|\b[أا]مين (?:ال)?صندوق\b|^\W*تحرير(?:ا|اً|ًا)\b"
    r"|^\W*القائم[ةه]? ب|^\W*[أا]عضاء اللجنة|(?i:\bsignature|\bapproved by\b|\bprepared by\b|^\W*signed\b)"
    r"|^\W*ملحوظ[ةه]\b|^\W*ملاحظ[ةه]\s*:|^\W*مع خالص|^\W*وتفضلوا\b"
)
_PLACE_ALONE = (
    r"^\W*(?:بن[يى]|كفر|نجع|عزب[ةه]|منش[أا][ةه]|منشي[ةه]|نزل[ةه]|شبرا|ميت|قرى)\s+\pL+(?:\s+\pL+)?\W*$"
)
_NUMERIC = r"^[\s0-9٠-٩۰-۹.,٫٬،+\-]*(?:جنيه|ج\.?م?\.?|egp|EGP)?\s*$"
# Where قرية or شهر is what the column is about, the word makes no title.
_TELLING_FIELDS = frozenset(
    {"governorate", "markaz", "village", "local_unit", "address", "need", "month", "notes"}
)
_NUMBERED_OF_PEOPLE = frozenset({"phone", "phone2", "age", "birth", "birth_year"})
_NUMBERED_FIELDS = frozenset({"value", "quantity", "unit_value", "family_size", "self.age"})


@dataclass(frozen=True)
class Rows:
    """A frame's rows with what decides their fates."""

    frame: pl.DataFrame
    named: pl.Series
    has_id: pl.Series


def judge_rows(rows: Rows, recognition: Recognition, in_footer: bool) -> tuple[pl.DataFrame, bool]:
    """
    Give `fate`, `reason` and `reason_column` of every row, and whether the sheet's foot goes on after it.

    A line that names somebody and has an id is a line; only the others are looked at closely.
    """
    doubtful = ~(rows.named & rows.has_id) | (rows.frame["row"] <= recognition.first_data_row)
    places = doubtful.arg_true()
    few = Rows(rows.frame[places], rows.named[places], rows.has_id[places])
    facts = _facts(few, recognition).with_columns(place=places)
    footer = _footer(facts, places, in_footer, recognition.usual_filled)
    judged = facts.with_columns(footer=footer).select("place", fate=_FATE, reason=_REASON)
    column = recognition.find_column("self.name") or recognition.find_column("self.nid")
    label = pl.lit(column.label if column else None, dtype=pl.String)
    fate = (
        rows.frame.select(place=pl.int_range(pl.len(), dtype=pl.UInt32))
        .join(judged, on="place", how="left", maintain_order="left")
        .select(pl.col("fate").fill_null("accepted"), "reason")
        .with_columns(reason_column=pl.when(pl.col("fate") == "rejected").then(label))
    )
    return fate, bool(len(places)) and places[-1] == len(fate) - 1 and bool(footer[-1])


_NOT_DATA_ANY = (
    pl.col("blank")
    | pl.col("header")
    | pl.col("title")
    | pl.col("total")
    | pl.col("footer")
    | pl.col("only_serial")
)


_FATE = (
    pl.when(_NOT_DATA_ANY)
    .then(pl.lit("not_data"))
    .when(pl.col("named"))
    .then(pl.lit("accepted"))
    .otherwise(pl.lit("rejected"))
)
_REASON = pl.coalesce(
    *[
        pl.when(pl.col(name)).then(pl.lit(name))
        for name in ("blank", "header", "title", "total", "footer", "only_serial")
    ],
    pl.when(~pl.col("named")).then(pl.lit("no_name_no_id")),
)


def _facts(rows: Rows, recognition: Recognition) -> pl.DataFrame:
    frame = rows.frame
    cells = [name for name in frame.columns if name != "row"]
    fields = recognition.fields()
    told = {f"c{column.index}" for name, column in fields.items() if name in _TELLING_FIELDS}
    outside = [name for name in cells if name not in told] or cells
    counted = frame.select(
        "row",
        filled=pl.sum_horizontal(pl.col(cells).is_not_null()),
        worded=pl.any_horizontal(pl.col(cells).str.contains(r"\pL")).fill_null(False),
        total_word=pl.any_horizontal(pl.col(cells).str.contains(_TOTAL)).fill_null(False),
        title_word=pl.any_horizontal(pl.col(outside).str.contains(_TITLE)).fill_null(False),
        footer_word=pl.any_horizontal(pl.col(cells).str.contains(_FOOTER)).fill_null(False),
        header_alike=_alike_header(frame, recognition),
        numbers_only=pl.all_horizontal(pl.col(cells).is_null() | pl.col(cells).str.contains(_NUMERIC)),
        numbering=_numbering(frame, recognition),
    )
    name_text = stripped(frame, fields["self.name"].index if "self.name" in fields else None)
    serial_text = stripped(frame, fields["serial"].index if "serial" in fields else None)
    numbered = [name for name in _NUMBERED_FIELDS if name in fields]
    first = pl.col("row") < recognition.first_data_row
    return counted.with_columns(
        pl.Series("named", rows.named),
        pl.Series("has_id", rows.has_id),
        pl.Series("has_name", name_text.is_not_null()),
        pl.Series("name_is_total", name_text.str.contains(_TOTAL).fill_null(False)),
        pl.Series("name_is_title", name_text.str.contains(_NAMED_TITLE).fill_null(False)),
        pl.Series("name_is_place", _names_a_place(name_text, recognition)),
        pl.Series("name_is_footer", name_text.str.contains(_NAMED_FOOTER).fill_null(False)),
        pl.Series("name_is_chain", name_text.str.contains(r"\pL{2,}\s+\pL{2,}").fill_null(False)),
        _counted(frame, fields),
        pl.Series("has_serial", serial_text.str.contains(r"^[0-9٠-٩۰-۹]+(?:\.0)?$").fill_null(False)),
        sums=pl.lit(bool(numbered)) & pl.col("numbers_only"),
    ).with_columns(
        blank=pl.col("filled") == 0,
        header=(pl.col("filled") > 0)
        & (
            pl.col("row").is_in(list(recognition.header_rows))
            | (~first & (pl.col("header_alike") | pl.col("numbering")))
        ),
        title=(pl.col("filled") > 0)
        & ((first & ~pl.col("row").is_in(list(recognition.header_rows))) | _title()),
        total=(pl.col("filled") > 0) & ~first & _total(),
        only_serial=(pl.col("filled") == 1) & pl.col("has_serial") & ~pl.col("named"),
    )


def _names_a_place(names: pl.Series, recognition: Recognition) -> pl.Series:
    """A village's name in the column of names; a lone word that is no given name, where lines fill three cells."""
    said = names.str.contains(_PLACE_ALONE).fill_null(False)
    if recognition.usual_filled < 3:
        return said
    return said | map_distinct(names, _is_unknown_word, pl.Boolean).fill_null(False)


def _is_unknown_word(text: str) -> bool:
    return (
        text.isalpha()
        and len(text) > 2
        and token_sex(text) == 0
        and standardise_token(text) not in known_names()
    )


def _counted(frame: pl.DataFrame, fields: dict[str, Column]) -> pl.Series:
    """Whether a cell holds digits in a column of numbers: phones, ages, births, sums, counts."""
    wanted = [
        f"c{column.index}"
        for name, column in fields.items()
        if name in _NUMBERED_FIELDS or name.split(".")[-1] in _NUMBERED_OF_PEOPLE
    ]
    own = [name for name in wanted if name in frame.columns]
    if not own:
        return pl.Series("counted", [False]).new_from_index(0, frame.height)
    holds = [pl.col(name).str.contains(r"[0-9٠-٩۰-۹]") for name in own]
    return frame.select(pl.any_horizontal(holds).fill_null(False).alias("counted")).to_series()


def _title() -> pl.Expr:
    """A line that heads what follows: one cell of words, or a few words about a list, nobody named by them."""
    alone = (pl.col("filled") == 1) & ~pl.col("has_id") & pl.col("worded")
    place = pl.col("name_is_place") & ~pl.col("total_word") & ~pl.col("footer_word")
    nobody = ~pl.col("has_name") | pl.col("name_is_title") | place
    few = (pl.col("filled") <= 4) & pl.col("title_word") & ~pl.col("has_id") & ~pl.col("has_serial")
    return (alone & (nobody | ~pl.col("named"))) | (few & (~pl.col("named") | pl.col("name_is_title")))


def _total() -> pl.Expr:
    words = pl.col("total_word") & ~pl.col("has_id") & (~pl.col("named") | pl.col("name_is_total"))
    sums = pl.col("sums") & ~pl.col("named") & ~pl.col("has_serial")
    return words | sums


def _alike_header(frame: pl.DataFrame, recognition: Recognition) -> pl.Expr:
    """A header again in the middle of a sheet: most of its filled cells are the header's own words."""
    result = pl.lit(False)
    for cells in recognition.header_cells:
        same = [
            (pl.col(f"c{place}").str.strip_chars(BLANKS) == cell.strip(BLANKS)).fill_null(False)
            for place, cell in enumerate(cells)
            if cell and f"c{place}" in frame.columns
        ]
        if len(same) < 2:
            if same and len([cell for cell in cells if cell]) == 1:
                result = result | same[0]
            continue
        columns = [name for name in frame.columns if name != "row"]
        filled = pl.sum_horizontal(pl.col(columns).is_not_null())
        equal = pl.sum_horizontal(same)
        result = result | ((equal >= 2) & (equal * 10 >= filled * 6))
    return result


def _numbering(frame: pl.DataFrame, recognition: Recognition) -> pl.Expr:
    """A row right below the header that only numbers the columns: 1, 2, 3 …"""
    if not recognition.header_rows:
        return pl.lit(False)
    columns = [name for name in frame.columns if name != "row"]
    right = pl.sum_horizontal(
        (
            pl.col(name).str.strip_chars(f"{BLANKS}()").cast(pl.Int64, strict=False) == place + offset
        ).fill_null(False)
        for place, name in enumerate(columns)
        for offset in (1,)
    )
    filled = pl.sum_horizontal(pl.col(columns).is_not_null())
    return (
        (pl.col("row") == recognition.first_data_row) & (filled >= 3) & (right >= filled - 1) & (right >= 3)
    )


def _footer(facts: pl.DataFrame, places: pl.Series, in_footer: bool, usual_filled: int) -> pl.Series:
    """
    The lines of signatures under a list: from one that speaks of signing on, until a full line comes.

    A full line has an id, or a serial number and a name, or as many cells as lines usually have, or
    a chain of names beside a number where lines have numbers.
    """
    starts = facts.select(
        pl.col("footer_word")
        & ~pl.col("has_id")
        & ~pl.col("has_serial")
        & (pl.col("filled") <= 6)
        & (~pl.col("named") | pl.col("name_is_footer"))
        & ~pl.col("title")
        & ~pl.col("header")
    ).to_series()
    if not starts.any() and not in_footer:
        return pl.Series("footer", [False]).new_from_index(0, facts.height)
    full = pl.col("named") & (pl.col("filled") > 0.6 * usual_filled)
    chain = pl.col("named") & pl.col("name_is_chain") & ~pl.col("name_is_footer")
    like_others = chain & (pl.col("counted") | (usual_filled <= 2))
    numbered = pl.col("has_serial") & pl.col("named")
    solid = facts.select(pl.col("has_id") | numbered | full | like_others).to_series()
    skipped = places.cast(pl.Int64).diff().fill_null(places[0] + 1) > 1  # full lines were left out before it
    state = pl.select(
        pl.when(starts).then(pl.lit(True)).when(solid | skipped).then(pl.lit(False))
    ).to_series()
    return state.forward_fill().fill_null(in_footer) & (facts["filled"] > 0)
