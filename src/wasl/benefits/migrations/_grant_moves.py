"""What may happen to a grant and to a cell's holder: SQL for migration 0008."""

# What holds a cell is a row of a list or a grant, and nothing else.
CELLS = """
DROP FUNCTION benefits_take_cell(text, bigint, date, text, bigint, timestamptz, uuid);
DELETE FROM benefits_cell WHERE list_id IS NULL;
ALTER TABLE benefits_cell
    DROP CONSTRAINT benefits_cell_holder,
    DROP COLUMN operation,
    ADD CONSTRAINT benefits_cell_holder CHECK (num_nonnulls(list_id, row, given_month) = 3);
CREATE INDEX benefits_cell_of_grant ON benefits_cell (list_id) WHERE list_id >= 1000000000000;
CREATE INDEX benefits_overlap_claim_of_grant ON benefits_overlap_claim (list_id)
    WHERE list_id >= 1000000000000;
"""

# B6: the table of moves is the only way from state to state, for everybody. Row by row, so that no way into a
# partition passes it by. B5 hangs on two names: neither is ever rewritten.
MOVES = """
CREATE FUNCTION benefits_grant_moves() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a grant is not born as %', NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_grant_birth', TABLE = 'benefits_grant';
    END IF;
    IF OLD.created_by <> NEW.created_by OR OLD.approved_by <> coalesce(NEW.approved_by, '') THEN
        RAISE EXCEPTION 'who made or approved a grant is not rewritten'
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_grant_hands', TABLE = 'benefits_grant';
    END IF;
    IF OLD.state <> NEW.state AND NOT EXISTS (
        SELECT FROM benefits_grant_move m WHERE m.from_state = OLD.state AND m.to_state = NEW.state)
    THEN
        RAISE EXCEPTION 'a grant does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_grant_move', TABLE = 'benefits_grant';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_grant_birth BEFORE INSERT ON benefits_grant
    FOR EACH ROW WHEN (NEW.state NOT IN ('reserved', 'reported')) EXECUTE FUNCTION benefits_grant_moves();
CREATE TRIGGER benefits_grant_moves BEFORE UPDATE ON benefits_grant
    FOR EACH ROW WHEN (OLD.state <> NEW.state OR OLD.created_by <> NEW.created_by
        OR OLD.approved_by IS DISTINCT FROM NEW.approved_by)
    EXECUTE FUNCTION benefits_grant_moves();
"""

# Most updates of cells leave every seat 0 where it is: a delivery, an approval. They ask no more than that.
SEATS = """
CREATE FUNCTION benefits_cell_move_down_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT subject_id, slot, month, scope FROM freed WHERE seat = 0
        EXCEPT SELECT subject_id, slot, month, scope FROM kept WHERE seat = 0)
    THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'cells are freed in read committed only' USING ERRCODE = '25001';
    END IF;
    UPDATE benefits_cell c SET seat = 0
    FROM (
        SELECT DISTINCT ON (n.subject_id, n.slot, n.month, n.scope)
            n.subject_id, n.slot, n.month, n.scope, n.seat
        FROM (
            SELECT subject_id, slot, month, scope FROM freed WHERE seat = 0
            EXCEPT SELECT subject_id, slot, month, scope FROM kept WHERE seat = 0) f
        JOIN benefits_cell n USING (subject_id, slot, month, scope)
        WHERE NOT EXISTS (
            SELECT FROM benefits_cell z WHERE z.seat = 0
            AND z.subject_id = f.subject_id AND z.slot = f.slot AND z.month = f.month AND z.scope = f.scope)
        ORDER BY n.subject_id, n.slot, n.month, n.scope,
            (n.state = 'reserved' AND n.expires_at <= clock_timestamp()), n.seat
    ) lowest
    WHERE c.subject_id = lowest.subject_id AND c.slot = lowest.slot AND c.month = lowest.month
        AND c.scope = lowest.scope AND c.seat = lowest.seat;
    RETURN NULL;
END $$;
DROP TRIGGER benefits_cell_move_down_update ON benefits_cell;
CREATE TRIGGER benefits_cell_move_down_update AFTER UPDATE ON benefits_cell
    REFERENCING OLD TABLE AS freed NEW TABLE AS kept FOR EACH STATEMENT
    EXECUTE FUNCTION benefits_cell_move_down_update();
"""
