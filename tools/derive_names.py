"""
Derive the shipped tables of names from the development dependency egy-names (MIT).

Run as `python tools/derive_names.py` after raising that dependency; it writes
`names_common.csv`, `name_misspellings.csv` and `name_frequencies.csv.gz` into the data folder of
`wasl.country.egypt`. The source's field on religion is dropped as each entry is read and never
looked at: Wasl collects no religion and infers none.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from wasl.country.egypt.name_tokens import base_token
from wasl.kernel.folding import fold

DATA = Path(__file__).parents[1] / "src" / "wasl" / "country" / "egypt" / "data"
KEPT_FIELDS = ("a", "av", "e", "g", "l", "p", "tp")
LEAST_COUNT = 12
RARER_BY = 200
"""A misspelling is mended only where the common name was counted so many times more often."""
MEN_KNOWN, WOMEN_KNOWN, FAMILIES_KNOWN = 300, 220, 70
GENERATIONS_OF_MEN = (0.5, 0.3, 0.2)
"""Weight of the students, their fathers and grandfathers in the men's given names of a register."""
OLDER_WOMEN_SHARE = 0.4
"""The corpus holds students alone, so names of older women are added with guessed weights."""
OLDER_WOMEN = (
    "فاطمة 22 مريم 12 زينب 14 أمينة 4 منى 9 هبة 5 سمر 2 مروة 3 رانيا 2 ياسمين 2 نادية 9 ليلى 4 حنان 8 "
    "نجوى 4 زهراء 1 سارة 3 مها 2 نهى 2 دعاء 5 عبير 4 شيماء 6 إيمان 9 غادة 2 مرفت 3 ميرفت 2 ولاء 3 أمل "
    "8 كريمة 6 رشا 3 نهلة 2 بسمة 1 رحاب 2 هدى 9 هاجر 3 سحر 6 فريال 1 تهاني 1 أسماء 6 جيهان 2 سامية 8 "
    "وفاء 6 هالة 2 صباح 7 إلهام 3 هنادي 1 لمياء 1 سهير 4 شيرين 2 فوزية 5 أحلام 3 نجلاء 5 عفاف 3 خديجة "
    "4 سعاد 9 عزة 6 نعمة 6 نوال 6 فايزة 5 سميرة 7 عواطف 4 انتصار 4 رضا 4 أم كلثوم 2 ابتسام 3 اعتماد 3 "
    "بدرية 3 بهية 3 تحية 2 ثريا 2 جميلة 3 حسنية 2 حكمت 1 حليمة 2 حميدة 2 خيرية 2 دلال 2 راوية 2 رتيبة "
    "1 رجاء 4 رسمية 1 روحية 2 رئيسة 1 زكية 2 سعدية 4 سكينة 2 سناء 5 سنية 2 سيدة 5 شادية 4 شربات 1 "
    "شوقية 2 صابرين 3 صفاء 4 صفية 2 عايدة 4 عائشة 3 عزيزة 4 عطيات 3 علية 2 عنايات 2 فاتن 3 فاطمة "
    "الزهراء 1 فردوس 2 فتحية 5 فهيمة 1 كوثر 3 ماجدة 4 محاسن 2 مديحة 3 منال 4 منيرة 2 ناهد 3 نبيلة 3 "
    "نبوية 2 نجاة 2 نجية 2 نظيرة 1 نعمات 3 نعناعة 1 نفيسة 2 نور 1 هانم 3 هناء 5 هند 3 هويدا 2 وجيدة 1 "
    "وردة 2 وهيبة 1 يسرية 1 زينات 2 زهرة 1 ألفت 1 أنصاف 1 إنصاف 2 إحسان 1 إكرام 2 أزهار 1 إخلاص 1 "
    "بثينة 1 تغريد 1 حورية 1 درية 1 رقية 3 رباب 2 ريا 1 سوسن 2 شهيرة 1 صبحية 1 عديلة 1 عنتر 0 غالية 1 "
    "فايقة 1 فكرية 1 ليلي 0 مبروكة 1 مجيدة 1 ملكة 1 منتهى 1 نادرة 1 نجفة 1 نصرة 1 نعيمة 3 هيام 2 وداد "
    "1"
)
EITHER_SEX = frozenset(
    "نور رضا صباح إحسان عصمت عفت جهاد وسام نجاح حكمت شمس صفا بهجت نعمة إكرام سلامة خيرات".split(" ")  # noqa: SIM905
)
COMPOUND_HEADS = ("عبد", "أبو", "أم")
COMPOUND_TAILS = ("الدين", "الله", "الزهراء")
NOT_NAMES = frozenset("الله الدين عبد ابو ام بن".split(" "))  # noqa: SIM905


@dataclass
class Part:
    """What is known of one standardised part of names, gathered over its spellings."""

    written: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    english: dict[str, str] = field(default_factory=dict)
    students: dict[str, float] = field(default_factory=lambda: {"m": 0.0, "f": 0.0, "n": 0.0})
    positions: list[float] = field(default_factory=lambda: [0.0] * 8)
    all_of: dict[str, float] = field(default_factory=lambda: {"m": 0.0, "f": 0.0, "n": 0.0})
    as_family: float = 0.0
    older_women: float = 0.0

    @property
    def total(self) -> float:
        return sum(self.positions) + self.older_women


def main() -> None:
    """Write the three tables."""
    source = json.loads(gzip.decompress((files("egy_names") / "data" / "names.json.gz").read_bytes()))
    tokens = int(source["metadata"]["corpus_tokens"])
    entries = [{name: entry.get(name) for name in KEPT_FIELDS} for entry in source["names"]]
    parts = gather(entries, tokens)
    counts = weigh(parts)
    common = choose_common(parts, counts)
    write_frequencies(parts, counts, common)
    write_common(parts, counts, common)
    observed = [(one, entry["a"]) for entry in entries for one in (entry["av"] or "").split("|") if one]
    write_misspellings(parts, common, observed + list(source["corrections"].items()))


def gather(entries: list[dict[str, Any]], tokens: int) -> dict[str, Part]:
    """Add the entries up by their standardised spelling."""
    parts: dict[str, Part] = defaultdict(Part)
    for entry in entries:
        token = base_token(entry["a"])
        if len(token) < 2 or token in NOT_NAMES:
            continue
        part, count = parts[token], tokens * entry["tp"] / 100
        part.written[entry["a"]] += count
        part.english.setdefault(entry["a"], entry["e"])
        part.students[entry["g"]] += count * entry["p"][0] / 100
        part.all_of[entry["g"]] += count
        part.as_family += count if entry["l"] == "f" else 0
        for position, share in enumerate(entry["p"]):
            part.positions[position] += count * share / 100
    for name, weight in older_women().items():
        parts[base_token(name)].older_women += weight
        parts[base_token(name)].written[name] += weight * 3000
    return parts


def older_women() -> dict[str, float]:
    """Read the guessed weights of older women's names; a name may hold a space."""
    words = OLDER_WOMEN.split(" ")
    weights: dict[str, float] = {}
    name: list[str] = []
    for word in words:
        if word.isdigit():
            weights[" ".join(name)] = float(word)
            name = []
        else:
            name.append(word)
    return {one: weight for one, weight in weights.items() if weight}


def weigh(parts: dict[str, Part]) -> dict[str, dict[str, int]]:
    """Give each part its counts: men's and women's given names per ten million, fathers, later."""
    men = [sum(p.students["m"] for p in parts.values())]
    men += [sum(p.positions[place] for p in parts.values()) for place in (1, 2)]
    women = sum(p.students["f"] for p in parts.values())
    older = sum(p.older_women for p in parts.values())
    counts: dict[str, dict[str, int]] = {}
    for token, part in parts.items():
        of_men = (part.students["m"], part.positions[1], part.positions[2])
        male = sum(w * n / whole for w, n, whole in zip(GENERATIONS_OF_MEN, of_men, men, strict=True))
        female = (1 - OLDER_WOMEN_SHARE) * part.students[
            "f"
        ] / women + OLDER_WOMEN_SHARE * part.older_women / older
        counts[token] = {
            "given_m": round(male * 10**7),
            "given_f": round(female * 10**7),
            "father": round(part.positions[1]),
            "later": round(sum(part.positions[2:6])),
        }
    return counts


def sex_of(token: str, part: Part) -> int:
    """Decide whose given name a part is: 1 male, 2 female, 0 either or a family's name only."""
    if token in {base_token(name) for name in EITHER_SEX}:
        return 0
    female = part.students["f"] + part.older_women * 1000
    male = part.students["m"] + (part.all_of["m"] - part.students["m"]) * 0.5
    if male < LEAST_COUNT and female < LEAST_COUNT:
        return 0
    return 1 if male > 10 * female else 2 if female > 3 * male else 0


def choose_common(parts: dict[str, Part], counts: dict[str, dict[str, int]]) -> dict[str, str]:
    """Choose the short list of known names, each with its kind: m, f or family."""
    by_men = sorted(parts, key=lambda t: (-parts[t].all_of["m"], t))[:MEN_KNOWN]
    by_women = sorted(parts, key=lambda t: (-counts[t]["given_f"], t))[:WOMEN_KNOWN]
    by_family = sorted(parts, key=lambda t: (-parts[t].as_family, t))
    common = dict.fromkeys(by_men, "m") | {token: "f" for token in by_women if token not in by_men}
    families = [token for token in by_family if token not in common][:FAMILIES_KNOWN]
    return common | dict.fromkeys(families, "family")


def write_rows(rows: list[dict[str, object]]) -> str:
    """Write rows as CSV text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_frequencies(
    parts: dict[str, Part], counts: dict[str, dict[str, int]], common: dict[str, str]
) -> None:
    kept = [token for token in sorted(parts) if parts[token].total >= LEAST_COUNT or token in common]
    rows: list[dict[str, object]] = [
        {"token": token, "sex": sex_of(token, parts[token]), **counts[token]} for token in kept
    ]
    packed = gzip.compress(write_rows(rows).encode(), compresslevel=9, mtime=0)
    (DATA / "name_frequencies.csv.gz").write_bytes(packed)
    print(len(rows), "frequencies,", len(packed), "bytes")


def spaced(name: str) -> str:
    """Write a compound name with the space people write: عبد الرحمن, أبو زيد, نور الدين."""
    if name in ("عبدربه", "أمكلثوم"):
        return name.replace("عبد", "عبد ").replace("أم", "أم ")
    for head in COMPOUND_HEADS:
        rest = name.removeprefix(head)
        if rest != name and (rest.startswith("ال") or (head == "أبو" and len(rest) > 2)) and " " not in name:
            return f"{head} {rest}"
    for tail in COMPOUND_TAILS:
        first = name.removesuffix(tail)
        if first != name and len(first) > 1 and " " not in name:
            return f"{first} {tail}"
    return name


def write_common(parts: dict[str, Part], counts: dict[str, dict[str, int]], common: dict[str, str]) -> None:
    rows: list[dict[str, object]] = []
    for token, kind in common.items():
        part = parts[token]
        written = max(part.written, key=lambda name: (part.written[name], name))
        rows.append(
            {
                "kind": kind,
                "token": token,
                "name_ar": spaced(written),
                "name_en": part.english.get(written, ""),
                "sex": sex_of(token, part),
                **counts[token],
            }
        )
    (DATA / "names_common.csv").write_text(write_rows(rows), encoding="utf-8")
    print(len(rows), "common names")


def write_misspellings(
    parts: dict[str, Part], common: dict[str, str], observed: list[tuple[str, str]]
) -> None:
    """Keep observed misspellings of common names that are hardly ever a name themselves."""
    found: dict[str, str] = {}
    for surface, canonical in sorted(observed):
        written, token = base_token(surface), base_token(canonical)
        rare = parts[written].total * RARER_BY < parts[token].total if written in parts else True
        eligible = token in common and written not in common and min(len(written), len(token)) > 2
        if eligible and rare and " " not in fold(surface) and OSA.distance(written, token) == 1:
            found.setdefault(written, token)
    rows: list[dict[str, object]] = [{"written": w, "token": t} for w, t in sorted(found.items())]
    (DATA / "name_misspellings.csv").write_text(write_rows(rows), encoding="utf-8")
    print(len(rows), "misspellings")


if __name__ == "__main__":
    main()
