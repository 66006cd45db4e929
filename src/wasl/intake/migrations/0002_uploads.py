from django.db import migrations

from wasl.store.row_security import function_grants_sql, owned_table_sql

# The same sheet of the same bytes may be loaded again, read otherwise: each time is an edition, and of
# them one counts (L9) and one is being loaded (L1).
EDITIONS = """
ALTER TABLE intake_list ADD COLUMN edition smallint NOT NULL DEFAULT 1 CHECK (edition >= 1);
ALTER TABLE intake_list DROP CONSTRAINT intake_list_once;
ALTER TABLE intake_list ADD CONSTRAINT intake_list_once
    UNIQUE (organisation_id, file_digest, sheet, edition);
CREATE UNIQUE INDEX intake_list_one_edition_counts ON intake_list (organisation_id, file_digest, sheet)
    WHERE state = 'active';
CREATE UNIQUE INDEX intake_list_one_edition_loads ON intake_list (organisation_id, file_digest, sheet)
    WHERE state = 'loading';
-- what a list page and the table of lists walk through, newest first
CREATE INDEX intake_list_newest ON intake_list (organisation_id, id DESC);
CREATE INDEX intake_list_to_mend ON intake_list (id DESC)
    WHERE state = 'active' AND (rows_rejected > 0 OR rows_without_claim > 0 OR cells_lost <> '{}');
CREATE INDEX intake_line_rejected ON intake_line (list_id, row) WHERE fate = 'rejected';
CREATE INDEX intake_line_lost ON intake_line (list_id, row) WHERE losses IS NOT NULL;
"""

# A file on its way from a browser to lists. `sample` holds the first rows of each sheet, packed and sealed:
# they have ids in them. With them a page shows and re-reads a sheet without opening the file, which only
# the worker does: what a stranger made is parsed by nothing that answers pages.
UPLOADS = """
CREATE TABLE intake_upload (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001) PRIMARY KEY,
    code text NOT NULL GENERATED ALWAYS AS ((id * 100 + 98 - (id * 100 % 97))::text) STORED UNIQUE,
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    file_name text NOT NULL CHECK (file_name <> ''),
    file_digest bytea NOT NULL CHECK (octet_length(file_digest) = 32),
    size_bytes bigint NOT NULL CHECK (size_bytes > 0),
    state text NOT NULL CHECK (
        state IN ('waiting', 'ready', 'refused', 'loading', 'loaded', 'failed', 'discarded')),
    -- how each sheet is read at present; what the clerk said otherwise
    recognised jsonb NOT NULL DEFAULT '[]',
    choices jsonb NOT NULL DEFAULT '{}',
    sample bytea,
    problem jsonb,
    result jsonb,
    job_code text NOT NULL DEFAULT '',
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL,
    CONSTRAINT intake_upload_refused_says_why CHECK (state NOT IN ('refused', 'failed') OR problem IS NOT NULL),
    CONSTRAINT intake_upload_ready_was_looked_at CHECK (state <> 'ready' OR sample IS NOT NULL)
);
CREATE INDEX intake_upload_organisation ON intake_upload (organisation_id, id DESC);
CREATE INDEX intake_upload_digest ON intake_upload (file_digest);
"""

# What would change if a list counted no longer, by its first `p_most` claims and entries: a list of a
# million is judged by a part of it, and says so (`looked` of `claims`). Cells are those the list sits in;
# a family is left alone in a slot where nobody else sits in such a cell, nor in that of what is likely the
# same family. It locks nothing.
PREVIEW = """
CREATE FUNCTION intake_withdrawal_preview(p_list bigint, p_most integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_list intake_list;
    v_entries bigint[];
    v_families bigint[];
    v_slots text[];
    v_first date;
    v_last date;
    v_looked bigint;
    v_only_here bigint;
    v_entries_looked bigint;
    v_by_slot jsonb;
BEGIN
    SELECT * INTO v_list FROM intake_list l
    WHERE l.id = p_list AND wasl_is_signed_in()
        AND (wasl_is_desk() OR l.organisation_id = wasl_organisation());
    IF NOT FOUND OR v_list.state <> 'active' THEN
        RETURN NULL;
    END IF;
    SELECT count(*), array_agg(DISTINCT m.entry_id), min(m.first_month), max(m.last_month),
        (SELECT array_agg(DISTINCT s.slot) FROM benefits_need_slot s WHERE s.need = ANY (array_agg(DISTINCT m.need)))
    INTO v_looked, v_entries, v_first, v_last, v_slots
    FROM (
        SELECT c.entry_id, c.need, c.first_month, c.last_month FROM benefits_claim c
        WHERE c.list_id = p_list AND c.year = v_list.year AND c.active AND c.kind = 'given'
        ORDER BY c.row LIMIT p_most
    ) m;
    SELECT array_agg(DISTINCT k.family_id) INTO v_families
    FROM unnest(v_entries) e (id) JOIN registry_entry_link k ON k.entry_id = e.id AND k.until_run IS NULL;
    SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM registry_appearance a WHERE a.entry_id = e.entry_id AND a.active AND a.list_id <> p_list))
    INTO v_entries_looked, v_only_here
    FROM (
        SELECT DISTINCT n.entry_id FROM (
            SELECT line.entry_id FROM intake_line line
            WHERE line.list_id = p_list AND line.year = v_list.year AND line.entry_id IS NOT NULL
            ORDER BY line.row LIMIT p_most
        ) n
    ) e;
    WITH mine AS (
        SELECT f.id, coalesce(g.group_id, f.id) AS group_id
        FROM unnest(v_families) f (id) LEFT JOIN registry_group_member g ON g.subject_id = f.id
    ), near AS (
        SELECT id, group_id FROM mine
        UNION SELECT group_id, group_id FROM mine
        UNION SELECT g.subject_id, g.group_id FROM registry_group_member g
        WHERE g.group_id IN (SELECT group_id FROM mine)
    ), cell AS (
        SELECT c.slot, near.group_id, count(*) FILTER (WHERE c.list_id = p_list) AS own,
            bool_and(c.list_id IS NOT DISTINCT FROM p_list) AS alone
        FROM near JOIN benefits_cell c ON c.subject_id = near.id AND c.slot = ANY (v_slots)
            AND c.month BETWEEN v_first AND v_last
        GROUP BY c.slot, near.group_id, c.month, c.scope
    ), freed AS (
        SELECT slot, sum(own)::bigint AS cells, coalesce(sum(own) FILTER (WHERE alone), 0)::bigint AS cells_alone,
            count(DISTINCT group_id) FILTER (WHERE alone) AS families_alone
        FROM cell WHERE own > 0 GROUP BY slot
    ), overlap AS (
        SELECT o.slot, count(*) FILTER (WHERE o.certainty = 'certain') AS certain,
            count(*) FILTER (WHERE o.certainty = 'likely') AS likely
        FROM (
            SELECT f.id FROM unnest(v_families) f (id)
            UNION SELECT g.group_id FROM unnest(v_families) f (id)
            JOIN registry_group_member g ON g.subject_id = f.id
        ) owner
        JOIN benefits_overlap o ON o.family_id = owner.id AND o.state = 'open'
        WHERE EXISTS (SELECT FROM benefits_overlap_claim k WHERE k.overlap_id = o.id AND k.list_id = p_list)
            AND (SELECT count(DISTINCT k.organisation_id) FROM benefits_overlap_claim k
                WHERE k.overlap_id = o.id AND k.list_id <> p_list) < 2
        GROUP BY o.slot
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('slot', s.code, 'name_ar', s.name_ar, 'name_en', s.name_en,
        'cells', coalesce(freed.cells, 0), 'cells_alone', coalesce(freed.cells_alone, 0),
        'families_alone', coalesce(freed.families_alone, 0), 'overlaps_certain', coalesce(overlap.certain, 0),
        'overlaps_likely', coalesce(overlap.likely, 0)) ORDER BY s.code), '[]')
    INTO v_by_slot
    FROM benefits_slot s LEFT JOIN freed ON freed.slot = s.code LEFT JOIN overlap ON overlap.slot = s.code
    WHERE freed.slot IS NOT NULL OR overlap.slot IS NOT NULL;
    RETURN jsonb_build_object('rows', v_list.rows_accepted + v_list.rows_repeated, 'looked', v_looked,
        'is_part', v_looked >= p_most OR v_list.rows_total > p_most, 'entries', v_entries_looked,
        'only_here', v_only_here, 'families', coalesce(cardinality(v_families), 0), 'slots', v_by_slot);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("benefits", "0001_initial"), ("registry", "0001_initial")]
    operations = [
        migrations.RunSQL(EDITIONS, migrations.RunSQL.noop),
        migrations.RunSQL(UPLOADS, migrations.RunSQL.noop),
        migrations.RunSQL(
            owned_table_sql("intake_upload", app="SELECT, INSERT, UPDATE"), migrations.RunSQL.noop
        ),
        migrations.RunSQL(PREVIEW, migrations.RunSQL.noop),
        migrations.RunSQL(
            function_grants_sql(["intake_withdrawal_preview(bigint, integer)"]), migrations.RunSQL.noop
        ),
    ]
