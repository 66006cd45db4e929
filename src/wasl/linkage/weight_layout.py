"""Where each integer of a model stands in the one array that the database weighs by; its twin is the SQL of 0010."""

from __future__ import annotations

from wasl.matching.model_file import ModelFile

SIZES = {
    "nid": 5, "given": 5, "father": 7, "third": 5, "fourth": 4,
    "birth": 10, "sex": 3, "phone": 3, "place": 10, "age": 3,
}  # fmt: skip
"""How many levels each comparison has, missing included, as when 0010 was written; households are not compared."""
CLASSES = 3
RATES = {
    "agree": tuple(SIZES),
    "stranger": tuple(SIZES),
    "sibling": ("nid", "given", "birth", "sex", "age"),
    "parent": ("birth", "age"),
}
RIVALS = ("stranger", "sibling", "kin", "parent")


def _offsets() -> dict[tuple[str, str], int]:
    out, at = {}, 0
    for kind, names in RATES.items():
        for name in names:
            out[kind, name] = at
            at += CLASSES * SIZES[name]
    return out


OFFSETS = _offsets()
"""Kind and comparison → where its weights begin, from 0: class by class, level by level."""


def flatten_model(model: ModelFile) -> list[int]:
    """Return a model's weights in the order of `OFFSETS`; level 0 (missing) weighs nothing."""
    out: list[int] = []
    for kind, names in RATES.items():
        for name in names:
            levels = list(model.comparisons[name].values())
            for quality in range(CLASSES):
                out += [0, *(level[kind][quality] if kind in level else 0 for level in levels)]
    return out
