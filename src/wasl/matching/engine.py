"""One run: the stages in order, and the result tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
import pyarrow as pa

from wasl.matching.arrays import contains, distinct, pack
from wasl.matching.blocking import candidate_pairs
from wasl.matching.collapse import collapse_ids, forget_borrowed
from wasl.matching.columns import Columns, Source
from wasl.matching.compare import list_households
from wasl.matching.context import Context, describe_context, rarity_table
from wasl.matching.edges import gather_edges
from wasl.matching.encode import (
    Known,
    edition_rows,
    encode,
    find_ids,
    open_inputs,
)
from wasl.matching.families import make_families
from wasl.matching.households import describe_entries
from wasl.matching.inside import link_inside
from wasl.matching.model import Model, comates, learn_model
from wasl.matching.options import Array, LinkOptions, LinkResult, NameRules
from wasl.matching.people import make_people, score_candidates, weigh_pairs_in_parts, weigh_rivals
from wasl.matching.refine import keep_model, read_model, refine_model
from wasl.matching.result import build_result
from wasl.matching.snapshot import build_state
from wasl.matching.stages import Stages, Table
from wasl.matching.state import LinkState
from wasl.matching.weights import Weights, classes_of, describe_terms, weights_of

FORMAT = "5"
"""Raised whenever the meaning of a stage's arrays changes, so that old files are not resumed."""

_STAGES = 11
COMATE_CAP = 60


def link_records(
    records: Source,
    entries: Source,
    members: Source,
    *,
    editions: Source | None = None,
    verdicts: Source | None = None,
    names: NameRules,
    workdir: Path,
    options: LinkOptions | None = None,
    dictionary: pa.Table | None = None,
    frozen: Context | None = None,
    want_state: bool = False,
    progress: Callable[[str, float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LinkResult:
    """
    Link records to people and entries to families.

    Inputs are Arrow tables or Parquet files with the columns named in the package's README. The
    result depends on their content alone: not on row order, on the values of record ids, or on the
    number of threads. Finished stages stay in `workdir`; the same call after a kill goes on from the last.

    `dictionary`: token codes of an earlier run stay as they are. `frozen`: judge by the model, the dictionary
    and the terms of an earlier run, as increments do, and describe nothing afresh. `want_state`: give what
    `link_changes` goes on from as `state`.

    :raises LinkCancelled: `cancelled()` returned true.
    """
    options = options or LinkOptions()
    if frozen is not None:
        options = replace(options, model=frozen.model)
    options = options.settled()
    source = open_inputs(records, entries, members, editions, verdicts)
    if dictionary is not None and frozen is None:
        given = Known(tokens=dictionary.column("token").to_pylist())
    else:
        given = frozen.known(names) if frozen is not None else Known()
    digest = _digest(source, names, options, given)
    stages = Stages(Path(workdir), digest, _STAGES, progress, cancelled)
    run = _Run(source, names, options, stages, given, frozen)
    result = run.link()
    return replace(result, state=run.state(result)) if want_state else result


def _digest(source: dict[str, Columns], names: NameRules, options: LinkOptions, given: Known) -> str:
    digest = hashlib.blake2b(FORMAT.encode())
    digest.update(repr((given.tokens, given.now, given.entries, given.wives, given.children)).encode())
    for column in given.words.values():
        digest.update(column.tobytes())
    for columns in (*source.values(), Columns(names.lexicon, {})):
        columns.add_to(digest)
    digest.update(repr((names.glue_patterns, names.version)).encode())
    kept = {field.name: getattr(options, field.name) for field in fields(options)}
    digest.update(repr(sorted(kept.items(), key=lambda item: item[0])).encode())
    return digest.hexdigest()


class _Run:
    """The state that stages hand on; each method is one stage or one step between two."""

    def __init__(
        self,
        source: dict[str, Columns],
        names: NameRules,
        options: LinkOptions,
        stages: Stages,
        given: Known,
        frozen: Context | None,
    ) -> None:
        self.source, self.names, self.options = source, names, options
        self.stages = stages
        self.given, self.frozen = given, frozen
        self.made: dict[str, Table] = {}

    def link(self) -> LinkResult:
        self._encode()
        self._learn()
        self._score()
        made = self.made
        made["people_first"] = _only(self._people("people_first", None), "person")
        first = self._families("families_first", made["people_first"]["person"])
        made["families_first"] = _only(first, "family", "f_pairs", "f_weight")
        del first
        made["inside"] = self._inside(made["people_first"]["person"], made["families_first"]["family"])
        people = made["people"] = self._people("people", made["inside"])
        final = made["families"] = self._families("families", people["person"])
        result = build_result(
            self.enc,
            self.model,
            self.weights,
            people,
            final,
            self.editions,
            self.verdicts,
            self.options,
            self.stages,
        )
        return replace(result, dictionary=self.context.dictionary, rarity=rarity_table(self.context))

    def state(self, result: LinkResult) -> LinkState:
        """Return what an increment goes on from."""
        return build_state(self.enc, self.context, self.made, self.editions, self.said, result)

    def _encode(self) -> None:
        source = self.source
        self.enc = self.stages.run(
            "encoded",
            lambda: encode(source, self.names, self.options, self.given),
        )
        enc = self.enc
        enc["comates"] = comates(enc, COMATE_CAP)
        self.said = source["verdicts"].frame()
        self.verdicts = read_verdicts(enc, self.said)
        self.editions = edition_rows(enc, source["editions"])
        enc["comates"] = enc["comates"][~contains(self.verdicts["person"]["same"], enc["comates"])]
        del self.source

    def _learn(self) -> None:
        enc = self.enc
        enc.update(self.stages.run("collapsed", lambda: collapse_ids(enc, self.stages)))
        forget_borrowed(enc)
        self.houses = list_households(enc)
        first = self.stages.run("learnt", self._learn_from_ids)
        found = self.stages.run(
            "candidates",
            lambda: candidate_pairs(enc, enc["status"], self.options, self.stages),
        )
        pairs = found["pairs"][~contains(enc["comates"], found["pairs"])]
        del found
        self.candidates = pairs[~contains(enc["labels"], pairs) & ~contains(enc["lent"], pairs)]
        self.model = read_model(self.stages.run("refined", lambda: self._refine(first)))
        enc["quality"] = classes_of(enc["org"], self.model)
        self._freeze()

    def _freeze(self) -> None:
        """Describe the terms of this run, or take those that were frozen."""
        enc = self.enc
        if self.frozen is None:
            terms = describe_terms(enc)
            self.weights: Weights = weights_of(self.model, terms)
            self.context = describe_context(enc, self.model, terms, self.weights)
        else:
            self.context = self.frozen.grown(enc, self.names)
            self.weights = self.context.weights(enc)

    def _learn_from_ids(self) -> Table:
        if self.options.model is not None:
            return {}
        return learn_model(self.enc, self.houses, self.enc["labels"], self.options).to_table()

    def _refine(self, first: Table) -> Table:
        if self.options.model is not None:
            return keep_model(self.options.model)
        model = Model.from_table(first)
        verdicts = self.verdicts["person"]
        return keep_model(refine_model(self.enc, self.houses, model, self.candidates, self.options, verdicts))

    def _score(self) -> None:
        """Weigh the pairs that ids label, and those that were candidates, before and after their rivals."""
        enc, stages = self.enc, self.stages
        scored = stages.run(
            "scored",
            lambda: score_candidates(enc, self.houses, self.weights, self.candidates, self.options, stages),
        )
        del self.candidates
        del self.houses
        weight = weigh_pairs_in_parts(enc, self.weights, enc["labels"], self.options.pair_chunk)
        self.made["labels"] = {"pairs": enc["labels"], "weight": weight}
        left = weigh_rivals(enc, scored["pairs"], scored["weight"])
        self.made["scored"] = {"pairs": scored["pairs"], "weight": scored["weight"], "left": left}

    def _people(self, name: str, inside: Table | None) -> Table:
        return self.stages.run(name, lambda: self._make_people(inside))

    def _make_people(self, inside: Table | None) -> Table:
        labels, scored = self.made["labels"], self.made["scored"]
        verdicts, options = self.verdicts["person"], self.options
        left = {"pairs": scored["pairs"], "weight": scored["left"]}
        edges = gather_edges(labels, self.enc["lent"], left, verdicts["same"], inside, options)
        return {**edges, **make_people(self.enc, self.weights, edges, verdicts, options, self.stages)}

    def _families(self, name: str, person: Array) -> Table:
        return self.stages.run(name, lambda: self._make_families(person))

    def _make_families(self, person: Array) -> Table:
        entries = describe_entries(self.enc, person)
        return make_families(
            self.enc, entries, self.weights, self.editions, self.verdicts["family"], self.options, self.stages
        )

    def _inside(self, person: Array, family: Array) -> Table:
        return self.stages.run(
            "inside",
            lambda: link_inside(self.enc, self.weights, person, family, self.options, self.stages),
        )


def _only(table: Table, *names: str) -> Table:
    """Return some columns of a stage: the others are on disk, and take memory no longer."""
    return {name: table[name] for name in names}


def read_verdicts(enc: Table, verdicts: pl.DataFrame) -> dict[str, Table]:
    """
    Return verdicts as packed pairs of dense records, and of dense entries for verdicts on families.

    Both columns hold record ids in a verdict on people, entry ids in one on families.
    """
    out: dict[str, Table] = {}
    for kind, column in (("person", "record_id"), ("family", "e_id")):
        out[kind] = {}
        for word in ("same", "different"):
            rows = verdicts.filter((pl.col("kind") == kind) & (pl.col("verdict") == word))
            a, first = find_ids(enc[column], rows["record_a"].to_numpy())
            b, second = find_ids(enc[column], rows["record_b"].to_numpy())
            there = first & second & (a != b)
            out[kind][word] = distinct(pack(a[there], b[there]))
    return out
