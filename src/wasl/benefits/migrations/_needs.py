"""SQL of 0013: needs, slots and seasons as versions that only grow, and the functions that write them."""

# What a slot and a season said at each time, beside 0006's versions of needs. Whose catalogue said it is
# kept: what the secretariat has touched, the catalogue leaves alone.
HISTORIES = """
ALTER TABLE benefits_slot ADD COLUMN version smallint NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE benefits_season ADD COLUMN version smallint NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE benefits_need ADD COLUMN words_version integer NOT NULL DEFAULT 1 CHECK (words_version >= 1);

CREATE FUNCTION benefits_are_months_in_a_row(p_months date[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT coalesce(cardinality(p_months) BETWEEN 1 AND 12 AND array_position(p_months, NULL) IS NULL
        AND extract(day FROM p_months[1]) = 1
        AND p_months = ARRAY(SELECT (p_months[1] + step * interval '1 month')::date
            FROM generate_series(0, cardinality(p_months) - 1) step ORDER BY step), false) $$;

CREATE TABLE benefits_slot_version (
    slot text NOT NULL REFERENCES benefits_slot (code),
    version smallint NOT NULL CHECK (version >= 1),
    version_before smallint GENERATED ALWAYS AS (CASE WHEN version > 1 THEN (version - 1)::smallint END) STORED,
    name_ar text NOT NULL CHECK (name_ar <> ''),
    name_en text NOT NULL,
    sensitive boolean NOT NULL,
    target text NOT NULL CHECK (target IN ('all', 'recorded')),
    from_catalogue boolean NOT NULL DEFAULT false,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT '',
    CONSTRAINT benefits_slot_version_key PRIMARY KEY (slot, version),
    CONSTRAINT benefits_slot_version_follows FOREIGN KEY (slot, version_before)
        REFERENCES benefits_slot_version (slot, version),
    CONSTRAINT benefits_slot_version_has_reason CHECK (from_catalogue OR version = 1 OR reason <> '')
);
CREATE TABLE benefits_season_version (
    season text NOT NULL REFERENCES benefits_season (code),
    version smallint NOT NULL CHECK (version >= 1),
    version_before smallint GENERATED ALWAYS AS (CASE WHEN version > 1 THEN (version - 1)::smallint END) STORED,
    name_ar text NOT NULL CHECK (name_ar <> ''),
    name_en text NOT NULL,
    months date[] NOT NULL,
    from_catalogue boolean NOT NULL DEFAULT false,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT '',
    CONSTRAINT benefits_season_version_key PRIMARY KEY (season, version),
    CONSTRAINT benefits_season_version_follows FOREIGN KEY (season, version_before)
        REFERENCES benefits_season_version (season, version),
    CONSTRAINT benefits_season_version_has_reason CHECK (from_catalogue OR version = 1 OR reason <> ''),
    CONSTRAINT benefits_season_version_months CHECK (benefits_are_months_in_a_row(months))
);
INSERT INTO benefits_slot_version (slot, version, name_ar, name_en, sensitive, target, from_catalogue, made_by)
SELECT code, version, name_ar, name_en, sensitive, target, true, 'init' FROM benefits_slot;
INSERT INTO benefits_season_version (season, version, name_ar, name_en, months, from_catalogue, made_by)
SELECT code, version, name_ar, name_en, months, true, 'init' FROM benefits_season;
"""

# A need's version says its slots itself, so that the rows beside it can be held to them.
NEED_VERSIONS = """
ALTER TABLE benefits_need_version
    ADD COLUMN slots text[],
    ADD COLUMN from_catalogue boolean NOT NULL DEFAULT false,
    ADD COLUMN version_before smallint
        GENERATED ALWAYS AS (CASE WHEN version > 1 THEN (version - 1)::smallint END) STORED;
UPDATE benefits_need_version v SET from_catalogue = v.made_by = 'init', slots = ARRAY(
    SELECT s.slot FROM benefits_need_version_slot s
    WHERE s.need = v.need AND s.version = v.version ORDER BY s.slot COLLATE "C");
ALTER TABLE benefits_need_version
    ALTER COLUMN slots SET NOT NULL,
    ADD CONSTRAINT benefits_need_version_follows FOREIGN KEY (need, version_before)
        REFERENCES benefits_need_version (need, version),
    ADD CONSTRAINT benefits_need_version_slots CHECK ((guard = 'none') = (slots = '{}')),
    ADD CONSTRAINT benefits_need_version_window CHECK (
        guard = 'none' OR period <> 'months' OR window_months BETWEEN 1 AND 240),
    ADD CONSTRAINT benefits_need_version_has_reason CHECK (from_catalogue OR version = 1 OR reason <> ''),
    ADD CONSTRAINT benefits_need_version_unit CHECK (unit <> '');
"""

# The version that is written last is the one in force: written there by the database itself.
APPLY = """
CREATE FUNCTION benefits_apply_need_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO benefits_need_version_slot (need, version, slot) SELECT NEW.need, NEW.version, unnest(NEW.slots);
    UPDATE benefits_need SET version = NEW.version, subject = NEW.subject, guard = NEW.guard, period = NEW.period,
        window_months = NEW.window_months, horizon_months = NEW.horizon_months,
        reservation_days = NEW.reservation_days, tranches = NEW.tranches, unit = NEW.unit
    WHERE code = NEW.need;
    DELETE FROM benefits_need_slot WHERE need = NEW.need AND slot <> ALL (NEW.slots);
    INSERT INTO benefits_need_slot (need, slot) SELECT NEW.need, unnest(NEW.slots) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION benefits_apply_slot_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE benefits_slot SET version = NEW.version, name_ar = NEW.name_ar, name_en = NEW.name_en,
        sensitive = NEW.sensitive, target = NEW.target
    WHERE code = NEW.slot;
    RETURN NULL;
END $$;
CREATE FUNCTION benefits_apply_season_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE benefits_season SET version = NEW.version, name_ar = NEW.name_ar, name_en = NEW.name_en,
        months = NEW.months
    WHERE code = NEW.season;
    RETURN NULL;
END $$;
CREATE TRIGGER benefits_need_version_apply AFTER INSERT ON benefits_need_version
    FOR EACH ROW EXECUTE FUNCTION benefits_apply_need_version();
CREATE TRIGGER benefits_slot_version_apply AFTER INSERT ON benefits_slot_version
    FOR EACH ROW EXECUTE FUNCTION benefits_apply_slot_version();
CREATE TRIGGER benefits_season_version_apply AFTER INSERT ON benefits_season_version
    FOR EACH ROW EXECUTE FUNCTION benefits_apply_season_version();
"""

# What was said stays said: for everybody, the owner too.
ONLY_GROW = """
CREATE FUNCTION benefits_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: add a version', TG_TABLE_NAME USING ERRCODE = 'WA001';
END $$;
CREATE FUNCTION benefits_version_slot_is_said() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM benefits_need_version v
            WHERE v.need = NEW.need AND v.version = NEW.version AND NEW.slot = ANY (v.slots)) THEN
        RAISE EXCEPTION 'version % of % does not occupy %', NEW.version, NEW.need, NEW.slot
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_need_version_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON benefits_need_version
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_refuse_rewriting();
CREATE TRIGGER benefits_need_version_slot_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE
    ON benefits_need_version_slot FOR EACH STATEMENT EXECUTE FUNCTION benefits_refuse_rewriting();
CREATE TRIGGER benefits_need_version_slot_is_said BEFORE INSERT ON benefits_need_version_slot
    FOR EACH ROW EXECUTE FUNCTION benefits_version_slot_is_said();
CREATE TRIGGER benefits_slot_version_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON benefits_slot_version
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_refuse_rewriting();
CREATE TRIGGER benefits_season_version_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON benefits_season_version
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_refuse_rewriting();
"""

# The tables that everything reads equal their newest version, whoever wrote them; asked at commit.
EQUAL = """
CREATE FUNCTION benefits_need_is_its_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_row jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    v_need text := CASE WHEN TG_TABLE_NAME = 'benefits_need' THEN v_row ->> 'code' ELSE v_row ->> 'need' END;
BEGIN
    IF NOT EXISTS (
        SELECT FROM benefits_need n JOIN benefits_need_version v ON v.need = n.code AND v.version = n.version
        WHERE n.code = v_need
            AND (n.subject, n.guard, n.period, n.window_months, n.horizon_months, n.reservation_days, n.tranches,
                n.unit) = (v.subject, v.guard, v.period, v.window_months, v.horizon_months, v.reservation_days,
                v.tranches, v.unit)
            AND NOT EXISTS (SELECT FROM benefits_need_version l WHERE l.need = n.code AND l.version > n.version)
            AND v.slots = ARRAY(
                SELECT s.slot FROM benefits_need_slot s WHERE s.need = n.code ORDER BY s.slot COLLATE "C")
            AND v.slots = ARRAY(
                SELECT s.slot FROM benefits_need_version_slot s
                WHERE s.need = n.code AND s.version = n.version ORDER BY s.slot COLLATE "C"))
    THEN
        RAISE EXCEPTION 'need % is not its newest version: write a row of benefits_need_version', v_need
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_need_is_its_version', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION benefits_slot_is_its_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_row jsonb := to_jsonb(NEW);
    v_slot text := CASE WHEN TG_TABLE_NAME = 'benefits_slot' THEN v_row ->> 'code' ELSE v_row ->> 'slot' END;
BEGIN
    IF NOT EXISTS (
        SELECT FROM benefits_slot s JOIN benefits_slot_version v ON v.slot = s.code AND v.version = s.version
        WHERE s.code = v_slot
            AND (s.name_ar, s.name_en, s.sensitive, s.target) = (v.name_ar, v.name_en, v.sensitive, v.target)
            AND NOT EXISTS (SELECT FROM benefits_slot_version l WHERE l.slot = s.code AND l.version > s.version))
    THEN
        RAISE EXCEPTION 'slot % is not its newest version: write a row of benefits_slot_version', v_slot
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_slot_is_its_version', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION benefits_season_is_its_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_row jsonb := to_jsonb(NEW);
    v_season text := CASE WHEN TG_TABLE_NAME = 'benefits_season' THEN v_row ->> 'code' ELSE v_row ->> 'season' END;
BEGIN
    IF NOT EXISTS (
        SELECT FROM benefits_season s JOIN benefits_season_version v ON v.season = s.code AND v.version = s.version
        WHERE s.code = v_season AND (s.name_ar, s.name_en, s.months) = (v.name_ar, v.name_en, v.months)
            AND NOT EXISTS (
                SELECT FROM benefits_season_version l WHERE l.season = s.code AND l.version > s.version))
    THEN
        RAISE EXCEPTION 'season % is not its newest version: write a row of benefits_season_version', v_season
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_season_is_its_version', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER benefits_need_is_its_version AFTER INSERT OR UPDATE ON benefits_need
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_need_is_its_version();
CREATE CONSTRAINT TRIGGER benefits_need_slot_is_its_version AFTER INSERT OR UPDATE OR DELETE ON benefits_need_slot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_need_is_its_version();
CREATE CONSTRAINT TRIGGER benefits_need_version_is_in_force AFTER INSERT ON benefits_need_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_need_is_its_version();
CREATE CONSTRAINT TRIGGER benefits_slot_is_its_version AFTER INSERT OR UPDATE ON benefits_slot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_slot_is_its_version();
CREATE CONSTRAINT TRIGGER benefits_slot_version_is_in_force AFTER INSERT ON benefits_slot_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_slot_is_its_version();
CREATE CONSTRAINT TRIGGER benefits_season_is_its_version AFTER INSERT OR UPDATE ON benefits_season
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_season_is_its_version();
CREATE CONSTRAINT TRIGGER benefits_season_version_is_in_force AFTER INSERT ON benefits_season_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_season_is_its_version();
"""

# A slot's scope is part of every cell's key, and settlement would take standing cells anew under another: overlaps
# would close, refusals that told would go on telling. So it is settled once a need has occupied the slot, in
# whatever version; what must become sensitive gets a slot of its own. The lock waits for a version that is
# being written: its foreign key holds the slot.
SENSITIVE = """
CREATE FUNCTION benefits_slot_sensitive_is_settled() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.version = 1 OR NEW.sensitive = (
            SELECT v.sensitive FROM benefits_slot_version v
            WHERE v.slot = NEW.slot AND v.version = NEW.version - 1) THEN
        RETURN NEW;
    END IF;
    PERFORM FROM benefits_slot WHERE code = NEW.slot FOR UPDATE;
    IF EXISTS (SELECT FROM benefits_need_version_slot s WHERE s.slot = NEW.slot) THEN
        RAISE EXCEPTION 'slot % has been occupied: who sees its cells is settled', NEW.slot
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE INDEX benefits_need_version_slot_of ON benefits_need_version_slot (slot);
CREATE TRIGGER benefits_slot_sensitive_is_settled BEFORE INSERT ON benefits_slot_version
    FOR EACH ROW EXECUTE FUNCTION benefits_slot_sensitive_is_settled();
"""

# The desk's doors. Each locks what it changes, asks whether that is still what was edited, and leaves the rest to
# the constraints.
WRITES = """
CREATE FUNCTION benefits_desk_name() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    v_name text;
BEGIN
    SELECT u.username INTO v_name FROM organisations_user u WHERE u.id = wasl_user() AND wasl_is_desk();
    IF v_name IS NULL THEN
        RAISE EXCEPTION 'only the desk writes rules' USING ERRCODE = '42501';
    END IF;
    RETURN v_name;
END $$;

CREATE FUNCTION benefits_write_need_version(
    p_need text, p_version smallint, p_rule jsonb, p_by text, p_reason text, p_at timestamptz
) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO benefits_need_version (need, version, subject, guard, period, window_months, horizon_months,
        reservation_days, tranches, unit, slots, made_by, made_at, reason)
    SELECT p_need, p_version, r.subject, r.guard, r.period, r.window_months, r.horizon_months, r.reservation_days,
        r.tranches, r.unit, ARRAY(SELECT DISTINCT s COLLATE "C" FROM unnest(r.slots) s ORDER BY 1), p_by, p_at,
        p_reason
    FROM jsonb_populate_record(NULL::benefits_need_version, p_rule) r
$$;

-- Append a version to the one that was edited, and put it in force.
CREATE FUNCTION benefits_change_need(
    p_need text, p_edited integer, p_rule jsonb, p_reason text, p_at timestamptz,
    OUT outcome text, OUT version smallint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_by text := benefits_desk_name();
BEGIN
    SELECT n.version INTO version FROM benefits_need n WHERE n.code = p_need FOR NO KEY UPDATE;
    IF version IS NULL THEN
        outcome := 'unknown';
    ELSIF version <> p_edited THEN
        outcome := 'stale';
    ELSE
        version := version + 1;
        PERFORM benefits_write_need_version(p_need, version, p_rule, v_by, p_reason, p_at);
        outcome := 'changed';
    END IF;
END $$;

CREATE FUNCTION benefits_add_need(
    p_need text, p_words jsonb, p_rule jsonb, p_reason text, p_at timestamptz, OUT outcome text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_by text := benefits_desk_name();
BEGIN
    INSERT INTO benefits_need (code, name_ar, name_en, axis, wordings, words_version, subject, guard, period,
        window_months, horizon_months, reservation_days, tranches, unit)
    SELECT p_need, w.name_ar, w.name_en, w.axis, w.wordings, 2, r.subject, r.guard, r.period, r.window_months,
        r.horizon_months, r.reservation_days, r.tranches, r.unit
    FROM jsonb_populate_record(NULL::benefits_need, p_words) w,
        jsonb_populate_record(NULL::benefits_need_version, p_rule) r
    ON CONFLICT (code) DO NOTHING;
    IF NOT FOUND THEN
        outcome := 'stands';
        RETURN;
    END IF;
    PERFORM benefits_write_need_version(p_need, 1::smallint, p_rule, v_by, p_reason, p_at);
    outcome := 'added';
END $$;

-- Names and wordings are no rule: nothing is judged by them, and they have no versions but a number.
CREATE FUNCTION benefits_word_need(p_need text, p_edited integer, p_words jsonb, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_version integer;
BEGIN
    PERFORM benefits_desk_name();
    SELECT n.words_version INTO v_version FROM benefits_need n WHERE n.code = p_need FOR NO KEY UPDATE;
    IF v_version IS NULL THEN
        outcome := 'unknown';
    ELSIF v_version <> p_edited THEN
        outcome := 'stale';
    ELSE
        UPDATE benefits_need n SET name_ar = w.name_ar, name_en = w.name_en, axis = w.axis, wordings = w.wordings,
            words_version = v_version + 1
        FROM jsonb_populate_record(NULL::benefits_need, p_words) w WHERE n.code = p_need;
        outcome := 'changed';
    END IF;
END $$;

-- Add a slot (p_edited NULL) or append a version to the one that was edited.
CREATE FUNCTION benefits_write_slot(
    p_slot text, p_edited integer, p_values jsonb, p_reason text, p_at timestamptz, OUT outcome text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_by text := benefits_desk_name();
    v_version smallint;
BEGIN
    SELECT s.version INTO v_version FROM benefits_slot s WHERE s.code = p_slot FOR NO KEY UPDATE;
    IF p_edited IS NULL THEN
        INSERT INTO benefits_slot (code, name_ar, name_en, sensitive, target)
        SELECT p_slot, v.name_ar, v.name_en, v.sensitive, v.target
        FROM jsonb_populate_record(NULL::benefits_slot_version, p_values) v ON CONFLICT (code) DO NOTHING;
        outcome := CASE WHEN FOUND THEN 'added' ELSE 'stands' END;
        v_version := 0;
    ELSE
        outcome := CASE WHEN v_version IS NULL THEN 'unknown' WHEN v_version <> p_edited THEN 'stale'
            ELSE 'changed' END;
    END IF;
    IF outcome IN ('added', 'changed') THEN
        INSERT INTO benefits_slot_version (slot, version, name_ar, name_en, sensitive, target, made_by, made_at, reason)
        SELECT p_slot, v_version + 1, v.name_ar, v.name_en, v.sensitive, v.target, v_by, p_at, p_reason
        FROM jsonb_populate_record(NULL::benefits_slot_version, p_values) v;
    END IF;
END $$;

-- Likewise for a season.
CREATE FUNCTION benefits_write_season(
    p_season text, p_edited integer, p_values jsonb, p_reason text, p_at timestamptz, OUT outcome text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_by text := benefits_desk_name();
    v_version smallint;
BEGIN
    SELECT s.version INTO v_version FROM benefits_season s WHERE s.code = p_season FOR NO KEY UPDATE;
    IF p_edited IS NULL THEN
        INSERT INTO benefits_season (code, name_ar, name_en, months)
        SELECT p_season, v.name_ar, v.name_en, v.months
        FROM jsonb_populate_record(NULL::benefits_season_version, p_values) v ON CONFLICT (code) DO NOTHING;
        outcome := CASE WHEN FOUND THEN 'added' ELSE 'stands' END;
        v_version := 0;
    ELSE
        outcome := CASE WHEN v_version IS NULL THEN 'unknown' WHEN v_version <> p_edited THEN 'stale'
            ELSE 'changed' END;
    END IF;
    IF outcome IN ('added', 'changed') THEN
        INSERT INTO benefits_season_version (season, version, name_ar, name_en, months, made_by, made_at, reason)
        SELECT p_season, v_version + 1, v.name_ar, v.name_en, v.months, v_by, p_at, p_reason
        FROM jsonb_populate_record(NULL::benefits_season_version, p_values) v;
    END IF;
END $$;
"""
