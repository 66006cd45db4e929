"""What pages of lists say in whole sentences: what a file will be read as, what became of it, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wasl.kernel.months import parse_month
from wasl.web.dates import month_words
from wasl.web.digits import show_digits
from wasl.web.list_fields import say_field
from wasl.web.words import has_words, say
from wasl.web.words.nouns import count_of


def say_message(code: str, params: Mapping[str, Any], needs: Mapping[str, str]) -> str:
    """Put what reading said into a page's words: needs, months and fields by their names."""
    said = {name: _param(name, value, needs) for name, value in params.items()}
    page_code = f"lists.said.{code}"
    return show_digits(say(page_code if has_words(page_code) else code, **said))


def say_problem(problem: Mapping[str, Any] | None) -> str:
    """Say what is wrong with a file, whether anything was lost and what to do."""
    if problem is None:
        return ""
    page_code = f"lists.problem.{problem['code']}"
    params = dict(problem.get("params", {}))
    if "what" in params and has_words(f"lists.what.{params['what']}"):
        params["what"] = say(f"lists.what.{params['what']}")
    return show_digits(say(page_code if has_words(page_code) else str(problem["code"]), **params))


def will_be_read(sheet: Mapping[str, Any], needs: Mapping[str, str]) -> str:
    """Say in one sentence what loading will make of a sheet."""
    if sheet["is_mended"]:
        return show_digits(say("lists.will.mended", rows=count_of(sheet["rows"], "row")))
    need = needs.get(sheet["need"] or "") or _of_column(sheet, "need", "lists.will.need_of_column")
    month = say_month(sheet["month"]) or _of_column(sheet, "month", "lists.will.month_of_column")
    month = month or _of_column(sheet, "given_on", "lists.will.month_of_column")
    grain = say("lists.will.family" if sheet["layout"] == "family" else "lists.will.person")
    kind = sheet["kind"]
    code = f"lists.will.{kind}"
    if kind != "known":
        code += "" if need and month else "_no_need" if month else "_no_month" if need else "_nothing"
    elif need:
        code += "_need"
    return show_digits(say(code, need=need, month=month, grain=grain, rows=count_of(sheet["rows"], "row")))


def say_month(text: str | None) -> str:
    """Return مارس 2026 for 2026-03, nothing for nothing."""
    return month_words(parse_month(text)) if text else ""


def _of_column(sheet: Mapping[str, Any], field: str, code: str) -> str:
    column = next((one for one in sheet["columns"] if one["field"] == field), None)
    return "" if column is None else say(code, column=column["header"] or column["letter"])


def _param(name: str, value: Any, needs: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return "، ".join(str(_param(name, item, needs)) for item in value)
    text = str(value)
    if name == "field":
        return say_field(text)
    if text in needs:
        return needs[text]
    if name == "kind":
        return say(f"kind.{text}")
    if name == "order":
        return say(f"lists.order.{text}")
    if name in ("found", "month") and len(text) >= 7 and text[4:5] == "-" and text[:4].isdigit():
        return month_words(date(int(text[:4]), int(text[5:7]), 1))
    return value
