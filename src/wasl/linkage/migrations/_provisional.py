"""SQL of 0006: «this is another family», said at a door and in force at once, until somebody else has looked."""

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

# The same rules as publishing: a subject belongs to the part that holds its oldest item; a part that inherits none gets
# back a retired subject whose oldest item it holds, else a new one. Groups are the rest's: who left stands alone.
SUBJECTS = """
CREATE FUNCTION linkage_regroup(p_members bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM registry_group_member WHERE subject_id = ANY (p_members);
    INSERT INTO registry_group_member (subject_id, group_id)
    SELECT DISTINCT member, (SELECT min(m) FROM unnest(p_members) m) FROM unnest(p_members) member
    WHERE cardinality(p_members) > 1 ORDER BY 1;
END $$;

CREATE FUNCTION linkage_fellow_subjects(p_subject bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(f.subject_id ORDER BY f.subject_id), ARRAY[p_subject])
    FROM registry_group_member o JOIN registry_group_member f ON f.group_id = o.group_id
    WHERE o.subject_id = p_subject
$$;

CREATE FUNCTION linkage_items_of(p_kind text, p_subject bigint) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(x.item ORDER BY x.item), '{}') FROM (
        SELECT record_id AS item FROM registry_link
        WHERE p_kind = 'person' AND person_id = p_subject AND until_run IS NULL
        UNION ALL SELECT entry_id FROM registry_entry_link
        WHERE p_kind = 'family' AND family_id = p_subject AND until_run IS NULL) x
$$;

CREATE FUNCTION linkage_move_items(p_kind text, p_items bigint[], p_to bigint, p_run bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF p_kind = 'person' THEN
        UPDATE registry_link SET until_run = p_run WHERE record_id = ANY (p_items) AND until_run IS NULL;
        INSERT INTO registry_link (record_id, person_id, since_run) SELECT i, p_to, p_run FROM unnest(p_items) i ORDER BY i;
    ELSE
        UPDATE registry_entry_link SET until_run = p_run WHERE entry_id = ANY (p_items) AND until_run IS NULL;
        INSERT INTO registry_entry_link (entry_id, family_id, since_run)
        SELECT i, p_to, p_run FROM unnest(p_items) i ORDER BY i;
    END IF;
END $$;

-- A retired subject whose oldest item is among these, else a new one.
CREATE FUNCTION linkage_subject_for(p_kind text, p_items bigint[], p_run bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_subject bigint;
BEGIN
    SELECT min(x.subject) INTO v_subject FROM (
        SELECT l.person_id AS subject, min(a.record_id) AS oldest
        FROM registry_link l JOIN registry_subject s ON s.id = l.person_id AND s.state = 'retired'
        JOIN registry_link a ON a.person_id = s.id
        WHERE p_kind = 'person' AND l.record_id = ANY (p_items) AND l.until_run IS NOT NULL GROUP BY l.person_id
        UNION ALL
        SELECT l.family_id, min(a.entry_id)
        FROM registry_entry_link l JOIN registry_subject s ON s.id = l.family_id AND s.state = 'retired'
        JOIN registry_entry_link a ON a.family_id = s.id
        WHERE p_kind = 'family' AND l.entry_id = ANY (p_items) AND l.until_run IS NOT NULL GROUP BY l.family_id
    ) x WHERE x.oldest = ANY (p_items);
    IF v_subject IS NOT NULL THEN
        UPDATE registry_subject SET state = 'current', successor_id = NULL, retired_run = NULL
        WHERE id = v_subject AND state = 'retired';
        RETURN v_subject;
    END IF;
    INSERT INTO registry_subject (kind, created_run) VALUES (p_kind, p_run) RETURNING id INTO v_subject;
    RETURN v_subject;
END $$;

-- Tells the items that leave from the rest of a subject; returns the subject of those that left, then of the rest.
CREATE FUNCTION linkage_split_subject(
    p_kind text, p_subject bigint, p_leaving bigint[], p_run bigint, OUT v_left bigint, OUT v_rest bigint
) LANGUAGE plpgsql AS $$
DECLARE
    v_items bigint[] := linkage_items_of(p_kind, p_subject);
    v_resting bigint[] := ARRAY(SELECT i FROM unnest(v_items) i WHERE i <> ALL (p_leaving) ORDER BY i);
    v_fellows bigint[] := linkage_fellow_subjects(p_subject);
BEGIN
    IF v_items[1] = ANY (p_leaving) THEN
        v_left := p_subject;
        v_rest := linkage_subject_for(p_kind, v_resting, p_run);
        PERFORM linkage_move_items(p_kind, v_resting, v_rest, p_run);
    ELSE
        v_rest := p_subject;
        v_left := linkage_subject_for(p_kind, ARRAY(SELECT i FROM unnest(v_items) i WHERE i = ANY (p_leaving)), p_run);
        PERFORM linkage_move_items(p_kind, ARRAY(SELECT i FROM unnest(v_items) i WHERE i = ANY (p_leaving)), v_left, p_run);
    END IF;
    DELETE FROM registry_group_member WHERE subject_id = p_subject;
    IF cardinality(v_fellows) > 1 THEN
        PERFORM linkage_regroup(array_append(array_remove(v_fellows, p_subject), v_rest));
    END IF;
END $$;

-- Everything of the younger subject goes to the older; it retires when its cells have moved.
CREATE FUNCTION linkage_join_subjects(p_kind text, p_one bigint, p_other bigint, p_run bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_kept bigint := least(p_one, p_other);
    v_gone bigint := greatest(p_one, p_other);
    v_fellows bigint[];
BEGIN
    v_fellows := linkage_fellow_subjects(v_kept) || linkage_fellow_subjects(v_gone);
    PERFORM linkage_move_items(p_kind, linkage_items_of(p_kind, v_gone), v_kept, p_run);
    WITH moved AS (
        UPDATE registry_membership SET until_run = p_run
        WHERE v_gone IN (person_id, family_id) AND until_run IS NULL RETURNING person_id, family_id, from_month)
    INSERT INTO registry_membership (person_id, family_id, from_month, since_run)
    SELECT CASE WHEN m.person_id = v_gone THEN v_kept ELSE m.person_id END,
        CASE WHEN m.family_id = v_gone THEN v_kept ELSE m.family_id END, m.from_month, p_run
    FROM moved m
    WHERE m.person_id <> v_gone
        OR NOT EXISTS (SELECT FROM registry_membership x WHERE x.person_id = v_kept AND x.until_run IS NULL);
    WITH moved AS (
        UPDATE registry_person_nid SET until_run = p_run WHERE person_id = v_gone AND until_run IS NULL
        RETURNING nid_index, standing)
    INSERT INTO registry_person_nid (nid_index, person_id, standing, since_run)
    SELECT m.nid_index, v_kept, m.standing, p_run FROM moved m WHERE NOT EXISTS (
        SELECT FROM registry_person_nid x
        WHERE x.nid_index = m.nid_index AND x.person_id = v_kept AND x.until_run IS NULL);
    DELETE FROM registry_group_member WHERE subject_id = v_gone;
    PERFORM linkage_regroup(ARRAY(SELECT DISTINCT f FROM unnest(v_fellows) f WHERE f <> v_gone));
    RETURN v_gone;
END $$;
"""

# The entries leave every family in which they stand with one they are told from. A person whom both sides name is two
# people, but where the rows agree on a national id, or somebody has said that they are one.
PARTING = """
CREATE FUNCTION linkage_lock_families(p_families bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM registry_subject s WHERE s.id IN (
        SELECT unnest(p_families)
        UNION SELECT m.person_id FROM registry_membership m WHERE m.family_id = ANY (p_families) AND m.until_run IS NULL
        UNION SELECT l.person_id FROM registry_entry_link e
        JOIN registry_entry_member m ON m.entry_id = e.entry_id
        JOIN registry_link l ON l.record_id = m.record_id AND l.until_run IS NULL
        WHERE e.family_id = ANY (p_families) AND e.until_run IS NULL)
    ORDER BY s.id FOR UPDATE;
END $$;

CREATE FUNCTION linkage_families_of_entries(p_entries bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT f ORDER BY f), '{}') FROM registry_entry_link l
    CROSS JOIN LATERAL unnest(linkage_fellow_subjects(l.family_id)) f
    WHERE l.entry_id = ANY (p_entries) AND l.until_run IS NULL
$$;

CREATE FUNCTION linkage_people_to_part(p_family bigint, p_records bigint[]) RETURNS TABLE (person_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT l.person_id FROM registry_link l
    WHERE l.record_id = ANY (p_records) AND l.until_run IS NULL
        AND EXISTS (SELECT FROM registry_link o
            WHERE o.person_id = l.person_id AND o.until_run IS NULL AND o.record_id <> ALL (p_records))
        AND NOT EXISTS (
            SELECT FROM registry_link a JOIN registry_record ra ON ra.id = a.record_id
            JOIN registry_link b ON b.person_id = a.person_id AND b.until_run IS NULL AND b.record_id <> ALL (p_records)
            JOIN registry_record rb ON rb.id = b.record_id
            WHERE a.person_id = l.person_id AND a.until_run IS NULL AND a.record_id = ANY (p_records)
                AND (ra.nid_index = rb.nid_index OR EXISTS (
                    SELECT FROM linkage_verdict v WHERE v.kind = 'person' AND v.verdict = 'same' AND v.undone_at IS NULL
                        AND v.a_id = least(a.record_id, b.record_id) AND v.b_id = greatest(a.record_id, b.record_id))))
$$;

CREATE FUNCTION linkage_part(
    p_organisation bigint, p_no integer, p_entries bigint[], p_others bigint[], p_by text, p_at timestamptz,
    p_run bigint
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    v_touched bigint[] := '{}';
    v_records bigint[];
    v_rest bigint[];
    v_people bigint[];
    v_parts bigint[];
    v_here bigint[];
    v_person bigint;
    f record;
    parts record;
BEGIN
    PERFORM linkage_lock_families(linkage_families_of_entries(p_entries));
    FOR f IN
        SELECT l.family_id FROM registry_entry_link l
        WHERE l.entry_id = ANY (p_entries) AND l.until_run IS NULL
            AND linkage_fellow_subjects(l.family_id) && ARRAY(
                SELECT o.family_id FROM registry_entry_link o WHERE o.entry_id = ANY (p_others) AND o.until_run IS NULL)
        GROUP BY l.family_id ORDER BY l.family_id
    LOOP
        v_touched := v_touched || linkage_fellow_subjects(f.family_id);
        v_here := ARRAY(SELECT i FROM unnest(linkage_items_of('family', f.family_id)) i WHERE i = ANY (p_entries));
        IF linkage_items_of('family', f.family_id) <@ p_entries THEN
            -- only likely one with them: it leaves the group
            v_parts := array_remove(linkage_fellow_subjects(f.family_id), f.family_id);
            DELETE FROM registry_group_member WHERE subject_id = f.family_id;
            PERFORM linkage_regroup(v_parts);
            CONTINUE;
        END IF;
        v_records := ARRAY(SELECT DISTINCT m.record_id FROM registry_entry_member m WHERE m.entry_id = ANY (v_here));
        v_people := ARRAY(SELECT x.person_id FROM linkage_people_to_part(f.family_id, v_records) x ORDER BY 1);
        INSERT INTO linkage_verdict (kind, a_id, b_id, verdict, reason, decided_by, decided_at, separation_organisation_id,
            separation_no)
        SELECT 'person', least(a.record_id, b.record_id), greatest(a.record_id, b.record_id), 'different',
            sep.reason, p_by, p_at, p_organisation, p_no
        FROM linkage_separation sep
        JOIN registry_link a ON a.person_id = ANY (v_people) AND a.until_run IS NULL AND a.record_id = ANY (v_records)
        JOIN registry_link b ON b.person_id = a.person_id AND b.until_run IS NULL AND b.record_id <> ALL (v_records)
        WHERE sep.organisation_id = p_organisation AND sep.own_no = p_no
        ORDER BY 2, 3 ON CONFLICT (kind, a_id, b_id) WHERE undone_at IS NULL DO NOTHING;
        FOREACH v_person IN ARRAY v_people LOOP
            parts := linkage_split_subject('person', v_person, v_records, p_run);
            v_touched := v_touched || parts.v_left || parts.v_rest;
            -- an id that only one side names is that side's
            WITH moved AS (
                UPDATE registry_person_nid n SET until_run = p_run
                WHERE n.person_id = v_person AND n.until_run IS NULL AND NOT EXISTS (
                    SELECT FROM registry_link l JOIN registry_record r ON r.id = l.record_id
                    WHERE l.person_id = v_person AND l.until_run IS NULL AND r.nid_index = n.nid_index)
                RETURNING nid_index, standing)
            INSERT INTO registry_person_nid (nid_index, person_id, standing, since_run)
            SELECT nid_index, CASE WHEN parts.v_left = v_person THEN parts.v_rest ELSE parts.v_left END, standing, p_run
            FROM moved;
        END LOOP;
        parts := linkage_split_subject('family', f.family_id, v_here, p_run);
        v_touched := v_touched || parts.v_left || parts.v_rest;
        -- A person is of the side of their oldest row in what was one family.
        WITH side AS (
            SELECT DISTINCT ON (l.person_id) l.person_id, e.family_id
            FROM registry_entry_link e JOIN registry_entry_member m ON m.entry_id = e.entry_id
            JOIN registry_link l ON l.record_id = m.record_id AND l.until_run IS NULL
            WHERE e.family_id IN (parts.v_left, parts.v_rest) AND e.until_run IS NULL
            ORDER BY l.person_id, l.record_id
        ), standing AS (
            SELECT x.person_id, x.family_id, m.family_id AS old, m.from_month
            FROM side x LEFT JOIN registry_membership m ON m.person_id = x.person_id AND m.until_run IS NULL
            WHERE m.person_id IS NULL OR (m.family_id IN (parts.v_left, parts.v_rest) AND m.family_id <> x.family_id)
        ), closed AS (
            UPDATE registry_membership m SET until_run = p_run FROM standing x
            WHERE m.person_id = x.person_id AND m.until_run IS NULL RETURNING m.person_id
        )
        INSERT INTO registry_membership (person_id, family_id, from_month, since_run)
        SELECT x.person_id, x.family_id, x.from_month, p_run FROM standing x
        WHERE (SELECT count(*) FROM closed) >= 0 ORDER BY x.person_id;
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT t FROM unnest(v_touched) t ORDER BY t);
END $$;

-- A run that had not read a separation may bring together what it told apart: it is told apart again with what it writes,
-- so that nobody sees the door's word overturned. The next run reads the verdicts.
CREATE FUNCTION linkage_keep_separations(p_run bigint) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_touched bigint[] := '{}';
    v_kept integer := 0;
    s record;
BEGIN
    FOR s IN
        SELECT x.* FROM linkage_separation x
        WHERE x.state <> 'taken_back' AND (x.organisation_id, x.own_no) IN (
                SELECT v.separation_organisation_id, v.separation_no FROM linkage_verdict v
                WHERE v.separation_no IS NOT NULL AND v.undone_at IS NULL AND v.consulted_run IS NULL
                    AND v.verdict <> 'unsure')
            AND EXISTS (
                SELECT FROM linkage_standing('family', x.entry_ids) e JOIN linkage_standing('family', x.other_ids) o
                    ON o.group_id = e.group_id)
        ORDER BY x.organisation_id, x.own_no
    LOOP
        v_touched := v_touched || linkage_part(s.organisation_id, s.own_no, s.entry_ids, s.other_ids, s.made_by, s.made_at,
            p_run);
        v_kept := v_kept + 1;
    END LOOP;
    IF v_kept > 0 THEN
        PERFORM benefits_settle_families(ARRAY(SELECT DISTINCT t FROM unnest(v_touched) t));
    END IF;
    RETURN v_kept;
END $$;
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
