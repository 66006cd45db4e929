"""Names as codes: every distinct name is split once, every distinct token standardised once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

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
    names: Iterable[pa.Array], rules: NameRules, tokens: list[str] | None = None
) -> tuple[Array, list[str]]:
    """
    Return each name's first five token codes (0: none), and the tokens by code. Names come in parts.

    Codes of the given `tokens` stay; new ones follow in the order of the alphabet. Code 0 is no token.
    Words are folded and tokens standardised once each; whole texts are worked on only where gluing asks for it.
    """
    book = _Book(rules)
    chains = [_split_part(part, book) for part in names]
    known = list(tokens or [""])
    known += sorted(set(book.forms).difference(known))
    number = {token: code for code, token in enumerate(known)}
    code = np.array([number[form] for form in book.forms], dtype=np.int32)
    for chain in chains:
        np.take(code, chain, out=chain)
    return np.concatenate(chains) if chains else np.zeros((0, PARTS), dtype=np.int32), known


class _Book:
    """Folded words met so far and their standard forms, numbered as they come; form 0 is none."""

    def __init__(self, rules: NameRules) -> None:
        self.rules = rules
        self.forms: dict[str, int] = {"": 0}
        self._of: dict[str, int] = {"": 0}

    def look_up(self, words: list[str]) -> Array:
        """Return the number of each word's standard form."""
        new = [word for word in dict.fromkeys(words) if word not in self._of]
        for word, form in zip(new, self.rules.standardise(new), strict=True):
            self._of[word] = self.forms.setdefault(form.strip(), len(self.forms))
        return np.array([self._of[word] for word in words], dtype=np.int32)


def _split_part(names: pa.Array, book: _Book) -> Array:
    """Return the chains of some names: word by word, or, where words are to be glued, from the whole text."""
    parts = pc.split_pattern(names, " ")
    words = pc.dictionary_encode(parts.flatten())
    lengths = pc.list_value_length(parts).to_numpy(zero_copy_only=False)
    folded = _fold(words.dictionary)
    at = words.indices.to_numpy()
    plain = np.array([word != "" and " " not in word for word in folded], dtype=bool)
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    texts = pc.binary_join(
        pa.ListArray.from_arrays(pa.array(offsets), pa.array(folded, pa.string()).take(words.indices)), " "
    )
    asks = np.bincount(np.repeat(np.arange(len(parts)), lengths), ~plain[at], minlength=len(parts)) > 0
    asks |= _asks_for_glue(texts, book.rules)
    whole = ~np.repeat(asks, lengths)
    codes = book.look_up([word if single else "" for word, single in zip(folded, plain, strict=True)])
    chain = np.zeros((len(names), PARTS), dtype=np.int32)
    _fill(chain, np.repeat(np.arange(len(parts)), lengths)[whole], codes[at[whole]])
    rows = np.flatnonzero(asks)
    glued = pc.split_pattern(_glue(texts.take(pa.array(rows)), book.rules), " ")
    words = pc.dictionary_encode(glued.flatten())
    codes = book.look_up(words.dictionary.to_pylist())
    lengths = pc.list_value_length(glued).to_numpy(zero_copy_only=False)
    _fill(chain, np.repeat(rows, lengths), codes[words.indices.to_numpy()])
    return chain


def _fold(words: pa.Array) -> list[str]:
    folded = pl.select(fold_expr(pl.lit(pl.Series(pl.from_arrow(words), dtype=pl.String)))).to_series()
    return list(folded.fill_null("").to_list())


def _fill(chain: Array, rows: Array, codes: Array) -> None:
    """Put the first codes of each row in their places; a code 0 takes none."""
    there = codes > 0
    rows, codes = rows[there], codes[there]
    place = _position_in_run(rows)
    use = place < PARTS
    chain[rows[use], place[use]] = codes[use]


def _position_in_run(keys: Array) -> Array:
    if not len(keys):
        return empty()
    start = np.concatenate(([True], keys[1:] != keys[:-1]))
    at = np.arange(len(keys))
    return at - np.maximum.accumulate(np.where(start, at, 0))


def _asks_for_glue(texts: pa.Array, rules: NameRules) -> Array:
    """Tell which texts some pattern fits: one test spares most names the rest."""
    if not rules.glue_patterns or not len(texts):
        return np.zeros(len(texts), dtype=bool)
    any_pattern = "|".join(f"(?:{pattern})" for pattern, _ in rules.glue_patterns)
    return np.asarray(pl.Series(pl.from_arrow(texts)).str.contains(any_pattern).to_numpy())


def _glue(texts: pa.Array, rules: NameRules) -> pa.Array:
    """Apply the patterns in order; polars writes `${1}` where the rules write a backslash and 1."""
    column = pl.Series(pl.from_arrow(texts), dtype=pl.String)
    column = column.str.replace_all(" +", " ").str.strip_chars(" ")
    for pattern, replacement in rules.glue_patterns:
        column = column.str.replace_all(pattern, re.sub(r"\\(\d)", r"${\1}", replacement))
    return column.to_arrow().cast(pa.string())


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
