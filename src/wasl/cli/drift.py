"""`wasl drift`: which links one run, or several, made appear and vanish, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import open_viewer

if TYPE_CHECKING:
    from wasl.linkage.drift import Drift, Drifted, DriftExample


def register(app: typer.Typer) -> None:
    """Add `drift`."""
    declare_json(
        "drift",
        since="the published run after which it begins, 0 for the beginning",
        until="the last run in it",
        sums="kind, change, grade, organisation, reason, items",
        examples="run, kind, change, reason, organisation, from_code, to_code, items",
    )
    app.command(
        "drift", help=both("ما غيّرته مطابقة أو أكثر ولماذا", "What one run or several changed, and why")
    )(drift)


def drift(
    since: Annotated[
        int | None,
        typer.Option("--from", min=0, help=both("بعد أي مطابقة", "after which run; else the one before")),
    ] = None,
    until: Annotated[
        int | None,
        typer.Option("--to", min=1, help=both("حتى أي مطابقة", "up to which run; else the last one")),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what published runs made appear and vanish, by organisation and reason."""
    viewer = open_viewer()
    from wasl.linkage.drift import drift_between
    from wasl.organisations.queries import list_organisations

    found = drift_between(viewer, since, until)
    codes = {int(one.pk): str(one.code) for one in list_organisations(viewer)}
    print_result(_json(found, codes), as_json, _lines(found, codes))


def _json(found: Drift, codes: Mapping[int, str]) -> dict[str, object]:
    def named(one: Drifted | DriftExample) -> dict[str, object]:
        values = asdict(one)
        organisation = codes.get(values.pop("organisation_id"), "")
        return {**values, "organisation": organisation}

    return {
        "since": found.since, "until": found.until, "sums": [named(one) for one in found.sums],
        "examples": [named(one) for one in found.examples],
    }  # fmt: skip


def _lines(found: Drift, codes: Mapping[int, str]) -> Iterator[str]:
    yield say("drift.runs", since=found.since, until=found.until)
    if not found.sums:
        yield say("drift.no_change")
    for one in found.sums:
        yield say(
            "drift.line", items=f"{one.items:,}", organisation=codes.get(one.organisation_id, ""),
            kind=say(f"drift.kind.{one.kind}"), change=say(f"drift.change.{one.change}"),
            reason=say(f"drift.reason.{one.reason}"),
        )  # fmt: skip
    for example in found.examples:
        yield say(
            "drift.example_line", from_code=example.from_code, to_code=example.to_code,
            change=say(f"drift.change.{example.change}"), reason=say(f"drift.reason.{example.reason}"),
        )  # fmt: skip
