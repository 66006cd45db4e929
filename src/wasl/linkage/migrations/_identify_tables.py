"""The tables of `0010_identify`: names as codes, what everything weighs, and what is known of each record."""

# The engine's dictionary of names: codes stay for ever, weights are of the last published run. What is not yet
# in a run's dictionary comes in when records that name it are stored.
TOKENS = """
CREATE TABLE linkage_token (
    code integer PRIMARY KEY CHECK (code > 0),
    token text NOT NULL CHECK (token <> ''),
    known boolean NOT NULL,
    sex smallint NOT NULL,
    canon integer NOT NULL,
    -- given, father, later; and how rare the name is in all its spellings: given, father, third, fourth
    rarity integer[] NOT NULL CHECK (cardinality(rarity) = 3),
    misspelt integer[] NOT NULL CHECK (cardinality(misspelt) = 4),
    occurrences bigint NOT NULL
);
CREATE UNIQUE INDEX linkage_token_text ON linkage_token (token);
-- Known names under what is left of them without one letter or two: whatever is a slip or two away shares one.
CREATE TABLE linkage_token_form (
    form text NOT NULL,
    code integer NOT NULL,
    PRIMARY KEY (form, code)
);
-- How rare a phone, village, markaz or year is, where that is not what the kind's row without a value says.
CREATE TABLE linkage_rarity (
    kind text NOT NULL CHECK (kind IN ('phone', 'village', 'markaz', 'year')),
    value text,
    weight integer NOT NULL,
    CONSTRAINT linkage_rarity_once UNIQUE NULLS NOT DISTINCT (kind, value)
);
-- The current model's integers, by kind (agree, stranger, sibling, parent; prior, threshold, class, fact), name,
-- quality class and level.
CREATE TABLE linkage_weight (
    kind text NOT NULL,
    name text NOT NULL,
    class smallint NOT NULL DEFAULT 0,
    level smallint NOT NULL DEFAULT 0,
    weight integer NOT NULL,
    PRIMARY KEY (kind, name, class, level)
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
    nid_valid boolean NOT NULL,
    trusted boolean NOT NULL,
    borrowed boolean NOT NULL
);
CREATE INDEX linkage_feature_date ON linkage_feature (date_key, c1, c2, c3) WHERE date_key > 0;
CREATE INDEX linkage_feature_place ON linkage_feature (markaz, c1, c2, c3) WHERE markaz <> 0;
CREATE INDEX linkage_feature_names ON linkage_feature (c1, c2, c3, year, governorate);
"""

TABLES = ("linkage_token", "linkage_token_form", "linkage_rarity", "linkage_weight", "linkage_feature")
