from django.db import migrations

from wasl.store.row_security import owned_table_sql

# A list kept by hand grows a family at a time, and one family of it may be taken out: its lines stay,
# with a fate of their own, and so they are counted (L3) and count nowhere (L9).
WITHDRAWN = """
ALTER TABLE intake_list ADD COLUMN is_standing boolean NOT NULL DEFAULT false;
ALTER TABLE intake_list ADD COLUMN rows_withdrawn integer NOT NULL DEFAULT 0;
ALTER TABLE intake_list DROP CONSTRAINT intake_list_every_row_has_a_fate;
ALTER TABLE intake_list ADD CONSTRAINT intake_list_every_row_has_a_fate CHECK (
    state = 'loading'
    OR rows_total = rows_accepted + rows_rejected + rows_repeated + rows_not_data + rows_withdrawn);
ALTER TABLE intake_list ADD CONSTRAINT intake_list_withdrawn_rows_stand CHECK (is_standing OR rows_withdrawn = 0);
CREATE UNIQUE INDEX intake_list_one_standing ON intake_list (organisation_id, year) WHERE is_standing;

ALTER TABLE intake_line DROP CONSTRAINT intake_line_fate_check;
ALTER TABLE intake_line ADD CONSTRAINT intake_line_fate_check
    CHECK (fate IN ('accepted', 'rejected', 'repeated', 'not_data', 'withdrawn'));
ALTER TABLE intake_line ADD CONSTRAINT intake_line_withdrawn_has_reason
    CHECK (fate <> 'withdrawn' OR (reason IS NOT NULL AND entry_id IS NOT NULL));
"""

# What an officer typed waits here, sealed, until the engine has stored it; then the content goes and the
# row stays as a receipt, by which the same form sent again is known.
FORMS = """
CREATE TABLE intake_hand_form (
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    id uuid NOT NULL,
    -- keyed digest of the content: the same id with another body is another form
    body_key bytea NOT NULL CHECK (octet_length(body_key) = 16),
    sealed bytea,
    username text NOT NULL,
    submitted_at timestamptz NOT NULL,
    job text,
    list_id bigint REFERENCES intake_list (id),
    entry_no integer,
    stored_at timestamptz,
    CONSTRAINT intake_hand_form_pkey PRIMARY KEY (organisation_id, id),
    CONSTRAINT intake_hand_form_content_goes CHECK (stored_at IS NULL OR sealed IS NULL),
    CONSTRAINT intake_hand_form_stored_somewhere CHECK (
        (stored_at IS NULL) = (list_id IS NULL) AND (stored_at IS NULL) = (entry_no IS NULL))
);
CREATE INDEX intake_hand_form_waiting ON intake_hand_form (submitted_at) WHERE sealed IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_uploads")]
    operations = [
        migrations.RunSQL(WITHDRAWN, migrations.RunSQL.noop),
        migrations.RunSQL(FORMS, migrations.RunSQL.noop),
        # the page writes what was typed and which job stores it; what became of it only the engine writes
        migrations.RunSQL(
            owned_table_sql("intake_hand_form", app="SELECT, INSERT, UPDATE (job)"), migrations.RunSQL.noop
        ),
    ]
