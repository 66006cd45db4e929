"""Writing an alliance's lists into a folder, with the truth about every row and a manifest for loading them."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from wasl.synth import wording
from wasl.synth.calendar import MONTHS
from wasl.synth.files import write_csv_file, write_workbook
from wasl.synth.overlaps import find_overlaps, needs_months
from wasl.synth.programmes import ListPlan
from wasl.synth.sheets import Sheet, SheetTruth, lay_out, summary_sheet
from wasl.synth.styles import Style, style_of
from wasl.synth.tables import Table, build_table, month_of_list
from wasl.synth.world import World, make_world

SMALLEST_PART = 8
MOST_SHEETS = 12
Progress = Callable[[str, float], None]


@dataclass
class _Output:
    """What has been written so far."""

    out: Path
    manifest: list[dict[str, object]] = field(default_factory=list)
    mentions: list[pl.DataFrame] = field(default_factory=list)
    claims: list[pl.DataFrame] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    rows: int = 0


def generate(
    out: Path,
    families: int,
    organisations: int,
    seed: int,
    progress: Progress | None = None,
    *,
    names: str = "egypt",
    clerks: str = "usual",
    villages: str = "tidy",
) -> dict[str, int]:
    """
    Write the lists of a fictional alliance and the truth about them into `out`.

    Writes the lists themselves, manifest.json (organisations, files in the order to load them with their
    options, declarations that nothing was given), truth.parquet and truth_overlaps.parquet. The same
    arguments give the same bytes. Returns counts of what was written.

    :param progress: called with a stage's name and its share done.
    """
    tell = progress or (lambda stage, share: None)
    out.mkdir(parents=True, exist_ok=True)
    tell("people", 0.0)
    world = make_world(families, organisations, seed, names=names, clerks=clerks, villages=villages)
    written = _Output(out)
    for number, plan in enumerate(world.lists):
        tell("lists", number / len(world.lists))
        _write_list(world, plan, written)
    tell("truth", 0.0)
    truth = _write_truth(world, written)
    _write_manifest(world, written)
    tell("truth", 1.0)
    return {**truth, "files": len(written.manifest), "rows": written.rows, "families": len(world.population.village),
            "people": len(world.population.birth)}  # fmt: skip


def _write_list(world: World, plan: ListPlan, written: _Output) -> None:
    """Write one list as one file, or as one for each governorate."""
    if not len(plan.rows):
        return
    member = world.alliance.organisations[plan.organisation]
    family = world.typed["family"].to_numpy()[plan.rows]
    month = world.typed["month"].to_numpy()[plan.rows]
    population = world.population
    village = np.where(
        population.moved_at[family] <= month, population.moved_to[family], population.village[family]
    )
    codes = np.array(population.villages.governorate)[village]
    places = sorted(set(codes.tolist()))
    style = style_of(plan, member, len(places), np.random.default_rng([world.seed, 50, plan.series]))
    if not style.by_governorate:
        _write_file(world, plan, style, plan.rows, places[0] if len(places) == 1 else None, written)
        return
    for place in places:
        rows = plan.rows[codes == place]
        if len(rows) >= SMALLEST_PART:
            _write_file(world, plan, style, rows, place, written)


def _write_file(
    world: World, plan: ListPlan, style: Style, rows: np.ndarray, place: str | None, written: _Output
) -> None:
    rng = np.random.default_rng([world.seed, 60, plan.number, int(place[2:]) if place else 0])
    table = build_table(world, plan, style, rows, rng)
    file = _file_name(world, plan, style, place, written.names)
    parts = _parts(table, style, world)
    sheets: list[Sheet] = []
    for name, chosen, where in parts:
        words = where or (world.population.villages.governorate_words[place] if place else "")
        sheet, truth = lay_out(
            table, chosen, name, plan, world.alliance.organisations[plan.organisation], style, words, rng
        )
        sheets.append(sheet)
        _note_truth(world, plan, table, truth, file, name if style.xlsx else "", written)
    if style.summary_sheet:
        sheets.append(
            summary_sheet([part[2] or part[0] for part in parts], [len(part[1]) for part in parts], plan)
        )
    if style.xlsx:
        write_workbook(written.out / file, sheets)
    else:
        write_csv_file(written.out / file, sheets[0], style)
    written.rows += sum(len(sheet.body) for sheet in sheets)
    written.manifest.append(_manifest_entry(world, plan, style, place, file))


def _parts(table: Table, style: Style, world: World) -> list[tuple[str, np.ndarray, str]]:
    """Divide a table's data rows among sheets: name, rows, and the place to put in the title."""
    everything = np.arange(len(table.entry))
    villages = world.population.villages
    codes = np.array(villages.markaz)[table.markaz]
    marakiz = sorted(set(codes.tolist()))
    if not style.sheets_by_markaz or not 1 < len(marakiz) <= MOST_SHEETS or style.family_number:
        return [("ورقة1" if style.header % 2 else "Sheet1", everything, "")]
    parts, used = [], set()
    for code in marakiz:
        words = villages.markaz_words[code]
        name = re.sub(r"^(مركز|قسم) |[\[\]:*?/\\]", "", words)[:28]
        name = name if name not in used else f"{name} {code[2:]}"
        used.add(name)
        parts.append((name, everything[codes == code], words))
    return parts


def _note_truth(
    world: World, plan: ListPlan, table: Table, truth: SheetTruth, file: str, sheet: str, written: _Output
) -> None:
    place = pl.DataFrame({"data": truth.data, "row": truth.row})
    mentions = place.join(table.mentions, on="data", maintain_order="left_right")
    named = pl.lit(file).alias("file"), pl.lit(sheet).alias("sheet")
    written.mentions.append(mentions.select(*named, "row", "role", "person", "family", "nid_ok"))
    claims = place.join(table.claims, on="data", maintain_order="left_right")
    if len(claims):
        year, month = month_of_list(plan)
        code = world.alliance.organisations[plan.organisation].code
        label = f"{file}#{sheet}" if sheet else file
        written.claims.append(claims.select(
            "family", pl.lit(plan.need).alias("need"), pl.lit(year * 12 + month - 1).alias("given"),
            pl.lit(code).alias("organisation"), pl.lit(label).alias("list"), *named, "row",
            pl.col("value").alias("value_egp"),
        ))  # fmt: skip


def _file_name(world: World, plan: ListPlan, style: Style, place: str | None, used: set[str]) -> str:
    """Name a file as its member does; no two files of the alliance share a name."""
    year, month = month_of_list(plan)
    member = world.alliance.organisations[plan.organisation]
    suffix = "xlsx" if style.xlsx else "csv"
    known = plan.programme.kind == "known"
    if style.english or style.header == 5:
        where = f"_{place}" if place and style.by_governorate else ""
        stem = f"{member.code}_{plan.need or 'families'}_{year}-{month:02d}{where}"
    else:
        words = world.population.villages.governorate_words
        where = f" - {words[place]}" if place and style.by_governorate else ""
        what = "الأسر المسجلة" if known else wording.NEEDS[plan.need or "food_box"][1]
        what = f"مرشحي {what}" if plan.programme.kind == "planned" else what
        short = "الوزارة" if plan.organisation == 0 else member.name_ar.split(" (")[0].split(" ", 1)[1]
        stem = f"{short} - كشف {what} {wording.MONTH_NAMES[month - 1]} {year}{where}"
    name, copy = f"{stem}.{suffix}", 2
    while name in used:
        name, copy = f"{stem} ({copy}).{suffix}", copy + 1
    used.add(name)
    return name


def _manifest_entry(
    world: World, plan: ListPlan, style: Style, place: str | None, file: str
) -> dict[str, object]:
    year, month = month_of_list(plan)
    options: dict[str, object] = {"kind": plan.programme.kind}
    if plan.need is not None:
        if not style.need_column:
            options["need"] = plan.need
        if not style.month_column:
            options["month"] = f"{year}-{month:02d}"
        if plan.value is not None and not style.value_column:
            options["value"] = plan.value
    if place and style.by_governorate:
        options["place"] = place
    last = date(year, month, calendar.monthrange(year, month)[1])
    day = last + timedelta(days=2 + plan.series % 11)
    code = world.alliance.organisations[plan.organisation].code
    return {"file": file, "organisation": code, "options": options, "date": day.isoformat()}


def _write_truth(world: World, written: _Output) -> dict[str, int]:
    mentions = pl.concat(written.mentions).with_columns(pl.col("row").cast(pl.Int64))
    last = world.population.memberships.filter(pl.col("until") > MONTHS).unique("person", keep="first")
    now = mentions.join(
        last.select("person", pl.col("family").alias("family_now")),
        on="person",
        how="left",
        maintain_order="left",
    ).with_columns(pl.col("family_now").fill_null(pl.col("family")))
    now.write_parquet(written.out / "truth.parquet", compression="zstd", statistics=False)
    overlaps = find_overlaps(pl.concat(written.claims))
    overlaps.write_parquet(written.out / "truth_overlaps.parquet", compression="zstd", statistics=False)
    return {
        "mentions": len(now),
        "overlaps": int(overlaps["overlap"].n_unique()),
        "overlap_rows": len(overlaps),
    }


def _write_manifest(world: World, written: _Output) -> None:
    files = sorted(written.manifest, key=lambda entry: (str(entry["date"]), str(entry["file"])))
    organisations = [
        {"code": o.code, "kind": o.kind, "name_ar": o.name_ar, "name_en": o.name_en}
        for o in world.alliance.organisations
    ]
    manifest = {"organisations": organisations, "files": files, "nothing": _declarations(world)}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (written.out / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _declarations(world: World) -> list[dict[str, str]]:
    """
    Say for which months a member that serves a slot gave nothing; one in four forgets to say so.

    Where somebody forgets, the months stay unknown; elsewhere a family that nobody covers is seen.
    """
    slots = {need: found[0] for need, found in needs_months().items()}
    stated: dict[tuple[int, str], set[int]] = {}
    for plan in world.lists:
        if plan.need is not None and plan.programme.kind == "given" and len(plan.rows):
            for slot in slots[plan.need]:
                stated.setdefault((plan.organisation, slot), set()).add(plan.month)
    found = []
    for (organisation, slot), months in sorted(stated.items()):
        forgetful = (organisation * 7 + len(slot)) % 4 == 1
        for month in range(min(months), MONTHS):
            if month in months or (forgetful and month % 3):
                continue
            plan_month = month_words_of(month)
            found.append({"organisation": world.alliance.organisations[organisation].code, "slot": slot,
                          "month": plan_month})  # fmt: skip
    return found


def month_words_of(month: int) -> str:
    """Write a month of the story as YYYY-MM."""
    index = 2024 * 12 + 4 + month
    return f"{index // 12}-{index % 12 + 1:02d}"
