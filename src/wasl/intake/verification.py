"""What `wasl verify` asks of lists, their lines and the records they make."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    row_security_present_sql,
    trigger_present_sql,
    unique_index_present_sql,
)

OWNED = (
    "intake_list", "intake_line", "intake_mention", "intake_mapping", "intake_upload", "registry_record", "registry_entry",
    "registry_entry_member", "registry_appearance", "intake_hand_form",
)  # fmt: skip


def _all_sql(*queries: str) -> str:
    return "SELECT " + " AND ".join(f"({query})" for query in queries)


CHECKS = (
    Check(
        id="L1",
        guard="a sheet is one list, a row one line, a role of it one mention",
        present_sql=_all_sql(
            constraint_present_sql("intake_list", "intake_list_once"),
            unique_index_present_sql("intake_list_one_edition_loads"),
            constraint_present_sql("intake_line", "intake_line_key"),
            constraint_present_sql("intake_mention", "intake_mention_key"),
        ),
        breach_sql="""
            SELECT list.code, count(line.row) AS lines FROM intake_list AS list
            LEFT JOIN intake_line AS line ON line.list_id = list.id AND line.year = list.year
            GROUP BY list.id, list.code HAVING count(line.row) <> list.loaded_row""",
    ),
    Check(
        id="L1",
        guard="a list still loading counts nowhere",
        present_sql="SELECT true",
        breach_sql="""
            SELECT list.code FROM intake_list AS list WHERE list.state = 'loading' AND (
                EXISTS (SELECT FROM registry_appearance WHERE list_id = list.id)
                OR EXISTS (SELECT FROM benefits_claim WHERE list_id = list.id))""",
    ),
    Check(
        id="L1",
        guard="lines, mentions, entries and members point at what stands",
        present_sql=_all_sql(
            trigger_present_sql("intake_line", "intake_line_stands_insert", "intake_line_stands_update"),
            trigger_present_sql("intake_mention", "intake_mention_stands_insert"),
            trigger_present_sql("registry_record", "registry_record_stands_insert"),
            trigger_present_sql("registry_entry", "registry_entry_stands_insert"),
            trigger_present_sql("registry_entry_member", "registry_entry_member_stands_insert"),
            trigger_present_sql("registry_appearance", "registry_appearance_stands_insert"),
        ),
        breach_sql="""
            SELECT 'mention without line' AS what, mention.list_id, mention.row::bigint AS item
            FROM intake_mention AS mention
            LEFT JOIN intake_line AS line USING (list_id, row, year) WHERE line.row IS NULL
            UNION ALL
            SELECT 'mention without record', mention.list_id, mention.row FROM intake_mention AS mention
            LEFT JOIN registry_record AS record ON record.id = mention.record_id
                AND record.organisation_id = mention.organisation_id WHERE record.id IS NULL
            UNION ALL
            SELECT 'line without entry', line.list_id, line.row FROM intake_line AS line
            LEFT JOIN registry_entry AS entry ON entry.id = line.entry_id
                AND entry.organisation_id = line.organisation_id
            WHERE line.fate IN ('accepted', 'repeated') AND entry.id IS NULL
            UNION ALL
            SELECT 'member without entry or record', NULL, member.entry_id FROM registry_entry_member AS member
            LEFT JOIN registry_entry AS entry ON entry.id = member.entry_id
            LEFT JOIN registry_record AS record ON record.id = member.record_id
            WHERE entry.id IS NULL OR record.id IS NULL
            UNION ALL
            SELECT 'entry without members', NULL, entry.id FROM registry_entry AS entry
            WHERE NOT EXISTS (SELECT FROM registry_entry_member WHERE entry_id = entry.id)""",
    ),
    Check(
        id="L2",
        guard="equal content of an organisation is one record and one entry",
        present_sql=_all_sql(
            constraint_present_sql("registry_record", "registry_record_content"),
            constraint_present_sql("registry_entry", "registry_entry_content"),
            constraint_present_sql("registry_entry_member", "registry_entry_member_pkey"),
            constraint_present_sql("registry_record", "registry_record_pkey"),
            constraint_present_sql("registry_entry", "registry_entry_pkey"),
        ),
        breach_sql="""
            SELECT line.list_id, line.entry_id, line.content_key FROM intake_line AS line
            JOIN intake_list AS list ON list.id = line.list_id AND list.state <> 'loading'
            WHERE line.fate = 'accepted' AND line.content_key IS NOT NULL
            GROUP BY 1, 2, 3, line.entry_no HAVING count(*) > 1""",
    ),
    Check(
        id="L3",
        guard="every row of a list ends in one fate, a rejected one with its reason",
        present_sql=_all_sql(
            constraint_present_sql("intake_list", "intake_list_every_row_has_a_fate"),
            constraint_present_sql(
                "intake_line",
                "intake_line_fate_check",
                "intake_line_rejected_has_reason",
                "intake_line_kept_has_entry",
                "intake_line_withdrawn_has_reason",
            ),
        ),
        breach_sql="""
            SELECT list.code FROM intake_list AS list
            LEFT JOIN (
                SELECT list_id, count(*) AS total,
                    count(*) FILTER (WHERE fate = 'accepted') AS accepted,
                    count(*) FILTER (WHERE fate = 'rejected') AS rejected,
                    count(*) FILTER (WHERE fate = 'repeated') AS repeated,
                    count(*) FILTER (WHERE fate = 'withdrawn') AS withdrawn
                FROM intake_line GROUP BY list_id
            ) AS line ON line.list_id = list.id
            WHERE list.state <> 'loading' AND
                (list.rows_total, list.rows_accepted, list.rows_rejected, list.rows_repeated, list.rows_withdrawn)
                IS DISTINCT FROM
                (coalesce(line.total, 0), coalesce(line.accepted, 0), coalesce(line.rejected, 0),
                 coalesce(line.repeated, 0), coalesce(line.withdrawn, 0))""",
    ),
    Check(
        id="L9",
        guard="appearances and claims count exactly while their list is active",
        present_sql=_all_sql(
            constraint_present_sql("intake_list", "intake_list_reason_given", "intake_list_state_check"),
            constraint_present_sql("registry_appearance", "registry_appearance_pkey"),
        ),
        breach_sql="""
            SELECT list.code, 'appearance' AS what FROM registry_appearance AS appearance
            LEFT JOIN intake_list AS list ON list.id = appearance.list_id
            WHERE appearance.active IS DISTINCT FROM (list.state = 'active')
            UNION ALL
            SELECT list.code, 'claim' FROM benefits_claim AS claim
            LEFT JOIN intake_list AS list ON list.id = claim.list_id
            WHERE NOT benefits_is_grant(claim.list_id) AND claim.active IS DISTINCT FROM (list.state = 'active')""",
    ),
    Check(
        id="L9",
        guard="a withdrawn line counts nowhere, and stands only in a list kept by hand",
        present_sql=_all_sql(
            unique_index_present_sql("intake_list_one_standing"),
            constraint_present_sql(
                "intake_hand_form", "intake_hand_form_pkey", "intake_hand_form_content_goes"
            ),
        ),
        breach_sql="""
            SELECT 'appearance' AS what, list.code FROM intake_list AS list
            JOIN registry_appearance AS appearance ON appearance.list_id = list.id
            WHERE list.rows_withdrawn > 0 AND NOT EXISTS (
                SELECT FROM intake_line AS line WHERE line.entry_id = appearance.entry_id
                    AND line.list_id = list.id AND line.fate IN ('accepted', 'repeated'))
            UNION ALL
            SELECT 'recorded need', list.code FROM intake_list AS list
            JOIN intake_line AS line ON line.list_id = list.id AND line.fate = 'withdrawn'
            JOIN benefits_recorded_need AS need ON need.list_id = line.list_id AND need.row = line.row
            WHERE list.rows_withdrawn > 0
            UNION ALL
            SELECT 'claim', list.code FROM intake_list AS list
            JOIN intake_line AS line ON line.list_id = list.id AND line.fate = 'withdrawn'
            JOIN benefits_claim AS claim
                ON claim.list_id = line.list_id AND claim.row = line.row AND claim.year = line.year
            WHERE list.rows_withdrawn > 0
            UNION ALL
            SELECT 'of no list kept by hand', code FROM intake_list WHERE rows_withdrawn > 0 AND NOT is_standing""",
    ),
    Check(
        id="L9",
        guard="of a list and those that replaced it one counts",
        present_sql=_all_sql(
            unique_index_present_sql("intake_list_one_active_successor", "intake_list_one_edition_counts"),
            constraint_present_sql("intake_list", "intake_list_replaces_id_fkey"),
        ),
        breach_sql="""
            WITH RECURSIVE line_of_lists AS (
                SELECT id, id AS first FROM intake_list WHERE replaces_id IS NULL
                UNION ALL
                SELECT list.id, line_of_lists.first FROM line_of_lists
                JOIN intake_list AS list ON list.replaces_id = line_of_lists.id
            )
            SELECT first, count(*) FROM line_of_lists JOIN intake_list AS list USING (id)
            WHERE list.state = 'active' GROUP BY first HAVING count(*) > 1""",
    ),
    Check(
        id="A1",
        guard="row security forced on lists, lines, records and entries",
        present_sql=row_security_present_sql(OWNED),
        breach_sql="""
            SELECT line.list_id, line.row FROM intake_line AS line
            JOIN intake_list AS list ON list.id = line.list_id
            WHERE line.organisation_id <> list.organisation_id""",
    ),
)
