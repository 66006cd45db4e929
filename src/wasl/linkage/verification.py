"""What `wasl verify` asks of linkage."""

from __future__ import annotations

from wasl.linkage.identify_checks import CHECKS as OF_QUESTIONS
from wasl.linkage.state_check import find_state_breaches
from wasl.store.verification import (
    Check,
    constraint_present_sql,
    trigger_present_sql,
    unique_index_present_sql,
)

LAST_RUN = "SELECT id, started_at, lists FROM linkage_run WHERE state = 'done' ORDER BY id DESC LIMIT 1"

# A list kept by hand grows after a run has read it: once it did, this run does not answer for it.
READ_SINCE = """
NOT EXISTS (SELECT FROM intake_list AS list
    WHERE list.id = appearance.list_id AND list.is_standing AND list.loaded_at >= run.started_at)
"""

OVERTURNED = """
SELECT verdict.id, verdict.verdict
FROM linkage_verdict AS verdict
JOIN {table} AS a ON a.{item} = verdict.a_id AND a.until_run IS NULL
JOIN {table} AS b ON b.{item} = verdict.b_id AND b.until_run IS NULL
LEFT JOIN registry_group_member AS ga ON ga.subject_id = a.{subject}
LEFT JOIN registry_group_member AS gb ON gb.subject_id = b.{subject}
WHERE verdict.kind = '{kind}' AND verdict.undone_at IS NULL AND verdict.verdict <> 'unsure'
AND verdict.consulted_run = (SELECT max(id) FROM linkage_run WHERE state = 'done')
AND CASE verdict.verdict
    WHEN 'same' THEN a.{subject} <> b.{subject}
    ELSE coalesce(ga.group_id, a.{subject}) = coalesce(gb.group_id, b.{subject}) END
"""

CHECKS = (
    *OF_QUESTIONS,
    Check(
        id="L4",
        guard="every record and entry of the lists that the last run read has one current link",
        present_sql=unique_index_present_sql("registry_link_current", "registry_entry_link_current"),
        breach_sql=f"""
            SELECT 'entry' AS kind, appearance.entry_id AS id
            FROM ({LAST_RUN}) AS run
            JOIN registry_appearance AS appearance ON appearance.active AND appearance.list_id = ANY(run.lists)
            JOIN registry_entry AS entry ON entry.id = appearance.entry_id AND entry.created_at < run.started_at
            LEFT JOIN registry_entry_link AS link ON link.entry_id = entry.id AND link.until_run IS NULL
            WHERE link.entry_id IS NULL AND {READ_SINCE}
            UNION ALL
            SELECT 'record', member.record_id
            FROM ({LAST_RUN}) AS run
            JOIN registry_appearance AS appearance ON appearance.active AND appearance.list_id = ANY(run.lists)
            JOIN registry_entry AS entry ON entry.id = appearance.entry_id AND entry.created_at < run.started_at
            JOIN registry_entry_member AS member ON member.entry_id = entry.id
            LEFT JOIN registry_link AS link ON link.record_id = member.record_id AND link.until_run IS NULL
            WHERE link.record_id IS NULL AND {READ_SINCE}""",
    ),
    Check(
        id="L4",
        guard="whatever changes what a list holds is noted for the next run",
        present_sql=trigger_present_sql(
            "registry_appearance",
            "registry_appearance_touches_insert",
            "registry_appearance_touches_update",
            "registry_appearance_touches_delete",
        ),
    ),
    Check(
        id="L4",
        guard="the state that the next run goes on from says what lists and links say",
        find_breaches=find_state_breaches,
    ),
    Check(
        id="L6",
        guard="one standing verdict a pair; runs are handed all of them and what they publish keeps them",
        present_sql=unique_index_present_sql("linkage_verdict_one"),
        breach_sql=OVERTURNED.format(
            table="registry_link", item="record_id", subject="person_id", kind="person"
        )
        + " UNION ALL "
        + OVERTURNED.format(table="registry_entry_link", item="entry_id", subject="family_id", kind="family"),
    ),
    Check(
        id="L6",
        guard="no standing verdict contradicts another",
        present_sql=unique_index_present_sql("linkage_verdict_one")
        + " AND ("
        + constraint_present_sql(
            "linkage_verdict",
            "linkage_verdict_ordered",
            "linkage_verdict_kind_check",
            "linkage_verdict_verdict_check",
            "linkage_verdict_undone_whole",
        )
        + ") AND ("
        + trigger_present_sql("linkage_verdict", "linkage_verdict_agrees")
        + ")",
        breach_sql="""
            WITH RECURSIVE same AS (
                SELECT kind, a_id AS a, b_id AS b FROM linkage_verdict WHERE verdict = 'same' AND undone_at IS NULL
                UNION ALL
                SELECT kind, b_id, a_id FROM linkage_verdict WHERE verdict = 'same' AND undone_at IS NULL
            ), reach AS (
                SELECT id, kind, a_id AS origin, a_id AS item, b_id AS goal FROM linkage_verdict
                WHERE verdict = 'different' AND undone_at IS NULL
                UNION
                SELECT reach.id, reach.kind, origin, same.b, goal
                FROM reach JOIN same ON same.kind = reach.kind AND same.a = reach.item
            )
            SELECT id, kind FROM reach WHERE item = goal""",
    ),
    Check(
        id="L6",
        guard="what a door told apart stays apart from that moment on",
        present_sql=unique_index_present_sql("linkage_separation_key", "linkage_separation_operation")
        + " AND ("
        + constraint_present_sql("linkage_verdict", "linkage_verdict_separation")
        + ")",
        breach_sql="""
            SELECT v.id, v.separation_organisation_id FROM linkage_verdict v
            JOIN registry_entry_link a ON a.entry_id = v.a_id AND a.until_run IS NULL
            JOIN registry_entry_link b ON b.entry_id = v.b_id AND b.until_run IS NULL
            LEFT JOIN registry_group_member ga ON ga.subject_id = a.family_id
            LEFT JOIN registry_group_member gb ON gb.subject_id = b.family_id
            WHERE v.separation_no IS NOT NULL AND v.kind = 'family' AND v.undone_at IS NULL
            AND coalesce(ga.group_id, a.family_id) = coalesce(gb.group_id, b.family_id)""",
    ),
    Check(
        id="B5",
        guard="whoever separated a family at a door does not review it",
        present_sql=constraint_present_sql(
            "linkage_separation",
            "linkage_separation_another_reviews",
            "linkage_separation_reviewed",
            "linkage_separation_doubt",
        ),
        breach_sql="""
            SELECT organisation_id, own_no FROM linkage_separation
            WHERE reviewed_by_id = made_by_id OR (state = 'provisional') <> (reviewed_by_id IS NULL)""",
    ),
)
