from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from wasl.linkage.migrations import _identify as questions
from wasl.linkage.migrations import _identify_tables as tables
from wasl.store.row_security import alliance_table_sql, function_grants_sql

OPEN = ["linkage_identify(jsonb)", "linkage_known_elsewhere(jsonb)"]
CLOSED = [
    "linkage_place_number(text, integer)",
    "linkage_age_class(bigint, integer, integer, integer, date)",
    "linkage_rarity_of(text, bigint, integer)",
    "linkage_asked_tokens(jsonb)",
    "linkage_similar(text, integer, integer, text[])",
    "linkage_forms(text)",
    "linkage_read_asked(jsonb, linkage_weight, bigint)",
    "linkage_candidates(linkage_asked, bigint)",
    "linkage_spouse_family(bytea, bigint)",
    "linkage_weigh(linkage_asked, bigint[], integer[], integer[], integer[], date)",
    "linkage_score(bigint[], bigint[], boolean[])",
    "linkage_people(jsonb, bigint)",
]
STATEMENTS = (
    tables.TOKENS,
    tables.FEATURES,
    *(alliance_table_sql(table) for table in tables.TABLES),
    tables.SEED,
    questions.ASKED,
    questions.SIMILAR,
    questions.TOKENS,
    questions.READ,
    questions.CANDIDATES,
    questions.WEIGH,
    questions.SCORE,
    questions.PEOPLE,
    questions.IDENTIFY,
    questions.ELSEWHERE,
    function_grants_sql(OPEN, roles="wasl_app"),
    function_grants_sql(CLOSED, roles="wasl_engine"),
)


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Describe the records of lists that were loaded before there were features."""
    from wasl.linkage.features import describe_missing

    schema_editor.connection.ensure_connection()
    describe_missing(schema_editor.connection.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("linkage", "0009_model"),
        ("registry", "0004_family_file"),
        ("benefits", "0005_elsewhere"),
    ]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in STATEMENTS],
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
