"""
A model as people and machines read it: integers in JSON, by comparison and level.

All weights are hundredths of a bit. Two equal files weigh every pair alike on every machine: nothing is
reckoned from probabilities when pairs are scored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wasl.matching.compare import LEVELS

FORMAT = 1
CLASSES = 3
CAREFUL, USUAL, CARELESS = range(CLASSES)
"""How well an organisation writes down what is so; a pair is weighed by the worse of its two."""

RATES = ("agree", "stranger", "sibling", "parent")
SIBLING_RATES = ("nid", "given", "birth", "sex", "age")
PARENT_RATES = ("birth", "age")
PRIORS = ("others", "sibling", "kin", "parent")
SLIPS = ("given", "father", "third", "fourth")
THRESHOLDS = {
    "likely": 150,
    "possible": -300,
    "certain": 997,
    "family_likely": 200,
    "same": 800,
    "maybe": 0,
}
"""What a model has where nothing else was chosen; `same` and `maybe` are bands of a single question."""

Rate = tuple[int, int, int]


class InvalidModel(ValueError):
    """A file is not a model; the text says where it fails."""


@dataclass(frozen=True)
class ModelFile:
    """
    What a pair of records weighs, level by level.

    `comparisons`: comparison → level → {agree, stranger, sibling, parent} → weight by quality class; `agree` is
    log2 of how often the level is seen of one person, the others that over how often a rival shows it (absent
    where the rival is not told by it). `priors`: `others` (other records per record; the stranger's prior is
    this less log2 of how many records there are), sibling, kin, parent. `slips`: by name, what being misspelt
    alike adds to the rarity of the name itself. `organisations`: number → class.
    """

    comparisons: Mapping[str, Mapping[str, Mapping[str, Rate]]]
    priors: Mapping[str, int]
    slips: Mapping[str, int]
    thresholds: Mapping[str, int] = field(default_factory=lambda: dict(THRESHOLDS))
    organisations: Mapping[int, int] = field(default_factory=dict)
    version: str = ""
    made_from: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return what tells two models apart that weigh or decide differently, whatever they are called."""
        parts = self.to_content()
        for name in ("version", "made_from", "evaluation"):
            del parts[name]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_content(self) -> dict[str, Any]:
        """Return the model as what JSON can hold; rates that are one for all classes as one number."""
        return {
            "format": FORMAT,
            "version": self.version,
            "made_from": dict(self.made_from),
            "organisations": {str(key): self.organisations[key] for key in sorted(self.organisations)},
            "priors": {name: self.priors[name] for name in PRIORS},
            "slips": {name: self.slips[name] for name in SLIPS},
            "comparisons": {
                comparison: {
                    word: {rival: _short(levels[word][rival]) for rival in RATES if rival in levels[word]}
                    for word in LEVELS[comparison][1:]
                }
                for comparison, levels in ((name, self.comparisons[name]) for name in LEVELS)
            },
            "thresholds": {name: self.thresholds[name] for name in THRESHOLDS},
            "evaluation": dict(self.evaluation),
        }

    def to_json(self) -> str:
        """Return the model as readable text, one level to a line."""
        text = json.dumps(self.to_content(), ensure_ascii=False, indent=2)
        return _one_line_levels(text) + "\n"

    @staticmethod
    def from_json(text: str) -> ModelFile:
        """
        Read a model.

        :raises InvalidModel: it is not JSON, or not a model of this format.
        """
        try:
            content = json.loads(text)
        except ValueError as error:
            raise InvalidModel(str(error)) from error
        return ModelFile.from_content(content)

    @staticmethod
    def from_content(content: Any) -> ModelFile:
        """
        Build a model from parsed JSON.

        :raises InvalidModel: a part is missing, unknown, or no whole number.
        """
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise InvalidModel("format")
        comparisons = _part(content, "comparisons", LEVELS)
        return ModelFile(
            comparisons={name: _read_levels(name, comparisons[name]) for name in LEVELS},
            priors=_whole_numbers(content, "priors", PRIORS),
            slips=_whole_numbers(content, "slips", SLIPS),
            thresholds=_whole_numbers(content, "thresholds", THRESHOLDS),
            organisations=_read_organisations(content.get("organisations", {})),
            version=str(content.get("version", "")),
            made_from=_free(content, "made_from"),
            evaluation=_free(content, "evaluation"),
        )


def _short(rate: Rate) -> int | list[int]:
    return rate[0] if len(set(rate)) == 1 else list(rate)


def _one_line_levels(text: str) -> str:
    """Fold what lies deeper than a level's name into its line."""
    out: list[str] = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(" "))
        if depth > 6 or (depth == 6 and line.strip() in ("}", "},", "]", "],")):
            closes = line.strip()[0] in "}]" or out[-1][-1] in "{["
            out[-1] += line.strip() if closes else " " + line.strip()
        else:
            out.append(line)
    return "\n".join(out)


def _part(content: Mapping[str, Any], name: str, wanted: Mapping[str, Any] | tuple[str, ...]) -> Any:
    found = content.get(name)
    if not isinstance(found, dict) or set(found) != set(wanted):
        raise InvalidModel(name)
    return found


def _is_weight(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 20_000


def _whole_numbers(
    content: Mapping[str, Any], name: str, wanted: Mapping[str, Any] | tuple[str, ...]
) -> dict[str, int]:
    found = _part(content, name, wanted)
    for key in wanted:
        if not _is_weight(found[key]):
            raise InvalidModel(f"{name}.{key}")
    return {key: found[key] for key in wanted}


def _free(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name, {})
    if not isinstance(found, dict):
        raise InvalidModel(name)
    return found


def _read_organisations(found: object) -> dict[int, int]:
    if not isinstance(found, dict):
        raise InvalidModel("organisations")
    out = {}
    for key, value in found.items():
        if not key.isdecimal() or not _is_weight(value) or not 0 <= value < CLASSES:
            raise InvalidModel(f"organisations.{key}")
        out[int(key)] = value
    return dict(sorted(out.items()))


def rates_of(comparison: str) -> tuple[str, ...]:
    """Return which weights the levels of a comparison have."""
    rates = ["agree", "stranger"]
    if comparison in SIBLING_RATES:
        rates.append("sibling")
    if comparison in PARENT_RATES:
        rates.append("parent")
    return tuple(rates)


def _read_levels(comparison: str, found: Any) -> dict[str, dict[str, Rate]]:
    words = LEVELS[comparison][1:]
    if not isinstance(found, dict) or set(found) != set(words):
        raise InvalidModel(f"comparisons.{comparison}")
    return {word: _read_rates(comparison, word, found[word]) for word in words}


def _read_rates(comparison: str, word: str, found: Any) -> dict[str, Rate]:
    wanted = rates_of(comparison)
    where = f"comparisons.{comparison}.{word}"
    if not isinstance(found, dict) or set(found) != set(wanted):
        raise InvalidModel(where)
    out: dict[str, Rate] = {}
    for rival in wanted:
        value = found[rival]
        rate = (value,) * CLASSES if not isinstance(value, list) else tuple(value)
        if len(rate) != CLASSES or not all(map(_is_weight, rate)):
            raise InvalidModel(f"{where}.{rival}")
        out[rival] = (rate[0], rate[1], rate[2])
    return out
