"""The questions of `0010_identify`: who somebody is, for whoever may know it."""

# Who asked is written before anything is read. An organisation's answer is made of its own records of lists that
# count: neither candidates nor their rivals are others'.
IDENTIFY = """
CREATE FUNCTION linkage_identify(p_asked jsonb) RETURNS TABLE (
    place integer, band text, person_id bigint, person_code text, family_id bigint, family_code text,
    weight integer, prior integer, others integer, rival text, basis text, levels integer[], terms integer[],
    record_id bigint, organisation_id bigint, name text, birth_date date, birth_precision text, sex smallint,
    phone bigint, governorate text, markaz text, village text, deceased boolean, record_weight integer
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_own bigint := CASE WHEN NOT wasl_is_desk() THEN coalesce(wasl_organisation(), -1) END;
BEGIN
    IF NOT wasl_is_signed_in() OR jsonb_typeof(p_asked) <> 'object' THEN
        RETURN;
    END IF;
    PERFORM registry_log_access('people.identified', 'search', '', jsonb_build_object(
        'kind', left(p_asked ->> 'kind', 20), 'digest', left(p_asked ->> 'digest', 32)));
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT r.*, registry_group_of(l.person_id) AS person
        FROM registry_record r
        LEFT JOIN registry_link l ON l.record_id = r.id AND l.until_run IS NULL
        WHERE r.nid_index = decode(p_asked ->> 'nid', 'hex') AND (v_own IS NULL OR r.organisation_id = v_own)
            AND EXISTS (SELECT FROM registry_entry_member m JOIN registry_appearance a ON a.entry_id = m.entry_id
                AND a.active WHERE m.record_id = r.id)
    ), people AS (
        SELECT coalesce(person, -id) AS key, row_number() OVER (ORDER BY coalesce(person, -id))::integer AS place,
            count(*) OVER () AS people
        FROM held GROUP BY coalesce(person, -id), CASE WHEN person IS NULL THEN id END
    )
    SELECT p.place, CASE WHEN p.people = 1 THEN 'same' ELSE 'possible' END, h.person, c.code, c.family_id,
        c.family_code, 0, 0, 0, '', 'id', ARRAY[1, 0, 0, 0, 0, 0, 0, 0, 0, 0], ARRAY[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        h.id, h.organisation_id, h.name, h.birth_date, h.birth_precision, h.sex, h.phone, h.governorate, h.markaz,
        h.village, h.deceased, 0
    FROM people p
    JOIN held h ON coalesce(h.person, -h.id) = p.key
    LEFT JOIN registry_people_cards(ARRAY(SELECT person FROM held WHERE person IS NOT NULL)) c ON c.person_id = h.person
    ORDER BY p.place, h.id;
END $$;
"""

ELSEWHERE = """
CREATE FUNCTION linkage_known_elsewhere(p_asked jsonb) RETURNS TABLE (
    outcome text, slot text, month date, covered_by text, free_from date, oldest_report date, again_at timestamptz
) LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 10 SET search_path = public, pg_temp AS $$
    SELECT * FROM benefits_known_elsewhere(p_asked ->> 'digest', decode(p_asked ->> 'nid', 'hex'), '[]'::jsonb)
$$;
"""
