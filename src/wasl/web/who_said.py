"""What the page says of an answer: a sentence, the candidates beside what was typed, what speaks for and against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from wasl.benefits.calendar import Catalogue
from wasl.benefits.elsewhere import Coverage
from wasl.country.egypt.names import name_parts
from wasl.country.egypt.national_id import NationalId, check_national_id
from wasl.country.egypt.phones import format_phone
from wasl.linkage.identify import Answer, Candidate, Evidence
from wasl.linkage.queries import PairView, Term
from wasl.linkage.rules import PairKind
from wasl.linkage.typed_query import Understood, evidence_of, sentence_of
from wasl.organisations.viewer import Viewer
from wasl.registry.queries import PlaceName, RecordView
from wasl.registry.search import NO_CARD, PersonCard
from wasl.web.digits import show_digits
from wasl.web.family_history import as_written
from wasl.web.joining import join_list
from wasl.web.letters import Part, mark_differences
from wasl.web.search import coverage_words, is_covered_now, place_words
from wasl.web.templatetags.wasl import say as say_marked
from wasl.web.waterfall import Waterfall, draw_waterfall
from wasl.web.words import has_words, say
from wasl.web.words.nouns import count_of

FOR, NEAR, AGAINST = "for", "near", "against"
MATCHES = frozenset(
    ("same", "same_village", "same_markaz", "same_governorate", "year_agrees", "agree_20", "agree_14")
)
DIFFERS = frozenset(
    (
        "different", "far", "year_far", "other_markaz", "other_markaz_v", "other_governorate", "other_governorate_v",
        "other_governorate_m",
    )
)  # fmt: skip
BADGES = {"same": "certain", "possible": "likely", "new": "unknown"}


@dataclass(frozen=True)
class Said:
    """One comparison in words; `sign` says whether it matches, comes near or differs."""

    words: str
    sign: str


@dataclass(frozen=True)
class Cell:
    """One value of a candidate, with the letters marked that differ from what was typed."""

    parts: Sequence[Part]


@dataclass(frozen=True)
class Row:
    """One field: what was typed, and what each candidate has; `is_code` where digits are read left to right."""

    words: str
    typed: str
    cells: tuple[Cell, ...]
    is_code: bool


@dataclass(frozen=True)
class Card:
    """One candidate as the page prints them."""

    candidate: Candidate
    name: str
    badge: str
    said: tuple[Said, ...]
    waterfall: Waterfall | None
    standing: str
    coverage: str
    is_covered: bool


@dataclass(frozen=True)
class Known:
    """What the page read beside the answer."""

    records: Mapping[int, RecordView]
    cards: Mapping[int, PersonCard]
    coverage: Mapping[int, tuple[Coverage, ...]]
    places: Mapping[str, PlaceName]
    catalogue: Catalogue


def answer_sentence(viewer: Viewer, answer: Answer) -> str:
    """Answer in one sentence."""
    code = sentence_of(answer)
    if viewer.is_desk and has_words(f"{code}_desk"):
        code = f"{code}_desk"
    likely = [one for one in answer.candidates if one.band != "new"]
    name = as_written(likely[0].best.name or "—") if likely else ""
    return say_marked(code, name=name, people=show_digits(count_of(len(likely), "person")))


def make_cards(viewer: Viewer, candidates: Sequence[Candidate], known: Known) -> list[Card]:
    """Return the candidates as they are shown."""
    return [_card(viewer, one, known) for one in candidates]


def _card(viewer: Viewer, one: Candidate, known: Known) -> Card:
    family = one.family_id or 0
    return Card(
        candidate=one,
        name=one.best.name,
        badge=BADGES[one.band],
        said=tuple(say_evidence(evidence_of(one))),
        waterfall=_waterfall(one),
        standing=_standing(viewer, known.cards.get(one.person_id or 0, NO_CARD)),
        coverage=coverage_words(known.coverage.get(family, ()), known.catalogue),
        is_covered=is_covered_now(known.coverage.get(family, ()), known.catalogue),
    )


def say_evidence(evidence: Sequence[Evidence]) -> list[Said]:
    """Say how each comparison came out, the weightiest first; what was missing says nothing."""
    told = sorted(evidence, key=lambda one: -abs(one.weight))
    return [
        Said(say(f"who.said.{one.comparison}.{one.level}"), _sign(one.level))
        for one in told
        if has_words(f"who.said.{one.comparison}.{one.level}")
    ]


def _sign(level: str) -> str:
    return FOR if level in MATCHES else AGAINST if level in DIFFERS else NEAR


def _waterfall(one: Candidate) -> Waterfall | None:
    """Draw what was weighed; an id that says it alone was not."""
    if one.basis == "id":
        return None
    terms = [
        Term("prior", "", one.prior),
        *(Term(term.comparison, term.level, term.weight) for term in one.evidence),
        *([Term("others", "", one.others)] if one.others else []),
    ]
    rule = "inside_family" if one.basis == "family" else "pair"
    pair = PairView(0, 0, PairKind.PERSON, one.band, rule, one.rival, one.weight, terms)
    return draw_waterfall(pair, with_lines=False)


def _standing(viewer: Viewer, card: PersonCard) -> str:
    if not card.lists:
        return say("search.not_matched")
    lists = count_of(card.lists, "list")
    if viewer.is_desk and card.organisations > 1:
        lists = say(
            "search.lists_of", lists=lists, organisations=count_of(card.organisations, "organisation")
        )
    return show_digits(lists)


def compare(asked: Understood, candidates: Sequence[Candidate], known: Known) -> list[Row]:
    """Put what was typed beside every candidate, field by field; a field that nobody has is left out."""
    rows = [
        _row("name", asked.name or "", [one.best.name for one in candidates]),
        _row(
            "nid",
            asked.nid.text if asked.nid else "",
            [_nid(one, known.records) for one in candidates],
            is_code=True,
        ),
        _row(
            "birth",
            _born(asked.born, asked.precision),
            [_born_of(one, known.records) for one in candidates],
            is_code=True,
        ),
        _row("sex", _sex(asked.sex), [_sex(one.best.sex) for one in candidates], plain=True),
        _row("phone", _phone(asked.phone), [_phone(one.best.phone) for one in candidates], is_code=True),
        _row(
            "where",
            _where(asked.village, asked.place.markaz, asked.place.governorate, known),
            [_where(one.best.village, one.best.markaz, one.best.governorate, known) for one in candidates],
            plain=True,
        ),
    ]
    return [row for row in rows if row.typed or any(cell.parts for cell in row.cells)]


def _row(code: str, typed: str, values: Sequence[str], *, is_code: bool = False, plain: bool = False) -> Row:
    mark = _marked_digits if is_code else _marked
    cells = tuple(Cell([Part(value)] if plain and value else mark(typed, value)) for value in values)
    return Row(say(f"review.{code}"), typed, cells, is_code)


def _marked_digits(typed: str, value: str) -> Sequence[Part]:
    """Mark the digits that differ; of a date the year alone where no more was typed."""
    start = max(0, len(value) - len(typed)) if typed else 0
    ahead = [Part(value[:start])] if start else []
    return [*ahead, *mark_differences(typed, value[start:])[1]]


def _marked(typed: str, value: str) -> Sequence[Part]:
    """Mark the letters that differ; names beyond those that were typed differ from nothing."""
    if not typed or not value:
        return [Part(value)] if value else []
    heard, rest = _as_long(typed, value)
    return [*mark_differences(typed, heard)[1], *([Part(rest)] if rest else [])]


def _as_long(typed: str, value: str) -> tuple[str, str]:
    """Split a value after as many parts of a name as were typed; عبد العال is one part, however it is written."""
    parts, words = len(name_parts(typed)), value.split(" ")
    cut = max(
        (n for n in range(1, len(words) + 1) if len(name_parts(" ".join(words[:n]))) <= parts), default=0
    )
    rest = " ".join(words[cut:])
    return " ".join(words[:cut]), f" {rest}" if rest else ""


def _nid(one: Candidate, records: Mapping[int, RecordView]) -> str:
    held = [records[seen.record_id].nid for seen in one.records if seen.record_id in records]
    return next((nid for nid in held if nid), "")


def _born(born: date | None, precision: str | None) -> str:
    if born is None:
        return ""
    if precision == "year":
        return str(born.year)
    return f"{born:%m/%Y}" if precision == "month" else f"{born:%d/%m/%Y}"


def _born_of(one: Candidate, records: Mapping[int, RecordView]) -> str:
    """Return when a candidate was born; where no record says it, what the national id says."""
    dated = next((seen for seen in one.records if seen.birth_date is not None), None)
    if dated is not None:
        return _born(dated.birth_date, dated.birth_precision)
    held = check_national_id(_nid(one, records), timezone.localdate())
    return _born(held.birth_date, "day") if isinstance(held, NationalId) else ""


def _sex(sex: int | None) -> str:
    return say(f"review.sex.{sex}") if sex else ""


def _phone(phone: int | None) -> str:
    return format_phone(phone) if phone else ""


def _where(village: str | None, markaz: str | None, governorate: str | None, known: Known) -> str:
    return place_words(governorate, markaz, village, known.places)


def say_understood(asked: Understood, known: Known) -> str:
    """Say how the fields were read, so that a slip of the keyboard is seen at once."""
    said = [
        asked.name or "",
        say("search.born_in", year=_born(asked.born, asked.precision)) if asked.born else "",
        _sex(asked.sex),
        _phone(asked.phone),
        _where(asked.village, asked.place.markaz, asked.place.governorate, known),
    ]
    return show_digits(join_list([one for one in said if one]))
