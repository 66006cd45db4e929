"""A forgotten month or need is mended in one step: the list's own file is loaded in its place, read otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connections

from wasl.intake.actions import load_file
from wasl.intake.kept_files import open_kept
from wasl.intake.loading import Progress
from wasl.intake.queries import ListView, access_list
from wasl.intake.reading import LoadOptions, Mapping
from wasl.intake.results import LoadResult
from wasl.intake.rules import check_can_be_replaced
from wasl.intake.sheets import SheetPlan
from wasl.kernel.errors import InvalidInput
from wasl.kernel.months import parse_month
from wasl.organisations.viewer import Viewer
from wasl.store.connections import scope


def correct_list(
    *, code: str, changes: dict[str, str], by: Viewer, at: datetime, progress: Progress | None = None
) -> LoadResult:
    """
    Load the kept file of a list in its place; its other sheets are left. `changes`: kind, need, month, value, note.

    The columns are read as they were. What the title said holds where nothing else is said.

    :raises NotFound: no such list, or its file is not kept. :raises RuleRefused: it is still loading, or replaced.
    """
    view = access_list(by, code)
    check_can_be_replaced(view.state, view.code)
    digest, options, mapping = _read_kept(by, view)
    options = _changed(options, changes)
    with open_kept(digest, view.file) as path:
        return load_file(
            path=path, organisation=view.organisation, options=options, by=by, at=at, replaces=view.code,
            progress=progress, name=view.file, plans=_OnlySheet(view.sheet, SheetPlan(options, mapping)),
        )  # fmt: skip


class _OnlySheet(dict[str, SheetPlan]):
    """A plan for one sheet, by which every other is left out."""

    def __init__(self, sheet: str, plan: SheetPlan) -> None:
        super().__init__({sheet: plan})
        self._left = SheetPlan(plan.options, is_wanted=False)

    def get(self, key: str, default: Any = None) -> Any:
        return super().get(key, self._left)


def _read_kept(by: Viewer, view: ListView) -> tuple[bytes, LoadOptions, Mapping]:
    with scope(by), connections["default"].cursor() as cursor:
        cursor.execute("SELECT file_digest, options, mapping FROM intake_list WHERE id = %s", [view.list_id])
        digest, options, mapping = cursor.fetchone()
    said: dict[str, Any] = json.loads(options)
    value, month = said.get("value_piastres"), said.get("month")
    kept = LoadOptions(
        today=date.fromisoformat(said["today"]),
        kind=said.get("kind"),
        need=said.get("need"),
        month=date.fromisoformat(month) if month else None,
        value_piastres=int(value) if value else None,
        place=said.get("place"),
        paid_by=said.get("paid_by"),
        note=said.get("note"),
    )
    columns = {key: part for key, part in json.loads(mapping).items() if key not in ("kind", "need", "month")}
    return bytes(digest), kept, Mapping(**columns)


def _changed(options: LoadOptions, changes: dict[str, str]) -> LoadOptions:
    unknown = changes.keys() - {"kind", "need", "month", "value", "note"}
    if unknown:
        raise InvalidInput("list.nothing_to_correct", list=", ".join(sorted(unknown)))
    return replace(
        options,
        kind=changes.get("kind", options.kind),  # type: ignore[arg-type]
        need=changes.get("need", options.need),
        month=parse_month(changes["month"]) if "month" in changes else options.month,
        value_piastres=int(changes["value"]) if "value" in changes else options.value_piastres,
        note=changes.get("note", options.note),
    )
