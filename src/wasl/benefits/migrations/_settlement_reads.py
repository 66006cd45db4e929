"""
What reads cells reads those of a family's people with its own.

The functions of earlier migrations again, with the few lines that differ: each stands once in what it replaces.
"""

from importlib import import_module

_ELSEWHERE = import_module("wasl.benefits.migrations.0005_elsewhere")
_CALENDAR = import_module("wasl.benefits.migrations.0003_calendar")


def replacing(sql: str, *changes: tuple[str, str]) -> str:
    """Return SQL that puts a function in the place of one that stands, with some of its lines changed."""
    for old, new in (("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), *changes):
        if sql.count(old) != 1:
            raise ValueError(f"stands {sql.count(old)} times: {old}")
        sql = sql.replace(old, new)
    return sql


PEOPLE = """
-- Whose cells count as a family's: its own subjects and the people who are in them now.
CREATE FUNCTION benefits_subjects_of(p_families bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT p_families || ARRAY(
        SELECT m.person_id FROM registry_membership m WHERE m.family_id = ANY(p_families) AND m.until_run IS NULL)
$$;
"""

CALENDAR = replacing(
    _CALENDAR.CALENDAR,
    ("    v_governorate text;\n", "    v_governorate text;\n    v_held bigint[];\n"),
    (
        "        v_certain := ARRAY[v_group];\n    END IF;\n",
        "        v_certain := ARRAY[v_group];\n    END IF;\n"
        "    v_held := benefits_subjects_of(v_subjects);\n    v_certain := benefits_subjects_of(v_certain);\n",
    ),
    ("WHERE c.subject_id = ANY(v_subjects) AND (c.month", "WHERE c.subject_id = ANY(v_held) AND (c.month"),
    (
        "        JOIN benefits_need_slot ns ON ns.need = c.need JOIN benefits_need n ON n.code = c.need\n",
        "        JOIN benefits_need_version_slot ns ON ns.need = c.need AND ns.version = c.need_version\n"
        "        JOIN benefits_need_version n ON n.need = c.need AND n.version = c.need_version\n",
    ),
)

LATEST = replacing(
    _ELSEWHERE.LATEST,
    (
        "    CROSS JOIN LATERAL registry_subjects_of(f.family_id) AS subject\n",
        "    CROSS JOIN LATERAL unnest(benefits_subjects_of(ARRAY(SELECT registry_subjects_of(f.family_id)))) AS subject\n",
    ),
)

ELSEWHERE = replacing(
    _ELSEWHERE.ELSEWHERE,
    (
        "WHERE c.subject_id = ANY(v_subjects) AND c.scope = 0",
        "WHERE c.subject_id = ANY(v_held) AND c.scope = 0",
    ),
    ("    v_seen date;\n", "    v_held bigint[];\n    v_seen date;\n"),
    (
        "    v_subjects := ARRAY(SELECT registry_subjects_of(v_families[1]));\n",
        "    v_subjects := ARRAY(SELECT registry_subjects_of(v_families[1]));\n"
        "    v_held := benefits_subjects_of(v_subjects);\n",
    ),
)

# What a list reports is judged by the rule its claims keep.
_REPORTS = _CALENDAR.REPORTS
REPORTS_OF = replacing(
    _REPORTS[
        _REPORTS.index("CREATE FUNCTION benefits_reports_of") : _REPORTS.index("-- Locked in the order")
    ],
    ("c.organisation_id, c.need, c.month,", "c.organisation_id, c.need, c.need_version, c.month,"),
    (
        "    JOIN benefits_need_slot ns ON ns.need = g.need\n    JOIN benefits_need n ON n.code = g.need\n",
        "    JOIN benefits_need_version_slot ns ON ns.need = g.need AND ns.version = g.need_version\n"
        "    JOIN benefits_need_version n ON n.need = g.need AND n.version = g.need_version\n",
    ),
)

READS = PEOPLE + CALENDAR + LATEST + ELSEWHERE + REPORTS_OF
