"""
What each level of each comparison weighs, learnt from the lists themselves without labels.

A pair is weighed against several rivals of "the same person": a *stranger*, a *sibling* (who shares
father, chain, phone and place), a *kinsman* (who shares grandfather, family and village) and a *parent*
or child of one name. Evidence the rival explains counts only against, never for; the weakest of the
four weights decides. So ten agreeing fields that one household shares are not ten witnesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from wasl.matching.arrays import bits, mix, pairs_within, unpack
from wasl.matching.compare import LEVELS, compare_households, compare_records, kinds
from wasl.matching.model_file import CLASSES, SLIPS, THRESHOLDS, USUAL, ModelFile, Rate, rates_of
from wasl.matching.options import Array, LinkOptions
from wasl.matching.quality import class_of, grade_organisations
from wasl.matching.stages import Table

PRIOR_M: dict[str, tuple[float, ...]] = {
    "nid": (0.982, 0.008, 0.010, 0.3),
    "given": (0.955, 0.03, 0.01, 0.005),
    "father": (0.935, 0.03, 0.012, 0.015, 0.003, 0.005),
    "third": (0.88, 0.03, 0.05, 0.04),
    "fourth": (0.85, 0.03, 0.12),
    "birth": (0.93, 0.02, 0.03, 0.012, 0.003, 0.005, 0.92, 0.06, 0.02),
    "sex": (0.99, 0.01),
    "phone": (0.6, 0.4),
    "place": (0.85, 0.10, 0.04, 0.01, 0.94, 0.045, 0.015, 0.985, 0.015),
    "age": (0.95, 0.05),
    "household": (0.3, 0.25, 0.2, 0.1, 0.05, 0.1),
}
PRIOR_U: dict[str, tuple[float, ...]] = {
    "nid": (1e-7, 1e-5, 1.0, 1.0),
    "given": (0.04, 0.01, 0.95, 0.004),
    "father": (0.05, 0.01, 0.93, 0.004, 0.003, 0.002),
    "third": (0.05, 0.01, 0.92, 0.02),
    "fourth": (0.03, 0.01, 0.96),
    "birth": (4e-5, 2e-5, 2e-3, 1e-3, 0.016, 0.98, 0.017, 0.06, 0.92),
    "sex": (0.5, 0.5),
    "phone": (1e-5, 1.0),
    "place": (5e-4, 0.004, 0.05, 0.945, 0.005, 0.05, 0.945, 0.05, 0.95),
    "age": (0.5, 0.5),
    "household": (1e-6, 6e-5, 2e-3, 0.015, 0.06, 0.92),
}
PRIOR_SIBLING: dict[str, tuple[float, ...]] = {
    "nid": (0.001, 0.004, 1.0, 1.0),
    "given": (0.008, 0.012, 0.98, 0.001),
    "birth": (0.02, 0.003, 0.02, 0.005, 0.02, 0.93, 0.06, 0.2, 0.74),
    "sex": (0.5, 0.5),
    "age": (0.85, 0.15),
}
PRIOR_PARENT: dict[str, tuple[float, ...]] = {
    "birth": (0.0005, 0.0005, 0.0005, 0.01, 0.0005, 0.99, 0.001, 0.002, 0.99),
    "age": (0.3, 0.7),
}
_PSEUDO = {"m": 60.0, "class": 300.0, "u": 200.0, "sibling": 100.0}
_FILLED_BY_IDS = ("birth", "sex", "age")
_LEAST_PRIOR = 0.2
_RANDOM_PAIRS = 300_000
_LABEL_PAIRS = 400_000
SIBLING_PRIOR = -250
KIN_PRIOR = -500
PARENT_PRIOR = -100


@dataclass
class Model:
    """
    Probabilities by comparison and level while they are learnt; `ModelFile` is what is kept of them.

    `m` by quality class and level, the rest by level; place 0 (missing) is 1 everywhere, so that it weighs
    nothing. `others`: how many other records of its person a record has. `organisations`: their classes.
    """

    m: dict[str, Array]
    u: dict[str, Array]
    sibling: dict[str, Array]
    others: float
    organisations: dict[int, int] = field(default_factory=dict)

    def to_table(self) -> Table:
        """Return the model as arrays a stage can keep."""
        graded = np.array(sorted(self.organisations.items()), dtype=np.int64).reshape(-1, 2)
        out: Table = {"others": np.array([self.others]), "graded": graded}
        for kind in ("m", "u", "sibling"):
            out.update({f"{kind}_{name}": column for name, column in getattr(self, kind).items()})
        return out

    @staticmethod
    def from_table(table: Table) -> Model:
        """Rebuild the model a stage kept."""
        parts: dict[str, dict[str, Array]] = {"m": {}, "u": {}, "sibling": {}}
        for key, column in table.items():
            kind, _, name = key.partition("_")
            if kind in parts:
                parts[kind][name] = column
        graded = {int(number): int(quality) for number, quality in table["graded"]}
        return Model(others=float(table["others"][0]), organisations=graded, **parts)

    def to_file(self, options: LinkOptions, made_from: Mapping[str, Any]) -> ModelFile:
        """Round to the integers that pairs are weighed by."""
        slip = {name: np.clip(self.u[name][2] / max(self.u[name][1], 1e-9), 0.02, 0.5) for name in SLIPS}
        file = ModelFile(
            comparisons={
                name: {word: self._rates(name, at) for at, word in enumerate(words[1:], start=1)}
                for name, words in LEVELS.items()
            },
            priors={
                "others": int(bits(min(self.others, 2.0))),
                "sibling": SIBLING_PRIOR,
                "kin": KIN_PRIOR,
                "parent": PARENT_PRIOR,
            },
            slips={name: -int(bits(rate)) for name, rate in slip.items()},
            thresholds={**THRESHOLDS, **options.thresholds()},
            organisations=self.organisations,
            made_from=dict(made_from),
        )
        return replace(file, version=file.digest[:8])

    def _rates(self, comparison: str, level: int) -> dict[str, Rate]:
        """Return the weights of one level against every rival, by quality class."""
        m = self.m[comparison][:, level]
        against = {"stranger": self.u[comparison][level]}
        if comparison in self.sibling:
            against["sibling"] = self.sibling[comparison][level]
        if comparison in PRIOR_PARENT:
            against["parent"] = PRIOR_PARENT[comparison][level - 1]
        weight = {"agree": bits(m), **{rival: bits(m / rate) for rival, rate in against.items()}}
        return {
            rival: (int(weight[rival][0]), int(weight[rival][1]), int(weight[rival][2]))
            for rival in rates_of(comparison)
        }


def learn_model(enc: Table, houses: Table, labels: Array, options: LinkOptions) -> Model:
    """
    Learn from pairs that agree on a trusted id (m), random pairs (u), and siblings of one entry.

    Priors count as some dozens of pairs, so that rare or never seen levels stay sane and an input of
    ten rows is judged by them alone. Ids teach nothing of dates and sexes, which they may have filled.
    """
    a, b = unpack(thin(labels, _LABEL_PAIRS))
    levels = compare_all(enc, houses, a, b)
    graded = grade_organisations(enc["org"], levels, a, b) if options.grade_organisations else {}
    for name in _FILLED_BY_IDS:
        levels[name] = np.zeros_like(levels[name])
    m = smooth(PRIOR_M, _count(levels), _PSEUDO["m"], _LEAST_PRIOR)
    quality = np.maximum(class_of(enc["org"][a], graded), class_of(enc["org"][b], graded))
    by_class = m_by_class(
        {name: np.tile(column, (CLASSES, 1)) for name, column in m.items()}, levels, quality
    )
    by_class["nid"] = np.tile(_spread("nid", PRIOR_M["nid"]), (CLASSES, 1))
    u = smooth(PRIOR_U, _count(compare_all(enc, houses, *_random_pairs(len(enc["record_id"])))), _PSEUDO["u"])
    u["nid"] = _spread("nid", PRIOR_U["nid"])
    sibling = smooth(PRIOR_SIBLING, _count(compare_all(enc, houses, *_siblings(enc))), _PSEUDO["sibling"])
    sibling["nid"] = _spread("nid", PRIOR_SIBLING["nid"])
    model = Model(by_class, u, sibling, _others(enc, labels), graded)
    take_given(model, options)
    return model


def m_by_class(
    prior: dict[str, Array], levels: Table, quality: Array, chance: Array | None = None
) -> dict[str, Array]:
    """
    Return m by quality class: what was seen of the class, beside the prior.

    `chance`: how many pairs each row stands for. The prior counts as some hundred pairs, and at least as a
    fifth of what was seen, so that a class of few pairs is judged as all are.
    """
    rows = [
        smooth(
            {name: tuple(column[grade, 1:]) for name, column in prior.items()},
            _count(
                {name: level[quality == grade] for name, level in levels.items()},
                None if chance is None else chance[quality == grade],
            ),
            _PSEUDO["class"],
            _LEAST_PRIOR,
        )
        for grade in range(CLASSES)
    ]
    return {name: np.stack([row[name] for row in rows]) for name in prior}


def take_given(model: Model, options: LinkOptions) -> None:
    """Put probabilities that were given from outside in place of learnt ones."""
    for comparison, rates in (options.weights or {}).items():
        for level, (m, u) in rates.items():
            at = LEVELS[comparison].index(level)
            if m is not None:
                model.m[comparison][:, at] = m
            if u is not None:
                model.u[comparison][at] = u


def _others(enc: Table, labels: Array) -> float:
    """Return how many other records of its person a record has, as far as ids tell."""
    holders = int(enc["trusted"].sum())
    return (2 * len(labels) + 50) / (holders + 100)


def thin(packed: Array, limit: int) -> Array:
    """Return at most `limit` of the pairs, drawn by a fixed scatter."""
    if len(packed) <= limit:
        return packed
    return packed[np.argsort(mix(packed), kind="stable")[:limit]]


def _random_pairs(n: int) -> tuple[Array, Array]:
    """Return pairs drawn by a fixed scatter, so that every run draws the same."""
    count = min(_RANDOM_PAIRS, n * (n - 1) // 2) if n > 1 else 0
    drawn = mix(np.arange(2 * count)) % np.uint64(max(n, 1))
    x, y = drawn[:count].astype(np.int32), drawn[count:].astype(np.int32)
    return x[x != y], y[x != y]


def _siblings(enc: Table) -> tuple[Array, Array]:
    """Return pairs of one entry with one father's name: two people, by the one-entry rule."""
    a, b = unpack(thin(enc["comates"], _LABEL_PAIRS))
    father = enc["chain"][:, 1]
    third = enc["chain"][:, 2]
    same = (father[a] == father[b]) & (father[a] > 0) & (third[a] == third[b])
    same &= enc["age_class"][a] == enc["age_class"][b]
    return a[same], b[same]


def compare_all(enc: Table, houses: Table, a: Array, b: Array) -> Table:
    """Return the levels of every comparison, the households' too."""
    levels = compare_records(enc, a, b)
    levels["household"] = compare_households(enc, houses, a, b)
    return levels


def _count(levels: Table, times: Array | None = None) -> dict[str, Array]:
    """Count levels, each row so many times."""
    return {
        name: np.bincount(level, times, minlength=len(LEVELS[name])).astype(float)
        for name, level in levels.items()
    }


def _spread(comparison: str, values: tuple[float, ...]) -> Array:
    return np.array([1.0, *values])


def smooth(
    prior: dict[str, tuple[float, ...]], counts: dict[str, Array], pseudo: float, least: float = 0.0
) -> dict[str, Array]:
    """
    Return probabilities from counts, with the prior as `pseudo` imagined pairs.

    The prior counts at least as the share `least` of what was seen: labels and guesses alike leave
    out contradictions, so what they never show must stay possible.
    """
    out: dict[str, Array] = {}
    for comparison, values in prior.items():
        base = _spread(comparison, values)
        for kind in kinds(comparison):
            at = list(kind)
            share = base[at] / base[at].sum()
            seen = counts[comparison][at]
            total = seen + max(pseudo, least * seen.sum()) * share
            base[at] = total / total.sum()
        out[comparison] = base
    return out


def comates(enc: Table, cap: int) -> Array:
    """Return the packed pairs of records that stand in one entry, ascending."""
    pairs, _ = pairs_within(enc["m_ent"], enc["m_rec"], cap)
    return pairs


def describe_model(model: ModelFile) -> pa.Table:
    """Return a model as rows of comparison, level, m, u and weight, as an organisation of usual quality has it."""
    rows: dict[str, list[object]] = {"comparison": [], "level": [], "m": [], "u": [], "weight": []}
    for comparison, levels in model.comparisons.items():
        for word, rates in levels.items():
            agree, weight = rates["agree"][USUAL], rates["stranger"][USUAL]
            rows["comparison"].append(comparison)
            rows["level"].append(word)
            rows["m"].append(2.0 ** (agree / 100))
            rows["u"].append(2.0 ** ((agree - weight) / 100))
            rows["weight"].append(weight)
    schema = [("comparison", pa.string()), ("level", pa.string()), ("m", pa.float64())]
    return pa.table(rows, schema=pa.schema([*schema, ("u", pa.float64()), ("weight", pa.int32())]))
