from django.db import migrations

from wasl.store.row_security import alliance_table_sql, function_grants_sql, owned_table_sql

CATALOGUE = """
CREATE TABLE benefits_slot (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]+$'),
    name_ar text NOT NULL,
    name_en text NOT NULL DEFAULT '',
    sensitive boolean NOT NULL DEFAULT false,
    -- who should be covered: every known family, or those with a recorded need
    target text NOT NULL DEFAULT 'recorded' CHECK (target IN ('all', 'recorded'))
);
CREATE TABLE benefits_need (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]+$'),
    name_ar text NOT NULL,
    name_en text NOT NULL DEFAULT '',
    axis text NOT NULL,
    subject text NOT NULL CHECK (subject IN ('person', 'family')),
    guard text NOT NULL CHECK (guard IN ('refuse', 'warn', 'none')),
    -- how long one giving covers: that many months, a season's months, or once in a life
    period text NOT NULL CHECK (period IN ('months', 'season', 'once')),
    window_months smallint NOT NULL CHECK (window_months >= 0),
    horizon_months smallint NOT NULL DEFAULT 1 CHECK (horizon_months >= 0),
    unit text NOT NULL,
    wordings text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE benefits_need_slot (
    need text NOT NULL REFERENCES benefits_need (code),
    slot text NOT NULL REFERENCES benefits_slot (code),
    PRIMARY KEY (need, slot)
);
CREATE TABLE benefits_season (
    code text PRIMARY KEY,
    name_ar text NOT NULL,
    name_en text NOT NULL DEFAULT '',
    months date[] NOT NULL CHECK (cardinality(months) > 0)
);
"""

# A claim has no column for its family: that is its entry's, now (registry_entry_link), so that linking a
# million claims writes none of them.
CLAIMS = """
-- A line of a list that states a benefit, kept as given (L4).
CREATE TABLE benefits_claim (
    year smallint NOT NULL,
    list_id bigint NOT NULL,
    row integer NOT NULL,
    organisation_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('given', 'planned')),
    need text NOT NULL,
    -- the list's own entry: two entries of one list that say the same of one family repeat each other
    entry_id bigint NOT NULL,
    given_to_record bigint NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    given_on date,
    -- the months it covers, both ends included; equal where it covers one; 0001-01-01 for once in a life
    first_month date NOT NULL,
    last_month date NOT NULL,
    quantity numeric(14, 3),
    value_piastres bigint,
    -- a row that repeats another of its list states the benefit and adds nothing
    repeated boolean NOT NULL DEFAULT false,
    active boolean NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT benefits_claim_key PRIMARY KEY (list_id, row, year),
    CONSTRAINT benefits_claim_months CHECK (first_month <= last_month)
) PARTITION BY RANGE (year);
CREATE TABLE benefits_claim_default PARTITION OF benefits_claim DEFAULT;
CREATE INDEX benefits_claim_entry ON benefits_claim (entry_id);

-- A line of a list of known families that names a need: it makes the family a target of the slot.
CREATE TABLE benefits_recorded_need (
    list_id bigint NOT NULL,
    row integer NOT NULL,
    organisation_id bigint NOT NULL,
    need text NOT NULL,
    entry_id bigint NOT NULL,
    month date,
    active boolean NOT NULL,
    CONSTRAINT benefits_recorded_need_key PRIMARY KEY (list_id, row)
);
CREATE INDEX benefits_recorded_need_entry ON benefits_recorded_need (entry_id);
"""

# What a claim refers to is asked once per statement: row by row, four foreign keys were most of the
# time of a million claims. What they refer to is never deleted: nobody but the owner may.
REFERENCES = """
CREATE FUNCTION benefits_claim_refers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT organisation_id FROM added) a
            WHERE NOT EXISTS (SELECT FROM organisations_organisation o WHERE o.id = a.organisation_id))
        OR EXISTS (SELECT FROM (SELECT DISTINCT need FROM added) a
            WHERE NOT EXISTS (SELECT FROM benefits_need n WHERE n.code = a.need))
        OR EXISTS (SELECT FROM added a
            WHERE NOT EXISTS (SELECT FROM registry_entry e WHERE e.id = a.entry_id))
    THEN
        RAISE EXCEPTION 'a row of % refers to what does not stand', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION benefits_cell_refers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT organisation_id, need, slot FROM added) a
        WHERE NOT EXISTS (SELECT FROM organisations_organisation o WHERE o.id = a.organisation_id)
            OR NOT EXISTS (SELECT FROM benefits_need_slot n WHERE n.need = a.need AND n.slot = a.slot))
    THEN
        RAISE EXCEPTION 'a cell of a need, slot or organisation that does not stand'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER benefits_claim_refers AFTER INSERT ON benefits_claim
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION benefits_claim_refers();
CREATE TRIGGER benefits_recorded_need_refers AFTER INSERT ON benefits_recorded_need
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION benefits_claim_refers();
CREATE TRIGGER benefits_cell_refers AFTER INSERT ON benefits_cell
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION benefits_cell_refers();
"""

# The foreign key is judged at commit: linking retires a subject first and moves its cells next.
# The key begins with the subject, so that one B-tree serves the door, the calendar and that key alike.
CELLS = """
-- The coverage calendar. Seat 0 is the only one a door that gives may take; a higher one has its reason (B1).
CREATE TABLE benefits_cell (
    -- 0 for slots coordinated by all; the organisation for sensitive ones, so that no refusal can tell
    scope bigint NOT NULL,
    slot text NOT NULL,
    subject_id bigint NOT NULL,
    month date NOT NULL,
    seat smallint NOT NULL CHECK (seat >= 0),
    subject_state text NOT NULL DEFAULT 'current' CHECK (subject_state = 'current'),
    organisation_id bigint NOT NULL,
    need text NOT NULL,
    state text NOT NULL CHECK (state IN ('held', 'reserved')),
    reason text CHECK (reason IN ('list', 'link', 'exception', 'warning')),
    expires_at timestamptz,
    -- what holds it: a giving of a list, known by its need and month and shown by its first row, or
    -- a door's operation
    list_id bigint,
    given_month date,
    row integer,
    operation uuid,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT benefits_cell_key PRIMARY KEY (subject_id, slot, month, scope, seat),
    CONSTRAINT benefits_cell_seat_has_reason CHECK (seat = 0 OR reason IS NOT NULL),
    CONSTRAINT benefits_cell_reservation_expires CHECK ((state = 'reserved') = (expires_at IS NOT NULL)),
    CONSTRAINT benefits_cell_scope CHECK (scope IN (0, organisation_id)),
    CONSTRAINT benefits_cell_month_first_day CHECK (extract(day FROM month) = 1),
    CONSTRAINT benefits_cell_holder CHECK (
        num_nonnulls(list_id, operation) = 1
        AND num_nonnulls(list_id, row, given_month) IN (0, 3)),
    CONSTRAINT benefits_cell_current_subject
        FOREIGN KEY (subject_id, subject_state) REFERENCES registry_subject (id, state)
        DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (month);
CREATE TABLE benefits_cell_once PARTITION OF benefits_cell FOR VALUES FROM ('0001-01-01') TO ('0001-02-01');
CREATE TABLE benefits_cell_default PARTITION OF benefits_cell DEFAULT;
"""

OVERLAPS = """
CREATE TABLE benefits_overlap (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001) PRIMARY KEY,
    -- found by its number, so it needs no index
    code text NOT NULL GENERATED ALWAYS AS ((id * 100 + 98 - (id * 100 % 97))::text) STORED,
    certainty text NOT NULL CHECK (certainty IN ('certain', 'likely')),
    -- the certain family, or the oldest family of the group a likely one spans
    family_id bigint NOT NULL REFERENCES registry_subject (id),
    slot text NOT NULL REFERENCES benefits_slot (code),
    month date NOT NULL,
    -- digest of the claims it holds: the same claims in several months are one overlap
    claims_key bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    organisations smallint NOT NULL CHECK (organisations >= 2),
    cost_piastres bigint NOT NULL CHECK (cost_piastres >= 0),
    unvalued integer NOT NULL CHECK (unvalued >= 0),
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    -- the same claims that overlap again open the same overlap again, under its old code
    CONSTRAINT benefits_overlap_claims UNIQUE (certainty, slot, claims_key),
    CONSTRAINT benefits_overlap_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX benefits_overlap_family ON benefits_overlap (family_id) WHERE state = 'open';

CREATE TABLE benefits_overlap_claim (
    overlap_id bigint NOT NULL REFERENCES benefits_overlap (id),
    list_id bigint NOT NULL,
    row integer NOT NULL,
    organisation_id bigint NOT NULL,
    PRIMARY KEY (overlap_id, list_id, row)
);

-- "We gave nothing": the month counts as reported.
CREATE TABLE benefits_nothing_given (
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    slot text NOT NULL REFERENCES benefits_slot (code),
    month date NOT NULL,
    said_by text NOT NULL,
    said_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, slot, month)
);
"""

# No cell without seat 0 (B1), kept by triggers of the statement: a foreign key of the cell on itself
# cost 170 µs for each row deleted. Freeing seat 0 moves the lowest live seat down, an expired one
# only where none is live. Whoever adds a higher seat locks the seat 0 it did not bring itself, so
# that it cannot be freed meanwhile unseen; whoever frees one reads what was committed while it
# waited, which an older snapshot would hide: hence read committed only.
SEATS = """
CREATE FUNCTION benefits_cell_move_down() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'cells are freed in read committed only' USING ERRCODE = '25001';
    END IF;
    IF NOT EXISTS (SELECT FROM freed WHERE seat = 0) THEN
        RETURN NULL;
    END IF;
    UPDATE benefits_cell c SET seat = 0
    FROM (
        SELECT DISTINCT ON (n.subject_id, n.slot, n.month, n.scope)
            n.subject_id, n.slot, n.month, n.scope, n.seat
        FROM (SELECT DISTINCT subject_id, slot, month, scope FROM freed WHERE seat = 0) f
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
CREATE FUNCTION benefits_cell_stand_on_zero() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    found_zero bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM added WHERE seat > 0) THEN
        RETURN NULL;
    END IF;
    SELECT count(*) INTO wanted FROM (
        SELECT subject_id, slot, month, scope FROM added WHERE seat > 0
        EXCEPT SELECT subject_id, slot, month, scope FROM added WHERE seat = 0) h;
    IF wanted = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM FROM benefits_cell z
    JOIN (
        SELECT subject_id, slot, month, scope FROM added WHERE seat > 0
        EXCEPT SELECT subject_id, slot, month, scope FROM added WHERE seat = 0) h
        USING (subject_id, slot, month, scope)
    WHERE z.seat = 0 FOR KEY SHARE OF z;
    GET DIAGNOSTICS found_zero = ROW_COUNT;
    IF found_zero < wanted THEN
        RAISE EXCEPTION 'a seat above a cell whose seat 0 is free'
            USING ERRCODE = '23514', CONSTRAINT = 'benefits_cell_stand_on_zero';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER benefits_cell_move_down AFTER DELETE ON benefits_cell
    REFERENCING OLD TABLE AS freed FOR EACH STATEMENT EXECUTE FUNCTION benefits_cell_move_down();
CREATE TRIGGER benefits_cell_move_down_update AFTER UPDATE ON benefits_cell
    REFERENCING OLD TABLE AS freed FOR EACH STATEMENT EXECUTE FUNCTION benefits_cell_move_down();
CREATE TRIGGER benefits_cell_stand_on_zero AFTER INSERT ON benefits_cell
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION benefits_cell_stand_on_zero();
CREATE TRIGGER benefits_cell_stand_on_zero_update AFTER UPDATE ON benefits_cell
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION benefits_cell_stand_on_zero();
"""

# The door (B1). It answers by outcome, never by name: `taken`, else `refused` or `warned` as the
# guards of both needs decide, with whose benefit covers (`own`, `state`, `other`) and the first month
# that is free. Seat 0 alone is touched; an expired one is removed, whereupon the trigger moves a live
# higher seat down and the door is refused after all.
DOOR = """
CREATE FUNCTION benefits_take_cell(
    p_slot text, p_subject bigint, p_month date, p_need text, p_organisation bigint,
    p_expires_at timestamptz, p_operation uuid,
    OUT outcome text, OUT covered_by text, OUT free_from date
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_scope bigint;
    v_guard text;
    holder record;
BEGIN
    IF session_user = 'wasl_app'
        AND (p_organisation IS DISTINCT FROM wasl_organisation() OR wasl_role() NOT IN ('officer', 'desk'))
    THEN
        RAISE EXCEPTION 'a door gives for its own organisation' USING ERRCODE = '42501';
    END IF;
    SELECT CASE WHEN s.sensitive THEN p_organisation ELSE 0 END, n.guard INTO v_scope, v_guard
    FROM benefits_need_slot ns
    JOIN benefits_slot s ON s.code = ns.slot JOIN benefits_need n ON n.code = ns.need
    WHERE ns.slot = p_slot AND ns.need = p_need AND n.guard <> 'none';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'need % does not occupy slot %', p_need, p_slot USING ERRCODE = '22023';
    END IF;
    -- Settlement locks the subjects whose cells it moves: wait for it here, with nothing else held.
    PERFORM FROM registry_subject WHERE id = p_subject AND state = 'current' FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'subject % is not current', p_subject USING ERRCODE = '23503';
    END IF;
    LOOP
        INSERT INTO benefits_cell (scope, slot, subject_id, month, seat, organisation_id, need, state,
            expires_at, operation)
        VALUES (v_scope, p_slot, p_subject, p_month, 0, p_organisation, p_need,
            CASE WHEN p_expires_at IS NULL THEN 'held' ELSE 'reserved' END, p_expires_at, p_operation)
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            outcome := 'taken';
            RETURN;
        END IF;
        SELECT c.organisation_id, c.expires_at, n.guard, o.kind INTO holder
        FROM benefits_cell c JOIN benefits_need n ON n.code = c.need
        JOIN organisations_organisation o ON o.id = c.organisation_id
        WHERE c.subject_id = p_subject AND c.slot = p_slot AND c.month = p_month AND c.scope = v_scope
            AND c.seat = 0
        FOR UPDATE OF c;
        CONTINUE WHEN NOT FOUND;
        EXIT WHEN holder.expires_at IS NULL OR holder.expires_at > clock_timestamp();
        DELETE FROM benefits_cell c
        WHERE c.subject_id = p_subject AND c.slot = p_slot AND c.month = p_month AND c.scope = v_scope
            AND c.seat = 0;
    END LOOP;
    outcome := CASE WHEN v_guard = 'refuse' AND holder.guard = 'refuse' THEN 'refused' ELSE 'warned' END;
    covered_by := CASE WHEN holder.organisation_id = p_organisation THEN 'own'
        WHEN holder.kind = 'ministry' THEN 'state' ELSE 'other' END;
    IF p_month <> '0001-01-01' THEN
        SELECT min(m.month + interval '1 month')::date INTO free_from
        FROM benefits_cell m
        WHERE m.subject_id = p_subject AND m.slot = p_slot AND m.month >= p_month AND m.scope = v_scope
            AND m.seat = 0
        AND (m.expires_at IS NULL OR m.expires_at > clock_timestamp())
        AND NOT EXISTS (
            SELECT FROM benefits_cell x
            WHERE x.subject_id = p_subject AND x.slot = p_slot AND x.scope = v_scope
            AND x.month = (m.month + interval '1 month')::date
            AND (x.expires_at IS NULL OR x.expires_at > clock_timestamp()));
    END IF;
END $$;
"""

# What pages show by slot. Gaps are counted by whoever asks for them and kept here with their age: a
# page does not count a country. An organisation counts the overlaps it takes part in; a cost would tell what others gave.
FIGURES = """
CREATE TABLE benefits_slot_figure (
    slot text PRIMARY KEY REFERENCES benefits_slot (code),
    month date NOT NULL,
    gaps bigint NOT NULL,
    unknown bigint NOT NULL,
    -- the month of the newest claim of the organisation that has been silent longest
    oldest_report date,
    counted_at timestamptz NOT NULL
);
CREATE FUNCTION benefits_slot_figures() RETURNS TABLE (
    slot text, name_ar text, name_en text, certain bigint, likely bigint, cost_piastres bigint, unvalued bigint,
    month date, gaps bigint, unknown bigint, oldest_report date
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.code, s.name_ar, s.name_en, coalesce(o.certain, 0), coalesce(o.likely, 0),
        CASE WHEN wasl_is_desk() THEN coalesce(o.cost_piastres, 0)::bigint END,
        CASE WHEN wasl_is_desk() THEN coalesce(o.unvalued, 0)::bigint END, f.month,
        CASE WHEN wasl_is_desk() THEN f.gaps END, CASE WHEN wasl_is_desk() THEN f.unknown END, f.oldest_report
    FROM benefits_slot s
    LEFT JOIN (
        SELECT o.slot, count(*) FILTER (WHERE o.certainty = 'certain') AS certain,
            count(*) FILTER (WHERE o.certainty = 'likely') AS likely, sum(o.cost_piastres) AS cost_piastres,
            sum(o.unvalued) AS unvalued
        FROM benefits_overlap o
        WHERE o.state = 'open' AND (wasl_is_desk() OR EXISTS (
            SELECT FROM benefits_overlap_claim c
            WHERE c.overlap_id = o.id AND c.organisation_id = wasl_organisation()))
        GROUP BY o.slot
    ) o ON o.slot = s.code
    LEFT JOIN benefits_slot_figure f ON f.slot = s.code
    WHERE wasl_is_signed_in() AND (o.slot IS NOT NULL OR f.slot IS NOT NULL)
    ORDER BY s.code
$$;
"""

TAKE_CELL = "benefits_take_cell(text, bigint, date, text, bigint, timestamptz, uuid)"

CLAIM_YEARS = range(2026, 2031)
CELL_YEARS = range(2022, 2032)
PARTITIONS = [
    *[
        f"CREATE TABLE benefits_claim_{year} PARTITION OF benefits_claim"
        f" FOR VALUES FROM ({year}) TO ({year + 1})"
        for year in CLAIM_YEARS
    ],
    *[
        f"CREATE TABLE benefits_cell_{year} PARTITION OF benefits_cell"
        f" FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
        for year in CELL_YEARS
    ],
]
PUBLIC = ["benefits_slot", "benefits_need", "benefits_need_slot", "benefits_season"]
OWNED = ["benefits_claim", "benefits_recorded_need"]
ALLIANCE = ["benefits_overlap", "benefits_overlap_claim", "benefits_cell", "benefits_slot_figure"]
# Partitions are reached by their parents alone, where the triggers and the policies are: nobody but
# the owner has a right on them.
PARTS = [
    *[f"benefits_claim_{part}" for part in ("default", *CLAIM_YEARS)],
    *[f"benefits_cell_{part}" for part in ("once", "default", *CELL_YEARS)],
]
PARTS_SECURITY = [
    f"ALTER TABLE {part} ENABLE ROW LEVEL SECURITY; ALTER TABLE {part} FORCE ROW LEVEL SECURITY;"
    f" CREATE POLICY owner_rows ON {part} TO wasl_owner USING (true) WITH CHECK (true);"
    for part in PARTS
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0001_initial")]
    operations = [
        *[
            migrations.RunSQL(sql, migrations.RunSQL.noop)
            for sql in (CATALOGUE, CLAIMS, CELLS, OVERLAPS, *PARTITIONS, REFERENCES, SEATS, DOOR, FIGURES)
        ],
        migrations.RunSQL(
            function_grants_sql([TAKE_CELL, "benefits_slot_figures()"]), migrations.RunSQL.noop
        ),
        *[migrations.RunSQL(owned_table_sql(table), migrations.RunSQL.noop) for table in OWNED],
        migrations.RunSQL(
            owned_table_sql("benefits_nothing_given", app="SELECT, INSERT"), migrations.RunSQL.noop
        ),
        *[migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop) for table in ALLIANCE],
        *[
            migrations.RunSQL(alliance_table_sql(table, app_select=True), migrations.RunSQL.noop)
            for table in PUBLIC
        ],
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in PARTS_SECURITY],
    ]
