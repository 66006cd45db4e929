"""What `wasl verify` asks of the tables by which single questions are answered."""

from __future__ import annotations

from wasl.store.verification import Check, unique_index_present_sql

TABLES = ("linkage_token", "linkage_token_form", "linkage_rarity", "linkage_weight", "linkage_feature")
CLOSED = (
    "linkage_people(jsonb, bigint)",
    "linkage_candidates(linkage_asked, bigint)",
    "linkage_score(bigint[], bigint[], boolean[])",
)

CHECKS = (
    Check(
        id="A2",
        guard="what questions are weighed by is of every record and of one dictionary, and no page may read it",
        present_sql="SELECT "
        + " AND ".join(f"NOT has_table_privilege('wasl_app', '{table}', 'SELECT')" for table in TABLES)
        + "".join(f" AND NOT has_function_privilege('wasl_app', '{one}', 'EXECUTE')" for one in CLOSED)
        + " AND ("
        + unique_index_present_sql("linkage_feature_pkey", "linkage_token_pkey", "linkage_token_text")
        + ")",
        breach_sql="""
            SELECT 'no features' AS what, record.id FROM registry_record AS record
            LEFT JOIN linkage_feature AS feature ON feature.record_id = record.id
            WHERE feature.record_id IS NULL
            UNION ALL
            SELECT 'features of none', feature.record_id FROM linkage_feature AS feature
            LEFT JOIN registry_record AS record ON record.id = feature.record_id WHERE record.id IS NULL
            UNION ALL
            SELECT 'name', feature.record_id FROM linkage_feature AS feature
            CROSS JOIN LATERAL (VALUES (t1, c1), (t2, c2), (t3, c3), (t4, c4), (t5, c5)) AS named (code, canon)
            LEFT JOIN linkage_token AS token ON token.code = named.code
            WHERE named.code <> 0 AND token.canon IS DISTINCT FROM named.canon""",
    ),
)
