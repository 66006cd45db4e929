"""Villages invented within the true marakiz: learned-looking names, sizes by Zipf's law, names that recur."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

# Members work mostly in a handful of governorates; the rest share what is left by their population.
_DENSE = {
    "EG24": 30,
    "EG25": 13,
    "EG26": 11,
    "EG22": 11,
    "EG23": 8,
    "EG21": 7,
    "EG18": 5,
    "EG13": 4,
    "EG01": 3,
}
_ELSEWHERE = 8
_FIRST_VILLAGES, _FIRST_FAMILIES, _GROWTH = 115, 30_000, 0.75
_UPPER = {"EG22", "EG23", "EG24", "EG25", "EG26", "EG27", "EG28", "EG29"}

_PEOPLE_WORDS = (
    "سالم|غانم|الشيخ علي|أبو العلا|عبد الرحيم|حنفي|منصور|البدوي|عامر|الشيخ حسن|سليمان|خليل|أبو عوف|رضوان|الحاج قاسم|شعبان|"
    "الجندي|عوض|موسى|صقر|الباشا|راشد|نصار|يوسف|الشريف|فرج|حمد|داود|طه|عطية|مرزوق|هلال|أبو شنب|الطوخي|درويش|زهران|جاد|"
    "المهدي|القاضي|سلطان|نوفل|الأمير|خضر|صالح|بكر|علام|شاهين|غريب|العمدة|حجازي|الشيخ عيسى|ناصر|سيف|لاشين|فودة|الصاوي"
)
_PLAIN_WORDS = (
    "العوايسة|البرجاية|الشرفا|الحواصلية|زاوية الجدامي|تلة|نزلة الفلاحين|طوخ الخيل|بردنوها|شارونة|العزيزية|الناصرية|الروضة|"
    "المنشية|النخيلة|دلجا|الحسينية|السلام|الزهراء|الإصلاح|المعصرة|البياضية|القصر|الشيخ فضل|صفط الخمار|بلهاسة|الجرنوس|إطسا|"
    "دير عطية|الريرمون|هور|تندة|قلندول|بني عبيد|أبيوها|ريحانة|بلنصورة|النزلة|الحرجة|الغنايم|البربا|العسيرات|المراغة|الصلعا"
)
_PEOPLE, _PLAIN = _PEOPLE_WORDS.split("|"), _PLAIN_WORDS.split("|")
_UPPER_FORMS = ("نجع {}", "عزبة {}", "بني {}", "نزلة {}", "أولاد {}", "منشأة {}", "كوم {}", "دير {}")
_LOWER_FORMS = ("عزبة {}", "كفر {}", "ميت {}", "منشأة {}", "محلة {}", "شبرا {}", "كوم {}", "منية {}")


@dataclass(frozen=True)
class Villages:
    """One row a village: where it lies, what it is called, how large it is."""

    governorate: list[str]
    markaz: list[str]
    name: list[str]
    weight: NDArray[np.float64]
    governorate_words: dict[str, str]
    markaz_words: dict[str, str]
    nid_code: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.name)


def country_rows(name: str) -> list[dict[str, str]]:
    """Read one of the country's tables."""
    source = files("wasl.country.egypt") / "data" / name
    return list(csv.DictReader(source.read_text(encoding="utf-8-sig").splitlines()))


def make_villages(families: int, rng: np.random.Generator) -> Villages:
    """
    Invent villages for so many families.

    Villages grow with the number of families (260 families each at 30,000, about 1,000 at the national
    7.5 million), and with them the number of namesakes in each: more families are a harder task.
    """
    governorates = {row["adm1_pcode"]: row for row in country_rows("governorates.csv")}
    marakiz = [
        r
        for r in country_rows("marakiz.csv")
        if r["kind"] in ("markaz", "qism") and not r["name_ar"].isdigit()
    ]
    by_governorate: dict[str, list[dict[str, str]]] = {}
    for row in marakiz:
        by_governorate.setdefault(row["adm1_pcode"], []).append(row)
    population = {g: float(r["pop_millions_capmas_2023_07_30"]) for g, r in governorates.items()}
    rest = sum(p for g, p in population.items() if g not in _DENSE)
    share = {g: _DENSE.get(g, _ELSEWHERE * population[g] / rest) / 100 for g in governorates}
    found: list[tuple[str, str, str, float]] = []
    total = _FIRST_VILLAGES * (families / _FIRST_FAMILIES) ** _GROWTH
    for code in sorted(by_governorate):
        wanted = max(1, round(total * share[code]))
        places = by_governorate[code]
        # A member knows some marakiz well, not all a little.
        served = max(1, min(len(places), wanted // 5 + 1))
        chosen = sorted(rng.choice(len(places), served, replace=False))
        counts = np.full(served, wanted // served) + (np.arange(served) < wanted % served)
        size = rng.gamma(2.0, 1.0, served)
        for position, count, weight in zip(chosen, counts, size / size.sum(), strict=True):
            count = int(min(max(count, 1), 120))
            zipf = 1 / np.arange(1, count + 1) ** 0.8
            names = _village_names(count, code in _UPPER, rng)
            parts = share[code] * weight * zipf / zipf.sum()
            found += [
                (code, places[position]["adm2_pcode"], n, float(p)) for n, p in zip(names, parts, strict=True)
            ]
    weights = np.array([row[3] for row in found])
    return Villages(
        governorate=[row[0] for row in found],
        markaz=[row[1] for row in found],
        name=[row[2] for row in found],
        weight=weights / weights.sum(),
        governorate_words={code: row["name_ar"] for code, row in governorates.items()},
        markaz_words={row["adm2_pcode"]: row["name_ar"] for row in marakiz},
        nid_code=np.array([int(governorates[row[0]]["nid_code"]) for row in found], dtype=np.int64),
    )


def _village_names(count: int, upper: bool, rng: np.random.Generator) -> list[str]:
    """Name the villages of one markaz, each name once there; the same names recur elsewhere."""
    forms = _UPPER_FORMS if upper else _LOWER_FORMS
    names: list[str] = []
    while len(names) < count:
        if rng.random() < 0.4:
            name = _PLAIN[rng.integers(len(_PLAIN))]
        else:
            name = forms[rng.integers(len(forms))].format(_PEOPLE[rng.integers(len(_PEOPLE))])
        if name not in names:
            names.append(name)
    return names
