"""SQL of 0010: exceptions (B4), asked for by one organisation and approved by another."""

TABLES = """
ALTER TABLE organisations_user ADD CONSTRAINT user_id_organisation UNIQUE (id, organisation_id);

CREATE TABLE benefits_exception_move (
    from_state text NOT NULL,
    to_state text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO benefits_exception_move (from_state, to_state, name) VALUES
    ('', 'asked', 'ask'),
    ('asked', 'approved', 'approve'),
    ('asked', 'refused', 'refuse'),
    ('asked', 'withdrawn', 'withdraw'),
    ('approved', 'ended', 'end');

-- One organisation may give a family a slot that is covered, because …: asked for by one of its own, approved by
-- somebody of another, and only until a day (B4). The family is that of its entry, now.
CREATE TABLE benefits_exception (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    -- the organisation's own count, so that a code tells nothing of others
    own_no integer NOT NULL CHECK (own_no > 0),
    code text NOT NULL GENERATED ALWAYS AS (
        (((organisation_id * 1000000 + own_no) * 100 + 98
        - (organisation_id * 1000000 + own_no) * 100 % 97))::text) STORED,
    entry_id bigint NOT NULL REFERENCES registry_entry (id),
    need text NOT NULL REFERENCES benefits_need (code),
    slot text NOT NULL REFERENCES benefits_slot (code),
    first_month date NOT NULL CHECK (extract(day FROM first_month) = 1),
    last_month date NOT NULL CHECK (extract(day FROM last_month) = 1),
    reason text NOT NULL CHECK (btrim(reason) <> ''),
    expires_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'withdrawn', 'ended')),
    requester_id bigint NOT NULL,
    requester_organisation_id bigint NOT NULL,
    requested_at timestamptz NOT NULL,
    approver_id bigint,
    approver_organisation_id bigint,
    answered_at timestamptz,
    answer_reason text NOT NULL DEFAULT '',
    ended_by text,
    ended_at timestamptz,
    CONSTRAINT benefits_exception_code UNIQUE (organisation_id, own_no),
    CONSTRAINT benefits_exception_months CHECK (
        first_month <= last_month AND last_month < first_month + interval '12 months' AND expires_on >= first_month),
    CONSTRAINT benefits_exception_requester FOREIGN KEY (requester_id, requester_organisation_id)
        REFERENCES organisations_user (id, organisation_id) MATCH FULL,
    CONSTRAINT benefits_exception_approver FOREIGN KEY (approver_id, approver_organisation_id)
        REFERENCES organisations_user (id, organisation_id) MATCH FULL,
    CONSTRAINT benefits_exception_asked_by_its_own CHECK (requester_organisation_id = organisation_id),
    CONSTRAINT benefits_exception_approved_by_another CHECK (approver_organisation_id <> requester_organisation_id),
    CONSTRAINT benefits_exception_answered CHECK (
        num_nonnulls(approver_id, approver_organisation_id, answered_at)
        = CASE WHEN state IN ('approved', 'refused', 'ended') THEN 3 ELSE 0 END),
    CONSTRAINT benefits_exception_refused_why CHECK (state <> 'refused' OR btrim(answer_reason) <> ''),
    CONSTRAINT benefits_exception_ended CHECK (
        num_nonnulls(ended_by, ended_at) = CASE WHEN state IN ('ended', 'withdrawn') THEN 2 ELSE 0 END)
);
CREATE UNIQUE INDEX benefits_exception_once ON benefits_exception (entry_id, slot, first_month, last_month)
    WHERE state = 'asked';
CREATE INDEX benefits_exception_entry ON benefits_exception (entry_id, slot) WHERE state = 'approved';
CREATE INDEX benefits_exception_page ON benefits_exception (requested_at, code);
CREATE TRIGGER benefits_exception_begins BEFORE INSERT ON benefits_exception
    FOR EACH ROW EXECUTE FUNCTION benefits_state_moves('benefits_exception_move');
CREATE TRIGGER benefits_exception_moves BEFORE UPDATE ON benefits_exception
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION benefits_state_moves('benefits_exception_move');

-- What was asked for and approved stays as it was asked for.
CREATE FUNCTION benefits_exception_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF ROW(NEW.organisation_id, NEW.own_no, NEW.entry_id, NEW.need, NEW.slot, NEW.first_month, NEW.last_month, NEW.reason,
            NEW.expires_on, NEW.requester_id, NEW.requester_organisation_id, NEW.requested_at)
        IS DISTINCT FROM ROW(OLD.organisation_id, OLD.own_no, OLD.entry_id, OLD.need, OLD.slot, OLD.first_month,
            OLD.last_month, OLD.reason, OLD.expires_on, OLD.requester_id, OLD.requester_organisation_id, OLD.requested_at)
        OR (OLD.approver_id IS NOT NULL AND ROW(NEW.approver_id, NEW.approver_organisation_id, NEW.answered_at)
            IS DISTINCT FROM ROW(OLD.approver_id, OLD.approver_organisation_id, OLD.answered_at))
    THEN
        RAISE EXCEPTION 'an exception stays as it was asked for'
            USING ERRCODE = '23514', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_exception_stays BEFORE UPDATE ON benefits_exception
    FOR EACH ROW EXECUTE FUNCTION benefits_exception_stays();
"""

# Whoever covers the family in the slot and months that are asked for may answer; the desk may. Both learn what an
# overlap would tell them.
RULES = """
CREATE FUNCTION benefits_exception_may_answer(p_id bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM benefits_exception e JOIN benefits_slot sl ON sl.code = e.slot
        WHERE e.id = p_id AND e.state = 'asked' AND e.organisation_id <> wasl_organisation() AND (
            wasl_is_desk() OR (NOT sl.sensitive AND wasl_is_signed_in() AND EXISTS (
                SELECT FROM registry_entry_link l
                CROSS JOIN LATERAL (
                    SELECT l.family_id AS subject_id
                    UNION SELECT m.person_id FROM registry_membership m
                        WHERE m.family_id = l.family_id AND m.until_run IS NULL) s
                JOIN benefits_cell c ON c.subject_id = s.subject_id AND c.slot = e.slot
                    AND c.month BETWEEN e.first_month AND e.last_month
                WHERE l.entry_id = e.entry_id AND l.until_run IS NULL AND c.organisation_id = wasl_organisation()
                    AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp())))))
$$;

-- For doors: the exception that lets an organisation give covered cells of a slot, where it holds none of them itself
-- already. What was agreed is one need and the months in which it may be given; NULL asks for whichever need.
CREATE FUNCTION benefits_exception_of(
    p_organisation bigint, p_family bigint, p_subject bigint, p_slot text, p_need text, p_month date, p_first date,
    p_last date
) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT min(e.id) FROM registry_entry_link l
    JOIN benefits_exception e ON e.entry_id = l.entry_id AND e.state = 'approved'
    WHERE l.family_id = p_family AND l.until_run IS NULL AND e.organisation_id = p_organisation AND e.slot = p_slot
        AND (p_need IS NULL OR e.need = p_need) AND p_month BETWEEN e.first_month AND e.last_month
        AND e.expires_on >= (clock_timestamp() AT TIME ZONE 'Africa/Cairo')::date
        AND NOT EXISTS (
            SELECT FROM benefits_cell c WHERE c.subject_id = p_subject AND c.slot = p_slot
                AND c.month BETWEEN p_first AND p_last AND c.organisation_id = p_organisation
                AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp()))
$$;
CREATE FUNCTION benefits_exception_for(p_organisation bigint, p_entry bigint, p_slot text, p_month date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT benefits_exception_of(p_organisation, l.family_id, l.family_id, p_slot, NULL, p_month, p_month, p_month)
    FROM registry_entry_link l WHERE l.entry_id = p_entry AND l.until_run IS NULL
$$;
-- Every slot in which a need is refused, in whichever of its months, must be excepted; the exception of the first of
-- them is named.
CREATE OR REPLACE FUNCTION benefits_excepted(p_organisation bigint, p_need text, p_month date, p_subjects bigint[])
RETURNS TABLE (subject_id bigint, exception_id bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT x.id, min(x.exception_id) FROM (
        SELECT s.id, benefits_exception_of(p_organisation, coalesce(m.family_id, s.id), s.id, ns.slot, p_need, p_month,
                k.first_month, k.last_month) AS exception_id,
            EXISTS (
                SELECT FROM benefits_cell c JOIN benefits_need n ON n.code = c.need AND n.guard = 'refuse'
                WHERE c.subject_id = s.id AND c.slot = ns.slot AND c.month BETWEEN k.first_month AND k.last_month
                    AND c.scope = CASE WHEN sl.sensitive THEN p_organisation ELSE 0 END
                    AND (c.expires_at IS NULL OR c.expires_at > clock_timestamp())) AS is_refused
        FROM unnest(p_subjects) s (id)
        CROSS JOIN benefits_covered_months(p_need, p_month) k
        LEFT JOIN registry_membership m ON m.person_id = s.id AND m.until_run IS NULL
        JOIN benefits_need_slot ns ON ns.need = p_need JOIN benefits_slot sl ON sl.code = ns.slot
    ) x
    GROUP BY x.id HAVING count(x.exception_id) > 0 AND bool_and(x.exception_id IS NOT NULL OR NOT x.is_refused)
$$;
CREATE FUNCTION benefits_exception_reason(p_id bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT reason FROM benefits_exception WHERE id = p_id $$;
"""

# Returns the code; '' where the very same is asked already; NULL where it is not the caller's to ask.
DOORS = """
CREATE FUNCTION benefits_ask_exception(p jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_own bigint := wasl_organisation();
    v_code text;
BEGIN
    IF wasl_role() <> 'officer' OR wasl_said_by() IS NULL OR NOT EXISTS (
        SELECT FROM registry_entry e WHERE e.id = (p ->> 'entry')::bigint AND e.organisation_id = v_own)
    THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('wasl exceptions'), v_own::integer);
    INSERT INTO benefits_exception (organisation_id, own_no, entry_id, need, slot, first_month, last_month, reason,
        expires_on, state, requester_id, requester_organisation_id, requested_at)
    SELECT v_own, coalesce(max(x.own_no), 0) + 1, (p ->> 'entry')::bigint, p ->> 'need', p ->> 'slot',
        (p ->> 'first_month')::date, (p ->> 'last_month')::date, p ->> 'reason', (p ->> 'expires_on')::date, 'asked',
        wasl_user(), v_own, (p ->> 'at')::timestamptz
    FROM benefits_exception x WHERE x.organisation_id = v_own
    ON CONFLICT (entry_id, slot, first_month, last_month) WHERE state = 'asked' DO NOTHING
    RETURNING code INTO v_code;
    RETURN coalesce(v_code, '');
END $$;

-- `approved`, `refused`, `withdrawn` (by its own organisation) or `ended` (by either); `late` where the state no longer
-- allows it; NULL where it is not the caller's to say.
CREATE FUNCTION benefits_move_exception(p_code text, p_state text, p_reason text, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found benefits_exception;
    v_own bigint := wasl_organisation();
BEGIN
    IF wasl_role() NOT IN ('officer', 'desk') OR wasl_said_by() IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO found FROM benefits_exception WHERE organisation_id = left(p_code, -8)::bigint
        AND own_no = substr(p_code, length(p_code) - 7, 6)::integer AND code = p_code FOR UPDATE;
    IF found.id IS NULL OR (CASE p_state
        WHEN 'withdrawn' THEN found.organisation_id = v_own
        WHEN 'ended' THEN wasl_is_desk() OR v_own IN (found.organisation_id, found.approver_organisation_id)
        ELSE found.organisation_id <> v_own AND (
            found.state <> 'asked' AND (wasl_is_desk() OR found.approver_organisation_id = v_own)
            OR benefits_exception_may_answer(found.id)) END) IS NOT TRUE
    THEN
        RETURN NULL;
    END IF;
    IF found.state <> (CASE p_state WHEN 'ended' THEN 'approved' ELSE 'asked' END) THEN
        RETURN 'late';
    END IF;
    UPDATE benefits_exception SET state = p_state,
        approver_id = CASE WHEN p_state IN ('approved', 'refused') THEN wasl_user() ELSE approver_id END,
        approver_organisation_id = CASE WHEN p_state IN ('approved', 'refused') THEN v_own
            ELSE approver_organisation_id END,
        answered_at = CASE WHEN p_state IN ('approved', 'refused') THEN p_at ELSE answered_at END,
        answer_reason = CASE WHEN p_state IN ('approved', 'refused') THEN coalesce(btrim(p_reason), '')
            ELSE answer_reason END,
        ended_by = CASE WHEN p_state IN ('withdrawn', 'ended') THEN wasl_said_by() END,
        ended_at = CASE WHEN p_state IN ('withdrawn', 'ended') THEN p_at END
    WHERE id = found.id;
    RETURN p_state;
END $$;

-- The viewer's own, and those it may answer or has answered; for the desk all. Of another's, what an overlap tells.
CREATE FUNCTION benefits_exceptions(p jsonb) RETURNS TABLE (
    code text, organisation_id bigint, family_id bigint, need text, slot text, first_month date,
    last_month date, reason text, expires_on date, state text, requested_by text, requested_at timestamptz,
    approver_organisation_id bigint, approved_by text, answered_at timestamptz, answer_reason text,
    is_own boolean, may_answer boolean, is_over boolean
) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.code, e.organisation_id, l.family_id, e.need, e.slot, e.first_month, e.last_month, e.reason,
        e.expires_on, e.state, CASE WHEN mine.is_own OR wasl_is_desk() THEN r.username END, e.requested_at,
        e.approver_organisation_id,
        CASE WHEN e.approver_organisation_id = wasl_organisation() OR wasl_is_desk() THEN a.username END,
        e.answered_at, e.answer_reason, mine.is_own, mine.may_answer,
        e.expires_on < (clock_timestamp() AT TIME ZONE 'Africa/Cairo')::date
    FROM benefits_exception e
    CROSS JOIN LATERAL (SELECT e.organisation_id = wasl_organisation() AS is_own,
        e.state = 'asked' AND benefits_exception_may_answer(e.id) AS may_answer) mine
    JOIN organisations_user r ON r.id = e.requester_id
    LEFT JOIN organisations_user a ON a.id = e.approver_id
    LEFT JOIN registry_entry_link l ON l.entry_id = e.entry_id AND l.until_run IS NULL
    WHERE wasl_is_signed_in()
        AND (mine.is_own OR mine.may_answer OR wasl_is_desk() OR e.approver_organisation_id = wasl_organisation())
        AND (NOT p ? 'code' OR e.code = p ->> 'code') AND (NOT p ? 'state' OR e.state = p ->> 'state')
        AND (NOT p ? 'answerable' OR mine.may_answer)
        AND (NOT p ? 'after' OR (e.requested_at, e.code) < (
            SELECT x.requested_at, x.code FROM benefits_exception x WHERE x.code = p ->> 'after'))
    ORDER BY e.requested_at DESC, e.code DESC LIMIT least((p ->> 'limit')::integer, 1001)
$$;
"""

SQL = (TABLES, RULES, DOORS)
OFFERED = [
    "benefits_ask_exception(jsonb)",
    "benefits_move_exception(text, text, text, timestamptz)",
    "benefits_exceptions(jsonb)",
]
INNER = [
    "benefits_rule_months(date, text, smallint)",
    "benefits_covered_months(text, date)",
    "benefits_exception_of(bigint, bigint, bigint, text, text, date, date, date)",
    "benefits_excepted(bigint, text, date, bigint[])",
    "benefits_exception_for(bigint, bigint, text, date)",
    "benefits_exception_reason(bigint)",
]
