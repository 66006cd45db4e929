"""What lists have made of a database, as content: ids replaced by content keys, sealed bytes left out."""

from __future__ import annotations

import hashlib

import psycopg

LIST = "encode(list.file_digest, 'hex') || list.sheet"

CONTENT = {
    "lists": f"SELECT {LIST}, list.file_name, list.kind, list.state, list.state_reason, list.month, list.rows_total,"
    " list.rows_accepted, list.rows_rejected, list.rows_repeated, list.rows_not_data, list.rows_without_claim,"
    " list.rows_paid_elsewhere, list.cells_lost::text, list.options::text, list.mapping::text, list.loaded_row"
    " FROM intake_list AS list",
    "lines": f"SELECT {LIST}, line.row, line.entry_no, line.fate, line.reason, line.reason_column, line.cells::text,"
    " line.sealed_cells IS NULL, line.content_key, entry.content_key, line.need, line.need_text, line.month,"
    " line.given_on, line.quantity, line.value_piastres, line.paid_by, line.losses::text"
    " FROM intake_line AS line JOIN intake_list AS list ON list.id = line.list_id"
    " LEFT JOIN registry_entry AS entry ON entry.id = line.entry_id",
    "mentions": f"SELECT {LIST}, mention.row, mention.role, record.content_key"
    " FROM intake_mention AS mention JOIN intake_list AS list ON list.id = mention.list_id"
    " JOIN registry_record AS record ON record.id = mention.record_id",
    "records": "SELECT content_key, name, nid_index, nid_check, nid_written_sealed IS NULL, sex, birth_date,"
    " birth_precision, phone, governorate, markaz, village, deceased FROM registry_record",
    "entries": "SELECT entry.content_key, head.content_key FROM registry_entry AS entry"
    " JOIN registry_record AS head ON head.id = entry.head_record_id",
    "members": "SELECT entry.content_key, record.content_key, member.role, member.relation"
    " FROM registry_entry_member AS member JOIN registry_entry AS entry ON entry.id = member.entry_id"
    " JOIN registry_record AS record ON record.id = member.record_id",
    "appearances": f"SELECT entry.content_key, {LIST}, appearance.month, appearance.active"
    " FROM registry_appearance AS appearance JOIN registry_entry AS entry ON entry.id = appearance.entry_id"
    " JOIN intake_list AS list ON list.id = appearance.list_id",
    "claims": f"SELECT {LIST}, claim.row, claim.kind, claim.need, entry.content_key, record.content_key, claim.month,"
    " claim.given_on, claim.first_month, claim.last_month, claim.quantity, claim.value_piastres, claim.repeated,"
    " claim.active FROM benefits_claim AS claim JOIN intake_list AS list ON list.id = claim.list_id"
    " JOIN registry_entry AS entry ON entry.id = claim.entry_id"
    " JOIN registry_record AS record ON record.id = claim.given_to_record",
}


def digest_content(
    connection: psycopg.Connection, *, without: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return a digest of each kind of content."""
    digests = {}
    for name, sql in CONTENT.items():
        if name not in without:
            rows = sorted(repr(row) for row in connection.execute(sql.encode()))
            digests[name] = f"{len(rows)} {hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:16]}"
    return digests


def count_claims(connection: psycopg.Connection) -> int:
    """Return how many claims count."""
    row = connection.execute("SELECT count(*) FROM benefits_claim WHERE active").fetchone()
    return int(row[0]) if row else 0


def count_appearances(connection: psycopg.Connection) -> int:
    """Return how many entries of lists count."""
    row = connection.execute("SELECT count(*) FROM registry_appearance WHERE active").fetchone()
    return int(row[0]) if row else 0
