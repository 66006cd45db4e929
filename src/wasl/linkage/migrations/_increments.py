"""SQL of 0008: which lists changed since a run read them, and what a run says of how it read."""

# One row for each statement that changes what a list holds, never touched by whoever comes after: a run takes away
# the rows that it has seen and no others, so a load that comes meanwhile, or a run that is killed, loses nothing.
TOUCHED = """
CREATE TABLE linkage_touched_list (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- NULL: entries that a run has begun to publish
    list_id bigint,
    -- NULL: the whole list
    entry_ids bigint[],
    CONSTRAINT linkage_touched_list_says_what CHECK (list_id IS NOT NULL OR entry_ids IS NOT NULL)
);

-- What is taken away from a list is not found by the list any more, so it is named; of large statements only the
-- list is.
CREATE FUNCTION linkage_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO linkage_touched_list (list_id, entry_ids)
    SELECT list_id, CASE WHEN TG_OP = 'DELETE' OR count(*) <= 1000 THEN array_agg(entry_id) END
    FROM touched GROUP BY list_id;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_appearance_touches_insert AFTER INSERT ON registry_appearance
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION linkage_touch();
CREATE TRIGGER registry_appearance_touches_update AFTER UPDATE ON registry_appearance
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION linkage_touch();
CREATE TRIGGER registry_appearance_touches_delete AFTER DELETE ON registry_appearance
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION linkage_touch();

-- What a subject held before is asked by the subject: whose oldest record is it?
CREATE INDEX registry_link_past_person ON registry_link (person_id) WHERE until_run IS NOT NULL;
CREATE INDEX registry_entry_link_past_family ON registry_entry_link (family_id) WHERE until_run IS NOT NULL;
"""

RUNS = """
ALTER TABLE linkage_run
    ADD COLUMN kind text NOT NULL DEFAULT 'full' CHECK (kind IN ('full', 'increment')),
    -- the run whose state it went on from
    ADD COLUMN base_run bigint REFERENCES linkage_run (id),
    -- why everything was read, where an increment could have been
    ADD COLUMN why_full text NOT NULL DEFAULT '',
    ADD COLUMN model_version text NOT NULL DEFAULT '',
    ADD COLUMN read_records bigint,
    ADD CONSTRAINT linkage_run_goes_on_from CHECK ((kind = 'increment') = (base_run IS NOT NULL));

DROP FUNCTION linkage_runs(bigint, integer);
CREATE FUNCTION linkage_runs(p_before bigint, p_limit integer) RETURNS TABLE (
    id bigint, state text, stage text, progress real, counts jsonb, difference jsonb, examples jsonb, log jsonb,
    lists bigint, started_by text, published_by text, started_at timestamptz, prepared_at timestamptz,
    finished_at timestamptz, kind text, base_run bigint, why_full text, model_version text, read_records bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.state, r.stage, r.progress, r.counts, r.difference, r.examples, r.log,
        cardinality(r.lists)::bigint, r.started_by, r.published_by, r.started_at, r.prepared_at, r.finished_at,
        r.kind, r.base_run, r.why_full, r.model_version, r.read_records
    FROM linkage_run r
    WHERE wasl_is_desk() AND r.state <> 'by_hand' AND (p_before IS NULL OR r.id < p_before)
    ORDER BY r.id DESC LIMIT least(p_limit, 200)
$$;
"""
OFFERED = ["linkage_runs(bigint, integer)"]
