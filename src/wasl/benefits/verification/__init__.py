"""What `wasl verify` asks of benefits."""

from __future__ import annotations

from wasl.benefits.overlap_work.verification import CHECKS as OVERLAP_WORK
from wasl.benefits.verification.cells import CHECKS as CELLS
from wasl.benefits.verification.grants import CHECKS as GRANTS
from wasl.benefits.verification.needs import CHECKS as NEEDS
from wasl.benefits.verification.overlaps import CHECKS as OVERLAPS
from wasl.benefits.verification.reports import CHECKS as REPORTS
from wasl.benefits.verification.without_families import CHECKS as WITHOUT_FAMILIES
from wasl.store.verification import Check, row_security_present_sql

TABLES = (
    "benefits_claim", "benefits_recorded_need", "benefits_nothing_given", "benefits_cell", "benefits_overlap",
    "benefits_overlap_claim", "benefits_slot_figure", "benefits_report", "benefits_list_report",
    "benefits_overlap_side", "benefits_overlap_tally", "benefits_gap_count", "benefits_gap", "benefits_gap_tally",
    "benefits_repeat", "benefits_repeat_tally", "benefits_counted", "benefits_slot_version", "benefits_season_version",
    "benefits_need_version", "benefits_need_version_slot", "benefits_grant_move", "benefits_grant",
    "benefits_delivery", "benefits_reversal", "store_operation", "benefits_grant_funder", "benefits_headcount",
    "benefits_headcount_reversal", "benefits_turn",
)  # fmt: skip
# What pages read as they are, within their scope.
READ = frozenset(
    {
        "benefits_claim", "benefits_recorded_need", "benefits_nothing_given", "benefits_need_version",
        "benefits_slot_version", "benefits_season_version",
        "benefits_need_version_slot", "benefits_grant_move", "benefits_grant", "benefits_delivery",
        "benefits_reversal", "store_operation", "benefits_grant_funder", "benefits_headcount",
        "benefits_headcount_reversal",
    }
)  # fmt: skip
BY_FUNCTION_ALONE = tuple(table for table in TABLES if table not in READ)

RIGHTS = (
    Check(
        "A1",
        "row security forced on claims, cells and overlaps",
        row_security_present_sql(TABLES),
    ),
    Check(
        "A2",
        "cells, overlaps and figures only by functions",
        "SELECT NOT ("
        + " OR ".join(
            f"has_table_privilege('wasl_app', '{table}', 'SELECT, INSERT, UPDATE, DELETE')"
            for table in BY_FUNCTION_ALONE
        )
        + ")",
    ),
)

CHECKS = (*CELLS, *OVERLAPS, *GRANTS, *NEEDS, *REPORTS, *OVERLAP_WORK, *WITHOUT_FAMILIES, *RIGHTS)
