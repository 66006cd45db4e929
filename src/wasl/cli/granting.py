"""`wasl reserve`, `approve`, `deliver` and `reverse`: many families in one act, as an officer of their organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wasl.cli.language import both, current_language
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result, written_whole
from wasl.cli.progress import progress
from wasl.cli.session import now, open_viewer
from wasl.kernel.errors import InvalidInput
from wasl.kernel.folding import fold_digits
from wasl.kernel.months import parse_month

if TYPE_CHECKING:
    from wasl.benefits.bulk.queries import Bulk
    from wasl.benefits.bulk.rules import BulkAction
    from wasl.organisations.viewer import Viewer

ENDINGS = (".xlsx", ".csv")
FileArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]",
        help=both(
            "ملف بعمود أكواد الأسر أو الاستحقاقات", "a file with a column of codes of families or grants"
        ),
    ),
]
BulkOption = Annotated[
    str | None,
    typer.Option("--bulk", metavar="CODE", help=both("ما تم في عملية سابقة", "what an earlier one did")),
]
NeedOption = Annotated[str | None, typer.Option("--need", metavar="CODE", help=both("الاحتياج", "the need"))]
MonthOption = Annotated[
    str | None, typer.Option("--month", metavar="YYYY-MM", help=both("الشهر", "the month"))
]
ReasonOption = Annotated[str, typer.Option("--reason", help=both("السبب", "why"))]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help=both(
            "ملف النتيجة: أعمدة الملف والإجابة بجانبها، xlsx أو csv",
            "where to write the rows with their answers: .xlsx or .csv",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands that give."""
    for command, done in (
        ("reserve", "reserved"),
        ("approve", "approved"),
        ("deliver", "delivered"),
        ("reverse", "reversed"),
    ):
        declare_json(command, **_keys(done))
    app.command("reserve", help=both("احجز لأسر كثيرة في أمر واحد", "Reserve for many families at once"))(
        reserve
    )
    app.command("approve", help=both("اعتمد ما حجزه غيرك", "Approve what somebody else reserved"))(approve)
    app.command("deliver", help=both("سجّل تسليم ما اعتُمد", "Record that what was approved was delivered"))(
        deliver
    )
    app.command(
        "reverse",
        help=both("اعكس تسليمًا، أو ألغِ ما حجزته عملية", "Reverse deliveries, or cancel what a bulk reserved"),
    )(reverse)


def _keys(done: str) -> dict[str, str]:
    return {
        "bulk": "the action's code",
        "action": "reserve, approve, deliver, reverse or cancel",
        "state": "done, or where it stopped",
        "rows": "rows of the source",
        done: "rows that went through"
        + (" (cancelled, where reservations end)" if done == "reversed" else ""),
        "refused": "covered already: not given",
        "warned": "covered, and the officer may give with a reason",
        "asked": "perhaps covered, and the officer may give with a reason",
        "exists": "ours already",
        "repeated": "named before in the same file",
        "not_found": "rows that name nobody of ours, or cannot be read",
        "outcomes": "rows by outcome, all of them",
        "file": "where the rows were written, or null",
    }


@dataclass(frozen=True)
class _Asked:
    """What a command line asks for."""

    action: str
    file: Path | None
    bulk: str | None
    need: str | None
    month: str | None
    reason: str
    goes_on: bool = False
    params: dict[str, Any] | None = None
    list: str | None = None


def reserve(
    file: FileArgument = None,
    need: NeedOption = None,
    month: MonthOption = None,
    planned: Annotated[
        str | None,
        typer.Option("--list", metavar="CODE", help=both("أسطر كشف مخطط", "the rows of a planned list")),
    ] = None,
    bulk: BulkOption = None,
    go_on: Annotated[
        bool,
        typer.Option(
            "--go-on",
            help=both("امضِ رغم التنبيه والسؤال؛ مع ‎--reason‎", "give though warned or asked, with --reason"),
        ),
    ] = False,
    reason: ReasonOption = "",
    quantity: Annotated[
        str | None, typer.Option(help=both("الكمية لمن لا كمية أمامه", "for rows that say none"))
    ] = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reserve for the families of a file or of a planned list; those warned of or asked about are listed, not given."""
    params = {} if quantity is None else {"quantity": _quantity(quantity)}
    if file is not None and (need is None or month is None):
        raise InvalidInput("bulk.need_and_month")
    _run(_Asked("reserve", file, bulk, need, month, reason, go_on, params, planned), out, as_json)


def approve(
    file: FileArgument = None,
    bulk: BulkOption = None,
    need: NeedOption = None,
    month: MonthOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve grants that somebody else reserved: of a file, of a bulk, or all of a need and month."""
    _run(_Asked("approve", file, bulk, need, month, ""), out, as_json)


def deliver(
    file: FileArgument = None,
    bulk: BulkOption = None,
    need: NeedOption = None,
    month: MonthOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help=both("يوم التسليم", "the day"))
    ] = None,
    received: Annotated[
        str, typer.Option("--received", help=both("من استلم: self أو member", "who took it: self or member"))
    ] = "self",
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record deliveries of approved grants, one tranche each."""
    if received not in ("self", "member"):
        raise InvalidInput("bulk.receiver_unknown", given=received)
    open_viewer()
    day = _day(on)
    params = {"receipt": {"delivered_on": day.isoformat(), "received_by": received}}
    _run(_Asked("deliver", file, bulk, need, month, "", params=params), out, as_json)


def reverse(
    file: FileArgument = None,
    bulk: BulkOption = None,
    need: NeedOption = None,
    month: MonthOption = None,
    reason: ReasonOption = "",
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reverse deliveries, which frees what they covered; of a bulk that reserved or approved, cancel its grants."""
    _run(_Asked("reverse", file, bulk, need, month, reason), out, as_json)


def _run(asked: _Asked, out: Path | None, as_json: bool) -> None:
    if sum(source is not None for source in (asked.file, asked.bulk, asked.list)) > 1:
        raise InvalidInput("bulk.one_source")
    if out is not None and out.suffix.lower() not in ENDINGS:
        raise InvalidInput("table.format_unknown", file=out.name)
    viewer = open_viewer()
    from wasl.benefits.bulk.permissions import check_can_make_bulks
    from wasl.intake.bulk_jobs import run_bulk

    check_can_make_bulks(viewer)
    bulk = _plan(viewer, asked)
    typer.echo(say("bulk.goes_on" if bulk.has_begun else "bulk.made", bulk=bulk.code), err=True)
    with progress(quiet=as_json) as heard:
        bulk = run_bulk(bulk=bulk, by=viewer, at=now(), heard=heard)
    if out is not None:
        _write(viewer, bulk, out)
    print_result(_result(bulk, out), as_json, _lines(bulk, out))


def _plan(viewer: Viewer, asked: _Asked) -> Bulk:
    from wasl.benefits.bulk.actions import follow_bulk
    from wasl.benefits.bulk.queries import access_bulk
    from wasl.benefits.bulk.rules import BulkAction
    from wasl.intake.bulk_files import receive_bulk
    from wasl.intake.bulk_sources import plan_grants, plan_list

    at, action = now(), BulkAction(asked.action)
    month = None if asked.month is None else parse_month(asked.month)
    params = asked.params or {}
    if asked.bulk is not None:
        of = access_bulk(viewer, fold_digits(asked.bulk).strip())
        return follow_bulk(
            by=viewer, at=at, code=of.code, action=_follows(action, of), reason=asked.reason,
            receipt=params.get("receipt"),
        )  # fmt: skip
    if asked.list is not None:
        return plan_list(by=viewer, at=at, code=asked.list, goes_on=asked.goes_on, reason=asked.reason)
    if asked.file is not None:
        like = {
            "need": asked.need, "month": month, "params": params, "goes_on": asked.goes_on, "reason": asked.reason,
        }  # fmt: skip
        try:
            with asked.file.open("rb") as source:
                return receive_bulk(
                    source=source, size_bytes=asked.file.stat().st_size, name=asked.file.name, by=viewer, at=at,
                    action=action, like=like,
                )  # fmt: skip
        except OSError as error:
            raise InvalidInput("list.unreadable", file=asked.file.name) from error
    if action == BulkAction.RESERVE:
        raise InvalidInput("bulk.one_source")
    if asked.need is None or month is None:
        raise InvalidInput("bulk.need_and_month")
    return plan_grants(
        by=viewer, at=at, action=action, need=asked.need, month=month, reason=asked.reason, receipt=params.get("receipt")
    )  # fmt: skip


def _follows(action: BulkAction, of: Bulk) -> BulkAction:
    """Return what taking back means for a bulk: reservations are cancelled, deliveries reversed."""
    from wasl.benefits.bulk.rules import FOLLOWS, BulkAction

    if action == BulkAction.REVERSE and of.action in FOLLOWS[BulkAction.CANCEL]:
        return BulkAction.CANCEL
    return action


def _write(viewer: Viewer, bulk: Bulk, out: Path) -> None:
    from wasl.intake.bulk_results import word_codes, write_result

    words = {code: say(code) for code in word_codes()}
    with written_whole(out) as draft:
        # The draft keeps the ending by which the form is chosen.
        whole = draft.with_suffix(out.suffix)
        write_result(viewer, bulk, whole, words, outcome=None, right_to_left=current_language() == "ar")
        whole.replace(draft)


def _result(bulk: Bulk, out: Path | None) -> dict[str, object]:
    from wasl.benefits.bulk.rules import DONE_AS, BulkAction

    done = DONE_AS[bulk.action]
    counts = {
        name: bulk.counts.get(name, 0) for name in (done, "refused", "warned", "asked", "exists", "repeated")
    }
    if bulk.action == BulkAction.CANCEL:
        counts = {"reversed": bulk.done} | counts
    return {
        "bulk": bulk.code, "action": str(bulk.action), "state": str(bulk.state), "rows": bulk.rows_total, **counts,
        "not_found": bulk.not_found - bulk.counts.get("repeated", 0),
        "outcomes": {name or "to_do": rows for name, rows in bulk.counts.items()},
        "file": None if out is None else str(out),
    }  # fmt: skip


def _lines(bulk: Bulk, out: Path | None) -> list[str]:
    from wasl.benefits.bulk.rules import OUTCOMES

    lines = [
        say("bulk.line", outcome=say(f"bulk.outcome.{name or 'to_do'}"), rows=f"{bulk.counts[name]:,}")
        for name in ("", *OUTCOMES)
        if bulk.counts.get(name)
    ]
    if out is not None:
        lines.append(say("table.written", file=out, rows=f"{bulk.rows_total:,}"))
    return lines


def _quantity(text: str) -> str:
    from wasl.intake.bulk_files import read_quantity

    quantity = read_quantity(text)
    if quantity is None:
        raise InvalidInput("bulk.quantity_unreadable", text=text)
    return quantity


def _day(text: str | None) -> date:
    """Return the day of delivery, today where none is said."""
    from django.utils import timezone

    today = timezone.localdate()
    try:
        day = today if text is None else date.fromisoformat(fold_digits(text).strip())
    except ValueError as error:
        raise InvalidInput("bulk.day_unreadable", text=text) from error
    if day > today:
        raise InvalidInput("bulk.day_ahead", day=day)
    return day
