from django.db import migrations

from wasl.linkage.migrations import _increments as increments
from wasl.store.row_security import alliance_table_sql, function_grants_sql


class Migration(migrations.Migration):
    dependencies = [("linkage", "0007_people"), ("registry", "0004_family_file")]
    operations = [
        migrations.RunSQL(increments.TOUCHED, migrations.RunSQL.noop),
        migrations.RunSQL(alliance_table_sql("linkage_touched_list"), migrations.RunSQL.noop),
        migrations.RunSQL(increments.RUNS, migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(increments.OFFERED), migrations.RunSQL.noop),
    ]
