"""
Writes of the catalogue. The desk's alone, each with its audit entry.

What was edited must still be what stands, else somebody else was quicker and nothing is written. A rule
changes nothing that was judged before: claims and grants keep the version they were judged by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connections

from wasl.audit.actions import record_audit
from wasl.benefits.needs.effects import rule_json
from wasl.benefits.needs.queries import access_need, list_slots
from wasl.benefits.needs.rules import (
    NeedRule,
    NeedWords,
    SeasonValues,
    SlotValues,
    check_code,
    check_reason,
    check_rule,
    check_season,
    check_slot,
    check_words,
    diff_rules,
)
from wasl.benefits.permissions import check_can_keep_needs
from wasl.kernel.errors import Conflict, InvalidInput, NotFound, RuleRefused
from wasl.kernel.months import format_month
from wasl.organisations.viewer import Viewer
from wasl.store.connections import find_sqlstate, retried, scope

BROKEN_RULE = "23514"


@retried
def change_need(
    *, by: Viewer, at: datetime, need: str, edited: int, rule: NeedRule, reason: str
) -> int | None:
    """
    Put another rule in force; return its version, None where it says what stands already.

    :raises Conflict: `edited` is not the version in force. :raises InvalidInput: what cannot stand.
    :raises NotFound: no such need.
    """
    check_can_keep_needs(by)
    reason, rule = reason.strip(), _in_order(rule)
    with scope(by):
        standing = access_need(by, need).need
        if standing.version != edited:
            raise Conflict("need.stale", need=need, version=standing.version)
        check_rule(rule, {slot.code for slot in list_slots(by)})
        changes = diff_rules(standing.rule, rule)
        if not changes:
            return None
        check_reason(reason)
        outcome, version = _ask("benefits_change_need", [need, edited, rule_json(rule), reason, at])
        if outcome == "stale":
            raise Conflict("need.stale", need=need, version=version)
        record_audit(
            by=by, at=at, action="need.changed", object_kind="need", object_code=need,
            detail={
                "version": version, "reason": reason,
                "changes": {one.field: [one.before, one.after] for one in changes},
            },
        )  # fmt: skip
    return int(str(version))


@retried
def add_need(
    *, by: Viewer, at: datetime, need: str, words: NeedWords, rule: NeedRule, reason: str = ""
) -> None:
    """
    Add a need with its first rule; its name is one of its wordings.

    :raises Conflict: the code is another need's. :raises InvalidInput: what cannot stand.
    """
    check_can_keep_needs(by)
    check_code(need)
    words, rule = _worded(words), _in_order(rule)
    check_words(words)
    with scope(by):
        check_rule(rule, {slot.code for slot in list_slots(by)})
        values = [need, json.dumps(asdict(words)), rule_json(rule), reason.strip(), at]
        if _ask("benefits_add_need", values)[0] == "stands":
            raise Conflict("rule.code_stands", code=need)
        record_audit(
            by=by, at=at, action="need.added", object_kind="need", object_code=need,
            detail={"rule": json.loads(rule_json(rule)), "reason": reason.strip()},
        )  # fmt: skip


@retried
def word_need(*, by: Viewer, at: datetime, need: str, edited: int, words: NeedWords) -> bool:
    """
    Give a need other names or wordings; its rule stays. False where they were these already.

    :raises Conflict: `edited` is not the `words_version` that stands. :raises NotFound: no such need.
    """
    check_can_keep_needs(by)
    words = _worded(words)
    check_words(words)
    with scope(by):
        standing = access_need(by, need).need
        if standing.words_version != edited:
            raise Conflict("need.words_stale", need=need)
        if standing.words == words:
            return False
        if _ask("benefits_word_need", [need, edited, json.dumps(asdict(words))])[0] == "stale":
            raise Conflict("need.words_stale", need=need)
        before = asdict(standing.words)
        record_audit(
            by=by, at=at, action="need.worded", object_kind="need", object_code=need,
            detail={
                name: [before[name], value] for name, value in asdict(words).items() if before[name] != value
            },
        )  # fmt: skip
    return True


def add_slot(*, by: Viewer, at: datetime, slot: str, values: SlotValues) -> None:
    """
    Add a slot. Whether it is sensitive may be changed until a need occupies it.

    :raises Conflict: the code is another slot's. :raises InvalidInput: what cannot stand.
    """
    check_can_keep_needs(by)
    check_code(slot)
    _check_slot(values)
    _write(by, at, "slot", slot, None, asdict(values), "")


def change_slot(*, by: Viewer, at: datetime, slot: str, edited: int, values: SlotValues, reason: str) -> bool:
    """
    Change a slot's names, its target or, while no need has ever occupied it, whether it is sensitive.

    False where it says what stands already.

    :raises Conflict: `edited` is not the version that stands. :raises NotFound: no such slot.
    :raises RuleRefused: a need has occupied it, and its cells stand where they are.
    """
    check_can_keep_needs(by)
    _check_slot(values)
    standing = {one.code: one for one in list_slots(by)}.get(slot)
    if standing is not None and standing.version == edited and standing.values == _trimmed(values):
        return False
    check_reason(reason.strip())
    _write(by, at, "slot", slot, edited, asdict(values), reason.strip())
    return True


def add_season(*, by: Viewer, at: datetime, season: str, values: SeasonValues) -> None:
    """
    Add a season. What is given from now on near its months takes them; what was given keeps its own.

    :raises Conflict: the code is another season's. :raises InvalidInput: its months are not one after the other.
    """
    check_can_keep_needs(by)
    check_code(season)
    check_season(values)
    _write(by, at, "season", season, None, _season_values(values), "")


def change_season(
    *, by: Viewer, at: datetime, season: str, edited: int, values: SeasonValues, reason: str
) -> None:
    """
    Correct a season, for what is given from now on.

    :raises Conflict: `edited` is not the version that stands. :raises NotFound: no such season.
    """
    check_can_keep_needs(by)
    check_season(values)
    check_reason(reason.strip())
    _write(by, at, "season", season, edited, _season_values(values), reason.strip())


@retried
def _write(
    by: Viewer, at: datetime, kind: str, code: str, edited: int | None, values: Mapping[str, object], reason: str
) -> None:  # fmt: skip
    with scope(by):
        outcome = _ask(f"benefits_write_{kind}", [code, edited, json.dumps(values), reason, at])[0]
        if outcome == "unknown" and kind == "slot":
            raise NotFound("slot.unknown", slot=code)
        if outcome == "unknown":
            raise NotFound("season.unknown", season=code)
        if outcome == "stands":
            raise Conflict("rule.code_stands", code=code)
        if outcome == "stale":
            raise Conflict("rule.stale", code=code)
        record_audit(
            by=by, at=at, action=f"{kind}.{outcome}", object_kind=kind, object_code=code,
            detail={**values, "reason": reason},
        )  # fmt: skip


def _ask(function: str, values: Sequence[Any]) -> tuple[object, ...]:
    """
    Call one of the desk's functions.

    :raises RuleRefused: a slot's cells stand where they are. :raises InvalidInput: a constraint that was not foreseen.
    """
    try:
        with connections["default"].cursor() as cursor:
            marks = ", ".join(["%s"] * len(values))
            cursor.execute(f"SELECT * FROM {function}({marks})", values)
            return tuple(cursor.fetchone() or ())
    except DatabaseError as error:
        if find_sqlstate(error) != BROKEN_RULE:
            raise
        if "benefits_slot_sensitive_is_settled" in _constraint(error):
            raise RuleRefused("slot.sensitive_is_settled", slot=values[0]) from error
        raise InvalidInput("rule.refused", rule=_constraint(error)) from error


def _constraint(error: DatabaseError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")


def _check_slot(values: SlotValues) -> None:
    check_slot(_trimmed(values))


def _trimmed(values: SlotValues) -> SlotValues:
    return replace(values, name_ar=values.name_ar.strip(), name_en=values.name_en.strip())


def _season_values(values: SeasonValues) -> dict[str, object]:
    return {
        "name_ar": values.name_ar.strip(), "name_en": values.name_en.strip(),
        "months": [f"{format_month(month)}-01" for month in values.months],
    }  # fmt: skip


def _in_order(rule: NeedRule) -> NeedRule:
    """Return the rule as it is kept: slots by code, one month where a season or a life is covered."""
    window = rule.window_months if rule.period == "months" else 1
    return replace(rule, slots=tuple(sorted(set(rule.slots))), window_months=window, unit=rule.unit.strip())


def _worded(words: NeedWords) -> NeedWords:
    """Return words without empty or repeated wordings; the name is always one of them."""
    name_ar, name_en = words.name_ar.strip(), words.name_en.strip()
    wordings = dict.fromkeys(one.strip() for one in (*words.wordings, name_ar) if one.strip())
    return replace(words, name_ar=name_ar, name_en=name_en, wordings=tuple(wordings))
