"""
The tables that the matching engine reads, made straight from a world without writing files.

What a reader would do to the cells is assumed done well: dates read, places known, ids that fail a hard
check lost. So these tables are a little kinder than the files of the same seed.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from wasl.synth.addresses import FULL, VILLAGE_AS_MARKAZ, read_villages
from wasl.synth.calendar import RELATIONS, first_day
from wasl.synth.ids import birth_of, check_fits, male_of, passes_hard_checks
from wasl.synth.programmes import PERSON_PARTS, ListPlan
from wasl.synth.world import World, make_world

_CONTENT = [
    "organisation", "name", "nid", "sex", "birth_date", "birth_precision", "phone", "governorate", "markaz", "village",
]  # fmt: skip
_BARE, _PEOPLE, _FAMILY = 0, 1, 2


def population_records(
    families: int,
    organisations: int,
    seed: int,
    *,
    names: str = "egypt",
    clerks: str = "usual",
    villages: str = "tidy",
    fill_from_id: bool = True,
) -> dict[str, pa.Table]:
    """
    Make the engine's input and its truth.

    Gives `records`, `entries`, `members`, `editions` in the engine's schema, and
    `record_truth` (record_id, person, family, nid_ok), `entry_truth` (entry_id, family: the registrant's, as
    the list means it), `lines` (list_id, row, record_id, entry_id, role: one for each mention of each list;
    rows that differ are different rows of the file). About 9 records a founding family.

    :param fill_from_id: take birth date and sex from a sound id where the list does not state them.
    """
    world = make_world(families, organisations, seed, names=names, clerks=clerks, villages=villages)
    return records_of(world, fill_from_id=fill_from_id)


def records_of(world: World, *, fill_from_id: bool = True) -> dict[str, pa.Table]:
    """Do the same for a world that exists."""
    mentions = _mentions(world)
    contents = mentions.select("typed", "shown").unique(maintain_order=True)
    contents = contents.with_columns(content=pl.int_range(pl.len()))
    records = _contents(contents, world, fill_from_id)
    rng = np.random.default_rng([world.seed, 90])
    records = records.with_columns(group=pl.struct(_CONTENT).rank("dense").cast(pl.Int64) - 1)
    shuffled = rng.permutation(int(records["group"].max()) + 1)  # type: ignore[arg-type]
    records = records.with_columns(
        record_id=pl.Series(shuffled[records["group"].to_numpy()]).cast(pl.Int64) + 1
    )
    mentions = mentions.join(contents, on=["typed", "shown"], how="left", maintain_order="left")
    mentions = mentions.with_columns(record_id=records["record_id"].gather(mentions["content"]))
    return _tables(mentions, records, world, rng)


def _mentions(world: World) -> pl.DataFrame:
    """Give one row for each person that a row of a list names: the typed row, its columns, its entry."""
    entry = world.typed["entry"].to_numpy()
    shown_sets: dict[tuple[str, ...], int] = {}
    frames = []
    for plan in world.lists:
        shown = shown_sets.setdefault(tuple(sorted(plan.columns)), len(shown_sets))
        single = plan.programme.part in PERSON_PARTS or not plan.grouped
        form = _BARE if single else _PEOPLE if plan.by_person else _FAMILY
        key = plan.rows if single else entry[plan.rows]
        part = 0 if single else 1 + ("all", "couple", "registrant").index(plan.programme.part)
        by_row = single or plan.by_person
        row = (
            np.arange(len(key))
            if by_row
            else np.cumsum(np.r_[True, key[1:] != key[:-1]]) - 1
            if len(key)
            else key
        )
        frames.append(pl.DataFrame({
            "list_id": np.full(len(key), plan.number + 1), "row": row.astype(np.int64), "typed": plan.rows,
            "shown": np.full(len(key), shown),
            "entry_key": ((key.astype(np.int64) * 4 + part) * 3 + form) * 256 + shown,
        }).with_columns(form=pl.lit(form)))  # fmt: skip
    world_shown = [set(columns) for columns in shown_sets]
    mentions = pl.concat(frames)
    flags = {
        column: pl.Series([column in shown for shown in world_shown]).gather(mentions["shown"])
        for column in ("nid", "birth", "phone", "markaz", "village", "sex")
    }
    return mentions.with_columns(**{f"has_{name}": values for name, values in flags.items()})


def _contents(contents: pl.DataFrame, world: World, fill_from_id: bool) -> pl.DataFrame:
    """Read each distinct content of a row as a good reader would."""
    flags = _flags(world)
    shown = contents["shown"].to_numpy()
    typed = world.typed[contents["typed"].to_numpy()]
    has = {column: values[shown] for column, values in flags.items()}
    today = first_day(15)
    nid = typed["nid"].to_numpy()
    sound = has["nid"] & passes_hard_checks(nid, today)
    safe = np.where(sound, nid, 29001010100011)
    precision = typed["precision"].to_numpy()
    dated = has["birth"] & (precision > 0)
    birth = np.where(dated, typed["birth"].to_numpy(), 0)
    exact = dated & (precision == 2)
    male, sexed = typed["male"].to_numpy(), has["sex"].copy()
    if fill_from_id:
        fill = sound & ~exact
        birth, dated, exact = np.where(fill, birth_of(safe), birth), dated | fill, exact | fill
        male = np.where(sound & ~sexed, male_of(safe), male)
        sexed |= sound
    place = _place_columns(typed, has, world)
    empty = typed["phone"].to_numpy() == 0
    return pl.DataFrame({
        "content": contents["content"],
        "organisation": typed["organisation"].cast(pl.Int32),
        "name": typed.select(pl.concat_str(["n1", "n2", "n3", "n4"], separator=" ", ignore_nulls=True)).to_series(),
        "nid": _masked(pl.Series(nid).cast(pl.Utf8), sound),
        "nid_check": sound & check_fits(safe),
        "sex": _masked(pl.Series(male).cast(pl.Int8), sexed),
        "birth_date": _masked(pl.Series(birth).cast(pl.Int32).cast(pl.Date), dated),
        "birth_precision": _masked(pl.Series(np.where(exact, "day", "year")), dated),
        "phone": _masked(typed["phone"], has["phone"] & ~empty),
        "governorate": place[0], "markaz": place[1], "village": place[2],
        "person": typed["person"], "family": typed["family"], "nid_ok": typed["nid_ok"].to_numpy() & has["nid"],
    })  # fmt: skip


def _masked(values: pl.Series, kept: np.ndarray) -> pl.Series:
    return pl.DataFrame({"v": values, "k": kept}).select(pl.when("k").then("v")).to_series()


def _flags(world: World) -> dict[str, np.ndarray]:
    sets: dict[tuple[str, ...], int] = {}
    for plan in world.lists:
        sets.setdefault(tuple(sorted(plan.columns)), len(sets))
    return {
        column: np.array([column in shown for shown in sets])
        for column in ("nid", "birth", "phone", "markaz", "village", "sex")
    }


def _place_columns(typed: pl.DataFrame, has: dict[str, np.ndarray], world: World) -> list[pl.Series]:
    villages = world.population.villages
    family = typed["family"].to_numpy()
    month = typed["month"].to_numpy()
    population = world.population
    true_village = np.where(
        population.moved_at[family] <= month, population.moved_to[family], population.village[family]
    )
    written, markaz = typed["village"].to_numpy(), typed["markaz_form"].to_numpy()
    # A village in the markaz's cell is read as neither: a reader that guessed would be wrong too often.
    there = has["village"] & (written >= 0) & ~((markaz == VILLAGE_AS_MARKAZ) & has["markaz"])
    return [
        pl.Series(villages.governorate).gather(true_village),
        _masked(pl.Series(villages.markaz).gather(true_village), has["markaz"] & (markaz == FULL)),
        _masked(read_villages(villages, written, typed["village_form"].to_numpy()), there),
    ]


def _tables(
    mentions: pl.DataFrame, records: pl.DataFrame, world: World, rng: np.random.Generator
) -> dict[str, pa.Table]:
    typed = world.typed
    keys = mentions["entry_key"].unique(maintain_order=True)
    ids = pl.DataFrame(
        {"entry_key": keys, "entry_id": pl.Series(rng.permutation(len(keys))).cast(pl.Int64) + 1}
    )
    mentions = mentions.join(ids, on="entry_key", how="left", maintain_order="left").with_columns(
        relation_code=typed["relation"].gather(mentions["typed"]),
        family=typed["family"].gather(mentions["typed"]),
        organisation=typed["organisation"].gather(mentions["typed"]).cast(pl.Int32),
    )
    mentions = mentions.with_columns(role=_roles(mentions))
    relation = pl.when(pl.col("form") != _BARE).then(
        pl.col("relation_code").replace_strict(dict(enumerate(RELATIONS)), return_dtype=pl.Utf8)
    )
    month_days = {plan.number + 1: first_day(min(plan.month, 14)) for plan in world.lists}
    day = pl.col("list_id").replace_strict(month_days, return_dtype=pl.Int32).cast(pl.Date)
    lead = mentions.sort("entry_id", "relation_code", maintain_order=True)
    entries = lead.group_by("entry_id", maintain_order=True).agg(
        pl.col("organisation").first(), (pl.col("organisation").first() == 0).alias("ministry"),
        day.max().alias("last_month"), pl.col("family").first(),
    )  # fmt: skip
    members = (
        mentions.select("entry_id", "record_id", relation.alias("relation"), "role").unique().sort(pl.all())
    )
    distinct = records.unique("record_id", keep="first", maintain_order=True).sort("record_id")
    ministry = (pl.col("organisation") == 0).alias("ministry")
    columns = ["record_id", "organisation", ministry, "name", "nid", "nid_check", "sex", "birth_date", "birth_precision",
               "phone", "governorate", "markaz", "village"]  # fmt: skip
    return {
        "records": distinct.select(columns).to_arrow(compat_level=pl.CompatLevel.oldest()),
        "entries": entries.drop("family").to_arrow(),
        "members": members.to_arrow(compat_level=pl.CompatLevel.oldest()),
        "editions": mentions.select("entry_id", "list_id").unique().sort(pl.all()).to_arrow(),
        "record_truth": distinct.select("record_id", "person", "family", "nid_ok").to_arrow(),
        "entry_truth": entries.select("entry_id", "family").to_arrow(),
        "lines": mentions.select("list_id", "row", "record_id", "entry_id", "role").to_arrow(
            compat_level=pl.CompatLevel.oldest()
        ),
    }


def _roles(mentions: pl.DataFrame) -> pl.Series:
    """Name roles as a reader does: registrant, spouse, child1 … in family rows, person elsewhere."""
    order = pl.col("relation_code").cum_count().over("list_id", "entry_key", "relation_code")
    word = pl.col("relation_code").replace_strict(
        {0: "registrant", 1: "spouse", 2: "child", 3: "parent", 4: "dependant"}
    )
    numbered = (
        pl.when(pl.col("relation_code") < 2).then(word).otherwise(pl.concat_str(word, order.cast(pl.Utf8)))
    )
    return mentions.select(
        pl.when(pl.col("form") == _FAMILY).then(numbered).otherwise(pl.lit("person")).alias("role")
    ).to_series()


__all__ = ["ListPlan", "population_records", "records_of"]
