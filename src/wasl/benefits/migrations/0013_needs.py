from django.db import migrations

from wasl.benefits.migrations import _need_effects, _needs
from wasl.store.row_security import alliance_table_sql, function_grants_sql

HISTORIES = ("benefits_slot_version", "benefits_season_version")
# The engine reads rules; they are written by the catalogue's owner and by the desk's functions alone.
ENGINE_READS = "".join(
    f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM wasl_engine;\n"
    for table in (
        "benefits_need", "benefits_need_slot", "benefits_need_version", "benefits_need_version_slot", "benefits_slot",
        "benefits_season",
    )
)  # fmt: skip
FUNCTIONS = (
    "benefits_change_need(text, integer, jsonb, text, timestamptz)",
    "benefits_add_need(text, jsonb, jsonb, text, timestamptz)",
    "benefits_word_need(text, integer, jsonb)",
    "benefits_write_slot(text, integer, jsonb, text, timestamptz)",
    "benefits_write_season(text, integer, jsonb, text, timestamptz)",
    "benefits_need_effect(text, jsonb, date, integer)",
    "benefits_need_grants(text, integer)",
)


class Migration(migrations.Migration):
    dependencies = [("benefits", "0012_bulk")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (
                _needs.HISTORIES,
                _needs.NEED_VERSIONS,
                _needs.APPLY,
                _needs.ONLY_GROW,
                _needs.EQUAL,
                _needs.SENSITIVE,
                _needs.WRITES,
                _need_effects.EFFECT,
                _need_effects.INDEXES,
            )
        ],
        *[
            migrations.RunSQL(
                alliance_table_sql(table, app_select=True, engine="SELECT"), migrations.RunSQL.noop
            )
            for table in HISTORIES
        ],
        migrations.RunSQL(
            ENGINE_READS + function_grants_sql(FUNCTIONS, roles="wasl_app"), migrations.RunSQL.noop
        ),
    ]
