"""Which rows say to whom a person's need is given: a line of a person, a pupil's; not a family's row."""

from __future__ import annotations

import psycopg

from tests.integration.intake.conftest import HEADER, Load, options, people
from wasl.organisations.viewer import Viewer

BAGS = options(need="school_bag")
NIDS = [line.split(",")[2] for line in people(1, 8)]


def told(engine: psycopg.Connection) -> list[tuple[bool, str]]:
    """Return for each claim, by its row, whether it says to whom, and the first name of whom it gives to."""
    rows = engine.execute(
        "SELECT c.to_person, split_part(r.name, ' ', 1) FROM benefits_claim c"
        " JOIN registry_record r ON r.id = c.given_to_record ORDER BY c.row"
    ).fetchall()
    return [(bool(to_person), str(name)) for to_person, name in rows]


def test_a_line_of_a_person_says_to_whom(load: Load, amina: Viewer, engine: psycopg.Connection) -> None:
    load(people(1, 2), amina, options=BAGS, header=HEADER)
    assert [to_person for to_person, _ in told(engine)] == [True, True]


def test_a_need_of_families_is_given_to_nobody_in_particular(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    load(people(1, 2), amina, header=HEADER)
    assert [to_person for to_person, _ in told(engine)] == [False, False]


def test_a_family_s_row_that_names_head_and_wife_does_not(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    header = "اسم الزوج,الرقم القومي للزوج,اسم الزوجة,الرقم القومي للزوجة"
    load([f"محمد احمد علي حسن,{NIDS[0]},سعاد محمود حسن علي,{NIDS[1]}"], amina, options=BAGS, header=header)
    assert told(engine) == [(False, "محمد")]


def test_a_pupil_beside_the_father_is_who_is_given_to(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    header = "اسم التلميذ,الرقم القومي للتلميذ,اسم الأب,المدرسة"
    lines = [
        f"علي محمد احمد حسن,{NIDS[0]},محمد احمد حسن,النيل",
        f"سارة سيد علي محمد,{NIDS[1]},سيد علي محمد,النيل",
    ]
    load(lines, amina, options=BAGS, header=header)
    assert told(engine) == [(True, "علي"), (True, "سارة")]


def test_a_family_s_row_with_several_children_does_not_say_which(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    header = "اسم رب الأسرة,الرقم القومي,اسم الابن الأول,اسم الابن الثاني"
    lines = [f"محمد احمد علي حسن,{NIDS[0]},علي,سارة", f"سيد علي محمد حسن,{NIDS[1]},هدى,"]
    load(lines, amina, options=BAGS, header=header)
    assert told(engine) == [(False, "محمد"), (False, "سيد")]


def test_a_member_s_line_below_the_head_s_gives_to_the_member(
    load: Load, amina: Viewer, engine: psycopg.Connection
) -> None:
    header = "رقم الأسرة,الاسم,الرقم القومي,صلة القرابة,نوع المساعدة,الشهر"
    lines = [
        f"2,سيد علي محمد حسن,{NIDS[2]},رب الأسرة,,",
        f"2,هدى سيد علي محمد,{NIDS[3]},ابنة,شنطة مدرسية,2025-03",
        f"3,خالد علي محمد حسن,{NIDS[4]},رب الأسرة,شنطة مدرسية,2025-03",
        f"3,هناء خالد علي محمد,{NIDS[5]},ابنة,شنطة مدرسية,2025-03",
    ]
    load(lines, amina, options=options(need=None, month=None), header=header)
    assert told(engine) == [(True, "هدى"), (True, "خالد"), (True, "هناء")]
