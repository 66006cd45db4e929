"""What a row says as numbers that hang on nothing else: codes of values, digests, the order of content."""

from __future__ import annotations

import hashlib

import numpy as np

from wasl.matching.arrays import distinct, mix, order_by, sum_by
from wasl.matching.options import Array
from wasl.matching.stages import Table

PLACES = ("gov", "markaz", "village")
_ODD = np.uint64(0x9E3779B97F4A7C15)


def hash_texts(values: list[str]) -> Array:
    """Return 64 stable bits of each text."""
    made = b"".join(hashlib.blake2b(value.encode(), digest_size=8).digest() for value in values)
    return np.frombuffer(made, dtype="<u8").copy()


def _hash_used(values: list[str], codes: Array) -> Array:
    """Return the bits of the texts that codes name, in the texts' places: a change names few of them."""
    used = distinct(codes.ravel())
    out = np.zeros(len(values), dtype=np.uint64)
    out[used] = hash_texts([values[code] for code in used.tolist()])
    return out


def content_digest(facts: Table, chain: Array, tokens: list[str], words: Table) -> Array:
    """
    Return 63 bits of all the engine sees of each record, whatever other records or codes there are.

    It orders records, so that ties fall alike in every run that holds them.
    """
    word = _hash_used(tokens, chain)
    word[:1] = 0
    places = [_hash_used(["", *words[f"v_{name}"].tolist()], facts[name]) for name in PLACES]
    for hashed in places:
        hashed[:1] = 0
    phones = np.concatenate(([0], words["v_phone"]))
    small = np.zeros(len(chain), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for name in ("ministry", "sex_stated", "nid_check", "precision_stated"):
            small = small * np.uint64(4) + facts[name].astype(np.uint64)
        small = small + (facts["org"].astype(np.int64).view(np.uint64) << np.uint64(8))
        key = mix(small)
        for place in range(chain.shape[1]):
            key = key * _ODD + word[chain[:, place]]
        for name, value in zip(PLACES, places, strict=True):
            key = key * _ODD + value[facts[name]]
        key = mix(key) + phones[facts["phone"]].astype(np.uint64)
        key = mix(key) + facts["nid"].astype(np.uint64)
        key = mix(mix(key) + facts["day_stated"].astype(np.int64).view(np.uint64))
    return np.asarray((key >> np.uint64(1)).astype(np.int64))


def order_contents(digest: Array, record_id: Array, m_rec: Array, m_ent: Array, e_digest: Array) -> Array:
    """
    Return the order of records by content; equal contents by the families they stand in.

    Records that tie even there are alike in all the engine sees; only between those does the id decide.
    """
    order = order_by(digest)
    ordered = digest[order]
    tied = np.zeros(len(order), dtype=bool)
    tied[1:] = ordered[1:] == ordered[:-1]
    tied[:-1] |= tied[1:]
    if not tied.any():
        return order
    twins = np.zeros(len(order), dtype=bool)
    twins[order[tied]] = True
    of = np.flatnonzero(twins[m_rec])
    family = sum_by(m_rec[of], mix(e_digest[m_ent[of]]), len(order))
    who = order[tied]
    order[tied] = who[np.lexsort((record_id[who], family[who], digest[who]))]
    return order


def order_entries(out: Table) -> Array:
    """Return the order of entries by what they hold; then by month, organisation and id."""
    return order_by(out["e_digest"], out["e_month"], out["e_org"], out["e_id"])


def reorder_entries(homes: Table, order: Array, entry_order: Array) -> Table:
    """Return entry and member columns under the places that the two orders give records and entries."""
    place, entry_place = np.empty(len(order), dtype=np.int32), np.empty(len(entry_order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    entry_place[entry_order] = np.arange(len(entry_order), dtype=np.int32)
    out = {name: column[entry_order] for name, column in homes.items() if name.startswith("e_")}
    ent, rec, rel = pack_members(entry_place[homes["m_ent"]], place[homes["m_rec"]], homes["m_rel"])
    return {**out, "m_ent": ent, "m_rec": rec, "m_rel": rel}


def pack_members(ent: Array, rec: Array, rel: Array) -> tuple[Array, Array, Array]:
    """Return members ordered by entry, record and relation: one sort of one number each."""
    width = max(1, int(rec.max(initial=0)).bit_length())
    packed = ent.astype(np.int64)
    packed <<= width
    packed |= rec
    packed <<= 4
    packed |= rel
    packed.sort()
    rel = (packed & 15).astype(np.int8)
    packed >>= 4
    return (packed >> width).astype(np.int32), (packed & ((1 << width) - 1)).astype(np.int32), rel
