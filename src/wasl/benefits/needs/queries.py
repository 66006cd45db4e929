"""The catalogue as it stands and as it stood. Every member may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from wasl.benefits.needs.rules import Change, NeedRule, NeedWords, SeasonValues, SlotValues, diff_rules
from wasl.benefits.rules import Period
from wasl.kernel.errors import NotFound
from wasl.organisations.viewer import Viewer
from wasl.store.reading import read_rows

RULE = (
    "{0}.subject, {0}.guard, {0}.period, {0}.window_months, {0}.horizon_months, {0}.reservation_days, {0}.tranches,"
    " {0}.unit, {0}.slots"
)
NEEDS = f"""
SELECT n.code, n.version, n.words_version, v.made_at, v.from_catalogue, n.name_ar, n.name_en, n.axis, n.wordings,
    {RULE.format("v")}
FROM benefits_need n JOIN benefits_need_version v ON v.need = n.code AND v.version = n.version
WHERE %(code)s::text IS NULL OR n.code = %(code)s ORDER BY n.axis, n.code
"""
VERSIONS = f"""
SELECT v.version, v.made_by, v.made_at, v.from_catalogue, v.reason, {RULE.format("v")}
FROM benefits_need_version v WHERE v.need = %s ORDER BY v.version
"""
SLOTS = """
SELECT s.code, s.version, s.name_ar, s.name_en, s.sensitive, s.target,
    EXISTS (SELECT FROM benefits_need_version_slot o WHERE o.slot = s.code),
    ARRAY(SELECT o.need FROM benefits_need_slot o WHERE o.slot = s.code ORDER BY o.need)
FROM benefits_slot s ORDER BY s.code
"""
SEASONS = """
SELECT s.code, s.version, s.name_ar, s.name_en, s.months FROM benefits_season s ORDER BY s.months[1] DESC, s.code
"""
HISTORIES = {
    "slot": "SELECT slot, version, made_by, made_at, from_catalogue, reason FROM benefits_slot_version"
    " WHERE version > 1 OR NOT from_catalogue ORDER BY made_at DESC, slot LIMIT %s",
    "season": "SELECT season, version, made_by, made_at, from_catalogue, reason FROM benefits_season_version"
    " WHERE version > 1 OR NOT from_catalogue ORDER BY made_at DESC, season LIMIT %s",
}
HISTORY_MOST = 50


@dataclass(frozen=True)
class NeedView:
    """A need by the rule in force. `words_version` is what whoever changes its words must have seen."""

    code: str
    version: int
    words_version: int
    made_at: datetime
    from_catalogue: bool
    words: NeedWords
    rule: NeedRule

    @property
    def name_ar(self) -> str:
        """Its Arabic name."""
        return self.words.name_ar

    @property
    def name_en(self) -> str:
        """Its English name, perhaps empty."""
        return self.words.name_en

    @property
    def months(self) -> str:
        """How long a giving covers, as the catalogue writes it: a number, `season` or `once`."""
        return str(self.rule.window_months) if self.rule.period == Period.MONTHS else self.rule.period


@dataclass(frozen=True)
class NeedVersion:
    """One rule of a need's history, with what it says otherwise than the one before."""

    version: int
    made_by: str
    made_at: datetime
    from_catalogue: bool
    reason: str
    rule: NeedRule
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class NeedFile:
    """A need and its versions, the newest first."""

    need: NeedView
    versions: tuple[NeedVersion, ...]


@dataclass(frozen=True)
class SlotView:
    """A slot; `is_settled`: a need has occupied it, so that whom its cells are kept from is fixed."""

    code: str
    version: int
    values: SlotValues
    is_settled: bool
    needs: tuple[str, ...]

    @property
    def name_ar(self) -> str:
        """Its Arabic name."""
        return self.values.name_ar

    @property
    def name_en(self) -> str:
        """Its English name, perhaps empty."""
        return self.values.name_en


@dataclass(frozen=True)
class SeasonView:
    """A season as it stands."""

    code: str
    version: int
    values: SeasonValues

    @property
    def name_ar(self) -> str:
        """Its Arabic name."""
        return self.values.name_ar

    @property
    def name_en(self) -> str:
        """Its English name, perhaps empty."""
        return self.values.name_en


@dataclass(frozen=True)
class Written:
    """Who wrote which version of a slot or season, when and why."""

    code: str
    version: int
    made_by: str
    made_at: datetime
    from_catalogue: bool
    reason: str


def list_needs(viewer: Viewer) -> tuple[NeedView, ...]:
    """Return every need, by axis and code."""
    return tuple(_need(row) for row in read_rows(viewer, NEEDS, {"code": None}))


def access_need(viewer: Viewer, code: str) -> NeedFile:
    """
    Return a need with its history.

    :raises NotFound: no such need.
    """
    found = read_rows(viewer, NEEDS, {"code": code})
    if not found:
        raise NotFound("need.unknown", need=code)
    versions = [
        NeedVersion(number, made_by, made_at, from_catalogue, reason, _rule(rule))
        for number, made_by, made_at, from_catalogue, reason, *rule in read_rows(viewer, VERSIONS, [code])
    ]
    told = versions[:1] + [
        replace(one, changes=diff_rules(before.rule, one.rule)) for before, one in pairwise(versions)
    ]
    return NeedFile(_need(found[0]), tuple(reversed(told)))


def list_slots(viewer: Viewer) -> tuple[SlotView, ...]:
    """Return every slot with the needs that occupy it, by code."""
    return tuple(
        SlotView(code, version, SlotValues(name_ar, name_en, sensitive, target), settled, tuple(needs))
        for code, version, name_ar, name_en, sensitive, target, settled, needs in read_rows(viewer, SLOTS)
    )


def list_seasons(viewer: Viewer) -> tuple[SeasonView, ...]:
    """Return every season, the newest first."""
    return tuple(
        SeasonView(code, version, SeasonValues(name_ar, name_en, tuple(months)))
        for code, version, name_ar, name_en, months in read_rows(viewer, SEASONS)
    )


def list_written(viewer: Viewer, kind: str) -> tuple[Written, ...]:
    """Return the newest versions that somebody wrote of slots or seasons (`slot`, `season`), at most fifty."""
    return tuple(Written(*row) for row in read_rows(viewer, HISTORIES[kind], [HISTORY_MOST]))


def _need(row: Sequence[Any]) -> NeedView:
    code, version, words_version, made_at, from_catalogue, name_ar, name_en, axis, wordings, *rule = row
    words = NeedWords(name_ar, name_en, axis, tuple(wordings))
    return NeedView(code, version, words_version, made_at, from_catalogue, words, _rule(rule))


def _rule(row: Sequence[Any]) -> NeedRule:
    subject, guard, period, window, horizon, days, tranches, unit, slots = row
    return NeedRule(subject, guard, period, window, horizon, days, tranches, unit, tuple(slots))
