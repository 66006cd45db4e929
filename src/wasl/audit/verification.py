"""The audit log can only grow."""

from __future__ import annotations

from wasl.store.verification import Check, constraint_present_sql, trigger_present_sql

CHECKS = [
    Check(
        "A5",
        "audit log append-only",
        trigger_present_sql("audit_entry", "audit_entry_append_only")
        + f" AND ({constraint_present_sql('audit_entry', 'audit_entry_pkey')})"
        + " AND NOT has_table_privilege('wasl_app', 'audit_entry', 'UPDATE, DELETE, TRUNCATE')"
        " AND NOT has_table_privilege('wasl_engine', 'audit_entry', 'UPDATE, DELETE, TRUNCATE')",
    ),
]
