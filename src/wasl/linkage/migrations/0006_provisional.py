from django.db import migrations

from wasl.linkage.migrations import _provisional as provisional
from wasl.store.row_security import alliance_table_sql, function_grants_sql


class Migration(migrations.Migration):
    dependencies = [("linkage", "0005_family_history"), ("benefits", "0010_overlap_work")]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in provisional.SQL],
        migrations.RunSQL(alliance_table_sql("linkage_separation"), migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(provisional.OFFERED), migrations.RunSQL.noop),
        migrations.RunSQL(
            function_grants_sql(provisional.INNER, roles="wasl_engine"), migrations.RunSQL.noop
        ),
    ]
