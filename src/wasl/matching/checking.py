"""Whether a state still agrees with itself: keys with records, digests with content, labels and pairs with what stands."""

from __future__ import annotations

import numpy as np

from wasl.matching.again import FIRST, LAST
from wasl.matching.content import content_digest
from wasl.matching.dictionary import read_tokens
from wasl.matching.households import describe_entries
from wasl.matching.options import Array
from wasl.matching.snapshot import pack_lines, pack_records
from wasl.matching.state import TABLES, LinkState
from wasl.matching.work import Work, places


def check_state(state: LinkState) -> dict[str, int]:
    """
    Return how many rows of a state disagree with what they were made from, by what is wrong; nothing is best.

    `keys_of_records` and `keys_of_entries` count packed keys that are missing or too many, `digests` records
    that do not say what their digest says, the rest rows that point at what is gone.
    """
    work = Work(state)
    tokens, facts = read_tokens(work.context.dictionary)
    lists = {"l_wives": work.context.wives, "l_children": work.context.children}
    work.shared = {**facts, **lists, "x_now": np.array([work.context.now])}
    alive = np.append(work.records["alive"], False)
    standing = np.append(work.entries["e_alive"], False)
    found = {
        "digests": _wrong_digests(work, tokens),
        "keys_of_records": _wrong_keys(work, alive, standing),
        "keys_of_entries": _wrong_lines(work, alive, standing),
        "tokens": int((work.records["chain"][alive[:-1]].max(initial=0)) >= len(tokens)),
        "members": _pointing_nowhere(work.members["m_rec"], alive)
        + _pointing_nowhere(work.members["m_ent"], standing),
        "labels_of_records": sum(
            _pointing_nowhere(work.records[name][alive[:-1]], alive)
            for name in ("person_first", "person", "certain_person", "group")
        ),
        "labels_of_entries": sum(
            _pointing_nowhere(work.entries[name][standing[:-1]], standing)
            for name in ("family_first", "family", "certain_family")
        ),
    }
    for name in TABLES:
        if "pairs" in TABLES[name]:
            pairs = work.tables[name]["pairs"]
            some = standing if name.startswith("links") else alive
            found[name] = _pointing_nowhere(pairs >> 32, some) + _pointing_nowhere(
                np.where(pairs < 0, -1, pairs & 0xFFFFFFFF), some
            )
    return {what: count for what, count in found.items() if count}


def _pointing_nowhere(rows: Array, some: Array) -> int:
    """Count what points at rows that are gone; −1 says itself that it is gone."""
    inside = (rows >= 0) & (rows < len(some) - 1)
    return int((rows >= len(some) - 1).sum()) + int((~some[rows[inside]]).sum())


def _wrong_digests(work: Work, tokens: list[str]) -> int:
    at = np.flatnonzero(work.records["alive"])
    facts = {name: column[at] for name, column in work.records.items()}
    made = content_digest(facts, facts["chain"], tokens, work.context.words)
    return int((made != facts["digest"]).sum())


def _wrong_keys(work: Work, alive: Array, standing: Array) -> int:
    sub, rows, _ = work.take(alive, standing)
    made = pack_records(sub, np.arange(len(rows)), rows)
    held = work.keys["keys"]
    return sum(len(np.setxor1d(column, held.keys_of(rule, alive))) for rule, column in made.items())


def _wrong_lines(work: Work, alive: Array, standing: Array) -> int:
    sub, rows, taken = work.take(alive, standing)
    wrong = 0
    for names in (FIRST, LAST):
        person = places(rows, len(alive))[work.records[names.person][rows]]
        entries = describe_entries(sub, person)
        made = pack_lines(entries, np.ones(len(taken), dtype=bool), taken)
        held = work.keys[names.lines]
        wrong += sum(len(np.setxor1d(column, held.keys_of(rule, standing))) for rule, column in made.items())
    return wrong
