"""The tables of `0010_identify`: names as codes, what everything weighs, and what is known of each record."""

# The engine's dictionary of names: codes stay for ever, weights are of the last published run. What is not yet
# in a run's dictionary comes in when records that name it are stored.
TOKENS = """
CREATE TABLE linkage_token (
    -- 0 is what a name weighs that nobody ever wrote
    code integer PRIMARY KEY,
    token text NOT NULL,
    known boolean NOT NULL,
    sex smallint NOT NULL,
    canon integer NOT NULL,
    -- as a given, father's and later name
    rarity integer[] NOT NULL,
    -- in all its spellings, as a given, father's, third and fourth name
    misspelt integer[] NOT NULL,
    -- in what the last published run read
    occurrences bigint NOT NULL
);
CREATE UNIQUE INDEX linkage_token_text ON linkage_token (token);
CREATE SEQUENCE linkage_token_code AS integer;
GRANT USAGE, SELECT, UPDATE ON SEQUENCE linkage_token_code TO wasl_engine;
-- Names that are not known, under what is left of them without one letter: two that are a slip apart share one.
CREATE TABLE linkage_token_form (
    form text NOT NULL,
    code integer NOT NULL,
    PRIMARY KEY (form, code)
);
-- How rare a phone, village, markaz or year is, where it is not as rare as the kind's others. `value` is the number
-- by which features know it.
CREATE TABLE linkage_rarity (
    kind text NOT NULL CHECK (kind IN ('phone', 'village', 'markaz', 'year')),
    value bigint NOT NULL,
    weight integer NOT NULL,
    PRIMARY KEY (kind, value)
);
-- What the last published run weighed by, in one row: `weights` as `_identify_scoring.offsets` counts them, priors of
-- the rivals, rarities of a phone, village, markaz and year that are like most, quality class by organisation.
CREATE TABLE linkage_weight (
    single boolean PRIMARY KEY DEFAULT true,
    model text NOT NULL,
    weights integer[] NOT NULL,
    priors integer[] NOT NULL,
    rarities integer[] NOT NULL,
    classes integer[] NOT NULL,
    same integer NOT NULL,
    maybe integer NOT NULL,
    -- the day by which ages are reckoned
    age_day date NOT NULL
);
"""

# One row for each record, as the engine settles it. Days and months of a date key ascend, so that a swapped date has
# the same. Places and ids stand as numbers made of them: an id's is the head of its keyed index.
FEATURES = """
CREATE TABLE linkage_feature (
    record_id bigint PRIMARY KEY,
    organisation_id integer NOT NULL,
    c1 integer NOT NULL, c2 integer NOT NULL, c3 integer NOT NULL, c4 integer NOT NULL, c5 integer NOT NULL,
    t1 integer NOT NULL, t2 integer NOT NULL, t3 integer NOT NULL, t4 integer NOT NULL, t5 integer NOT NULL,
    date_key integer NOT NULL,
    markaz integer NOT NULL,
    governorate integer NOT NULL,
    village bigint NOT NULL,
    phone bigint NOT NULL,
    nid bigint NOT NULL,
    year smallint NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    precision smallint NOT NULL,
    sex smallint NOT NULL,
    trusted boolean NOT NULL,
    borrowed boolean NOT NULL
);
CREATE INDEX linkage_feature_date ON linkage_feature (date_key, c1, c2, c3) WHERE date_key > 0;
CREATE INDEX linkage_feature_place ON linkage_feature (markaz, c1, c2, c3) WHERE markaz <> 0;
CREATE INDEX linkage_feature_names ON linkage_feature (c1, c2, c3, year, governorate);
"""

SEED = """
INSERT INTO linkage_token (code, token, known, sex, canon, rarity, misspelt, occurrences)
VALUES (0, '', false, 0, 0, '{1661, 1661, 1661}', '{1661, 1661, 1661, 1661}', 0)
ON CONFLICT DO NOTHING
"""
TABLES = ("linkage_token", "linkage_token_form", "linkage_rarity", "linkage_weight", "linkage_feature")
