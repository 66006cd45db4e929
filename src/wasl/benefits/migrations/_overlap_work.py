"""SQL of 0010: what organisations answer to an overlap, and what becomes of it."""

from wasl.benefits.migrations._overlap_reads import FILTER, READS

# The application acts in nobody's name but its own: its functions ask here who is looking.
WHO = """
CREATE FUNCTION wasl_said_by() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT username FROM organisations_user WHERE id = wasl_user() AND is_active AND wasl_is_signed_in()
$$;

-- A state moves only as its table of moves says; named by the trigger that asks. '' is before the first.
CREATE FUNCTION benefits_state_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_from text := CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END;
    is_listed boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE from_state = $1 AND to_state = $2)', TG_ARGV[0])
        INTO is_listed USING v_from, NEW.state;
    IF NOT is_listed THEN
        RAISE EXCEPTION 'no move of % from "%" to "%"', TG_TABLE_NAME, v_from, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION benefits_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'WA001';
END $$;
"""

# Beside `benefits_overlap`, whose state is settlement's: a settled overlap stays, for whoever counts it.
TABLES = """
CREATE TABLE benefits_overlap_move (
    from_state text NOT NULL,
    to_state text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO benefits_overlap_move (from_state, to_state, name) VALUES
    ('', 'talking', 'answer'),
    ('', 'passed', 'pass'),
    ('talking', 'passed', 'pass'),
    ('talking', 'settled', 'agree'),
    ('passed', 'talking', 'take_back'),
    ('passed', 'settled', 'decide'),
    ('settled', 'talking', 'take_back'),
    ('settled', 'passed', 'reopen');

-- An overlap about which somebody has said something, or that is with the secretariat.
CREATE TABLE benefits_overlap_work (
    overlap_id bigint PRIMARY KEY REFERENCES benefits_overlap (id),
    state text NOT NULL CHECK (state IN ('talking', 'passed', 'settled')),
    since timestamptz NOT NULL,
    -- when the first of them spoke; empty where nobody had when it was passed on
    talking_since timestamptz,
    -- once settled: who goes on giving, and whether they agreed or it was decided
    keepers bigint[] NOT NULL DEFAULT '{}',
    settled_how text CHECK (settled_how IN ('agreed', 'decided')),
    CONSTRAINT benefits_overlap_work_settled CHECK (
        (state = 'settled') = (settled_how IS NOT NULL) AND (state = 'settled') = (cardinality(keepers) > 0))
);
CREATE INDEX benefits_overlap_work_state ON benefits_overlap_work (state, since);
CREATE TRIGGER benefits_overlap_work_begins BEFORE INSERT ON benefits_overlap_work
    FOR EACH ROW EXECUTE FUNCTION benefits_state_moves('benefits_overlap_move');
CREATE TRIGGER benefits_overlap_work_moves BEFORE UPDATE ON benefits_overlap_work
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION benefits_state_moves('benefits_overlap_move');

-- Who answered what, when and why: the newest of an organisation stands, the earlier ones stay.
CREATE TABLE benefits_overlap_position (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    overlap_id bigint NOT NULL REFERENCES benefits_overlap_work (overlap_id),
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    answer text NOT NULL CHECK (answer IN ('we_stop', 'you_stop', 'both', 'taken_back', 'decided', 'reopened')),
    -- of a decision: who goes on
    keepers bigint[] NOT NULL DEFAULT '{}',
    reason text NOT NULL DEFAULT '',
    said_by text NOT NULL CHECK (said_by <> ''),
    said_at timestamptz NOT NULL,
    -- what was said in one go is taken back in one go
    bulk uuid NOT NULL,
    CONSTRAINT benefits_overlap_position_reason CHECK (answer NOT IN ('both', 'decided') OR btrim(reason) <> ''),
    CONSTRAINT benefits_overlap_position_decided CHECK ((answer = 'decided') = (cardinality(keepers) > 0))
);
CREATE INDEX benefits_overlap_position_of ON benefits_overlap_position (overlap_id, organisation_id, id);
CREATE INDEX benefits_overlap_position_bulk ON benefits_overlap_position (bulk);
CREATE TRIGGER benefits_overlap_position_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON benefits_overlap_position
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_keep();

-- An organisation that has stopped for a family and a slot from a month on: its own door tells its officers. The
-- family is that of its entry, now.
CREATE TABLE benefits_stop (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    overlap_id bigint NOT NULL REFERENCES benefits_overlap_work (overlap_id),
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    entry_id bigint NOT NULL REFERENCES registry_entry (id),
    slot text NOT NULL REFERENCES benefits_slot (code),
    from_month date NOT NULL CHECK (extract(day FROM from_month) = 1),
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz,
    CONSTRAINT benefits_stop_ended_whole CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX benefits_stop_once ON benefits_stop (overlap_id, organisation_id, entry_id) WHERE ended_at IS NULL;
CREATE INDEX benefits_stop_own ON benefits_stop (organisation_id) WHERE ended_at IS NULL;
CREATE INDEX benefits_stop_entry ON benefits_stop (entry_id, slot) WHERE ended_at IS NULL;

-- an overlap's page is found by its tie, which tells nothing of how many there are
CREATE INDEX benefits_overlap_by_tie ON benefits_overlap (tie);
"""

# Where an overlap stands, by the clock: nobody waits for a sweeper. Fourteen days after it was found, or after the
# conversation began, it is the secretariat's.
STAGE = """
CREATE FUNCTION benefits_overlap_due(p_opened timestamptz, p_talking timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT greatest(p_opened, p_talking) + interval '336 hours' $$;
CREATE FUNCTION benefits_overlap_stage(p_state text, p_due timestamptz) RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN p_state IN ('settled', 'passed') THEN p_state
        WHEN p_due <= clock_timestamp() THEN 'passed' ELSE coalesce(p_state, 'asked') END
$$;

-- What stands of each organisation's answers.
CREATE FUNCTION benefits_overlap_standing(p_overlaps bigint[])
RETURNS TABLE (overlap_id bigint, organisation_id bigint, answer text)
LANGUAGE sql STABLE AS $$
    SELECT s.overlap_id, s.organisation_id, s.answer FROM (
        SELECT DISTINCT ON (p.overlap_id, p.organisation_id) p.overlap_id, p.organisation_id, p.answer
        FROM benefits_overlap_position p
        WHERE p.overlap_id = ANY (p_overlaps) AND p.answer NOT IN ('decided', 'reopened')
        ORDER BY p.overlap_id, p.organisation_id, p.id DESC) s
    WHERE s.answer <> 'taken_back'
$$;
"""

# Whom a stop drops, and which of them nobody else covers in the three months from which it holds. What is shown has a
# digest, and what is done asks whether it is still that.
PREVIEW = """
CREATE FUNCTION benefits_stop_from(p_month date) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT (greatest(date_trunc('month', clock_timestamp() AT TIME ZONE 'Africa/Cairo')::date, p_month)
        + interval '1 month')::date
$$;

-- `p_answer` is said by `p_organisation`; `keepers` is a decision.
CREATE FUNCTION benefits_stopping(
    p_parties bigint[], p_organisation bigint, p_answer text, p_keepers bigint[]
) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(party), '{}') FROM unnest(p_parties) party WHERE CASE p_answer
        WHEN 'we_stop' THEN party = p_organisation WHEN 'you_stop' THEN party <> p_organisation
        WHEN 'decided' THEN party <> ALL (p_keepers) ELSE false END
$$;

CREATE FUNCTION benefits_stop_effects(
    p_overlaps bigint[], p_organisation bigint, p_answer text, p_keepers bigint[]
) RETURNS TABLE (overlap_id bigint, organisation_id bigint, family_id bigint, slot text, month date, is_covered boolean)
LANGUAGE sql STABLE AS $$
    SELECT a.id, party, a.family_id, a.slot, coming.month::date, EXISTS (
        SELECT FROM benefits_cell c
        WHERE c.subject_id = ANY (a.subjects) AND c.slot = a.slot AND c.scope = 0
            AND c.month IN (coming.month::date, '0001-01-01') AND c.organisation_id <> ALL (a.stopping)
            AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp()))
    FROM (
        SELECT o.id, o.family_id, o.slot, benefits_stop_from(o.month) AS from_month,
            benefits_stopping(o.organisation_ids, p_organisation, p_answer, p_keepers) AS stopping, ARRAY(
                SELECT f.id FROM unnest(near.families) f (id)
                UNION SELECT p.person_id FROM registry_membership p
                WHERE p.family_id = ANY (near.families) AND p.until_run IS NULL) AS subjects
        FROM benefits_overlap o CROSS JOIN LATERAL (
            SELECT ARRAY(SELECT o.family_id UNION
                SELECT m.subject_id FROM registry_group_member m WHERE m.group_id = o.family_id) AS families) near
        WHERE o.id = ANY (p_overlaps) AND o.state = 'open'
    ) a CROSS JOIN LATERAL unnest(a.stopping) party
    CROSS JOIN LATERAL generate_series(a.from_month, a.from_month + interval '2 months', interval '1 month')
        coming (month)
$$;

CREATE FUNCTION benefits_stop_digest(
    p_overlaps bigint[], p_organisation bigint, p_answer text, p_keepers bigint[]
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(e::text, '' ORDER BY e.overlap_id, e.organisation_id,
        e.month), '') || array_to_string(array(SELECT DISTINCT unnest(p_overlaps) ORDER BY 1), ','), 'UTF8')), 'hex')
    FROM benefits_stop_effects(p_overlaps, p_organisation, p_answer, p_keepers) e
$$;

CREATE FUNCTION benefits_overlaps_known(p_overlaps bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(o.id ORDER BY o.id), '{}') FROM benefits_overlap o
    WHERE o.id = ANY (p_overlaps) AND wasl_is_signed_in()
        AND (wasl_is_desk() OR wasl_organisation() = ANY (o.organisation_ids))
$$;

CREATE FUNCTION benefits_stop_preview(p_overlaps bigint[], p_answer text, p_keepers bigint[]) RETURNS TABLE (
    organisation_id bigint, month date, families bigint, bare bigint, digest text
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_known bigint[] := benefits_overlaps_known(p_overlaps);
    v_digest text := benefits_stop_digest(v_known, wasl_organisation(), p_answer, p_keepers);
BEGIN
    IF v_known = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT NULL::bigint, NULL::date, 0::bigint, 0::bigint, v_digest
    UNION ALL
    (SELECT e.organisation_id, e.month, count(DISTINCT e.family_id), count(DISTINCT e.family_id)
        FILTER (WHERE NOT e.is_covered), v_digest
    FROM benefits_stop_effects(v_known, wasl_organisation(), p_answer, p_keepers) e
    GROUP BY e.organisation_id, e.month ORDER BY e.organisation_id, e.month);
END $$;
"""

# What the answers come to. Everybody's are compatible where all say both, or one goes on and all others stop.
RECKONING = """
CREATE FUNCTION benefits_reckon_overlaps(p_overlaps bigint[], p_by text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE benefits_overlap_work w SET state = told.state, since = clock_timestamp(), keepers = told.keepers,
        settled_how = CASE WHEN told.state = 'settled' THEN 'agreed' END
    FROM (
        SELECT a.id, CASE
                WHEN a.joint = a.parties OR (a.going = 1 AND a.stopping = a.parties - 1) THEN 'settled'
                WHEN a.going > 1 OR a.stopping = a.parties OR (a.joint > 0 AND a.going + a.stopping > 0)
                    OR a.due <= clock_timestamp() THEN 'passed'
                ELSE 'talking' END AS state,
            CASE WHEN a.joint = a.parties THEN a.organisation_ids
                WHEN a.going = 1 AND a.stopping = a.parties - 1 THEN ARRAY[a.keeper] ELSE '{}' END AS keepers
        FROM (
            SELECT o.id, o.organisation_ids, cardinality(o.organisation_ids) AS parties,
                benefits_overlap_due(o.opened_at, k.talking_since) AS due,
                count(*) FILTER (WHERE s.answer = 'both') AS joint,
                count(*) FILTER (WHERE s.answer = 'you_stop') AS going,
                count(*) FILTER (WHERE s.answer = 'we_stop') AS stopping,
                max(s.organisation_id) FILTER (WHERE s.answer = 'you_stop') AS keeper
            FROM benefits_overlap o JOIN benefits_overlap_work k ON k.overlap_id = o.id
            LEFT JOIN benefits_overlap_standing(p_overlaps) s
                ON s.overlap_id = o.id AND s.organisation_id = ANY (o.organisation_ids)
            WHERE o.id = ANY (p_overlaps) GROUP BY o.id, k.talking_since
        ) a
    ) told
    WHERE w.overlap_id = told.id AND (w.state, w.keepers) IS DISTINCT FROM (told.state, told.keepers);
    PERFORM benefits_follow_overlaps(p_overlaps, p_by, p_at);
END $$;

-- The stops that follow from how overlaps stand: made where they are wanting, ended where they hold no more.
CREATE FUNCTION benefits_follow_overlaps(p_overlaps bigint[], p_by text, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE benefits_stop s SET ended_by = p_by, ended_at = p_at
    FROM benefits_overlap_work w
    WHERE w.overlap_id = ANY (p_overlaps) AND s.overlap_id = w.overlap_id AND s.ended_at IS NULL
        AND (w.state <> 'settled' OR s.organisation_id = ANY (w.keepers));
    INSERT INTO benefits_stop (overlap_id, organisation_id, entry_id, slot, from_month, made_by, made_at)
    SELECT DISTINCT o.id, c.organisation_id, k.entry_id, o.slot, benefits_stop_from(o.month), p_by, p_at
    FROM benefits_overlap_work w JOIN benefits_overlap o ON o.id = w.overlap_id
    JOIN benefits_overlap_claim c ON c.overlap_id = o.id AND c.organisation_id <> ALL (w.keepers)
    JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
    WHERE w.overlap_id = ANY (p_overlaps) AND w.state = 'settled'
    ON CONFLICT (overlap_id, organisation_id, entry_id) WHERE ended_at IS NULL DO NOTHING;
END $$;

-- Who speaks of the same overlaps at once speaks in turn. Returns those that are open.
CREATE FUNCTION benefits_lock_overlaps(p_overlaps bigint[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO benefits_overlap_work (overlap_id, state, since, talking_since)
    SELECT o.id, CASE WHEN late.is_late THEN 'passed' ELSE 'talking' END, clock_timestamp(),
        CASE WHEN NOT late.is_late THEN clock_timestamp() END
    FROM benefits_overlap o
    CROSS JOIN LATERAL (SELECT benefits_overlap_due(o.opened_at, NULL) <= clock_timestamp() AS is_late) late
    WHERE o.id = ANY (p_overlaps) AND o.state = 'open' ORDER BY o.id ON CONFLICT DO NOTHING;
    PERFORM FROM benefits_overlap_work WHERE overlap_id = ANY (p_overlaps) ORDER BY overlap_id FOR UPDATE;
    RETURN (SELECT coalesce(array_agg(o.id ORDER BY o.id), '{}') FROM benefits_overlap o
        WHERE o.id = ANY (p_overlaps) AND o.state = 'open');
END $$;
"""

# `changed`: what would be dropped is no longer what was shown, and nothing is written.
DOORS = """
CREATE FUNCTION benefits_answer_overlaps(
    p_overlaps bigint[], p_answer text, p_reason text, p_digest text, p_bulk uuid, p_at timestamptz
) RETURNS TABLE (outcome text, total bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_own bigint := wasl_organisation();
    v_by text := wasl_said_by();
    v_known bigint[] := benefits_overlaps_known(p_overlaps);
    v_open bigint[];
    v_free bigint[];
BEGIN
    IF wasl_role() <> 'officer' OR v_by IS NULL OR v_known = '{}' OR p_answer NOT IN ('we_stop', 'you_stop', 'both') THEN
        RETURN;
    END IF;
    v_open := benefits_lock_overlaps(v_known);
    IF p_answer <> 'both' AND p_digest IS DISTINCT FROM benefits_stop_digest(v_known, v_own, p_answer, '{}') THEN
        RETURN QUERY SELECT 'changed', cardinality(v_known)::bigint;
        RETURN;
    END IF;
    v_free := ARRAY(SELECT w.overlap_id FROM benefits_overlap_work w
        WHERE w.overlap_id = ANY (v_open) AND w.state <> 'settled');
    INSERT INTO benefits_overlap_position (overlap_id, organisation_id, answer, reason, said_by, said_at, bulk)
    SELECT id, v_own, p_answer, coalesce(btrim(p_reason), ''), v_by, p_at, p_bulk FROM unnest(v_free) id;
    PERFORM benefits_reckon_overlaps(v_free, v_by, p_at);
    RETURN QUERY SELECT w.state, count(*) FROM benefits_overlap_work w WHERE w.overlap_id = ANY (v_free) GROUP BY w.state
        UNION ALL SELECT 'left', count(*) FROM unnest(v_known) k WHERE k <> ALL (v_free) HAVING count(*) > 0;
END $$;

CREATE FUNCTION benefits_decide_overlaps(
    p_overlaps bigint[], p_keepers bigint[], p_reason text, p_digest text, p_bulk uuid, p_at timestamptz
) RETURNS TABLE (outcome text, total bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_by text := wasl_said_by();
    v_known bigint[] := benefits_overlaps_known(p_overlaps);
    v_open bigint[];
    v_free bigint[];
BEGIN
    IF NOT wasl_is_desk() OR v_by IS NULL OR v_known = '{}' THEN
        RETURN;
    END IF;
    -- only what is with the secretariat; the rest is still its organisations'
    v_known := ARRAY(
        SELECT o.id FROM benefits_overlap o LEFT JOIN benefits_overlap_work w ON w.overlap_id = o.id
        WHERE o.id = ANY (v_known)
            AND benefits_overlap_stage(w.state, benefits_overlap_due(o.opened_at, w.talking_since)) = 'passed'
            AND p_keepers && o.organisation_ids AND p_keepers <@ o.organisation_ids);
    v_open := benefits_lock_overlaps(v_known);
    IF p_digest IS DISTINCT FROM benefits_stop_digest(benefits_overlaps_known(p_overlaps), wasl_organisation(),
        'decided', p_keepers)
    THEN
        RETURN QUERY SELECT 'changed', cardinality(p_overlaps)::bigint;
        RETURN;
    END IF;
    UPDATE benefits_overlap_work w SET state = 'passed', since = clock_timestamp()
    WHERE w.overlap_id = ANY (v_open) AND w.state = 'talking';
    v_free := ARRAY(SELECT w.overlap_id FROM benefits_overlap_work w
        WHERE w.overlap_id = ANY (v_open) AND w.state = 'passed');
    INSERT INTO benefits_overlap_position (overlap_id, organisation_id, answer, keepers, reason, said_by, said_at, bulk)
    SELECT id, wasl_organisation(), 'decided', p_keepers, btrim(p_reason), v_by, p_at, p_bulk FROM unnest(v_free) id;
    UPDATE benefits_overlap_work w SET state = 'settled', since = clock_timestamp(), keepers = p_keepers,
        settled_how = 'decided'
    WHERE w.overlap_id = ANY (v_free);
    PERFORM benefits_follow_overlaps(v_free, v_by, p_at);
    RETURN QUERY SELECT 'settled', cardinality(v_free)::bigint WHERE v_free <> '{}'
        UNION ALL SELECT 'left', count(*) FROM unnest(p_overlaps) k WHERE k <> ALL (v_free) HAVING count(*) > 0;
END $$;

-- What was said in one go is taken back where nobody has said anything since; returns how many.
CREATE FUNCTION benefits_take_back_answers(p_bulk uuid, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_by text := wasl_said_by();
    v_overlaps bigint[];
    v_free bigint[];
BEGIN
    IF v_by IS NULL OR wasl_role() NOT IN ('officer', 'desk') THEN
        RETURN 0;
    END IF;
    v_overlaps := ARRAY(SELECT DISTINCT p.overlap_id FROM benefits_overlap_position p
        WHERE p.bulk = p_bulk AND p.organisation_id = wasl_organisation());
    PERFORM benefits_lock_overlaps(v_overlaps);
    v_free := ARRAY(SELECT last.overlap_id FROM (
        SELECT DISTINCT ON (p.overlap_id) p.overlap_id, p.bulk, p.organisation_id FROM benefits_overlap_position p
        WHERE p.overlap_id = ANY (v_overlaps) ORDER BY p.overlap_id, p.id DESC) last
        WHERE last.bulk = p_bulk AND last.organisation_id = wasl_organisation());
    INSERT INTO benefits_overlap_position (overlap_id, organisation_id, answer, said_by, said_at, bulk)
    SELECT id, wasl_organisation(), CASE WHEN wasl_is_desk() THEN 'reopened' ELSE 'taken_back' END, v_by, p_at,
        gen_random_uuid()
    FROM unnest(v_free) id;
    IF wasl_is_desk() THEN
        UPDATE benefits_overlap_work SET state = 'passed', since = clock_timestamp(), keepers = '{}', settled_how = NULL
        WHERE overlap_id = ANY (v_free);
        PERFORM benefits_follow_overlaps(v_free, v_by, p_at);
    ELSE
        PERFORM benefits_reckon_overlaps(v_free, v_by, p_at);
    END IF;
    RETURN cardinality(v_free);
END $$;

-- Tidies only: where an overlap stands is judged by the clock.
CREATE FUNCTION benefits_pass_overlaps(p_most integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_overlaps bigint[];
BEGIN
    v_overlaps := ARRAY(
        SELECT o.id FROM benefits_overlap o LEFT JOIN benefits_overlap_work w ON w.overlap_id = o.id
        WHERE o.state = 'open' AND o.opened_at <= clock_timestamp() - interval '336 hours'
            AND (w.state IS NULL OR w.state = 'talking')
            AND benefits_overlap_due(o.opened_at, w.talking_since) <= clock_timestamp()
        ORDER BY o.opened_at, o.tie LIMIT p_most);
    PERFORM FROM benefits_overlap_work WHERE overlap_id = ANY (v_overlaps) ORDER BY overlap_id FOR UPDATE;
    UPDATE benefits_overlap_work SET state = 'passed', since = clock_timestamp()
    WHERE overlap_id = ANY (v_overlaps) AND state = 'talking';
    INSERT INTO benefits_overlap_work (overlap_id, state, since)
    SELECT id, 'passed', clock_timestamp() FROM unnest(v_overlaps) id ORDER BY id ON CONFLICT DO NOTHING;
    RETURN cardinality(v_overlaps);
END $$;

-- For doors: of some subjects, those for whose family the organisation has stopped in a slot of the need.
CREATE OR REPLACE FUNCTION benefits_stopped_among(p_organisation bigint, p_need text, p_month date, p_subjects bigint[])
RETURNS TABLE (subject_id bigint, slot text, stop_id bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (x.id) x.id, s.slot, s.id FROM unnest(p_subjects) x (id)
    LEFT JOIN registry_membership m ON m.person_id = x.id AND m.until_run IS NULL
    JOIN registry_entry_link l ON l.family_id = coalesce(m.family_id, x.id) AND l.until_run IS NULL
    JOIN benefits_stop s ON s.entry_id = l.entry_id AND s.ended_at IS NULL AND s.organisation_id = p_organisation
    JOIN benefits_need_slot ns ON ns.need = p_need AND ns.slot = s.slot
    WHERE p_month >= s.from_month OR p_month = '0001-01-01'
    ORDER BY x.id, s.id
$$;
CREATE FUNCTION benefits_stopped(p_organisation bigint, p_entry bigint, p_slot text, p_month date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT min(s.id) FROM registry_entry_link l
    JOIN registry_entry_link m ON m.family_id = l.family_id AND m.until_run IS NULL
    JOIN benefits_stop s ON s.entry_id = m.entry_id AND s.ended_at IS NULL
    WHERE l.entry_id = p_entry AND l.until_run IS NULL AND s.organisation_id = p_organisation AND s.slot = p_slot
        AND (p_month >= s.from_month OR p_month = '0001-01-01')
$$;
"""

SQL = (WHO, TABLES, STAGE, PREVIEW, RECKONING, DOORS, READS, FILTER)
ALLIANCE = ("benefits_overlap_work", "benefits_overlap_position")
OFFERED = [
    "benefits_stop_preview(bigint[], text, bigint[])",
    "benefits_answer_overlaps(bigint[], text, text, text, uuid, timestamptz)",
    "benefits_decide_overlaps(bigint[], bigint[], text, text, uuid, timestamptz)",
    "benefits_take_back_answers(uuid, timestamptz)",
    "benefits_overlap_stages(bigint[])",
    "benefits_overlap_of_tie(bigint)",
    "benefits_overlap_said(bigint)",
    "benefits_stop_reservations(bigint)",
    "benefits_overlap_ids(jsonb)",
    "benefits_overlaps_passed(integer)",
]
INNER = [
    "benefits_pass_overlaps(integer)",
    "benefits_overlap_due(timestamptz, timestamptz)",
    "benefits_stopped(bigint, bigint, text, date)",
    "benefits_stopped_among(bigint, text, date, bigint[])",
    "benefits_overlap_worked(text, bigint)",
]
