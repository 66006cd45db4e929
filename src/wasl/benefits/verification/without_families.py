"""Shares of a grant, and what is given to whoever comes."""

from __future__ import annotations

from wasl.store.verification import Check, constraint_present_sql, trigger_present_sql

APPEND_ONLY = (
    "SELECT NOT ("
    + " OR ".join(
        f"has_table_privilege('{role}', '{table}', 'UPDATE, DELETE, TRUNCATE')"
        for role in ("wasl_app", "wasl_engine")
        for table in ("benefits_headcount", "benefits_headcount_reversal")
    )
    + ")"
)
# Constraint triggers stand on every partition too.
SHARES_OF_PARTITIONS = """
    SELECT NOT EXISTS (
        SELECT FROM pg_inherits i WHERE i.inhparent = 'benefits_grant'::regclass AND 2 > (
            SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = i.inhrelid AND t.tgenabled IN ('O', 'A')
            AND t.tgname IN ('benefits_grant_shares_stand', 'benefits_grant_stays_shared')))
"""

SHARE_TRIGGERS = trigger_present_sql(
    "benefits_grant_funder",
    "benefits_grant_funder_moves",
    "benefits_grant_funder_kept",
    "benefits_grant_funder_shares_stand",
)
GRANT_TRIGGERS = trigger_present_sql(
    "benefits_grant", "benefits_grant_shares_stand", "benefits_grant_stays_shared"
)
HEADCOUNT_KEYS = constraint_present_sql(
    "benefits_headcount", "benefits_headcount_own", "benefits_headcount_operation"
)
HEADCOUNT_TRIGGERS = trigger_present_sql(
    "benefits_headcount", "benefits_headcount_append_only", "benefits_headcount_counts"
)
REVERSAL_TRIGGERS = trigger_present_sql(
    "benefits_headcount_reversal", "benefits_headcount_reversal_append_only", "benefits_headcount_reverses"
)

CHECKS = (
    Check(
        "B5",
        "a share is agreed by its own funder, and the shares are the value of what is approved",
        constraint_present_sql(
            "benefits_grant_funder",
            "benefits_grant_funder_key",
            "benefits_grant_funder_of_a_grant",
            "benefits_grant_funder_own_yes",
            "benefits_grant_funder_maker_is_not_checker",
            "benefits_grant_funder_answered",
            "benefits_grant_funder_declined_for_a_reason",
        )
        + f" AND ({SHARE_TRIGGERS}) AND ({GRANT_TRIGGERS})"
        + f" AND ({SHARES_OF_PARTITIONS})",
        """
        SELECT g.id, g.state FROM benefits_grant g
        WHERE g.state IN ('approved', 'partly', 'delivered') AND EXISTS (
            SELECT FROM benefits_grant_funder f WHERE f.grant_id = g.id AND f.year = g.year)
            AND NOT (g.shared AND benefits_shares_stand(g.id, g.year))
        """,
    ),
    Check(
        "B6",
        "what is given without a family is added, and reversed once",
        constraint_present_sql(
            "benefits_headcount_reversal",
            "benefits_headcount_reversal_key",
            "benefits_headcount_reversal_own",
        )
        + f" AND ({HEADCOUNT_KEYS}) AND ({HEADCOUNT_TRIGGERS}) AND ({REVERSAL_TRIGGERS})"
        + f" AND ({APPEND_ONLY})",
        """
        SELECT h.id, h.need FROM benefits_headcount h JOIN benefits_need n ON n.code = h.need WHERE n.unit = 'payment'
        """,
    ),
)
