"""Giving each column its field: header and contents weighed together, subjects sorted out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wasl.intake.reading.contents import Profile, fit
from wasl.intake.reading.headers import NOTHING, Meaning, read_header
from wasl.intake.reading.model import Message, column_letter
from wasl.intake.reading.name_columns import split_births, split_names

PERSONAL = frozenset(
    {"name", "name_part1", "name_part2", "name_part3", "name_part4", "name_last", "nid", "birth", "birth_day"}
    | {"birth_month", "birth_year", "age", "sex", "phone", "marital", "relation", "status", "deceased"}
)
_STRONG: tuple[tuple[str, float], ...] = (("nid", 0.6), ("phone", 0.6), ("name", 0.65))


@dataclass(frozen=True)
class Guess:
    """What one column may be, on the way to a field."""

    index: int
    header: str
    meaning: Meaning
    profile: Profile
    attribute: str | None
    confidence: float
    why: Literal["header", "contents", "both"]

    @property
    def subject(self) -> str | None:
        return self.meaning.subject

    @property
    def label(self) -> str:
        return self.header or column_letter(self.index)

    @property
    def quality(self) -> tuple[float, float, int]:
        """Which of two columns of one kind is the better: header and contents, then what is filled."""
        return (round(self.confidence, 2), self.profile.filled, -self.index)


def guess_columns(
    headers: Sequence[str], profiles: Sequence[Profile], note: Callable[[Message], None]
) -> list[Guess]:
    """Weigh header and contents of every column; contents that contradict a header win, and it is said."""
    guesses = []
    for index, (header, profile) in enumerate(zip(headers, profiles, strict=True)):
        guesses.append(_guess(index, header, profile, note))
    return guesses


def _guess(index: int, header: str, profile: Profile, note: Callable[[Message], None]) -> Guess:
    meaning = read_header(header) if header else NOTHING
    if meaning.unused:
        return Guess(index, header, meaning, profile, None, meaning.score, "header")
    if meaning == NOTHING:
        return _by_contents(index, header, profile)
    attribute = _choose(meaning, profile)
    agreement = fit(attribute, profile) if attribute else 0.0
    strong = _strong_kind(profile)
    if strong and attribute not in {strong, None} and _contradicts(attribute or "", strong, agreement):
        note(
            Message(
                "column_contents_differ", {"column": header, "letter": column_letter(index), "field": strong}
            )
        )
        return Guess(index, header, replace(meaning, attributes=(strong,)), profile, strong, 0.7, "contents")
    if attribute == "name" and profile.share("number") > 0.8:
        attribute = None
    if attribute is None:
        return Guess(index, header, meaning, profile, None, 0.0, "header")
    confidence = min(1.0, meaning.score * (0.6 + 0.4 * agreement))
    return Guess(
        index, header, meaning, profile, attribute, confidence, "both" if agreement > 0.6 else "header"
    )


def _contradicts(attribute: str, strong: str, agreement: float) -> bool:
    if agreement > 0.2:
        return False
    if strong == "nid":
        return attribute not in {"notes", "origin_list", "origin_row"}
    if strong == "name":
        return attribute in {
            "nid",
            "phone",
            "serial",
            "age",
            "birth",
            "birth_day",
            "birth_month",
            "birth_year",
            "value",
            "quantity",
            "family_no",
            "file_no",
        }
    return attribute in {
        "nid",
        "name",
        "birth",
        "birth_day",
        "birth_month",
        "birth_year",
        "age",
        "value",
        "serial",
    }


def _strong_kind(profile: Profile) -> str | None:
    if profile.filled < 2:
        return None
    return next((kind for kind, least in _STRONG if profile.share(kind) >= least), None)


def _choose(meaning: Meaning, profile: Profile) -> str | None:
    """Among what a header may mean, take what the contents fit; the first where they say nothing."""
    options = meaning.attributes
    if len(options) == 1 or not profile.filled:
        return options[0]
    best = max(options, key=lambda option: (fit(option, profile), -options.index(option)))
    if fit(best, profile) < 0.35:
        return None
    return best


def _by_contents(index: int, header: str, profile: Profile) -> Guess:
    """A column without a usual header: ids, phones and names speak for themselves, little else does."""
    kinds = (
        ("nid", 0.6),
        ("phone", 0.6),
        ("name", 0.6),
        ("relation", 0.85),
        ("sex", 0.85),
        ("marital", 0.85),
    )
    least_filled = 1 if not header else 3
    for kind, least in kinds:
        share = fit(kind, profile) if profile.filled >= least_filled else 0.0
        if share >= least:
            return Guess(index, header, Meaning((kind,), score=0.5), profile, kind, 0.5 * share, "contents")
    for kind in ("need", "governorate", "markaz"):
        if not header and profile.filled and profile.share(kind) >= 0.8:
            return Guess(index, header, Meaning((kind,), score=0.4), profile, kind, 0.4, "contents")
    return Guess(index, header, NOTHING, profile, None, 0.0, "contents")


def assign_fields(guesses: Sequence[Guess], note: Callable[[Message], None]) -> dict[int, str]:
    """Give columns their fields: each field once, the better column kept and the other said."""
    fields: dict[int, str] = {}
    guesses = split_births(split_names(guesses))
    personal = [guess for guess in guesses if guess.attribute in PERSONAL]
    owners = _owners(personal)
    for guess in sorted(personal, key=lambda guess: guess.index):
        owner = owners.get(guess.index)
        if owner is None:
            note(Message("column_not_used", {"column": guess.label, "letter": column_letter(guess.index)}))
        else:
            _take(fields, guesses, guess, f"{owner}.{guess.attribute}", note)
    for guess in guesses:
        if guess.attribute and guess.attribute not in PERSONAL:
            _take(fields, guesses, guess, guess.attribute, note)
    return fields


def _take(
    fields: dict[int, str],
    guesses: Sequence[Guess],
    guess: Guess,
    field: str,
    note: Callable[[Message], None],
) -> None:
    holder = next((index for index, taken in fields.items() if taken == field), None)
    if holder is None:
        fields[guess.index] = field
        return
    if field.endswith(".phone") and f"{field}2" not in fields.values():
        fields[guess.index] = f"{field}2"
        return
    other = guesses[holder]
    kept, dropped = (guess, other) if guess.quality > other.quality else (other, guess)
    fields.pop(holder)
    fields[kept.index] = field
    note(Message("column_duplicate", {"kept": kept.label, "dropped": dropped.label, "field": field}))


def _owners(personal: Sequence[Guess]) -> dict[int, str]:
    """Say whose each personal column is: `self`, `spouse`, `child1` … or None where of nobody mentioned."""
    named = {guess.subject for guess in personal if guess.attribute in {"name", "name_part1"}}
    about = {guess.subject for guess in personal}
    keys = _subject_keys(named, about, personal)
    owners: dict[int, str] = {}
    children = _Children(personal)
    unlabelled: list[Guess] = []
    for guess in personal:
        if guess.subject == "child":
            if "child" in keys:
                owners[guess.index] = keys["child"]
            else:
                owners[guess.index] = children.key_of(guess)
        elif guess.subject is None and guess.attribute in {
            "nid",
            "birth",
            "birth_day",
            "birth_month",
            "birth_year",
            "age",
            "sex",
            "marital",
            "phone",
        }:
            unlabelled.append(guess)
        elif guess.attribute == "relation" or guess.subject is None:
            owners[guess.index] = keys[None] if guess.attribute != "relation" else "self"
        elif guess.subject in keys:
            owners[guess.index] = _second_wife(guess, keys[guess.subject])
    _give_unlabelled(unlabelled, personal, owners, keys["pupil"] if "pupil" in named else "self")
    return owners


def _second_wife(guess: Guess, owner: str) -> str:
    return (
        "spouse2" if owner == "spouse" and guess.subject == "wife" and guess.meaning.ordinal == 2 else owner
    )


def _subject_keys(
    named: set[str | None], about: set[str | None], personal: Sequence[Guess]
) -> dict[str | None, str]:
    """Map the subjects headers speak of to the people of a line."""
    keys: dict[str | None, str] = {"person": "self", None: "self", "recipient": "self"}
    has_self = bool({None, "person", "pupil"} & named)
    if not has_self and "recipient" in named:
        has_self = "head" not in named
    elif "recipient" in about and has_self:
        del keys["recipient"]
    _place_elders(keys, named, has_self)
    has_self = has_self or (
        "self" in {keys.get(subject) for subject in ("head", "guardian")}
        and bool(named & {"head", "guardian"})
    )
    _place_spouses(keys, named, about, has_self)
    named_children = [guess for guess in personal if guess.subject == "child" and guess.attribute == "name"]
    if not has_self and not named & {"husband", "wife", "either_spouse"} and len(named_children) == 1:
        keys["child"] = "self"
    return keys


def _place_elders(keys: dict[str | None, str], named: set[str | None], has_self: bool) -> None:
    """Guardians, parents and heads beside a pupil, a person, or alone."""
    elder = next((one for one in ("guardian", "father", "mother") if one in named), None)
    if "pupil" in named and elder:
        keys |= {"pupil": "child1", elder: "self"}
        if elder == "father" and "mother" in named:
            keys["mother"] = "spouse"
        return
    if "pupil" in named and "head" in named:
        keys |= {"pupil": "child1", "head": "self"}
        return
    keys["pupil"] = "self"
    if "guardian" in named:
        keys |= (
            {"guardian": "self"} if not has_self else {"guardian": "self", None: "child1", "person": "child1"}
        )
    if "head" in named and has_self and "guardian" not in named:
        keys["head"] = "head"
    else:
        keys.setdefault("head", "self")
    if not has_self and not named & {"head", "guardian", "husband", "wife"}:
        if "father" in named:
            keys["father"] = "self"
            if "mother" in named:
                keys["mother"] = "spouse"
        elif "mother" in named:
            keys["mother"] = "self"


def _place_spouses(
    keys: dict[str | None, str], named: set[str | None], about: set[str | None], has_self: bool
) -> None:
    if has_self:
        both = {"husband", "wife"} <= named
        keys |= {"wife": "spouse2" if both else "spouse", "husband": "spouse", "either_spouse": "spouse"}
        return
    if {"husband", "wife"} <= named or {"husband", "either_spouse"} <= named:
        keys |= {"husband": "self", "wife": "spouse", "either_spouse": "spouse"}
    elif named & {"husband", "wife", "either_spouse"}:
        alone = next(one for one in ("husband", "wife", "either_spouse") if one in named)
        keys[alone] = "self"
    else:
        keys |= {"wife": "spouse", "husband": "spouse", "either_spouse": "spouse"}


class _Children:
    """Numbers the columns of children: by what the header counts, else each name begins a child."""

    def __init__(self, personal: Sequence[Guess]) -> None:
        own = [guess for guess in personal if guess.subject == "child"]
        names = [guess for guess in own if guess.attribute in {"name", "name_part1"}]
        ordinals = [guess.meaning.ordinal for guess in names]
        self._counted = all(ordinals) and len(set(ordinals)) == len(ordinals) and bool(names)
        self._keys: dict[int, str] = {}
        current = 0
        seen: set[str] = set()
        for guess in own:
            if self._counted or (not names and guess.meaning.ordinal):
                self._keys[guess.index] = f"child{guess.meaning.ordinal or 1}"
                continue
            if guess.attribute in {"name", "name_part1"} or guess.attribute in seen or not current:
                current += 1
                seen = set()
            seen.add(guess.attribute or "")
            self._keys[guess.index] = f"child{current}"

    def key_of(self, guess: Guess) -> str:
        return self._keys[guess.index]


def _usual_owner(guess: Guess, about: str) -> str:
    if about == "self" or guess.attribute in {"phone", "marital"}:
        return "self"
    of_adults = (
        guess.attribute == "nid" and guess.profile.share("full_nid") > 0 and guess.profile.minors < 0.5
    )
    return "self" if of_adults else about


def _give_unlabelled(
    unlabelled: Sequence[Guess], personal: Sequence[Guess], owners: dict[int, str], about: str
) -> None:
    """
    A second `الرقم القومي` without a name of whom belongs to the person named last before it; where
    both stand behind all the names, the first is the registrant's, and telephones are his both.

    The only one of its kind is that of whom the list is about, wherever it stands: the registrant,
    or the orphan, whose mother's telephone it is all the same.
    """
    taken = {(owners[guess.index], guess.attribute) for guess in personal if guess.index in owners}
    names = sorted(
        (guess.index, owners[guess.index])
        for guess in personal
        if guess.attribute in {"name", "name_part1"} and guess.index in owners
    )
    counts: dict[str | None, int] = {}
    for guess in unlabelled:
        counts[guess.attribute] = counts.get(guess.attribute, 0) + 1
    behind: dict[str | None, set[str]] = {}
    for guess in unlabelled:
        before = [owner for index, owner in names if index < guess.index]
        behind.setdefault(guess.attribute, set()).add(before[-1] if before else "self")
    for guess in unlabelled:
        before = [owner for index, owner in names if index < guess.index]
        nearest = before[-1] if before else "self"
        alone = counts[guess.attribute] == 1
        usual = _usual_owner(guess, about)
        order: tuple[str, ...]
        order = (usual, nearest, "self") if alone and (before or usual != "self") else (nearest, "self")
        if counts[guess.attribute] > 1 and len(behind[guess.attribute]) == 1 and len(before) > 1:
            order = ("self",) if guess.attribute == "phone" else tuple(dict.fromkeys(("self", *before)))
        owner = next((one for one in order if (one, guess.attribute) not in taken), "self")
        owners[guess.index] = owner
        taken.add((owner, guess.attribute))
