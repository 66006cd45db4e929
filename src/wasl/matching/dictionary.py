"""Names as codes: every distinct name is split once, every distinct token standardised once."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from wasl.kernel.folding_columns import fold_expr
from wasl.matching.arrays import bits, distinct, pack
from wasl.matching.options import Array, NameRules, empty
from wasl.matching.stages import Table

PARTS = 5
_UNKNOWN_CHUNK = 20_000
_FAR = 9
_NO_RARE_NAME = 1e-4
_LEAST_SHARE = 1e-5
_BUCKET_CAP = 40
TOKEN_WEIGHTS = (
    *("w_given", "w_father", "w_later"),
    *("a_given", "a_father", "a_later"),
    *("s_given", "s_father", "s_third", "s_fourth"),
)
"""How rare a token is by position (w), with all spellings of its name (a); what it weighs misspelt alike (s)."""


def split_names(
    names: pa.Array, rules: NameRules, connection: duckdb.DuckDBPyConnection, tokens: list[str] | None = None
) -> tuple[Array, list[str]]:
    """
    Return each name's first five token codes (0: none), and the tokens by code.

    Codes of the given `tokens` stay; new ones follow in the order of the alphabet. Code 0 is no token.
    Character work is done once per distinct name, and once per distinct token.
    """
    coded = pc.dictionary_encode(names)
    distinct_names = coded.dictionary
    folded = pl.select(
        fold_expr(pl.lit(pl.Series(pl.from_arrow(distinct_names), dtype=pl.String)))
    ).to_series()
    texts = pc.dictionary_encode(folded.fill_null("").to_arrow().cast(pa.string()))
    glued = _apply_glue(texts.dictionary, rules, connection)
    parts = pc.split_pattern(glued, " ")
    words = pc.dictionary_encode(parts.flatten())
    seen = words.dictionary.to_pylist()
    standard = [
        form.strip() if token else "" for token, form in zip(seen, rules.standardise(seen), strict=True)
    ]
    known = list(tokens or [""])
    known += sorted(set(standard).difference(known))
    number = {token: code for code, token in enumerate(known)}
    code_of = np.array([number[form] for form in standard], dtype=np.int32)
    codes = code_of[words.indices.to_numpy()] if len(seen) else np.zeros(0, np.int32)
    text_at = np.repeat(np.arange(len(parts)), pc.list_value_length(parts).to_numpy(zero_copy_only=False))
    kept = codes > 0
    codes, text_at = codes[kept], text_at[kept]
    place = _position_in_run(text_at)
    chain = np.zeros((max(len(parts), 1), PARTS), dtype=np.int32)
    use = place < PARTS
    chain[text_at[use], place[use]] = codes[use]
    at = coded.indices.to_numpy()
    return chain[texts.indices.to_numpy()[at]] if len(at) else chain[:0], known


def _position_in_run(keys: Array) -> Array:
    if not len(keys):
        return empty()
    start = np.concatenate(([True], keys[1:] != keys[:-1]))
    at = np.arange(len(keys))
    return at - np.maximum.accumulate(np.where(start, at, 0))


def _apply_glue(texts: pa.Array, rules: NameRules, connection: duckdb.DuckDBPyConnection) -> pa.Array:
    """RE2 by way of DuckDB: its replacements read as Python's do. One test spares most names the rest."""
    if not rules.glue_patterns or not len(texts):
        return texts
    glued = "text"
    parameters = ["|".join(f"(?:{pattern})" for pattern, _ in rules.glue_patterns)]
    for pattern, replacement in rules.glue_patterns:
        glued = f"regexp_replace({glued}, ?, ?, 'g')"
        parameters += [pattern, replacement]
    connection.register("glue_texts", pa.table({"text": texts, "place": np.arange(len(texts))}))
    query = (
        f"SELECT place, CASE WHEN regexp_matches(text, ?) THEN {glued} ELSE text END AS glued FROM glue_texts"
    )
    out = connection.execute(query, parameters).to_arrow_table()
    connection.unregister("glue_texts")
    order = np.argsort(out.column("place").to_numpy(), kind="stable")
    return out.column("glued").combine_chunks().take(pa.array(order))


def describe_tokens(chain: Array, tokens: list[str], rules: NameRules) -> Table:
    """
    Return what is known of each token code: known, sex, canon, shares by position, similar pairs.

    `canon` is the known token an unknown one is most likely a misspelling of, else itself; two
    tokens with one canon are similar. `similar` holds the packed code pairs alike in other ways. A
    token often met in the data, or no rare name in the lexicon, counts as known too, unless a known
    neighbour is fifty times as frequent. Two known tokens are never similar.
    """
    n = len(tokens)
    facts = _look_up(tokens, rules)
    column, known = facts, facts["known"].copy()
    count = np.bincount(chain.ravel(), minlength=n).astype(np.float64)
    count[0] = 0
    often = count >= max(30.0, 5e-4 * max(1, len(chain)))
    often |= facts["freq"] >= _NO_RARE_NAME
    weight = count + 1e4 * facts["freq"]
    text = tokens
    canon = _nearest_known(text, known, weight)
    learnt = often & ~known & (weight[canon] < 50 * weight)
    known |= learnt
    known[0] = False
    canon[known] = np.flatnonzero(known)
    canon = canon[canon]
    out: Table = {
        "tok_known": known,
        "tok_sex": facts["sex"],
        "tok_canon": canon.astype(np.int32),
        "tok_similar": _similar_unknown(text, known, canon),
    }
    for name, positions in (("given", [0]), ("father", [1]), ("later", [2, 3])):
        seen = chain[:, positions].ravel()
        counted = np.bincount(seen, minlength=n).astype(np.float64)
        counted[0] = 0
        share = (counted + 2000 * np.maximum(column[name], _LEAST_SHARE)) / (counted.sum() + 2000)
        out[f"tok_{name}"] = np.maximum(share, 1e-6)
    return out


def _look_up(tokens: list[str], rules: NameRules) -> Table:
    """Return what the lexicon knows of tokens; `given`, `father`, `later` are shares by position."""
    lexicon = pl.DataFrame(pl.from_arrow(rules.lexicon)).unique("token", keep="first", maintain_order=True)
    facts = pl.DataFrame({"token": tokens}, schema={"token": pl.String}).join(
        lexicon, on="token", how="left", maintain_order="left"
    )
    man, woman, father, later = (
        facts[name].cast(pl.Float64).fill_null(0).to_numpy()
        for name in ("freq_given_m", "freq_given_f", "freq_father", "freq_later")
    )
    return {
        "known": facts["known"].fill_null(False).to_numpy(),
        "sex": facts["sex"].cast(pl.Int8).fill_null(0).to_numpy(),
        "freq": man + woman + later,
        "given": (man + woman) / 2,
        "father": father,
        "later": later,
    }


def _nearest_known(text: list[str], known: Array, weight: Array, sources: Array | None = None) -> Array:
    """Point each unknown token at the best known token one slip away (two, if it is long)."""
    canon = np.arange(len(text))
    targets = np.flatnonzero(known)
    targets = targets[np.argsort([text[code] for code in targets], kind="stable")]
    sources = np.flatnonzero(~known) if sources is None else sources
    length = np.array([len(t) for t in text])
    sources = sources[length[sources] >= 3]
    if not len(targets) or not len(sources):
        return canon
    words = [text[t] for t in targets]
    for at in range(0, len(sources), _UNKNOWN_CHUNK):
        part = sources[at : at + _UNKNOWN_CHUNK]
        far = cdist([text[s] for s in part], words, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
        shorter = np.minimum(length[part][:, None], length[targets][None, :])
        near = (far <= 1) & (shorter >= 3) | (far <= 2) & (shorter >= 6)
        rank = np.where(near, (_FAR - far) * 1e12 + weight[targets][None, :], -1.0)
        best = rank.argmax(axis=1)
        found = near.any(axis=1)
        canon[part[found]] = targets[best[found]]
    return canon


def _similar_unknown(text: list[str], known: Array, canon: Array, first: int = 0) -> Array:
    """Find pairs of unknown tokens one slip apart through their one-letter deletions, one end from `first` on."""
    codes_of = [int(code) for code in np.flatnonzero(~known) if len(text[code]) >= 4]
    wanted = {form for code in codes_of if code >= first for form in _deletions(text[code])}
    buckets: dict[str, list[int]] = {}
    for code in codes_of if wanted else ():
        for form in _deletions(text[code]):
            if form in wanted:
                buckets.setdefault(form, []).append(code)
    pairs: set[tuple[int, int]] = set()
    for codes in buckets.values():
        if 1 < len(codes) <= _BUCKET_CAP:
            pairs.update((x, y) for i, x in enumerate(codes) for y in codes[i + 1 :] if y >= first)
    kept = [(x, y) for x, y in pairs if canon[x] != canon[y] and OSA.distance(text[x], text[y]) <= 1]
    if not kept:
        return empty()
    ends = np.array(kept, dtype=np.int64)
    return distinct(pack(ends[:, 0], ends[:, 1]))


def _deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def token_table(described: Table, tokens: list[str], counts: Array, weights: Mapping[str, Array]) -> pa.Table:
    """
    Return the dictionary as a table, by code: what `describe_tokens` says, and what tokens weigh.

    `weights` holds the columns w_…, a_… and s_… of `TOKEN_WEIGHTS`. Row 0 is no token: its weights are those
    of a token never met before.
    """
    similar: list[list[int]] = [[] for _ in tokens]
    for pair in described["tok_similar"].tolist():
        x, y = pair >> 32, pair & 0xFFFFFFFF
        similar[x].append(y)
        similar[y].append(x)
    columns: dict[str, pa.Array] = {
        "code": pa.array(np.arange(len(tokens)), pa.int32()),
        "token": pa.array(tokens, pa.string()),
        "known": pa.array(described["tok_known"], pa.bool_()),
        "sex": pa.array(described["tok_sex"], pa.int8()),
        "canon": pa.array(described["tok_canon"], pa.int32()),
        **{name: pa.array(weights[name], pa.int32()) for name in TOKEN_WEIGHTS},
        "occurrences": pa.array(counts, pa.int64()),
        "similar": pa.array(similar, pa.list_(pa.int32())),
    }
    return pa.table(columns)


def read_tokens(dictionary: pa.Table) -> tuple[list[str], Table]:
    """Return the tokens by code, and what `describe_tokens` said of them, shares rebuilt from weights."""
    frame = pl.DataFrame(pl.from_arrow(dictionary))
    out: Table = {
        "tok_known": frame["known"].to_numpy(),
        "tok_sex": frame["sex"].to_numpy(),
        "tok_canon": frame["canon"].to_numpy(),
    }
    alike = frame.select("code", "similar").explode("similar").drop_nulls()
    out["tok_similar"] = distinct(pack(alike["code"].to_numpy(), alike["similar"].to_numpy()))
    for name in ("given", "father", "later"):
        out[f"tok_{name}"] = np.exp2(-frame[f"w_{name}"].to_numpy() / 100)
    return frame["token"].to_list(), out


def grow_dictionary(dictionary: pa.Table, tokens: list[str], rules: NameRules) -> pa.Table:
    """
    Return the dictionary with the standardised tokens it lacks, under codes that follow the last one.

    What stood there stays as it is, but for the lists of similar tokens. A new token weighs as one never met,
    less what the lexicon knows of it; a misspelling weighs as the known name it stands for.
    """
    frame = pl.DataFrame(pl.from_arrow(dictionary))
    text = frame["token"].to_list()
    new = sorted(set(tokens).difference(text) - {""})
    if not new:
        return dictionary
    first = len(text)
    text += new
    facts = _look_up(text, rules)
    occurrences = np.concatenate((frame["occurrences"].to_numpy(), np.zeros(len(new), np.int64)))
    weight = occurrences + 1e4 * facts["freq"]
    fresh = np.arange(first, len(text))
    near = _nearest_known(text, facts["known"], weight, fresh[~facts["known"][fresh]])
    mine = near[fresh] == fresh
    often = (facts["freq"][fresh] >= _NO_RARE_NAME) & (weight[near[fresh]] < 50 * weight[fresh])
    known = facts["known"][fresh] | often
    canon = np.concatenate((frame["canon"].to_numpy(), np.where(known | mine, fresh, near[fresh])))
    added: dict[str, Array] = {
        "code": fresh.astype(np.int32),
        "known": known,
        "sex": facts["sex"][fresh],
        "canon": canon[fresh].astype(np.int32),
        "occurrences": occurrences[fresh],
    }
    own = canon[fresh] == fresh
    for name in TOKEN_WEIGHTS:
        kind, _, position = name.partition("_")
        share = np.maximum(
            facts["later" if position in ("third", "fourth") else position][fresh], _LEAST_SHARE
        )
        column = frame[name].to_numpy()
        met = np.maximum(0, column[0] - bits(share / _LEAST_SHARE))
        there = column[np.minimum(canon[fresh], first - 1)]
        added[name] = (met if kind == "w" else np.where(own | (canon[fresh] >= first), met, there)).astype(
            np.int32
        )
    whole_known = np.concatenate((frame["known"].to_numpy(), known))
    pairs = _similar_unknown(text, whole_known, canon, first)
    rows = pl.DataFrame({"token": new, **added}).with_columns(similar=pl.lit([], dtype=pl.List(pl.Int32)))
    grown = pl.concat([frame, rows.select(frame.columns).cast(frame.schema)])
    return _add_similar(grown, pairs).to_arrow(compat_level=pl.CompatLevel.oldest())


def _add_similar(frame: pl.DataFrame, pairs: Array) -> pl.DataFrame:
    """Add each end of the packed pairs to the other's list."""
    if not len(pairs):
        return frame
    x, y = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    more = pl.DataFrame({"code": np.concatenate((x, y)), "more": np.concatenate((y, x))})
    more = more.group_by("code").agg(pl.col("more").sort())
    lists = pl.concat_list("similar", pl.col("more").fill_null(pl.lit([], dtype=pl.List(pl.Int32))))
    return (
        frame.join(more, on="code", how="left", maintain_order="left")
        .with_columns(similar=lists)
        .drop("more")
    )
