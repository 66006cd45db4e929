from django.db import migrations

from wasl.benefits.migrations import (
    _grant_codes,
    _grant_delivering,
    _grant_ending,
    _grant_locks,
    _grant_moves,
    _grant_reserving,
    _grant_unlinked,
)
from wasl.store.row_security import function_grants_sql

SQL = (
    _grant_moves.CELLS,
    _grant_moves.MOVES,
    _grant_moves.SEATS,
    _grant_codes.CODES,
    _grant_locks.MAKER,
    _grant_locks.MONTHS,
    _grant_locks.LOCKS,
    _grant_locks.LAPSE,
    _grant_reserving.TARGETS,
    _grant_reserving.STANDING,
    _grant_unlinked.UNLINKED,
    _grant_reserving.RESERVE,
    _grant_delivering.REPORT,
    _grant_delivering.APPROVE,
    _grant_delivering.BY_RULE,
    _grant_delivering.AGAIN,
    _grant_delivering.DELIVER,
    _grant_ending.REVERSE,
    _grant_ending.END,
)

# The doors. What they are made of is nobody's to call.
DOORS = [
    "benefits_reserve(bigint, text, date, bigint[], bigint[], numeric[], bigint[], text[], text, text, text,"
    " timestamptz, jsonb)",
    "benefits_approve(bigint, bigint[], text, timestamptz)",
    "benefits_approve_by_rule(bigint, bigint[], timestamptz)",
    "benefits_deliver(bigint, bigint[], jsonb, uuid, text, text, timestamptz)",
    "benefits_reverse(bigint, bigint[], smallint[], text, text, timestamptz)",
    "benefits_end_grants(bigint, bigint[], text, text, text, timestamptz)",
    "benefits_is_grant(bigint)",
    "benefits_grant_code(bigint)",
    "benefits_grant_of_code(text)",
]


# What was handed over, and what was taken back, is history: not even the engine changes it.
KEPT = "REVOKE UPDATE, DELETE, TRUNCATE ON benefits_delivery, benefits_reversal FROM wasl_engine"


class Migration(migrations.Migration):
    dependencies = [("benefits", "0007_grants"), ("store", "0002_operations")]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in SQL],
        migrations.RunSQL(function_grants_sql(DOORS), migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RunSQL(
            function_grants_sql(["benefits_lapse(integer)"], roles="wasl_engine"), migrations.RunSQL.noop
        ),
    ]
