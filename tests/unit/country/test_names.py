import csv
import re
from importlib.resources import files

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasl.country.egypt.names import (
    clean_person_name,
    clean_person_names,
    engine_rules,
    glue_patterns,
    is_absent,
    known_names,
    lexicon_table,
    name_parts,
    standardise_token,
    token_sex,
)
from wasl.kernel.folding import fold
from wasl.kernel.folding_columns import fold_expr


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("محمد أحمد علي", "محمد أحمد علي"),
        ("الحاج/ محمد أحمد", "محمد أحمد"),
        ("الحاج محمد الشيخ علي", "محمد الشيخ علي"),
        ("أ/ سامي علي", "سامي علي"),
        ("أ.د. محمد سيد", "محمد سيد"),
        ("م/ محمد", "محمد"),
        ("د محمد علي", "محمد علي"),
        ("ا حمد علي", "ا حمد علي"),
        ("السيد محمد علي", "السيد محمد علي"),
        ("السيد/ محمد علي", "محمد علي"),
        ("السيدة زينب", "السيدة زينب"),
        ("الشيخ", "الشيخ"),
        ("محمد.أحمد.علي", "محمد أحمد علي"),
        ("محمد،أحمد  علي", "محمد أحمد علي"),
        ("محمد احمد2", "محمد احمد"),
        ("١- محمد علي", "محمد علي"),
        ("محمد علي (الأخ الأكبر)", "محمد علي"),
        ("محمد علي - ت 01012345678", "محمد علي"),
        ("عبدالرحمن\u00a0 محمـــد\u200f", "عبدالرحمن محمد"),
        ("Mr. Ahmed Aly", "Ahmed Aly"),
        ("الطفلة مريم محمد", "مريم محمد"),
        ("لا يوجد", ""),
        ("-", ""),
        ("123", ""),
        ("متوفى", ""),
    ],
)
def test_clean_name_takes_trimmings_off(cell: str, name: str) -> None:
    assert clean_person_name(cell).text == name


@pytest.mark.parametrize(
    "cell",
    ["المرحوم محمد علي", "محمد علي (متوفى)", "محمد علي متوفي", "محمد علي رحمه الله", "محمد علي - متوفى"],
)
def test_clean_name_tells_the_dead(cell: str) -> None:
    cleaned = clean_person_name(cell)
    assert (cleaned.text, cleaned.deceased) == ("محمد علي", True)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("محمد علي مستلم بالتوكيل", "محمد علي"),
        ("محمد علي (مستلم بالتوكيل)", "محمد علي"),
        ("محمد علي وكيلها سيد", "محمد علي"),
        ("سيد حسن بالتوكيل عن/ محمد علي", "محمد علي"),
        ("مستلم بالتوكيل عن محمد علي", "محمد علي"),
    ],
)
def test_clean_name_tells_the_proxy_and_keeps_the_entitled(cell: str, name: str) -> None:
    cleaned = clean_person_name(cell)
    assert (cleaned.text, cleaned.proxy, cleaned.deceased) == (name, True, False)


def test_clean_name_of_a_widow_named_by_her_husband_says_so() -> None:
    cleaned = clean_person_name("أرملة المرحوم محمد علي")
    assert (cleaned.text, cleaned.husband_named, cleaned.deceased) == ("محمد علي", True, False)
    assert not clean_person_name("ورثة محمد علي").husband_named


WORDS = (
    "محمد أحمد علي عبد الرحمن فاطمة السيد الحاج/ أ/ م. د المرحوم (متوفى) متوفي بالتوكيل عن - 2 ٣ . ا حمد Ahmed"
    " أرملة زوجة حرم محرم رحمة خالد حجاج زينب لا يوجد بدون طفل مطلق يتيم الشيخ ورثة \u200f \u00a0 عبير مستلم يسري"
)
CELLS = st.lists(st.sampled_from(WORDS.split(" ")), max_size=6).map(" ".join)


@given(st.lists(CELLS | st.text(max_size=12) | st.none(), max_size=15))
def test_clean_names_of_a_column_equal_one_by_one(cells: list[str | None]) -> None:
    frame = clean_person_names(pl.Series("name", cells, dtype=pl.String))
    for cell, row in zip(cells, frame.iter_rows(named=True), strict=True):
        one = clean_person_name(cell)
        assert row == {
            "name": one.text or None,
            "deceased": one.deceased,
            "proxy": one.proxy,
            "husband_named": one.husband_named,
        }


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        " ",
        "-",
        "—",
        "...",
        "0",
        "000",
        "لا يوجد",
        "لايوجد",
        "لا يوجـد",
        "N/A",
        "#N/A",
        "nan",
        "؟",
        "بدون",
    ],
)
def test_absent_cells_are_absent(cell: str | None) -> None:
    assert is_absent(cell)


@pytest.mark.parametrize("cell", ["محمد", "01012345678", "لابد", "بدوني محمد", "5"])
def test_present_cells_are_present(cell: str) -> None:
    assert not is_absent(cell)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("عبد الرحمن محمد", ["عبدالرحمن", "محمد"]),
        ("عبدالرحمن محمد", ["عبدالرحمن", "محمد"]),
        ("عبد الله عبد الرحمن", ["عبدالله", "عبدالرحمن"]),
        ("أبو زيد", ["ابوزيد"]),
        ("أبي زيد", ["ابوزيد"]),
        ("نور الدين جاد الله", ["نورالدين", "جادالله"]),
        ("أم كلثوم السيد", ["امكلثوم", "السيد"]),
        ("ا حمد علي", ["احمد", "علي"]),
        ("فاطم ه محمد", ["فاطمه", "محمد"]),
        ("محم د", ["محمد"]),
        ("محمد بن علي ال شافعي", ["محمد", "علي", "الشافعي"]),
        ("", []),
    ],
)
def test_name_parts_glue_what_is_one(name: str, parts: list[str]) -> None:
    assert name_parts(name) == parts


@settings(max_examples=25, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=20))
def test_glue_patterns_work_alike_in_python_and_in_columns(names: list[str]) -> None:
    glued = fold_expr(pl.col("name"))
    for pattern, replacement in glue_patterns():
        glued = glued.str.replace_all(pattern, re.sub(r"\\([0-9])", r"${\1}", replacement))
    columns = pl.DataFrame({"name": names}).select(glued).to_series().to_list()
    assert [one.split() for one in columns] == [name_parts(name) for name in names]


def test_glue_patterns_work_alike_in_duckdb() -> None:
    import duckdb

    name = "محمد عبد الله عبد الرحمن نور الدين ابو زيد ال شافعي"
    glued = fold(name)
    for pattern, replacement in glue_patterns():
        row = duckdb.execute("select regexp_replace(?, ?, ?, 'g')", [glued, pattern, replacement]).fetchone()
        assert row is not None
        glued = row[0]
    assert glued.split() == name_parts(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("السيد", "سيد"),
        ("الشافعي", "شافعى"),
        ("مصطفا", "مصطفى"),
        ("عبدالله", "عبدلله"),
        ("عبداللطيف", "عبدلطيف"),
        ("عبدالشهيد", "عبدشهيد"),
        ("ابراهبم", "إبراهيم"),
        ("منةالله", "منة"),
        ("أبوالعلا", "ابوعلا"),
    ],
)
def test_standardise_brings_spellings_together(one: str, other: str) -> None:
    assert standardise_token(one) == standardise_token(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد", "محمود"),
        ("محمد", "أحمد"),
        ("إلهام", "هام"),
        ("عبده", "عبدالله"),
        ("يسرا", "يسري"),
        ("سامي", "سامية"),
    ],
)
def test_standardise_keeps_different_names_apart(one: str, other: str) -> None:
    assert standardise_token(one) != standardise_token(other)


@given(st.sampled_from(sorted(known_names())))
def test_standardise_twice_changes_nothing(token: str) -> None:
    assert standardise_token(token) == token


@pytest.mark.parametrize(
    ("token", "sex"),
    [("محمد", 1), ("فاطمة", 2), ("عبدالستير", 1), ("نور", 0), ("رضا", 0), ("زغلولات", 0), ("أسماء", 2)],
)
def test_token_sex(token: str, sex: int) -> None:
    assert token_sex(token) == sex


def test_lexicon_has_the_shape_the_engine_wants() -> None:
    lexicon = lexicon_table()
    assert lexicon.schema.field("token").type == pa.string()
    assert lexicon.schema.field("sex").type == pa.int8()
    rows = {row["token"]: row for row in lexicon.to_pylist()}
    assert len(rows) == lexicon.num_rows
    assert 400 < sum(row["known"] for row in rows.values()) < 800
    assert rows["محمد"]["freq_given_m"] > 0.1 and rows["محمد"]["freq_given_f"] == 0
    assert known_names() <= set(rows)
    for column in ("freq_given_m", "freq_given_f", "freq_father", "freq_later"):
        assert sum(row[column] for row in rows.values()) == pytest.approx(1)


def test_lexicon_carries_no_religion() -> None:
    data = files("wasl.country.egypt") / "data"
    header = next(csv.reader((data / "names_common.csv").read_text(encoding="utf-8").splitlines()))
    assert header == ["kind", "token", "name_ar", "name_en", "sex", "given_m", "given_f", "father", "later"]
    assert set(lexicon_table().column_names) == {
        *("token", "known", "sex", "freq_given_m", "freq_given_f", "freq_father", "freq_later")
    }


def test_engine_rules_have_the_fields_of_name_rules() -> None:
    rules = engine_rules()
    assert set(rules) == {"lexicon", "glue_patterns", "standardise"}
    assert rules["standardise"](["السيد", "محمد"]) == ["سيد", "محمد"]
