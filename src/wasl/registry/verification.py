"""What `wasl verify` asks of people, families and their links."""

from __future__ import annotations

from wasl.store.verification import (
    Check,
    constraint_present_sql,
    trigger_present_sql,
    unique_index_present_sql,
)

REFERRING = ("registry_link", "registry_entry_link", "registry_membership", "registry_group_member")


def _triggers_present_sql() -> str:
    asked = [
        trigger_present_sql(table, f"{table}_refers_insert", f"{table}_refers_update") for table in REFERRING
    ]
    asked.append(trigger_present_sql("registry_subject", "registry_subject_retires"))
    asked.append(
        constraint_present_sql(
            "registry_subject",
            "registry_subject_pkey",
            "registry_subject_kind_check",
            "registry_subject_state_check",
        )
    )
    asked.append(constraint_present_sql("registry_group_member", "registry_group_member_pkey"))
    return "SELECT " + " AND ".join(f"({query})" for query in asked)


CHECKS = (
    Check(
        id="L4",
        guard="links point at what stands: triggers refuse others, and history cannot be deleted",
        present_sql=_triggers_present_sql().replace(
            "SELECT ",
            "SELECT NOT has_table_privilege('wasl_engine', 'registry_link', 'DELETE')"
            " AND NOT has_table_privilege('wasl_engine', 'registry_entry_link', 'DELETE') AND ",
            1,
        ),
        breach_sql="""
            SELECT 'link' AS what, link.record_id AS item, link.person_id AS subject FROM registry_link AS link
            LEFT JOIN registry_subject AS subject
                ON subject.id = link.person_id AND subject.kind = 'person' AND subject.state = 'current'
            WHERE link.until_run IS NULL AND subject.id IS NULL
            UNION ALL
            SELECT 'entry_link', link.entry_id, link.family_id FROM registry_entry_link AS link
            LEFT JOIN registry_subject AS subject
                ON subject.id = link.family_id AND subject.kind = 'family' AND subject.state = 'current'
            WHERE link.until_run IS NULL AND subject.id IS NULL
            UNION ALL
            SELECT 'group', member.subject_id, member.group_id FROM registry_group_member AS member
            LEFT JOIN registry_subject AS subject ON subject.id = member.subject_id AND subject.state = 'current'
            LEFT JOIN registry_subject AS named ON named.id = member.group_id AND named.state = 'current'
            WHERE subject.id IS NULL OR named.id IS NULL OR named.kind <> subject.kind""",
    ),
    Check(
        id="A1",
        guard="an organisation's codes count its own rows: each number once, odd for records, even for entries",
        present_sql="SELECT ("
        + constraint_present_sql("registry_record", "registry_record_own_odd")
        + ") AND ("
        + constraint_present_sql("registry_entry", "registry_entry_own_even")
        + ") AND ("
        + unique_index_present_sql("registry_record_own", "registry_entry_own")
        + ")",
    ),
    Check(
        id="A2",
        guard="the search index holds every record once, and no page may read it",
        present_sql="SELECT NOT has_table_privilege('wasl_app', 'registry_search', 'SELECT')"
        " AND NOT has_table_privilege('wasl_app', 'registry_token', 'SELECT')"
        " AND NOT has_function_privilege('wasl_app', 'registry_matching_records(text[], bigint)', 'EXECUTE')"
        " AND (" + constraint_present_sql("registry_search", "registry_search_pkey") + ")",
        breach_sql="""
            SELECT record.id, search.record_id FROM registry_record AS record
            FULL JOIN registry_search AS search ON search.record_id = record.id
            WHERE record.id IS NULL OR search.record_id IS NULL""",
    ),
    Check(
        id="L4",
        guard="every code ever given resolves: a retired subject has a successor, and chains end",
        present_sql=constraint_present_sql(
            "registry_subject", "registry_subject_retired_has_successor", "registry_subject_successor_id_fkey"
        ),
        breach_sql="""
            WITH RECURSIVE good AS (
                SELECT id FROM registry_subject WHERE state = 'current'
                UNION ALL
                SELECT retired.id FROM good JOIN registry_subject AS retired ON retired.successor_id = good.id
            )
            SELECT id FROM registry_subject WHERE state = 'retired' AND id NOT IN (SELECT id FROM good)""",
    ),
    Check(
        id="L7",
        guard="one verified national id, one current person",
        present_sql=unique_index_present_sql("registry_person_nid_verified")
        + " AND ("
        + constraint_present_sql("registry_person_nid", "registry_person_nid_standing_check")
        + ") AND ("
        + trigger_present_sql(
            "registry_person_nid", "registry_person_nid_refers_insert", "registry_person_nid_refers_update"
        )
        + ")",
        breach_sql="""
            SELECT encode(nid_index, 'hex') AS nid_index, count(*) FROM registry_person_nid
            WHERE standing = 'verified' AND until_run IS NULL GROUP BY nid_index HAVING count(DISTINCT person_id) > 1""",
    ),
    Check(
        id="L8",
        guard="one current family per person, and that family stands",
        present_sql=unique_index_present_sql("registry_membership_current"),
        breach_sql="""
            SELECT membership.person_id, membership.family_id FROM registry_membership AS membership
            LEFT JOIN registry_subject AS person
                ON person.id = membership.person_id AND person.kind = 'person' AND person.state = 'current'
            LEFT JOIN registry_subject AS family
                ON family.id = membership.family_id AND family.kind = 'family' AND family.state = 'current'
            WHERE membership.until_run IS NULL AND (person.id IS NULL OR family.id IS NULL)""",
    ),
    Check(
        id="A4",
        guard="who makes up a family is told by a function that writes first; tests/.../test_family_file.py",
        present_sql="SELECT has_function_privilege('wasl_app', 'registry_open_family(text, text)', 'EXECUTE')"
        " AND NOT has_table_privilege('wasl_app', 'registry_entry_link', 'SELECT')"
        " AND NOT has_table_privilege('wasl_app', 'registry_link', 'SELECT')"
        " AND NOT has_table_privilege('wasl_app', 'registry_membership', 'SELECT')"
        " AND NOT has_table_privilege('wasl_app', 'registry_group_member', 'SELECT')",
    ),
)
