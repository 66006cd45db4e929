from django.db import migrations

from wasl.store.row_security import alliance_table_sql, owned_table_sql

CATALOGUE = """
CREATE TABLE benefits_slot (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9_]+$'),
    name_ar text NOT NULL,
    name_en text NOT NULL DEFAULT '',
    sensitive boolean NOT NULL DEFAULT false
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
    horizon_months smallint NOT NULL DEFAULT 1,
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
    months date[] NOT NULL
);
"""

CLAIMS = """
-- A line of a list that states a benefit. Kept as given; `family_id` is the certain family it
-- belongs to now, a function of the record it was given to (L4).
CREATE TABLE benefits_claim (
    year smallint NOT NULL,
    list_id bigint NOT NULL,
    row integer NOT NULL,
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    kind text NOT NULL CHECK (kind IN ('given', 'planned')),
    need text NOT NULL REFERENCES benefits_need (code),
    -- the list's own entry: rows of one entry are one giving where the need is a family's
    entry_id bigint NOT NULL REFERENCES registry_entry (id),
    given_to_record bigint NOT NULL REFERENCES registry_record (id),
    month date NOT NULL,
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
    family_id bigint REFERENCES registry_subject (id),
    CONSTRAINT benefits_claim_key PRIMARY KEY (list_id, row, year),
    CONSTRAINT benefits_claim_months CHECK (first_month <= last_month)
) PARTITION BY RANGE (year);
CREATE TABLE benefits_claim_default PARTITION OF benefits_claim DEFAULT;
CREATE INDEX benefits_claim_family ON benefits_claim (family_id) WHERE active;
CREATE INDEX benefits_claim_entry ON benefits_claim (entry_id);
"""

CELLS = """
-- The coverage calendar. Seat 0 is the only one a door that gives may take; a higher seat has its reason (B1).
CREATE TABLE benefits_cell (
    -- 0 for slots coordinated by all; the organisation for sensitive ones, so that no refusal can tell
    scope bigint NOT NULL,
    slot text NOT NULL REFERENCES benefits_slot (code),
    subject_id bigint NOT NULL,
    month date NOT NULL,
    seat smallint NOT NULL CHECK (seat >= 0),
    subject_state text NOT NULL DEFAULT 'current' CHECK (subject_state = 'current'),
    organisation_id bigint NOT NULL REFERENCES organisations_organisation (id),
    need text NOT NULL REFERENCES benefits_need (code),
    state text NOT NULL CHECK (state IN ('held', 'reserved')),
    reason text CHECK (reason IN ('list', 'link', 'exception', 'warning')),
    expires_at timestamptz,
    -- what holds it: the first row of the giving, or a grant's operation
    list_id bigint,
    row integer,
    operation uuid,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT benefits_cell_key PRIMARY KEY (scope, slot, subject_id, month, seat),
    CONSTRAINT benefits_cell_seat_has_reason CHECK (seat = 0 OR reason IS NOT NULL),
    CONSTRAINT benefits_cell_reservation_expires CHECK ((state = 'reserved') = (expires_at IS NOT NULL)),
    CONSTRAINT benefits_cell_current_subject
        FOREIGN KEY (subject_id, subject_state) REFERENCES registry_subject (id, state)
) PARTITION BY RANGE (month);
CREATE TABLE benefits_cell_once PARTITION OF benefits_cell FOR VALUES FROM ('0001-01-01') TO ('0001-02-01');
CREATE TABLE benefits_cell_default PARTITION OF benefits_cell DEFAULT;
CREATE INDEX benefits_cell_subject ON benefits_cell (subject_id);
CREATE INDEX benefits_cell_list ON benefits_cell (list_id) WHERE list_id IS NOT NULL;
"""

OVERLAPS = """
CREATE TABLE benefits_overlap (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001) PRIMARY KEY,
    code text NOT NULL GENERATED ALWAYS AS ((id * 100 + 98 - (id * 100 % 97))::text) STORED UNIQUE,
    certainty text NOT NULL CHECK (certainty IN ('certain', 'likely')),
    -- the certain family, or the oldest family of the group a likely one spans
    family_id bigint NOT NULL REFERENCES registry_subject (id),
    slot text NOT NULL REFERENCES benefits_slot (code),
    month date NOT NULL,
    -- digest of the claims it holds: the same claims in several months are one overlap
    claims_key bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    organisations smallint NOT NULL CHECK (organisations >= 2),
    cost_piastres bigint NOT NULL,
    unvalued integer NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    CONSTRAINT benefits_overlap_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX benefits_overlap_open ON benefits_overlap (certainty, slot, claims_key) WHERE state = 'open';
CREATE INDEX benefits_overlap_family ON benefits_overlap (family_id) WHERE state = 'open';

CREATE TABLE benefits_overlap_claim (
    overlap_id bigint NOT NULL REFERENCES benefits_overlap (id),
    list_id bigint NOT NULL,
    row integer NOT NULL,
    organisation_id bigint NOT NULL,
    PRIMARY KEY (overlap_id, list_id, row)
);
CREATE INDEX benefits_overlap_claim_line ON benefits_overlap_claim (list_id, row);

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

CLAIM_YEARS = range(2026, 2031)
CELL_YEARS = range(2022, 2032)
PARTITIONS = [
    *[
        f"CREATE TABLE benefits_claim_{year} PARTITION OF benefits_claim FOR VALUES FROM ({year}) TO ({year + 1})"
        for year in CLAIM_YEARS
    ],
    *[
        f"CREATE TABLE benefits_cell_{year} PARTITION OF benefits_cell"
        f" FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01')"
        for year in CELL_YEARS
    ],
]
PUBLIC = ["benefits_slot", "benefits_need", "benefits_need_slot", "benefits_season"]
OWNED = [
    "benefits_nothing_given",
    *[f"benefits_claim{part}" for part in ("", "_default", *[f"_{year}" for year in CLAIM_YEARS])],
]
ALLIANCE = [
    "benefits_overlap",
    "benefits_overlap_claim",
    *[f"benefits_cell{part}" for part in ("", "_once", "_default", *[f"_{year}" for year in CELL_YEARS])],
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0001_initial")]
    operations = [
        *[migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (CATALOGUE, CLAIMS, CELLS, OVERLAPS, *PARTITIONS)],
        *[migrations.RunSQL(owned_table_sql(table), migrations.RunSQL.noop) for table in OWNED],
        *[migrations.RunSQL(alliance_table_sql(table), migrations.RunSQL.noop) for table in ALLIANCE],
        *[migrations.RunSQL(alliance_table_sql(table, app_select=True), migrations.RunSQL.noop) for table in PUBLIC],
    ]
