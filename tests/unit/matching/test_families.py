"""What joins entries to families, and what keeps them apart: phones, wives, men who left, children named elsewhere."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from wasl.matching import families
from wasl.matching.arrays import pack
from wasl.matching.households import KID, MAN

from .conftest import Lists, together

HUSBAND = "28001010100013"


def ends(*pairs: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.array(pairs, dtype=np.int64).T
    return a, b


def test_own_phone_few_rows_is_a_familys_and_many_a_coordinators() -> None:
    """Beyond its rarity a number of few rows counts more; one of many rows counts nothing."""
    weights = SimpleNamespace(phone=np.array([0, 1900, 1300], dtype=np.int32))
    entries = {"phone": np.array([1, 1, 2, 2, 0], dtype=np.int32)}
    found = families._own_phone(entries, weights, *ends((0, 1), (2, 3), (0, 2), (3, 4)))  # type: ignore[arg-type]
    assert found.tolist() == [families.OWN_PHONE, -(1300 - 70), 0, 0]


def test_line_keys_hold_the_phone_alone() -> None:
    """A mother has no line in common with her child's lone row: their phone brings them together."""
    entries = {
        "phone": np.array([7, 7, 0]), "village": np.zeros(3, np.int32), "markaz": np.zeros(3, np.int32),
        "line": np.array([[0, 0, 0, 0], [5, 6, 0, 0], [5, 6, 0, 0]], dtype=np.int32),
    }  # fmt: skip
    keys, who = families.line_keys(entries)["phone_alone"]
    assert who.tolist() == [0, 1]
    assert keys[0] == keys[1]


def test_not_among_only_where_the_entry_names_children_of_other_names() -> None:
    """Entry 0 names a man and two children; 1 and 2 are lone children, of a name among them and of none."""
    enc = {"tok_canon": np.arange(9), "chain": np.array([[1], [2], [3], [2], [4]], dtype=np.int32)}
    entries = {
        "young": np.array([-1, 3, 4]), "kids": np.array([2, 0, 0]), "s_start": np.array([0, 3, 4, 5]),
        "s_rec": np.array([0, 1, 2, 3, 4, -1]), "s_kind": np.array([MAN, KID, KID, 5, 5, 0]),
    }  # fmt: skip
    found = families._not_among(enc, entries, *ends((0, 1), (0, 2), (1, 2)))
    assert found.tolist() == [0, families.NOT_AMONG, 0]


def left_and_named() -> dict[str, np.ndarray]:
    """Entry 0: the man with his wife; 1: his list says he has none; 2: a silent row of his; 3: his child."""
    return {
        "husband": np.array([0, 0, 0, -1]), "man_person": np.array([0, 0, 0, -1]), "woman": np.array([5, -1, -1, -1]),
        "young": np.array([-1, -1, -1, 6]), "no_wife": np.array([False, True, False, False]),
        "two_wives": np.array([False]), "left": np.array([True]), "phone": np.zeros(4, np.int32),
    }  # fmt: skip


def test_which_wife_a_man_who_left_has_silent_rows_apart_and_no_children() -> None:
    entries = left_and_named()
    a, b = ends((0, 1), (0, 2), (1, 2), (0, 3), (1, 3))
    found = families._which_wife(entries, a, b, np.ones(5, dtype=bool))
    assert (found < 0).tolist() == [True, True, False, False, True]
    entries["left"][:] = False
    found = families._which_wife(entries, a, b, np.ones(5, dtype=bool))
    assert (found < 0).tolist() == [True, False, False, False, False]


def test_left_wife_bars_his_own_entry_from_hers_unless_one_phone_serves_both() -> None:
    entries = left_and_named()
    assert families._left_wife(entries, *ends((0, 1), (0, 2))).tolist() == [True, False]
    entries["phone"][:2] = 3
    assert families._left_wife(entries, *ends((0, 1))).tolist() == [False]


def test_weigh_family_rivals_counts_all_that_speaks_and_both_directions() -> None:
    """A child (1) between two fathers (0 and 2), one before and one behind it: equal ones take all from each other."""
    entries = {
        "young": np.array([-1, 9, -1]), "man": np.array([3, -1, 4]), "man_person": np.array([3, -1, 4]),
    }  # fmt: skip
    a, b = ends((0, 1), (1, 2))
    packed, weight = pack(a, b), np.array([900, 900], dtype=np.int32)
    none = np.zeros(2, dtype=bool)
    even = families.weigh_family_rivals(entries, packed, weight, np.array([1500, 1500]), none)
    assert even.tolist() == [0, 0]
    uneven = families.weigh_family_rivals(entries, packed, weight, np.array([3000, 1500]), none)
    assert uneven[0] == 900
    assert uneven[1] < 0


@pytest.mark.parametrize(
    ("wife", "born", "one"),
    [
        ("زينب حسن عوض", None, True),
        ("زينب رضوان عوض", None, True),
        ("هدى حسن عوض", None, False),
        ("زينب رضوان عوض", dt.date(1991, 4, 9), False),
    ],
)
def test_link_other_wife_or_the_same_one_misspelt(
    lists: Lists, link, wife: str, born: dt.date | None, one: bool
) -> None:
    """The man is the same by his id; his wife's name differs in one part, and a date may say she is another."""
    first = {
        "name": "زينب حسن عوض",
        "relation": "spouse",
        "village": "تلة",
        "birth_date": dt.date(1984, 2, 20),
    }
    other = {"name": wife, "relation": "spouse", "village": "تلة", "birth_date": born}
    for organisation, spouse in ((1, first), (2, other)):
        man = {"name": "سيد فرج شعبان", "nid": HUSBAND, "relation": "head", "village": "تلة"}
        lists.family(organisation, man, spouse)
    found = together(link(lists.tables()).families, "entry_id", "family")
    assert (frozenset({1, 2}) in found) is one
