"""`wasl audit-sample`: draw the month's sample, and say what the samples measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import now, open_viewer
from wasl.kernel.months import parse_month

if TYPE_CHECKING:
    from wasl.linkage.audit_sample import MonthView
    from wasl.linkage.estimates import Share


def register(app: typer.Typer) -> None:
    """Add `audit-sample`."""
    declare_json(
        "audit-sample",
        month="the month asked for",
        drawn="true where its sample was drawn now",
        months="month, seed, run, drawn_at, drawn and judged pairs, verdicts; precision, certain, likely, missed,"
        " agreement: each value, low, high, n, or null; parts: stratum, frame_size, drawn, same, different, unsure",
    )
    app.command(
        "audit-sample", help=both("عينة الشهر: كم من الضم صحيح", "The month's sample: how right linking is")
    )(audit_sample)


def audit_sample(
    month: Annotated[
        str | None,
        typer.Option("--month", help=both("الشهر YYYY-MM؛ وإلا فالحالي", "YYYY-MM, else the present one")),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", min=0, max=2**62, help=both("رقم قرعة مكتوب من قبل", "a seed that was written down")
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the sample of a month that has none, and show what the samples measured so far."""
    viewer = open_viewer()
    from wasl.linkage.audit_sample import draw_month, list_months

    asked = parse_month(month) if month else None
    wanted, is_new = draw_month(by=viewer, at=now(), month=asked, seed=seed)
    months = list_months(viewer)
    shown = {"month": f"{wanted:%Y-%m}", "drawn": is_new, "months": [_month_json(one) for one in months]}
    pairs = next((one.drawn for one in months if one.month == wanted), 0)
    lines = [
        say("audit_sample.drawn" if is_new else "audit_sample.stood", month=f"{wanted:%Y-%m}", pairs=pairs)
    ]
    print_result(shown, as_json, [*lines, *(line for one in months for line in _month_lines(one))])


def _shares(month: MonthView) -> dict[str, Share | None]:
    return {
        "precision": month.precision, **month.by_grade, "missed": month.missed, "agreement": month.agreement,
    }  # fmt: skip


def _month_json(month: MonthView) -> dict[str, object]:
    return {
        "month": f"{month.month:%Y-%m}", "seed": month.seed, "run": month.run, "drawn_at": month.drawn_at,
        "drawn": month.drawn, "judged": month.said, "verdicts": month.verdicts,
        **{name: None if share is None else asdict(share) for name, share in _shares(month).items()},
        "parts": [
            {name: value for name, value in asdict(part).items() if name not in ("twice", "agreed", "verdicts")}
            for part in month.parts
        ],
    }  # fmt: skip


def _month_lines(month: MonthView) -> Iterator[str]:
    head = {"said": month.said, "drawn": month.drawn, "verdicts": month.verdicts}
    yield say("audit_sample.month", month=f"{month.month:%Y-%m}", **head)
    for name, share in _shares(month).items():
        what = say(f"audit_sample.{name}")
        if share is None:
            yield say("audit_sample.unknown", what=what)
        else:
            bounds = {one: f"{100 * getattr(share, one):.1f}" for one in ("value", "low", "high")}
            yield say("audit_sample.share", what=what, n=share.n, **bounds)
