"""SQL of 0011: the monthly sample that is shown blind, and what each published run changed."""

# One sample a month, made once. `seed`, `largest_record` and `run_id` say how to draw it again.
SAMPLE = """
CREATE TABLE linkage_audit_sample (
    month date PRIMARY KEY CHECK (extract(day FROM month) = 1),
    seed bigint NOT NULL CHECK (seed >= 0),
    run_id bigint NOT NULL REFERENCES linkage_run (id),
    largest_record bigint NOT NULL,
    drawn_by text NOT NULL,
    drawn_at timestamptz NOT NULL
);

-- How many pairs there are in each part, counted or estimated from the records that were looked at, and how many drawn.
CREATE TABLE linkage_audit_stratum (
    month date NOT NULL REFERENCES linkage_audit_sample (month),
    stratum text NOT NULL CHECK (stratum IN ('certain', 'likely', 'possible', 'cut', 'near', 'far')),
    frame_size bigint NOT NULL CHECK (frame_size >= 0),
    drawn integer NOT NULL CHECK (drawn >= 0),
    PRIMARY KEY (month, stratum)
);

-- `place` is drawn too: it tells nothing of what the machine said.
CREATE TABLE linkage_audit_pair (
    month date NOT NULL,
    place integer NOT NULL CHECK (place > 0),
    stratum text NOT NULL,
    a_id bigint NOT NULL,
    b_id bigint NOT NULL,
    -- by how many different people it is to be judged
    wants smallint NOT NULL DEFAULT 1 CHECK (wants IN (1, 2)),
    PRIMARY KEY (month, place),
    CONSTRAINT linkage_audit_pair_once UNIQUE (month, a_id, b_id),
    CONSTRAINT linkage_audit_pair_ordered CHECK (a_id < b_id),
    CONSTRAINT linkage_audit_pair_stratum FOREIGN KEY (month, stratum)
        REFERENCES linkage_audit_stratum (month, stratum)
);
CREATE INDEX linkage_audit_pair_of ON linkage_audit_pair (a_id, b_id);

-- What somebody said of a pair, before anything was shown of what the machine said. Undoing keeps the row.
CREATE TABLE linkage_audit_answer (
    month date NOT NULL,
    place integer NOT NULL,
    -- the first counts, the second measures whether two people agree
    number smallint NOT NULL CHECK (number IN (1, 2)),
    decision text NOT NULL CHECK (decision IN ('same', 'different', 'unsure')),
    reason text NOT NULL DEFAULT '',
    is_verdict boolean NOT NULL,
    answered_by_id bigint NOT NULL,
    answered_by text NOT NULL,
    answered_at timestamptz NOT NULL,
    undone_at timestamptz,
    CONSTRAINT linkage_audit_answer_pair FOREIGN KEY (month, place) REFERENCES linkage_audit_pair (month, place)
);
CREATE UNIQUE INDEX linkage_audit_answer_number ON linkage_audit_answer (month, place, number) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX linkage_audit_answer_once ON linkage_audit_answer (month, place, answered_by_id)
    WHERE undone_at IS NULL;
CREATE INDEX linkage_audit_answer_by ON linkage_audit_answer (answered_by, answered_at) WHERE undone_at IS NULL;
"""
SAMPLE_TABLES = (
    "linkage_audit_sample",
    "linkage_audit_stratum",
    "linkage_audit_pair",
    "linkage_audit_answer",
)

# What the application reads of it: never the stratum of a pair that is still asked.
ASKING = """
-- Pairs of the newest month that this reader has not judged and that want another judgement.
CREATE FUNCTION linkage_audit_open() RETURNS TABLE (month date, place integer, a_id bigint, b_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT p.month, p.place, p.a_id, p.b_id FROM linkage_audit_pair p
    WHERE p.month = (SELECT max(s.month) FROM linkage_audit_sample s)
        AND p.wants > (SELECT count(*) FROM linkage_audit_answer t
            WHERE t.month = p.month AND t.place = p.place AND t.undone_at IS NULL)
        AND NOT EXISTS (SELECT FROM linkage_audit_answer t
            WHERE t.month = p.month AND t.place = p.place AND t.answered_by_id = wasl_user() AND t.undone_at IS NULL)
$$;

CREATE FUNCTION linkage_audit_waiting(p_after integer, p_limit integer) RETURNS TABLE (
    place integer, a_id bigint, b_id bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.place, o.a_id, o.b_id FROM linkage_audit_open() o
    WHERE wasl_is_desk() AND o.place > p_after ORDER BY o.place LIMIT p_limit
$$;

CREATE FUNCTION linkage_audit_is_open(a bigint, b bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT wasl_is_desk() AND EXISTS (SELECT FROM linkage_audit_open() o WHERE o.a_id = a AND o.b_id = b)
$$;

-- Whether the answer is kept: not where somebody else was first and one was wanted.
CREATE FUNCTION linkage_audit_keep(
    a bigint, b bigint, p_decision text, p_reason text, p_is_verdict boolean, p_by text, p_at timestamptz
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT wasl_is_desk() THEN
        RAISE EXCEPTION 'the sample is the desk''s to judge' USING ERRCODE = '42501';
    END IF;
    INSERT INTO linkage_audit_answer (month, place, number, decision, reason, is_verdict, answered_by_id, answered_by,
        answered_at)
    SELECT o.month, o.place, CASE WHEN EXISTS (SELECT FROM linkage_audit_answer t WHERE t.month = o.month
        AND t.place = o.place AND t.number = 1 AND t.undone_at IS NULL) THEN 2 ELSE 1 END,
        p_decision, p_reason, p_is_verdict, wasl_user(), p_by, p_at
    FROM linkage_audit_open() o WHERE o.a_id = a AND o.b_id = b
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;

-- Takes one's own answer back; whether it had become a verdict. NULL: there is none.
CREATE FUNCTION linkage_audit_undo(a bigint, b bigint, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_was_verdict boolean;
BEGIN
    IF wasl_is_desk() THEN
        UPDATE linkage_audit_answer t SET undone_at = p_at FROM linkage_audit_pair p
        WHERE p.month = (SELECT max(s.month) FROM linkage_audit_sample s) AND p.a_id = a AND p.b_id = b
            AND t.month = p.month AND t.place = p.place AND t.answered_by_id = wasl_user() AND t.undone_at IS NULL
        RETURNING t.is_verdict INTO v_was_verdict;
    END IF;
    RETURN v_was_verdict;
END $$;

-- The part a pair was drawn from, once this reader may know it: to decide whether an answer changes anything.
CREATE FUNCTION linkage_audit_drawn_from(a bigint, b bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.stratum FROM linkage_audit_pair p
    WHERE wasl_is_desk() AND p.month = (SELECT max(s.month) FROM linkage_audit_sample s) AND p.a_id = a AND p.b_id = b
$$;

-- By month and part: what was drawn and what was said of it, the newest month first.
CREATE FUNCTION linkage_audit_tallies(p_before date, p_months integer) RETURNS TABLE (
    month date, seed bigint, run_id bigint, drawn_by text, drawn_at timestamptz, stratum text, frame_size bigint,
    drawn integer, same bigint, different bigint, unsure bigint, twice bigint, agreed bigint, verdicts bigint,
    last_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH shown AS (
        SELECT s.* FROM linkage_audit_sample s WHERE wasl_is_desk() AND (p_before IS NULL OR s.month < p_before)
        ORDER BY s.month DESC LIMIT least(p_months, 240)
    ), counted AS (
        SELECT p.month, p.stratum,
            count(*) FILTER (WHERE first.decision = 'same') AS same,
            count(*) FILTER (WHERE first.decision = 'different') AS different,
            count(*) FILTER (WHERE first.decision = 'unsure') AS unsure,
            count(*) FILTER (WHERE second.decision IS NOT NULL) AS twice,
            count(*) FILTER (WHERE second.decision = first.decision) AS agreed,
            count(*) FILTER (WHERE first.is_verdict OR second.is_verdict) AS verdicts,
            max(greatest(first.answered_at, second.answered_at)) AS last_at
        FROM shown JOIN linkage_audit_pair p ON p.month = shown.month
        JOIN LATERAL (SELECT t.* FROM linkage_audit_answer t WHERE t.month = p.month AND t.place = p.place
            AND t.undone_at IS NULL ORDER BY t.number LIMIT 1) first ON true
        LEFT JOIN LATERAL (SELECT t.* FROM linkage_audit_answer t WHERE t.month = p.month AND t.place = p.place
            AND t.undone_at IS NULL AND t.number > first.number LIMIT 1) second ON true
        GROUP BY p.month, p.stratum
    )
    SELECT s.month, s.seed, s.run_id, s.drawn_by, s.drawn_at, k.stratum, k.frame_size, k.drawn, coalesce(c.same, 0),
        coalesce(c.different, 0), coalesce(c.unsure, 0), coalesce(c.twice, 0), coalesce(c.agreed, 0),
        coalesce(c.verdicts, 0), c.last_at
    FROM shown s JOIN linkage_audit_stratum k ON k.month = s.month
    LEFT JOIN counted c ON c.month = s.month AND c.stratum = k.stratum
    ORDER BY s.month DESC, array_position(ARRAY['certain', 'likely', 'possible', 'cut', 'near', 'far'], k.stratum)
$$;
"""
ASKING_OFFERED = [
    "linkage_audit_waiting(integer, integer)",
    "linkage_audit_is_open(bigint, bigint)",
    "linkage_audit_keep(bigint, bigint, text, text, boolean, text, timestamptz)",
    "linkage_audit_undo(bigint, bigint, timestamptz)",
    "linkage_audit_drawn_from(bigint, bigint)",
    "linkage_audit_tallies(date, integer)",
]

# The queue leaves out what is asked blind: it would show weight and source. What one has decided today counts what was
# said of the sample as well, so that an undo takes back what was really the last.
QUEUE = """
CREATE OR REPLACE FUNCTION linkage_review_rows(
    p_source text, p_governorate text, p_slot text, p_after integer, p_limit integer
) RETURNS SETOF linkage_review LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF wasl_is_desk() THEN
        RETURN QUERY SELECT r.* FROM linkage_review r
        WHERE r.place > p_after AND (p_source IS NULL OR r.source = p_source)
            AND (p_governorate IS NULL OR r.governorate = p_governorate)
            AND (p_slot IS NULL OR r.slots @> ARRAY[p_slot])
            AND NOT EXISTS (
                SELECT FROM linkage_verdict v WHERE v.kind = r.kind AND v.a_id = r.a_id AND v.b_id = r.b_id
                AND v.undone_at IS NULL)
            AND NOT (r.kind = 'person' AND (r.a_id, r.b_id) IN (SELECT o.a_id, o.b_id FROM linkage_audit_open() o))
        ORDER BY r.place LIMIT p_limit;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION linkage_decided(p_who text, p_since timestamptz, p_kind text, a bigint, b bigint)
RETURNS TABLE (
    decided bigint, waiting bigint, what text, id bigint, kind text, a_id bigint, b_id bigint, verdict text,
    reason text, decided_by text, decided_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH mine AS (
        SELECT v.id, v.kind, v.a_id, v.b_id, v.verdict, v.reason, v.decided_by, v.decided_at FROM linkage_verdict v
        WHERE v.decided_by = p_who AND v.decided_at >= p_since AND v.undone_at IS NULL
        UNION ALL
        SELECT 0, 'person', p.a_id, p.b_id, t.decision, t.reason, t.answered_by, t.answered_at
        FROM linkage_audit_answer t JOIN linkage_audit_pair p ON p.month = t.month AND p.place = t.place
        WHERE t.answered_by = p_who AND t.answered_at >= p_since AND t.undone_at IS NULL AND NOT t.is_verdict
    ), counted AS (
        SELECT (SELECT count(*) FROM mine) AS decided, (
            SELECT count(*) FROM linkage_verdict v
            WHERE v.undone_at IS NULL AND v.consulted_run IS NULL AND v.verdict <> 'unsure') AS waiting
    ), shown AS (
        SELECT 'last' AS what, last.* FROM (SELECT * FROM mine m ORDER BY m.decided_at DESC, m.id DESC LIMIT 1) last
        UNION ALL
        (SELECT 'here', here.* FROM (
            SELECT v.id, v.kind, v.a_id, v.b_id, v.verdict, v.reason, v.decided_by, v.decided_at FROM linkage_verdict v
            WHERE v.kind = p_kind AND v.a_id = a AND v.b_id = b AND v.undone_at IS NULL
            UNION ALL
            SELECT m.* FROM mine m WHERE m.id = 0 AND p_kind = 'person' AND m.a_id = a AND m.b_id = b
        ) here ORDER BY here.id DESC LIMIT 1)
    )
    SELECT c.decided, c.waiting, s.what, s.id, s.kind, s.a_id, s.b_id, s.verdict, s.reason, s.decided_by, s.decided_at
    FROM counted c LEFT JOIN shown s ON true WHERE wasl_is_desk()
$$;
"""

# Counts are kept for ever; the rows they were counted from for DRIFT_DAYS of `linkage.drift`.
DRIFT = """
CREATE TABLE linkage_drift (
    run_id bigint NOT NULL REFERENCES linkage_run (id),
    kind text NOT NULL CHECK (kind IN ('person', 'family')),
    -- arrived: linked for the first time, with somebody known or not; joined, separated: another subject;
    -- grouped, ungrouped: the best estimate alone; confirmed, loosened: certain instead of likely, and back
    change text NOT NULL CHECK (change IN ('arrived', 'known', 'joined', 'separated', 'grouped', 'ungrouped',
        'confirmed', 'loosened')),
    grade text NOT NULL CHECK (grade IN ('certain', 'likely')),
    organisation_id bigint NOT NULL,
    reason text NOT NULL CHECK (reason IN ('new_list', 'withdrawn', 'restored', 'verdict', 'nid', 'model', 'stronger',
        'weaker', 'family', 'contradiction', 'others')),
    items bigint NOT NULL CHECK (items > 0),
    PRIMARY KEY (run_id, kind, change, grade, organisation_id, reason)
);

CREATE TABLE linkage_drift_item (
    run_id bigint NOT NULL,
    kind text NOT NULL,
    item_id bigint NOT NULL,
    from_subject bigint NOT NULL,
    to_subject bigint NOT NULL,
    change text NOT NULL,
    grade text NOT NULL,
    organisation_id bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (run_id, kind, item_id),
    CONSTRAINT linkage_drift_item_run FOREIGN KEY (run_id) REFERENCES linkage_run (id)
);
"""
DRIFT_TABLES = ("linkage_drift", "linkage_drift_item")

DRIFT_READS = """
-- Every published run from after one to another, and what each part of it changed.
CREATE FUNCTION linkage_drift_between(p_from bigint, p_to bigint) RETURNS TABLE (
    kind text, change text, grade text, organisation_id bigint, reason text, items bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.kind, d.change, d.grade, d.organisation_id, d.reason, sum(d.items)::bigint FROM linkage_drift d
    WHERE wasl_is_desk() AND d.run_id > p_from AND d.run_id <= p_to
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 6 DESC, 4, 5
$$;

-- A few of each kind, change and reason, with the codes of what they left and what they came to.
CREATE FUNCTION linkage_drift_examples(p_from bigint, p_to bigint, p_each integer) RETURNS TABLE (
    run_id bigint, kind text, change text, reason text, organisation_id bigint, from_code text, to_code text,
    items bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH moved AS (
        SELECT i.run_id, i.kind, i.change, i.reason, min(i.organisation_id) AS organisation_id, i.from_subject,
            i.to_subject, count(*) AS items
        FROM linkage_drift_item i WHERE wasl_is_desk() AND i.run_id > p_from AND i.run_id <= p_to
        GROUP BY i.run_id, i.kind, i.change, i.reason, i.from_subject, i.to_subject
    ), few AS (
        SELECT m.*, row_number() OVER (PARTITION BY m.kind, m.change, m.reason
            ORDER BY m.run_id DESC, m.from_subject, m.to_subject) AS number FROM moved m
    )
    SELECT f.run_id, f.kind, f.change, f.reason, f.organisation_id, x.code, y.code, f.items
    FROM few f JOIN registry_subject x ON x.id = f.from_subject JOIN registry_subject y ON y.id = f.to_subject
    WHERE f.number <= least(p_each, 20) ORDER BY f.kind, f.change, f.reason, f.number
$$;

-- The published runs before one, newest first, and itself; which of them kept what they changed.
CREATE FUNCTION linkage_drift_runs(p_limit integer) RETURNS TABLE (run_id bigint, finished_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.finished_at FROM linkage_run r
    WHERE wasl_is_desk() AND r.state = 'done' ORDER BY r.id DESC LIMIT least(p_limit, 200)
$$;
"""
DRIFT_OFFERED = [
    "linkage_drift_between(bigint, bigint)",
    "linkage_drift_examples(bigint, bigint, integer)",
    "linkage_drift_runs(integer)",
]
