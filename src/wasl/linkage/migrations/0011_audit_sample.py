from django.db import migrations

from wasl.linkage.migrations import _audit_sample as audit
from wasl.store.row_security import alliance_table_sql, function_grants_sql

TABLES = (*audit.SAMPLE_TABLES, *audit.DRIFT_TABLES)
OFFERED = [*audit.ASKING_OFFERED, *audit.DRIFT_OFFERED]


class Migration(migrations.Migration):
    dependencies = [("linkage", "0010_identify")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (audit.SAMPLE, audit.ASKING, audit.QUEUE, audit.DRIFT, audit.DRIFT_READS)
        ],
        *[migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop) for table in TABLES],
        migrations.RunSQL(function_grants_sql(OFFERED), migrations.RunSQL.noop),
    ]
