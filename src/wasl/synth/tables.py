"""
One list as a table of written cells, a row for a person or a family, with the truth of each row.

Cells are text; a column says whether a spreadsheet would hold it as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from wasl.synth import wording
from wasl.synth.addresses import NO_MARKAZ, VILLAGE_AS_MARKAZ, written_villages
from wasl.synth.alliance import Organisation
from wasl.synth.calendar import CHILD, FIRST_MONTH, HEAD, RELATIONS, SPOUSE
from wasl.synth.cells import date_cells, id_cells, in_digits, phone_cells
from wasl.synth.programmes import PERSON_PARTS, ListPlan
from wasl.synth.styles import Style
from wasl.synth.world import World

CHILDREN_SHOWN = 4
NUMBER_FIELDS = {"serial", "family_number", "members", "value"}


@dataclass
class Column:
    """A column: its field, its header, the band above it where headers have two lines."""

    field: str
    header: str
    band: int | None
    cells: pl.Series
    number: bool = False


@dataclass
class Table:
    """Cells by column, and truth by data row."""

    columns: list[Column]
    entry: np.ndarray
    """The entry of each data row; rows of one entry stand together."""
    markaz: np.ndarray
    """The village of each data row, for lists that have a sheet for each markaz."""
    mentions: pl.DataFrame
    """data, role, person, family, nid_ok."""
    claims: pl.DataFrame
    """data, family, value: rows that state a benefit which their owner pays; value null if unknown."""


@dataclass
class _Draft:
    world: World
    plan: ListPlan
    member: Organisation
    style: Style
    rng: np.random.Generator
    typed: pl.DataFrame
    columns: list[Column]

    def add(
        self, field: str, cells: pl.Series, *, header: str | None = None, band: int | None = None
    ) -> None:
        number = field in NUMBER_FIELDS or (field == "nid" and self.style.id_form == 1)
        number = number or (field == "phone" and self.style.phone_form == 1)
        number = number or (field == "birth" and self.style.date_form == 5)
        number = number and not (self.style.eastern and field != "serial")
        self.columns.append(Column(field, header or self.head(field), band, cells, number))

    def head(self, field: str) -> str:
        if self.style.english and field in wording.ENGLISH_HEADERS:
            return wording.ENGLISH_HEADERS[field]
        words = wording.HEADERS[field]
        return words[self.style.header % len(words)]


def month_of_list(plan: ListPlan) -> tuple[int, int]:
    """Give year and month in which a list's help is given."""
    index = FIRST_MONTH.year * 12 + FIRST_MONTH.month - 1 + plan.month
    return index // 12, index % 12 + 1


def build_table(
    world: World, plan: ListPlan, style: Style, rows: np.ndarray, rng: np.random.Generator
) -> Table:
    """Write the cells of `rows` (numbers of typed rows) in the list's layout."""
    by_person = plan.by_person or plan.programme.part in PERSON_PARTS or plan.programme.part == "registrant"
    typed = world.typed[rows]
    typed = _in_order(typed, plan, rng)
    member = world.alliance.organisations[plan.organisation]
    draft = _Draft(world, plan, member, style, rng, typed, [])
    return _people_table(draft) if by_person else _family_table(draft)


def _in_order(typed: pl.DataFrame, plan: ListPlan, rng: np.random.Generator) -> pl.DataFrame:
    """Order entries as they were registered, by the registrant's name, or in no order."""
    if plan.programme.part in PERSON_PARTS or not plan.grouped:
        typed = typed.with_columns(group=pl.int_range(pl.len(), dtype=pl.Int64))
    else:
        typed = typed.with_columns(group=pl.col("entry"))
    choice = plan.series % 3
    if choice == 0:
        return typed
    if choice == 1:
        key = pl.col("n1").first().over("group")
        return typed.sort(key, "group", maintain_order=True)
    groups = typed["group"].unique(maintain_order=True)
    shuffled = pl.DataFrame({"group": groups, "place": rng.permutation(len(groups))})
    return typed.join(shuffled, on="group", maintain_order="left").sort("place", maintain_order=True)


def _full_names(draft: _Draft, typed: pl.DataFrame) -> pl.Series:
    """Join the parts; now and then with الحاج or a title before, and المرحوم for the dead."""
    name = typed.select(pl.concat_str(["n1", "n2", "n3", "n4"], separator=" ", ignore_nulls=True)).to_series()
    old = (typed["birth"].to_numpy() < -2000) & (draft.rng.random(len(typed)) < draft.style.honorifics)
    frame = pl.DataFrame({"name": name, "old": old, "male": typed["male"], "dead": typed["deceased"]})
    return frame.select(
        pl.when("dead").then(pl.lit("المرحوم ") + pl.col("name"))
        .when(pl.col("old") & pl.col("male")).then(pl.lit("الحاج ") + pl.col("name"))
        .when(pl.col("old")).then(pl.lit("الحاجة ") + pl.col("name"))
        .otherwise("name")
    ).to_series()  # fmt: skip


def _people_table(draft: _Draft) -> Table:
    typed, style, plan = draft.typed, draft.style, draft.plan
    count = len(typed)
    draft.add("serial", pl.Series(np.arange(1, count + 1)).cast(pl.Utf8))
    entry = typed["group"].to_numpy()
    first = np.r_[True, entry[1:] != entry[:-1]] if count else np.zeros(0, dtype=bool)
    number = np.cumsum(first)
    if style.family_number:
        cells = pl.Series(number + 100 * (plan.series % 7)).cast(pl.Utf8)
        draft.add("family_number", _only(cells, first) if style.merged_family else cells)
    if style.four_names:
        for part in range(1, 5):
            draft.add(f"name_{part}", typed[f"n{part}"].fill_null(""))
    else:
        draft.add("name", _full_names(draft, typed))
    if style.relation_column:
        draft.add("relation", _relation_words(typed, draft.world))
    lost = np.zeros(count, dtype=bool)
    if "nid" in plan.columns:
        cells, lost = id_cells(typed["nid"].to_numpy(), style, draft.rng)
        draft.add("nid", cells)
    if "birth" in plan.columns:
        draft.add("birth", date_cells(typed["birth"].to_numpy(), typed["precision"].to_numpy(), style))
    if "sex" in plan.columns:
        draft.add("sex", _sex_cells(typed["male"], style))
    if "phone" in plan.columns:
        draft.add("phone", phone_cells(typed["phone"].to_numpy(), style))
    paid, value = _add_common(draft, typed, first if style.merged_family else None)
    ok = typed["nid_ok"].to_numpy() & ("nid" in plan.columns) & ~lost
    mentions = pl.DataFrame({
        "data": np.arange(count), "role": pl.repeat("person", count, eager=True), "person": typed["person"],
        "family": typed["family"], "nid_ok": ok,
    })  # fmt: skip
    return Table(
        draft.columns,
        entry,
        _true_village(typed, draft.world),
        mentions,
        _claims(plan, typed["family"], paid, value),
    )


def _family_table(draft: _Draft) -> Table:
    typed, style, plan = draft.typed, draft.style, draft.plan
    lead = typed.filter(pl.col("relation") == HEAD)
    place = pl.DataFrame({"entry": lead["entry"], "data": np.arange(len(lead))})
    draft.add("serial", pl.Series(np.arange(1, len(lead) + 1)).cast(pl.Utf8))
    mixed = draft.member.wife_first > 0.35
    register_name = (
        "اسم المستفيد" if draft.member.wife_first > 0.6 else wording.REGISTRANT_NAME[style.header % 4]
    )
    mentions = [
        _member_columns(
            draft, lead, place, "registrant", 0, register_name, wording.REGISTRANT_NID[style.header % 4]
        )
    ]
    spouse = typed.filter(pl.col("relation") == SPOUSE).unique("entry", keep="first", maintain_order=True)
    word = 1 + style.header % 3 if mixed else 0
    mentions.append(
        _member_columns(
            draft, spouse, place, "spouse", 1, wording.SPOUSE_NAME[word], wording.SPOUSE_NID[word]
        )
    )
    if plan.programme.part == "all" and draft.member.records_all:
        children = typed.filter(pl.col("relation") == CHILD).with_columns(
            turn=pl.int_range(pl.len()).over("entry", order_by="birth")
        )
        for turn in range(CHILDREN_SHOWN):
            mentions.append(_member_columns(
                draft, children.filter(pl.col("turn") == turn), place, f"child{turn + 1}", 2,
                f"اسم الابن {wording.ORDINALS[turn]}", f"الرقم القومي للابن {wording.ORDINALS[turn]}",
            ))  # fmt: skip
    paid, value = _add_common(draft, lead, None)
    return Table(
        draft.columns,
        np.arange(len(lead)),
        _true_village(lead, draft.world),
        pl.concat(mentions),
        _claims(plan, lead["family"], paid, value),
    )


def _member_columns(
    draft: _Draft,
    people: pl.DataFrame,
    place: pl.DataFrame,
    role: str,
    band: int,
    name_header: str,
    nid_header: str,
) -> pl.DataFrame:
    """Add one member's name and id to family rows; give the mentions they make."""
    style, plan = draft.style, draft.plan
    data = (
        people.select("entry").join(place, on="entry", how="left", maintain_order="left")["data"].to_numpy()
    )
    names = _full_names(draft, people)
    gone = people["deceased"].to_numpy() & (draft.rng.random(len(people)) < 0.5) & (role != "registrant")
    names = pl.DataFrame({"n": names, "g": gone}).select(
        pl.when("g").then(pl.lit(wording.DECEASED[style.header % 3])).otherwise("n")
    ).to_series()  # fmt: skip
    absent = style.absent if role == "spouse" else ""
    draft.add(
        "name",
        _spread(names, data, len(place), absent),
        header=_banded(style, name_header, "الاسم"),
        band=band,
    )
    lost = np.zeros(len(people), dtype=bool)
    if "nid" in plan.columns:
        ids = np.where(gone, 0, people["nid"].to_numpy())
        cells, lost = id_cells(ids, style, draft.rng)
        header = _banded(style, nid_header, "الرقم القومي")
        draft.add("nid", _spread(cells, data, len(place), absent), header=header, band=band)
    if role == "registrant":
        _registrant_columns(draft, people, band)
    kept = ~gone
    return pl.DataFrame({
        "data": data[kept], "role": pl.repeat(role, int(kept.sum()), eager=True),
        "person": people["person"].filter(kept), "family": people["family"].filter(kept),
        "nid_ok": (people["nid_ok"].to_numpy() & ("nid" in plan.columns) & ~lost)[kept],
    }, schema_overrides={"data": pl.Int64, "role": pl.Utf8})  # fmt: skip


def _registrant_columns(draft: _Draft, people: pl.DataFrame, band: int) -> None:
    if "birth" in draft.plan.columns:
        cells = date_cells(people["birth"].to_numpy(), people["precision"].to_numpy(), draft.style)
        draft.add("birth", cells, band=band)
    if "sex" in draft.plan.columns:
        draft.add("sex", _sex_cells(people["male"], draft.style), band=band)
    if "phone" in draft.plan.columns:
        draft.add("phone", phone_cells(people["phone"].to_numpy(), draft.style), band=band)


def _banded(style: Style, alone: str, below: str) -> str:
    return below if style.two_line_header and "ابن" not in alone else alone


def _add_common(
    draft: _Draft, typed: pl.DataFrame, first: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Add place, benefit and the rest; tell which rows somebody else pays, and the value of each row."""
    style, plan, rng = draft.style, draft.plan, draft.rng
    count = len(typed)
    _add_place(draft, typed, first)
    if style.members_column:
        draft.add("members", in_digits(pl.Series(rng.integers(2, 8, count)).cast(pl.Utf8), style))
    if style.status_column:
        draft.add("status", _status_words(typed, draft.world))
    paid = np.zeros(count, dtype=bool)
    value = None if plan.value is None else np.full(count, plan.value)
    if plan.need is not None:
        if style.need_column:
            words = wording.NEEDS[plan.need][0]
            word = words[style.need_word % len(words)]
            word = wording.ENGLISH_NEEDS.get(plan.need, word) if style.english else word
            draft.add("need", pl.repeat(word, count, eager=True))
        _add_month(draft, count)
        if style.value_column and value is not None:
            if "cash" in plan.need:
                value = value + 50 * (typed["family"].to_numpy() % 4)
            draft.add("value", in_digits(pl.Series(value).cast(pl.Utf8), style))
        if style.paid_by:
            paid = typed["family"].to_numpy() * 7 % 10 < 2
            other = draft.world.alliance.organisations[0].name_ar.split(" - ")[0]
            draft.add("paid_by", _choose(paid, other, draft.member.name_ar))
    if style.researcher:
        block = np.arange(count) // 37 * 5 + plan.series
        cells = [wording.RESEARCHERS[b % len(wording.RESEARCHERS)] for b in block.tolist()]
        draft.add("researcher", pl.Series(cells, dtype=pl.Utf8))
    if style.notes:
        cells = [wording.NOTES[int(c * 80)] if c < 0.1 else "" for c in rng.random(count).tolist()]
        draft.add("notes", pl.Series(cells, dtype=pl.Utf8))
    if style.signature:
        draft.add("signature", pl.repeat("", count, eager=True))
    return paid, value


def _add_month(draft: _Draft, count: int) -> None:
    year, month = month_of_list(draft.plan)
    if draft.style.month_column == 1:
        words = wording.month_words(year, month, draft.style.month_form)
        draft.add("month", in_digits(pl.repeat(words, count, eager=True), draft.style))
    elif draft.style.month_column == 2:
        days = pl.Series(1 + np.arange(count) // 60 % 6 + 13 * (draft.plan.series % 2)).cast(pl.Utf8)
        draft.add("given_on", in_digits(days + f"/{month}/{year}", draft.style))


def _add_place(draft: _Draft, typed: pl.DataFrame, first: np.ndarray | None) -> None:
    villages, plan, style = draft.world.population.villages, draft.plan, draft.style
    true = _true_village(typed, draft.world)
    governorate = pl.Series([villages.governorate_words[g] for g in villages.governorate]).gather(true)
    markaz = pl.Series([villages.markaz_words[m] for m in villages.markaz]).gather(true)
    village = written_villages(villages, typed["village"].to_numpy(), typed["village_form"].to_numpy())
    markaz, village = _free_markaz(markaz, village, typed["markaz_form"].to_numpy(), plan)
    if style.address and "village" in plan.columns and "markaz" in plan.columns:
        cells = pl.DataFrame({"v": village, "m": markaz, "g": governorate}).select(
            pl.concat_str(
                [pl.when(pl.col(name) != "").then(name) for name in ("v", "m", "g")], separator=" - ", ignore_nulls=True
            )
        ).to_series()  # fmt: skip
        draft.add("address", _only(cells, first) if first is not None else cells)
        return
    if not style.by_governorate:
        draft.add("governorate", governorate)
    if "markaz" in plan.columns:
        short = markaz.str.replace(r"^(مركز|قسم) ", "") if style.header % 2 else markaz
        draft.add("markaz", short)
    if "village" in plan.columns:
        draft.add("village", village)


def _free_markaz(
    markaz: pl.Series, village: pl.Series, form: np.ndarray, plan: ListPlan
) -> tuple[pl.Series, pl.Series]:
    """Leave the markaz's cell empty, or write the village in it, where the clerk does."""
    if "markaz" not in plan.columns or not form.any():
        return markaz, village
    moved = pl.col("f") == VILLAGE_AS_MARKAZ
    cells = pl.DataFrame({"m": markaz, "v": village, "f": form}).select(
        m=pl.when(moved).then("v").when(pl.col("f") != NO_MARKAZ).then("m").otherwise(pl.lit("")),
        v=pl.when(moved).then(pl.lit("")).otherwise("v"),
    )
    return cells["m"], cells["v"]


def _true_village(typed: pl.DataFrame, world: World) -> np.ndarray:
    population, family = world.population, typed["family"].to_numpy()
    moved = population.moved_at[family] <= typed["month"].to_numpy()
    where: np.ndarray = np.where(moved, population.moved_to[family], population.village[family])
    return where


def _claims(plan: ListPlan, family: pl.Series, paid: np.ndarray, value: np.ndarray | None) -> pl.DataFrame:
    data = np.arange(len(family))
    states = np.full(len(family), plan.need is not None and plan.programme.kind == "given") & ~paid
    amounts = pl.Series([None] * len(family), dtype=pl.Int64) if value is None else pl.Series(value)
    return pl.DataFrame({"data": data, "family": family, "value": amounts}).filter(pl.Series(states))


def _relation_words(typed: pl.DataFrame, world: World) -> pl.Series:
    table = [word for name in RELATIONS for word in wording.RELATIONS[name]]
    place = typed["relation"].to_numpy() * 2 + ~typed["male"].to_numpy()
    return pl.Series(table).gather(place)


def _status_words(typed: pl.DataFrame, world: World) -> pl.Series:
    words = {kind: place for place, kind in enumerate(wording.STATUS)}
    table = [word for pair in [*wording.STATUS.values(), wording.SINGLE] for word in pair]
    kind = np.array([words[world.population.kind[f]] for f in typed["family"].to_list()], dtype=np.int64)
    young = typed["relation"].to_numpy() > SPOUSE
    return pl.Series(table).gather(np.where(young, len(words), kind) * 2 + ~typed["male"].to_numpy())


def _sex_cells(male: pl.Series, style: Style) -> pl.Series:
    yes, no = (
        ("M", "F") if style.english else (("ذكر", "أنثى"), ("ذكر", "انثى"), ("ذ", "أ"))[style.header % 3]
    )
    return _choose(male.to_numpy(), yes, no)


def _choose(condition: np.ndarray, yes: str, no: str) -> pl.Series:
    return (
        pl.DataFrame({"c": condition})
        .select(pl.when("c").then(pl.lit(yes)).otherwise(pl.lit(no)))
        .to_series()
    )


def _only(cells: pl.Series, first: np.ndarray) -> pl.Series:
    """Keep the cells of first lines; the lines below belong to the cell above."""
    return (
        pl.DataFrame({"c": cells, "f": first})
        .select(pl.when("f").then("c").otherwise(pl.lit("")))
        .to_series()
    )


def _spread(cells: pl.Series, data: np.ndarray, count: int, absent: str) -> pl.Series:
    blank = pl.repeat(absent, count, dtype=pl.Utf8, eager=True)
    return blank.scatter(data, cells) if len(cells) else blank
