"""`wasl overlaps`, `repeats`, `gaps`, `nothing` and `needs`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result, write_table
from wasl.cli.session import now, open_viewer
from wasl.kernel.months import parse_month

if TYPE_CHECKING:
    import polars

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", help=both("ملف النتيجة: csv أو xlsx أو parquet", "where to write: .csv, .xlsx or .parquet")
    ),
]


class CountedBy(StrEnum):
    """Whose overlaps are counted where a benefit is a person's."""

    FAMILY = "family"
    PERSON = "person"


SlotOption = Annotated[str, typer.Option("--slot", help=both("باب التغطية", "slot, such as food"))]
MonthOption = Annotated[str, typer.Option("--month", help=both("الشهر YYYY-MM", "month, YYYY-MM"))]


def register(app: typer.Typer) -> None:
    """Add the commands of benefits."""
    for command, key in (("overlaps", "overlaps"), ("repeats", "repeats")):
        declare_json(
            command,
            file="where the lines were written, or null",
            lines="rows that state a benefit",
            slots=f"slot, certainty, {key}"
            + (", cost_piastres, unvalued (givings without a value): by family" if key == "overlaps" else ""),
        )
    declare_json(
        "gaps",
        file="where the families were written, or null",
        slot="the slot asked",
        month="the month asked",
        open="families that every organisation that serves there has left out",
        unknown="families of whom reports are missing",
    )
    declare_json("nothing", organisation="who", slot="what", month="when", new="false where it stood already")
    declare_json(
        "needs", code="need", name_ar="Arabic", name_en="English", slots="what it occupies", guard="refuse, warn, none",
        months="months it covers, season or once", unit="counted in", version="number of the rule in force",
        reservation_days="days after which a reservation lapses", tranches="parts in which it is handed over",
    )  # fmt: skip
    app.command("overlaps", help=both("ازدواج المنفعة: ما صُرف مرتين", "What was given twice, and by whom"))(
        overlaps
    )
    app.command(
        "repeats", help=both("تكرار داخل كشوف الجهة نفسها", "The same, inside one organisation's own lists")
    )(repeats)
    app.command("gaps", help=both("الفجوات: أسر لم يصلها شيء", "Families that nobody covered"))(gaps)
    app.command("nothing", help=both("لم نصرف شيئًا في هذا الشهر", "Say that nothing was given in a month"))(
        nothing
    )
    app.command("needs", help=both("قائمة الاحتياجات", "List the needs"))(needs)


def overlaps(
    out: OutOption = None,
    by: Annotated[
        CountedBy,
        typer.Option(
            "--by",
            help=both(
                "family، أو person: ما يُصرف للفرد يُعد لكل فرد",
                "family, or person: a person's benefit counts per person",
            ),
        ),
    ] = CountedBy.FAMILY,
    as_json: JsonOption = False,
) -> None:
    """Write a line for each row that states a benefit given by two organisations, and sum them by slot."""
    viewer = open_viewer()
    from wasl.benefits.queries.figures import list_overlap_figures
    from wasl.benefits.queries.overlaps import count_by_person
    from wasl.intake.benefit_exports import OVERLAP_COLUMNS, read_overlaps

    frame = read_overlaps(viewer)
    per_person = by is CountedBy.PERSON
    figures = count_by_person(frame) if per_person else list_overlap_figures(viewer)
    words = "overlaps.slot" if viewer.is_desk and not per_person else "overlaps.own_slot"
    lines = [say(words, **_shown(figure)) for figure in figures] or [say("overlaps.none")]
    _finish(out, OVERLAP_COLUMNS, frame, {"lines": frame.height, "slots": figures}, lines, as_json)


def repeats(out: OutOption = None, as_json: JsonOption = False) -> None:
    """Write a line for each row that repeats a benefit within one organisation's own lists."""
    viewer = open_viewer()
    from wasl.intake.benefit_exports import REPEAT_COLUMNS, read_repeats

    frame = read_repeats(viewer)
    repeated = frame.select("slot", "certainty", "repeat").unique()
    slots = repeated.group_by("slot", "certainty").len("repeats").sort("slot", "certainty").to_dicts()
    lines = [say("repeats.slot", **_shown(figure)) for figure in slots] or [say("repeats.none")]
    _finish(out, REPEAT_COLUMNS, frame, {"lines": frame.height, "slots": slots}, lines, as_json)


def gaps(
    slot: SlotOption,
    month: MonthOption,
    state: Annotated[
        str | None,
        typer.Option("--state", help=both("open أو unknown؛ وإلا فكلاهما", "open or unknown; else both")),
    ] = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the families that should be covered in a slot and month and are not."""
    asked = parse_month(month)
    viewer = open_viewer()
    from wasl.benefits.queries.gaps import GAP_COLUMNS, read_gaps

    frame = read_gaps(viewer, slot=slot, month=asked, state=state)
    counts = {one: int((frame["state"] == one).sum()) for one in ("open", "unknown")}
    shown = counts if state is None else {state: counts[state]}
    lines = [say(f"gaps.{one}", slot=slot, month=month, families=f"{size:,}") for one, size in shown.items()]
    _finish(out, GAP_COLUMNS, frame, {"slot": slot, "month": month, **counts}, lines, as_json)


def nothing(
    organisation: Annotated[str, typer.Option("--from", help=both("كود الجهة", "the organisation's code"))],
    slot: SlotOption,
    month: MonthOption,
    as_json: JsonOption = False,
) -> None:
    """Say that an organisation gave nothing of a slot in a month: the month counts as reported."""
    asked = parse_month(month)
    viewer = open_viewer()
    from wasl.benefits.actions import say_nothing_given

    new = say_nothing_given(by=viewer, at=now(), organisation=organisation, slot=slot, month=asked)
    words = {"organisation": organisation, "slot": slot, "month": month}
    print_result({**words, "new": new}, as_json, [say("nothing.kept" if new else "nothing.stood", **words)])


def needs(as_json: JsonOption = False) -> None:
    """List the needs of the catalogue with the slots they occupy and the rule in force."""
    viewer = open_viewer()
    from wasl.benefits.needs.queries import list_needs

    found = list_needs(viewer)
    lines = [
        say(
            "needs.line", code=f"{need.code:<20}", name=both(need.name_ar, need.name_en),
            guard=say(f"guard.{need.rule.guard}"), slots="، ".join(need.rule.slots) or say("needs.no_slot"),
            version=need.version, days=need.rule.reservation_days, tranches=need.rule.tranches,
        )
        for need in found
    ]  # fmt: skip
    result = [
        {
            "code": need.code, "name_ar": need.name_ar, "name_en": need.name_en, "slots": list(need.rule.slots),
            "guard": need.rule.guard, "months": need.months, "unit": need.rule.unit, "version": need.version,
            "reservation_days": need.rule.reservation_days, "tranches": need.rule.tranches,
        }
        for need in found
    ]  # fmt: skip
    print_result(result, as_json, lines)


def _finish(
    out: Path | None, columns: tuple[str, ...], frame: polars.DataFrame, result: dict[str, Any],
    lines: list[str], as_json: bool,
) -> None:  # fmt: skip
    if out is not None:
        write_table(out, columns, frame)
        lines = [*lines, say("table.written", file=out, rows=f"{frame.height:,}")]
    print_result({"file": None if out is None else str(out), **result}, as_json, lines)


def _shown(figure: dict[str, Any]) -> dict[str, object]:
    shown: dict[str, object] = {
        name: f"{value:,}" if isinstance(value, int) else value for name, value in figure.items()
    }
    if figure.get("cost_piastres") is not None:
        shown["cost"] = f"{figure['cost_piastres'] // 100:,}"
    shown["certainty"] = say(f"certainty.{figure['certainty']}")
    return shown
