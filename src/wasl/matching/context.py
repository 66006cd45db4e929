"""What stays fixed between full runs: the model, the dictionary, how rare everything is, what lists say of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from wasl.matching.arrays import bits
from wasl.matching.dictionary import grow_dictionary, read_tokens, token_table
from wasl.matching.encode import Known
from wasl.matching.model_file import ModelFile
from wasl.matching.options import Array, NameRules
from wasl.matching.stages import Table
from wasl.matching.weights import Terms, Weights, weights_of

VOCABULARIES = ("v_phone", "v_gov", "v_markaz", "v_village", "v_list")
KINDS = ("phone", "village", "markaz", "year")
_LAST_YEAR = 2200
_POSITIONS = ("given", "father", "later")


@dataclass(frozen=True)
class Context:
    """
    The frozen part of a run: increments and single questions judge by it until the next full run.

    `words` holds the values of phones, places and lists by code; later ones are appended, and a value that
    was not there weighs like the rarest that was, less how often it came at once. `wives` and `children` say
    by list what `describe_lists` found when the list came.
    """

    model: ModelFile
    dictionary: pa.Table
    rarity: dict[str, Array]
    words: Table
    records: int
    entries: int
    now: int
    wives: Array
    children: Array
    _grown: list[tuple[list[str], pa.Table]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def terms(self, sizes: dict[str, int] | None = None) -> Terms:
        """Return how rare everything is, by codes as far as `sizes` go."""
        column = {
            name: self.dictionary.column(name).to_numpy() for name in self.dictionary.column_names[5:11]
        }
        sizes = {"year": _LAST_YEAR, **(sizes or {})}
        return Terms(
            token={name: column[f"w_{name}"] for name in _POSITIONS},
            alike={name: column[f"a_{name}"] for name in _POSITIONS},
            **{kind: _stretch(self.rarity[kind], sizes.get(kind, 0)) for kind in KINDS},
            records=self.records,
        )

    def weights(self, words: Table) -> Weights:
        """Return the weights for codes up to the ends of the vocabularies."""
        sizes = {kind: len(words[f"v_{kind}"]) + 1 for kind in KINDS if f"v_{kind}" in words}
        slips = {name: self.dictionary.column(f"s_{name}").to_numpy() for name in self.model.slips}
        return replace(weights_of(self.model, self.terms(sizes)), misspelt=slips)

    def known(self, rules: NameRules) -> Known:
        """Return what encoding takes from here."""

        def facts(tokens: list[str]) -> Table:
            return read_tokens(self._grow(tokens, rules))[1]

        return Known(
            tokens=self.dictionary.column("token").to_pylist(),
            facts=facts,
            words=self.words,
            now=self.now,
            entries=self.entries,
            wives=self.wives,
            children=self.children,
        )

    def _grow(self, tokens: list[str], rules: NameRules) -> pa.Table:
        """Return the dictionary with new tokens; encoding asks for it, and then whoever keeps what it grew to."""
        if not self._grown or self._grown[0][0] != tokens:
            self._grown[:] = [(tokens, grow_dictionary(self.dictionary, tokens, rules))]
        return self._grown[0][1]

    def grown(self, enc: Table, rules: NameRules) -> Context:
        """Return the context with the tokens, values and lists that encoded tables added to it."""
        return replace(
            self,
            dictionary=self._grow(enc["tok_text"].tolist(), rules),
            rarity={kind: _count_new(self.rarity[kind], enc, kind) for kind in KINDS},
            words={name: enc[name] for name in VOCABULARIES},
            wives=enc["l_wives"],
            children=enc["l_children"],
        )


def _count_new(column: Array, enc: Table, kind: str) -> Array:
    """Return the column with the values that came, by how often they came: a new list may repeat a phone."""
    if f"v_{kind}" not in enc:
        return column
    counts = np.bincount(enc[kind], minlength=len(enc[f"v_{kind}"]) + 1)[len(column) :]
    weight = _default(column) - bits((np.maximum(counts, 1) + 0.5) / 1.5)
    return np.concatenate((column, np.maximum(weight, 0).astype(column.dtype)))


def describe_context(enc: Table, model: ModelFile, terms: Terms, weights: Weights) -> Context:
    """Freeze what a full run found."""
    columns = {f"w_{name}": terms.token[name] for name in _POSITIONS}
    columns.update({f"a_{name}": terms.alike[name] for name in _POSITIONS})
    columns.update({f"s_{name}": column for name, column in weights.misspelt.items()})
    tokens = enc["tok_text"].tolist()
    counts = np.bincount(enc["chain"].ravel(), minlength=len(tokens))
    counts[0] = 0
    return Context(
        model=model,
        dictionary=token_table(enc, tokens, counts, columns),
        rarity={kind: np.asarray(getattr(terms, kind)) for kind in KINDS},
        words={name: enc[name] for name in VOCABULARIES},
        records=terms.records,
        entries=len(enc["e_id"]),
        now=int(enc["x_now"][0]),
        wives=enc["l_wives"],
        children=enc["l_children"],
    )


def rarity_table(context: Context) -> pa.Table:
    """
    Return what phones, villages, marakiz and birth years weigh that do not weigh like one never met.

    The row without a value tells what all others of the kind weigh. Villages stand under their governorate's
    and markaz's code: `governorate|markaz|village`.
    """
    parts: list[pa.Table] = []
    for kind in KINDS:
        column = context.rarity[kind]
        usual = _default(column)
        told = np.flatnonzero(column != usual)
        told = told[told > 0]
        words = context.words.get(f"v_{kind}")
        values = pa.array(told if words is None else words[told - 1]).cast(pa.string())
        columns = {
            "kind": pa.array([kind]).take(pa.array(np.zeros(len(told) + 1, dtype=np.int64))),
            "value": pa.concat_arrays([pa.nulls(1, pa.string()), values]),
            "weight": pa.array(np.append(usual, column[told]), pa.int32()),
        }
        parts.append(pa.table(columns))
    return pa.concat_tables(parts).combine_chunks()


def _default(column: Array) -> int:
    return int(column[1:].max(initial=0))


def _stretch(column: Array, size: int) -> Array:
    """Return the column up to `size`, what lies beyond it being as rare as the rarest."""
    more = np.full(max(0, size - len(column)), _default(column), dtype=column.dtype)
    return np.concatenate((column, more))
