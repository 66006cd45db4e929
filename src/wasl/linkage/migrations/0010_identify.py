from django.db import migrations

from wasl.linkage.migrations import _identify as questions
from wasl.linkage.migrations import _identify_tables as tables
from wasl.store.row_security import alliance_table_sql, function_grants_sql

OPEN = ["linkage_identify(jsonb)", "linkage_known_elsewhere(jsonb)"]


class Migration(migrations.Migration):
    dependencies = [
        ("linkage", "0009_model"),
        ("registry", "0004_family_file"),
        ("benefits", "0005_elsewhere"),
    ]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (tables.TOKENS, tables.FEATURES, questions.IDENTIFY, questions.ELSEWHERE)
        ],
        *[migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop) for table in tables.TABLES],
        migrations.RunSQL(function_grants_sql(OPEN, roles="wasl_app"), migrations.RunSQL.noop),
    ]
