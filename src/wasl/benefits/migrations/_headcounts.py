"""
What was given to whoever came: a kitchen's meals, a fair, a medical convoy. A headcount and no family.

Rows are added and never changed; a mistake is reversed, once. They are services and quantities, never people reached.
"""

TABLES = """
CREATE TABLE benefits_headcount (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    -- the organisation's own number, counted by the trigger: its code tells nothing of what others do
    own_no integer NOT NULL CHECK (own_no > 0),
    kind text NOT NULL CHECK (kind IN ('kitchen', 'fair', 'convoy', 'other')),
    need text NOT NULL REFERENCES benefits_need (code),
    delivered_on date NOT NULL,
    month date NOT NULL GENERATED ALWAYS AS (date_trunc('month', delivered_on::timestamp)::date) STORED,
    -- who came, counted once for each time they came
    headcount integer NOT NULL CHECK (headcount BETWEEN 1 AND 10000000),
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit text NOT NULL,
    value_piastres bigint CHECK (value_piastres >= 0),
    governorate text NOT NULL REFERENCES places_governorate (code),
    markaz text REFERENCES places_markaz (code),
    place text NOT NULL DEFAULT '' CHECK (length(place) <= 200),
    operation uuid NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT benefits_headcount_own UNIQUE (organisation_id, own_no),
    CONSTRAINT benefits_headcount_whose UNIQUE (id, organisation_id),
    CONSTRAINT benefits_headcount_operation UNIQUE (organisation_id, operation)
);
CREATE INDEX benefits_headcount_days ON benefits_headcount (organisation_id, delivered_on DESC, id DESC);
CREATE INDEX benefits_headcount_all_days ON benefits_headcount (delivered_on DESC, id DESC);

CREATE TABLE benefits_headcount_reversal (
    -- one reversal of one row, by its own organisation
    headcount_id bigint NOT NULL,
    organisation_id bigint NOT NULL,
    reason text NOT NULL CHECK (reason <> '' AND length(reason) <= 500),
    reversed_by text NOT NULL,
    reversed_at timestamptz NOT NULL,
    CONSTRAINT benefits_headcount_reversal_key PRIMARY KEY (headcount_id),
    CONSTRAINT benefits_headcount_reversal_own FOREIGN KEY (headcount_id, organisation_id)
        REFERENCES benefits_headcount (id, organisation_id)
);
"""

# Only what occupies no slot, for a cell is somebody's; and no money, for money is always given to somebody.
GUARDS = """
CREATE FUNCTION benefits_headcount_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM benefits_need n WHERE n.code = NEW.need AND n.guard = 'none' AND n.unit <> 'payment'
        AND n.unit = NEW.unit AND NOT EXISTS (SELECT FROM benefits_need_slot s WHERE s.need = n.code);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'need % is given to families', NEW.need USING ERRCODE = 'check_violation',
            CONSTRAINT = 'benefits_headcount_need_without_family', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.markaz IS NOT NULL AND NOT EXISTS (
        SELECT FROM places_markaz m WHERE m.code = NEW.markaz AND m.governorate_code = NEW.governorate)
    THEN
        RAISE EXCEPTION 'markaz % lies elsewhere', NEW.markaz USING ERRCODE = 'check_violation',
            CONSTRAINT = 'benefits_headcount_markaz_in_governorate', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.delivered_on > (clock_timestamp() AT TIME ZONE 'Africa/Cairo')::date THEN
        RAISE EXCEPTION 'not given yet' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'benefits_headcount_is_past', TABLE = TG_TABLE_NAME;
    END IF;
    IF session_user = 'wasl_app' THEN
        SELECT username INTO NEW.recorded_by FROM organisations_user WHERE id = wasl_user();
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('wasl headcounts'), NEW.organisation_id::integer);
    SELECT coalesce(max(own_no), 0) + 1 INTO NEW.own_no FROM benefits_headcount
    WHERE organisation_id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_headcount_counts BEFORE INSERT ON benefits_headcount
    FOR EACH ROW EXECUTE FUNCTION benefits_headcount_counts();

CREATE FUNCTION benefits_headcount_reverses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT username INTO NEW.reversed_by FROM organisations_user WHERE id = wasl_user();
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_headcount_reverses BEFORE INSERT ON benefits_headcount_reversal
    FOR EACH ROW WHEN (session_user = 'wasl_app') EXECUTE FUNCTION benefits_headcount_reverses();

CREATE FUNCTION benefits_headcount_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: reverse the row', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'benefits_headcount_append_only', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER benefits_headcount_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON benefits_headcount
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_headcount_stays();
CREATE TRIGGER benefits_headcount_reversal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON benefits_headcount_reversal
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_headcount_stays();
"""

OWN_HAND = "organisation_id = (SELECT wasl_organisation()) AND (SELECT wasl_role()) = 'officer'"


def policies_sql(table: str, own_rows: str) -> str:
    """Return policies of an append-only table: its organisation and the desk read, its officers add."""
    return (
        f"CREATE POLICY app_reads ON {table} FOR SELECT TO wasl_app USING ({own_rows});\n"
        f"CREATE POLICY officers_add ON {table} FOR INSERT TO wasl_app WITH CHECK ({OWN_HAND});\n"
        f"GRANT SELECT, INSERT ON {table} TO wasl_app;\n"
    )
