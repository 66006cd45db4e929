"""Names by their place in the chain, with real frequencies and a long tail; not the engine's lexicon."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]

# Given names of women born before about 1995. The source of names.csv counts pupils and their male
# ancestors, so it says nothing of mothers: these weights are guessed.
_WOMEN = """
فاطمة 30|زينب 18|أسماء 13|هدى 12|منى 14|سامية 9|نادية 10|سعاد 9|كريمة 8|صباح 8|عزيزة 6|نعمة 6|هبة 11|إيمان 14
شيماء 12|دعاء 10|هناء 9|أمل 11|وفاء 8|حنان 9|عبير 7|نجلاء 7|سحر 6|سماح 8|رشا 7|مروة 8|هند 5|آمال 6|فايزة 5|فوزية 5
سميرة 6|سهير 4|ليلى 5|نجاة 5|عطيات 4|أم هاشم 4|نعيمة 5|بدرية 4|عواطف 4|انتصار 4|إلهام 4|نوال 4|جيهان 4|غادة 4|ولاء 6
رضا 5|صفاء 6|هالة 5|أميرة 6|نسمة 4|ياسمين 5|إسراء 5|آية 6|رانيا 4|هاجر 4|مها 4|عفاف 4|سناء 4|نبيلة 3|حميدة 3|شادية 4
راوية 3|زينات 3|ناهد 4|اعتماد 3|صفية 3|خديجة 4|رقية 3|عائشة 3|مريم 9|سارة 6|نورا 5|ابتسام 4|أم السعد 3|دلال 3|فتحية 4
بسيمة 2|تحية 3|حسنية 3|روحية 2|سكينة 2|شربات 2|ست أبوها 2|عطيات 2|لواحظ 2|نبوية 3|هانم 3|وردة 3|يسرية 2|جمالات 2
""".replace("\n", "|")


@dataclass(frozen=True)
class NamePool:
    """Tokens and, for each position in a chain, the cumulative weights to draw from."""

    tokens: list[str]
    cumulative: dict[str, NDArray[np.float64]]

    def draw(self, position: str, count: int, rng: np.random.Generator) -> Codes:
        """Draw token codes for one position."""
        drawn = np.searchsorted(self.cumulative[position], rng.random(count), side="right")
        return np.minimum(drawn, len(self.tokens) - 1).astype(np.int32)


def load_names(setting: str = "egypt") -> NamePool:
    """
    Load the names of one setting of the generator.

    `egypt` draws by the true frequencies. `skewed` flattens them (weight to the power 0.8) and doubles
    the tail, so that an engine may be judged on frequencies that it was not tuned on.
    """
    text = (files("wasl.synth") / "data" / "names.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    tokens = [row["name"] for row in rows]
    place = {token: code for code, token in enumerate(tokens)}
    weights = {
        column: np.array([float(row[column]) for row in rows])
        for column in ("boy", "girl", "father", "grandfather", "great", "family")
    }
    women = {}
    for cell in filter(None, _WOMEN.split("|")):
        name, weight = cell.rsplit(" ", 1)
        women[name] = float(weight)
    for name in women:
        if name not in place:
            place[name] = len(tokens)
            tokens.append(name)
    extra = len(tokens) - len(rows)
    weights = {position: np.r_[weight, np.zeros(extra)] for position, weight in weights.items()}
    known = np.zeros(len(tokens))
    known[[place[name] for name in women]] = list(women.values())
    weights["woman"] = 0.82 * known / known.sum() + 0.18 * weights["girl"] / weights["girl"].sum()
    # A generation lies between the pupils' fathers and the fathers' own fathers.
    weights["man"] = weights["father"]
    if setting == "skewed":
        weights = {position: weight**0.8 for position, weight in weights.items()}
    return NamePool(tokens, {p: np.cumsum(w) / w.sum() for p, w in weights.items()})


def redraw_repeated(
    codes: Codes,
    groups: NDArray[np.int64],
    pool: NamePool,
    positions: list[tuple[str, NDArray[np.bool_]]],
    rng: np.random.Generator,
) -> Codes:
    """
    Draw again, a few times, where two members of a group share a name: brothers living at once rarely do.

    `positions` gives for each draw position the rows that draw from it.
    """
    for _ in range(4):
        order = np.lexsort((np.arange(len(codes)), codes, groups))
        same = (groups[order][1:] == groups[order][:-1]) & (codes[order][1:] == codes[order][:-1])
        again = np.zeros(len(codes), dtype=bool)
        again[order[1:][same]] = True
        for position, rows in positions:
            chosen = np.flatnonzero(again & rows)
            codes[chosen] = pool.draw(position, len(chosen), rng)
    return codes
