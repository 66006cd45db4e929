"""Names as codes: every distinct name is split once, every distinct token standardised once."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from wasl.kernel.folding_columns import fold_expr
from wasl.matching.arrays import distinct, pack
from wasl.matching.options import Array, NameRules, empty
from wasl.matching.stages import Table

PARTS = 5
_UNKNOWN_CHUNK = 20_000
_FAR = 9
_NO_RARE_NAME = 1e-4


def split_names(
    names: pa.Array, rules: NameRules, connection: duckdb.DuckDBPyConnection
) -> tuple[Array, Array, list[str]]:
    """
    Return each name's rank in the alphabet, its first five token codes (0: none), and the tokens.

    Token codes follow the alphabet too, so they are a matter of content alone; code 0 is no token.
    Character work is done once per distinct name, and once per distinct token.
    """
    coded = pc.dictionary_encode(names)
    distinct_names = coded.dictionary
    rank = _ranks(distinct_names)
    folded = pl.select(
        fold_expr(pl.lit(pl.Series(pl.from_arrow(distinct_names), dtype=pl.String)))
    ).to_series()
    texts = pc.dictionary_encode(folded.fill_null("").to_arrow().cast(pa.string()))
    glued = _apply_glue(texts.dictionary, rules, connection)
    parts = pc.split_pattern(glued, " ")
    words = pc.dictionary_encode(parts.flatten())
    tokens = words.dictionary.to_pylist()
    standard = [
        form.strip() if token else "" for token, form in zip(tokens, rules.standardise(tokens), strict=True)
    ]
    known = sorted(set(standard) - {""})
    number = {token: code for code, token in enumerate(known, start=1)}
    code_of = np.array([number.get(form, 0) for form in standard], dtype=np.int32)
    codes = code_of[words.indices.to_numpy()] if len(tokens) else np.zeros(0, np.int32)
    text_at = np.repeat(np.arange(len(parts)), pc.list_value_length(parts).to_numpy(zero_copy_only=False))
    kept = codes > 0
    codes, text_at = codes[kept], text_at[kept]
    place = _position_in_run(text_at)
    chain = np.zeros((max(len(parts), 1), PARTS), dtype=np.int32)
    use = place < PARTS
    chain[text_at[use], place[use]] = codes[use]
    at = coded.indices.to_numpy()
    return rank[at], chain[texts.indices.to_numpy()[at]] if len(at) else chain[:0], ["", *known]


def _ranks(values: pa.Array) -> Array:
    """Return the place of each distinct text in the order of its bytes."""
    rank = np.zeros(len(values), dtype=np.int64)
    rank[pc.sort_indices(values).to_numpy()] = np.arange(len(values))
    return rank


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
    lexicon = pl.DataFrame(pl.from_arrow(rules.lexicon)).unique("token", keep="first", maintain_order=True)
    facts = pl.DataFrame({"token": tokens}, schema={"token": pl.String}).join(
        lexicon, on="token", how="left", maintain_order="left"
    )
    column = {
        name: facts[name].cast(pl.Float64).fill_null(0).to_numpy()
        for name in ("freq_given_m", "freq_given_f", "freq_father", "freq_later")
    }
    known = facts["known"].fill_null(False).to_numpy().copy()
    count = np.bincount(chain.ravel(), minlength=n).astype(np.float64)
    count[0] = 0
    often = count >= max(30.0, 5e-4 * max(1, len(chain)))
    often |= (column["freq_given_m"] + column["freq_given_f"] + column["freq_later"]) >= _NO_RARE_NAME
    weight = count + 1e4 * (column["freq_given_m"] + column["freq_given_f"] + column["freq_later"])
    text = tokens
    canon = _nearest_known(text, known, weight)
    learnt = often & ~known & (weight[canon] < 50 * weight)
    known |= learnt
    known[0] = False
    canon[known] = np.flatnonzero(known)
    canon = canon[canon]
    prior = {
        "given": (column["freq_given_m"] + column["freq_given_f"]) / 2,
        "father": column["freq_father"],
        "later": column["freq_later"],
    }
    out: Table = {
        "tok_known": known,
        "tok_sex": facts["sex"].cast(pl.Int8).fill_null(0).to_numpy(),
        "tok_canon": canon.astype(np.int32),
        "tok_similar": _similar_unknown(text, known, canon),
    }
    for name, positions in (("given", [0]), ("father", [1]), ("later", [2, 3])):
        seen = chain[:, positions].ravel()
        counted = np.bincount(seen, minlength=n).astype(np.float64)
        counted[0] = 0
        share = (counted + 2000 * np.maximum(prior[name], 1e-5)) / (counted.sum() + 2000)
        out[f"tok_{name}"] = np.maximum(share, 1e-6)
    return out


def _nearest_known(text: list[str], known: Array, weight: Array) -> Array:
    """Point each unknown token at the best known token one slip away (two, if it is long)."""
    canon = np.arange(len(text))
    targets = np.flatnonzero(known)
    sources = np.flatnonzero(~known)
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


def _similar_unknown(text: list[str], known: Array, canon: Array) -> Array:
    """Find pairs of unknown tokens one slip apart through their one-letter deletions."""
    buckets: dict[str, list[int]] = {}
    for code in np.flatnonzero(~known):
        word = text[code]
        if len(word) < 4:
            continue
        for form in {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}:
            buckets.setdefault(form, []).append(int(code))
    pairs: set[tuple[int, int]] = set()
    for codes in buckets.values():
        if 1 < len(codes) <= 40:
            pairs.update((x, y) for i, x in enumerate(codes) for y in codes[i + 1 :])
    kept = [(x, y) for x, y in pairs if canon[x] != canon[y] and OSA.distance(text[x], text[y]) <= 1]
    if not kept:
        return empty()
    ends = np.array(kept, dtype=np.int64)
    return distinct(pack(ends[:, 0], ends[:, 1]))
