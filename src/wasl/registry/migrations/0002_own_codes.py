from django.db import migrations

from wasl.store.row_security import function_grants_sql

# An organisation must not read the alliance's numbers: they would tell who else knows a family, and how
# many there are. It reads numbers of its own rows, counted in the order in which they came. Those of
# records are odd and those of entries even, so that a code says by itself what it names. A load counts in
# one step (registry.actions); the trigger is for rows that come singly. The index is on the number of the code, not
# on (organisation, number): of an organisation the planner has not met yet, it took that one for looking up contents,
# and read all rows of the organisation for each.
NUMBERS = """
ALTER TABLE registry_record ADD COLUMN own_no integer;
UPDATE registry_record AS record SET own_no = counted.own_no FROM (
    SELECT id, 2 * row_number() OVER (PARTITION BY organisation_id ORDER BY id) - 1 AS own_no FROM registry_record
) AS counted WHERE counted.id = record.id;
ALTER TABLE registry_record ALTER COLUMN own_no SET NOT NULL,
    ADD CONSTRAINT registry_record_own_odd CHECK (own_no > 0 AND own_no % 2 = 1);
CREATE UNIQUE INDEX registry_record_own ON registry_record ((organisation_id * 1000000000 + own_no));

ALTER TABLE registry_entry ADD COLUMN own_no integer;
UPDATE registry_entry AS entry SET own_no = counted.own_no FROM (
    SELECT id, 2 * row_number() OVER (PARTITION BY organisation_id ORDER BY id) AS own_no FROM registry_entry
) AS counted WHERE counted.id = entry.id;
ALTER TABLE registry_entry ALTER COLUMN own_no SET NOT NULL,
    ADD CONSTRAINT registry_entry_own_even CHECK (own_no > 0 AND own_no % 2 = 0);
CREATE UNIQUE INDEX registry_entry_own ON registry_entry ((organisation_id * 1000000000 + own_no));

CREATE FUNCTION registry_count_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('wasl records'), NEW.organisation_id::integer);
    EXECUTE format('SELECT coalesce(max(organisation_id * 1000000000 + own_no) - $1 * 1000000000, $2) + 2 FROM %I'
        ' WHERE organisation_id * 1000000000 + own_no BETWEEN $1 * 1000000000 AND $1 * 1000000000 + 999999999',
        TG_TABLE_NAME)
        INTO NEW.own_no USING NEW.organisation_id, TG_ARGV[0]::integer;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_record_count_own BEFORE INSERT ON registry_record
    FOR EACH ROW WHEN (NEW.own_no IS NULL) EXECUTE FUNCTION registry_count_own('-1');
CREATE TRIGGER registry_entry_count_own BEFORE INSERT ON registry_entry
    FOR EACH ROW WHEN (NEW.own_no IS NULL) EXECUTE FUNCTION registry_count_own('0');
"""

CODES = """
CREATE FUNCTION registry_code(number bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT (number * 100 + 98 - number * 100 % 97)::text $$;

-- The twin of kernel.codes.number_of, but for Eastern digits: NULL where the check digits do not fit.
CREATE FUNCTION registry_number_of_code(code text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT CASE WHEN code ~ '^[0-9]{3,18}$' THEN CASE
        WHEN code::bigint % 97 = 1 AND code::bigint % 100 BETWEEN 2 AND 98 THEN code::bigint / 100 END END $$;

CREATE FUNCTION registry_group_of(subject bigint) RETURNS bigint LANGUAGE sql STABLE STRICT AS $$
    SELECT coalesce((SELECT group_id FROM registry_group_member WHERE subject_id = subject), subject)
$$;

-- Who makes up a best estimate: the subjects of a group, or the one that stands alone.
CREATE FUNCTION registry_subjects_of(subject bigint) RETURNS SETOF bigint LANGUAGE sql STABLE STRICT ROWS 2 AS $$
    SELECT subject UNION SELECT subject_id FROM registry_group_member WHERE group_id = registry_group_of(subject)
$$;

-- The current subject of the desk's number, through every join since.
CREATE FUNCTION registry_standing_subject(number bigint, wanted text) RETURNS bigint
LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE chain AS (
        SELECT id, kind, successor_id FROM registry_subject WHERE id = number
        UNION ALL
        SELECT next.id, next.kind, next.successor_id
        FROM chain JOIN registry_subject AS next ON next.id = chain.successor_id
    )
    SELECT id FROM chain WHERE successor_id IS NULL AND kind = wanted
$$;
"""

# What `{Named}` functions do for people and families alike. A subject is the viewer's where one of its own
# records (entries) is linked to it.
PER_KIND = """
CREATE FUNCTION registry_{kind}_of_code(code text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := registry_number_of_code(code);
    found bigint;
BEGIN
    IF number IS NULL OR NOT wasl_is_signed_in() THEN
        RETURN NULL;
    END IF;
    IF number >= 1000000000 THEN
        SELECT registry_group_of(link.{kind}_id) INTO found
        FROM registry_{row} AS own
        JOIN registry_{link} AS link ON link.{row}_id = own.id AND link.until_run IS NULL
        WHERE own.organisation_id * 1000000000 + own.own_no = number
            AND (wasl_is_desk() OR own.organisation_id = wasl_organisation());
        RETURN found;
    END IF;
    found := registry_group_of(registry_standing_subject(number, '{kind}'));
    IF found IS NULL OR wasl_is_desk() OR EXISTS (
        SELECT FROM registry_subjects_of(found) AS subject
        JOIN registry_{link} AS link ON link.{kind}_id = subject AND link.until_run IS NULL
        JOIN registry_{row} AS own ON own.id = link.{row}_id AND own.organisation_id = wasl_organisation()
        WHERE {active})
    THEN
        RETURN found;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry_{kind}_codes(subjects bigint[]) RETURNS TABLE ({kind}_id bigint, code text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF wasl_is_desk() THEN
        RETURN QUERY SELECT wanted.id, registry_code(registry_group_of(wanted.id))
        FROM (SELECT DISTINCT unnest(subjects) AS id) AS wanted
        JOIN registry_subject AS subject ON subject.id = wanted.id AND subject.kind = '{kind}';
    ELSIF wasl_is_signed_in() THEN
        RETURN QUERY SELECT wanted.id, registry_code(wasl_organisation() * 1000000000 + min(own.own_no))
        FROM (SELECT DISTINCT unnest(subjects) AS id) AS wanted
        CROSS JOIN LATERAL registry_subjects_of(wanted.id) AS subject
        JOIN registry_{link} AS link ON link.{kind}_id = subject AND link.until_run IS NULL
        JOIN registry_{row} AS own ON own.id = link.{row}_id AND own.organisation_id = wasl_organisation()
        GROUP BY wanted.id;
    END IF;
END $$;
"""

ACTIVE_ENTRY = "EXISTS (SELECT FROM registry_appearance AS a WHERE a.entry_id = own.id AND a.active)"
ACTIVE_RECORD = (
    "EXISTS (SELECT FROM registry_entry_member AS member"
    " JOIN registry_appearance AS a ON a.entry_id = member.entry_id AND a.active WHERE member.record_id = own.id)"
)
KINDS = (
    {"kind": "family", "row": "entry", "link": "entry_link", "active": ACTIVE_ENTRY},
    {"kind": "person", "row": "record", "link": "link", "active": ACTIVE_RECORD},
)
OPEN = ["registry_code(bigint)", "registry_number_of_code(text)"]
ENGINE_ONLY = [
    "registry_count_own()",
    "registry_group_of(bigint)",
    "registry_subjects_of(bigint)",
    "registry_standing_subject(bigint, text)",
]
SCOPED = [
    f"registry_{kind}_{end}" for kind in ("family", "person") for end in ("of_code(text)", "codes(bigint[])")
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [
        migrations.RunSQL(NUMBERS, migrations.RunSQL.noop),
        migrations.RunSQL(CODES, migrations.RunSQL.noop),
        *[migrations.RunSQL(PER_KIND.format(**kind), migrations.RunSQL.noop) for kind in KINDS],
        migrations.RunSQL(function_grants_sql([*OPEN, *SCOPED]), migrations.RunSQL.noop),
        migrations.RunSQL(function_grants_sql(ENGINE_ONLY, roles="wasl_engine"), migrations.RunSQL.noop),
    ]
