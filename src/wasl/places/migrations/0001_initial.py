from django.db import migrations

from wasl.store.row_security import alliance_table_sql

PLACES = """
CREATE TABLE places_governorate (
    code text PRIMARY KEY,
    name_ar text NOT NULL CHECK (name_ar <> ''),
    name_en text NOT NULL DEFAULT ''
);
CREATE TABLE places_markaz (
    code text PRIMARY KEY,
    governorate_code text NOT NULL REFERENCES places_governorate (code),
    name_ar text NOT NULL CHECK (name_ar <> ''),
    name_en text NOT NULL DEFAULT '',
    kind text NOT NULL DEFAULT ''
);
CREATE INDEX places_markaz_governorate ON places_markaz (governorate_code);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("store", "0001_initial")]
    operations = [
        migrations.RunSQL(PLACES, "DROP TABLE places_markaz, places_governorate"),
        *[
            migrations.RunSQL(alliance_table_sql(table, app_select=True), migrations.RunSQL.noop)
            for table in ("places_governorate", "places_markaz")
        ],
    ]
