"""Rules: what was said stays said, and what is in force is what was said last."""

from __future__ import annotations

from wasl.store.verification import Check, constraint_present_sql, trigger_present_sql

NEED_TRIGGERS = (
    "benefits_need_version_only_grows", "benefits_need_version_apply", "benefits_need_version_is_in_force",
)  # fmt: skip
SLOT_TRIGGERS = (
    "benefits_slot_version_only_grows", "benefits_slot_version_apply", "benefits_slot_version_is_in_force",
    "benefits_slot_sensitive_is_settled",
)  # fmt: skip
SEASON_TRIGGERS = (
    "benefits_season_version_only_grows", "benefits_season_version_apply", "benefits_season_version_is_in_force",
)  # fmt: skip
NEED_RULES = (
    "benefits_need_version_key", "benefits_need_version_follows", "benefits_need_version_slots",
    "benefits_need_version_window", "benefits_need_version_has_reason",
)  # fmt: skip

CHECKS = (
    Check(
        "L4",
        "the rule by which something was judged stands, and the newest one is in force",
        trigger_present_sql("benefits_need_version", *NEED_TRIGGERS)
        + f" AND ({trigger_present_sql('benefits_need', 'benefits_need_is_its_version')})"
        + f" AND ({trigger_present_sql('benefits_need_slot', 'benefits_need_slot_is_its_version')})"
        + f" AND ({trigger_present_sql('benefits_need_version_slot', 'benefits_need_version_slot_only_grows')})"
        + f" AND ({trigger_present_sql('benefits_need_version_slot', 'benefits_need_version_slot_is_said')})"
        + f" AND ({trigger_present_sql('benefits_season_version', *SEASON_TRIGGERS)})"
        + f" AND ({trigger_present_sql('benefits_season', 'benefits_season_is_its_version')})"
        + f" AND ({constraint_present_sql('benefits_need_version', *NEED_RULES)})",
        """
        SELECT n.code, n.version FROM benefits_need n
        LEFT JOIN benefits_need_version v ON v.need = n.code AND v.version = n.version
        WHERE v.need IS NULL
            OR (n.subject, n.guard, n.period, n.window_months, n.horizon_months, n.reservation_days, n.tranches, n.unit)
                <> (v.subject, v.guard, v.period, v.window_months, v.horizon_months, v.reservation_days, v.tranches,
                    v.unit)
            OR v.slots <> ARRAY(
                SELECT s.slot FROM benefits_need_slot s WHERE s.need = n.code ORDER BY s.slot COLLATE "C")
            OR EXISTS (SELECT FROM benefits_need_version l WHERE l.need = n.code AND l.version > n.version)
        """,
    ),
    Check(
        "B1",
        "whom the cells of a slot are kept from is settled once a need occupies it",
        trigger_present_sql("benefits_slot_version", *SLOT_TRIGGERS)
        + f" AND ({trigger_present_sql('benefits_slot', 'benefits_slot_is_its_version')})",
        """
        SELECT c.slot, c.subject_id, c.month, c.scope FROM benefits_cell c JOIN benefits_slot s ON s.code = c.slot
        WHERE c.scope <> CASE WHEN s.sensitive THEN c.organisation_id ELSE 0 END
        """,
    ),
)
