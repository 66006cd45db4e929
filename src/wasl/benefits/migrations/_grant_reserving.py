"""The door that reserves: SQL for migration 0008."""

# Whom each row is for: its own entry's family and, where the need is a person's and the row says to whom, that
# record's person. A family of another organisation, or a record that is no member, is not its own.
TARGETS = """
CREATE FUNCTION benefits_targets(p_organisation bigint, p_entries bigint[], p_records bigint[], p_person boolean,
    OUT own boolean[], OUT records bigint[], OUT families bigint[], OUT people bigint[])
LANGUAGE sql STABLE AS $$
    SELECT array_agg(e.id IS NOT NULL AND (a.record_id IS NULL OR m.record_id IS NOT NULL) ORDER BY a.ord),
        array_agg(coalesce(a.record_id, e.head_record_id) ORDER BY a.ord), array_agg(l.family_id ORDER BY a.ord),
        array_agg(r.person_id ORDER BY a.ord)
    FROM unnest(p_entries, p_records) WITH ORDINALITY a (entry_id, record_id, ord)
    LEFT JOIN registry_entry e ON e.id = a.entry_id AND e.organisation_id = p_organisation
    LEFT JOIN registry_entry_member m ON m.entry_id = e.id AND m.record_id = a.record_id
    LEFT JOIN registry_entry_link l ON l.entry_id = e.id AND l.until_run IS NULL
    LEFT JOIN registry_link r ON p_person AND r.record_id = m.record_id AND r.until_run IS NULL
$$;

-- Whose cell is a question and never a refusal: likely the same, or for a person's need the own family where a
-- person is named, and its members where none is.
CREATE FUNCTION benefits_near(p_families bigint[], p_people bigint[], p_person boolean)
RETURNS TABLE (ord bigint, subject_id bigint)
LANGUAGE sql STABLE AS $$
    WITH near AS (
        SELECT a.ord, a.family_id, a.person_id, k.id
        FROM unnest(p_families, p_people) WITH ORDINALITY a (family_id, person_id, ord)
        CROSS JOIN LATERAL (VALUES (a.family_id), (a.person_id)) own (id)
        JOIN registry_group_member o ON o.subject_id = own.id
        CROSS JOIN LATERAL (
            SELECT m.subject_id AS id FROM registry_group_member m WHERE m.group_id = o.group_id
            UNION SELECT o.group_id) k
    ), wide AS (
        SELECT ord, id, person_id, family_id FROM near
        UNION ALL
        SELECT a.ord, a.family_id, a.person_id, a.family_id
        FROM unnest(p_families, p_people) WITH ORDINALITY a (family_id, person_id, ord) WHERE p_person
    )
    SELECT w.ord, w.id FROM wide w WHERE w.id <> coalesce(w.person_id, w.family_id)
    UNION
    SELECT w.ord, m.person_id FROM wide w
    JOIN registry_membership m ON m.family_id = w.id AND m.until_run IS NULL
    WHERE p_person AND w.person_id IS NULL
$$;

-- The first month after p_month in which nobody holds the slot.
CREATE FUNCTION benefits_free_from(p_subject bigint, p_slot text, p_scope bigint, p_month date) RETURNS date
LANGUAGE sql STABLE AS $$
    SELECT min(m.month + interval '1 month')::date FROM benefits_cell m
    WHERE p_month <> '0001-01-01' AND m.subject_id = p_subject AND m.slot = p_slot AND m.month >= p_month
        AND m.scope = p_scope AND (m.expires_at IS NULL OR m.expires_at > clock_timestamp())
        AND NOT EXISTS (
            SELECT FROM benefits_cell x
            WHERE x.subject_id = p_subject AND x.slot = p_slot AND x.scope = p_scope
            AND x.month = (m.month + interval '1 month')::date
            AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp()))
$$;

-- Which of some subjects an approved exception lets this organisation give to in spite of a refusal.
CREATE FUNCTION benefits_excepted(p_organisation bigint, p_need text, p_month date, p_subjects bigint[])
RETURNS TABLE (subject_id bigint, exception_id bigint)
LANGUAGE sql STABLE AS $$ SELECT NULL::bigint, NULL::bigint WHERE false $$;

-- For which of some subjects this organisation has stopped giving, having settled an overlap so: its own door warns.
CREATE FUNCTION benefits_stopped_among(p_organisation bigint, p_need text, p_month date, p_subjects bigint[])
RETURNS TABLE (subject_id bigint, slot text, stop_id bigint)
LANGUAGE sql STABLE AS $$ SELECT NULL::bigint, NULL::text, NULL::bigint WHERE false $$;
"""

# What stands in the way of each row: of all live seats of its cells the one that weighs most, because the order
# of seats carries no right. An expired one comes first: it is removed, and the rest is judged again.
STANDING = """
CREATE FUNCTION benefits_standing(p_organisation bigint, p_need text, p_month date, p_guard text,
    p_ords bigint[], p_subjects bigint[], p_slots text[], p_scopes bigint[], p_first date, p_last date,
    p_live boolean)
RETURNS TABLE (ord bigint, subject_id bigint, slot text, scope bigint, month date, holder bigint, expired boolean,
    own_grant boolean, refuses boolean, covered_by text)
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (h.ord) h.ord, h.subject_id, h.slot, h.scope, h.month, h.list_id, h.expired, h.own_grant,
        h.refuses, h.covered_by
    FROM (
        SELECT a.ord, c.subject_id, c.slot, c.scope, c.month, c.seat, c.list_id,
            c.state = 'reserved' AND c.expires_at <= clock_timestamp() AS expired,
            c.organisation_id = p_organisation AND c.list_id >= 1000000000000 AND c.need = p_need
                AND c.given_month = p_month AS own_grant,
            p_guard = 'refuse' AND n.guard = 'refuse' AS refuses,
            CASE WHEN c.organisation_id = p_organisation THEN 'own' WHEN o.kind = 'ministry' THEN 'state'
                ELSE 'other' END AS covered_by
        FROM unnest(p_ords, p_subjects) a (ord, subject_id)
        CROSS JOIN unnest(p_slots, p_scopes) s (slot, scope)
        JOIN benefits_cell c ON c.subject_id = a.subject_id AND c.slot = s.slot AND c.scope = s.scope
            AND c.month >= p_first AND c.month <= p_last
        JOIN benefits_need n ON n.code = c.need
        JOIN organisations_organisation o ON o.id = c.organisation_id
    ) h
    WHERE NOT (p_live AND h.expired)
    ORDER BY h.ord, h.expired DESC, h.own_grant DESC, h.refuses DESC, h.slot, h.month, h.seat
$$;

-- Expired seats of some subjects: their grants lapse, and what no live grant holds is removed.
CREATE FUNCTION benefits_sweep_cells(p_subjects bigint[], p_slots text[], p_first date, p_last date) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM benefits_lapse_grants(ARRAY(
        SELECT DISTINCT c.list_id FROM benefits_cell c
        WHERE c.subject_id = ANY(p_subjects) AND c.slot = ANY(p_slots) AND c.month BETWEEN p_first AND p_last
            AND c.state = 'reserved' AND c.expires_at <= clock_timestamp()));
    DELETE FROM benefits_cell c
    WHERE c.subject_id = ANY(p_subjects) AND c.slot = ANY(p_slots) AND c.month BETWEEN p_first AND p_last
        AND c.state = 'reserved' AND c.expires_at <= clock_timestamp()
        AND NOT EXISTS (SELECT FROM benefits_grant g WHERE g.id = c.list_id AND g.state IN ('reserved', 'approved'));
END $$;

-- Seats for some grants, all of a grant's or none (B1): the key decides, by ON CONFLICT, in the order of the key.
-- Seat 0 alone where p_over is ''; else the next above whoever sits there, with p_over for its reason. Returns the
-- places of those that lost a race and hold nothing now.
CREATE FUNCTION benefits_take_seats(p_organisation bigint, p_need text, p_month date, p_ids bigint[],
    p_subjects bigint[], p_over text[], p_slots text[], p_scopes bigint[], p_first date, p_last date,
    p_expires timestamptz) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    v_wanted bigint := cardinality(p_slots)
        * (SELECT count(*) FROM generate_series(p_first::timestamp, p_last::timestamp, interval '1 month'));
    v_lost bigint[];
BEGIN
    -- whoever frees a seat 0 waits for those who climb above it
    PERFORM FROM unnest(p_subjects, p_over) a (subject_id, over)
    CROSS JOIN unnest(p_slots, p_scopes) s (slot, scope)
    JOIN benefits_cell c ON c.subject_id = a.subject_id AND c.slot = s.slot AND c.scope = s.scope AND c.seat = 0
        AND c.month >= p_first AND c.month <= p_last
    WHERE a.over <> '' FOR KEY SHARE OF c;
    WITH added AS (
        INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state, reason,
            expires_at, list_id, given_month, row)
        SELECT w.scope, w.slot, w.subject_id, w.month, w.seat, p_organisation, p_need,
            CASE WHEN p_expires IS NULL THEN 'held' ELSE 'reserved' END, CASE WHEN w.seat > 0 THEN w.over END,
            p_expires, w.id, p_month, 1
        FROM (
            SELECT s.scope, s.slot, a.subject_id, m.month::date AS month, a.id, a.over,
                CASE WHEN a.over = '' THEN 0 ELSE coalesce((
                    SELECT max(x.seat) + 1 FROM benefits_cell x
                    WHERE x.subject_id = a.subject_id AND x.slot = s.slot AND x.month = m.month::date
                        AND x.scope = s.scope), 0) END AS seat
            FROM unnest(p_ids, p_subjects, p_over) a (id, subject_id, over)
            CROSS JOIN unnest(p_slots, p_scopes) s (slot, scope)
            CROSS JOIN generate_series(p_first::timestamp, p_last::timestamp, interval '1 month') m (month)
            ORDER BY a.subject_id, s.slot, m.month, s.scope
        ) w
        ON CONFLICT DO NOTHING RETURNING list_id
    ), seated AS (
        SELECT list_id, count(*) AS seats FROM added GROUP BY list_id
    )
    SELECT array_agg(a.ord) INTO v_lost
    FROM unnest(p_ids) WITH ORDINALITY a (id, ord) LEFT JOIN seated s ON s.list_id = a.id
    WHERE coalesce(s.seats, 0) < v_wanted;
    -- what was judged a warning may have become a refusal while whoever sat there left
    IF 'warning' = ANY(p_over) AND EXISTS (
        SELECT FROM unnest(p_ids, p_subjects, p_over) a (id, subject_id, over)
        CROSS JOIN unnest(p_slots, p_scopes) s (slot, scope)
        JOIN benefits_cell c ON c.subject_id = a.subject_id AND c.slot = s.slot AND c.scope = s.scope
            AND c.month >= p_first AND c.month <= p_last AND c.list_id <> a.id
        JOIN benefits_need n ON n.code = c.need AND n.guard = 'refuse'
        JOIN benefits_need w ON w.code = p_need AND w.guard = 'refuse'
        WHERE a.over = 'warning' AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp()))
    THEN
        RAISE EXCEPTION 'a seat was taken meanwhile' USING ERRCODE = '40001';
    END IF;
    IF v_lost IS NOT NULL AND v_wanted > 1 THEN
        DELETE FROM benefits_cell c
        WHERE c.list_id = ANY(ARRAY(
            SELECT a.id FROM unnest(p_ids) WITH ORDINALITY a (id, ord) WHERE a.ord = ANY(v_lost)))
            AND c.list_id >= 1000000000000 AND c.month >= p_first AND c.month <= p_last;
    END IF;
    RETURN coalesce(v_lost, '{}');
END $$;
"""

RESERVE = """
CREATE FUNCTION benefits_reserve(
    p_organisation bigint, p_need text, p_month date, p_entries bigint[], p_records bigint[], p_quantities numeric[],
    p_values bigint[], p_answers text[], p_reason text, p_source text, p_by text, p_at timestamptz, p_origin jsonb
) RETURNS TABLE (ord integer, grant_id bigint, outcome text, slot text, covered_by text, free_from date,
    asked_subject bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
#variable_conflict use_column
DECLARE
    v_by text := benefits_maker(p_organisation, p_by);
    v_size integer := coalesce(cardinality(p_entries), 0);
    v_rule benefits_need;
    v_covers record;
    v_slots text[];
    v_scopes bigint[];
    v_for record;
    v_subjects bigint[];
    v_answers text[];
    v_near_ords bigint[];
    v_near bigint[];
    v_ids bigint[];
    v_expires timestamptz;
    -- '' while a row is not decided
    v_outcome text[] := array_fill(''::text, ARRAY[v_size]);
    v_answer text[] := array_fill(''::text, ARRAY[v_size]);
    v_over text[] := array_fill(''::text, ARRAY[v_size]);
    v_slot text[] := array_fill(NULL::text, ARRAY[v_size]);
    v_cover text[] := array_fill(NULL::text, ARRAY[v_size]);
    v_free date[] := array_fill(NULL::date, ARRAY[v_size]);
    v_asked bigint[] := array_fill(NULL::bigint, ARRAY[v_size]);
    v_exception bigint[] := array_fill(NULL::bigint, ARRAY[v_size]);
    v_todo bigint[];
    v_wanting bigint[];
    v_expired boolean;
    r record;
BEGIN
    IF v_size = 0 THEN
        RETURN;
    END IF;
    SELECT * INTO v_rule FROM benefits_need n WHERE n.code = p_need;
    IF NOT FOUND OR p_month IS NULL OR extract(day FROM p_month) IS DISTINCT FROM 1
        OR p_month NOT BETWEEN '1900-01-01' AND '2199-12-01'
    THEN
        RAISE EXCEPTION 'need % or month % is none', p_need, p_month USING ERRCODE = '22023';
    END IF;
    SELECT * INTO v_covers FROM benefits_covered_months(p_need, p_month);
    SELECT coalesce(array_agg(ns.slot ORDER BY ns.slot), '{}'),
        coalesce(array_agg(CASE WHEN s.sensitive THEN p_organisation ELSE 0 END ORDER BY ns.slot), '{}')
        INTO v_slots, v_scopes
    FROM benefits_need_slot ns JOIN benefits_slot s ON s.code = ns.slot
    WHERE ns.need = p_need AND v_rule.guard <> 'none';
    IF v_rule.version <> (SELECT n.version FROM benefits_need n WHERE n.code = p_need) THEN
        RAISE EXCEPTION 'the rule changed meanwhile' USING ERRCODE = '40001';
    END IF;

    SELECT * INTO v_for FROM benefits_targets(p_organisation, p_entries, p_records, v_rule.subject = 'person');
    -- Linking goes on when this is done, and gives what is reserved here its cells.
    IF EXISTS (SELECT FROM unnest(v_for.own, v_for.families) u (own, family_id) WHERE u.own AND u.family_id IS NULL) THEN
        LOCK TABLE benefits_turn IN ROW EXCLUSIVE MODE;
    END IF;
    PERFORM benefits_lock_subjects(ARRAY(
        SELECT DISTINCT k FROM unnest(v_for.families || v_for.people) k WHERE k IS NOT NULL), true);
    -- an entry, its owner and its members are what they are; only links move
    IF EXISTS (
        SELECT FROM unnest(p_entries, p_records, v_for.own, v_for.families, v_for.people)
            a (entry_id, record_id, own, family_id, person_id)
        LEFT JOIN registry_entry_link l ON l.entry_id = a.entry_id AND l.until_run IS NULL
        LEFT JOIN registry_link r ON v_rule.subject = 'person' AND r.record_id = a.record_id AND r.until_run IS NULL
        WHERE a.own AND (l.family_id IS DISTINCT FROM a.family_id OR r.person_id IS DISTINCT FROM a.person_id))
    THEN
        RAISE EXCEPTION 'links changed meanwhile' USING ERRCODE = '40001';
    END IF;
    SELECT array_agg(coalesce(k.person_id, k.family_id, 0) ORDER BY k.ord),
        array_agg(coalesce(k.answer, '') ORDER BY k.ord), array_agg(nextval('benefits_grant_no'))
        INTO v_subjects, v_answers, v_ids
    FROM unnest(v_for.families, v_for.people, p_answers) WITH ORDINALITY k (family_id, person_id, answer, ord)
    WHERE k.ord <= v_size;
    IF v_slots <> '{}' THEN
        SELECT array_agg(n.ord), array_agg(n.subject_id) INTO v_near_ords, v_near
        FROM benefits_near(v_for.families, v_for.people, v_rule.subject = 'person') n;
    END IF;
    v_expires := clock_timestamp() + v_rule.reservation_days * interval '1 day';

    -- Where nobody knows yet whose family it is, that is a question, and there is no cell before it is linked.
    FOR r IN
        SELECT a.ord, a.own, a.answer FROM unnest(v_for.own, v_subjects, v_answers) WITH ORDINALITY
            a (own, subject_id, answer, ord)
        WHERE NOT a.own OR a.subject_id = 0
    LOOP
        v_outcome[r.ord] := CASE WHEN NOT r.own THEN 'not_own' WHEN v_slots <> '{}' AND r.answer = '' THEN 'asked'
            ELSE 'reserved' END;
        v_answer[r.ord] := CASE WHEN v_slots <> '{}' AND r.answer <> '' THEN 'question' ELSE '' END;
    END LOOP;
    IF v_slots <> '{}' THEN
        FOR r IN
            SELECT u.* FROM (
                SELECT array_agg(a.ord) AS ords, array_agg(a.entry_id) AS entries,
                    array_agg(CASE WHEN v_rule.subject = 'person' THEN a.record_id END) AS records
                FROM unnest(p_entries, p_records, v_subjects, v_for.own) WITH ORDINALITY
                    a (entry_id, record_id, subject_id, own, ord)
                WHERE a.own AND a.subject_id = 0) k
            CROSS JOIN LATERAL benefits_unlinked_standing(p_organisation, p_need, p_month, v_rule.guard, k.ords, k.entries,
                k.records, v_slots, v_covers.first_month, v_covers.last_month) u
            WHERE k.ords IS NOT NULL
        LOOP
            v_slot[r.ord] := r.slot;
            v_cover[r.ord] := 'own';
            IF r.own_grant THEN
                v_outcome[r.ord] := 'exists';
                v_ids[r.ord] := r.holder;
            ELSIF r.refuses OR v_answers[r.ord] = '' THEN
                v_outcome[r.ord] := CASE WHEN r.refuses THEN 'refused' ELSE 'warned' END;
            END IF;
        END LOOP;
        FOR r IN
            SELECT d.ord, d.first_ord FROM (
                SELECT a.ord, min(a.ord) OVER (PARTITION BY a.entry_id,
                    CASE WHEN v_rule.subject = 'person' THEN a.record_id END) AS first_ord
                FROM unnest(p_entries, p_records, v_subjects, v_outcome) WITH ORDINALITY
                    a (entry_id, record_id, subject_id, outcome, ord)
                WHERE a.subject_id = 0 AND a.outcome = 'reserved') d
            WHERE d.ord > d.first_ord
        LOOP
            v_outcome[r.ord] := 'exists';
            v_ids[r.ord] := v_ids[r.first_ord];
        END LOOP;
    END IF;

    FOR pass IN 1 .. 20 LOOP
        SELECT array_agg(o.ord ORDER BY o.ord) INTO v_todo
        FROM unnest(v_outcome) WITH ORDINALITY o (outcome, ord) WHERE o.outcome = '';
        EXIT WHEN v_todo IS NULL OR v_slots = '{}';
        IF pass = 20 THEN
            RAISE EXCEPTION 'a reservation found no rest' USING ERRCODE = '40001';
        END IF;
        v_wanting := ARRAY(SELECT v_subjects[o] FROM unnest(v_todo) o);
        v_expired := false;
        FOR r IN
            SELECT h.*, a.answer
            FROM benefits_standing(p_organisation, p_need, p_month, v_rule.guard, v_todo, v_wanting, v_slots, v_scopes,
                v_covers.first_month, v_covers.last_month, false) h
            JOIN unnest(v_answers) WITH ORDINALITY a (answer, ord) ON a.ord = h.ord
        LOOP
            v_slot[r.ord] := r.slot;
            v_cover[r.ord] := r.covered_by;
            IF r.expired THEN
                v_expired := true;
            ELSIF r.own_grant THEN
                v_outcome[r.ord] := 'exists';
                v_ids[r.ord] := r.holder;
            ELSIF NOT r.refuses AND r.answer = 'give' THEN
                v_over[r.ord] := 'warning';
            ELSE
                v_outcome[r.ord] := CASE WHEN r.refuses THEN 'refused' ELSE 'warned' END;
                v_free[r.ord] := benefits_free_from(r.subject_id, r.slot, r.scope, r.month);
            END IF;
        END LOOP;
        IF v_expired THEN
            PERFORM benefits_sweep_cells(v_wanting, v_slots, v_covers.first_month, v_covers.last_month);
            v_over := array_fill(''::text, ARRAY[v_size]);
            CONTINUE;
        END IF;
        FOR r IN
            SELECT a.ord, e.exception_id
            FROM unnest(v_subjects, v_outcome) WITH ORDINALITY a (subject_id, outcome, ord)
            JOIN benefits_excepted(p_organisation, p_need, p_month, ARRAY(
                SELECT s.id FROM unnest(v_subjects, v_outcome) s (id, outcome) WHERE s.outcome = 'refused')) e
                ON e.subject_id = a.subject_id
            WHERE a.outcome = 'refused'
        LOOP
            v_outcome[r.ord] := '';
            v_over[r.ord] := 'exception';
            v_exception[r.ord] := r.exception_id;
        END LOOP;
        IF EXISTS (SELECT FROM benefits_stop s WHERE s.organisation_id = p_organisation AND s.ended_at IS NULL) THEN
            FOR r IN
                SELECT a.ord, k.slot, w.answer
                FROM unnest(v_subjects, v_outcome) WITH ORDINALITY a (subject_id, outcome, ord)
                JOIN benefits_stopped_among(p_organisation, p_need, p_month, ARRAY(
                    SELECT s.id FROM unnest(v_subjects, v_outcome) s (id, outcome) WHERE s.outcome = '')) k
                    ON k.subject_id = a.subject_id
                JOIN unnest(v_answers) WITH ORDINALITY w (answer, ord) ON w.ord = a.ord
                WHERE a.outcome = ''
            LOOP
                IF r.answer = '' THEN
                    v_slot[r.ord] := r.slot;
                    v_cover[r.ord] := 'stopped';
                    v_outcome[r.ord] := 'warned';
                ELSE
                    v_answer[r.ord] := 'warning';
                END IF;
            END LOOP;
        END IF;
        IF v_near IS NOT NULL THEN
            FOR r IN
                SELECT DISTINCT ON (o.ord) o.ord, n.subject_id, n.slot, n.covered_by, o.answer
                FROM benefits_standing(p_organisation, p_need, p_month, v_rule.guard,
                    ARRAY(SELECT generate_series(1, cardinality(v_near))::bigint), v_near, v_slots, v_scopes,
                    v_covers.first_month, v_covers.last_month, true) n
                JOIN unnest(v_near_ords) WITH ORDINALITY k (ord, place) ON k.place = n.ord
                JOIN unnest(v_outcome, v_answers) WITH ORDINALITY o (outcome, answer, ord)
                    ON o.ord = k.ord AND o.outcome = ''
                ORDER BY o.ord, n.subject_id
            LOOP
                v_slot[r.ord] := r.slot;
                v_cover[r.ord] := r.covered_by;
                v_asked[r.ord] := r.subject_id;
                IF r.answer = '' THEN
                    v_outcome[r.ord] := 'asked';
                END IF;
                v_answer[r.ord] := CASE WHEN r.answer = 'other_family' THEN 'other_family' ELSE 'question' END;
            END LOOP;
        END IF;
        SELECT array_agg(o.ord ORDER BY o.ord) INTO v_todo
        FROM unnest(v_outcome) WITH ORDINALITY o (outcome, ord) WHERE o.outcome = '';
        EXIT WHEN v_todo IS NULL;
        v_wanting := benefits_take_seats(p_organisation, p_need, p_month,
            ARRAY(SELECT v_ids[o] FROM unnest(v_todo) o), ARRAY(SELECT v_subjects[o] FROM unnest(v_todo) o),
            ARRAY(SELECT w.over FROM unnest(v_over, v_outcome) WITH ORDINALITY w (over, outcome, ord)
                WHERE w.outcome = '' ORDER BY w.ord),
            v_slots, v_scopes, v_covers.first_month, v_covers.last_month, v_expires);
        EXIT WHEN v_wanting = '{}';
        -- Those who lost a race are judged again; the others are seated.
        SELECT array_agg(CASE WHEN o.outcome <> '' OR t.lost THEN o.outcome ELSE 'reserved' END ORDER BY o.ord),
            array_agg(CASE WHEN t.lost THEN '' ELSE o.over END ORDER BY o.ord)
            INTO v_outcome, v_over
        FROM unnest(v_outcome, v_over) WITH ORDINALITY o (outcome, over, ord)
        LEFT JOIN (
            SELECT k.ord, k.place = ANY(v_wanting) AS lost FROM unnest(v_todo) WITH ORDINALITY k (ord, place)
        ) t ON t.ord = o.ord;
    END LOOP;
    SELECT array_agg(coalesce(nullif(o.outcome, ''), 'reserved') ORDER BY o.ord),
        array_agg(coalesce(nullif(o.over, ''), o.answer) ORDER BY o.ord) INTO v_outcome, v_answer
    FROM unnest(v_outcome, v_answer, v_over) WITH ORDINALITY o (outcome, answer, over, ord);

    WITH made AS (
        INSERT INTO benefits_grant (id, year, organisation_id, need, need_version, month, first_month, last_month,
            entry_id, record_id, to_person, quantity, unit, value_piastres, tranches, state, source, answer, reason,
            exception_id, bulk_id, planned_list_id, planned_row, created_by, created_at, expires_at)
        SELECT a.id, extract(year FROM clock_timestamp()), p_organisation, p_need, v_rule.version, p_month,
            v_covers.first_month, v_covers.last_month, a.entry_id, a.record_id,
            a.said IS NOT NULL AND v_rule.subject = 'person', a.quantity, v_rule.unit, a.value, v_rule.tranches,
            'reserved', p_source, a.answer,
            CASE a.answer WHEN '' THEN '' WHEN 'exception' THEN coalesce(nullif(p_reason, ''), 'exception')
                ELSE coalesce(p_reason, '') END,
            a.exception_id, (p_origin ->> 'bulk_id')::bigint, (p_origin ->> 'list_id')::bigint, a.list_row, v_by,
            p_at, v_expires
        FROM unnest(v_ids, p_entries, v_for.records, p_records, p_quantities, p_values, v_answer, v_outcome, v_exception,
            ARRAY(SELECT l::integer FROM jsonb_array_elements_text(p_origin -> 'list_rows') l))
            a (id, entry_id, record_id, said, quantity, value, answer, outcome, exception_id, list_row)
        WHERE a.outcome = 'reserved'
        RETURNING id, year, entry_id, record_id, to_person, quantity, value_piastres
    )
    INSERT INTO benefits_claim (year, list_id, row, organisation_id, kind, need, need_version, entry_id,
        given_to_record, to_person, month, first_month, last_month, quantity, value_piastres, active)
    SELECT m.year, m.id, 1, p_organisation, 'granted', p_need, v_rule.version, m.entry_id, m.record_id, m.to_person,
        p_month, v_covers.first_month, v_covers.last_month, m.quantity, m.value_piastres, true
    FROM made m;
    SELECT array_agg(DISTINCT a.family_id) INTO v_wanting
    FROM unnest(v_for.families, v_answer, v_outcome) a (family_id, answer, outcome)
    WHERE a.outcome = 'reserved' AND a.answer <> '' AND a.family_id IS NOT NULL;
    IF v_wanting IS NOT NULL THEN
        PERFORM benefits_settle_families(v_wanting);
    END IF;
    RETURN QUERY
    SELECT a.ord::integer, CASE WHEN a.outcome IN ('reserved', 'exists') THEN a.id END, a.outcome,
        CASE WHEN a.outcome <> 'reserved' OR a.answer <> '' THEN a.slot END,
        CASE WHEN a.outcome <> 'reserved' OR a.answer <> '' THEN a.cover END,
        CASE WHEN a.outcome <> 'reserved' THEN a.free END, CASE WHEN a.outcome = 'asked' OR a.answer <> '' THEN a.asked END
    FROM unnest(v_ids, v_outcome, v_answer, v_slot, v_cover, v_free, v_asked) WITH ORDINALITY
        a (id, outcome, answer, slot, cover, free, asked, ord);
END $$;
"""
