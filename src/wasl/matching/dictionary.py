"""Names as codes: every distinct name is split once, every distinct token standardised once."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from wasl.kernel.folding_columns import fold_expr
from wasl.matching.arrays import distinct, pack
from wasl.matching.options import Array, NameRules, empty
from wasl.matching.stages import Table

PARTS = 5
_UNKNOWN_CHUNK = 20_000
_FAR = 9


def split_names(names: pl.Series, rules: NameRules, connection: duckdb.DuckDBPyConnection) -> tuple[Array, pl.Series]:
    """
    Return the first five token codes of each name (0 where there is none) and the tokens by code.

    Token codes follow the alphabet, so they are a matter of content alone; code 0 is no token.
    """
    frame = pl.DataFrame({"name": names})
    distinct = frame.unique().drop_nulls()
    folded = distinct.with_columns(text=fold_expr(pl.col("name")))
    texts = _apply_glue(folded.select("text").unique().sort("text"), rules, connection)
    words = texts.with_row_index("at").select("at", pl.col("glued").str.split(" ").alias("token"))
    words = words.explode("token", empty_as_null=True).filter(pl.col("token").is_not_null() & (pl.col("token") != ""))
    tokens = words["token"].unique().sort()
    standard = pl.Series(rules.standardise(tokens.to_list()), dtype=pl.String)
    table = pl.DataFrame({"token": tokens, "standard": standard}).with_columns(
        pl.col("standard").str.strip_chars()
    )
    known = table["standard"].drop_nulls().unique().sort()
    known = known.filter(known != "")
    codes = pl.DataFrame({"standard": known}).with_row_index("code", offset=1)
    table = table.join(codes, on="standard", how="left", maintain_order="left")
    words = words.join(table.select("token", "code"), on="token", how="left", maintain_order="left")
    words = words.filter(pl.col("code").is_not_null())
    at = words["at"].to_numpy()
    place = _position_in_run(at)
    chain = np.zeros((len(texts), PARTS), dtype=np.int32)
    use = place < PARTS
    chain[at[use], place[use]] = words["code"].to_numpy()[use]
    by_text = folded.join(texts.with_row_index("at").select("text", "at"), on="text", how="left")
    row = frame.join(by_text.select("name", "at"), on="name", how="left", maintain_order="left")["at"]
    index = row.fill_null(0).to_numpy()
    out = chain[index] if len(chain) else np.zeros((len(names), PARTS), dtype=np.int32)
    out[row.is_null().to_numpy()] = 0
    return out, pl.concat([pl.Series([""], dtype=pl.String), known.cast(pl.String)])


def _position_in_run(keys: Array) -> Array:
    if not len(keys):
        return empty()
    start = np.concatenate(([True], keys[1:] != keys[:-1]))
    at = np.arange(len(keys))
    return at - np.maximum.accumulate(np.where(start, at, 0))


def _apply_glue(texts: pl.DataFrame, rules: NameRules, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """RE2 by way of DuckDB: its replacements read as Python's do, polars' do not."""
    glued = "text"
    parameters: list[str] = []
    for pattern, replacement in rules.glue_patterns:
        glued = f"regexp_replace({glued}, ?, ?, 'g')"
        parameters += [pattern, replacement]
    if not rules.glue_patterns or not len(texts):
        return texts.with_columns(glued=pl.col("text"))
    connection.register("glue_texts", texts.to_arrow())
    query = f"SELECT text, {glued} AS glued FROM glue_texts ORDER BY text"
    out = connection.execute(query, parameters).to_arrow_table()
    connection.unregister("glue_texts")
    return pl.DataFrame(pl.from_arrow(out))


def describe_tokens(chain: Array, tokens: pl.Series, rules: NameRules) -> Table:
    """
    Return what is known of each token code: known, sex, canon, shares by position, similar pairs.

    `canon` is the known token an unknown one is most likely a misspelling of, else itself; two
    tokens with one canon are similar. `similar` holds the packed code pairs alike in other ways. A
    token often met in the data counts as known too, unless a known neighbour is fifty times as
    frequent. Two known tokens are never similar.
    """
    n = len(tokens)
    lexicon = pl.DataFrame(pl.from_arrow(rules.lexicon)).unique("token", keep="first", maintain_order=True)
    facts = pl.DataFrame({"token": tokens}).join(lexicon, on="token", how="left", maintain_order="left")
    column = {
        name: facts[name].cast(pl.Float64).fill_null(0).to_numpy()
        for name in ("freq_given_m", "freq_given_f", "freq_father", "freq_later")
    }
    known = facts["known"].fill_null(False).to_numpy().copy()
    count = np.bincount(chain.ravel(), minlength=n).astype(np.float64)
    count[0] = 0
    often = count >= max(30.0, 5e-4 * max(1, len(chain)))
    weight = count + 1e4 * (column["freq_given_m"] + column["freq_given_f"] + column["freq_later"])
    text = tokens.to_list()
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
