"""What a list may be and become, and which of its rows state a claim: without a database or a clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wasl.kernel.errors import RuleRefused
from wasl.kernel.folding import fold


class ListState(StrEnum):
    """Only an active list counts anywhere; nothing is deleted when it stops counting (L9)."""

    LOADING = "loading"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Fate(StrEnum):
    """How a row of a sheet ended; every row ends in exactly one (L3)."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REPEATED = "repeated"
    NOT_DATA = "not_data"
    WITHDRAWN = "withdrawn"


# The words by which offices say "an organisation", in no way which one.
_GENERIC = frozenset(
    fold(word)
    for word in (
        "جمعية", "الجمعية", "جمعيه", "مؤسسة", "المؤسسة", "الخيرية", "خيرية", "الاهلية", "تنمية", "لتنمية",
        "المجتمع", "بنك", "وزارة", "فرع", "charity", "association", "foundation", "society", "ngo", "the",
    )
)  # fmt: skip
# What stands in such a column when the list's own organisation pays.
_OURSELVES = frozenset(
    fold(word) for word in ("نحن", "نفس الجهة", "الجهة نفسها", "ذاتي", "تمويل ذاتي", "داخلي", "self", "own")
)
_LONG_NUMBER = re.compile(r"[0-9٠-٩۰-۹](?:[\s.\-']?[0-9٠-٩۰-۹]){8,}")


@dataclass(frozen=True)
class Payer:
    """An organisation as a cell of a list may name it."""

    code: str
    names: tuple[str, ...]


def check_can_withdraw(state: str, code: str) -> bool:
    """
    Tell whether withdrawing changes anything; False where the list is withdrawn already.

    :raises RuleRefused: a list still loading is finished first, or a replaced one counts nowhere anyway.
    """
    if state == ListState.LOADING:
        raise RuleRefused("list.still_loading", list=code)
    if state == ListState.REPLACED:
        raise RuleRefused("list.is_replaced", list=code)
    return state == ListState.ACTIVE


def check_can_restore(state: str, code: str) -> bool:
    """
    Tell whether restoring changes anything; False where the list counts already.

    :raises RuleRefused: the list is still loading.
    """
    if state == ListState.LOADING:
        raise RuleRefused("list.still_loading", list=code)
    return state != ListState.ACTIVE


def check_can_be_replaced(state: str, code: str) -> None:
    """:raises RuleRefused: it is still loading, or another list has taken its place already."""
    if state == ListState.LOADING:
        raise RuleRefused("list.still_loading", list=code)
    if state == ListState.REPLACED:
        raise RuleRefused("list.is_replaced", list=code)


def is_loaded_already(
    *, is_read_as_before: bool, counting: Collection[int], replaced: int | None, is_only_to_replace: bool
) -> bool:
    """
    Tell whether a sheet whose very bytes are a list already is left as it is.

    Read otherwise it may be loaded again, once what `counting` holds of it (the list itself, or what took
    its place) is nothing, or is the list it is said to replace: the same rows never count twice.
    `is_only_to_replace`: the file is loaded to replace one of its own lists, and this sheet is another.
    """
    return is_read_as_before or is_only_to_replace or not set(counting) <= {replaced}


def check_one_organisation(replaced: str, owner: str, code: str) -> None:
    """:raises RuleRefused: a list takes the place of one of its own organisation alone."""
    if replaced != owner:
        raise RuleRefused("list.replaces_another_organisation", list=code)


def find_payers(written: Iterable[str], payers: Collection[Payer], own_code: str) -> dict[str, str]:
    """
    Read who pays, for each distinct wording: an organisation's code, else the words themselves.

    Words that name nobody we know are still somebody else: the row is then no claim of the list's
    owner. Only words that mean "ourselves", or say "association" and nothing more, are the owner.
    """
    by_name = _index_names(payers)
    return {text: _find_payer(text, by_name, own_code) for text in set(written)}


def hide_long_numbers(text: str) -> str:
    """Replace whatever may be an id or a phone (9 digits or more) inside words that are kept readable."""
    return _LONG_NUMBER.sub("…", text)


def choose_replaced_sheet(sheets: Iterable[str], replaced_sheet: str, code: str) -> str:
    """
    Choose which of the sheets takes the place of a list: the only one, or that of the same name.

    :raises RuleRefused: several sheets and none of that name.
    """
    names = list(sheets)
    if len(names) == 1:
        return names[0]
    if replaced_sheet in names:
        return replaced_sheet
    raise RuleRefused("list.replaces_which_sheet", list=code, sheet=replaced_sheet)


def _index_names(payers: Collection[Payer]) -> Mapping[str, frozenset[str]]:
    indexed: dict[str, frozenset[str]] = {}
    for payer in payers:
        indexed[payer.code] = frozenset({payer.code}) | frozenset(fold(name) for name in payer.names if name)
    return indexed


def _find_payer(text: str, by_name: Mapping[str, frozenset[str]], own_code: str) -> str:
    folded = fold(text)
    if not folded or folded in _OURSELVES or not _telling(folded):
        return own_code
    for code, names in by_name.items():
        if folded in names:
            return code
    words = _telling(folded)
    near = [code for code, names in by_name.items() if any(_names_it(words, name) for name in names)]
    return near[0] if len(near) == 1 else hide_long_numbers(text)


def _telling(folded: str) -> frozenset[str]:
    return frozenset(folded.split()) - _GENERIC


def _names_it(words: frozenset[str], name: str) -> bool:
    """The cell may say less than the full name (النور for جمعية النور الخيرية), never nothing of it."""
    telling = _telling(name)
    return bool(telling) and (words <= telling or telling <= words)
