"""How a member lays out a series of lists: the file's form, its columns, and the habits of its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wasl.synth.alliance import Organisation
from wasl.synth.programmes import PERSON_PARTS, ListPlan

LARGE_ROWS = 12_000
SMALLEST_FILE = 150
"""Rows a governorate must have on average before a list is divided into a file for each."""


@dataclass(frozen=True)
class Style:
    """Choices that hold for all editions of one series, as a template is copied from month to month."""

    xlsx: bool
    encoding: str
    delimiter: str
    header: int
    """Which wording of each header."""
    english: bool
    titles: int
    blank_after_title: bool
    empty_columns: int
    two_line_header: bool
    four_names: bool
    family_number: bool
    relation_column: bool
    merged_family: bool
    """Family number and address only on the family's first line, merged or left empty below."""
    address: bool
    eastern: bool
    id_form: int
    """0 text, 1 numbers, 2 an apostrophe before, 3 spaces, 4 dashes in some."""
    lost_ids: float
    """How often a spreadsheet turned an id into 2.85E+13."""
    date_form: int
    phone_form: int
    need_column: bool
    month_column: int
    """0 none (title or options), 1 in words, 2 a date of giving."""
    month_form: int
    value_column: bool
    paid_by: bool
    researcher: bool
    members_column: bool
    status_column: bool
    notes: bool
    signature: bool
    footer: bool
    summary_sheet: bool
    sheets_by_markaz: bool
    by_governorate: bool
    absent: str
    honorifics: float
    need_word: int
    dmy: bool


def style_of(plan: ListPlan, member: Organisation, governorates: int, rng: np.random.Generator) -> Style:
    """Choose the style of a series; `rng` must depend on the series alone."""

    def maybe(chance: float) -> bool:
        return bool(rng.random() < chance)

    many = len(plan.rows) > LARGE_ROWS
    xlsx = maybe(0.66) and not many
    encoding = str(rng.choice(["utf-8-sig", "utf-8", "cp1256"], p=[0.4, 0.25, 0.35]))
    by_person = plan.by_person or plan.programme.part in PERSON_PARTS
    grouped = plan.by_person and plan.grouped and plan.programme.part not in PERSON_PARTS
    merged = grouped and maybe(0.35)
    english = member.code.endswith("6") and maybe(0.8)
    has_place = "markaz" in plan.columns
    divided = maybe(0.3) or not has_place
    return Style(
        xlsx=xlsx, encoding=encoding, delimiter=str(rng.choice([",", ";", "\t"], p=[0.6, 0.25, 0.15])),
        header=int(rng.integers(0, 6)), english=english,
        titles=int(rng.choice(4, p=[0.25, 0.3, 0.3, 0.15])) if xlsx else int(maybe(0.25)),
        blank_after_title=maybe(0.4), empty_columns=int(maybe(0.2)) if xlsx else 0,
        two_line_header=xlsx and not by_person and not english and plan.programme.part != "registrant" and maybe(0.5),
        four_names=by_person and maybe(0.35),
        family_number=grouped and (merged or maybe(0.7)), relation_column=grouped, merged_family=merged,
        address="village" in plan.columns and has_place and maybe(0.2),
        eastern=maybe(0.2) and not (encoding == "cp1256" and not xlsx),
        id_form=int(rng.choice(5, p=[0.4, 0.28, 0.14, 0.1, 0.08])), lost_ids=0.004 if maybe(0.25) else 0.0,
        date_form=int(rng.integers(0, 7)), phone_form=int(rng.choice(4, p=[0.5, 0.25, 0.15, 0.1])),
        need_column=plan.need is not None and maybe(0.45), month_column=int(rng.choice(3, p=[0.5, 0.3, 0.2])),
        month_form=int(rng.integers(0, 5)), value_column=plan.value is not None and maybe(0.6),
        paid_by=plan.need == "monthly_cash" and plan.organisation % 3 == 2, researcher=maybe(0.3),
        members_column=maybe(0.3), status_column=maybe(0.3), notes=maybe(0.35), signature=maybe(0.25),
        footer=maybe(0.5), summary_sheet=xlsx and maybe(0.3), sheets_by_markaz=xlsx and has_place and maybe(0.25),
        by_governorate=divided and governorates > 1 and len(plan.rows) > SMALLEST_FILE * governorates,
        absent=str(rng.choice(["-", "لا يوجد", "", "لايوجد"])), honorifics=0.06 if maybe(0.3) else 0.0,
        need_word=int(rng.integers(0, 6)), dmy=maybe(0.85) or "nid" not in plan.columns,
    )  # fmt: skip
