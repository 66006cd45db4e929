"""SQL of 0006: subjects told apart and joined again outside a run, by the rules of publishing."""

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
