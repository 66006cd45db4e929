"""`wasl verify`: does every guarantee hold, and does a row break it?"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import typer

from wasl.cli.language import both
from wasl.cli.messages import say
from wasl.cli.output import JsonOption, declare_json, print_result
from wasl.cli.session import open_viewer
from wasl.kernel.errors import InvariantBroken

if TYPE_CHECKING:
    from wasl.store.verification import Finding


def register(app: typer.Typer) -> None:
    """Add `verify`."""
    declare_json(
        "verify",
        id="id of the guarantee, as in docs/guarantees.md",
        guard="true where everything that enforces it stands",
        breaches="number of rows that break it",
        checks="its parts: what enforces it, present, breaches, examples",
    )
    app.command("verify", help=both("تحقق من كل الضمانات", "Check every guarantee"))(verify)


def verify(as_json: JsonOption = False) -> None:
    """Ask the database about every guard; exit 70 where one is absent or a row breaks it."""
    viewer = open_viewer()
    from wasl.organisations.permissions import check_can_keep_organisations
    from wasl.store.connections import owner_connection
    from wasl.store.verification import list_checks, run_check

    check_can_keep_organisations(viewer)
    with owner_connection() as connection:
        findings = [run_check(connection, check) for check in list_checks()]
    result = [_summary(list(group)) for _, group in groupby(findings, key=lambda finding: finding.check.id)]
    lines = []
    for finding in findings:
        code = "kept" if finding.is_kept else "broken" if finding.breaches else "absent"
        examples = "; ".join(", ".join(map(str, row)) for row in finding.examples)
        lines.append(
            say(
                f"verify.{code}",
                id=finding.check.id,
                guard=finding.check.guard,
                breaches=finding.breaches,
                examples=examples,
            )
        )
    failed = sorted({finding.check.id for finding in findings if not finding.is_kept})
    if not failed:
        lines.append(say("verify.all_kept", count=len({finding.check.id for finding in findings})))
    print_result(result, as_json, lines)
    if failed:
        raise InvariantBroken("verify.failed", ids=", ".join(failed))


def _summary(findings: list[Finding]) -> dict[str, object]:
    """Gather one guarantee's findings into what programs read."""
    return {
        "id": findings[0].check.id,
        "guard": all(finding.present for finding in findings),
        "breaches": sum(finding.breaches for finding in findings),
        "checks": [
            {
                "guard": finding.check.guard,
                "present": finding.present,
                "breaches": finding.breaches,
                "examples": [[str(value) for value in row] for row in finding.examples],
            }
            for finding in findings
        ],
    }
