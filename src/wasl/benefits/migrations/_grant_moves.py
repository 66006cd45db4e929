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
