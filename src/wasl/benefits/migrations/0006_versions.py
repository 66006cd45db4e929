from django.db import migrations

from wasl.store.row_security import alliance_table_sql

# A need's rule as it stood: whoever judges by it keeps its number, so that a later rule re-judges nothing.
# `benefits_need` and `benefits_need_slot` hold the rule that is in force.
VERSIONS = """
ALTER TABLE benefits_need
    ADD COLUMN version smallint NOT NULL DEFAULT 1 CHECK (version >= 1),
    ADD COLUMN reservation_days smallint NOT NULL DEFAULT 30 CHECK (reservation_days BETWEEN 1 AND 366),
    ADD COLUMN tranches smallint NOT NULL DEFAULT 1 CHECK (tranches BETWEEN 1 AND 24);
CREATE TABLE benefits_need_version (
    need text NOT NULL REFERENCES benefits_need (code),
    version smallint NOT NULL CHECK (version >= 1),
    subject text NOT NULL CHECK (subject IN ('person', 'family')),
    guard text NOT NULL CHECK (guard IN ('refuse', 'warn', 'none')),
    period text NOT NULL CHECK (period IN ('months', 'season', 'once')),
    window_months smallint NOT NULL CHECK (window_months >= 0),
    horizon_months smallint NOT NULL CHECK (horizon_months >= 0),
    reservation_days smallint NOT NULL CHECK (reservation_days BETWEEN 1 AND 366),
    tranches smallint NOT NULL CHECK (tranches BETWEEN 1 AND 24),
    unit text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT '',
    CONSTRAINT benefits_need_version_key PRIMARY KEY (need, version)
);
CREATE TABLE benefits_need_version_slot (
    need text NOT NULL,
    version smallint NOT NULL,
    slot text NOT NULL REFERENCES benefits_slot (code),
    CONSTRAINT benefits_need_version_slot_key PRIMARY KEY (need, version, slot),
    CONSTRAINT benefits_need_version_slot_version
        FOREIGN KEY (need, version) REFERENCES benefits_need_version (need, version)
);
INSERT INTO benefits_need_version (need, version, subject, guard, period, window_months, horizon_months,
    reservation_days, tranches, unit, made_by)
SELECT code, 1, subject, guard, period, window_months, horizon_months, reservation_days, tranches, unit, 'init'
FROM benefits_need;
INSERT INTO benefits_need_version_slot (need, version, slot) SELECT need, 1, slot FROM benefits_need_slot;
"""

CLAIMS = """
ALTER TABLE benefits_claim
    -- the rule it was judged by
    ADD COLUMN need_version smallint NOT NULL DEFAULT 1,
    -- the row says to whom it gives a person's need: then the person holds the cell, else the family
    ADD COLUMN to_person boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT benefits_claim_kind_check,
    -- granted: reserved or approved, holds its cells while it lives
    ADD CONSTRAINT benefits_claim_kind_check CHECK (kind IN ('given', 'planned', 'granted'));
"""

TABLES = ("benefits_need_version", "benefits_need_version_slot")


class Migration(migrations.Migration):
    dependencies = [("benefits", "0005_elsewhere")]
    operations = [
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(CLAIMS, migrations.RunSQL.noop),
        *[
            migrations.RunSQL(alliance_table_sql(table, app_select=True), migrations.RunSQL.noop)
            for table in TABLES
        ],
    ]
