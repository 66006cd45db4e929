"""
What is given once more after its reversal, where nobody has linked its entry: SQL for migration 0014.

Such entries have no cells, so of several grants of one entry in one call the first is given and stands in the way of
the others, as it would had they come one after the other.
"""

from __future__ import annotations

LOOSE = """
CREATE FUNCTION benefits_loose_again(p_organisation bigint, p_grants bigint[], p_first smallint, p_last smallint)
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    WITH loose AS MATERIALIZED (
        SELECT g.id, g.need, g.month, g.entry_id, CASE WHEN g.to_person THEN g.record_id END AS record_id,
            g.first_month, g.last_month, v.guard, ARRAY(
                SELECT s.slot FROM benefits_need_version_slot s
                WHERE s.need = g.need AND s.version = g.need_version AND v.guard <> 'none') AS slots
        FROM benefits_grant g
        JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version
        WHERE g.id = ANY(p_grants) AND g.year BETWEEN p_first AND p_last
    ), standing AS MATERIALIZED (
        SELECT l.id FROM loose l
        CROSS JOIN LATERAL benefits_unlinked_standing(p_organisation, l.need, l.month, l.guard, ARRAY[1::bigint],
            ARRAY[l.entry_id], ARRAY[l.record_id], l.slots, l.first_month, l.last_month) u
    )
    SELECT id FROM standing
    UNION
    SELECT l.id FROM loose l JOIN loose o ON o.entry_id = l.entry_id AND o.id < l.id
        AND o.record_id IS NOT DISTINCT FROM l.record_id AND o.slots && l.slots
        AND o.first_month <= l.last_month AND o.last_month >= l.first_month
    WHERE o.id NOT IN (SELECT id FROM standing);
END $$;
"""

AGAIN = """
CREATE OR REPLACE FUNCTION benefits_take_again(p_organisation bigint, p_grants bigint[], p_first smallint, p_last smallint)
RETURNS TABLE (grant_id bigint, covered_by text, free_from date)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    r record;
    h record;
    v_slots text[];
    v_scopes bigint[];
    v_loose bigint[];
BEGIN
    v_loose := ARRAY(
        SELECT g.id FROM benefits_grant g
        WHERE g.id = ANY(p_grants) AND g.year BETWEEN p_first AND p_last AND g.state = 'reversed'
            AND NOT EXISTS (SELECT FROM registry_entry_link l WHERE l.entry_id = g.entry_id AND l.until_run IS NULL)
        ORDER BY g.id);
    IF v_loose <> '{}' THEN
        -- as benefits_reserve does: nobody links an entry between the question and its answer
        LOCK TABLE benefits_turn IN ROW EXCLUSIVE MODE;
        RETURN QUERY SELECT l, 'own', NULL::date FROM benefits_loose_again(p_organisation, v_loose, p_first, p_last) l;
    END IF;
    FOR r IN
        SELECT g.id, g.need, g.month, g.first_month, g.last_month, v.guard, g.need_version,
            coalesce(p.person_id, l.family_id) AS subject_id
        FROM benefits_grant g
        JOIN benefits_need_version v ON v.need = g.need AND v.version = g.need_version AND v.guard <> 'none'
        JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
        LEFT JOIN registry_link p ON g.to_person AND p.record_id = g.record_id AND p.until_run IS NULL
        WHERE g.id = ANY(p_grants) AND g.year BETWEEN p_first AND p_last AND g.state = 'reversed'
            AND NOT (g.shared AND NOT benefits_shares_stand(g.id, g.year))
        ORDER BY 8, g.id
    LOOP
        SELECT array_agg(s.slot ORDER BY s.slot),
            array_agg(CASE WHEN k.sensitive THEN p_organisation ELSE 0 END ORDER BY s.slot) INTO v_slots, v_scopes
        FROM benefits_need_version_slot s JOIN benefits_slot k ON k.code = s.slot
        WHERE s.need = r.need AND s.version = r.need_version;
        FOR pass IN 1 .. 20 LOOP
            IF pass = 20 THEN
                RAISE EXCEPTION 'a grant found no rest' USING ERRCODE = '40001';
            END IF;
            SELECT * INTO h FROM benefits_standing(p_organisation, r.need, r.month, r.guard, ARRAY[1::bigint],
                ARRAY[r.subject_id], v_slots, v_scopes, r.first_month, r.last_month, false);
            IF h.expired THEN
                PERFORM benefits_sweep_cells(ARRAY[r.subject_id], v_slots, r.first_month, r.last_month);
            ELSIF h.holder IS NOT NULL THEN
                grant_id := r.id;
                covered_by := h.covered_by;
                free_from := benefits_free_from(h.subject_id, h.slot, h.scope, h.month);
                RETURN NEXT;
                EXIT;
            ELSE
                EXIT WHEN benefits_take_seats(p_organisation, r.need, r.month, ARRAY[r.id], ARRAY[r.subject_id],
                    ARRAY[''], v_slots, v_scopes, r.first_month, r.last_month, NULL) = '{}';
            END IF;
        END LOOP;
    END LOOP;
END $$;
"""
