"""Why two records are, or are not, one person: a waterfall of weights, and the path where it is indirect."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from wasl.matching.arrays import pack, unpack
from wasl.matching.collapse import forget_borrowed
from wasl.matching.compare import LEVELS, compare_households, compare_records, list_households
from wasl.matching.inside import inside_weight
from wasl.matching.refine import read_model
from wasl.matching.score import RIVALS, rival_terms, sum_rivals
from wasl.matching.stages import Table, read_stage
from wasl.matching.waterfall import RULES
from wasl.matching.weights import build_weights, classes_of


@dataclass(frozen=True)
class Step:
    """One comparison: the level reached, what it weighs in hundredths of a bit, and the values seen."""

    comparison: str
    level: str
    weight: int
    value_a: str
    value_b: str


@dataclass(frozen=True)
class Explanation:
    """
    The weighing of one pair.

    `rival` is what the pair had to be told from (stranger, sibling, kin, parent): the least weight over
    the rivals decides. `prior` and the steps add up to `weight`. `rule` is what linked the two directly, if
    anything did; `path` are the records by which they are one person otherwise (both ends included).
    """

    record_a: int
    record_b: int
    rival: str
    prior: int
    steps: tuple[Step, ...]
    weight: int
    weight_inside_family: int
    one_person: bool
    rule: str | None
    link_weight: int | None
    path: tuple[int, ...]


def explain_pair(workdir: Path, record_a: int, record_b: int) -> Explanation:
    """
    Explain a pair of records by the stages that the last run left in `workdir`.

    :raises KeyError: one of the records was not in that run.
    :raises OSError: no finished run is in that folder.
    """
    enc = read_stage(workdir, "encoded")
    enc.update(read_stage(workdir, "collapsed"))
    forget_borrowed(enc)
    model = read_model(read_stage(workdir, "refined"))
    enc["quality"] = classes_of(enc["org"], model)
    people = read_stage(workdir, "people")
    ends = np.array([_index(enc, record_a), _index(enc, record_b)], dtype=np.int32)
    a, b = ends[:1], ends[1:]
    w = build_weights(enc, model)
    levels = compare_records(enc, a, b)
    levels["household"] = compare_households(enc, list_households(enc), a, b)
    terms = rival_terms(enc, w, levels, a, b)
    totals = sum_rivals(w, terms)[:, 0]
    rival = RIVALS[int(totals.argmin())]
    steps = tuple(
        Step(
            name,
            words[int(levels[name][0])],
            int(terms[rival][name][0]),
            _value(enc, name, int(a[0])),
            _value(enc, name, int(b[0])),
        )
        for name, words in LEVELS.items()
    )
    direct = np.flatnonzero((people["pairs"] == pack(a, b)[0]) & ~people["cut"])
    one = bool(people["person"][a[0]] == people["person"][b[0]])
    return Explanation(
        record_a=record_a,
        record_b=record_b,
        rival=rival,
        prior=w.priors[rival],
        steps=steps,
        weight=int(totals.min()),
        weight_inside_family=int(inside_weight(enc, w, a, b)[0]),
        one_person=one,
        rule=RULES[int(people["rule"][direct[0]])] if len(direct) else None,
        link_weight=int(people["weight"][direct[0]]) if len(direct) else None,
        path=_path(enc, people, int(a[0]), int(b[0])) if one else (),
    )


def _index(enc: Table, record_id: int) -> int:
    found = np.flatnonzero(enc["record_id"] == record_id)
    if not len(found):
        raise KeyError(record_id)
    return int(found[0])


def _value(enc: Table, comparison: str, at: int) -> str:
    """Return what the engine saw; phones, places and ids are left to the caller, who holds them."""
    place = {"given": 0, "father": 1, "third": 2, "fourth": 3}
    if comparison in place:
        return str(enc["tok_text"][enc["chain"][at, place[comparison]]])
    if comparison == "birth" and enc["birth_precision"][at]:
        day = pl.Series([int(enc["birth_day"][at])]).cast(pl.Int32).cast(pl.Date)[0]
        return str(day.isoformat())[: {1: 4, 2: 7, 3: 10}[int(enc["birth_precision"][at])]]
    return ""


def _path(enc: Table, people: Table, start: int, goal: int) -> tuple[int, ...]:
    """Return the fewest links that join two records of one person, strongest first among equals."""
    a, b = unpack(people["pairs"])
    label = people["person"]
    inside = (label[a] == label[start]) & (label[b] == label[start]) & ~people["cut"]
    order = np.flatnonzero(inside)[np.argsort(-people["weight"][inside], kind="stable")]
    beside: dict[int, list[int]] = {}
    for x, y in zip(a[order].tolist(), b[order].tolist(), strict=True):
        beside.setdefault(x, []).append(y)
        beside.setdefault(y, []).append(x)
    came = {start: start}
    queue = deque([start])
    while queue and goal not in came:
        node = queue.popleft()
        for other in beside.get(node, []):
            if other not in came:
                came[other] = node
                queue.append(other)
    if goal not in came:
        return ()
    path = [goal]
    while path[-1] != start:
        path.append(came[path[-1]])
    return tuple(int(enc["record_id"][node]) for node in reversed(path))
