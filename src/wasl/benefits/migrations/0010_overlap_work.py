from django.db import migrations

from wasl.benefits.migrations import _exceptions as exceptions
from wasl.benefits.migrations import _overlap_work as work
from wasl.store.row_security import alliance_table_sql, function_grants_sql, owned_table_sql

MOVES = ("benefits_overlap_move", "benefits_exception_move")
OWNED = ("benefits_stop", "benefits_exception")


class Migration(migrations.Migration):
    dependencies = [("benefits", "0009_settlement"), ("organisations", "0003_sign_ins")]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (*work.SQL, *exceptions.SQL)],
        *[migrations.RunSQL(alliance_table_sql(one), migrations.RunSQL.noop) for one in work.ALLIANCE],
        *[
            migrations.RunSQL(alliance_table_sql(one, app_select=True), migrations.RunSQL.noop)
            for one in MOVES
        ],
        *[migrations.RunSQL(owned_table_sql(one), migrations.RunSQL.noop) for one in OWNED],
        migrations.RunSQL(function_grants_sql([*work.OFFERED, *exceptions.OFFERED]), migrations.RunSQL.noop),
        migrations.RunSQL(
            function_grants_sql([*work.INNER, *exceptions.INNER], roles="wasl_engine"), migrations.RunSQL.noop
        ),
    ]
