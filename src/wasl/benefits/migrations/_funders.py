"""
Several organisations pay for one grant: one giving, with shares, and no overlap.

The owner proposes shares while its grant is reserved; each funder's officer agrees or declines. What is
approved has every share agreed, and they sum to its value, whoever wrote.
"""

TABLE = """
ALTER TABLE benefits_grant
    -- a share was proposed at some time: who funds it stands in benefits_grant_funder
    ADD COLUMN shared boolean NOT NULL DEFAULT false,
    -- nobody stated a value: it is the sum of the shares, and unknown until all are agreed
    ADD COLUMN valued_by_shares boolean NOT NULL DEFAULT false;

CREATE TABLE benefits_grant_funder (
    grant_id bigint NOT NULL,
    year smallint NOT NULL,
    -- the grant's owner
    organisation_id bigint NOT NULL,
    funder_id bigint NOT NULL REFERENCES organisations_organisation (id),
    share_piastres bigint NOT NULL CHECK (share_piastres > 0),
    state text NOT NULL CHECK (state IN ('proposed', 'agreed', 'declined', 'withdrawn')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    answered_by text,
    -- whose officer answered
    answered_for bigint,
    answered_at timestamptz,
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    -- a funder stands once
    CONSTRAINT benefits_grant_funder_key PRIMARY KEY (grant_id, funder_id, year),
    CONSTRAINT benefits_grant_funder_of_a_grant FOREIGN KEY (grant_id, year) REFERENCES benefits_grant (id, year),
    -- nobody says yes for another organisation
    CONSTRAINT benefits_grant_funder_own_yes CHECK (answered_for = funder_id),
    CONSTRAINT benefits_grant_funder_maker_is_not_checker CHECK (
        funder_id = organisation_id OR answered_by <> proposed_by),
    CONSTRAINT benefits_grant_funder_answered CHECK (
        num_nonnulls(answered_by, answered_for, answered_at)
            = CASE WHEN state IN ('agreed', 'declined') THEN 3 ELSE 0 END),
    CONSTRAINT benefits_grant_funder_declined_for_a_reason CHECK (state <> 'declined' OR reason <> '')
);
CREATE INDEX benefits_grant_funder_funder ON benefits_grant_funder (funder_id, state, grant_id);
CREATE INDEX benefits_grant_funder_owner ON benefits_grant_funder (organisation_id, grant_id);
"""

# Of the deferred ones: the row that fired it may have been changed again since, so they read what stands.
# They run at commit, as whoever is there then: hence the owner's rights.
GUARDS = """
CREATE FUNCTION benefits_shares_stand(p_grant bigint, p_year smallint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT count(*) = 0 OR (bool_and(f.state = 'agreed') AND sum(f.share_piastres) = (
        SELECT g.value_piastres FROM benefits_grant g WHERE g.id = p_grant AND g.year = p_year)) IS TRUE
    FROM benefits_grant_funder f
    WHERE f.grant_id = p_grant AND f.year = p_year AND f.state IN ('proposed', 'agreed')
$$;

CREATE FUNCTION benefits_check_shares() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_row jsonb := to_jsonb(NEW);
    v_grant bigint := coalesce(v_row ->> 'grant_id', v_row ->> 'id')::bigint;
    v_year smallint := (v_row ->> 'year')::smallint;
BEGIN
    IF EXISTS (
        SELECT FROM benefits_grant g WHERE g.id = v_grant AND g.year = v_year
        AND g.state IN ('approved', 'partly', 'delivered') AND NOT benefits_shares_stand(g.id, g.year))
    THEN
        RAISE EXCEPTION 'the agreed shares of grant % are not its value', v_grant
            USING ERRCODE = 'check_violation', CONSTRAINT = 'benefits_grant_shares_stand', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
-- Of a grant at the end of the statement, so that who approves or delivers is told and not whoever commits; of
-- shares at commit, when the value that is their sum stands too.
CREATE CONSTRAINT TRIGGER benefits_grant_shares_stand AFTER INSERT OR UPDATE ON benefits_grant
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW
    WHEN (NEW.shared AND NEW.state IN ('approved', 'partly', 'delivered')) EXECUTE FUNCTION benefits_check_shares();
CREATE CONSTRAINT TRIGGER benefits_grant_funder_shares_stand AFTER INSERT OR UPDATE ON benefits_grant_funder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION benefits_check_shares();

CREATE FUNCTION benefits_keep_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'grant % stays shared', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'benefits_grant_stays_shared', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER benefits_grant_stays_shared BEFORE UPDATE ON benefits_grant
    FOR EACH ROW WHEN (OLD.shared AND NOT NEW.shared) EXECUTE FUNCTION benefits_keep_shared();

-- Shares are spoken of while the grant is reserved, and nobody approves it meanwhile: the grant's row is locked.
CREATE FUNCTION benefits_move_share() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_state text;
    v_shared boolean;
    v_owner bigint;
BEGIN
    SELECT g.state, g.shared, g.organisation_id INTO v_state, v_shared, v_owner FROM benefits_grant g
    WHERE g.id = NEW.grant_id AND g.year = NEW.year FOR NO KEY UPDATE;
    IF v_owner IS DISTINCT FROM NEW.organisation_id THEN
        RAISE EXCEPTION 'a share of a grant that is not its organisation''s' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'benefits_grant_funder_of_its_owner', TABLE = TG_TABLE_NAME;
    END IF;
    IF (TG_OP = 'INSERT' AND NEW.state <> 'proposed' AND NOT (NEW.state = 'agreed' AND NEW.funder_id = v_owner))
        OR (TG_OP = 'UPDATE' AND (
            (OLD.grant_id, OLD.funder_id, OLD.year, OLD.organisation_id)
                <> (NEW.grant_id, NEW.funder_id, NEW.year, NEW.organisation_id)
            OR (NEW.share_piastres <> OLD.share_piastres AND NEW.state <> 'proposed' AND NEW.funder_id <> v_owner)
            OR (OLD.state, NEW.state) NOT IN (
                ('proposed', 'proposed'), ('proposed', 'agreed'), ('proposed', 'declined'), ('proposed', 'withdrawn'),
                ('agreed', 'withdrawn'), ('agreed', 'proposed'), ('declined', 'proposed'), ('withdrawn', 'proposed'),
                ('agreed', 'agreed'), ('withdrawn', 'agreed'))
            OR (OLD.state IN ('agreed', 'withdrawn') AND NEW.state = 'agreed' AND NEW.funder_id <> v_owner)))
    THEN
        RAISE EXCEPTION 'a share does not move so' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'benefits_grant_funder_move', TABLE = TG_TABLE_NAME;
    END IF;
    IF v_state <> 'reserved' AND NEW.state IN ('proposed', 'agreed') THEN
        RAISE EXCEPTION 'shares are agreed before a grant is approved' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'benefits_grant_funder_before_approval', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT v_shared THEN
        UPDATE benefits_grant SET shared = true WHERE id = NEW.grant_id AND year = NEW.year;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER benefits_grant_funder_moves BEFORE INSERT OR UPDATE ON benefits_grant_funder
    FOR EACH ROW EXECUTE FUNCTION benefits_move_share();

CREATE FUNCTION benefits_keep_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a share is withdrawn, not deleted' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'benefits_grant_funder_kept', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER benefits_grant_funder_kept BEFORE DELETE OR TRUNCATE ON benefits_grant_funder
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_keep_share();
"""

# The funder reads the need, its month and its money; never the family: what it learns of another's beneficiary is
# the answer of coordination.
READS = """
CREATE FUNCTION benefits_funds(p_grant bigint, p_organisation bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM benefits_grant_funder f
        WHERE f.grant_id = p_grant AND f.funder_id = p_organisation AND f.state = 'agreed')
$$;

CREATE FUNCTION benefits_shares(p_grant text, p_state text, p_role text, p_after bigint, p_limit integer)
RETURNS TABLE (grant_id bigint, grant_code text, organisation_id bigint, funder_id bigint, share_piastres bigint,
    state text, reason text, proposed_at timestamptz, answered_at timestamptz, need text, month date,
    quantity numeric, unit text, value_piastres bigint, grant_state text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT f.grant_id, benefits_grant_code(f.grant_id), f.organisation_id, f.funder_id, f.share_piastres,
        f.state, f.reason, f.proposed_at, f.answered_at, g.need, g.month, g.quantity, g.unit, g.value_piastres, g.state
    FROM benefits_grant_funder f JOIN benefits_grant g ON g.id = f.grant_id AND g.year = f.year
    WHERE wasl_is_signed_in() AND (wasl_is_desk()
            OR (f.organisation_id = wasl_organisation() AND p_role IN ('', 'owner'))
            OR (f.funder_id = wasl_organisation() AND p_role IN ('', 'funder')))
        AND (p_grant IS NULL OR f.grant_id = benefits_grant_of_code(p_grant))
        AND (p_state = '' OR f.state = p_state)
        AND (p_after IS NULL OR f.grant_id < p_after)
    ORDER BY f.grant_id DESC, f.funder_id LIMIT least(p_limit, 1000);
END $$;

-- What an organisation funded: its share alone, of what was given; what is agreed and not yet given stands apart.
CREATE FUNCTION benefits_funded(p_from date, p_to date)
RETURNS TABLE (need text, month date, role text, grants bigint, given_piastres numeric, waiting_piastres numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT g.need, g.month, CASE WHEN f.organisation_id = f.funder_id THEN 'own' ELSE 'other' END, count(*),
        coalesce(sum(f.share_piastres) FILTER (WHERE g.state = 'delivered'), 0),
        coalesce(sum(f.share_piastres) FILTER (WHERE g.state <> 'delivered'), 0)
    FROM benefits_grant_funder f JOIN benefits_grant g ON g.id = f.grant_id AND g.year = f.year
    WHERE wasl_is_signed_in() AND f.funder_id = wasl_organisation() AND f.state = 'agreed'
        AND g.state IN ('reserved', 'approved', 'partly', 'delivered')
        AND (p_from IS NULL OR g.month >= p_from) AND (p_to IS NULL OR g.month <= p_to)
    GROUP BY 1, 2, 3 ORDER BY 2 DESC, 1, 3
$$;
"""

# Each answers by an outcome; what is not the viewer's is 'unknown', as if it were not there. NULL to who may not write.
WRITES = """
CREATE FUNCTION benefits_own_name() RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT username FROM organisations_user WHERE id = wasl_user()
$$;

CREATE FUNCTION benefits_propose_share(p_grant text, p_funder bigint, p_share bigint, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    g benefits_grant;
    v_own boolean;
    v_user text := benefits_own_name();
BEGIN
    IF wasl_role() <> 'officer' OR v_user IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO g FROM benefits_grant WHERE id = benefits_grant_of_code(p_grant)
        AND organisation_id = wasl_organisation() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF g.state <> 'reserved' THEN
        RETURN 'state';
    ELSIF NOT EXISTS (SELECT FROM organisations_organisation WHERE id = p_funder AND kind <> 'secretariat') THEN
        RETURN 'funder';
    END IF;
    -- what the owner itself gives is agreed by its proposing it; the grant's approval is somebody else's
    v_own := p_funder = g.organisation_id;
    INSERT INTO benefits_grant_funder AS f (grant_id, year, organisation_id, funder_id, share_piastres, state,
        proposed_by, proposed_at, answered_by, answered_for, answered_at)
    VALUES (g.id, g.year, g.organisation_id, p_funder, p_share, CASE WHEN v_own THEN 'agreed' ELSE 'proposed' END,
        v_user, p_at, CASE WHEN v_own THEN v_user END, CASE WHEN v_own THEN p_funder END, CASE WHEN v_own THEN p_at END)
    ON CONFLICT (grant_id, funder_id, year) DO UPDATE SET share_piastres = excluded.share_piastres,
        state = excluded.state, proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at,
        answered_by = excluded.answered_by, answered_for = excluded.answered_for, answered_at = excluded.answered_at,
        reason = '';
    PERFORM benefits_value_by_shares(g.id, g.year);
    PERFORM benefits_settle_shares(g.id);
    RETURN 'proposed';
END $$;

CREATE FUNCTION benefits_withdraw_share(p_grant text, p_funder bigint, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    g benefits_grant;
BEGIN
    IF wasl_role() <> 'officer' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO g FROM benefits_grant WHERE id = benefits_grant_of_code(p_grant)
        AND organisation_id = wasl_organisation() FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'unknown';
    ELSIF g.state <> 'reserved' THEN
        RETURN 'state';
    END IF;
    UPDATE benefits_grant_funder SET state = 'withdrawn', answered_by = NULL, answered_for = NULL, answered_at = NULL
    WHERE grant_id = g.id AND year = g.year AND funder_id = p_funder AND state IN ('proposed', 'agreed');
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    PERFORM benefits_value_by_shares(g.id, g.year);
    PERFORM benefits_settle_shares(g.id);
    RETURN 'withdrawn';
END $$;

CREATE FUNCTION benefits_answer_share(p_grant text, p_share bigint, p_agreed boolean, p_reason text, p_at timestamptz)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    g benefits_grant;
    v_share benefits_grant_funder;
BEGIN
    IF wasl_role() <> 'officer' OR benefits_own_name() IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT b.* INTO g FROM benefits_grant b
    WHERE b.id = benefits_grant_of_code(p_grant) AND EXISTS (
        SELECT FROM benefits_grant_funder f WHERE f.grant_id = b.id AND f.year = b.year
        AND f.funder_id = wasl_organisation()) FOR NO KEY UPDATE OF b;
    IF NOT FOUND THEN
        RETURN 'unknown';
    END IF;
    SELECT * INTO v_share FROM benefits_grant_funder
    WHERE grant_id = g.id AND year = g.year AND funder_id = wasl_organisation();
    IF v_share.state = 'withdrawn' THEN
        RETURN 'unknown';
    ELSIF v_share.state <> 'proposed' OR g.state <> 'reserved' THEN
        RETURN 'state';
    ELSIF v_share.share_piastres <> p_share THEN
        -- the yes was to another sum than stands there now
        RETURN 'changed';
    END IF;
    UPDATE benefits_grant_funder SET state = CASE WHEN p_agreed THEN 'agreed' ELSE 'declined' END,
        reason = p_reason, answered_by = benefits_own_name(), answered_for = wasl_organisation(), answered_at = p_at
    WHERE grant_id = g.id AND year = g.year AND funder_id = wasl_organisation();
    PERFORM benefits_value_by_shares(g.id, g.year);
    PERFORM benefits_settle_shares(g.id);
    RETURN CASE WHEN p_agreed THEN 'agreed' ELSE 'declined' END;
END $$;

-- The claim says the same value as its grant.
CREATE FUNCTION benefits_value_by_shares(p_grant bigint, p_year smallint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_value bigint := (
        SELECT sum(share_piastres) FROM benefits_grant_funder
        WHERE grant_id = p_grant AND year = p_year AND state IN ('proposed', 'agreed')
        HAVING bool_and(state = 'agreed'));
BEGIN
    UPDATE benefits_grant SET value_piastres = v_value, valued_by_shares = true
    WHERE id = p_grant AND year = p_year AND (valued_by_shares OR value_piastres IS NULL);
    IF FOUND THEN
        UPDATE benefits_claim SET value_piastres = v_value WHERE list_id = p_grant AND row = 1;
    END IF;
END $$;

-- Whose list's row is a report of this grant, and whose an overlap with it, hangs on who funds it.
CREATE FUNCTION benefits_settle_shares(p_grant bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM benefits_settle_families(array_agg(l.family_id))
    FROM benefits_grant g JOIN registry_entry_link l ON l.entry_id = g.entry_id AND l.until_run IS NULL
    WHERE g.id = p_grant;
END $$;
"""

FOR_VIEWERS = (
    "benefits_shares(text, text, text, bigint, integer)",
    "benefits_funded(date, date)",
    "benefits_propose_share(text, bigint, bigint, timestamptz)",
    "benefits_withdraw_share(text, bigint, timestamptz)",
    "benefits_answer_share(text, bigint, boolean, text, timestamptz)",
)
FOR_ENGINE = ("benefits_shares_stand(bigint, smallint)", "benefits_funds(bigint, bigint)")
