from django.db import migrations

from wasl.linkage.migrations import _review_queue as queue
from wasl.store.row_security import alliance_table_sql, function_grants_sql

# What a kept pair was weighed by, exactly: prior and terms add up to the weight (hundredths of a bit). The
# terms stand in the order of the run's comparisons, of a pair of records with `others` at their end.
PAIRS = """
ALTER TABLE linkage_pair
    ADD COLUMN rival text NOT NULL DEFAULT '',
    ADD COLUMN prior smallint NOT NULL DEFAULT 0,
    ADD COLUMN terms smallint[] NOT NULL DEFAULT '{}';
"""

# `unsure` (cannot tell) takes a pair out of the queue and changes no run. That no verdict contradicts
# others is held here, whoever writes: entered one after another, each is asked against all that stand.
VERDICTS = """
ALTER TABLE linkage_verdict DROP CONSTRAINT linkage_verdict_verdict_check,
    ADD CONSTRAINT linkage_verdict_verdict_check CHECK (verdict IN ('same', 'different', 'unsure'));
CREATE INDEX linkage_verdict_decided ON linkage_verdict (decided_by, decided_at);
CREATE INDEX linkage_verdict_waiting ON linkage_verdict (id)
    WHERE undone_at IS NULL AND consulted_run IS NULL AND verdict <> 'unsure';

CREATE FUNCTION linkage_verdict_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'verdicts are entered in read committed only' USING ERRCODE = '25001';
    END IF;
    -- the key of wasl.linkage.verdicts
    PERFORM pg_advisory_xact_lock(8602283670948020226);
    IF NEW.verdict <> 'unsure' AND EXISTS (
        WITH RECURSIVE reach (side, item) AS (
            VALUES ('a', NEW.a_id), ('b', NEW.b_id)
            UNION
            SELECT reach.side, CASE WHEN v.a_id = reach.item THEN v.b_id ELSE v.a_id END
            FROM reach JOIN linkage_verdict AS v ON reach.item IN (v.a_id, v.b_id)
            WHERE v.kind = NEW.kind AND v.verdict = 'same' AND v.undone_at IS NULL
        )
        SELECT FROM reach WHERE NEW.verdict = 'different' AND side = 'a' AND item = NEW.b_id
        UNION ALL
        SELECT FROM reach AS x JOIN reach AS y ON y.side <> x.side
        JOIN linkage_verdict AS v ON v.a_id = x.item AND v.b_id = y.item
        WHERE NEW.verdict = 'same' AND v.kind = NEW.kind AND v.verdict = 'different' AND v.undone_at IS NULL)
    THEN
        RAISE EXCEPTION 'the verdict contradicts what stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER linkage_verdict_agrees BEFORE INSERT ON linkage_verdict
    FOR EACH ROW EXECUTE FUNCTION linkage_verdict_agrees();
"""

# The application reaches verdicts by these alone, and only for the desk.
VERDICT_DOORS = """
-- Everything that chains of *same* reach from either side and the verdicts between, once nobody else enters any.
CREATE FUNCTION linkage_verdicts_near(p_kind text, a bigint, b bigint) RETURNS TABLE (
    id bigint, a_id bigint, b_id bigint, verdict text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT wasl_is_desk() THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(8602283670948020226);
    RETURN QUERY WITH RECURSIVE reach (item) AS (
        VALUES (a), (b)
        UNION
        SELECT CASE WHEN v.a_id = reach.item THEN v.b_id ELSE v.a_id END
        FROM reach JOIN linkage_verdict AS v ON reach.item IN (v.a_id, v.b_id)
        WHERE v.kind = p_kind AND v.verdict = 'same' AND v.undone_at IS NULL
    )
    SELECT v.id, v.a_id, v.b_id, v.verdict FROM linkage_verdict v
    WHERE v.kind = p_kind AND v.undone_at IS NULL AND (v.verdict <> 'unsure' OR (v.a_id, v.b_id) = (a, b))
        AND v.a_id IN (SELECT item FROM reach) AND v.b_id IN (SELECT item FROM reach)
    ORDER BY v.id;
END $$;

-- "Cannot tell" was no answer: one given later takes its place.
CREATE FUNCTION linkage_give_verdict(
    p_kind text, a bigint, b bigint, p_verdict text, p_reason text, p_by text, p_at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT wasl_is_desk() THEN
        RAISE EXCEPTION 'verdicts are the desk''s to give' USING ERRCODE = '42501';
    END IF;
    UPDATE linkage_verdict SET undone_by = p_by, undone_at = p_at
    WHERE kind = p_kind AND a_id = a AND b_id = b AND undone_at IS NULL AND verdict = 'unsure';
    INSERT INTO linkage_verdict (kind, a_id, b_id, verdict, reason, decided_by, decided_at)
    VALUES (p_kind, a, b, p_verdict, p_reason, p_by, p_at);
END $$;

CREATE FUNCTION linkage_undo_verdict(p_kind text, a bigint, b bigint, p_by text, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    undone text;
BEGIN
    IF wasl_is_desk() THEN
        PERFORM pg_advisory_xact_lock(8602283670948020226);
        UPDATE linkage_verdict SET undone_by = p_by, undone_at = p_at, consulted_run = NULL
        WHERE kind = p_kind AND a_id = a AND b_id = b AND undone_at IS NULL RETURNING verdict INTO undone;
    END IF;
    RETURN undone;
END $$;

CREATE FUNCTION linkage_standing_verdicts(p_ids bigint[], p_items bigint[], p_kind text) RETURNS TABLE (
    id bigint, kind text, a_id bigint, b_id bigint, verdict text, reason text, decided_by text, decided_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.id, v.kind, v.a_id, v.b_id, v.verdict, v.reason, v.decided_by, v.decided_at FROM linkage_verdict v
    WHERE wasl_is_desk() AND v.undone_at IS NULL AND (p_ids IS NULL OR v.id = ANY (p_ids))
        AND (p_items IS NULL OR (v.a_id = ANY (p_items) AND v.b_id = ANY (p_items)))
        AND (p_kind IS NULL OR v.kind = p_kind)
    ORDER BY v.id
$$;

-- Whatever was decided of any of these items, undone too; the last column tells what no run has read yet.
CREATE FUNCTION linkage_verdicts_of(p_kind text, p_items bigint[]) RETURNS TABLE (
    a_id bigint, b_id bigint, verdict text, reason text, decided_by text, decided_at timestamptz,
    undone_at timestamptz, waits boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT v.a_id, v.b_id, v.verdict, v.reason, v.decided_by, v.decided_at, v.undone_at,
        v.undone_at IS NULL AND v.consulted_run IS NULL AND v.verdict <> 'unsure'
    FROM linkage_verdict v JOIN (
        SELECT x.id FROM linkage_verdict x WHERE x.kind = p_kind AND x.a_id = ANY (p_items)
        UNION SELECT x.id FROM linkage_verdict x WHERE x.kind = p_kind AND x.b_id = ANY (p_items)
    ) wanted USING (id)
    WHERE wasl_is_desk() ORDER BY v.decided_at DESC
$$;

-- What somebody decided since a moment, the last of it and what stands on a pair; what no run has read yet.
CREATE FUNCTION linkage_decided(p_who text, p_since timestamptz, p_kind text, a bigint, b bigint) RETURNS TABLE (
    decided bigint, waiting bigint, what text, id bigint, kind text, a_id bigint, b_id bigint, verdict text,
    reason text, decided_by text, decided_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH mine AS (
        SELECT * FROM linkage_verdict v
        WHERE v.decided_by = p_who AND v.decided_at >= p_since AND v.undone_at IS NULL
    ), counted AS (
        SELECT (SELECT count(*) FROM mine) AS decided, (
            SELECT count(*) FROM linkage_verdict v
            WHERE v.undone_at IS NULL AND v.consulted_run IS NULL AND v.verdict <> 'unsure') AS waiting
    ), shown AS (
        SELECT 'last' AS what, last.* FROM (SELECT * FROM mine m ORDER BY m.decided_at DESC, m.id DESC LIMIT 1) last
        UNION ALL
        SELECT 'here', v.* FROM linkage_verdict v
        WHERE v.kind = p_kind AND v.a_id = a AND v.b_id = b AND v.undone_at IS NULL
    )
    SELECT c.decided, c.waiting, s.what, s.id, s.kind, s.a_id, s.b_id, s.verdict, s.reason, s.decided_by, s.decided_at
    FROM counted c LEFT JOIN shown s ON true WHERE wasl_is_desk()
$$;
"""
VERDICT_FUNCTIONS = [
    "linkage_verdicts_near(text, bigint, bigint)",
    "linkage_give_verdict(text, bigint, bigint, text, text, text, timestamptz)",
    "linkage_undo_verdict(text, bigint, bigint, text, timestamptz)",
    "linkage_standing_verdicts(bigint[], bigint[], text)",
    "linkage_verdicts_of(text, bigint[])",
    "linkage_decided(text, timestamptz, text, bigint, bigint)",
]

# Why two are one. The desk asks about any, an organisation about its own rows.
EXPLAINING = """
CREATE FUNCTION linkage_may_explain(asked text, items bigint[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT wasl_is_desk() OR wasl_is_signed_in() AND NOT EXISTS (
        SELECT FROM unnest(items) AS item WHERE NOT CASE asked
            WHEN 'person' THEN EXISTS (
                SELECT FROM registry_record r WHERE r.id = item AND r.organisation_id = wasl_organisation())
            ELSE EXISTS (
                SELECT FROM registry_entry e WHERE e.id = item AND e.organisation_id = wasl_organisation()) END)
$$;

-- A run that publishes holds the pairs until its last word: whoever reads them meanwhile is told so.
CREATE FUNCTION linkage_pairs_among(asked text, items bigint[]) RETURNS TABLE (
    a_id bigint, b_id bigint, grade text, rule text, weight integer, rival text, prior smallint,
    levels integer[], terms smallint[]
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    IF linkage_may_explain(asked, items) THEN
        RETURN QUERY SELECT p.a_id, p.b_id, p.grade, p.rule, p.weight, p.rival, p.prior, p.levels, p.terms
        FROM linkage_pair p
        WHERE p.a_id = ANY (items) AND p.b_id = ANY (items) AND p.kind = asked;
    END IF;
END $$;

-- The subjects of records or entries, now, with their groups.
CREATE FUNCTION linkage_standing(asked text, items bigint[]) RETURNS TABLE (
    item_id bigint, subject_id bigint, group_id bigint
) LANGUAGE sql STABLE AS $$
    SELECT l.record_id, l.person_id, coalesce(g.group_id, l.person_id)
    FROM registry_link l LEFT JOIN registry_group_member g ON g.subject_id = l.person_id
    WHERE asked = 'person' AND l.record_id = ANY (items) AND l.until_run IS NULL
    UNION ALL
    SELECT l.entry_id, l.family_id, coalesce(g.group_id, l.family_id)
    FROM registry_entry_link l LEFT JOIN registry_group_member g ON g.subject_id = l.family_id
    WHERE asked = 'family' AND l.entry_id = ANY (items) AND l.until_run IS NULL
$$;

CREATE FUNCTION linkage_sameness(asked text, a bigint, b bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN x.subject_id = y.subject_id THEN 'certain' WHEN x.group_id = y.group_id THEN 'likely'
        ELSE 'no' END
    FROM linkage_standing(asked, ARRAY[a]) x CROSS JOIN linkage_standing(asked, ARRAY[b]) y
    WHERE linkage_may_explain(asked, ARRAY[a, b])
$$;

-- The records or entries that are likely one with this one, itself too: an organisation's own.
CREATE FUNCTION linkage_fellows(asked text, item bigint) RETURNS TABLE (fellow bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH subjects AS (
        SELECT s.subject_id FROM linkage_standing(asked, ARRAY[item]) s
        WHERE linkage_may_explain(asked, ARRAY[item])
        UNION
        SELECT m.subject_id FROM linkage_standing(asked, ARRAY[item]) s
        JOIN registry_group_member m ON m.group_id = s.group_id
        WHERE linkage_may_explain(asked, ARRAY[item])
    ), found AS (
        SELECT l.record_id AS id, r.organisation_id FROM subjects s
        JOIN registry_link l ON l.person_id = s.subject_id AND l.until_run IS NULL
        JOIN registry_record r ON r.id = l.record_id WHERE asked = 'person'
        UNION ALL
        SELECT l.entry_id, e.organisation_id FROM subjects s
        JOIN registry_entry_link l ON l.family_id = s.subject_id AND l.until_run IS NULL
        JOIN registry_entry e ON e.id = l.entry_id WHERE asked = 'family'
    )
    SELECT id FROM found WHERE wasl_is_desk() OR organisation_id = wasl_organisation()
$$;

CREATE FUNCTION linkage_comparisons() RETURNS TABLE (comparisons text[], evidence text[], levels jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.comparisons, r.family_comparisons, (
        SELECT coalesce(jsonb_agg(jsonb_build_array(line -> 'comparison', line -> 'level') ORDER BY place), '[]')
        FROM jsonb_array_elements(r.model) WITH ORDINALITY AS m (line, place))
    FROM linkage_run r WHERE wasl_is_signed_in() AND r.state = 'done' ORDER BY r.id DESC LIMIT 1
$$;
"""
EXPLAINING_FUNCTIONS = [
    "linkage_pairs_among(text, bigint[])",
    "linkage_sameness(text, bigint, bigint)",
    "linkage_fellows(text, bigint)",
    "linkage_comparisons()",
]

QUEUE_RIGHTS = alliance_table_sql("linkage_review")
DOUBT_RIGHTS = alliance_table_sql("linkage_doubt")


class Migration(migrations.Migration):
    dependencies = [("linkage", "0003_prepared"), ("benefits", "0003_calendar")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (PAIRS, VERDICTS, VERDICT_DOORS, EXPLAINING)
        ],
        migrations.RunSQL(
            function_grants_sql([*VERDICT_FUNCTIONS, *EXPLAINING_FUNCTIONS]), migrations.RunSQL.noop
        ),
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (queue.QUEUE, queue.DOUBTS, queue.CHANGES, QUEUE_RIGHTS, DOUBT_RIGHTS)
        ],
        migrations.RunSQL(function_grants_sql(queue.FUNCTIONS), migrations.RunSQL.noop),
    ]
