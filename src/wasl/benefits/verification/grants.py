"""Grants, deliveries, reversals, and the operations that made them."""

from __future__ import annotations

from wasl.benefits.grants.rules import MOVES
from wasl.store.verification import Check, constraint_present_sql, trigger_present_sql

# The table of moves is what the trigger asks: a row more, and a state moves that must not.
MOVES_AS_WRITTEN = "SELECT count(*) = {count} AND count(w.name) = {count} FROM benefits_grant_move m".format(
    count=len(MOVES)
) + " LEFT JOIN (VALUES {rows}) w (from_state, to_state, name) USING (from_state, to_state, name)".format(
    rows=", ".join(f"('{start}', '{end}', '{name}')" for start, end, name in sorted(MOVES))
)
# Row triggers stand on every partition too, where nobody but the owner may write.
TRIGGERS_OF_PARTITIONS = """
    SELECT NOT EXISTS (
        SELECT FROM pg_inherits i
        WHERE i.inhparent = 'benefits_grant'::regclass AND 2 > (
            SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = i.inhrelid AND t.tgenabled IN ('O', 'A')
            AND t.tgname IN ('benefits_grant_moves', 'benefits_grant_birth')))
"""
HISTORY_KEPT = (
    "SELECT NOT (has_table_privilege('wasl_engine', 'benefits_delivery', 'UPDATE, DELETE, TRUNCATE')"
    " OR has_table_privilege('wasl_engine', 'benefits_reversal', 'UPDATE, DELETE, TRUNCATE')"
    " OR has_table_privilege('wasl_app', 'benefits_delivery', 'INSERT, UPDATE, DELETE, TRUNCATE')"
    " OR has_table_privilege('wasl_app', 'benefits_reversal', 'INSERT, UPDATE, DELETE, TRUNCATE'))"
)
NO_CHANGE = (
    "SELECT NOT (has_table_privilege('wasl_app', 'store_operation', 'UPDATE, DELETE, TRUNCATE')"
    " OR has_table_privilege('wasl_engine', 'store_operation', 'UPDATE, DELETE, TRUNCATE'))"
)
STANDING = """
    SELECT d.grant_id, d.year, count(*) AS standing FROM benefits_delivery d
    WHERE NOT EXISTS (SELECT FROM benefits_reversal r WHERE r.grant_id = d.grant_id AND r.year = d.year
        AND r.tranche = d.tranche AND r.attempt = d.attempt)
    GROUP BY d.grant_id, d.year
"""
CELLS_WANTED = """
    SELECT g.id, count(*) * (12 * (extract(year FROM g.last_month) - extract(year FROM g.first_month))
        + extract(month FROM g.last_month) - extract(month FROM g.first_month) + 1) AS wanted
    FROM benefits_grant g
    JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version AND v.guard <> 'none'
    JOIN benefits_need_version_slot s ON s.need = g.need AND s.version = g.need_version
    JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    GROUP BY g.id, g.first_month, g.last_month
"""

CHECKS = (
    Check(
        "B2",
        "a tranche is delivered once, and again only after its reversal",
        constraint_present_sql(
            "benefits_delivery",
            "benefits_delivery_key",
            "benefits_delivery_of_a_grant",
            "benefits_delivery_again_after_reversal",
            "benefits_delivery_proxy_is_known",
        )
        + " AND ("
        + constraint_present_sql(
            "benefits_reversal", "benefits_reversal_key", "benefits_reversal_of_a_delivery"
        )
        + f") AND ({HISTORY_KEPT})",
        f"""
        SELECT g.id, g.state, g.tranches, coalesce(d.standing, 0) AS standing
        FROM benefits_grant g LEFT JOIN ({STANDING}) d ON d.grant_id = g.id AND d.year = g.year
        WHERE CASE g.state WHEN 'delivered' THEN coalesce(d.standing, 0) <> g.tranches
            WHEN 'partly' THEN coalesce(d.standing, 0) NOT BETWEEN 1 AND g.tranches - 1
            WHEN 'returned' THEN coalesce(d.standing, 0) = 0
            ELSE coalesce(d.standing, 0) > 0 END
        """,
    ),
    Check(
        "B3",
        "an operation has one result, and it is never rewritten",
        constraint_present_sql("store_operation", "store_operation_key")
        + f" AND ({trigger_present_sql('store_operation', 'store_operation_append_only')}) AND ({NO_CHANGE})",
    ),
    Check(
        "B5",
        "maker is not checker",
        constraint_present_sql(
            "benefits_grant", "benefits_grant_approved", "benefits_grant_maker_is_not_checker"
        ),
        """
        SELECT g.id, g.state, g.created_by FROM benefits_grant g
        WHERE g.approved_by = g.created_by OR (g.approved_by IS NULL
            AND g.state IN ('approved', 'partly', 'delivered', 'returned', 'reversed'))
        """,
    ),
    Check(
        "B6",
        "a grant moves as the table of moves says",
        trigger_present_sql("benefits_grant", "benefits_grant_moves", "benefits_grant_birth")
        + f" AND ({TRIGGERS_OF_PARTITIONS}) AND ({MOVES_AS_WRITTEN})",
    ),
    Check(
        "B7",
        "what has ended holds nothing, what lives holds all its cells, what was given cannot expire",
        constraint_present_sql("benefits_grant", "benefits_grant_reservation_expires"),
        f"""
        SELECT 'ended and holds' AS kind, g.id, g.state FROM benefits_grant g
        WHERE g.state IN ('lapsed', 'cancelled', 'returned', 'reversed')
            AND (EXISTS (SELECT FROM benefits_cell c WHERE c.list_id = g.id)
                OR EXISTS (SELECT FROM benefits_claim k WHERE k.list_id = g.id AND k.active))
        UNION ALL
        SELECT 'lives and does not hold', g.id, g.state FROM benefits_grant g
        JOIN ({CELLS_WANTED}) w ON w.id = g.id
        LEFT JOIN (
            SELECT list_id, count(*) AS cells FROM benefits_cell WHERE list_id >= 1000000000000 GROUP BY list_id
        ) c ON c.list_id = g.id
        WHERE g.state IN ('reserved', 'approved', 'partly', 'delivered', 'reported')
            AND (g.expires_at IS NULL OR g.expires_at > clock_timestamp()) AND coalesce(c.cells, 0) <> w.wanted
        UNION ALL
        SELECT 'another expiry', g.id, g.state FROM benefits_grant g JOIN benefits_cell c ON c.list_id = g.id
        WHERE g.expires_at IS DISTINCT FROM c.expires_at
        UNION ALL
        SELECT 'without a claim', g.id, g.state FROM benefits_grant g
        WHERE NOT EXISTS (SELECT FROM benefits_claim k WHERE k.list_id = g.id AND k.row = 1 AND k.year = g.year)
        """,
    ),
)
