"""SQL of 0004: the review queue and officers' doubts."""

# Pairs worth asking a person about, of the last published run: those whose answer changes most come first.
# Emptied and filled in the transaction that ends the run. `place` is the order and the key of paging.
QUEUE = """
CREATE TABLE linkage_review (
    place integer PRIMARY KEY,
    -- likely overlaps rest on it; joining would open overlaps or a family names both; an id is contested
    source text NOT NULL CHECK (source IN ('overlap', 'possible', 'nid')),
    kind text NOT NULL CHECK (kind IN ('person', 'family')),
    a_id bigint NOT NULL,
    b_id bigint NOT NULL,
    grade text NOT NULL,
    weight integer NOT NULL,
    -- that *same* makes certain (source overlap) or opens, and what they cost
    overlap_count integer NOT NULL,
    cost_piastres bigint NOT NULL,
    families integer NOT NULL,
    slots text[] NOT NULL,
    month date,
    governorate text NOT NULL,
    CONSTRAINT linkage_review_pair UNIQUE (kind, a_id, b_id),
    CONSTRAINT linkage_review_ordered CHECK (a_id < b_id)
);
CREATE INDEX linkage_review_source ON linkage_review (source, place);
CREATE INDEX linkage_review_governorate ON linkage_review (governorate, place);
CREATE INDEX linkage_review_slots ON linkage_review USING gin (slots);

CREATE FUNCTION linkage_review_rows(
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
        ORDER BY r.place LIMIT p_limit;
    END IF;
END $$;

CREATE FUNCTION linkage_review_row(p_kind text, p_a bigint, p_b bigint) RETURNS SETOF linkage_review
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM linkage_review WHERE wasl_is_desk() AND kind = p_kind AND a_id = p_a AND b_id = p_b
$$;
"""

# "This is another family": an organisation says so of its own entries. Its number is the organisation's
# own; whom the entries are told from is the desk's to read.
DOUBTS = """
CREATE TABLE linkage_doubt (
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    own_no integer NOT NULL CHECK (own_no > 0),
    code text NOT NULL GENERATED ALWAYS AS (
        (((organisation_id * 1000000 + own_no) * 100 + 98
        - (organisation_id * 1000000 + own_no) * 100 % 97))::text) STORED,
    entry_ids bigint[] NOT NULL CHECK (cardinality(entry_ids) BETWEEN 1 AND 50),
    against_id bigint NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    reported_by text NOT NULL,
    reported_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'withdrawn', 'settled')),
    closed_by text,
    closed_at timestamptz,
    CONSTRAINT linkage_doubt_key PRIMARY KEY (organisation_id, own_no),
    CONSTRAINT linkage_doubt_code UNIQUE (code),
    CONSTRAINT linkage_doubt_told_from CHECK (against_id <> ALL (entry_ids)),
    CONSTRAINT linkage_doubt_closed_whole
        CHECK ((state = 'open') = (closed_by IS NULL) AND (state = 'open') = (closed_at IS NULL))
);
CREATE UNIQUE INDEX linkage_doubt_once ON linkage_doubt (organisation_id, entry_ids) WHERE state = 'open';
CREATE INDEX linkage_doubt_open ON linkage_doubt (reported_at, code) WHERE state = 'open';

-- NULL: not one family of the caller's own entries. Empty: it has no other entry to be told from.
CREATE FUNCTION linkage_report_doubt(
    p_entries bigint[], p_family bigint, p_reason text, p_by text, p_at timestamptz
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    v_organisation bigint;
    v_organisations bigint;
    v_group bigint;
    v_groups bigint;
    v_against bigint;
    v_code text;
BEGIN
    IF wasl_role() NOT IN ('officer', 'desk') OR NOT linkage_may_explain('family', p_entries) THEN
        RETURN NULL;
    END IF;
    SELECT min(organisation_id), count(DISTINCT organisation_id) INTO v_organisation, v_organisations
    FROM registry_entry WHERE id = ANY (p_entries);
    SELECT min(s.group_id), count(DISTINCT s.group_id) INTO v_group, v_groups
    FROM linkage_standing('family', p_entries) s;
    IF v_organisations <> 1 OR v_groups <> 1 OR v_group <> coalesce(
        p_family, v_group) AND v_group IS DISTINCT FROM (
            SELECT group_id FROM registry_group_member WHERE subject_id = p_family)
    THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('wasl doubts'), v_organisation::integer);
    SELECT code INTO v_code FROM linkage_doubt
    WHERE organisation_id = v_organisation AND entry_ids = p_entries AND state = 'open';
    IF FOUND THEN
        RETURN v_code;
    END IF;
    -- The strongest link between them and the rest; where none is kept, the oldest of the rest.
    SELECT rest.entry_id INTO v_against
    FROM (
        SELECT l.entry_id FROM registry_entry_link l WHERE l.until_run IS NULL AND l.family_id IN (
            SELECT v_group UNION SELECT subject_id FROM registry_group_member WHERE group_id = v_group)
            AND l.entry_id <> ALL (p_entries)
    ) rest LEFT JOIN (
        SELECT b_id AS entry_id, weight FROM linkage_pair WHERE kind = 'family' AND a_id = ANY (p_entries)
        UNION ALL
        SELECT a_id, weight FROM linkage_pair WHERE kind = 'family' AND b_id = ANY (p_entries)
    ) pair ON pair.entry_id = rest.entry_id
    ORDER BY pair.weight DESC NULLS LAST, rest.entry_id LIMIT 1;
    IF v_against IS NULL THEN
        RETURN '';
    END IF;
    INSERT INTO linkage_doubt (organisation_id, own_no, entry_ids, against_id, reason, reported_by, reported_at)
    SELECT v_organisation, coalesce(max(own_no), 0) + 1, p_entries, v_against, p_reason, p_by, p_at
    FROM linkage_doubt WHERE organisation_id = v_organisation
    RETURNING code INTO v_code;
    RETURN v_code;
END $$;

CREATE FUNCTION linkage_open_doubts(p_code text, p_limit integer) RETURNS TABLE (
    code text, organisation_id bigint, entry_ids bigint[], against_id bigint, reason text, reported_by text,
    reported_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.code, d.organisation_id, d.entry_ids, d.against_id, d.reason, d.reported_by, d.reported_at
    FROM linkage_doubt d
    WHERE wasl_is_desk() AND d.state = 'open' AND (p_code IS NULL OR d.code = p_code)
    ORDER BY d.reported_at, d.code LIMIT p_limit
$$;

-- What an organisation said itself of any of these entries.
CREATE FUNCTION linkage_own_doubts(p_entries bigint[]) RETURNS TABLE (
    code text, entry_ids bigint[], reason text, reported_by text, reported_at timestamptz, state text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.code, d.entry_ids, d.reason, d.reported_by, d.reported_at, d.state FROM linkage_doubt d
    WHERE wasl_is_signed_in() AND d.organisation_id = wasl_organisation() AND d.entry_ids && p_entries
    ORDER BY d.own_no DESC
$$;

-- Withdrawn by whoever of the organisation said it; settled and opened again by the desk.
CREATE FUNCTION linkage_move_doubt(p_code text, p_state text, p_by text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE linkage_doubt d SET state = p_state, closed_by = CASE WHEN p_state <> 'open' THEN p_by END,
        closed_at = CASE WHEN p_state <> 'open' THEN p_at END
    WHERE d.code = p_code AND CASE p_state
        WHEN 'withdrawn' THEN d.state = 'open' AND d.organisation_id = wasl_organisation() AND d.reported_by = p_by
            AND wasl_role() IN ('officer', 'desk')
        WHEN 'settled' THEN d.state = 'open' AND wasl_is_desk()
        ELSE d.state = 'settled' AND wasl_is_desk() END;
    RETURN FOUND;
END $$;

CREATE FUNCTION linkage_settled_doubt(p_a bigint, p_b bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.code FROM linkage_doubt d WHERE wasl_is_desk() AND d.state = 'settled'
        AND ((d.against_id = p_a AND p_b = ANY (d.entry_ids)) OR (d.against_id = p_b AND p_a = ANY (d.entry_ids)))
    ORDER BY d.closed_at DESC LIMIT 1
$$;
CREATE INDEX linkage_doubt_settled ON linkage_doubt (against_id) WHERE state = 'settled';
"""
# What an answer about one pair would change: overlaps that *same* makes certain (`confirm`) or opens
# (`open`), or that *not the same* may close where both are one for certain (`close`).
CHANGES = """
CREATE FUNCTION linkage_families_of(asked text, item bigint) RETURNS TABLE (family_id bigint, group_id bigint)
LANGUAGE sql STABLE AS $$
    SELECT f.family_id, coalesce(g.group_id, f.family_id)
    FROM (
        SELECT family_id FROM registry_entry_link WHERE asked = 'family' AND entry_id = item AND until_run IS NULL
        UNION ALL
        SELECT m.family_id FROM registry_link l JOIN registry_membership m ON m.person_id = l.person_id
        WHERE asked = 'person' AND l.record_id = item AND l.until_run IS NULL AND m.until_run IS NULL
    ) f LEFT JOIN registry_group_member g ON g.subject_id = f.family_id
$$;

CREATE FUNCTION linkage_changes(asked text, a bigint, b bigint) RETURNS TABLE (
    effect text, slot text, month date, cost_piastres bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ends AS (
        SELECT x.family_id AS a_family, x.group_id AS a_group, y.family_id AS b_family, y.group_id AS b_group
        FROM linkage_families_of(asked, a) x CROSS JOIN linkage_families_of(asked, b) y
        WHERE wasl_is_desk()
    ), held AS (
        SELECT o.id, o.certainty, o.slot, o.month, o.cost_piastres, array_agg(DISTINCT l.family_id) AS families,
            array_agg(DISTINCT k.entry_id) AS entries
        FROM ends JOIN benefits_overlap o ON o.family_id = CASE ends.a_family
            WHEN ends.b_family THEN ends.a_family ELSE ends.a_group END
        JOIN benefits_overlap_claim c ON c.overlap_id = o.id
        JOIN benefits_claim k ON k.list_id = c.list_id AND k.row = c.row
        JOIN registry_entry_link l ON l.entry_id = k.entry_id AND l.until_run IS NULL
        WHERE o.state = 'open' AND ends.a_group = ends.b_group
        GROUP BY o.id
    ), holding AS (
        SELECT side.side, c.slot, c.month, c.organisation_id, c.list_id, c.need, c.given_month, c.row
        FROM ends CROSS JOIN LATERAL (VALUES ('a', ends.a_group), ('b', ends.b_group)) side (side, group_id)
        CROSS JOIN LATERAL (
            SELECT side.group_id AS family_id
            UNION SELECT m.subject_id FROM registry_group_member m WHERE m.group_id = side.group_id) f
        JOIN benefits_cell c ON c.subject_id = f.family_id AND c.scope = 0 AND c.list_id IS NOT NULL
        WHERE ends.a_group <> ends.b_group
    ), opening AS (
        SELECT DISTINCT ON (x.slot, x.list_id, x.need, x.given_month, y.list_id, y.need, y.given_month)
            x.slot, x.month, x.list_id AS x_list, x.row AS x_row, y.list_id AS y_list, y.row AS y_row
        FROM holding x JOIN holding y ON y.side = 'b' AND y.slot = x.slot AND y.month = x.month
            AND y.organisation_id <> x.organisation_id
        WHERE x.side = 'a'
        ORDER BY x.slot, x.list_id, x.need, x.given_month, y.list_id, y.need, y.given_month, x.month
    )
    SELECT 'confirm', h.slot, h.month, h.cost_piastres FROM held h JOIN ends ON true
    WHERE asked = 'family' AND h.certainty = 'likely' AND ends.a_family <> ends.b_family
        AND ARRAY[ends.a_family, ends.b_family] <@ h.families
    UNION ALL
    SELECT 'close', h.slot, h.month, h.cost_piastres FROM held h JOIN ends ON true
    WHERE asked = 'family' AND h.certainty = 'certain' AND ends.a_family = ends.b_family AND a = ANY (h.entries)
    UNION ALL
    SELECT 'open', o.slot, o.month, least(coalesce(u.value_piastres, 0), coalesce(v.value_piastres, 0))
    FROM opening o
    LEFT JOIN benefits_claim u ON u.list_id = o.x_list AND u.row = o.x_row
    LEFT JOIN benefits_claim v ON v.list_id = o.y_list AND v.row = o.y_row
    ORDER BY 1, 3 DESC, 2
$$;
"""

FUNCTIONS = [
    "linkage_review_rows(text, text, text, integer, integer)",
    "linkage_review_row(text, bigint, bigint)",
    "linkage_report_doubt(bigint[], bigint, text, text, timestamptz)",
    "linkage_open_doubts(text, integer)",
    "linkage_settled_doubt(bigint, bigint)",
    "linkage_own_doubts(bigint[])",
    "linkage_move_doubt(text, text, text, timestamptz)",
    "linkage_changes(text, bigint, bigint)",
]
