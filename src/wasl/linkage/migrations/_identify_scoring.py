"""
The database's twin of `matching.score`: the same integers for the same pair, held equal by a test.

The statement is made from `linkage.weight_layout`, which says what the levels were. Weights stand in one array,
class by class within each comparison, so that a level's weight is one look-up.
"""

from __future__ import annotations

from wasl.linkage.weight_layout import OFFSETS, RATES, RIVALS, SIZES

EXPLAINED = {
    "sibling": ("father", "third", "fourth", "phone", "place"),
    "kin": ("third", "fourth", "place"),
    "parent": ("given", "father", "third", "fourth", "phone", "place", "sex"),
}
FAR, INSIDE_PRIOR, INSIDE_DIFFERENT = 20_000, -200, -1000
DAY_OF_YEAR, ONE_PART, OTHER_YEAR = 851, 311, 1051
GIVEN, FATHER, LATER = 1, 2, 3
"""Where `linkage_token.rarity` holds what a name weighs at each place of a chain."""


def weight(kind: str, name: str, level: str) -> str:
    """Return SQL for one weight; `s0.q` is the pair's class, `w` the array."""
    return f"w[{OFFSETS[kind, name] + 1} + s0.q * {SIZES[name]} + {level}]"


def _rarity(position: int, code: str) -> str:
    return f"(SELECT rarity[{position}] FROM linkage_token WHERE code = {code})"


def _part(place: int) -> str:
    """Compare one name of the chain: missing, the same, a spelling of it, another."""
    x, y = f"x.t{place}", f"y.t{place}"
    return (
        f"CASE WHEN {x} = 0 OR {y} = 0 THEN 0 WHEN {x} = {y} THEN 1 WHEN x.c{place} = y.c{place} THEN 2"
        f" WHEN {y} = ANY (x.s{place}) THEN 2 ELSE 3 END"
    )


_YEAR_SLIP = (
    "(abs(x.year - y.year) <= 1 OR x.year % 10 = y.year % 10 AND abs(x.year - y.year) < 100"
    " OR x.year / 10 = y.year / 10)"
)
_BIRTH = f"""CASE
        WHEN x.precision = 0 OR y.precision = 0 THEN 0
        WHEN x.precision = 3 AND y.precision = 3 THEN CASE
            WHEN x.year = y.year AND x.month = y.month AND x.day = y.day THEN 1
            WHEN x.year = y.year AND x.month = y.day AND x.day = y.month AND x.month <> y.month THEN 2
            WHEN x.month = y.month AND x.day = y.day AND x.year <> y.year AND {_YEAR_SLIP} THEN 4
            WHEN x.year = y.year AND (x.month = y.month OR x.day = y.day) THEN 3
            WHEN x.year = y.year THEN 5
            ELSE 6 END
        WHEN x.year = y.year AND least(x.precision, y.precision) = 2 AND x.month <> y.month THEN 8
        WHEN x.year = y.year THEN 7
        WHEN abs(x.year - y.year) <= 2 THEN 8
        ELSE 9 END"""
_PLACE = """CASE
        WHEN x.village <> 0 AND x.village = y.village THEN 1
        WHEN x.markaz <> 0 AND y.markaz <> 0 THEN
            CASE WHEN x.markaz = y.markaz THEN 0
                WHEN x.governorate = y.governorate AND x.governorate <> 0 THEN 1 ELSE 2 END
            + CASE WHEN x.village = 0 OR y.village = 0 THEN 5 ELSE 2 END
        WHEN x.governorate <> 0 AND y.governorate <> 0 THEN CASE WHEN x.governorate = y.governorate THEN 8 ELSE 9 END
        ELSE 0 END"""
# A borrowed id says nothing; ids that are not trusted are in doubt where they differ. Whether two are one slip apart
# the caller knows, for ids stand here as keyed indexes.
_NID = """CASE
        WHEN x.nid = 0 OR y.nid = 0 THEN 0
        WHEN x.trusted AND y.trusted AND x.nid = y.nid THEN 1
        WHEN x.borrowed OR y.borrowed OR x.nid = y.nid THEN 0
        WHEN {slip} THEN 2
        WHEN x.trusted AND y.trusted THEN 3
        ELSE 4 END"""
# Whether lists call the two adults or children is looked up only where no date says it.
_AGE = """(SELECT CASE WHEN one = 0 OR other = 0 THEN 0 WHEN one = other THEN 1 ELSE 2 END
        FROM (SELECT linkage_age_class(x.record_id, x.year, x.month, x.day, age_day) AS one,
            linkage_age_class(y.record_id, y.year, y.month, y.day, age_day) AS other) AS ages)"""
_SWAPPED = "s0.given = 3 AND s0.father = 3 AND x.c1 = y.c2 AND x.c2 = y.c1"
_TURNED = "s0.father = 3 AND x.c2 = y.c3 AND x.c3 = y.c2 AND x.c2 <> 0 AND x.c3 <> 0"


def _moved(p: str, q: str) -> str:
    return (
        f"(s0.father = 3 AND {p}.c2 = {q}.c3 AND {p}.c2 <> 0"
        f" AND ({p}.c3 = {q}.c4 OR {p}.c3 = 0 OR {q}.c4 = 0))"
    )


_CROSSED = "(x.c3 = y.c4 OR x.c3 = y.c5 OR y.c3 = x.c4 OR y.c3 = x.c5)"
_LATE = "(x.c4 = y.c5 OR x.c5 = y.c4)"
_PARENT = """(s2.father = 4 OR s2.given = 4
            OR x.c2 = y.c1 AND x.c2 <> 0 AND (x.c3 = y.c2 OR x.c3 = 0 OR y.c2 = 0)
            OR y.c2 = x.c1 AND y.c2 <> 0 AND (y.c3 = x.c2 OR y.c3 = 0 OR x.c2 = 0))"""


def _steps(slip: str) -> str:
    """Return the levels, in the order in which `matching.compare` settles them."""
    return f"""
CROSS JOIN LATERAL (SELECT
    greatest(x.quality, y.quality) AS q,
    {_part(1)} AS given,
    {_part(2)} AS father,
    {_part(3)} AS third,
    {_part(4)} AS fourth,
    {_NID.format(slip=slip)} AS nid,
    {_BIRTH} AS birth,
    CASE WHEN x.sex = 0 OR y.sex = 0 THEN 0 WHEN x.sex = y.sex THEN 1 ELSE 2 END AS sex,
    CASE WHEN x.phone = 0 OR y.phone = 0 THEN 0 WHEN x.phone = y.phone THEN 1 ELSE 2 END AS phone,
    {_PLACE} AS place
    OFFSET 0) AS s0
CROSS JOIN LATERAL (SELECT
    CASE WHEN {_SWAPPED} THEN 1 WHEN {_TURNED} THEN 2 WHEN {_moved("x", "y")} THEN 3 WHEN {_moved("y", "x")} THEN 4
        ELSE 0 END AS moved
    OFFSET 0) AS s1
CROSS JOIN LATERAL (SELECT
    CASE s1.moved WHEN 1 THEN 4 ELSE s0.given END AS given,
    CASE s1.moved WHEN 0 THEN s0.father WHEN 1 THEN 5 WHEN 2 THEN 6 ELSE 4 END AS father,
    CASE s1.moved WHEN 2 THEN 1 WHEN 3 THEN CASE WHEN x.c3 <> 0 AND y.c4 <> 0 THEN 1 ELSE 0 END
        WHEN 4 THEN CASE WHEN y.c3 <> 0 AND x.c4 <> 0 THEN 1 ELSE 0 END
        ELSE CASE WHEN s0.third = 3 AND s0.fourth <> 1 AND {_CROSSED} THEN 4 ELSE s0.third END END AS third,
    CASE WHEN s1.moved >= 3 THEN 0 WHEN s0.third = 3 AND s1.moved <> 2 AND s0.fourth <> 1 AND {_CROSSED} THEN 0
        WHEN s0.fourth = 3 AND {_LATE} THEN 2 ELSE s0.fourth END AS fourth,
    CASE WHEN s0.birth = 0 THEN {_AGE} ELSE 0 END AS age
    OFFSET 0) AS s2
CROSS JOIN LATERAL (SELECT
    s2.given IN (1, 2) AND s0.sex = 1 AS sex_by_name,
    {_stranger_terms()}
    OFFSET 0) AS st"""


def _named(place: int, name: str, level: str, position: int) -> str:
    """Weigh a name that agrees, or is a spelling of the other, by how rare it is."""
    return (
        f"WHEN {level} = 1 THEN {weight('agree', name, '1')} + least(x.r{place},"
        f" CASE WHEN x.t{place} = y.t{place} THEN x.r{place} ELSE {_rarity(position, f'y.t{place}')} END)"
        f" WHEN {level} = 2 THEN {weight('agree', name, '2')} + least(x.m{place},"
        f" CASE WHEN x.c{place} = y.c{place} THEN x.m{place} ELSE"
        f" (SELECT misspelt[{place}] FROM linkage_token WHERE code = y.t{place}) END)"
    )


def _stranger_terms() -> str:
    one, two = f"least(x.g1, {_rarity(GIVEN, 'y.t2')})", f"least(x.g2, {_rarity(GIVEN, 'y.t1')})"
    short = f"least(x.r2, {_rarity(FATHER, 'y.t3')})"
    full = f"least({_rarity(FATHER, 'y.t2')}, x.f3)"
    after = f"least(x.r3, {_rarity(LATER, 'y.t4')})"
    before = f"least({_rarity(LATER, 'y.t3')}, x.r4)"
    crossed = (
        "least(CASE WHEN x.c3 IN (y.c4, y.c5) THEN x.l3 END, CASE WHEN y.c3 = x.c4 THEN x.l4 END,"
        f" CASE WHEN y.c3 = x.c5 THEN x.l5 END, {FAR})"
    )
    terms = {
        "given": f"CASE WHEN s2.given = 4 THEN {weight('agree', 'given', '4')} + least({one}, {two})"
        f" {_named(1, 'given', 's2.given', GIVEN)} ELSE {weight('stranger', 'given', 's2.given')} END",
        "father": f"CASE s1.moved WHEN 1 THEN greatest({one}, {two})"
        f" WHEN 2 THEN {weight('agree', 'father', '6')} + least(x.r2, {_rarity(FATHER, 'y.t2')})"
        f" WHEN 3 THEN {weight('agree', 'father', '4')} + {short}"
        f" WHEN 4 THEN {weight('agree', 'father', '4')} + {full}"
        f" ELSE CASE {_named(2, 'father', 's2.father', FATHER)}"
        f" ELSE {weight('stranger', 'father', 's2.father')} END END",
        "third": f"CASE WHEN s1.moved = 3 AND s2.third = 1 THEN {after} WHEN s1.moved = 4 AND s2.third = 1 THEN {before}"
        f" WHEN s2.third = 4 THEN {weight('agree', 'third', '4')} + {crossed}"
        f" {_named(3, 'third', 's2.third', LATER)} ELSE {weight('stranger', 'third', 's2.third')} END",
        "fourth": f"CASE {_named(4, 'fourth', 's2.fourth', LATER)}"
        f" ELSE {weight('stranger', 'fourth', 's2.fourth')} END",
        "birth": f"CASE WHEN s0.birth IN (1, 2, 3, 4, 5, 7) THEN {weight('agree', 'birth', 's0.birth')}"
        f" + CASE s0.birth WHEN 1 THEN x.ry + {DAY_OF_YEAR} WHEN 2 THEN x.ry + {DAY_OF_YEAR}"
        f" WHEN 3 THEN x.ry + {ONE_PART} WHEN 4 THEN {OTHER_YEAR} ELSE x.ry END"
        f" ELSE {weight('stranger', 'birth', 's0.birth')} END",
        "sex": f"CASE WHEN s2.given IN (1, 2) AND s0.sex = 1 THEN 0 ELSE {weight('stranger', 'sex', 's0.sex')} END",
        "phone": f"CASE s0.phone WHEN 1 THEN {weight('agree', 'phone', '1')} + x.rp"
        f" ELSE {weight('stranger', 'phone', 's0.phone')} END",
        "place": f"CASE s0.place WHEN 1 THEN {weight('agree', 'place', '1')} + x.rv"
        f" WHEN 5 THEN {weight('agree', 'place', '5')} + x.rm ELSE {weight('stranger', 'place', 's0.place')} END",
        "nid": weight("stranger", "nid", "s0.nid"),
        "age": weight("stranger", "age", "s2.age"),
    }
    return ",\n    ".join(f"{terms[name]} AS {name}" for name in SIZES)


def _level(name: str) -> str:
    return ("s2." if name in ("given", "father", "third", "fourth", "age") else "s0.") + name


def rival_term(rival: str, name: str) -> str:
    """Return SQL for what a comparison weighs against a rival."""
    if rival == "sibling" and name == "sex":
        return f"CASE WHEN st.sex_by_name THEN 0 ELSE {weight('sibling', 'sex', 's0.sex')} END"
    if rival in RATES and rival != "stranger" and name in RATES[rival]:
        return weight(rival, name, _level(name))
    if rival == "parent" and name == "given":
        return f"CASE WHEN {_PARENT} THEN least(st.given, 0) ELSE {FAR} END"
    return f"least(st.{name}, 0)" if name in EXPLAINED.get(rival, ()) else f"st.{name}"


def _sum(rival: str) -> str:
    return " + ".join(rival_term(rival, name) for name in SIZES)


def _terms_of(chosen: str, rivals: tuple[str, ...]) -> str:
    """Return SQL for every comparison's weight against the rival that decided."""
    return ",\n        ".join(
        f"CASE {chosen} {' '.join(f'WHEN {RIVALS.index(one) + 1} THEN {rival_term(one, name)}' for one in rivals)} END"
        for name in SIZES
    )


def scoring_sql(source: str, slip: str, columns: str) -> str:
    """
    Return a SELECT that weighs every pair of rows `x` (asked) and `y` (a record) that `source` joins.

    `w` and `priors` must be arrays in scope; `slip` says whether their ids are one slip apart, `columns` what to
    give beside the weights.
    """
    sums = ",\n    ".join(
        f"{_sum(rival)} + priors[{at}] AS {rival}" for at, rival in enumerate(RIVALS, start=1)
    )
    return f"""SELECT {columns}, s4.weight, s4.rival, priors[s4.rival] AS prior,
    CASE WHEN s0.nid = 3 THEN least(s4.inside, {INSIDE_DIFFERENT}) ELSE s4.inside END AS inside,
    ARRAY[{", ".join(_level(name) for name in SIZES)}] AS levels,
    ARRAY[{_terms_of("s4.rival", RIVALS)}] AS terms,
    s4.inside_rival, CASE WHEN s4.inside > s4.weight THEN
        ARRAY[{_terms_of("s4.inside_rival", ("sibling", "parent"))}] END AS inside_terms
FROM {source}{_steps(slip)}
CROSS JOIN LATERAL (SELECT
    {sums}
    OFFSET 0) AS s3
CROSS JOIN LATERAL (SELECT
    least(s3.stranger, s3.sibling, s3.kin, s3.parent) AS weight,
    CASE least(s3.stranger, s3.sibling, s3.kin, s3.parent)
        WHEN s3.stranger THEN 1 WHEN s3.sibling THEN 2 WHEN s3.kin THEN 3 ELSE 4 END AS rival,
    least(s3.sibling - priors[2], s3.parent - priors[4]) + {INSIDE_PRIOR} AS inside,
    CASE WHEN s3.sibling - priors[2] <= s3.parent - priors[4] THEN 2 ELSE 4 END AS inside_rival
    OFFSET 0) AS s4"""
