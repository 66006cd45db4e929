"""`wasl receipt`, `sheet` and `headcount`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from wasl.cli.language import both, current_language
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits
from wasl.kernel.money import parse_egp
from wasl.kernel.months import parse_month

if TYPE_CHECKING:
    from wasl.benefits.headcounts import Serving
    from wasl.printing.voice import Voice

OutOption = Annotated[Path, typer.Option("--out", help=both("ملف PDF الناتج", "the PDF to write"))]


def register(app: typer.Typer) -> None:
    """Add the commands of paper and of headcounts."""
    declare_json("receipt", file="where it was written", code="the grant")
    declare_json("sheet", files="where they were written", rows="grants on them")
    declare_json("headcount", code="the record's code")
    app.command("receipt", help=both("اطبع إيصال تسليم", "Print the receipt of a delivery"))(receipt)
    app.command("sheet", help=both("اطبع كشف توزيع أو بطاقات", "Print a distribution sheet, or cards"))(sheet)
    app.command(
        "headcount",
        help=both("سجّل وجبات أو معرضًا أو قافلة بالعدد", "Record meals, a fair or a convoy by headcount"),
    )(headcount)


def receipt(
    code: Annotated[str, typer.Argument(help=both("رمز الاستحقاق", "the grant's code"))],
    out: OutOption,
    tranche: Annotated[int | None, typer.Option("--tranche", help=both("الدفعة", "which tranche"))] = None,
    paper: Annotated[str, typer.Option("--paper", help=both("المقاس: a5 أو a6", "a5 or a6"))] = "a5",
    as_json: JsonOption = False,
) -> None:
    """Write the receipt of what was delivered of a grant; who printed it is written down."""
    viewer = open_viewer()
    from wasl.printing.receipts import print_receipt

    made = print_receipt(by=viewer, at=now(), code=code, voice=_voice(), tranche=tranche, paper=paper)
    out.write_bytes(made)
    print_result({"file": str(out), "code": code}, as_json, [say("print.written", file=out, rows=1)])


def sheet(
    out: OutOption,
    need: Annotated[str | None, typer.Option("--need", help=both("الاحتياج", "the need"))] = None,
    month: Annotated[
        str | None, typer.Option("--month", help=both("الشهر YYYY-MM", "month, YYYY-MM"))
    ] = None,
    governorate: Annotated[
        str | None, typer.Option("--governorate", help=both("كود المحافظة", "code of the governorate"))
    ] = None,
    markaz: Annotated[
        str | None, typer.Option("--markaz", help=both("كود المركز", "code of the markaz"))
    ] = None,
    village: Annotated[
        str | None, typer.Option("--village", help=both("القرية كما كُتبت", "as written"))
    ] = None,
    cards: Annotated[bool, typer.Option("--cards", help=both("بطاقات بدل الكشف", "cards instead"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the approved grants that wait to be delivered; a long sheet in parts beside each other."""
    asked = parse_month(month) if month else None
    viewer = open_viewer()
    from wasl.benefits.queries.printed import SheetQuestion
    from wasl.printing.sheets import access_sheet, set_sheet

    question = SheetQuestion(need=need, month=asked, governorate=governorate, markaz=markaz, village=village)
    made = access_sheet(
        by=viewer, at=now(), question=question, form="cards" if cards else "sheet", voice=_voice()
    )
    files = []
    for number, document in enumerate(set_sheet(made), start=1):
        file = out if made.parts == 1 else out.with_stem(f"{out.stem}-{number:02d}")
        file.write_bytes(document)
        files.append(str(file))
    lines = [say("print.written", file="، ".join(files), rows=f"{len(made.rows):,}")]
    print_result({"files": files, "rows": len(made.rows)}, as_json, lines)


def headcount(
    need: Annotated[str | None, typer.Option("--need", help=both("ما قُدِّم، مثل meal", "such as meal"))] = None,
    people: Annotated[int, typer.Option("--people", help=both("عدد الحضور", "how many came"))] = 0,
    day: Annotated[str, typer.Option("--day", help=both("اليوم YYYY-MM-DD", "day, YYYY-MM-DD"))] = "",
    governorate: Annotated[str, typer.Option("--governorate", help=both("كود المحافظة", "its code"))] = "",
    markaz: Annotated[str | None, typer.Option("--markaz", help=both("كود المركز", "its code"))] = None,
    place: Annotated[str, typer.Option("--place", help=both("المكان", "the place in words"))] = "",
    kind: Annotated[str, typer.Option("--kind", help="kitchen, fair, convoy, other")] = "kitchen",
    quantity: Annotated[
        str,
        typer.Option("--quantity", help=both("الكمية؛ وإلا فلكل حاضر واحدة", "else one for each who came")),
    ] = "0",
    value: Annotated[
        str | None, typer.Option("--value", help=both("القيمة بالجنيه", "value in pounds"))
    ] = None,
    reverse: Annotated[
        str | None, typer.Option("--reverse", help=both("رمز تسجيل يُلغى", "take this record back"))
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help=both("سبب الإلغاء", "why it is taken back"))] = "",
    operation: Annotated[
        str | None,
        typer.Option(
            "--operation", help=both("معرّف العملية لإعادة آمنة", "id of the operation, to retry safely")
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Record one occasion by headcount, or take one back."""
    viewer = open_viewer()
    from wasl.benefits.headcounts import record_headcount, reverse_headcount, with_usual_quantity

    once = _operation(operation)
    if reverse is not None:
        reverse_headcount(by=viewer, at=now(), code=reverse, reason=reason, operation=once)
        print_result({"code": reverse}, as_json, [say("headcount.reversed", code=reverse)])
        return
    serving = with_usual_quantity(
        _serving(kind, need or "", day, people, quantity, governorate, markaz, place, value)
    )
    code = record_headcount(by=viewer, at=now(), serving=serving, operation=once)
    print_result({"code": code}, as_json, [say("headcount.recorded", code=code)])


def _serving(kind: str, need: str, day: str, people: int, quantity: str, governorate: str, markaz: str | None,
    place: str, value: str | None) -> Serving:  # fmt: skip
    from datetime import date

    from wasl.benefits.headcounts import Serving

    try:
        delivered_on = date.fromisoformat(fold_digits(day))
    except ValueError as error:
        raise InvalidInput("headcount.day_unreadable", text=day) from error
    try:
        amount = Decimal(fold_digits(quantity))
    except InvalidOperation as error:
        raise InvalidInput("headcount.how_much") from error
    piastres = parse_egp(value) if value else None
    return Serving(kind, need, delivered_on, people, amount, governorate, markaz, place, piastres)


def _operation(text: str | None) -> UUID:
    try:
        return UUID(text) if text else uuid4()
    except ValueError as error:
        raise InvalidInput("headcount.operation_unreadable", text=text) from error


def _voice() -> Voice:
    from wasl.printing.voice import Voice

    return Voice("en" if current_language() == "en" else "ar")
