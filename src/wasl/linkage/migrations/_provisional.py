"""SQL of 0006: «this is another family», said at a door and in force at once, until somebody else has looked."""

from wasl.linkage.migrations._parting import PARTING, SUBJECTS

# A separation is a doubt that is in force: it waits in the same queue, under the doubt's number.
TABLES = """
ALTER TABLE linkage_run DROP CONSTRAINT linkage_run_state_check;
ALTER TABLE linkage_run ADD CONSTRAINT linkage_run_state_check
    CHECK (state IN ('running', 'prepared', 'publishing', 'done', 'cancelled', 'failed', 'by_hand'));

CREATE TABLE linkage_separation (
    organisation_id bigint NOT NULL,
    own_no integer NOT NULL,
    -- entries of one organisation that leave together, and those they are told from
    entry_ids bigint[] NOT NULL CHECK (cardinality(entry_ids) BETWEEN 1 AND 50),
    other_ids bigint[] NOT NULL CHECK (cardinality(other_ids) >= 1),
    asked_entry bigint NOT NULL,
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    operation uuid NOT NULL,
    made_by_id bigint NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL DEFAULT 'provisional' CHECK (state IN ('provisional', 'confirmed', 'taken_back')),
    reviewed_by_id bigint,
    reviewed_by text,
    reviewed_at timestamptz,
    CONSTRAINT linkage_separation_key PRIMARY KEY (organisation_id, own_no),
    CONSTRAINT linkage_separation_doubt FOREIGN KEY (organisation_id, own_no)
        REFERENCES linkage_doubt (organisation_id, own_no),
    CONSTRAINT linkage_separation_operation UNIQUE (organisation_id, operation),
    CONSTRAINT linkage_separation_told_from CHECK (NOT entry_ids && other_ids),
    CONSTRAINT linkage_separation_reviewed CHECK (
        num_nonnulls(reviewed_by_id, reviewed_by, reviewed_at) = CASE WHEN state = 'provisional' THEN 0 ELSE 3 END),
    -- maker is not checker
    CONSTRAINT linkage_separation_another_reviews CHECK (reviewed_by_id <> made_by_id)
);
CREATE INDEX linkage_separation_made ON linkage_separation (organisation_id, recorded_at);
CREATE INDEX linkage_separation_stands ON linkage_separation USING gin (entry_ids) WHERE state <> 'taken_back';

-- Verdicts that a separation gave; they are undone with it.
ALTER TABLE linkage_verdict ADD COLUMN separation_no integer, ADD COLUMN separation_organisation_id bigint,
    ADD CONSTRAINT linkage_verdict_separation FOREIGN KEY (separation_organisation_id, separation_no)
        REFERENCES linkage_separation (organisation_id, own_no) MATCH FULL;
CREATE INDEX linkage_verdict_of_separation ON linkage_verdict (separation_organisation_id, separation_no)
    WHERE separation_no IS NOT NULL;
"""

# Outcomes: separated, stood (it stands already), alone (nothing to tell it from), too_many, reused (the operation has
# another body). None at all: not an own entry, or not an officer.
DOORS = """
CREATE FUNCTION linkage_by_hand(p_by text, p_at timestamptz) RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO linkage_run (state, stage, started_by, started_at, finished_at)
    VALUES ('by_hand', 'separate', p_by, p_at, clock_timestamp()) RETURNING id
$$;

CREATE FUNCTION linkage_separate(p jsonb) RETURNS TABLE (outcome text, code text, family_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '4s' AS $$
#variable_conflict use_column
DECLARE
    v_own bigint := wasl_organisation();
    v_by text := wasl_said_by();
    v_entry bigint := (p ->> 'entry')::bigint;
    v_at timestamptz := (p ->> 'at')::timestamptz;
    v_family bigint;
    v_entries bigint[];
    v_others bigint[];
    v_touched bigint[];
    v_against bigint;
    v_no integer;
    earlier linkage_separation;
BEGIN
    IF wasl_role() <> 'officer' OR v_by IS NULL OR NOT EXISTS (
        SELECT FROM registry_entry e WHERE e.id = v_entry AND e.organisation_id = v_own)
    THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('wasl doubts'), v_own::integer);
    SELECT * INTO earlier FROM linkage_separation s
    WHERE s.organisation_id = v_own AND s.operation = (p ->> 'operation')::uuid;
    IF earlier.own_no IS NOT NULL THEN
        outcome := CASE WHEN earlier.asked_entry = v_entry AND earlier.reason = btrim(p ->> 'reason') THEN 'stood'
            ELSE 'reused' END;
    ELSE
        SELECT * INTO earlier FROM linkage_separation s
        WHERE s.organisation_id = v_own AND s.entry_ids @> ARRAY[v_entry] AND s.state = 'provisional'
            AND NOT EXISTS (
                SELECT FROM registry_entry_link a JOIN registry_entry_link b ON b.family_id = a.family_id
                JOIN registry_entry o ON o.id = b.entry_id AND o.organisation_id <> v_own
                WHERE a.entry_id = v_entry AND a.until_run IS NULL AND b.until_run IS NULL);
        IF earlier.own_no IS NOT NULL THEN
            outcome := 'stood';
        END IF;
    END IF;
    IF outcome IS NOT NULL THEN
        RETURN QUERY SELECT outcome, d.code, l.family_id FROM linkage_doubt d
        LEFT JOIN registry_entry_link l ON l.entry_id = v_entry AND l.until_run IS NULL
        WHERE d.organisation_id = v_own AND d.own_no = earlier.own_no;
        RETURN;
    END IF;
    IF 20 <= (SELECT count(*) FROM linkage_separation s WHERE s.organisation_id = v_own AND s.made_by_id = wasl_user()
            AND s.recorded_at > clock_timestamp() - interval '1 hour')
        OR 200 <= (SELECT count(*) FROM linkage_separation s WHERE s.organisation_id = v_own
            AND s.recorded_at > clock_timestamp() - interval '1 hour')
    THEN
        RETURN QUERY SELECT 'too_many', NULL::text, NULL::bigint;
        RETURN;
    END IF;
    -- A list being loaded settles its claims by the links it has read.
    LOCK TABLE benefits_turn IN SHARE MODE;
    PERFORM linkage_lock_families(linkage_families_of_entries(ARRAY[v_entry]));
    SELECT l.family_id INTO v_family FROM registry_entry_link l WHERE l.entry_id = v_entry AND l.until_run IS NULL;
    -- own entries of the family that name the same rows of people go with it
    WITH RECURSIVE own AS (
        SELECT e.id FROM registry_entry_link l JOIN registry_entry e ON e.id = l.entry_id
        WHERE l.family_id = v_family AND l.until_run IS NULL AND e.organisation_id = v_own
    ), reach (id) AS (
        VALUES (v_entry)
        UNION
        SELECT n.entry_id FROM reach r JOIN registry_entry_member m ON m.entry_id = r.id
        JOIN registry_entry_member n ON n.record_id = m.record_id JOIN own ON own.id = n.entry_id
    )
    SELECT array_agg(id ORDER BY id) INTO v_entries FROM reach;
    v_others := ARRAY(SELECT l.entry_id FROM registry_entry_link l JOIN registry_entry e ON e.id = l.entry_id
        WHERE l.family_id = v_family AND l.until_run IS NULL AND e.organisation_id <> v_own ORDER BY 1);
    IF v_others = '{}' THEN
        v_others := ARRAY(SELECT i FROM unnest(linkage_items_of('family', v_family)) i WHERE i <> ALL (v_entries));
    END IF;
    IF v_family IS NULL OR v_others = '{}' THEN
        RETURN QUERY SELECT 'alone', NULL::text, v_family;
        RETURN;
    END IF;
    SELECT o.id INTO v_against FROM unnest(v_others) o (id) LEFT JOIN (
        SELECT b_id AS id, weight FROM linkage_pair WHERE kind = 'family' AND a_id = ANY (v_entries)
        UNION ALL SELECT a_id, weight FROM linkage_pair WHERE kind = 'family' AND b_id = ANY (v_entries)) w ON w.id = o.id
    ORDER BY w.weight DESC NULLS LAST, o.id LIMIT 1;
    SELECT d.own_no INTO v_no FROM linkage_doubt d
    WHERE d.organisation_id = v_own AND d.entry_ids = v_entries AND d.state = 'open';
    IF v_no IS NULL THEN
        INSERT INTO linkage_doubt (organisation_id, own_no, entry_ids, against_id, reason, reported_by, reported_at)
        SELECT v_own, coalesce(max(d.own_no), 0) + 1, v_entries, v_against, btrim(p ->> 'reason'), v_by, v_at
        FROM linkage_doubt d WHERE d.organisation_id = v_own RETURNING own_no INTO v_no;
    END IF;
    INSERT INTO linkage_separation (organisation_id, own_no, entry_ids, other_ids, asked_entry, reason, operation,
        made_by_id, made_by, made_at)
    VALUES (v_own, v_no, v_entries, v_others, v_entry, btrim(p ->> 'reason'), (p ->> 'operation')::uuid, wasl_user(), v_by,
        v_at);
    PERFORM linkage_separate_now(v_own, v_no);
    RETURN QUERY SELECT 'separated', d.code, l.family_id FROM linkage_doubt d
    JOIN registry_entry_link l ON l.entry_id = v_entry AND l.until_run IS NULL
    WHERE d.organisation_id = v_own AND d.own_no = v_no;
END $$;

-- The verdicts, the links and the settlement of a separation; nobody but its functions calls it.
CREATE FUNCTION linkage_separate_now(p_organisation bigint, p_no integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    s linkage_separation;
BEGIN
    SELECT * INTO s FROM linkage_separation WHERE organisation_id = p_organisation AND own_no = p_no;
    UPDATE linkage_verdict v SET undone_by = s.made_by, undone_at = s.made_at
    FROM unnest(s.entry_ids) e CROSS JOIN unnest(s.other_ids) o
    WHERE v.kind = 'family' AND v.a_id = least(e, o) AND v.b_id = greatest(e, o) AND v.verdict = 'unsure'
        AND v.undone_at IS NULL;
    INSERT INTO linkage_verdict (kind, a_id, b_id, verdict, reason, decided_by, decided_at, separation_organisation_id,
        separation_no)
    SELECT 'family', least(e, o), greatest(e, o), 'different', s.reason, s.made_by, s.made_at, p_organisation, p_no
    FROM unnest(s.entry_ids) e CROSS JOIN unnest(s.other_ids) o ORDER BY 2, 3
    ON CONFLICT (kind, a_id, b_id) WHERE undone_at IS NULL DO NOTHING;
    PERFORM benefits_settle_families(linkage_part(p_organisation, p_no, s.entry_ids, s.other_ids, s.made_by, s.made_at,
        linkage_by_hand(s.made_by, s.made_at)));
END $$;

-- `confirmed`, `taken_back`, or `provisional` again (an undo). NULL: no such separation, or not the desk; `own`: whoever
-- made it does not check it; `late`: it is not in that state any more.
CREATE FUNCTION linkage_review_separation(p_code text, p_state text, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
    s linkage_separation;
    v_by text := wasl_said_by();
    v_run bigint;
    v_touched bigint[];
    v_gone bigint[] := '{}';
    v_ends record;
BEGIN
    IF NOT wasl_is_desk() OR v_by IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT x.* INTO s FROM linkage_separation x JOIN linkage_doubt d USING (organisation_id, own_no)
    WHERE d.code = p_code FOR UPDATE OF x;
    IF s.own_no IS NULL THEN
        RETURN NULL;
    ELSIF s.made_by_id = wasl_user() THEN
        RETURN 'own';
    ELSIF (s.state = 'provisional') = (p_state = 'provisional') THEN
        RETURN 'late';
    END IF;
    UPDATE linkage_separation x SET state = p_state,
        reviewed_by_id = CASE WHEN p_state <> 'provisional' THEN wasl_user() END,
        reviewed_by = CASE WHEN p_state <> 'provisional' THEN v_by END,
        reviewed_at = CASE WHEN p_state <> 'provisional' THEN p_at END
    WHERE x.organisation_id = s.organisation_id AND x.own_no = s.own_no;
    IF p_state = 'provisional' AND s.state = 'taken_back' THEN
        LOCK TABLE benefits_turn IN SHARE MODE;
        PERFORM linkage_separate_now(s.organisation_id, s.own_no);
    END IF;
    IF p_state <> 'taken_back' THEN
        RETURN p_state;
    END IF;
    LOCK TABLE benefits_turn IN SHARE MODE;
    v_touched := linkage_families_of_entries(s.entry_ids || s.other_ids);
    PERFORM linkage_lock_families(v_touched);
    v_run := linkage_by_hand(v_by, p_at);
    -- Families first, then the people of both who were one.
    FOR v_ends IN
        SELECT 'family' AS kind, NULL::bigint AS a_id, NULL::bigint AS b_id
        UNION ALL SELECT v.kind, v.a_id, v.b_id FROM linkage_verdict v
        WHERE v.separation_organisation_id = s.organisation_id AND v.separation_no = s.own_no AND v.kind = 'person'
            AND v.undone_at IS NULL
        ORDER BY 1, 2, 3
    LOOP
        v_gone := v_gone || linkage_join_again(v_ends.kind, coalesce(v_ends.a_id, s.asked_entry),
            coalesce(v_ends.b_id, (SELECT d.against_id FROM linkage_doubt d
                WHERE d.organisation_id = s.organisation_id AND d.own_no = s.own_no)), v_run);
    END LOOP;
    UPDATE linkage_verdict v SET undone_by = v_by, undone_at = p_at, consulted_run = NULL
    WHERE v.separation_organisation_id = s.organisation_id AND v.separation_no = s.own_no AND v.undone_at IS NULL;
    PERFORM benefits_settle_families(v_touched || v_gone);
    UPDATE registry_subject r SET state = 'retired', successor_id = g.kept, retired_run = v_run
    FROM unnest(v_gone[1 : cardinality(v_gone)]) WITH ORDINALITY x (id, place)
    JOIN unnest(v_gone) WITH ORDINALITY g (kept, place) ON g.place = x.place + 1
    WHERE x.place % 2 = 1 AND r.id = x.id;
    RETURN p_state;
END $$;

-- Of two items that are apart: the subject that went and the one it went into; empty where they are one.
CREATE FUNCTION linkage_join_again(p_kind text, p_a bigint, p_b bigint, p_run bigint) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    v_one bigint;
    v_other bigint;
BEGIN
    SELECT subject_id INTO v_one FROM linkage_standing(p_kind, ARRAY[p_a]);
    SELECT subject_id INTO v_other FROM linkage_standing(p_kind, ARRAY[p_b]);
    IF v_one IS NULL OR v_other IS NULL OR v_one = v_other THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY[linkage_join_subjects(p_kind, v_one, v_other, p_run), least(v_one, v_other)];
END $$;

CREATE FUNCTION linkage_was_separated(p_code text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT true FROM linkage_separation s JOIN linkage_doubt d USING (organisation_id, own_no)
    WHERE d.code = p_code AND wasl_is_desk()
$$;

-- The desk sees of each doubt whether it is in force already.
DROP FUNCTION linkage_open_doubts(text, integer);
CREATE FUNCTION linkage_open_doubts(p_code text, p_limit integer) RETURNS TABLE (
    code text, organisation_id bigint, entry_ids bigint[], against_id bigint, reason text, reported_by text,
    reported_at timestamptz, is_separated boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.code, d.organisation_id, d.entry_ids, d.against_id, d.reason, d.reported_by, d.reported_at,
        s.own_no IS NOT NULL AND s.state <> 'taken_back'
    FROM linkage_doubt d LEFT JOIN linkage_separation s USING (organisation_id, own_no)
    WHERE wasl_is_desk() AND d.state = 'open' AND (p_code IS NULL OR d.code = p_code)
    ORDER BY d.reported_at, d.code LIMIT p_limit
$$;
"""

# Who acts is who is looking, whatever name is handed in; a separation is neither withdrawn nor settled as if it were
# but a doubt. The functions are taken as they stand.
NAMES = """
CREATE FUNCTION linkage_named(p_by text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN session_user = 'wasl_app' THEN wasl_said_by() ELSE p_by END
$$;
DO $patch$
DECLARE
    one record;
    v_definition text;
BEGIN
    FOR one IN SELECT * FROM (VALUES
        ('linkage_give_verdict(text,bigint,bigint,text,text,text,timestamptz)', 'undone_by = p_by',
            'undone_by = linkage_named(p_by)'),
        ('linkage_give_verdict(text,bigint,bigint,text,text,text,timestamptz)', 'p_reason, p_by, p_at',
            'p_reason, linkage_named(p_by), p_at'),
        ('linkage_undo_verdict(text,bigint,bigint,text,timestamptz)', 'undone_by = p_by',
            'undone_by = linkage_named(p_by)'),
        ('linkage_report_doubt(bigint[],bigint,text,text,timestamptz)', 'p_reason, p_by, p_at',
            'p_reason, linkage_named(p_by), p_at'),
        ('linkage_move_doubt(text,text,text,timestamptz)', 'THEN p_by END', 'THEN linkage_named(p_by) END'),
        ('linkage_move_doubt(text,text,text,timestamptz)', 'd.reported_by = p_by',
            'd.reported_by = linkage_named(p_by) AND NOT EXISTS (SELECT FROM linkage_separation s'
            ' WHERE s.organisation_id = d.organisation_id AND s.own_no = d.own_no AND s.state <> ''taken_back'')'),
        ('linkage_move_doubt(text,text,text,timestamptz)', 'd.state = ''open'' AND wasl_is_desk()',
            'd.state = ''open'' AND wasl_is_desk() AND NOT EXISTS (SELECT FROM linkage_separation s'
            ' WHERE s.organisation_id = d.organisation_id AND s.own_no = d.own_no AND s.state = ''provisional'')'),
        ('linkage_runs(bigint,integer)', 'wasl_is_desk() AND', 'wasl_is_desk() AND r.state <> ''by_hand'' AND')
    ) AS patches (signature, was, becomes) LOOP
        v_definition := pg_get_functiondef(one.signature::regprocedure);
        IF position(one.was IN v_definition) = 0 THEN
            RAISE EXCEPTION '% is not what it was', one.signature;
        END IF;
        EXECUTE replace(v_definition, one.was, one.becomes);
    END LOOP;
END $patch$;
"""

SQL = (TABLES, SUBJECTS, PARTING, DOORS, NAMES)
OFFERED = [
    "linkage_separate(jsonb)",
    "linkage_review_separation(text, text, timestamptz)",
    "linkage_open_doubts(text, integer)",
    "linkage_was_separated(text)",
]
# What a run that publishes calls with the engine's rights.
INNER = [
    "linkage_keep_separations(bigint)",
    "linkage_part(bigint, integer, bigint[], bigint[], text, timestamptz, bigint)",
    "linkage_people_to_part(bigint, bigint[])",
    "linkage_families_of_entries(bigint[])",
    "linkage_lock_families(bigint[])",
    "linkage_split_subject(text, bigint, bigint[], bigint)",
    "linkage_subject_for(text, bigint[], bigint)",
    "linkage_move_items(text, bigint[], bigint, bigint)",
    "linkage_items_of(text, bigint)",
    "linkage_fellow_subjects(bigint)",
    "linkage_regroup(bigint[])",
    "linkage_standing(text, bigint[])",
]
