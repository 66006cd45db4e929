"""
What stands in the way where nobody knows yet whose family an entry is: SQL for migration 0008.

It has no cell before it is linked, so its own grants stand for cells: nobody else can know it.
"""

# Called with the turn of loading taken, so that nobody links the entries meanwhile; the entries' own rows make doors
# of one entry go one after the other. What has expired lapses, as a cell that is wanted does.
UNLINKED = """
CREATE FUNCTION benefits_unlinked_standing(p_organisation bigint, p_need text, p_month date, p_guard text,
    p_ords bigint[], p_entries bigint[], p_records bigint[], p_slots text[], p_first date, p_last date)
RETURNS TABLE (ord bigint, holder bigint, slot text, own_grant boolean, refuses boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM registry_entry e WHERE e.id = ANY(p_entries) ORDER BY e.id FOR NO KEY UPDATE;
    PERFORM benefits_lapse_grants(ARRAY(
        SELECT g.id FROM benefits_grant g WHERE g.entry_id = ANY(p_entries) AND g.organisation_id = p_organisation
            AND g.expires_at <= clock_timestamp()));
    RETURN QUERY
    SELECT DISTINCT ON (a.ord) a.ord, g.id, s.slot, g.need = p_need AND g.month = p_month,
        p_guard = 'refuse' AND n.guard = 'refuse'
    FROM unnest(p_ords, p_entries, p_records) a (ord, entry_id, record_id)
    JOIN benefits_grant g ON g.entry_id = a.entry_id AND g.organisation_id = p_organisation
        AND g.state IN ('reserved', 'approved', 'partly', 'delivered', 'reported')
        AND CASE WHEN g.to_person THEN g.record_id END IS NOT DISTINCT FROM a.record_id
        AND g.first_month <= p_last AND g.last_month >= p_first
    JOIN benefits_need_version_slot s ON s.need = g.need AND s.version = g.need_version AND s.slot = ANY(p_slots)
    JOIN benefits_need n ON n.code = g.need
    ORDER BY a.ord, 4 DESC, 5 DESC, g.id;
END $$;
"""
