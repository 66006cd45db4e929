"""What `wasl verify` asks of worked overlaps and of exceptions."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    row_security_present_sql,
    trigger_present_sql,
    unique_index_present_sql,
)

TABLES = ("benefits_overlap_work", "benefits_overlap_position", "benefits_stop", "benefits_exception")
BY_FUNCTION_ALONE = ("benefits_overlap_work", "benefits_overlap_position")
EXCEPTION_RULES = (
    "benefits_exception_requester", "benefits_exception_approver", "benefits_exception_asked_by_its_own",
    "benefits_exception_approved_by_another", "benefits_exception_answered", "benefits_exception_refused_why",
    "benefits_exception_ended", "benefits_exception_months", "benefits_exception_reason_check",
)  # fmt: skip
REQUIRED = ("entry_id", "need", "slot", "reason", "expires_on", "requester_id", "requester_organisation_id")

CHECKS = (
    Check(
        "B4",
        "an exception has a reason, who asked, who of another organisation approved, and a last day",
        constraint_present_sql("benefits_exception", *EXCEPTION_RULES)
        + f" AND ({constraint_present_sql('organisations_user', 'user_id_organisation')})"
        + f" AND (SELECT count(*) = {len(REQUIRED)} FROM pg_attribute"
        " WHERE attrelid = to_regclass('benefits_exception') AND attnotnull AND attname IN ("
        + ", ".join(f"'{column}'" for column in REQUIRED)
        + "))",
        """
        SELECT e.code, e.state FROM benefits_exception e
        LEFT JOIN organisations_user r ON r.id = e.requester_id AND r.organisation_id = e.organisation_id
        LEFT JOIN organisations_user a ON a.id = e.approver_id AND a.organisation_id = e.approver_organisation_id
        WHERE r.id IS NULL OR btrim(e.reason) = '' OR e.expires_on IS NULL
            OR (e.state IN ('approved', 'ended')
                AND (a.id IS NULL OR e.approver_organisation_id = e.requester_organisation_id))
        """,
    ),
    Check(
        "B4",
        "an exception moves as its table of moves says, and stays as it was asked for",
        trigger_present_sql(
            "benefits_exception",
            "benefits_exception_begins",
            "benefits_exception_moves",
            "benefits_exception_stays",
        ),
    ),
    Check(
        "B4",
        "what was given by an exception has one that was approved for its organisation",
        "SELECT true",
        """
        SELECT g.id FROM benefits_grant g LEFT JOIN benefits_exception e ON e.id = g.exception_id
        WHERE g.answer = 'exception' AND (e.id IS NULL OR e.state NOT IN ('approved', 'ended')
            OR e.organisation_id <> g.organisation_id)
        """,
    ),
    Check(
        "B6",
        "an overlap is worked as its table of moves says; what was said of it stays",
        trigger_present_sql(
            "benefits_overlap_work", "benefits_overlap_work_begins", "benefits_overlap_work_moves"
        )
        + f" AND ({trigger_present_sql('benefits_overlap_position', 'benefits_overlap_position_append_only')})"
        + f" AND ({constraint_present_sql('benefits_overlap_work', 'benefits_overlap_work_settled')})",
        """
        SELECT w.overlap_id, w.keepers FROM benefits_overlap_work w
        JOIN benefits_overlap o ON o.id = w.overlap_id WHERE NOT w.keepers <@ o.organisation_ids
        """,
    ),
    Check(
        "B6",
        "who was to stop has stopped, and nobody else",
        unique_index_present_sql("benefits_stop_once"),
        """
        SELECT s.overlap_id, s.organisation_id FROM benefits_stop s
        JOIN benefits_overlap_work w ON w.overlap_id = s.overlap_id
        WHERE s.ended_at IS NULL AND (w.state <> 'settled' OR s.organisation_id = ANY (w.keepers))
        UNION ALL
        SELECT w.overlap_id, c.organisation_id FROM benefits_overlap_work w
        JOIN benefits_overlap_claim c ON c.overlap_id = w.overlap_id AND c.organisation_id <> ALL (w.keepers)
        WHERE w.state = 'settled' AND NOT EXISTS (
            SELECT FROM benefits_stop s WHERE s.overlap_id = w.overlap_id
            AND s.organisation_id = c.organisation_id AND s.ended_at IS NULL)
        """,
    ),
    Check("A1", "row security forced on worked overlaps and exceptions", row_security_present_sql(TABLES)),
    Check(
        "A2",
        "what was said of overlaps only by functions; stops and exceptions are read, never written",
        "SELECT NOT ("
        + " OR ".join(
            f"has_table_privilege('wasl_app', '{table}', '{rights}')"
            for rights, tables in (
                ("SELECT, INSERT, UPDATE, DELETE", BY_FUNCTION_ALONE),
                ("INSERT, UPDATE, DELETE", ("benefits_stop", "benefits_exception")),
            )
            for table in tables
        )
        + ")",
    ),
)
